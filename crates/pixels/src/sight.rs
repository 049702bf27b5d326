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

use std::sync::{Arc, OnceLock};

use ab_glyph::FontRef;
use serde::{Deserialize, Serialize};

use crate::overlay::{
    Corner, DEFAULT_INK_HEIGHT, ExifOrientation, LEAST_INK, Label, MARGIN, OverlayOptions, PADDING, TEXT_CHINA,
    TEXT_GENERATED, TEXT_GLOBAL, TEXT_MODIFIED, Typeset, font, ink_units, render,
};
use crate::view::{Layout, RgbView};

/// Minimum correlation of a label that counts as seen. Measurements: `docs/visible-label.md`.
pub const THRESHOLD: f32 = 0.8;
/// Correlation below which a stated label counts as not seen. Between the two thresholds there is no result.
pub const ABSENT_BELOW: f32 = 0.6;

/// Texts that are searched for in every image: those of the presets, and the usual label in each language of the pages.
pub const USUAL_TEXTS: [&str; 19] = [
    TEXT_GLOBAL,
    "AI生成 · AI MODIFIED",
    TEXT_GENERATED,
    TEXT_MODIFIED,
    TEXT_CHINA,
    "AI-GENERATED",
    "AI-generated",
    "AI合成",
    "由AI生成",
    "人工智能生成",
    "人工智能合成",
    "KI-GENERIERT",
    "KI-generiert",
    "GÉNÉRÉ PAR IA",
    "Généré par IA",
    "GENERADO POR IA",
    "Generado por IA",
    "GENERATO DA IA",
    "Generato da IA",
];

/// Maximum number of stated labels that are searched for in one image; the others are skipped.
pub const MOST_STATED: usize = 4;

/// Ink height in pixels of the finer copy (up to twice as much) and of the coarse copy.
const FINE_INK: f32 = 12.0;
const COARSE_INK: f32 = 7.0;
/// Ink height at which texts are rendered before they are reduced.
const RENDERED_INK: f32 = 36.0;
/// Minimum ink height in the image, in pixels. Smaller labels are not searched for.
const LEAST_SEEN_INK: f32 = 5.0;
/// Maximum number of pixels of the finer copy.
const MOST_PIXELS: usize = 1 << 19;
/// Distance around the ink in which the label is compared, in ink heights; the plate is larger.
const AROUND: f32 = 0.22;
/// Tolerance of the nominal position, in ink heights.
const SLACK: f32 = 0.4;
/// Smallest crop that is covered, as a share of the shortest side: the label is then larger in proportion.
const SMALLEST_CROP: f32 = 0.7;
/// Ratio between two heights of the coarse search.
const COARSE_STEP: f32 = 1.04;
/// Minimum coarse correlation of a position that is examined more closely, and the maximum number of these positions.
const COARSE_THRESHOLD: f32 = 0.5;
const MOST_REFINED: usize = 16;
/// Number of positions of one text at one place that are examined more closely, and the minimum ratio of their ink
/// heights. In the coarse copy, a wrong height can score a little more than the correct one.
const HINTS: usize = 2;
const HINT_STEP: f32 = 1.05;
/// Minimum difference of luma between ink and plate, and maximum luma of the plate. Drawn labels have at least 166 and
/// at most 89.
const LEAST_CONTRAST: f32 = 80.0;
const MOST_PLATE: f32 = 130.0;

/// Position of a label that was seen, in pixels of the displayed image.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sighting {
    /// Correlation between the rendered ink and the pixels, at most 1.
    pub score: f32,
    /// Measured ink height of the lowest script divided by the shortest side of the image.
    pub ink_height_ratio: f32,
    /// Left edge of the plate.
    pub left: u32,
    /// Top edge of the plate.
    pub top: u32,
    /// Width of the plate.
    pub width: u32,
    /// Height of the plate.
    pub height: u32,
}

