//! Searches an image for one text: first a coarse copy, then a finer one around the best positions.

use std::sync::Arc;

use ab_glyph::FontRef;

use super::copies::{Copies, Copy};
use super::place::{Place, Side};
use super::template::{AROUND, RENDERED_INK, Rendered};
use crate::overlay::{Corner, LEAST_INK, MARGIN, PADDING, Typeset, ink_units};

/// Minimum correlation of a label that counts as seen. Measurements: `docs/visible-label.md`.
pub const THRESHOLD: f32 = 0.8;
/// Minimum ink height in the image, in pixels. Smaller labels are not searched for.
const LEAST_SEEN_INK: f32 = 5.0;
/// Tolerance of the nominal position, in ink heights.
const SLACK: f32 = 0.4;
/// Smallest crop that is covered, as a share of the shortest side: the label is then larger in proportion.
const SMALLEST_CROP: f32 = 0.7;
/// Ratio between two heights of the coarse search.
const COARSE_STEP: f32 = 1.04;
/// Minimum coarse correlation of a position that is examined more closely, and the maximum number of these positions.
const COARSE_THRESHOLD: f32 = 0.5;
pub(super) const MOST_REFINED: usize = 16;
/// Number of positions of one text at one place that are examined more closely, and the minimum ratio of their ink
/// heights. In the coarse copy, a wrong height can score a little more than the correct one.
const HINTS: usize = 2;
const HINT_STEP: f32 = 1.05;

/// Position of a label that was seen, in pixels of the displayed image.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sighting {
    /// Correlation between the rendered ink and the pixels, at most 1.
    pub score: f32,
    /// Measured ink height of the lowest script divided by the shortest side of the image.
    pub ink_height_ratio: f32,
    /// Left edge of the plate.
    pub left: u32,
    /// Top edge of the plate.
    pub top: u32,
    /// Width of the plate.
    pub width: u32,
    /// Height of the plate.
    pub height: u32,
}

impl Sighting {
    /// Returns the position in an image that is displayed at `size`.
    #[must_use]
    pub fn place(&self, size: (u32, u32)) -> Place {
        let near = size.0.min(size.1) as f32 * 0.1;
        let side = |start: u32, length: u32, whole: u32| {
            let end = whole.saturating_sub(start.saturating_add(length));
            match (start <= end, (start.min(end) as f32) < near) {
                (_, false) => Side::Centre,
                (true, true) => Side::Start,
                (false, true) => Side::End,
            }
        };
        let sides = (side(self.left, self.width, size.0), side(self.top, self.height, size.1));
        Place::ALL.into_iter().find(|place| place.sides() == sides).unwrap_or(Place::Middle)
    }
}

/// A text to search for, rendered with each possible way of breaking it into lines.
pub(super) struct Wanted {
    rendered: Vec<Arc<Rendered>>,
    /// Minimum and maximum ink height divided by the shortest side.
    ratios: (f32, f32),
    /// Distance from the edges in ink heights.
    margin: f32,
    /// Shortest side of the image.
    short: f32,
}

/// Best position of one text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) score: f32,
    /// Index of the rendering.
    index: usize,
    /// Ink height, left and top of the plate, in pixels of the finer copy.
    ink: f32,
    left: f32,
    top: f32,
}

impl Wanted {
    /// Returns `None` if the text cannot be drawn on this image or would be too small to be seen.
    pub(super) fn new(font: &FontRef<'_>, text: &str, ratio: f32, copies: &Copies<'_>) -> Option<Self> {
        let short = copies.short();
        let (width, height) = copies.size;
        let units = ink_units(font, text).ok()?;
        let larger = |side: u32| side.saturating_mul(16);
        let smaller = |side: u32| side / 8 * 5;
        let uncropped = |side: u32| (side as f32 / SMALLEST_CROP) as u32;
        // Line breaks as on this image, on larger and smaller images of this shape, and on those from which this one
        // may have been cropped.
        let sizes = [
            (width, height),
            (larger(width), larger(height)),
            (smaller(width), smaller(height)),
            (uncropped(width), height),
            (width, uncropped(height)),
        ];
        let mut breaks: Vec<Vec<String>> = Vec::new();
        for size in sizes {
            if let Ok(typeset) = Typeset::new(font, text, units, ratio, size)
                && !breaks.contains(&typeset.lines)
            {
                breaks.push(typeset.lines);
            }
        }
        let drawn_here = ((ratio * short).ceil().max(LEAST_INK) + 1.0) / short;
        let ratios = (ratio * 0.96, (ratio * 1.03).max(drawn_here) / SMALLEST_CROP);
        if breaks.is_empty() || ratios.1 * short < LEAST_SEEN_INK {
            return None;
        }
        let rendered = breaks.iter().map(|lines| Rendered::of(font, units, lines)).collect();
        Some(Self { rendered, ratios, margin: MARGIN / ratio, short })
    }

