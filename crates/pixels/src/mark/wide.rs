//! The spectrum of a whole plane, evaluated at any frequency, and its autocorrelation.
//!
//! A plane is placed on a larger field of zeros whose sides are powers of two, with its centre at the origin. Then the
//! phases of neighbouring coefficients change slowly, and the spectrum can be interpolated. This one transform replaces
//! folding the plane again for each scale, angle and stretch.
//!
//! Invariant: the field has at most [`LONGEST`] x [`LONGEST`] / 2 samples' worth of coefficients for the planes that
//! `super::frame` allows. Of longer planes, the middle is used.

use microfft::Complex32;
use microfft::complex::{cfft_128, cfft_256, cfft_512, cfft_1024, cfft_2048};

use crate::plane::Plane;

/// Maximum side of the field.
const LONGEST: usize = 2048;
/// Maximum side of a plane that is used as a whole; the field is at least a quarter longer.
const LONGEST_PLANE: usize = LONGEST * 4 / 5;
/// Number of samples on each side of a frequency for its interpolation, per axis.
const REACH: i32 = 3;
/// Number of precomputed interpolation steps between two coefficients.
const STEPS: usize = 128;

const ZERO: Complex32 = Complex32 { re: 0.0, im: 0.0 };

/// Spectrum of a real plane: all rows, and the columns from zero to half the field's width.
pub(super) struct Wide {
    data: Vec<Complex32>,
    /// Width and height of the field.
    width: usize,
    height: usize,
    /// Width and height of the plane inside it.
    plane: (usize, usize),
    weights: Vec<[f32; 2 * REACH as usize]>,
}

/// Real samples on the field, with the origin at index 0 and negative positions wrapped around.
pub(super) struct Field {
    data: Vec<f32>,
    pub(super) width: usize,
    pub(super) height: usize,
}

impl Field {
    /// Returns the sample at an integer position.
    pub(super) fn at(&self, x: i32, y: i32) -> f32 {
        // The sides are powers of two: the low bits are the remainder, for negative numbers too.
        let (x, y) = (x & (self.width as i32 - 1), y & (self.height as i32 - 1));
        self.data.get(y as usize * self.width + x as usize).copied().unwrap_or(0.0)
    }

    /// Returns the value at any position, interpolated linearly.
    pub(super) fn between(&self, x: f32, y: f32) -> f32 {
        let (left, top) = (x.floor(), y.floor());
        let (part, down) = (x - left, y - top);
        let (left, top) = (left as i32, top as i32);
        let upper = self.at(left, top) * (1.0 - part) + self.at(left + 1, top) * part;
        let lower = self.at(left, top + 1) * (1.0 - part) + self.at(left + 1, top + 1) * part;
        upper * (1.0 - down) + lower * down
    }
}

fn side(samples: usize) -> usize {
    (samples * 5 / 4).next_power_of_two().clamp(128, LONGEST)
}

/// Transforms one line in place. Lines whose length [`side`] never returns stay unchanged.
fn transform(line: &mut [Complex32]) {
    if let Ok(line) = <&mut [Complex32; 2048]>::try_from(&mut *line) {
        let _: &mut [Complex32; 2048] = cfft_2048(line);
    } else if let Ok(line) = <&mut [Complex32; 1024]>::try_from(&mut *line) {
        let _: &mut [Complex32; 1024] = cfft_1024(line);
    } else if let Ok(line) = <&mut [Complex32; 512]>::try_from(&mut *line) {
        let _: &mut [Complex32; 512] = cfft_512(line);
    } else if let Ok(line) = <&mut [Complex32; 256]>::try_from(&mut *line) {
        let _: &mut [Complex32; 256] = cfft_256(line);
    } else if let Ok(line) = <&mut [Complex32; 128]>::try_from(&mut *line) {
        let _: &mut [Complex32; 128] = cfft_128(line);
    }
}

/// Number of columns that are transformed at a time, for sequential memory access.
const COLUMNS: usize = 8;

/// Transforms every column of `data`, whose rows have `width` values.
fn transform_columns(data: &mut [Complex32], width: usize, height: usize) {
    let mut lines = vec![ZERO; height * COLUMNS];
    for first in (0..width).step_by(COLUMNS) {
        for (y, row) in data.chunks_exact(width).enumerate() {
            let values = row.get(first..).unwrap_or_default();
            for (cell, value) in lines.iter_mut().skip(y).step_by(height).zip(values) {
                *cell = *value;
            }
        }
        lines.chunks_exact_mut(height).for_each(transform);
        for (y, row) in data.chunks_exact_mut(width).enumerate() {
            let values = row.get_mut(first..).unwrap_or_default();
            for (value, cell) in values.iter_mut().zip(lines.iter().skip(y).step_by(height)) {
                *value = *cell;
            }
        }
    }
}

