//! The canonical size of a picture.

use super::carrier::{BAND, TILE};

/// Short side of the canonical image in samples: the image's own short side within these limits. A small image is not
/// enlarged, because the first compression would remove everything above its own highest frequencies.
const CANONICAL_SHORT: std::ops::RangeInclusive<u32> = 256..=512;
/// Maximum length of the canonical image. Images longer than 4:1 are reduced further, which limits time and memory.
const CANONICAL_LONG: f64 = 2048.0;
/// Images with a shorter side are not marked ...
pub(super) const LEAST_MARKED_SIDE: u32 = 128;
/// ... and images with a side shorter than this are not searched.
const LEAST_SIDE: u32 = 64;

/// Canonical size of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) width: usize,
    pub(super) height: usize,
}

/// Returns the canonical size of an image, or `None` if it is too small or too narrow for a watermark.
pub(super) fn frame(width: u32, height: u32) -> Option<Frame> {
    framed(width, height, width.min(height).clamp(*CANONICAL_SHORT.start(), *CANONICAL_SHORT.end()))
}

/// Returns the canonical size of an image that was larger when it was marked.
pub(super) fn largest_frame(width: u32, height: u32) -> Option<Frame> {
    framed(width, height, *CANONICAL_SHORT.end())
}

fn framed(width: u32, height: u32, canonical_short: u32) -> Option<Frame> {
    let (short, long) = (width.min(height), width.max(height));
    if short < LEAST_SIDE {
        return None;
    }
    let scale = (f64::from(canonical_short) / f64::from(short)).min(CANONICAL_LONG / f64::from(long));
    let side = |pixels: u32| (f64::from(pixels) * scale).round() as usize;
    let frame = Frame { width: side(width), height: side(height) };
    (frame.width.min(frame.height) >= TILE).then_some(frame)
}

/// Returns the highest frequency of the watermark in an image of this size, in cycles per pixel, or `None` if the image
/// is too small or too narrow for a watermark. Compression losses above this frequency do not affect the watermark.
#[must_use]
pub fn highest_frequency(width: u32, height: u32) -> Option<f32> {
    let frame = frame(width, height)?;
    let canonical_per_pixel = frame.width.min(frame.height) as f32 / width.min(height) as f32;
    Some(BAND.end / TILE as f32 * canonical_per_pixel)
}
