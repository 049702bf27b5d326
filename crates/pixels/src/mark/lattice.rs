//! Searches for the lattice of tiles, independently of their payload.
//!
//! The tile repeats, so the autocorrelation of the whitened plane has peaks at all integer combinations of the tile's
//! two sides, wherever the tile begins and whatever its payload is. A guess of scale, angle and stretch costs about
//! twelve lookups. The best guesses are then improved over all four numbers of the matrix.

use super::carrier::{BAND, TILE};
use super::wide::{Field, Wide, autocorrelation};

/// A linear map from the tile's samples to the plane's: `[a, b, c, d]` maps (x, y) to (a x + b y, c x + d y).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Matrix(pub(super) [f32; 4]);

impl Matrix {
    /// Creates the matrix for a stretch (across by `stretch`, down by its inverse), followed by a rotation and a
    /// scaling.
    fn guess(scale: f32, (sin, cos): (f32, f32), stretch: f32) -> Self {
        Self([scale * stretch * cos, -scale / stretch * sin, scale * stretch * sin, scale / stretch * cos])
    }

    pub(super) fn apply(self, x: f32, y: f32) -> (f32, f32) {
        let Self([a, b, c, d]) = self;
        (a * x + b * y, c * x + d * y)
    }

    /// Maps a frequency of the tile to the plane's spectrum with the inverse transposed matrix.
    pub(super) fn frequency(self, u: f32, v: f32) -> (f32, f32) {
        let Self([a, b, c, d]) = self;
        let area = a * d - b * c;
        ((d * u - c * v) / area, (a * v - b * u) / area)
    }

    /// Returns the matrix changed by a small step in one of four directions: size, angle, stretch along the axes,
    /// stretch along the diagonals.
    pub(super) fn moved(self, direction: usize, step: f32) -> Self {
        let Self([a, b, c, d]) = self;
        match direction {
            0 => Self([a + step * a, b + step * b, c + step * c, d + step * d]),
            1 => Self([a - step * c, b - step * d, c + step * a, d + step * b]),
            2 => Self([a + step * a, b + step * b, c - step * c, d - step * d]),
            _ => Self([a + step * c, b + step * d, c + step * a, d + step * b]),
        }
    }

    /// Returns the largest relative difference between the images of a tile under the two matrices.
    pub(super) fn distance(self, other: Self) -> f32 {
        let size = self.area().abs().sqrt().max(f32::MIN_POSITIVE);
        self.0.iter().zip(other.0).map(|(p, q)| (p - q).abs()).fold(0.0, f32::max) / size
    }

    fn area(self) -> f32 {
        let Self([a, b, c, d]) = self;
        a * d - b * c
    }
}

/// Allowed differences between the tile and its copies in an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Freedom {
    /// Size only.
    Scale,
    /// Size, and either angle or stretch.
    One,
    /// Size, angle and stretch.
    All,
}

impl Freedom {
    pub(super) const ALL: [Self; 3] = [Self::Scale, Self::One, Self::All];

    /// Returns the number of guesses that are kept for each span of scales.
    const fn kept(self) -> usize {
        match self {
            Self::Scale | Self::One => 6,
            Self::All => 8,
        }
    }
}

/// A matrix and its score in the autocorrelation, in standard deviations of the noise.
#[derive(Debug, Clone, Copy)]
pub(super) struct Guess {
    pub(super) matrix: Matrix,
    pub(super) score: f32,
    /// Differences from an upright tile. With fewer competing guesses, a correct one needs to exceed the noise by less.
    pub(super) freedom: Freedom,
}

/// Natural logarithm of the widest range of scales for one autocorrelation.
const SPAN: f32 = 0.5;
const SCALE_STEP: f32 = 0.008;
const ANGLE_STEP: f32 = 0.45 * std::f32::consts::PI / 180.0;
/// Steps in each direction: 45 degrees. The eight orientations cover quarter turns.
const ANGLES: i32 = 100;
/// Half of the natural logarithm of the ratio of the two axes, per step.
const STRETCH_STEP: f32 = 0.0065;
const STRETCHES: i32 = 10;
/// Number of guesses of one freedom that are candidates for climbing, highest first.
const POOL: usize = 64;
/// Minimum overlap of two copies, as a share of the plane, for their lag to count.
const LEAST_OVERLAP: f32 = 0.04;