impl Wide {
    pub(super) fn new(plane: &Plane) -> Self {
        let (pw, ph) = (plane.width().min(LONGEST_PLANE), plane.height().min(LONGEST_PLANE));
        let (left, top) = ((plane.width() - pw) / 2, (plane.height() - ph) / 2);
        let (width, height) = (side(pw), side(ph));
        let half = width / 2 + 1;
        let mut data = vec![ZERO; half * height];
        let mut line = vec![ZERO; width];
        // Two real rows form one complex row; symmetry separates its spectrum.
        for pair in (0..ph).step_by(2) {
            line.fill(ZERO);
            let (first, second) = (plane.row(top + pair), if pair + 1 < ph { plane.row(top + pair + 1) } else { &[] });
            for (x, value) in first.iter().skip(left).take(pw).enumerate() {
                if let Some(cell) = line.get_mut((x + width - pw / 2) % width) {
                    cell.re = *value;
                }
            }
            for (x, value) in second.iter().skip(left).take(pw).enumerate() {
                if let Some(cell) = line.get_mut((x + width - pw / 2) % width) {
                    cell.im = *value;
                }
            }
            transform(&mut line);
            let target = |row: usize| (row + height - ph / 2) % height * half;
            let (a, b) = (target(pair), target(pair + 1));
            for k in 0..half {
                let z = line.get(k).copied().unwrap_or(ZERO);
                let w = line.get((width - k) % width).copied().unwrap_or(ZERO).conj();
                if let Some(cell) = data.get_mut(a + k) {
                    *cell = (z + w) * 0.5;
                }
                if pair + 1 < ph
                    && let Some(cell) = data.get_mut(b + k)
                {
                    let difference = (z - w) * 0.5;
                    *cell = Complex32::new(difference.im, -difference.re);
                }
            }
        }
        transform_columns(&mut data, half, height);
        Self { data, width, height, plane: (pw, ph), weights: weights() }
    }

    /// Returns width and height of the plane.
    pub(super) const fn plane(&self) -> (usize, usize) {
        self.plane
    }

