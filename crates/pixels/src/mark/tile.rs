//! Reads one tile's spectrum: finds its origin and orientation, then the bits.

use microfft::Complex32;

use super::carrier::{Carrier, Grid, Key, Orientation, TILE};
use super::code::CODED_BITS;
use super::flatten::flattened;
use super::lattice::Matrix;
use super::level::Levels;
use super::wide::Wide;
use crate::plane::{Plane, add_to};

/// Position and strength of the synchronisation signal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Peak {
    /// Height in standard deviations of the correlation.
    pub(super) height: f32,
    /// Scale of the folding that produced the spectrum.
    pub(super) scale: f32,
    pub(super) orientation: Orientation,
    /// Shift of the tile in its own samples.
    pub(super) shift: (f32, f32),
}

/// Spectrum of the sum of all tiles, raw and levelled.
pub(super) struct Spectrum {
    levels: Levels,
    levelled: Grid,
}

impl Spectrum {
    fn new(raw: &Grid) -> Self {
        let levels = Levels::of(raw);
        Self { levelled: levels.applied(raw), levels }
    }
}

pub(super) struct TileReader {
    carrier: Carrier,
}

impl TileReader {
    pub(super) fn new(key: Option<&Key>) -> Self {
        Self { carrier: Carrier::new(key) }
    }

    /// Returns the spectrum of an upright plane at one scale.
    pub(super) fn folded(&self, white: &Plane, scale: f32) -> Spectrum {
        Spectrum::new(&Grid::from_real(&folded(white, scale)).forward())
    }

    /// Returns the spectrum of a tile that `matrix` maps to the plane.
    pub(super) fn sampled(&self, wide: &Wide, matrix: Matrix) -> Spectrum {
        let mut grid = Grid::zeros();
        for c in self.carrier.coefficients() {
            let z = sample(wide, matrix, c.u, c.v);
            grid.set(c.u, c.v, z);
            grid.set(-c.u, -c.v, z.conj());
        }
        Spectrum::new(&grid)
    }

    /// Returns the highest peak of each orientation.
    pub(super) fn peaks(&self, spectrum: &Spectrum) -> impl Iterator<Item = Peak> {
        Orientation::ALL.chunks_exact(2).flat_map(|pair| match pair {
            [a, b] => self.correlate(spectrum, *a, *b).to_vec(),
            _ => Vec::new(),
        })
    }

    /// Returns the highest peak of one orientation.
    pub(super) fn peak(&self, spectrum: &Spectrum, orientation: Orientation) -> Peak {
        let [peak, _] = self.correlate(spectrum, orientation, orientation);
        peak
    }

    /// Correlates a spectrum with the synchronisation signal in two orientations. Both correlations are real, so one
    /// complex transform returns the two.
    fn correlate(&self, spectrum: &Spectrum, first: Orientation, second: Orientation) -> [Peak; 2] {
        let mut product = Grid::zeros();
        for (orientation, factor) in [(first, Complex32::new(1.0, 0.0)), (second, Complex32::new(0.0, 1.0))] {
            for c in self.carrier.coefficients() {
                let (u, v) = orientation.turn(c.u, c.v);
                let p = spectrum.levelled.at(u, v) * c.phase.conj();
                product.set(u, v, product.at(u, v) + p * factor);
                product.set(-u, -v, product.at(-u, -v) + p.conj() * factor);
            }
        }
        let surface: Vec<Complex32> = product.inverse().values().collect();
        [highest(&surface, |z| z.re, first), highest(&surface, |z| z.im, second)]
    }

