//! Reads the watermark: finds the tile, then decodes its payload.

use super::carrier::Key;
use super::code::{self, CODED_BITS};
use super::flatten::flattened;
use super::frame::{frame, largest_frame};
use super::lattice::{Freedom, Guess, Lattice, Matrix};
use super::payload::Payload;
use super::tile::{Peak, TileReader};
use super::wide::Wide;
use crate::plane::{self, Plane};
use crate::view::RgbView;

/// Range of changes to an image that the search covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Search {
    /// Whole images that were resized, rotated by quarter turns or mirrored, and most simple crops. For edge servers.
    #[default]
    Whole,
    /// Also more difficult crops, rotations by any angle, stretched images, and images inside larger ones.
    Deep,
}

/// A watermark that was read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Detection {
    /// Its payload.
    pub payload: Payload,
    /// Share of the 240 coded bits that matched the decoded word before correction, 0.5 to 1. Below about 0.85 the
    /// watermark is close to its limit.
    pub confidence: f32,
    /// Height of the synchronisation peak in standard deviations of the correlation.
    pub peak: f32,
}

/// Peaks below this many standard deviations are not decoded as found ...
const LEAST_PEAK: f32 = 4.6;
/// ... and refined peaks below this many are not decoded either.
const LEAST_REFINED: f32 = 5.0;
/// Number of peaks of a whole image's frame that are decoded, as found and refined.
const WHOLE_ATTEMPTS: usize = 2;
/// Number of peaks of each plane of the deep search that are decoded.
const DEEP_ATTEMPTS: usize = 5;
/// Number of guesses of each freedom whose peak is examined.
const LOOKED_AT: usize = 10;
/// A plane in which the lattice of tiles is searched.
struct Level {
    /// Reduction relative to the largest canonical image.
    reduction: usize,
    /// Range of the natural logarithms of the tile's size divided by 128 samples.
    scales: std::ops::Range<f32>,
}

const LEVELS: [Level; 2] = [Level { reduction: 1, scales: -0.7..0.77 }, Level { reduction: 2, scales: -0.5..0.08 }];
/// Level for a whole image that was marked at a short side of 256 to 512 and resized later.
const RESIZED: Level = Level { reduction: 2, scales: -0.7..0.02 };

/// Reads the watermark of `key` (or of the public key) from an image.
///
/// Returns `None` if there is none, if the short side is below 128 pixels, or if the image is more than 16 times as
/// long as it is wide.
#[must_use]
pub fn detect(picture: &RgbView<'_>, key: Option<&Key>, search: Search) -> Option<Detection> {
    detect_each(picture, &[key], search).into_iter().next().flatten()
}

/// Reads the watermark of each key (`None`: the public one), in the order of `keys`. Computations that do not depend on
/// the key are done once for all of them.
#[must_use]
pub fn detect_each(picture: &RgbView<'_>, keys: &[Option<&Key>], search: Search) -> Vec<Option<Detection>> {
    let (width, height) = (picture.width(), picture.height());
    let mut wanted = Wanted::new(keys);
    let (Some(own), Some(largest)) = (frame(width, height), largest_frame(width, height)) else {
        return wanted.found;
    };
    let luma = plane::luma(picture, largest.width, largest.height);
    wanted.read_whole(&luma);
    if own != largest && wanted.is_missing() {
        wanted.read_whole(&plane::luma(picture, own.width, own.height));
    }
    let per_pixel = (luma.width() as f32 / width as f32, luma.height() as f32 / height as f32);
    let (levels, freedom): (&[Level], Freedom) = match search {
        // A small image that was resized: the size of its tile is that of a frame between the two.
        Search::Whole => (&[RESIZED], Freedom::Scale),
        Search::Deep => (&LEVELS, Freedom::All),
    };
    for level in levels {
        if wanted.is_missing() {
            wanted.read_level(&luma, per_pixel, level, freedom);
        }
    }
    wanted.found
}

/// Watermarks that are searched for, and those found so far.
struct Wanted {
    readers: Vec<TileReader>,
    found: Vec<Option<Detection>>,
}

impl Wanted {
    fn new(keys: &[Option<&Key>]) -> Self {
        Self { readers: keys.iter().map(|key| TileReader::new(*key)).collect(), found: vec![None; keys.len()] }
    }

    fn is_missing(&self) -> bool {
        self.found.iter().any(Option::is_none)
    }

    /// Runs the readers of the watermarks that have not been found yet.
    fn look(&mut self, read: impl Fn(&TileReader) -> Option<Detection>) {
        for (reader, found) in self.readers.iter().zip(&mut self.found) {
            if found.is_none() {
                *found = read(reader);
            }
        }
    }

    /// Reads a canonical luma plane as the whole image.
    fn read_whole(&mut self, luma: &Plane) {
        let white = flattened(luma);
        self.look(|reader| read_flattened(reader, &white));
    }