/// Position of a label in the displayed image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Place {
    /// Top left corner.
    TopLeft,
    /// Top edge.
    Top,
    /// Top right corner.
    TopRight,
    /// Left edge.
    Left,
    /// Away from all edges.
    Middle,
    /// Right edge.
    Right,
    /// Bottom left corner.
    BottomLeft,
    /// Bottom edge.
    Bottom,
    /// Bottom right corner.
    BottomRight,
}

impl Place {
    /// All positions.
    const ALL: [Self; 9] = [
        Self::TopLeft,
        Self::Top,
        Self::TopRight,
        Self::Left,
        Self::Middle,
        Self::Right,
        Self::BottomLeft,
        Self::Bottom,
        Self::BottomRight,
    ];

    /// Returns whether it is a corner.
    #[must_use]
    pub const fn is_corner(self) -> bool {
        matches!(self, Self::TopLeft | Self::TopRight | Self::BottomLeft | Self::BottomRight)
    }

    /// Returns the position in words for reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TopLeft => "top left corner",
            Self::Top => "top edge",
            Self::TopRight => "top right corner",
            Self::Left => "left edge",
            Self::Middle => "middle",
            Self::Right => "right edge",
            Self::BottomLeft => "bottom left corner",
            Self::Bottom => "bottom edge",
            Self::BottomRight => "bottom right corner",
        }
    }

    const fn sides(self) -> (Side, Side) {
        let horizontal = match self {
            Self::TopLeft | Self::Left | Self::BottomLeft => Side::Start,
            Self::Top | Self::Middle | Self::Bottom => Side::Centre,
            Self::TopRight | Self::Right | Self::BottomRight => Side::End,
        };
        let vertical = match self {
            Self::TopLeft | Self::Top | Self::TopRight => Side::Start,
            Self::Left | Self::Middle | Self::Right => Side::Centre,
            Self::BottomLeft | Self::Bottom | Self::BottomRight => Side::End,
        };
        (horizontal, vertical)
    }
}

impl From<Corner> for Place {
    fn from(corner: Corner) -> Self {
        match corner {
            Corner::TopLeft => Self::TopLeft,
            Corner::TopRight => Self::TopRight,
            Corner::BottomLeft => Self::BottomLeft,
            Corner::BottomRight => Self::BottomRight,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Start,
    Centre,
    End,
}

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

impl Sighting {
    /// Returns the position in an image that is displayed at `size`.
    #[must_use]
    pub fn place(&self, size: (u32, u32)) -> Place {
        let near = size.0.min(size.1) as f32 * 0.1;
        let side = |start: u32, length: u32, whole: u32| {
            let end = whole.saturating_sub(start.saturating_add(length));
            match (start <= end, (start.min(end) as f32) < near) {
                (_, false) => Side::Centre,
                (true, true) => Side::Start,
                (false, true) => Side::End,
            }
        };
        let sides = (side(self.left, self.width, size.0), side(self.top, self.height, size.1));
        Place::ALL.into_iter().find(|place| place.sides() == sides).unwrap_or(Place::Middle)
    }
}

/// Reduced copies of one image, created on demand.
struct Copies<'v> {
    view: RgbView<'v>,
    orientation: ExifOrientation,
    /// Displayed size.
    size: (u32, u32),
    made: Vec<Copy>,
}

/// An image reduced so that ink of a certain height has 12 to 24 pixels, and reduced further so that it has about 7.
struct Copy {
    factor: u32,
    coarse_factor: usize,
    fine: Plane,
    coarse: Plane,
}

impl<'v> Copies<'v> {
    fn new(view: &RgbView<'v>, orientation: ExifOrientation) -> Self {
        let size = orientation.displayed(view.width(), view.height());
        Self { view: *view, orientation, size, made: Vec::new() }
    }

    fn short(&self) -> f32 {
        self.size.0.min(self.size.1) as f32
    }

