//! AV1 still pictures: coded bytes to planes and back. For native programs: neither codec is small, and the decoder does
//! not build for wasm.
//!
//! Decoder: `re_rav1d`, encoder: `rav1e`, both without assembly and under BSD's licences. The decoder is a translation of
//! dav1d that uses unsafe code inside; this crate has none.

mod decode;
mod encode;
mod planes;

pub use decode::decode;
pub use encode::{Coded, encode};
pub use planes::{Color, Layout, Plane, Planes};

/// Why a picture was not coded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The bytes are no AV1 picture, or one of more pixels than allowed.
    #[error("the AV1 picture is damaged or too large")]
    Damaged,
    /// What the codecs, or this crate, do not do.
    #[error("{0}")]
    Unsupported(&'static str),
    /// The encoder refused.
    #[error("the AV1 encoder failed: {0}")]
    Encoder(String),
}