    /// Improves a peak over the four numbers of the matrix, together with its shift, using only lookups.
    pub(super) fn climbed(&self, wide: &Wide, start: Matrix, peak: &Peak) -> (Spectrum, Peak) {
        let levels = self.sampled(wide, start).levels;
        let height = |matrix: Matrix, shift: (f32, f32)| -> f32 {
            let shifted = Peak { shift, ..*peak };
            let sum: f32 = self
                .carrier
                .coefficients()
                .iter()
                .map(|c| {
                    let (u, v) = peak.orientation.turn(c.u, c.v);
                    let z = sample(wide, matrix, u, v) * levels.at(u, v);
                    (z * turned(&shifted, u, v) * c.phase.conj()).re
                })
                .sum();
            sum
        };
        let (mut matrix, mut shift) = (start, peak.shift);
        let mut best = height(matrix, shift);
        for (step, pixels) in [(0.0024, 0.4), (0.0012, 0.2), (0.0006, 0.1)] {
            for _ in 0..2 {
                let before = best;
                for direction in 0..4 {
                    for sign in [step, -step] {
                        let moved = matrix.moved(direction, sign);
                        let value = height(moved, shift);
                        if value > best {
                            (matrix, best) = (moved, value);
                            break;
                        }
                    }
                }
                for (dx, dy) in [(pixels, 0.0), (-pixels, 0.0), (0.0, pixels), (0.0, -pixels)] {
                    let moved = (shift.0 + dx, shift.1 + dy);
                    let value = height(matrix, moved);
                    if value > best {
                        (shift, best) = (moved, value);
                    }
                }
                if best <= before {
                    break;
                }
            }
        }
        let spectrum = self.sampled(wide, matrix);
        let found = self.peak(&spectrum, peak.orientation);
        (spectrum, found)
    }

    /// Returns the soft value of every coded bit. The weight of each ring of coefficients follows the clarity of its
    /// synchronisation signal, because after a reduction or strong compression the outer rings contain mostly noise.
    pub(super) fn soft_bits(&self, spectrum: &Spectrum, peak: &Peak) -> Vec<f32> {
        /// Minimum weight of any ring relative to the best ring, because its estimate is noisy too.
        const LEAST_WEIGHT: f32 = 0.15;
        let rings: Vec<(f32, Vec<(usize, f32)>)> = self
            .carrier
            .coefficients()
            .chunks(CODED_BITS)
            .map(|ring| {
                let mut sync = Moments::default();
                let values = ring
                    .iter()
                    .map(|c| {
                        let (u, v) = peak.orientation.turn(c.u, c.v);
                        let z = spectrum.levelled.at(u, v) * turned(peak, u, v) * c.phase.conj();
                        sync.add(z.re);
                        (c.bit, z.im)
                    })
                    .collect();
                (sync.weight(), values)
            })
            .collect();
        let best = rings.iter().map(|r| r.0).fold(f32::MIN_POSITIVE, f32::max);
        let mut soft = vec![0.0; CODED_BITS];
        for (weight, values) in &rings {
            let weight = (weight / best).max(LEAST_WEIGHT);
            for &(bit, value) in values {
                if let Some(bit) = soft.get_mut(bit) {
                    *bit += weight * value;
                }
            }
        }
        soft
    }

    /// Returns how clearly a canonical plane contains `coded` upright, unshifted and unscaled: the energies of
    /// synchronisation and data against noise, as sums of squared standard scores. The decoder needs about 60 and 240.
    pub(super) fn clarity(&self, luma: &Plane, coded: &[bool]) -> Clarity {
        let spectrum = self.folded(&flattened(luma), 1.0);
        let mut sync = Moments::default();
        let mut data = Moments::default();
        for c in self.carrier.coefficients() {
            let z = spectrum.levelled.at(c.u, c.v) * c.phase.conj();
            sync.add(z.re);
            let bit = coded.get(c.bit).copied().unwrap_or(false);
            data.add(if bit { z.im } else { -z.im });
        }
        Clarity { sync: sync.energy(), data: data.energy() }
    }

    /// Creates the tile for `coded`.
    pub(super) fn tile(&self, coded: &[bool]) -> Vec<f32> {
        self.carrier.tile(coded)
    }
}

/// Result of [`TileReader::clarity`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Clarity {
    pub(super) sync: f32,
    pub(super) data: f32,
}

#[derive(Default)]
struct Moments {
    n: f32,
    sum: f32,
    squares: f32,
}

impl Moments {
    fn add(&mut self, v: f32) {
        self.n += 1.0;
        self.sum += v;
        self.squares += v * v;
    }