    fn of(&mut self, ratio: f32) -> &Copy {
        let ink = (ratio * self.short()).max(1.0);
        let pixels = u64::from(self.size.0) * u64::from(self.size.1);
        let mut factor = ((ink / FINE_INK) as u32).max(1);
        while pixels / (u64::from(factor) * u64::from(factor)) > MOST_PIXELS as u64 {
            factor += 1;
        }
        let index = self.made.iter().position(|copy| copy.factor == factor).unwrap_or(self.made.len());
        if index == self.made.len() {
            let fine = Plane::reduced(&self.view, self.orientation, factor);
            let coarse_factor = ((ink / factor as f32 / COARSE_INK).round() as usize).max(1);
            let coarse = fine.reduced_again(coarse_factor);
            self.made.push(Copy { factor, coarse_factor, fine, coarse });
        }
        // Not reachable: the copy was created above.
        static EMPTY: Copy = Copy { factor: 1, coarse_factor: 1, fine: Plane::EMPTY, coarse: Plane::EMPTY };
        self.made.get(index).unwrap_or(&EMPTY)
    }
}

/// Luma with sums for windows.
struct Plane {
    width: usize,
    height: usize,
    data: Vec<f32>,
    /// Sums of luma and of its square over all pixels above and to the left; one more row and column than the pixels.
    sums: Vec<[f64; 2]>,
}

impl Plane {
    const EMPTY: Self = Self { width: 0, height: 0, data: Vec::new(), sums: Vec::new() };

    fn new(width: usize, height: usize, data: Vec<f32>) -> Self {
        let mut sums = vec![[0.0; 2]; width + 1];
        sums.reserve((width + 1) * height);
        for row in data.chunks_exact(width.max(1)) {
            let above = sums.len() - (width + 1);
            let mut left = [0.0; 2];
            sums.push([0.0; 2]);
            for (x, value) in row.iter().enumerate() {
                let value = f64::from(*value);
                left = [left[0] + value, left[1] + value * value];
                let [sum, squares] = sums.get(above + x + 1).copied().unwrap_or_default();
                sums.push([sum + left[0], squares + left[1]]);
            }
        }
        Self { width, height, data, sums }
    }

    /// Computes means over squares of `factor` pixels in display orientation. Drops incomplete squares at the right and
    /// bottom.
    fn reduced(view: &RgbView<'_>, orientation: ExifOrientation, factor: u32) -> Self {
        let factor = factor.max(1) as usize;
        let (width, height) = (view.width() as usize / factor, view.height() as usize / factor);
        let channels = view.layout().channels();
        let has_alpha = view.layout() == Layout::Rgba;
        let mut stored = Vec::with_capacity(width * height);
        let mut line = vec![0u64; width];
        let all = (factor * factor) as f32;
        for (y, row) in view.rows().take(height * factor).enumerate() {
            for (sum, block) in line.iter_mut().zip(row.chunks_exact(factor * channels)) {
                *sum += u64::from(block.chunks_exact(channels).map(|pixel| luma(pixel, has_alpha)).sum::<u32>());
            }
            if (y + 1) % factor == 0 {
                stored.extend(line.iter().map(|sum| *sum as f32 / 256.0 / all));
                line.fill(0);
            }
        }
        // Limited by the sides of the view, which are 32-bit.
        let (stored_width, stored_height) = (width as u32, height as u32);
        let (shown_width, shown_height) = orientation.displayed(stored_width, stored_height);
        if orientation == ExifOrientation::UPRIGHT {
            return Self::new(width, height, stored);
        }
        let mut shown = Vec::with_capacity(stored.len());
        for y in 0..shown_height {
            for x in 0..shown_width {
                let (from_x, from_y) = orientation.stored(x, y, stored_width, stored_height);
                shown.push(stored.get(from_y as usize * width + from_x as usize).copied().unwrap_or_default());
            }
        }
        Self::new(shown_width as usize, shown_height as usize, shown)
    }

