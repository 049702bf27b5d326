//! Reads TrustMark watermarks from pictures, with a decoder model that the operator provides.
//!
//! TrustMark (Adobe, MIT licence) hides 100 bits in a picture. A neural network reads them; this crate runs it with tract,
//! prepares its input ([`Model::read`]) and corrects and divides its output ([`Payload`]). The network's weights are not
//! part of Labeler, and Adobe's have not been run with this crate: see `docs/trustmark.md`.
//!
//! For native programs only: the network needs more memory than a Worker has.
//!
//! Invariants: no panic on any picture; a model file is parsed only after its hash was accepted; memory and time are
//! bounded by the caller's limit on pixels and by [`MOST_BYTES`] of model.

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
