//! One channel of `f32` samples with the operations that all pixel code needs: resampling and box blur.
//!
//! Invariant: `data.len() == width * height`, and both are at least 1. All operations are linear in the number of
//! samples and work row by row, so that a 12-megapixel image needs memory only for its small canonical plane.

use crate::view::RgbView;

/// A channel of samples, row by row.
#[derive(Debug, Clone)]
pub(crate) struct Plane {
    data: Vec<f32>,
    width: usize,
    height: usize,
}

impl Plane {
    /// Creates a plane of zeros; sides of zero become one.
    pub(crate) fn zeros(width: usize, height: usize) -> Self {
        let (width, height) = (width.max(1), height.max(1));
        Self { data: vec![0.0; width.saturating_mul(height)], width, height }
    }

    pub(crate) fn width(&self) -> usize {
        self.width
    }

    pub(crate) fn height(&self) -> usize {
        self.height
    }

    pub(crate) fn samples(&self) -> &[f32] {
        &self.data
    }

    pub(crate) fn samples_mut(&mut self) -> &mut [f32] {
        &mut self.data
    }

    pub(crate) fn rows(&self) -> impl ExactSizeIterator<Item = &[f32]> {
        self.data.chunks_exact(self.width)
    }

    pub(crate) fn rows_mut(&mut self) -> impl ExactSizeIterator<Item = &mut [f32]> {
        self.data.chunks_exact_mut(self.width)
    }

    /// Returns row `y`, or an empty slice below the plane.
    pub(crate) fn row(&self, y: usize) -> &[f32] {
        let start = y.saturating_mul(self.width);
        self.data.get(start..start.saturating_add(self.width)).unwrap_or_default()
    }

    /// Returns a plane of the same shape with the samples `f(a, b)`.
    pub(crate) fn zip(&self, other: &Self, f: impl Fn(f32, f32) -> f32) -> Self {
        Self {
            data: self.data.iter().zip(&other.data).map(|(&a, &b)| f(a, b)).collect(),
            width: self.width,
            height: self.height,
        }
    }

    /// Returns a plane of the same shape with the samples `f(a)`.
    pub(crate) fn map(&self, f: impl Fn(f32) -> f32) -> Self {
        Self { data: self.data.iter().map(|&a| f(a)).collect(), width: self.width, height: self.height }
    }

    /// Returns the mean of `f(sample)`.
    pub(crate) fn mean_of(&self, f: impl Fn(f32) -> f32) -> f32 {
        let sum: f64 = self.data.iter().map(|&a| f64::from(f(a))).sum();
        (sum / self.data.len().max(1) as f64) as f32
    }

    /// Returns the mean over a square of `2 * radius + 1` with repeated edges.
    pub(crate) fn box_blur(&self, radius: usize) -> Self {
        let mut across = Self::zeros(self.width, self.height);
        let window = (2 * radius + 1) as f32;
        let mut prefix: Vec<f32> = Vec::with_capacity(self.width + 2 * radius + 1);
        for (row, out) in self.rows().zip(across.rows_mut()) {
            let (Some(&first), Some(&last)) = (row.first(), row.last()) else {
                continue;
            };
            // Sums are relative to the first sample, so the numbers stay small and the precision of f32 is sufficient.
            prefix.clear();
            prefix.push(0.0);
            let mut sum = 0.0;
            let padded =
                std::iter::repeat_n(first, radius).chain(row.iter().copied()).chain(std::iter::repeat_n(last, radius));
            for value in padded {
                sum += value - first;
                prefix.push(sum);
            }
            let ends = prefix.iter().skip(2 * radius + 1);
            for ((o, end), start) in out.iter_mut().zip(ends).zip(&prefix) {
                *o = (end - start) / window + first;
            }
        }
        let mut down = Self::zeros(self.width, self.height);
        let last = self.height - 1;
        let mut sums = vec![0.0f32; self.width];
        for offset in 0..=2 * radius {
            add_to(&mut sums, across.row(offset.saturating_sub(radius).min(last)), 1.0);
        }
        for y in 0..self.height {
            if let Some(out) = down.data.chunks_exact_mut(self.width).nth(y) {
                for (o, s) in out.iter_mut().zip(&sums) {
                    *o = s / window;
                }
            }
            add_to(&mut sums, across.row((y + radius + 1).min(last)), 1.0);
            add_to(&mut sums, across.row(y.saturating_sub(radius)), -1.0);
        }
        down
    }

    /// Resamples the plane to `width` x `height`.
    pub(crate) fn resized(&self, width: usize, height: usize) -> Self {
        let mut shrink = Shrinker::new(self.width, self.height, width, height);
        for row in self.rows() {
            shrink.push(row);
        }
        shrink.finish()
    }
}

/// Computes `sums += row * weight`.
pub(crate) fn add_to(sums: &mut [f32], row: &[f32], weight: f32) {
    for (s, v) in sums.iter_mut().zip(row) {
        *s += v * weight;
    }
}

/// Weights for resampling a line to another length.
///
/// Reduction averages areas; enlargement interpolates with the Catmull-Rom cubic.
#[derive(Debug)]
pub(crate) struct Taps {
    starts: Vec<usize>,
    weights: Vec<f32>,
    per_output: usize,
}