    /// Searches in the stated corner, then everywhere else. Returns the best position with any score.
    pub(super) fn find_stated(&self, copy: &Copy, corner: Option<Corner>) -> Option<Found> {
        let best_of = |places: &[Place]| {
            let hints = self.coarse(copy, places, true);
            let found = hints.iter().filter_map(|hint| self.refined(copy, hint));
            found.max_by(|a, b| a.score.total_cmp(&b.score))
        };
        let there = corner.and_then(|corner| best_of(&[corner.into()]));
        if there.is_some_and(|there| there.score >= THRESHOLD) {
            return there;
        }
        let anywhere = best_of(&Place::ALL);
        [there, anywhere].into_iter().flatten().max_by(|a, b| a.score.total_cmp(&b.score))
    }

    /// Returns the best positions in the coarse copy near each place. Positions away from the corners, where labels of
    /// cropped images are, are searched only with `cropped`.
    pub(super) fn coarse(&self, copy: &Copy, places: &[Place], cropped: bool) -> Vec<Found> {
        let plane = &copy.coarse;
        let grown = copy.coarse_factor as f32;
        let reduction = copy.factor as f32 * grown;
        let pixels = self.short / reduction;
        // The best position for each height.
        let mut best: Vec<Vec<Found>> = vec![Vec::new(); places.len()];
        for (index, rendered) in self.rendered.iter().enumerate() {
            let mut ink = (self.ratios.0 * pixels).max(LEAST_SEEN_INK / reduction);
            while ink <= self.ratios.1 * pixels * COARSE_STEP {
                let scale = ink / RENDERED_INK;
                // The template begins inside the plate, at an integer pixel.
                let inset = (PADDING - AROUND) * ink;
                let is_cropped = ink > self.ratios.1 * SMALLEST_CROP * pixels * COARSE_STEP;
                let template = rendered.template(scale, AROUND * ink, AROUND * ink);
                for (place, best) in places.iter().zip(&mut best) {
                    let Some(template) = template.as_ref().filter(|_| cropped || !is_cropped || place.is_corner())
                    else {
                        continue;
                    };
                    let (horizontal, vertical) = place.sides();
                    let columns = self.range(horizontal, rendered.width * scale, plane.width as f32, ink);
                    let rows = self.range(vertical, rendered.height * scale, plane.height as f32, ink);
                    let (Some((x0, x1)), Some((y0, y1))) = (columns, rows) else { continue };
                    let mut here: Option<Found> = None;
                    for y in whole(y0 + inset, y1 + inset) {
                        for x in whole(x0 + inset, x1 + inset) {
                            let score = template.score(plane, x, y);
                            if score >= COARSE_THRESHOLD && here.is_none_or(|here| score > here.score) {
                                let (left, top) = ((x as f32 - inset) * grown, (y as f32 - inset) * grown);
                                here = Some(Found { score, index, ink: ink * grown, left, top });
                            }
                        }
                    }
                    best.extend(here);
                }
                ink *= COARSE_STEP;
            }
        }
        best.into_iter().flat_map(best_heights).collect()
    }