/// Lags for the first evaluation, the second evaluation and the climb, in tiles.
const FIRST: &[(i32, i32)] = &[(1, 0), (0, 1), (1, 1), (1, -1)];
const SECOND: &[(i32, i32)] = &[(2, 0), (0, 2), (2, 1), (2, -1), (1, 2), (1, -2), (2, 2), (2, -2)];
const CLIMB: i32 = 6;
/// Standard deviations that the first evaluation must reach for a second one.
const PROMISING: f32 = 0.8;

/// Data about a plane's spectrum that does not depend on the range of scales.
pub(super) struct Lattice<'a> {
    wide: &'a Wide,
    /// The local mean of the power.
    usual: Vec<f32>,
    /// The power divided by its local mean, limited so that a few strong lines do not hide the rest.
    lines: Vec<f32>,
    /// Samples of the plane per pixel of the file.
    per_pixel: (f32, f32),
}

impl<'a> Lattice<'a> {
    pub(super) fn new(wide: &'a Wide, per_pixel: (f32, f32)) -> Self {
        let power = wide.power();
        let (width, height) = wide.field();
        let half = width / 2 + 1;
        let usual = local_mean(&power, half, height, (width / 40).max(9) / 2, (height / 40).max(9) / 2);
        let lines = power
            .iter()
            .zip(&usual)
            .map(|(p, m)| {
                let l = p / (m + 1e-9);
                l / (1.0 + l / 4.0)
            })
            .collect();
        Self { wide, usual, lines, per_pixel }
    }

    /// Returns the best guesses among tiles of `scales` (natural logarithms of samples per tile sample) with at most
    /// the differences in `most`.
    pub(super) fn guesses(&self, scales: std::ops::Range<f32>, most: Freedom) -> Vec<Guess> {
        let spans = ((scales.end - scales.start) / SPAN).ceil().max(1.0);
        let span = (scales.end - scales.start) / spans;
        (0..spans as usize)
            .flat_map(|i| {
                let low = scales.start + span * i as f32;
                self.span(low, low + span, most)
            })
            .collect()
    }

    /// Returns the autocorrelation of the power in the watermark's band for these scales.
    fn correlation(&self, low: f32, high: f32) -> Field {
        let (width, height) = self.wide.field();
        let (plane_width, plane_height) = self.wide.plane();
        let half = width / 2 + 1;
        let tile = TILE as f32;
        let bottom = BAND.start / tile / high.exp();
        // An enlarged image has no information above its own highest frequency.
        let native = self.per_pixel.0.max(self.per_pixel.1);
        let top = (BAND.end / tile / low.exp()).min(0.45).min(0.46 / native.max(1.0));
        let ramp = |f: f32| {
            let rise = ((f - bottom * 0.8) / (bottom * 0.4)).clamp(0.0, 1.0);
            rise * ((top * 1.1 - f) / (top * 0.2)).clamp(0.0, 1.0)
        };
        // JPEG's blocks of eight pixels form a lattice too, so its lines are excluded.
        let block = |f: f32, per_pixel: f32, side: usize| {
            let turns = f * per_pixel * 8.0;
            (turns - turns.round()).abs() < 12.0 * per_pixel / side as f32
        };
        let columns: Vec<bool> =
            (0..half).map(|x| block(x as f32 / width as f32, self.per_pixel.0, plane_width)).collect();
        let mut window = vec![0.0f32; half * height];
        let mut levels = Vec::new();
        for (y, (row, usual)) in window.chunks_exact_mut(half).zip(self.usual.chunks_exact(half)).enumerate() {
            let fy = if y > height / 2 { y as f32 - height as f32 } else { y as f32 } / height as f32;
            if fy.abs() > top * 1.1 {
                continue;
            }
            let row_is_block = block(fy, self.per_pixel.1, plane_height);
            for (x, ((cell, usual), column)) in row.iter_mut().zip(usual).zip(&columns).enumerate() {
                let fx = x as f32 / width as f32;
                if row_is_block && *column {
                    continue;
                }
                *cell = ramp((fx * fx + fy * fy).sqrt());
                // A sample of the cells is sufficient for a median.
                if *cell > 0.5 && (x + y) % 7 == 0 {
                    levels.push(*usual);
                }
            }
        }
        let middle = levels.len() / 2;
        let level = if levels.is_empty() { 0.0 } else { *levels.select_nth_unstable_by(middle, f32::total_cmp).1 };
        let (mut sum, mut weights) = (0.0f64, 0.0f64);
        for ((cell, usual), line) in window.iter_mut().zip(&self.usual).zip(&self.lines) {
            // Where compression left nothing, there is no signal.
            *cell *= usual / (usual + 0.2 * level + 1e-12);
            sum += f64::from(*cell * line);
            weights += f64::from(*cell);
        }
        let mean = if weights > 0.0 { (sum / weights) as f32 } else { 0.0 };
        for (cell, line) in window.iter_mut().zip(&self.lines) {
            *cell *= line - mean;
        }
        autocorrelation(&window, (width, height))
    }