impl Taps {
    pub(crate) fn new(source: usize, target: usize) -> Self {
        let (source, target) = (source.max(1), target.max(1));
        let ratio = source as f64 / target as f64;
        let per_output = if ratio > 1.0 { (ratio.ceil() as usize + 1).min(source) } else { 4.min(source) };
        let mut starts = Vec::with_capacity(target);
        let mut weights = Vec::with_capacity(target.saturating_mul(per_output));
        for i in 0..target {
            let (low, high) = (i as f64 * ratio, (i as f64 + 1.0) * ratio);
            let centre = f64::midpoint(low, high) - 0.5;
            let first = if ratio > 1.0 { low.floor() } else { centre.floor() - 1.0 };
            let start = (first.max(0.0) as usize).min(source - per_output);
            let from = weights.len();
            for j in start..start + per_output {
                let position = j as f64;
                let weight = if ratio > 1.0 {
                    ((position + 1.0).min(high) - position.max(low)).max(0.0)
                } else {
                    catmull_rom(position - centre)
                };
                weights.push(weight as f32);
            }
            let sum: f32 = weights.iter().skip(from).sum();
            if sum.abs() > 1e-6 {
                for weight in weights.iter_mut().skip(from) {
                    *weight /= sum;
                }
            }
            starts.push(start);
        }
        Self { starts, weights, per_output }
    }

    /// Returns start and weights of each output sample, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &[f32])> {
        self.starts.iter().copied().zip(self.weights.chunks_exact(self.per_output.max(1)))
    }

    /// Returns start and weights of output sample `i`.
    pub(crate) fn at(&self, i: usize) -> Option<(usize, &[f32])> {
        let start = *self.starts.get(i)?;
        let from = i.checked_mul(self.per_output)?;
        Some((start, self.weights.get(from..from + self.per_output)?))
    }

    /// Resamples one line.
    pub(crate) fn apply(&self, source: &[f32], target: &mut [f32]) {
        for (out, (start, weights)) in target.iter_mut().zip(self.iter()) {
            let taps = source.get(start..).unwrap_or_default();
            *out = taps.iter().zip(weights).map(|(v, w)| v * w).sum();
        }
    }
}

/// The Catmull-Rom interpolation kernel.
fn catmull_rom(x: f64) -> f64 {
    let x = x.abs();
    if x < 1.0 {
        (1.5 * x - 2.5) * x * x + 1.0
    } else if x < 2.0 {
        ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    } else {
        0.0
    }
}

/// Resamples rows as they arrive and stores only the target.
#[derive(Debug)]
pub(crate) struct Shrinker {
    across: Taps,
    down: Taps,
    line: Vec<f32>,
    target: Plane,
    next: usize,
    first: usize,
}

impl Shrinker {
    pub(crate) fn new(from_w: usize, from_h: usize, width: usize, height: usize) -> Self {
        Self {
            across: Taps::new(from_w, width),
            down: Taps::new(from_h, height),
            line: vec![0.0; width.max(1)],
            target: Plane::zeros(width, height),
            next: 0,
            first: 0,
        }
    }

    /// Processes the next source row.
    pub(crate) fn push(&mut self, row: &[f32]) {
        self.across.apply(row, &mut self.line);
        let y = self.next;
        self.next += 1;
        let width = self.target.width;
        let outputs = self.target.data.chunks_exact_mut(width).enumerate();
        for (i, out) in outputs.skip(self.first) {
            let Some((start, weights)) = self.down.at(i) else {
                break;
            };
            if start > y {
                break;
            }
            match weights.get(y - start) {
                Some(&weight) => add_to(out, &self.line, weight),
                None => self.first = i + 1,
            }
        }
    }

    pub(crate) fn finish(self) -> Plane {
        self.target
    }
}

/// Computes the luma of one row of R, G, B(, A) bytes (with the weights of BT.601, as in JPEG), 0 to 255.
pub(crate) fn luma_row(pixels: &[u8], channels: usize, out: &mut [f32]) {
    for (o, pixel) in out.iter_mut().zip(pixels.chunks_exact(channels.max(1))) {
        if let [r, g, b, ..] = *pixel {
            *o = 0.299 * f32::from(r) + 0.587 * f32::from(g) + 0.114 * f32::from(b);
        }
    }
}

/// Returns the luma of the image at `width` x `height`.
pub(crate) fn luma(view: &RgbView<'_>, width: usize, height: usize) -> Plane {
    let mut shrink = Shrinker::new(view.width() as usize, view.height() as usize, width, height);
    let mut line = vec![0.0; view.width() as usize];
    for row in view.rows() {
        luma_row(row, view.layout().channels(), &mut line);
        shrink.push(&line);
    }
    shrink.finish()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn blur_is_the_mean_of_the_window() {
        let mut plane = Plane::zeros(7, 6);
        for (i, v) in plane.samples_mut().iter_mut().enumerate() {
            *v = ((i * 37) % 11) as f32;
        }
        let blurred = plane.box_blur(1);
        for y in 0..6i32 {
            for x in 0..7i32 {
                let mut sum = 0.0;
                for dy in -1..=1 {
                    for dx in -1..=1 {
                        sum += plane.row((y + dy).clamp(0, 5) as usize)[(x + dx).clamp(0, 6) as usize];
                    }
                }
                assert!((blurred.row(y as usize)[x as usize] - sum / 9.0).abs() < 1e-4);
            }
        }
    }

    #[test]
    fn resampling_keeps_constants_and_means() {
        let mut plane = Plane::zeros(31, 17);
        plane.samples_mut().fill(3.5);
        for (w, h) in [(10, 5), (62, 40), (31, 17), (1, 1), (10, 40)] {
            let small = plane.resized(w, h);
            assert!(small.samples().iter().all(|v| (v - 3.5).abs() < 1e-4), "{w}x{h}");
        }
        for (i, v) in plane.samples_mut().iter_mut().enumerate() {
            *v = (i % 5) as f32;
        }
        let one = plane.resized(1, 1);
        assert!((one.samples()[0] - plane.mean_of(|v| v)).abs() < 1e-3);
    }
}
