//! Pixels of an image: decoding within limits, generators' marks, Labeler's own watermark, and drawing and finding the
//! visible label.
//!
//! Invariants: no panic on any input. Memory and time are linear in the number of pixels, and decoding limits the
//! number of pixels. Nothing here reads a clock, randomness or the network.

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
