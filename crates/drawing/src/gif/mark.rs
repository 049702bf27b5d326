//! Writes the watermark into colour indices: a pixel gets another colour of the same table if that is closer to the
//! watermark's value and looks alike.

use labeler_pixels::mark::{Key, Payload, embed};
use labeler_pixels::{Layout, Picture};

use super::area::Area;
use super::palette::Palette;

/// Maximum difference per channel of colours that can replace each other.
const ALIKE: u8 = 28;
/// Additional weight of luma relative to the three channels together, with `spread`.
const LUMA: f32 = 12.0;
/// Factor on the watermark, with `spread`.
const GAIN: f32 = 1.5;
/// Maximum error per channel that is passed on to neighbours.
const MOST_ERROR: f32 = 16.0;

/// A watermark to write.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark<'a> {
    pub(crate) payload: Payload,
    /// `None` for the public watermark.
    pub(crate) key: Option<&'a Key>,
    /// For coarse tables: luma, which contains the watermark, gets more weight than hue, and each pixel's error is
    /// passed on to the pixels beside and below it. In an animation this would flicker.
    pub(crate) spread: bool,
}

impl Mark<'_> {
    /// Writes the watermark into an image. `free` tells whether a pixel with its index may change. An image that cannot
    /// carry the watermark stays unchanged.
    pub(super) fn write(self, indices: &mut [u8], area: &Area, palette: &Palette, free: impl Fn(u32, u32, u8) -> bool) {
        let colors = indices.iter().flat_map(|index| palette.color(*index)).collect();
        if let Some(mut picture) = Picture::new(area.width, area.height, Layout::Rgb, colors)
            && embed(&mut picture.view_mut(), self.payload, self.key).is_ok()
        {
            approach(indices, area, &picture, palette, self.spread, free);
        }
    }
}

/// Moves the indices as close to `wanted` as similar colours allow.
fn approach(
    indices: &mut [u8],
    area: &Area,
    wanted: &Picture,
    palette: &Palette,
    spread: bool,
    free: impl Fn(u32, u32, u8) -> bool,
) {
    let alike: Vec<Vec<(u8, [f32; 3])>> = (0..=u8::MAX).map(|index| alike(palette, index)).collect();
    // The part of the watermark that the table cannot represent is lost.
    let gain = if spread { GAIN } else { 1.0 };
    let width = area.width as usize;
    // Errors of this row and the next one, with one extra position on each side.
    let (mut here, mut below) =
        (vec![[0.0_f32; 3]; width.saturating_add(2)], vec![[0.0_f32; 3]; width.saturating_add(2)]);
    for ((y, row), wanted) in (area.y..).zip(indices.chunks_exact_mut(width)).zip(wanted.view().rows()) {
        for (column, (index, wanted)) in row.iter_mut().zip(wanted.chunks_exact(3)).enumerate() {
            let x = area.x.saturating_add(u32::try_from(column).unwrap_or(u32::MAX));
            let Some(candidates) = alike.get(usize::from(*index)).filter(|_| free(x, y, *index)) else { continue };
            let error = here.get(column.saturating_add(1)).copied().unwrap_or_default();
            let [r, g, b] = error;
            let [wr, wg, wb] = *wanted else { continue };
            let [or, og, ob] = palette.color(*index);
            let more = |wanted: u8, own: u8| f32::from(own) + (f32::from(wanted) - f32::from(own)) * gain;
            let target = [more(wr, or) + r, more(wg, og) + g, more(wb, ob) + b];
            let distance = |color: &[f32; 3]| far(&minus(&target, color), if spread { LUMA } else { 0.0 });
            let best = candidates.iter().min_by(|a, b| distance(&a.1).total_cmp(&distance(&b.1)));
            let Some((best, color)) = best else { continue };
            *index = *best;
            if spread {
                let missed = minus(&target, color).map(|error| error.clamp(-MOST_ERROR, MOST_ERROR));
                // Weights of Floyd and Steinberg.
                add(&mut here, column.saturating_add(2), &missed, 7.0 / 16.0);
                add(&mut below, column, &missed, 3.0 / 16.0);
                add(&mut below, column.saturating_add(1), &missed, 5.0 / 16.0);
                add(&mut below, column.saturating_add(2), &missed, 1.0 / 16.0);
            }
        }
        std::mem::swap(&mut here, &mut below);
        below.fill([0.0; 3]);
    }
}

/// Returns the colours that can replace the one at `index`, including itself.
fn alike(palette: &Palette, index: u8) -> Vec<(u8, [f32; 3])> {
    let own = palette.color(index);
    let near = |color: &[u8; 3]| own.iter().zip(color).all(|(a, b)| a.abs_diff(*b) <= ALIKE);
    let others = palette.opaque().filter(|(other, color)| *other == index || near(color));
    others.map(|(other, color)| (other, color.map(f32::from))).collect()
}

fn minus(a: &[f32; 3], b: &[f32; 3]) -> [f32; 3] {
    let ([ar, ag, ab], [br, bg, bb]) = (*a, *b);
    [ar - br, ag - bg, ab - bb]
}

/// Returns the distance of two colours with this difference and this additional weight on luma.
fn far([r, g, b]: &[f32; 3], weight: f32) -> f32 {
    let luma = 0.299 * r + 0.587 * g + 0.114 * b;
    r * r + g * g + b * b + weight * luma * luma
}

fn add(errors: &mut [[f32; 3]], at: usize, missed: &[f32; 3], share: f32) {
    if let Some(error) = errors.get_mut(at) {
        error.iter_mut().zip(missed).for_each(|(error, missed)| *error += missed * share);
    }
}
