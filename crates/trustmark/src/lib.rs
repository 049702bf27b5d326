//! Reads TrustMark watermarks from images with a decoder model that the operator provides.
//!
//! TrustMark (Adobe, MIT licence) hides 100 bits in an image. A neural network reads them. This crate runs the network
//! with tract, prepares its input ([`Model::read`]), and corrects and splits its output ([`Payload`]). The network's
//! weights are not part of Labeler, and Adobe's weights have not been run with this crate: see `docs/trustmark.md`.
//!
//! For native programs only: the network needs more memory than a Worker has.
//!
//! Invariants: no panic on any image. A model file is parsed only after its hash was accepted. Memory and time are
//! limited by the caller's pixel limit and by [`MOST_BYTES`] of model.

mod bch;
mod input;
mod model;
mod payload;
mod probe;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use input::model_input;
pub use model::{MOST_BYTES, Model, ModelError, ModelOptions, Variant};
pub use payload::{PACKET_BITS, Payload, Schema};
pub use probe::{Found, ProbeError};
