//! AV1 still images: decodes them to planes and encodes planes. For native programs only: both codecs are large, and
//! the decoder does not build for wasm.
//!
//! Decoder: `re_rav1d`; encoder: `rav1e`; both without assembly and under BSD licences. The decoder is a translation of
//! dav1d that uses unsafe code internally; this crate contains none.

mod decode;
mod encode;
mod planes;

pub use decode::decode;
pub use encode::{Coded, encode};
pub use planes::{Color, Layout, Plane, Planes};

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
