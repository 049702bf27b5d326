//! Finds visible labels in the pixels, in the form in which [`overlay`](crate::overlay::overlay) draws them.
//!
//! The text is rendered as it would be drawn, and its ink is compared with the luma of the image by normalised
//! correlation, over a range of heights and positions: at corners, at edges and in the middle. The search uses a coarse
//! copy of the image first and then, where that copy resembles the label, a finer copy in steps of a quarter pixel. A
//! label counts as seen if the correlation reaches [`THRESHOLD`] and the ink is clearly brighter than a dark plate.
//!
//! Labels drawn by other programs look different and are not found: "not seen" never means "absent".
//!
//! Invariants: the image is read once for each height class. All other time and memory is limited by constants, because
//! all copies have a limited size. No result depends on the machine.

mod copies;
mod place;
mod search;
mod template;
mod texts;

use serde::{Deserialize, Serialize};

use self::copies::Copies;
pub use self::place::Place;
use self::search::{MOST_REFINED, Wanted};
pub use self::search::{Sighting, THRESHOLD};
pub use self::texts::USUAL_TEXTS;
use crate::overlay::{Corner, DEFAULT_INK_HEIGHT, ExifOrientation, OverlayOptions, font};
use crate::view::RgbView;

/// Correlation below which a stated label counts as not seen. Between the two thresholds there is no result.
pub const ABSENT_BELOW: f32 = 0.6;
/// Maximum number of stated labels that are searched for in one image; the others are skipped.
pub const MOST_STATED: usize = 4;

/// A visible label that the manifest or another source states.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StatedLabel {
    /// Stated text.
    pub text: String,
    /// Stated corner, as displayed.
    pub corner: Option<Corner>,
    /// Stated ink height divided by the shortest side.
    pub ink_height_ratio: Option<f32>,
}

/// Visible labels to search for. The usual texts ([`USUAL_TEXTS`]) are always searched for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LabelSearch {
    /// EXIF orientation of the image, 1 to 8; other values count as 1.
    pub orientation: u16,
    /// Stated labels, at most [`MOST_STATED`].
    pub stated: Vec<StatedLabel>,
}

/// A visible label that was seen in the pixels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SeenLabel {
    /// Its text.
    pub text: String,
    /// Its position in the displayed image.
    pub place: Place,
    /// Measured ink height divided by the shortest side, rounded to four decimals.
    pub ink_height_ratio: f64,
    /// Correlation with the rendered text, rounded to two decimals.
    pub score: f64,
}

/// Result of a search for visible labels.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SeenLabels {
    /// Labels that were seen: stated ones first, then by size.
    pub seen: Vec<SeenLabel>,
    /// Texts of stated labels that were searched for everywhere and not seen.
    pub not_seen: Vec<String>,
}

/// Searches for one label, first in its corner, then at the other corners, the edges and in the middle. Returns `None`
/// if it is not seen or cannot be drawn on an image of this size.
#[must_use]
pub fn sight(view: &RgbView<'_>, options: &OverlayOptions<'_>) -> Option<Sighting> {
    let font = font().ok()?;
    let mut copies = Copies::new(view, options.orientation);
    let ratio = possible(options.ink_height);
    let wanted = Wanted::new(&font, options.text, ratio, &copies)?;
    let copy = copies.of(ratio);
    let found = wanted.find_stated(copy, Some(options.corner))?;
    (found.score >= THRESHOLD).then(|| found.sighting(&wanted, copy))
}

/// Searches for stated labels and for the usual texts, at all corners and edges and in the middle.
#[must_use]
pub fn find_labels(view: &RgbView<'_>, search: &LabelSearch) -> SeenLabels {
    let Ok(font) = font() else { return SeenLabels::default() };
    let mut copies = Copies::new(view, ExifOrientation::new(search.orientation));
    let mut found = Vec::new();
    let mut not_seen = Vec::new();
    for stated in search.stated.iter().take(MOST_STATED) {
        let usual = DEFAULT_INK_HEIGHT;
        let ratio = stated.ink_height_ratio.map_or(usual, possible);
        // The stated height may be wrong.
        let ratios = std::iter::once(ratio).chain((ratio < usual || ratio > usual * 1.2).then_some(usual));
        let (mut was_drawn, mut best) = (false, None::<Sighting>);
        for ratio in ratios {
            // A label that cannot be drawn on this image cannot be missing.
            let Some(wanted) = Wanted::new(&font, &stated.text, ratio, &copies) else { continue };
            let copy = copies.of(ratio);
            was_drawn = true;
            let here = wanted.find_stated(copy, stated.corner).map(|best| best.sighting(&wanted, copy));
            best = [best, here].into_iter().flatten().max_by(|a, b| a.score.total_cmp(&b.score));
            if best.is_some_and(|best| best.score >= THRESHOLD) {
                break;
            }
        }
        match best {
            Some(sighting) if sighting.score >= THRESHOLD => found.push((true, stated.text.as_str(), sighting)),
            Some(sighting) if sighting.score >= ABSENT_BELOW => {}
            _ if was_drawn => not_seen.push(stated.text.clone()),
            _ => {}
        }
    }
    let usual: Vec<_> = USUAL_TEXTS
        .into_iter()
        .filter(|text| !search.stated.iter().any(|stated| stated.text == *text))
        .filter_map(|text| Some((text, Wanted::new(&font, text, DEFAULT_INK_HEIGHT, &copies)?)))
        .collect();
    let copy = copies.of(DEFAULT_INK_HEIGHT);
    let mut hints: Vec<_> = usual
        .iter()
        .flat_map(|(text, wanted)| {
            wanted.coarse(copy, &Place::ALL, false).into_iter().map(move |hint| (*text, wanted, hint))
        })
        .collect();
    hints.sort_by(|(_, _, a), (_, _, b)| b.score.total_cmp(&a.score));
    for (text, wanted, hint) in hints.into_iter().take(MOST_REFINED) {
        if let Some(best) = wanted.refined(copy, &hint).filter(|best| best.score >= THRESHOLD) {
            found.push((false, text, best.sighting(wanted, copy)));
        }
    }
    let size = copies.size;
    SeenLabels { seen: distinct(found, size), not_seen }
}

