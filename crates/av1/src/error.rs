//! The error of both directions.

/// Error of decoding or encoding a picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The bytes are no AV1 picture, or it has more pixels than allowed.
    #[error("the AV1 picture is damaged or too large")]
    Damaged,
    /// The codecs or this crate do not support the picture.
    #[error("{0}")]
    Unsupported(&'static str),
    /// The encoder failed.
    #[error("the AV1 encoder failed: {0}")]
    Encoder(String),
}
