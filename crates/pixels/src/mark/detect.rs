//! Reading the mark: canonical luma, whitening, folding all tiles into one, a search for scale, orientation and
//! shift, then the bits.

use microfft::Complex32;

use super::carrier::{BAND, Carrier, Grid, Key, Orientation, TILE};
use super::code::{self, CODED_BITS};
use super::payload::Payload;
use super::plane::{self, Plane, add_to};
use super::{Frame, frame};
use crate::view::RgbView;

/// How much of the space of crops is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Search {
    /// Whole pictures, resized, turned or mirrored: three scales. For the edge.
    Whole,
    /// Also pictures cropped down to 66 % of their short side: about 90 scales.
    Cropped,
}

/// A mark that was read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Detection {
    /// What it carries.
    pub payload: Payload,
    /// Share of the 240 coded bits that agreed with the decoded word before correction, 0.5 to 1. Below about 0.85
    /// the mark is near its limit.
    pub confidence: f32,
    /// Height of the synchronisation peak, in standard deviations of the correlation.
    pub peak: f32,
    /// Short side of the picture divided by that of the picture that was marked: below 1 after a crop.
    pub scale: f32,
}

/// Peaks below this many standard deviations are not decoded. Together with the 19 check bits this keeps unmarked
/// pictures silent; measured in `docs/invisible-mark.md`.
const LEAST_PEAK: f32 = 5.0;
/// Smallest part of the short side that a crop may leave.
const LEAST_SCALE: f32 = 0.66;
/// Step of the scale search: half a step shifts the far corner of a canonical picture by about a sample.
const SCALE_STEP: f32 = 0.0048;
/// Peaks that are refined and decoded.
const CANDIDATES: usize = 12;

/// Reads the mark of `key` (or the public one) out of a picture, or finds none.
///
/// `None` for pictures whose short side is below 128 pixels or that are more than 16 times as long as they are wide.
#[must_use]
pub fn detect(picture: &RgbView<'_>, key: Option<&Key>, search: Search) -> Option<Detection> {
    let Frame { width, height } = frame(picture.width(), picture.height())?;
    let luma = plane::luma(picture, width, height);
    Detector::new(key).read(&luma, search)
}

/// Where and how strongly the synchronisation signal was found.
#[derive(Debug, Clone, Copy)]
struct Peak {
    height: f32,
    scale: f32,
    orientation: Orientation,
    /// Shift of the tile, in canonical samples.
    shift: (f32, f32),
}

pub(super) struct Detector {
    carrier: Carrier,
}

impl Detector {
    pub(super) fn new(key: Option<&Key>) -> Self {
        Self { carrier: Carrier::new(key) }
    }

    /// Reads a canonical luma plane.
    pub(super) fn read(&self, luma: &Plane, search: Search) -> Option<Detection> {
        let white = plane::whitened(luma);
        let whole = [1.0, 0.9985, 1.0015];
        let mut peaks: Vec<Peak> = whole.iter().flat_map(|&s| self.peaks(&white, s)).collect();
        if let Some(found) = self.decode_best(&white, &mut peaks, 2) {
            return Some(found);
        }
        if search == Search::Whole {
            return None;
        }
        let steps = (LEAST_SCALE.ln() / -SCALE_STEP).ceil() as usize;
        peaks.extend((1..=steps).flat_map(|i| self.peaks(&white, (-SCALE_STEP * i as f32).exp())));
        self.decode_best(&white, &mut peaks, CANDIDATES)
    }

    /// Refines and decodes the highest peaks.
    fn decode_best(&self, white: &Plane, peaks: &mut [Peak], attempts: usize) -> Option<Detection> {
        peaks.sort_by(|a, b| b.height.total_cmp(&a.height));
        let mut tried: Vec<Peak> = Vec::new();
        for peak in peaks.iter() {
            if tried.len() >= attempts {
                break;
            }
            let near =
                |p: &Peak| p.orientation == peak.orientation && (p.scale / peak.scale - 1.0).abs() < 2.0 * SCALE_STEP;
            if tried.iter().any(near) {
                continue;
            }
            tried.push(*peak);
            let best = self.refine(white, *peak);
            if best.height < LEAST_PEAK {
                continue;
            }
            let soft = self.soft_bits(&limited(white, best.scale), best);
            if let Some(payload) = code::decode(&soft) {
                let coded = code::encode(payload);
                let right = coded.iter().zip(&soft).filter(|(c, s)| **c == (**s > 0.0));
                return Some(Detection {
                    payload,
                    confidence: right.count() as f32 / CODED_BITS as f32,
                    peak: best.height,
                    scale: best.scale,
                });
            }
        }
        None
    }

    /// The best peak among scales close to that of `peak`.
    fn refine(&self, white: &Plane, peak: Peak) -> Peak {
        let mut best = peak;
        for step in [0.0016f32, 0.0008, 0.0004] {
            let middle = best.scale;
            for scale in [middle * (1.0 - step), middle * (1.0 + step)] {
                let spectrum = limited(white, scale);
                let found = self.correlate(&spectrum, scale, peak.orientation, peak.orientation);
                if let Some(better) = found.first().filter(|p| p.height > best.height) {
                    best = *better;
                }
            }
        }
        best
    }

    /// The highest peak of each orientation at one scale.
    fn peaks(&self, white: &Plane, scale: f32) -> Vec<Peak> {
        let spectrum = limited(white, scale);
        Orientation::ALL
            .chunks_exact(2)
            .flat_map(|pair| match pair {
                [a, b] => self.correlate(&spectrum, scale, *a, *b),
                _ => Vec::new(),
            })
            .collect()
    }