    /// Returns the possible starts of a plate along one side.
    fn range(&self, side: Side, length: f32, whole: f32, ink: f32) -> Option<(f32, f32)> {
        let free = whole - length;
        let outside = (PADDING - AROUND) * ink;
        let inside = (self.margin + SLACK) * ink;
        let range = match side {
            Side::Start => (-outside, inside),
            Side::End => (free - inside, free + outside),
            Side::Centre => (free / 2.0 - SLACK * ink, free / 2.0 + SLACK * ink),
        };
        (free >= -2.0 * outside).then_some(range)
    }

    /// Compares on the finer copy around a hint, in decreasing steps.
    pub(super) fn refined(&self, copy: &Copy, hint: &Found) -> Option<Found> {
        let rendered = self.rendered.get(hint.index)?;
        let mut best = Found { score: 0.0, ..*hint };
        // Integer positions first, because these share one template for each height.
        let shifts = copy.coarse_factor as i32;
        for (ink, left, top) in grown(rendered, hint, 0.01, 3) {
            let Some((template, x, y)) = rendered.placed(ink, left, top) else { continue };
            for (dx, dy) in square(shifts) {
                let (Some(x), Some(y)) = (x.checked_add_signed(dx as isize), y.checked_add_signed(dy as isize)) else {
                    continue;
                };
                let score = template.score(&copy.fine, x, y);
                if score > best.score {
                    best = Found { score, index: hint.index, ink, left: left + dx as f32, top: top + dy as f32 };
                }
            }
        }
        if best.score < COARSE_THRESHOLD {
            return Some(best);
        }
        for (step, ink_step) in [(0.5, 0.005), (0.25, 0.0025)] {
            for (ink, left, top) in grown(rendered, &best, ink_step, 1) {
                for (dx, dy) in square(1) {
                    let (left, top) = (left + dx as f32 * step, top + dy as f32 * step);
                    let Some((template, x, y)) = rendered.placed(ink, left, top) else { continue };
                    let score = template.score(&copy.fine, x, y);
                    if score > best.score {
                        best = Found { score, index: hint.index, ink, left, top };
                    }
                }
            }
        }
        Some(best)
    }
}

/// Keeps the [`HINTS`] best positions whose ink heights differ.
fn best_heights(mut found: Vec<Found>) -> Vec<Found> {
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut kept: Vec<Found> = Vec::with_capacity(HINTS);
    for each in found {
        let differs = |other: &Found| each.ink.max(other.ink) > each.ink.min(other.ink) * HINT_STEP;
        if kept.len() < HINTS && kept.iter().all(differs) {
            kept.push(each);
        }
    }
    kept
}

/// Returns heights around that of `found`, with the left and top of the plate that keep its middle in place.
fn grown(rendered: &Rendered, found: &Found, step: f32, reach: i32) -> Vec<(f32, f32, f32)> {
    let Found { ink, left, top, .. } = *found;
    (-reach..=reach)
        .map(|steps| {
            let change = ink * step * steps as f32;
            let moved = change / RENDERED_INK / 2.0;
            (ink + change, left - moved * rendered.width, top - moved * rendered.height)
        })
        .collect()
}

/// Returns the offsets in a square around zero.
fn square(reach: i32) -> impl Iterator<Item = (i32, i32)> {
    (-reach..=reach).flat_map(move |y| (-reach..=reach).map(move |x| (x, y)))
}

/// Returns the integers in a range, none below zero.
fn whole(from: f32, to: f32) -> std::ops::RangeInclusive<usize> {
    from.ceil().max(0.0) as usize..=to.floor().max(0.0) as usize
}

impl Found {
    pub(super) fn sighting(&self, wanted: &Wanted, copy: &Copy) -> Sighting {
        let factor = copy.factor as f32;
        let scale = self.ink / RENDERED_INK * factor;
        let (width, height) = wanted.rendered.get(self.index).map_or((0.0, 0.0), |r| (r.width, r.height));
        let pixels = |value: f32| value.round().max(0.0) as u32;
        Sighting {
            score: self.score,
            ink_height_ratio: self.ink * factor / wanted.short,
            left: pixels(self.left * factor),
            top: pixels(self.top * factor),
            width: pixels(width * scale),
            height: pixels(height * scale),
        }
    }
}
