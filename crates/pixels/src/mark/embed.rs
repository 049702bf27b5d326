//! Writes the watermark: computes mask and strength at the canonical size, then changes the full image in one pass.

use std::collections::VecDeque;

use super::carrier::{Key, TILE};
use super::code;
use super::compression::compressed;
use super::detect::read_whole;
use super::frame::{Frame, LEAST_MARKED_SIDE, frame};
use super::mask::mask;
use super::payload::Payload;
use super::tile::{Clarity, TileReader};
use crate::plane::{self, Plane, Taps, add_to};
use crate::view::RgbViewMut;

/// Result of embedding a watermark.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EmbedReport {
    /// Peak signal-to-noise ratio of the marked image against the original over R, G and B, in decibels.
    pub psnr: f32,
    /// Structural similarity of the luma at the canonical size, as estimated while choosing the strength.
    pub ssim: f32,
    /// Factor on the mask; between 0.3 and 0.87.
    pub strength: f32,
    /// Energy of the signal divided by the energy that the decoder needs, after the worse of two modelled changes:
    /// reduction to five eighths with JPEG compression at quality 50, and compression at quality 30. Below 1, the
    /// watermark survives only milder changes.
    pub margin: f32,
}

/// Error for an image that cannot be marked. The image is unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmbedError {
    /// The short side is below 128 pixels, or the image is more than 16 times as long as wide.
    #[error("the image is too small or too narrow for a watermark")]
    TooSmall,
    /// At the maximum strength that stays invisible, the decoder cannot read the watermark, or could not after everyday
    /// processing.
    #[error("the image is too smooth or too uniform to hide a watermark")]
    Unreadable,
}

/// Minimum strength.
const LEAST_STRENGTH: f32 = 0.3;
/// Maximum strength for an image that is marked at its own size. At 0.9 butteraugli's norm is about 1 ...
const MOST_STRENGTH: f32 = 0.87;
/// ... and grows with this power of the pixels per canonical sample, because the grains of the tile become larger.
const GRAIN: f32 = 0.33;
/// Maximum mean square of the change, in grey levels: a PSNR of 42.2 dB.
const MOST_POWER: f32 = 3.92;
/// Mean square that rounding with a dither adds.
const ROUNDING: f32 = 1.0 / 6.0;
/// Maximum loss of structural similarity, with what rounding takes (up to 0.003 in smooth images): 0.9862 remains.
const MOST_LOSS: f32 = 0.0138;
/// Clarity of data and synchronisation that the decoder needs ...
const NEEDED: Clarity = Clarity { sync: 60.0, data: 240.0 };
/// ... and the target factor above it after the modelled changes.
const AIM: f32 = 2.0;
/// Ratio of JPEG's quantisation steps at quality 70 to those at quality 50. An image is not marked if it loses its
/// watermark in this compression ...
const EVERYDAY: f32 = 0.6;
/// ... or if a smaller share of the coded bits than this is correct afterwards.
const LEAST_CONFIDENCE: f32 = 0.83;
/// Ratio of JPEG's quantisation steps at quality 30 to those at quality 50. Also models WebP at quality 60.
const COARSE: f32 = 5.0 / 3.0;

