//! Levels a tile's spectrum before it is correlated and read.
//!
//! Each coefficient is divided by the magnitude of its neighbours, so that periodic content of the image does not hide
//! the rest. Coefficients in quiet places get a higher weight.

use microfft::Complex32;

use super::carrier::{BAND, Grid};

/// Number of coefficients on each side that form the neighbourhood.
const REACH: usize = 4;
/// Reduction of the weight in louder places.
const QUIET_WEIGHT: f32 = 0.3;
/// Highest frequency of the band.
const EDGE: i32 = BAND.end as i32 + 1;
const SIDE: usize = (2 * EDGE + 1) as usize;

/// Factors that level the coefficients of the band, for one spectrum.
pub(super) struct Levels(Vec<f32>);

pub(super) fn in_band(u: i32, v: i32) -> bool {
    BAND.contains(&((u * u + v * v) as f32).sqrt())
}

fn places() -> impl Iterator<Item = (i32, i32)> {
    (-EDGE..=EDGE).flat_map(|v| (-EDGE..=EDGE).map(move |u| (u, v)))
}

impl Levels {
    /// Computes the factors for a spectrum. Coefficients outside the band are ignored.
    pub(super) fn of(spectrum: &Grid) -> Self {
        let inside: Vec<f32> = places().map(|(u, v)| if in_band(u, v) { 1.0 } else { 0.0 }).collect();
        let power: Vec<f32> =
            places().zip(&inside).map(|((u, v), inside)| inside * spectrum.at(u, v).norm_sqr()).collect();
        let (sums, counts) = (boxed(&power), boxed(&inside));
        let local: Vec<f32> = sums.iter().zip(&counts).map(|(s, n)| s / n.max(1.0)).collect();
        let mut sizes: Vec<f32> =
            local.iter().zip(&inside).filter(|(_, inside)| **inside > 0.0).map(|(l, _)| *l).collect();
        let half = sizes.len() / 2;
        let median = if half < sizes.len() { *sizes.select_nth_unstable_by(half, f32::total_cmp).1 } else { 0.0 };
        let factors = power.iter().zip(&local).zip(&inside).map(|((power, local), inside)| {
            if *local <= 0.0 || *inside <= 0.0 {
                return 0.0;
            }
            (median / local).powf(QUIET_WEIGHT) / (power + local).sqrt()
        });
        Self(factors.collect())
    }

    pub(super) fn at(&self, u: i32, v: i32) -> f32 {
        if u.abs() > EDGE || v.abs() > EDGE {
            return 0.0;
        }
        self.0.get((v + EDGE) as usize * SIDE + (u + EDGE) as usize).copied().unwrap_or(0.0)
    }

    /// Returns the spectrum multiplied by the factors.
    pub(super) fn applied(&self, spectrum: &Grid) -> Grid {
        let mut out = Grid::zeros();
        for (u, v) in places() {
            let factor = self.at(u, v);
            if factor > 0.0 {
                let z: Complex32 = spectrum.at(u, v);
                out.set(u, v, z * factor);
            }
        }
        out
    }
}

/// Returns sums over squares with sides of `2 * REACH + 1`. Cells outside the field count as zero.
fn boxed(values: &[f32]) -> Vec<f32> {
    let pass = |values: &[f32]| {
        let mut turned = vec![0.0f32; values.len()];
        for (y, row) in values.chunks_exact(SIDE).enumerate() {
            for x in 0..SIDE {
                let window = row.get(x.saturating_sub(REACH)..(x + REACH + 1).min(SIDE)).unwrap_or_default();
                if let Some(cell) = turned.get_mut(x * SIDE + y) {
                    *cell = window.iter().sum();
                }
            }
        }
        turned
    };
    pass(&pass(values))
}
