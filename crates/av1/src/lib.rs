//! AV1 still images: decodes them to planes and encodes planes. For native programs only: both codecs are large, and
//! the decoder does not build for wasm.
//!
//! Decoder: `re_rav1d`; encoder: `rav1e`; both without assembly and under BSD licences. The decoder is a translation of
//! dav1d that uses unsafe code internally; this crate contains none.

mod decode;
mod encode;
mod error;
mod planes;

pub use decode::decode;
pub use encode::{Coded, encode};
pub use error::Error;
pub use planes::{Color, Layout, Plane, Planes};