    fn reduced_again(&self, factor: usize) -> Self {
        let (width, height) = (self.width / factor, self.height / factor);
        let all = (factor * factor) as f64;
        let mut data = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let [sum, _] = self.window(x * factor, y * factor, factor, factor);
                data.push((sum / all) as f32);
            }
        }
        Self::new(width, height, data)
    }

    /// Returns the sums of luma and of its square in a window inside the plane.
    fn window(&self, x: usize, y: usize, width: usize, height: usize) -> [f64; 2] {
        let at = |x: usize, y: usize| self.sums.get(y * (self.width + 1) + x).copied().unwrap_or_default();
        let (a, b, c, d) = (at(x, y), at(x + width, y), at(x, y + height), at(x + width, y + height));
        [d[0] - b[0] - c[0] + a[0], d[1] - b[1] - c[1] + a[1]]
    }
}

/// Returns the luma times 256 (BT.601). Transparent pixels are shown on white.
fn luma(pixel: &[u8], has_alpha: bool) -> u32 {
    let [red, green, blue] = [0, 1, 2].map(|i| u32::from(pixel.get(i).copied().unwrap_or_default()));
    let luma = 77 * red + 150 * green + 29 * blue;
    if !has_alpha {
        return luma;
    }
    let alpha = u32::from(pixel.get(3).copied().unwrap_or(255));
    (luma * alpha + 255 * 256 * (255 - alpha)) / 255
}

/// A text to search for, rendered with each possible way of breaking it into lines.
struct Wanted {
    rendered: Vec<Arc<Rendered>>,
    /// Minimum and maximum ink height divided by the shortest side.
    ratios: (f32, f32),
    /// Distance from the edges in ink heights.
    margin: f32,
    /// Shortest side of the image.
    short: f32,
}

/// A label with sums of its coverage.
struct Rendered {
    width: f32,
    height: f32,
    columns: usize,
    rows: usize,
    /// Coverage over all pixels above and to the left; one more row and column than the pixels.
    sums: Vec<f32>,
}

/// A label rendered at one height and phase, ready for comparison.
struct Template {
    width: usize,
    height: usize,
    /// Coverage with its mean removed and with norm 1.
    weights: Vec<f32>,
    /// Original norm of the coverage.
    norm: f32,
    /// Mean of the coverage.
    mean: f32,
}

/// Best position of one text.
#[derive(Debug, Clone, Copy)]
struct Found {
    score: f32,
    /// Index of the rendering.
    index: usize,
    /// Ink height, left and top of the plate, in pixels of the finer copy.
    ink: f32,
    left: f32,
    top: f32,
}

impl Wanted {
    /// Returns `None` if the text cannot be drawn on this image or would be too small to be seen.
    fn new(font: &FontRef<'_>, text: &str, ratio: f32, copies: &Copies<'_>) -> Option<Self> {
        let short = copies.short();
        let (width, height) = copies.size;
        let units = ink_units(font, text).ok()?;
        let larger = |side: u32| side.saturating_mul(16);
        let smaller = |side: u32| side / 8 * 5;
        let uncropped = |side: u32| (side as f32 / SMALLEST_CROP) as u32;
        // Line breaks as on this image, on larger and smaller images of this shape, and on those from which this one
        // may have been cropped.
        let sizes = [
            (width, height),
            (larger(width), larger(height)),
            (smaller(width), smaller(height)),
            (uncropped(width), height),
            (width, uncropped(height)),
        ];
        let mut breaks: Vec<Vec<String>> = Vec::new();
        for size in sizes {
            if let Ok(typeset) = Typeset::new(font, text, units, ratio, size)
                && !breaks.contains(&typeset.lines)
            {
                breaks.push(typeset.lines);
            }
        }
        let drawn_here = ((ratio * short).ceil().max(LEAST_INK) + 1.0) / short;
        let ratios = (ratio * 0.96, (ratio * 1.03).max(drawn_here) / SMALLEST_CROP);
        if breaks.is_empty() || ratios.1 * short < LEAST_SEEN_INK {
            return None;
        }
        let rendered = breaks.iter().map(|lines| Rendered::of(font, units, lines)).collect();
        Some(Self { rendered, ratios, margin: MARGIN / ratio, short })
    }