    fn span(&self, low: f32, high: f32, most: Freedom) -> Vec<Guess> {
        let field = self.correlation(low, high);
        let map = Map::new(&field, self.wide.plane());
        if map.spread <= 0.0 {
            return Vec::new();
        }
        let scales = ((high - low) / SCALE_STEP).floor() as i32;
        let mut pools = Freedom::ALL.map(|freedom| (freedom, Vec::new()));
        let angles = if most == Freedom::Scale { 0 } else { ANGLES };
        let stretches = if most == Freedom::Scale { 0 } else { STRETCHES };
        for angle in -angles..=angles {
            let turn = (angle as f32 * ANGLE_STEP).sin_cos();
            for stretch in -stretches..=stretches {
                let ratio = (stretch as f32 * STRETCH_STEP).exp();
                let freedom = match (angle, stretch) {
                    (0, 0) => Freedom::Scale,
                    (0, _) | (_, 0) => Freedom::One,
                    _ => Freedom::All,
                };
                if freedom > most {
                    continue;
                }
                for scale in 0..=scales {
                    let matrix = Matrix::guess((low + scale as f32 * SCALE_STEP).exp(), turn, ratio);
                    if let Some(score) = map.glance(matrix)
                        && let Some((_, pool)) = pools.iter_mut().find(|(f, _)| *f == freedom)
                    {
                        pool.push((score, [scale, angle, stretch]));
                    }
                }
            }
        }
        let mut found = Vec::new();
        let mut taken: Vec<[i32; 3]> = Vec::new();
        for (freedom, pool) in pools {
            let mut pool: Vec<(f32, [i32; 3])> = pool;
            if pool.len() > POOL * 8 {
                pool.select_nth_unstable_by(POOL * 8, |a, b| b.0.total_cmp(&a.0));
                pool.truncate(POOL * 8);
            }
            pool.sort_by(|a, b| b.0.total_cmp(&a.0));
            let mut count = 0;
            for (_, place) in pool {
                if count >= freedom.kept() {
                    break;
                }
                if taken.iter().any(|t| t.iter().zip(place).all(|(a, b)| (a - b).abs() <= 2)) {
                    continue;
                }
                taken.push(place);
                count += 1;
                let [scale, angle, stretch] = place;
                let matrix = Matrix::guess(
                    (low + scale as f32 * SCALE_STEP).exp(),
                    (angle as f32 * ANGLE_STEP).sin_cos(),
                    (stretch as f32 * STRETCH_STEP).exp(),
                );
                let (matrix, score) = map.climb(matrix, if freedom == Freedom::Scale { 1 } else { 4 });
                found.push(Guess { matrix, score, freedom });
            }
        }
        found
    }
}

/// An autocorrelation with the size of its plane.
struct Map<'a> {
    field: &'a Field,
    width: f32,
    height: f32,
    /// Standard deviation of the noise, far from the centre.
    spread: f32,
}

impl<'a> Map<'a> {
    fn new(field: &'a Field, (width, height): (usize, usize)) -> Self {
        let (mut squares, mut count) = (0.0f64, 0u32);
        for y in (0..(height * 4 / 5).min(field.height / 2) as i32).step_by(3) {
            for x in (0..(width * 4 / 5).min(field.width / 2) as i32).step_by(2) {
                if x * x + y * y > 2500 {
                    squares += f64::from(field.at(x, y)).powi(2);
                    count += 1;
                }
            }
        }
        let spread = (squares / f64::from(count.max(1))).sqrt() as f32;
        Self { field, width: width as f32, height: height as f32, spread }
    }

    fn overlap(&self, x: f32, y: f32) -> f32 {
        let share = (1.0 - x.abs() / self.width).max(0.0) * (1.0 - y.abs() / self.height).max(0.0);
        if share > LEAST_OVERLAP { share } else { 0.0 }
    }

