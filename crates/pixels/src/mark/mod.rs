//! Labeler's own watermark: a tiled spread-spectrum signal in the luma, which is read without the original.
//!
//! The image is processed at a canonical size (short side 512). There a tile of 128 x 128 samples repeats over the
//! whole image, scaled by a mask that follows texture and brightness. `embed` chooses the lowest strength at which its
//! own decoder still has a margin after a model of strong JPEG compression. `detect` finds the tile by its
//! synchronisation signal in whole images of any size, rotated by quarter turns or mirrored, and (`Search::Deep`) after
//! crops, rotations and changes of aspect ratio. Method, limits and measurements: `docs/watermark.md`.
//!
//! A watermark is a key to the issuer's records and not a proof: with the public carriers, anyone can write one. Its
//! payload must be verified with the record's hash or perceptual hash.

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