    /// Searches in the stated corner, then everywhere else. Returns the best position with any score.
    fn find_stated(&self, copy: &Copy, corner: Option<Corner>) -> Option<Found> {
        let best_of = |places: &[Place]| {
            let hints = self.coarse(copy, places, true);
            let found = hints.iter().filter_map(|hint| self.refined(copy, hint));
            found.max_by(|a, b| a.score.total_cmp(&b.score))
        };
        let there = corner.and_then(|corner| best_of(&[corner.into()]));
        if there.is_some_and(|there| there.score >= THRESHOLD) {
            return there;
        }
        let anywhere = best_of(&Place::ALL);
        [there, anywhere].into_iter().flatten().max_by(|a, b| a.score.total_cmp(&b.score))
    }

    /// Returns the best positions in the coarse copy near each place. Positions away from the corners, where labels of
    /// cropped images are, are searched only with `cropped`.
    fn coarse(&self, copy: &Copy, places: &[Place], cropped: bool) -> Vec<Found> {
        let plane = &copy.coarse;
        let grown = copy.coarse_factor as f32;
        let reduction = copy.factor as f32 * grown;
        let pixels = self.short / reduction;
        // The best position for each height.
        let mut best: Vec<Vec<Found>> = vec![Vec::new(); places.len()];
        for (index, rendered) in self.rendered.iter().enumerate() {
            let mut ink = (self.ratios.0 * pixels).max(LEAST_SEEN_INK / reduction);
            while ink <= self.ratios.1 * pixels * COARSE_STEP {
                let scale = ink / RENDERED_INK;
                // The template begins inside the plate, at an integer pixel.
                let inset = (PADDING - AROUND) * ink;
                let is_cropped = ink > self.ratios.1 * SMALLEST_CROP * pixels * COARSE_STEP;
                let template = rendered.template(scale, AROUND * ink, AROUND * ink);
                for (place, best) in places.iter().zip(&mut best) {
                    let Some(template) = template.as_ref().filter(|_| cropped || !is_cropped || place.is_corner())
                    else {
                        continue;
                    };
                    let (horizontal, vertical) = place.sides();
                    let columns = self.range(horizontal, rendered.width * scale, plane.width as f32, ink);
                    let rows = self.range(vertical, rendered.height * scale, plane.height as f32, ink);
                    let (Some((x0, x1)), Some((y0, y1))) = (columns, rows) else { continue };
                    let mut here: Option<Found> = None;
                    for y in whole(y0 + inset, y1 + inset) {
                        for x in whole(x0 + inset, x1 + inset) {
                            let score = template.score(plane, x, y);
                            if score >= COARSE_THRESHOLD && here.is_none_or(|here| score > here.score) {
                                let (left, top) = ((x as f32 - inset) * grown, (y as f32 - inset) * grown);
                                here = Some(Found { score, index, ink: ink * grown, left, top });
                            }
                        }
                    }
                    best.extend(here);
                }
                ink *= COARSE_STEP;
            }
        }
        best.into_iter().flat_map(best_heights).collect()
    }

    /// Returns the possible starts of a plate along one side.
    fn range(&self, side: Side, length: f32, whole: f32, ink: f32) -> Option<(f32, f32)> {
        let free = whole - length;
        let outside = (PADDING - AROUND) * ink;
        let inside = (self.margin + SLACK) * ink;
        let range = match side {
            Side::Start => (-outside, inside),
            Side::End => (free - inside, free + outside),
            Side::Centre => (free / 2.0 - SLACK * ink, free / 2.0 + SLACK * ink),
        };
        (free >= -2.0 * outside).then_some(range)
    }