    /// Searches one plane for tiles of any of the level's scales.
    fn read_level(&mut self, luma: &Plane, per_pixel: (f32, f32), level: &Level, most: Freedom) {
        let smaller;
        let plane = if level.reduction == 1 {
            luma
        } else {
            smaller = luma.resized(luma.width() / level.reduction, luma.height() / level.reduction);
            &smaller
        };
        let wide = Wide::new(&flattened(plane));
        let reduction = level.reduction as f32;
        let lattice = Lattice::new(&wide, (per_pixel.0 / reduction, per_pixel.1 / reduction));
        let mut guesses = lattice.guesses(level.scales.clone(), most);
        guesses.sort_by(|a, b| b.score.total_cmp(&a.score));
        self.look(|reader| read_guesses(reader, &wide, &guesses));
    }
}

/// Returns whether an image is large enough to search for a watermark.
#[must_use]
pub fn is_large_enough(picture: &RgbView<'_>) -> bool {
    largest_frame(picture.width(), picture.height()).is_some()
}

/// Reads a canonical luma plane that contains the whole image.
pub(super) fn read_whole(reader: &TileReader, luma: &Plane) -> Option<Detection> {
    read_flattened(reader, &flattened(luma))
}

fn read_flattened(reader: &TileReader, white: &Plane) -> Option<Detection> {
    let mut peaks: Vec<Peak> = [1.0, 0.9985, 1.0015]
        .iter()
        .flat_map(|&scale| {
            let spectrum = reader.folded(white, scale);
            reader.peaks(&spectrum).map(move |peak| Peak { scale, ..peak }).collect::<Vec<_>>()
        })
        .collect();
    peaks.sort_by(|a, b| b.height.total_cmp(&a.height));
    let mut tried: Vec<Peak> = Vec::new();
    for peak in peaks {
        if tried.len() >= WHOLE_ATTEMPTS {
            break;
        }
        if tried.iter().any(|t| t.orientation == peak.orientation) {
            continue;
        }
        tried.push(peak);
        let mut best = peak;
        for step in [0.0f32, 0.0016, 0.0008, 0.0004] {
            if step > 0.0 {
                let middle = best.scale;
                for scale in [middle * (1.0 - step), middle * (1.0 + step)] {
                    let found = reader.peak(&reader.folded(white, scale), peak.orientation);
                    if found.height > best.height {
                        best = Peak { scale, ..found };
                    }
                }
            }
            let as_found = step == 0.0 && best.height >= LEAST_PEAK;
            let refined = step == 0.0004 && best.height >= LEAST_REFINED && best != peak;
            if (as_found || refined)
                && let Some(found) = decoded(&reader.soft_bits(&reader.folded(white, best.scale), &best), &best)
            {
                return Some(found);
            }
        }
    }
    None
}

/// Examines the peaks of the best guesses and decodes the best ones.
fn read_guesses(reader: &TileReader, wide: &Wide, guesses: &[Guess]) -> Option<Detection> {
    /// Guesses closer than this count as one.
    const SAME: f32 = 0.003;
    let mut looked: Vec<Matrix> = Vec::new();
    let mut peaks: Vec<(Matrix, Peak)> = Vec::new();
    for freedom in Freedom::ALL {
        let mut count = 0;
        for guess in guesses.iter().filter(|g| g.freedom == freedom) {
            if count >= LOOKED_AT {
                break;
            }
            if looked.iter().any(|m| m.distance(guess.matrix) < SAME) {
                continue;
            }
            looked.push(guess.matrix);
            count += 1;
            let spectrum = reader.sampled(wide, guess.matrix);
            if let Some(peak) = reader.peaks(&spectrum).max_by(|a, b| a.height.total_cmp(&b.height)) {
                peaks.push((guess.matrix, peak));
            }
        }
    }
    peaks.sort_by(|a, b| b.1.height.total_cmp(&a.1.height));
    for (matrix, peak) in peaks.into_iter().take(DEEP_ATTEMPTS) {
        let spectrum = reader.sampled(wide, matrix);
        if peak.height >= LEAST_PEAK
            && let Some(found) = decoded(&reader.soft_bits(&spectrum, &peak), &peak)
        {
            return Some(found);
        }
        let (spectrum, peak) = reader.climbed(wide, matrix, &peak);
        if peak.height >= LEAST_REFINED
            && let Some(found) = decoded(&reader.soft_bits(&spectrum, &peak), &peak)
        {
            return Some(found);
        }
    }
    None
}

fn decoded(soft: &[f32], peak: &Peak) -> Option<Detection> {
    let payload = code::decode(soft)?;
    let coded = code::encode(payload);
    let right = coded.iter().zip(soft).filter(|(c, s)| **c == (**s > 0.0)).count();
    Some(Detection { payload, confidence: right as f32 / CODED_BITS as f32, peak: peak.height })
}