    /// Correlates a spectrum with the synchronisation signal in two orientations: both correlations are real, so one
    /// complex transform gives the two.
    fn correlate(&self, spectrum: &Grid, scale: f32, first: Orientation, second: Orientation) -> Vec<Peak> {
        let mut product = Grid::zeros();
        let i = Complex32::new(0.0, 1.0);
        for (orientation, factor) in [(first, Complex32::new(1.0, 0.0)), (second, i)] {
            if orientation == second && first == second && factor == i {
                continue;
            }
            for c in self.carrier.coefficients() {
                let (u, v) = orientation.turn(c.u, c.v);
                let p = spectrum.at(u, v) * c.phase.conj();
                product.set(u, v, product.at(u, v) + p * factor);
                product.set(-u, -v, product.at(-u, -v) + p.conj() * factor);
            }
        }
        let surface: Vec<Complex32> = product.inverse().values().collect();
        let mut found = vec![highest(&surface, |z| z.re, scale, first)];
        if first != second {
            found.push(highest(&surface, |z| z.im, scale, second));
        }
        found
    }

    /// The soft value of every coded bit. Each ring of coefficients counts as much as its own synchronisation signal
    /// was clear: after a reduction or strong compression the outer rings hold mostly noise.
    fn soft_bits(&self, spectrum: &Grid, peak: Peak) -> Vec<f32> {
        /// Share of the best ring's weight that any ring keeps: its estimate is noisy too.
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
                        let z = aligned(spectrum, peak, c.u, c.v, c.phase);
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

    /// How clearly a canonical plane that carries `coded` upright, unshifted and unscaled says so: the energies of
    /// synchronisation and data against noise, as sums of squared standard scores. The decoder needs about 60 and
    /// 240.
    pub(super) fn clarity(&self, luma: &Plane, coded: &[bool]) -> Clarity {
        let spectrum = limited(&plane::whitened(luma), 1.0);
        let mut sync = Moments::default();
        let mut data = Moments::default();
        for c in self.carrier.coefficients() {
            let z = spectrum.at(c.u, c.v) * c.phase.conj();
            sync.add(z.re);
            let bit = coded.get(c.bit).copied().unwrap_or(false);
            data.add(if bit { z.im } else { -z.im });
        }
        Clarity { sync: sync.energy(), data: data.energy() }
    }
}

/// See [`Detector::clarity`].
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

    /// Mean over mean square: the weight of a value in a sum of values of unequal noise.
    fn weight(&self) -> f32 {
        if self.squares > 0.0 { (self.sum / self.squares).max(0.0) } else { 0.0 }
    }

    /// Squared mean over variance, times the number of values; 0 when the mean points the wrong way.
    fn energy(&self) -> f32 {
        let mean = self.sum / self.n.max(1.0);
        let variance = self.squares / self.n.max(1.0) - mean * mean;
        if mean <= 0.0 || variance <= 0.0 { 0.0 } else { mean * mean / variance * self.n }
    }
}

/// A coefficient with orientation, shift and key phase taken out: synchronisation in the real part, data in the
/// imaginary one.
fn aligned(spectrum: &Grid, peak: Peak, u: i32, v: i32, phase: Complex32) -> Complex32 {
    let (u, v) = peak.orientation.turn(u, v);
    let turns = (u as f32 * peak.shift.0 + v as f32 * peak.shift.1) / TILE as f32;
    let angle = turns * std::f32::consts::TAU;
    spectrum.at(u, v) * Complex32::new(angle.cos(), angle.sin()) * phase.conj()
}

/// The highest point of a correlation surface, its place refined between samples.
fn highest(surface: &[Complex32], part: impl Fn(&Complex32) -> f32, scale: f32, orientation: Orientation) -> Peak {
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
        scale,
        orientation,
        shift: (
            x as f32 + vertex(value(x - 1, y), value(x + 1, y)),
            y as f32 + vertex(value(x, y - 1), value(x, y + 1)),
        ),
    }
}

/// The spectrum of all tiles laid over each other, at one scale, with magnitudes limited so that a few strong
/// coefficients (the picture's own periods) do not drown the rest.
fn limited(white: &Plane, scale: f32) -> Grid {
    let tile = folded(white, scale);
    let mut spectrum = Grid::from_real(&tile).forward();
    let reach = BAND.end.ceil() as i32;
    let band = |u: i32, v: i32| BAND.contains(&((u * u + v * v) as f32).sqrt());
    let places = || (0..=reach).flat_map(move |v| (-reach..=reach).map(move |u| (u, v)));
    let mut sizes: Vec<f32> =
        places().filter(|&(u, v)| band(u, v)).map(|(u, v)| spectrum.at(u, v).norm_sqr()).collect();
    let half = sizes.len() / 2;
    let median = if half < sizes.len() { *sizes.select_nth_unstable_by(half, f32::total_cmp).1 } else { 0.0 };
    if median <= 0.0 {
        return Grid::zeros();
    }
    for (u, v) in places().filter(|&(u, v)| band(u, v)) {
        let z = spectrum.at(u, v);
        let z = z / (z.norm_sqr() + median).sqrt();
        spectrum.set(u, v, z);
        spectrum.set(-u, -v, z.conj());
    }
    spectrum
}

/// Resamples by `scale` (linear) and sums what falls on the same sample of the tile.
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