    /// Compares on the finer copy around a hint, in decreasing steps.
    fn refined(&self, copy: &Copy, hint: &Found) -> Option<Found> {
        let rendered = self.rendered.get(hint.index)?;
        let mut best = Found { score: 0.0, ..*hint };
        // Integer positions first, because these share one template for each height.
        let shifts = copy.coarse_factor as i32;
        for (ink, left, top) in grown(rendered, hint, 0.01, 3) {
            let Some((template, x, y)) = rendered.placed(ink, left, top) else { continue };
            for (dx, dy) in square(shifts) {
                let (Some(x), Some(y)) = (x.checked_add_signed(dx as isize), y.checked_add_signed(dy as isize)) else {
                    continue;
                };
                let score = template.score(&copy.fine, x, y);
                if score > best.score {
                    best = Found { score, index: hint.index, ink, left: left + dx as f32, top: top + dy as f32 };
                }
            }
        }
        if best.score < COARSE_THRESHOLD {
            return Some(best);
        }
        for (step, ink_step) in [(0.5, 0.005), (0.25, 0.0025)] {
            for (ink, left, top) in grown(rendered, &best, ink_step, 1) {
                for (dx, dy) in square(1) {
                    let (left, top) = (left + dx as f32 * step, top + dy as f32 * step);
                    let Some((template, x, y)) = rendered.placed(ink, left, top) else { continue };
                    let score = template.score(&copy.fine, x, y);
                    if score > best.score {
                        best = Found { score, index: hint.index, ink, left, top };
                    }
                }
            }
        }
        Some(best)
    }
}

/// Keeps the [`HINTS`] best positions whose ink heights differ.
fn best_heights(mut found: Vec<Found>) -> Vec<Found> {
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut kept: Vec<Found> = Vec::with_capacity(HINTS);
    for each in found {
        let differs = |other: &Found| each.ink.max(other.ink) > each.ink.min(other.ink) * HINT_STEP;
        if kept.len() < HINTS && kept.iter().all(differs) {
            kept.push(each);
        }
    }
    kept
}

/// Returns heights around that of `found`, with the left and top of the plate that keep its middle in place.
fn grown(rendered: &Rendered, found: &Found, step: f32, reach: i32) -> Vec<(f32, f32, f32)> {
    let Found { ink, left, top, .. } = *found;
    (-reach..=reach)
        .map(|steps| {
            let change = ink * step * steps as f32;
            let moved = change / RENDERED_INK / 2.0;
            (ink + change, left - moved * rendered.width, top - moved * rendered.height)
        })
        .collect()
}

/// Returns the offsets in a square around zero.
fn square(reach: i32) -> impl Iterator<Item = (i32, i32)> {
    (-reach..=reach).flat_map(move |y| (-reach..=reach).map(move |x| (x, y)))
}

/// Returns the integers in a range, none below zero.
fn whole(from: f32, to: f32) -> std::ops::RangeInclusive<usize> {
    from.ceil().max(0.0) as usize..=to.floor().max(0.0) as usize
}

impl Found {
    fn sighting(&self, wanted: &Wanted, copy: &Copy) -> Sighting {
        let factor = copy.factor as f32;
        let scale = self.ink / RENDERED_INK * factor;
        let (width, height) = wanted.rendered.get(self.index).map_or((0.0, 0.0), |r| (r.width, r.height));
        let pixels = |value: f32| value.round().max(0.0) as u32;
        Sighting {
            score: self.score,
            ink_height_ratio: self.ink * factor / wanted.short,
            left: pixels(self.left * factor),
            top: pixels(self.top * factor),
            width: pixels(width * scale),
            height: pixels(height * scale),
        }
    }
}

impl Rendered {
    /// The usual texts on one line are rendered once and cached, because reading the font takes longer than the rest.
    fn of(font: &FontRef<'_>, units: f32, lines: &[String]) -> Arc<Self> {
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
    fn template(&self, scale: f32, x: f32, y: f32) -> Option<Template> {
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
    fn placed(&self, ink: f32, left: f32, top: f32) -> Option<(Template, usize, usize)> {
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
    fn score(&self, plane: &Plane, x: usize, y: usize) -> f32 {
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;
    use crate::overlay::overlay;
    use crate::view::Picture;

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