    /// Returns width and height of the field.
    pub(super) const fn field(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    /// Returns the power of every coefficient, in rows of half the field's width plus one.
    pub(super) fn power(&self) -> Vec<f32> {
        self.data.iter().map(|z| z.norm_sqr()).collect()
    }

    /// Returns the interpolated coefficient at any frequency in cycles per sample.
    pub(super) fn at(&self, fx: f32, fy: f32) -> Complex32 {
        // The stored half contains the horizontal frequencies from zero to a half; the others are their conjugates.
        if fx < 0.0 {
            return self.at_right(-fx, -fy).conj();
        }
        self.at_right(fx, fy)
    }

    fn at_right(&self, fx: f32, fy: f32) -> Complex32 {
        if fx > 0.5 || fy.abs() > 0.5 {
            return ZERO;
        }
        let (x, y) = (fx * self.width as f32, fy * self.height as f32);
        let ((left, across), (top, down)) = (self.taps(x), self.taps(y));
        let half = self.width / 2 + 1;
        let mut sum = ZERO;
        for (dy, weight) in down.iter().enumerate() {
            let row = (top + dy as i32) & (self.height as i32 - 1);
            let mut line = ZERO;
            if left >= 0 && left as usize + across.len() <= half {
                let start = row as usize * half + left as usize;
                let values = self.data.get(start..start + across.len()).unwrap_or_default();
                for (value, weight) in values.iter().zip(across) {
                    line += *value * *weight;
                }
            } else {
                for (dx, weight) in across.iter().enumerate() {
                    line += self.coefficient(left + dx as i32, row) * *weight;
                }
            }
            sum += line * *weight;
        }
        sum
    }

    /// Returns the first coefficient and the weights for a position in coefficients.
    fn taps(&self, position: f32) -> (i32, &[f32; 2 * REACH as usize]) {
        const NONE: [f32; 2 * REACH as usize] = [0.0; 2 * REACH as usize];
        let low = position.floor();
        let step = ((position - low) * STEPS as f32).round() as usize;
        (low as i32 - REACH + 1, self.weights.get(step).unwrap_or(&NONE))
    }

    fn coefficient(&self, x: i32, y: i32) -> Complex32 {
        let x = x & (self.width as i32 - 1);
        let (x, y, mirrored) =
            if x as usize > self.width / 2 { (self.width as i32 - x, -y, true) } else { (x, y, false) };
        let y = y & (self.height as i32 - 1);
        let z = self.data.get(y as usize * (self.width / 2 + 1) + x as usize).copied().unwrap_or(ZERO);
        if mirrored { z.conj() } else { z }
    }
}

/// Returns a sinc with Kaiser's window for each step between two coefficients.
fn weights() -> Vec<[f32; 2 * REACH as usize]> {
    let bessel = |x: f32| {
        let (mut term, mut sum) = (1.0f32, 1.0f32);
        for k in 1..20 {
            term *= (x / 2.0 / k as f32).powi(2);
            sum += term;
        }
        sum
    };
    const BEND: f32 = 5.0;
    (0..=STEPS)
        .map(|step| {
            let part = step as f32 / STEPS as f32;
            std::array::from_fn(|i| {
                let t = i as f32 - (REACH - 1) as f32 - part;
                let sinc =
                    if t.abs() < 1e-6 { 1.0 } else { (std::f32::consts::PI * t).sin() / (std::f32::consts::PI * t) };
                let edge = 1.0 - (t / REACH as f32).powi(2);
                if edge <= 0.0 { 0.0 } else { sinc * bessel(BEND * edge.sqrt()) / bessel(BEND) }
            })
        })
        .collect()
}

/// Returns the real samples whose spectrum is `power`, which is real and symmetric: an autocorrelation. `power` has
/// rows of `width / 2 + 1` values. The result is not divided by the number of samples.
pub(super) fn autocorrelation(power: &[f32], (width, height): (usize, usize)) -> Field {
    let half = width / 2 + 1;
    let mut data: Vec<Complex32> = power.iter().map(|&p| Complex32::new(p, 0.0)).collect();
    // The result is even, so the forward transform can replace the inverse one.
    transform_columns(&mut data, half, height);
    let mut out = vec![0.0; width * height];
    let mut line = vec![ZERO; width];
    let mut rows = out.chunks_exact_mut(width);
    let mut spectra = data.chunks_exact(half);
    // Two rows with Hermitian spectra form one complex row whose parts are the two results.
    while let (Some(upper), Some(lower)) = (spectra.next(), spectra.next()) {
        for (k, (a, b)) in upper.iter().zip(lower).enumerate() {
            if let Some(cell) = line.get_mut(k) {
                *cell = Complex32::new(a.re - b.im, a.im + b.re);
            }
            if k > 0
                && k < width / 2
                && let Some(cell) = line.get_mut(width - k)
            {
                *cell = Complex32::new(a.re + b.im, b.re - a.im);
            }
        }
        transform(&mut line);
        for part in [|z: &Complex32| z.re, |z: &Complex32| z.im] {
            if let Some(row) = rows.next() {
                for (out, z) in row.iter_mut().zip(&line) {
                    *out = part(z);
                }
            }
        }
    }
    Field { data: out, width, height }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn plane(width: usize, height: usize) -> Plane {
        let mut plane = Plane::zeros(width, height);
        for (i, v) in plane.samples_mut().iter_mut().enumerate() {
            *v = ((i * 7919) % 251) as f32 / 125.0 - 1.0;
        }
        plane
    }

    #[test]
    fn reads_the_spectrum_between_its_coefficients() {
        let plane = plane(190, 101);
        let wide = Wide::new(&plane);
        for (fx, fy) in [(0.1, 0.2), (0.213, -0.307), (-0.0713, 0.111), (0.003, 0.4), (-0.31, -0.02)] {
            let (mut re, mut im) = (0.0f64, 0.0f64);
            for y in 0..101i32 {
                for x in 0..190i32 {
                    let turns = f64::from(fx) * f64::from(x - 95) + f64::from(fy) * f64::from(y - 50);
                    let (sin, cos) = (-turns * std::f64::consts::TAU).sin_cos();
                    let value = f64::from(plane.row(y as usize)[x as usize]);
                    re += value * cos;
                    im += value * sin;
                }
            }
            let z = wide.at(fx, fy);
            // Interpolation blurs the samples at the plane's edges, so a tenth of the noise's size is allowed.
            let scale = (190.0f32 * 101.0).sqrt();
            assert!(
                (z.re - re as f32).abs() < 0.1 * scale && (z.im - im as f32).abs() < 0.1 * scale,
                "{fx} {fy}: {z:?} {re} {im}"
            );
        }
    }

    #[test]
    fn correlates_a_plane_with_itself() {
        let plane = plane(60, 50);
        let wide = Wide::new(&plane);
        let field = autocorrelation(&wide.power(), wide.field());
        let count = (field.width * field.height) as f32;
        for (dx, dy) in [(0i32, 0i32), (3, 1), (-7, 4), (10, -9)] {
            let mut sum = 0.0;
            for y in 0..50i32 {
                for x in 0..60i32 {
                    let (u, v) = (x + dx, y + dy);
                    if (0..60).contains(&u) && (0..50).contains(&v) {
                        sum += plane.row(y as usize)[x as usize] * plane.row(v as usize)[u as usize];
                    }
                }
            }
            assert!((field.at(dx, dy) / count - sum).abs() < 0.02 * 3000.0 / 10.0, "{dx} {dy}");
            assert!((field.at(dx, dy) - field.at(-dx, -dy)).abs() < 1.0);
        }
    }
}
