//! AV1 still pictures: coded bytes to planes and back. For native programs: neither codec is small, and the decoder does
//! not build for wasm.
//!
//! Decoder: `re_rav1d`, encoder: `rav1e`, both without assembly and under BSD's licences. The decoder is a translation of
//! dav1d that uses unsafe code inside; this crate has none.

mod decode;
mod encode;
mod error;
mod planes;

pub use decode::decode;
pub use encode::{Coded, encode};
pub use error::Error;
pub use planes::{Color, Layout, Plane, Planes};