    /// Returns the sum over a few lags at integer positions, or `None` if the nearest lags show nothing.
    fn glance(&self, matrix: Matrix) -> Option<f32> {
        let tile = matrix.0.map(|v| v * TILE as f32);
        let (mut sum, mut weights) = (0.0, 0.0);
        let mut add = |lags: &[(i32, i32)]| {
            for &(m, n) in lags {
                let (x, y) = Matrix(tile).apply(m as f32, n as f32);
                let share = self.overlap(x, y);
                if share > 0.0 {
                    sum += share * self.field.at((x + 0.5).floor() as i32, (y + 0.5).floor() as i32);
                    weights += share * share;
                }
            }
            sum / (f32::sqrt(weights).max(1e-6) * self.spread)
        };
        if add(FIRST) < PROMISING {
            return None;
        }
        Some(add(SECOND))
    }

    fn score(&self, matrix: Matrix) -> f32 {
        let tile = matrix.0.map(|v| v * TILE as f32);
        let (mut sum, mut weights) = (0.0, 0.0);
        for m in 0..=CLIMB {
            for n in -CLIMB..=CLIMB {
                if m == 0 && n <= 0 {
                    continue;
                }
                let (x, y) = Matrix(tile).apply(m as f32, n as f32);
                let share = self.overlap(x, y);
                if share > 0.0 {
                    sum += share * self.field.between(x, y);
                    weights += share * share;
                }
            }
        }
        sum / (weights.sqrt().max(1e-6) * self.spread)
    }

    /// Follows the score uphill in the first `directions` of [`Matrix::moved`].
    fn climb(&self, start: Matrix, directions: usize) -> (Matrix, f32) {
        let (mut best, mut height) = (start, self.score(start));
        for step in [0.006, 0.003, 0.0015, 0.0008] {
            for _ in 0..3 {
                let tries = (0..directions).flat_map(|d| [(d, step), (d, -step)]);
                let next =
                    tries.map(|(d, s)| best.moved(d, s)).map(|m| (m, self.score(m))).max_by(|a, b| a.1.total_cmp(&b.1));
                match next {
                    Some((matrix, score)) if score > height => (best, height) = (matrix, score),
                    _ => break,
                }
            }
        }
        (best, height)
    }
}

/// Returns the mean over a box of `2 * across + 1` by `2 * down + 1` cells. Columns are mirrored at the ends, rows wrap
/// around.
fn local_mean(values: &[f32], width: usize, height: usize, across: usize, down: usize) -> Vec<f32> {
    let mut rows = vec![0.0f32; values.len()];
    let window = (2 * across + 1) as f64;
    let mirrored = |i: isize| {
        let last = width as isize - 1;
        let i = if i < 0 { -i } else { i };
        (if i > last { 2 * last - i } else { i }).clamp(0, last) as usize
    };
    for (row, out) in values.chunks_exact(width).zip(rows.chunks_exact_mut(width)) {
        let value = |i: isize| f64::from(row.get(mirrored(i)).copied().unwrap_or(0.0));
        let reach = across as isize;
        let mut sum: f64 = (-reach..=reach).map(value).sum();
        for (x, cell) in out.iter_mut().enumerate() {
            *cell = (sum / window) as f32;
            let x = x as isize;
            sum += value(x + reach + 1) - value(x - reach);
        }
    }
    let mut out = vec![0.0f32; values.len()];
    let mut sums = vec![0.0f64; width];
    let row = |y: isize| {
        let start = y.rem_euclid(height as isize) as usize * width;
        rows.get(start..start + width).unwrap_or_default()
    };
    let reach = down as isize;
    for y in -reach..=reach {
        for (sum, v) in sums.iter_mut().zip(row(y)) {
            *sum += f64::from(*v);
        }
    }
    let window = (2 * down + 1) as f64;
    for (y, line) in out.chunks_exact_mut(width).enumerate() {
        for (cell, sum) in line.iter_mut().zip(&sums) {
            *cell = (sum / window).max(0.0) as f32;
        }
        let y = y as isize;
        for ((sum, after), before) in sums.iter_mut().zip(row(y + reach + 1)).zip(row(y - reach)) {
            *sum += f64::from(*after) - f64::from(*before);
        }
    }
    out
}
