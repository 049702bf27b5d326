//! All findings in an image's pixels, from one call in one value.
//!
//! The value can be serialized as JSON, because another module may read the pixels than the one that judges: in a
//! browser, the decoders are loaded only for images.

use std::iter;

use serde::{Deserialize, Serialize};

use crate::damage::find_damage;
use crate::decode::{DecodeError, decode};
use crate::mark::{self, Key, Search};
use crate::probe::{self, MEASURED_FALSE_POSITIVE_RATE, stealth};
use crate::sight::{LabelSearch, SeenLabel, SeenLabels, find_labels};
use crate::view::RgbView;

/// Maximum number of characters kept of a hidden text.
const MOST_TEXT: usize = 2000;

/// Limits for reading the pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort<'k> {
    /// Maximum number of pixels of an image to decode; 0 decodes none.
    pub max_pixels: u64,
    /// How thoroughly Labeler's own watermark is searched for.
    pub search: Search,
    /// Keys whose watermarks are read in addition to the public key's.
    pub keys: &'k [Key],
}

/// Findings in the pixels.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Findings {
    /// Reason for which the pixels were not read; `None` if they were.
    pub not_probed: Option<String>,
    /// Changes to the image that the search for Labeler's own watermark did not cover; `None` if it covered all, or
    /// found the watermark.
    #[serde(default)]
    pub not_searched: Option<String>,
    /// Marks that were read.
    pub marks: Vec<FoundMark>,
    /// Probability that an unmarked image shows a generator's watermark.
    pub false_positive_rate: Option<f64>,
    /// Damage of the file's image data in one clause.
    #[serde(default)]
    pub damage: Option<String>,
    /// Visible labels that were found: stated ones first, then by size.
    #[serde(default)]
    pub visible: Vec<SeenLabel>,
    /// Texts of stated visible labels that were searched for and not found.
    #[serde(default)]
    pub not_seen: Vec<String>,
}

/// A mark that was read from the pixels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FoundMark {
    /// Name for people.
    pub name: String,
    /// Whether it says that AI made the image.
    pub says_ai: bool,
    /// Payload, text or score.
    pub detail: String,
    /// Method of reading it.
    pub method: String,
}

impl Findings {
    /// Creates the result for pixels that were not read.
    #[must_use]
    pub fn skipped(why: impl Into<String>) -> Self {
        Self { not_probed: Some(why.into()), ..Self::default() }
    }

    /// Creates the result for pixels that were not read because there is no decoder for this MIME type.
    #[must_use]
    pub fn not_decoded(mime: &str) -> Self {
        Self::skipped(format!("the pixels of {mime} files are not decoded here"))
    }

    /// Creates the result for pixels that were not read because there are more than `limit`.
    #[must_use]
    pub fn too_many(pixels: u64, limit: u64) -> Self {
        Self::skipped(format!("the picture has {pixels} pixels; pictures above {limit} are not decoded here"))
    }
}

/// Changes that [`Search::Whole`] does not cover.
const NOT_SEARCHED: &str = "our own watermark was searched for quickly: not after a rotation by another angle than a quarter \
    turn or a change of aspect ratio, and only roughly after a crop";

/// Decodes an image and searches for generators' watermarks, text in the lowest bits, Labeler's own watermark, and
/// visible labels.
#[must_use]
pub fn look(bytes: &[u8], effort: Effort<'_>, labels: &LabelSearch) -> Findings {
    let (picture, damage) = match decode(bytes, effort.max_pixels) {
        Ok(decoded) => (decoded.picture, decoded.damage),
        Err(DecodeError::TooManyPixels { pixels, limit }) => {
            return Findings { damage: find_damage(bytes), ..Findings::too_many(pixels, limit) };
        }
        Err(DecodeError::Damaged(why)) => {
            let damage = find_damage(bytes).unwrap_or_else(|| why.clone());
            return Findings { damage: Some(damage), ..Findings::skipped(DecodeError::Damaged(why).to_string()) };
        }
        Err(error) => return Findings { damage: find_damage(bytes), ..Findings::skipped(error.to_string()) },
    };

    Findings { damage, ..look_at(&picture.view(), effort, labels) }
}

/// Performs the same search as [`look`] in an image that the caller decoded.
#[must_use]
pub fn look_at(view: &RgbView<'_>, effort: Effort<'_>, labels: &LabelSearch) -> Findings {
    let pixels = u64::from(view.width()).saturating_mul(u64::from(view.height()));
    if pixels > effort.max_pixels {
        return Findings::too_many(pixels, effort.max_pixels);
    }
    let mut marks: Vec<_> = probe::probe(view)
        .into_iter()
        .map(|found| FoundMark {
            name: format!("{} (dwtDct)", found.name),
            says_ai: true,
            detail: format!("correlation {:.2}", found.rho),
            method: format!("pixels, variant {}", found.variant.name()),
        })
        .collect();
    marks.extend(stealth::read(view).map(|found| {
        FoundMark {
            name: "Stealth metadata (NovelAI, Stable Diffusion)".to_owned(),
            says_ai: true,
            detail: found
                .text
                .map_or_else(|| "its text cannot be read".to_owned(), |text| text.chars().take(MOST_TEXT).collect()),
            method: match found.carrier {
                stealth::Carrier::Alpha => "pixels, lowest bits of alpha".to_owned(),
                stealth::Carrier::Rgb => "pixels, lowest bits of the colours".to_owned(),
            },
        }
    }));
    // Labeler's watermark is a key to a record and says nothing about AI by itself.
    let keys: Vec<Option<&Key>> = iter::once(None).chain(effort.keys.iter().map(Some)).collect();
    let detections = mark::detect_each(view, &keys, effort.search);
    let is_found = detections.iter().any(Option::is_some);
    let not_searched =
        (!is_found && effort.search == Search::Whole && mark::is_large_enough(view)).then(|| NOT_SEARCHED.to_owned());
    marks.extend(keys.iter().zip(detections).filter_map(|(key, found)| {
        let found = found?;
        let key = if key.is_some() { "with the key given, " } else { "" };
        Some(FoundMark {
            name: "Labeler".to_owned(),
            says_ai: false,
            detail: found.payload.to_string(),
            method: format!("pixels, {key}{:.0} % of the coded bits agree", found.confidence * 100.0),
        })
    }));
    let SeenLabels { seen: visible, not_seen } = find_labels(view, labels);
    let false_positive_rate = Some(MEASURED_FALSE_POSITIVE_RATE);
    Findings { not_probed: None, not_searched, marks, false_positive_rate, damage: None, visible, not_seen }
}
