//! Renders a label at any size and position, and compares it with the pixels.

use std::sync::{Arc, OnceLock};

use ab_glyph::FontRef;

use super::copies::Plane;
use super::texts::USUAL_TEXTS;
use crate::overlay::{Label, PADDING, render};

/// Ink height at which texts are rendered before they are reduced.
pub(super) const RENDERED_INK: f32 = 36.0;
/// Distance around the ink in which the label is compared, in ink heights; the plate is larger.
pub(super) const AROUND: f32 = 0.22;
/// Minimum difference of luma between ink and plate, and maximum luma of the plate. Drawn labels have at least 166 and
/// at most 89.
const LEAST_CONTRAST: f32 = 80.0;
const MOST_PLATE: f32 = 130.0;

/// A label with sums of its coverage.
pub(super) struct Rendered {
    pub(super) width: f32,
    pub(super) height: f32,
    columns: usize,
    rows: usize,
    /// Coverage over all pixels above and to the left; one more row and column than the pixels.
    sums: Vec<f32>,
}

/// A label rendered at one height and phase, ready for comparison.
pub(super) struct Template {
    width: usize,
    height: usize,
    /// Coverage with its mean removed and with norm 1.
    weights: Vec<f32>,
    /// Original norm of the coverage.
    norm: f32,
    /// Mean of the coverage.
    mean: f32,
}

impl Rendered {
    /// The usual texts on one line are rendered once and cached, because reading the font takes longer than the rest.
    pub(super) fn of(font: &FontRef<'_>, units: f32, lines: &[String]) -> Arc<Self> {
        static KEPT: [OnceLock<Arc<Rendered>>; USUAL_TEXTS.len()] = [const { OnceLock::new() }; USUAL_TEXTS.len()];
        let new = || Arc::new(Self::new(&render(font, units, lines, RENDERED_INK)));
        let index = match lines {
            [line] => USUAL_TEXTS.iter().position(|text| text == line),
            _ => None,
        };
        index.and_then(|index| KEPT.get(index)).map_or_else(new, |kept| Arc::clone(kept.get_or_init(new)))
    }

    fn new(label: &Label) -> Self {
        let (columns, rows) = (label.width as usize, label.height as usize);
        let mut sums = vec![0.0; columns + 1];
        for row in label.coverage.chunks_exact(columns.max(1)) {
            let above = sums.len() - (columns + 1);
            let mut left = 0.0;
            sums.push(0.0);
            for (x, value) in row.iter().enumerate() {
                left += value;
                let sum: f32 = sums.get(above + x + 1).copied().unwrap_or_default();
                sums.push(sum + left);
            }
        }
        Self { width: columns as f32, height: rows as f32, columns, rows, sums }
    }

    /// Returns the coverage above and to the left of a point between pixels.
    fn sum(&self, x: f32, y: f32) -> f32 {
        let (x, y) = (x.clamp(0.0, self.width), y.clamp(0.0, self.height));
        let (column, row) =
            ((x as usize).min(self.columns.saturating_sub(1)), (y as usize).min(self.rows.saturating_sub(1)));
        let (right, down) = (x - column as f32, y - row as f32);
        let at =
            |column: usize, row: usize| self.sums.get(row * (self.columns + 1) + column).copied().unwrap_or_default();
        let above = at(column, row) * (1.0 - right) + at(column + 1, row) * right;
        let below = at(column, row + 1) * (1.0 - right) + at(column + 1, row + 1) * right;
        above * (1.0 - down) + below * down
    }

    /// Renders the label at another size. Its first pixel begins `x` and `y` (in its own pixels) before the ink, which
    /// begins [`PADDING`] inside the plate. Returns `None` if nothing is left of it or it has no contrast.
    pub(super) fn template(&self, scale: f32, x: f32, y: f32) -> Option<Template> {
        let padding = PADDING * RENDERED_INK;
        let around = AROUND * RENDERED_INK * scale;
        let ink = |size: f32| (size - 2.0 * padding) * scale;
        let (width, height) = ((ink(self.width) + around + x) as usize, (ink(self.height) + around + y) as usize);
        let (left, top) = (padding - x / scale, padding - y / scale);
        let mut weights = Vec::with_capacity(width * height);
        let edge = |row: usize| -> Vec<f32> {
            let y = top + row as f32 / scale;
            (0..=width).map(|column| self.sum(left + column as f32 / scale, y)).collect()
        };
        let mut above = edge(0);
        for row in 0..height {
            let below = edge(row + 1);
            let pairs = above.windows(2).zip(below.windows(2));
            weights.extend(pairs.map(|(above, below)| match (above, below) {
                ([a, b], [c, d]) => (d - b - c + a) * scale * scale,
                _ => 0.0,
            }));
            above = below;
        }
        let count = weights.len() as f32;
        let mean = weights.iter().sum::<f32>() / count.max(1.0);
        weights.iter_mut().for_each(|weight| *weight -= mean);
        let norm = dot(&weights, &weights).sqrt();
        if weights.is_empty() || norm < 1e-3 {
            return None;
        }
        weights.iter_mut().for_each(|weight| *weight /= norm);
        Some(Template { width, height, weights, norm, mean })
    }

    /// Returns the template for a plate at any position, also between pixels, and the integer pixel from which it is
    /// compared.
    pub(super) fn placed(&self, ink: f32, left: f32, top: f32) -> Option<(Template, usize, usize)> {
        let start = |plate: f32| {
            let ink_start = plate + PADDING * ink;
            let first = (ink_start - AROUND * ink).round().max(0.0);
            (ink_start >= first).then_some((first as usize, ink_start - first))
        };
        let ((x, before_x), (y, before_y)) = (start(left)?, start(top)?);
        Some((self.template(ink / RENDERED_INK, before_x, before_y)?, x, y))
    }
}

impl Template {
    /// Returns the correlation with the pixels from (x, y); 0 outside of the plane, or if there is no bright ink on a
    /// dark plate.
    pub(super) fn score(&self, plane: &Plane, x: usize, y: usize) -> f32 {
        if x + self.width > plane.width || y + self.height > plane.height {
            return 0.0;
        }
        let count = self.weights.len() as f64;
        let [sum, squares] = plane.window(x, y, self.width, self.height);
        let spread = (squares - sum * sum / count).max(0.0).sqrt() as f32;
        let mean = (sum / count) as f32;
        // The contrast is at most spread / norm, and the plate is at least as dark as the mean.
        if spread < LEAST_CONTRAST * self.norm || mean > MOST_PLATE + 255.0 * self.mean {
            return 0.0;
        }
        let mut covariance = 0.0;
        for (row, weights) in self.weights.chunks_exact(self.width).enumerate() {
            let start = (y + row) * plane.width + x;
            if let Some(pixels) = plane.data.get(start..start + self.width) {
                covariance += dot(weights, pixels);
            }
        }
        let contrast = covariance / self.norm;
        if contrast < LEAST_CONTRAST || mean - contrast * self.mean > MOST_PLATE {
            return 0.0;
        }
        covariance / spread
    }
}

/// Returns the dot product, computed in the same order on every machine.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0f32; 8];
    let (a, b) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f32 = a.remainder().iter().zip(b.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in a.zip(b) {
        for (lane, (a, b)) in lanes.iter_mut().zip(a.iter().zip(b)) {
            *lane += a * b;
        }
    }
    lanes.iter().sum::<f32>() + rest
}