/// Embeds `payload` in the image with the carriers of `key`, or the public ones. Does not change alpha.
///
/// # Errors
/// [`EmbedError`]; the image is then unchanged.
pub fn embed(picture: &mut RgbViewMut<'_>, payload: Payload, key: Option<&Key>) -> Result<EmbedReport, EmbedError> {
    if picture.width().min(picture.height()) < LEAST_MARKED_SIDE {
        return Err(EmbedError::TooSmall);
    }
    let Frame { width, height } = frame(picture.width(), picture.height()).ok_or(EmbedError::TooSmall)?;
    let luma = plane::luma(&picture.as_view(), width, height);
    let coded = code::encode(payload);
    let mut pattern = mask(&luma);
    let reader = TileReader::new(key);
    lay(&mut pattern, &reader.tile(&coded));

    let marked = |strength: f32| luma.zip(&pattern, |l, p| (l + strength * p).clamp(0.0, 255.0));
    let once = marked(1.0);
    let loss = 1.0 - similarity(&luma, &once);
    let rounding_loss = (1.0 - similarity(&luma, &rounded(&once)) - loss).max(0.0);
    // Power of the actual change: on white paper, half of the watermark is clipped.
    let power = luma.zip(&once, |a, b| (b - a) * (b - a)).mean_of(|p| p);
    let per_sample = picture.width().min(picture.height()) as f32 / width.min(height) as f32;
    let most = ((MOST_POWER - ROUNDING) / power.max(1e-6))
        .sqrt()
        .min(((MOST_LOSS - rounding_loss).max(0.0) / loss.max(1e-6)).sqrt())
        .min(MOST_STRENGTH * per_sample.max(1.0).powf(-GRAIN))
        .max(LEAST_STRENGTH);

    let margin_at = |strength: f32| {
        let candidate = marked(strength);
        [reduced(&candidate), compressed(&candidate, COARSE)]
            .iter()
            .map(|handled| reader.clarity(handled, &coded))
            .map(|clarity| (clarity.data / NEEDED.data).min(clarity.sync / NEEDED.sync))
            .fold(f32::INFINITY, f32::min)
    };
    // Most images need the maximum strength, so it is tried first.
    let (mut strength, mut margin) = (most, margin_at(most));
    for _ in 0..3 {
        // Energy grows with the square of the strength, or faster if rounding to the table removed some of it.
        let less = (strength * (AIM / margin).sqrt() * 1.03).max(LEAST_STRENGTH);
        if less > 0.95 * strength {
            break;
        }
        let lower = margin_at(less);
        if lower < AIM {
            break;
        }
        (strength, margin) = (less, lower);
    }
    match read_whole(&reader, &compressed(&marked(strength), EVERYDAY)) {
        Some(found) if found.payload == payload && found.confidence >= LEAST_CONFIDENCE => {}
        _ => return Err(EmbedError::Unreadable),
    }
    let squares = apply(picture, &pattern, strength);
    let samples = f64::from(picture.width()) * f64::from(picture.height()) * 3.0;
    Ok(EmbedReport {
        psnr: (10.0 * (65025.0 * samples / squares.max(1) as f64).log10()) as f32,
        ssim: 1.0 - loss * strength * strength - rounding_loss,
        strength,
        margin,
    })
}

/// Models what a platform may do to an image: reduction to a short side of 320, then JPEG of quality 50. Returns the
/// result at the canonical size.
fn reduced(luma: &Plane) -> Plane {
    let small = luma.resized(luma.width() * 5 / 8, luma.height() * 5 / 8);
    compressed(&small, 1.0).resized(luma.width(), luma.height())
}

/// Rounds every sample as `apply` rounds the pixels.
fn rounded(luma: &Plane) -> Plane {
    let mut out = luma.clone();
    for (row, y) in out.rows_mut().zip(0u32..) {
        for (value, x) in row.iter_mut().zip(0u32..) {
            *value = (*value + dither(x, y)).floor().clamp(0.0, 255.0);
        }
    }
    out
}

/// Multiplies a plane by the tile, repeated from the top left corner.
fn lay(plane: &mut Plane, tile: &[f32]) {
    let lines = tile.chunks_exact(TILE).cycle();
    for (row, line) in plane.rows_mut().zip(lines) {
        for piece in row.chunks_mut(TILE) {
            for (v, t) in piece.iter_mut().zip(line) {
                *v *= t;
            }
        }
    }
}

