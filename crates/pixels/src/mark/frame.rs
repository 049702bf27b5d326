//! The canonical size of a picture.

use super::carrier::{BAND, TILE};

/// Short side of the canonical picture, in samples: the picture's own within these bounds. A small picture is not
/// enlarged, because what lies above its own highest frequencies would be lost at the first compression.
const CANONICAL_SHORT: std::ops::RangeInclusive<u32> = 256..=512;
/// Longest canonical side: pictures longer than 4:1 are taken smaller, which bounds time and memory.
const CANONICAL_LONG: f64 = 2048.0;
/// Pictures with a shorter side are not marked ...
pub(super) const LEAST_MARKED_SIDE: u32 = 128;
/// ... and, with one shorter still, not searched.
const LEAST_SIDE: u32 = 64;

/// The canonical size of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) width: usize,
    pub(super) height: usize,
}

/// The canonical size of a picture, or `None` when it is too small or too narrow to carry a mark.
pub(super) fn frame(width: u32, height: u32) -> Option<Frame> {
    framed(width, height, width.min(height).clamp(*CANONICAL_SHORT.start(), *CANONICAL_SHORT.end()))
}

/// The canonical size of a picture that was larger when it was marked.
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

/// The highest frequency at which the mark stands in a picture of this size, in cycles per pixel, or `None` when it is
/// too small or too narrow to carry a mark. What coding takes away above it costs the mark nothing.
#[must_use]
pub fn highest_frequency(width: u32, height: u32) -> Option<f32> {
    let frame = frame(width, height)?;
    let canonical_per_pixel = frame.width.min(frame.height) as f32 / width.min(height) as f32;
    Some(BAND.end / TILE as f32 * canonical_per_pixel)
}
