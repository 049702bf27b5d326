//! The invisible mark in colour indices: a pixel takes another colour of the same table where that is closer to what the
//! mark wants, and only one that looks alike.

use labeler_pixels::mark::{Key, Payload, embed};
use labeler_pixels::{Layout, Picture};

use super::area::Area;
use super::palette::Palette;

/// Largest difference in a channel of colours that may stand in for one another.
const ALIKE: u8 = 28;
/// How much more luma counts than the three channels together, where it counts more.
const LUMA: f32 = 12.0;
/// Factor on the mark, where it is spread.
const GAIN: f32 = 1.5;
/// Most of an error, in each channel, that is handed on.
const MOST_ERROR: f32 = 16.0;

/// A mark to write.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark<'a> {
    pub(crate) payload: Payload,
    /// `None` for the public watermark.
    pub(crate) key: Option<&'a Key>,
    /// For coarse tables: luma, which holds the mark, counts more than hue, and what a colour misses is handed on to the
    /// pixels beside and below. In an animation that would shimmer.
    pub(crate) spread: bool,
}

impl Mark<'_> {
    /// Writes the mark into an image where `free` says of a pixel and its index that it may change. An image that cannot
    /// carry it stays as it is.
    pub(super) fn write(self, indices: &mut [u8], area: &Area, palette: &Palette, free: impl Fn(u32, u32, u8) -> bool) {
        let colors = indices.iter().flat_map(|index| palette.color(*index)).collect();
        if let Some(mut picture) = Picture::new(area.width, area.height, Layout::Rgb, colors)
            && embed(&mut picture.view_mut(), self.payload, self.key).is_ok()
        {
            approach(indices, area, &picture, palette, self.spread, free);
        }
    }
}

/// Brings the indices as close to `wanted` as alike colours allow.
fn approach(
    indices: &mut [u8],
    area: &Area,
    wanted: &Picture,
    palette: &Palette,
    spread: bool,
    free: impl Fn(u32, u32, u8) -> bool,
) {
    let alike: Vec<Vec<(u8, [f32; 3])>> = (0..=u8::MAX).map(|index| alike(palette, index)).collect();
    // What the table cannot take of the mark is lost.
    let gain = if spread { GAIN } else { 1.0 };
    let width = area.width as usize;
    // Errors of this row and of the next, with a place on either side.
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
                // Floyd and Steinberg's shares.
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

/// The colours that may stand in for the one at `index`, which is one of them.
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

/// How far apart two colours of this difference are, with this much more weight on luma.
fn far([r, g, b]: &[f32; 3], weight: f32) -> f32 {
    let luma = 0.299 * r + 0.587 * g + 0.114 * b;
    r * r + g * g + b * b + weight * luma * luma
}

fn add(errors: &mut [[f32; 3]], at: usize, missed: &[f32; 3], share: f32) {
    if let Some(error) = errors.get_mut(at) {
        error.iter_mut().zip(missed).for_each(|(error, missed)| *error += missed * share);
    }
}