/// Returns the mean structural similarity of two planes of grey levels (Wang et al. 2004, with a square window of 5).
fn similarity(a: &Plane, b: &Plane) -> f32 {
    const C1: f32 = 6.5025;
    const C2: f32 = 58.5225;
    const WINDOW: usize = 2;
    let (mean_a, mean_b) = (a.box_blur(WINDOW), b.box_blur(WINDOW));
    // Relative to a local mean the products stay small, so that the precision of f32 is sufficient.
    let (da, db) = (a.zip(&mean_a, |v, m| v - m), b.zip(&mean_a, |v, m| v - m));
    let blurred = |x: &Plane, y: &Plane| x.zip(y, |p, q| p * q).box_blur(WINDOW);
    let (aa, bb, ab) = (blurred(&da, &da), blurred(&db, &db), blurred(&da, &db));
    let (ea, eb) = (da.box_blur(WINDOW), db.box_blur(WINDOW));
    let means = mean_a.samples().iter().zip(mean_b.samples());
    let squares = aa.samples().iter().zip(bb.samples()).zip(ab.samples());
    let offsets = ea.samples().iter().zip(eb.samples());
    let sum: f64 = means
        .zip(squares)
        .zip(offsets)
        .map(|(((ma, mb), ((aa, bb), ab)), (ea, eb))| {
            let (va, vb, cov) = (aa - ea * ea, bb - eb * eb, ab - ea * eb);
            let s = ((2.0 * ma * mb + C1) * (2.0 * cov + C2)) / ((ma * ma + mb * mb + C1) * (va + vb + C2));
            f64::from(s)
        })
        .sum();
    (sum / a.samples().len().max(1) as f64) as f32
}

/// Adds `pattern * strength`, enlarged to the image's size, equally to every channel. Returns the sum of the squares of
/// all changes.
///
/// The change is rounded with a dither whose noise is at high frequencies, which neither the eye nor the decoder
/// notices. The same integer is added to R, G and B, so that no colour appears.
fn apply(picture: &mut RgbViewMut<'_>, pattern: &Plane, strength: f32) -> u64 {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let channels = picture.as_view().layout().channels();
    let across = Taps::new(pattern.width(), width);
    let down = Taps::new(pattern.height(), height);
    // Horizontally enlarged pattern rows, kept while the window needs them.
    let mut kept: VecDeque<(usize, Vec<f32>)> = VecDeque::new();
    let mut line = vec![0.0f32; width];
    let mut squares = 0u64;
    for ((y, row), (start, weights)) in picture.rows_mut().enumerate().zip(down.iter()) {
        debug_assert!(y < height);
        while kept.front().is_some_and(|(i, _)| *i < start) {
            kept.pop_front();
        }
        line.fill(0.0);
        for (i, &weight) in (start..).zip(weights) {
            if kept.back().is_none_or(|(last, _)| *last < i) {
                let mut enlarged = vec![0.0f32; width];
                across.apply(pattern.row(i), &mut enlarged);
                kept.push_back((i, enlarged));
            }
            if let Some((_, enlarged)) = kept.iter().find(|(k, _)| *k == i) {
                add_to(&mut line, enlarged, weight * strength);
            }
        }
        let mut sum = 0u64;
        for ((pixel, &change), x) in row.chunks_exact_mut(channels).zip(&line).zip(0u32..) {
            let step = (change + dither(x, y as u32)).floor() as i32;
            if let [r, g, b, ..] = pixel {
                for value in [r, g, b] {
                    let new = (i32::from(*value) + step).clamp(0, 255) as u8;
                    sum += u64::from(new.abs_diff(*value)).pow(2);
                    *value = new;
                }
            }
        }
        squares = squares.saturating_add(sum);
    }
    squares
}

/// Returns a number from 0 to 1 for each pixel. The values are evenly distributed over every small neighbourhood: the
/// lattice of the generalised golden ratio in two dimensions, in 32-bit fixed point.
fn dither(x: u32, y: u32) -> f32 {
    const ACROSS: u32 = 3_242_174_889;
    const DOWN: u32 = 2_447_445_414;
    let place = x.wrapping_mul(ACROSS).wrapping_add(y.wrapping_mul(DOWN));
    (place >> 8) as f32 / (1u32 << 24) as f32
}
