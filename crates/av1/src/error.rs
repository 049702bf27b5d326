//! The error of both directions.

/// Error of the codecs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The data is not an AV1 image, or it has more pixels than allowed.
    #[error("the AV1 picture is damaged or too large")]
    Damaged,
    /// The codecs or this crate do not support the image.
    #[error("{0}")]
    Unsupported(&'static str),
    /// The encoder failed.
    #[error("the AV1 encoder failed: {0}")]
    Encoder(String),
}
