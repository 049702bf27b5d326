//! What is in the pixels of a picture: decoding within bounds, the marks that generators leave, Labeler's own
//! watermark, and the visible label, drawn and seen.
//!
//! Invariants: no panic on any input; memory and time are linear in the number of pixels, and the number of pixels
//! is bounded where bytes are decoded; nothing here reads a clock, randomness or the network.

pub mod damage;
pub mod decode;
pub mod findings;
mod format;
mod jpeg;
pub mod mark;
pub mod overlay;
mod plane;
pub mod probe;
pub mod sight;
pub mod view;

pub use findings::{Effort, Findings, FoundMark, look, look_at};
pub use sight::{LabelSearch, SeenLabel, StatedLabel};
pub use view::{Layout, Picture, RgbView, RgbViewMut};