    /// Returns mean divided by mean square: the weight of a value in a sum of values with unequal noise.
    fn weight(&self) -> f32 {
        if self.squares > 0.0 { (self.sum / self.squares).max(0.0) } else { 0.0 }
    }

    /// Returns the squared mean divided by the variance, times the number of values; 0 if the mean has the wrong sign.
    fn energy(&self) -> f32 {
        let mean = self.sum / self.n.max(1.0);
        let variance = self.squares / self.n.max(1.0) - mean * mean;
        if mean <= 0.0 || variance <= 0.0 { 0.0 } else { mean * mean / variance * self.n }
    }
}

fn sample(wide: &Wide, matrix: Matrix, u: i32, v: i32) -> Complex32 {
    let (fx, fy) = matrix.frequency(u as f32 / TILE as f32, v as f32 / TILE as f32);
    wide.at(fx, fy)
}

/// Returns the factor that removes the shift of a peak from a coefficient.
fn turned(peak: &Peak, u: i32, v: i32) -> Complex32 {
    let turns = (u as f32 * peak.shift.0 + v as f32 * peak.shift.1) / TILE as f32;
    let angle = turns * std::f32::consts::TAU;
    Complex32::new(angle.cos(), angle.sin())
}

/// Finds the highest point of a correlation surface, with its position refined between samples.
fn highest(surface: &[Complex32], part: impl Fn(&Complex32) -> f32, orientation: Orientation) -> Peak {
    let mut squares = 0.0f32;
    let mut best = (0usize, f32::NEG_INFINITY);
    for (i, z) in surface.iter().enumerate() {
        let value = part(z);
        squares += value * value;
        if value > best.1 {
            best = (i, value);
        }
    }
    let spread = (squares / surface.len().max(1) as f32).sqrt();
    let (x, y) = ((best.0 % TILE) as i32, (best.0 / TILE) as i32);
    let value = |x: i32, y: i32| {
        let index = y.rem_euclid(TILE as i32) * TILE as i32 + x.rem_euclid(TILE as i32);
        surface.get(index as usize).map_or(0.0, &part)
    };
    let vertex = |before: f32, after: f32| {
        let bend = before + after - 2.0 * best.1;
        if bend < 0.0 { (0.5 * (before - after) / bend).clamp(-0.5, 0.5) } else { 0.0 }
    };
    Peak {
        height: if spread > 0.0 { best.1 / spread } else { 0.0 },
        scale: 1.0,
        orientation,
        shift: (
            x as f32 + vertex(value(x - 1, y), value(x + 1, y)),
            y as f32 + vertex(value(x, y - 1), value(x, y + 1)),
        ),
    }
}

/// Resamples by `scale` (linear) and sums the values for each sample of the tile.
fn folded(white: &Plane, scale: f32) -> Vec<f32> {
    let mut tile = vec![0.0f32; TILE * TILE];
    let width = ((white.width() as f32 * scale).round() as usize).max(1);
    let height = ((white.height() as f32 * scale).round() as usize).max(1);
    let place = |i: usize, last: usize| {
        let p = ((i as f32 + 0.5) / scale - 0.5).clamp(0.0, last as f32);
        let low = (p.floor() as usize).min(last.saturating_sub(1));
        (low, p - low as f32)
    };
    let columns: Vec<(usize, f32)> = (0..width).map(|x| place(x, white.width() - 1)).collect();
    let mut line = vec![0.0f32; white.width()];
    let mut sampled = vec![0.0f32; width];
    let unscaled = scale == 1.0;
    for y in 0..height {
        let (low, part) = place(y, white.height() - 1);
        line.fill(0.0);
        add_to(&mut line, white.row(low), 1.0 - part);
        add_to(&mut line, white.row(low + 1), part);
        let row = if unscaled {
            &line
        } else {
            for (out, &(x, part)) in sampled.iter_mut().zip(&columns) {
                if let Some([a, b]) = line.get(x..x + 2) {
                    *out = a + (b - a) * part;
                }
            }
            &sampled
        };
        if let Some(sums) = tile.chunks_exact_mut(TILE).nth(y % TILE) {
            for piece in row.chunks(TILE) {
                add_to(sums, piece, 1.0);
            }
        }
    }
    tile
}