/// Limits an ink height to the range in which labels can be drawn.
fn possible(ratio: f32) -> f32 {
    if ratio.is_finite() { ratio.clamp(0.02, 0.25) } else { DEFAULT_INK_HEIGHT }
}

/// Keeps one of several overlapping labels: a stated one, otherwise the largest, because a part of a label can look
/// like a complete other label.
fn distinct(mut found: Vec<(bool, &str, Sighting)>, size: (u32, u32)) -> Vec<SeenLabel> {
    let rank = |s: &Sighting| s.width as f32 * s.height as f32 * s.score * s.score;
    found.sort_by(|(a_stated, _, a), (b_stated, _, b)| b_stated.cmp(a_stated).then(rank(b).total_cmp(&rank(a))));
    let mut kept: Vec<(&str, Sighting)> = Vec::new();
    for (_, text, sighting) in found {
        let overlaps = |other: &Sighting| {
            let apart = |a: u32, a_size: u32, b: u32, b_size: u32| {
                a >= b.saturating_add(b_size) || b >= a.saturating_add(a_size)
            };
            !apart(sighting.left, sighting.width, other.left, other.width)
                && !apart(sighting.top, sighting.height, other.top, other.height)
        };
        if !kept.iter().any(|(_, other)| overlaps(other)) {
            kept.push((text, sighting));
        }
    }
    kept.into_iter()
        .map(|(text, sighting)| SeenLabel {
            text: text.to_owned(),
            place: sighting.place(size),
            ink_height_ratio: (f64::from(sighting.ink_height_ratio) * 1e4).round() / 1e4,
            score: (f64::from(sighting.score) * 100.0).round() / 100.0,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;
    use crate::overlay::{TEXT_CHINA, TEXT_GENERATED, TEXT_MODIFIED, overlay};
    use crate::view::{Layout, Picture};

    const CORNERS: [Corner; 4] = [Corner::TopLeft, Corner::TopRight, Corner::BottomLeft, Corner::BottomRight];

    /// An image with edges, noise and shades, but without a label.
    fn scene(width: u32, height: u32, layout: Layout) -> Picture {
        let mut state = 0x2545_f491_4f6c_dd1du64;
        let mut data = Vec::new();
        for y in 0..height {
            for x in 0..width {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                let stripes = if (x / 23 + y / 31) % 2 == 0 { 70 } else { 0 };
                let value = (x * 90 / width + y * 60 / height + stripes) as u8 + (state >> 60) as u8;
                data.extend([value, value / 2 + 40, 200 - value / 2]);
                if layout == Layout::Rgba {
                    data.push(255);
                }
            }
        }
        Picture::new(width, height, layout, data).unwrap()
    }

    fn options(text: &str, corner: Corner) -> OverlayOptions<'_> {
        OverlayOptions { text, corner, ink_height: DEFAULT_INK_HEIGHT, orientation: ExifOrientation::UPRIGHT }
    }

    fn stated(text: &str, corner: Corner) -> LabelSearch {
        let label = StatedLabel { text: text.to_owned(), corner: Some(corner), ink_height_ratio: None };
        LabelSearch { orientation: 1, stated: vec![label] }
    }

    #[test]
    fn finds_a_drawn_label_at_its_position() {
        for (width, height) in [(1024, 768), (640, 960), (400, 300), (3000, 2000)] {
            for corner in CORNERS {
                let mut picture = scene(width, height, Layout::Rgb);
                let drawn = overlay(&mut picture.view_mut(), &options(TEXT_GENERATED, corner)).unwrap();
                let seen = sight(&picture.view(), &options(TEXT_GENERATED, corner)).expect("a sighting");
                assert!(seen.score > 0.95, "{width}x{height} {corner:?}: {seen:?}");
                assert!((seen.ink_height_ratio / drawn.ink_height_ratio - 1.0).abs() < 0.05, "{seen:?} {drawn:?}");
                assert_eq!(seen.place((width, height)), Place::from(corner));
                let near = |a: u32, b: u32| a.abs_diff(b) <= width / 100 + 2;
                assert!(near(seen.left, drawn.rect.x) && near(seen.top, drawn.rect.y), "{seen:?} {drawn:?}");
                assert!(
                    near(seen.width, drawn.rect.width) && near(seen.height, drawn.rect.height),
                    "{seen:?} {drawn:?}"
                );
            }
        }
    }

    #[test]
    fn finds_usual_texts_without_a_statement() {
        for text in USUAL_TEXTS {
            let mut picture = scene(1200, 900, Layout::Rgb);
            overlay(&mut picture.view_mut(), &options(text, Corner::BottomRight)).unwrap();
            let found = find_labels(&picture.view(), &LabelSearch::default());
            let texts: Vec<_> = found.seen.iter().map(|seen| (seen.text.as_str(), seen.place)).collect();
            assert_eq!(texts, [(text, Place::BottomRight)]);
        }
    }

    #[test]
    fn does_not_see_an_absent_stated_label() {
        let picture = scene(1200, 900, Layout::Rgb);
        let found = find_labels(&picture.view(), &stated(TEXT_CHINA, Corner::TopLeft));
        assert_eq!(found, SeenLabels { seen: Vec::new(), not_seen: vec![TEXT_CHINA.to_owned()] });
    }

    #[test]
    fn does_not_report_an_undrawable_label_as_missing() {
        let picture = scene(300, 200, Layout::Rgb);
        for text in ["", "AI \u{1f916}", &"W".repeat(80)] {
            assert_eq!(find_labels(&picture.view(), &stated(text, Corner::TopLeft)), SeenLabels::default(), "{text}");
        }
    }

    #[test]
    fn does_not_confuse_another_text_with_the_stated_one() {
        let mut picture = scene(1000, 800, Layout::Rgb);
        overlay(&mut picture.view_mut(), &options(TEXT_MODIFIED, Corner::TopRight)).unwrap();
        let found = find_labels(&picture.view(), &stated("NOT BY AI", Corner::TopRight));
        assert_eq!(found.not_seen, ["NOT BY AI"]);
        assert_eq!(found.seen.len(), 1);
        assert_eq!(found.seen[0].text, TEXT_MODIFIED);
    }

    #[test]
    fn finds_a_label_at_another_position_than_stated() {
        let mut picture = scene(1000, 800, Layout::Rgb);
        overlay(&mut picture.view_mut(), &options("Made by Example", Corner::BottomLeft)).unwrap();
        let found = find_labels(&picture.view(), &stated("Made by Example", Corner::TopRight));
        assert_eq!(found.seen[0].place, Place::BottomLeft);
    }

    #[test]
    fn finds_labels_on_rotated_and_transparent_images() {
        for value in 1..=8u16 {
            let orientation = ExifOrientation::new(value);
            let mut picture = scene(800, 600, Layout::Rgba);
            let options = OverlayOptions { orientation, ..options(TEXT_GENERATED, Corner::BottomLeft) };
            overlay(&mut picture.view_mut(), &options).unwrap();
            let seen = sight(&picture.view(), &options).expect("a sighting");
            assert!(seen.score > 0.95, "{value}: {seen:?}");
        }
        let mut glass = Picture::new(500, 500, Layout::Rgba, vec![0; 1_000_000]).unwrap();
        overlay(&mut glass.view_mut(), &options("AI", Corner::TopLeft)).unwrap();
        assert!(sight(&glass.view(), &options("AI", Corner::TopLeft)).is_some());
    }

    #[test]
    fn measures_other_ink_heights() {
        for ink_height in [0.03, 0.08, 0.15] {
            let mut picture = scene(1500, 1000, Layout::Rgb);
            let label = OverlayOptions { ink_height, ..options("AI", Corner::TopRight) };
            let drawn = overlay(&mut picture.view_mut(), &label).unwrap().ink_height_ratio;
            let mut search = stated("AI", Corner::TopRight);
            search.stated[0].ink_height_ratio = Some(drawn);
            let seen = find_labels(&picture.view(), &search).seen;
            assert_eq!(seen.len(), 1, "{ink_height}");
            assert!((seen[0].ink_height_ratio / f64::from(drawn) - 1.0).abs() < 0.05, "{seen:?} {drawn}");
        }
    }

    #[test]
    fn finds_nothing_in_plain_and_tiny_images() {
        for (width, height) in [(1, 1), (3, 700), (700, 3), (64, 64), (500, 500)] {
            for value in [0, 90, 255] {
                let data = vec![value; width as usize * height as usize * 3];
                let picture = Picture::new(width, height, Layout::Rgb, data).unwrap();
                let mut search = stated("AI", Corner::TopLeft);
                for ratio in [None, Some(f32::NAN), Some(-1.0), Some(1e30)] {
                    search.stated[0].ink_height_ratio = ratio;
                    assert_eq!(find_labels(&picture.view(), &search).seen, [], "{width}x{height}");
                }
            }
        }
    }
}
