//! Labeler's own invisible mark: a tiled spread-spectrum signal in the luma, blind to read.
//!
//! A picture is thought of at a canonical size (short side 512). There a tile of 128 x 128 samples repeats over the
//! whole picture, scaled by a mask that follows texture and brightness. `embed` chooses the least strength at which
//! its own decoder still has a margin after a model of strong JPEG compression; `detect` finds the tile again by its
//! synchronisation signal in whole pictures of any size, turned by quarters or mirrored, and (`Search::Deep`) after crops,
//! rotations and changes of aspect ratio. Method, limits and measured figures: `docs/watermark.md`.
//!
//! A mark is a key into the issuer's records and no proof: with the public carriers anybody can write one. What it
//! says must be matched with the record's hash or perceptual hash.

mod carrier;
mod code;
mod compression;
mod detect;
mod embed;
mod flatten;
mod frame;
mod lattice;
mod level;
mod mask;
mod payload;
mod tile;
mod wide;

pub use carrier::Key;
pub use detect::{Detection, Search, detect, detect_each, is_large_enough};
pub use embed::{EmbedError, EmbedReport, embed};
pub use frame::highest_frequency;
pub use payload::{Payload, PayloadError};
