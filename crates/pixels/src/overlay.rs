//! The visible label: a line of text on a dark plate in a corner of the image.
//!
//! The size follows the law: China's GB 45438-2025, clause 5.2, requires characters with a height of at least 5 % of
//! the shortest side, at an edge or corner. The standard does not say whether this means the em box or the ink. Here it
//! means the ink, for each script in the text separately: in `AI生成` both the capitals and the ideographs have this
//! height. White text on a plate of 65 % black has a contrast of at least 4.5 : 1 on any background (WCAG 2.2, 1.4.3).
//!
//! The font is Noto Sans CJK SC Bold, subset (`fonts/README.md`; SIL Open Font License 1.1).

use ab_glyph::{Font, FontRef, GlyphId, PxScale, point};
use serde::{Deserialize, Serialize};

use crate::view::RgbViewMut;

static FONT: &[u8] = include_bytes!("../fonts/NotoSansCJKsc-Bold-subset.otf");

/// China's label (GB 45438-2025, 5.2).
pub const TEXT_CHINA: &str = "AI生成";
/// One label for China and the EU.
pub const TEXT_GLOBAL: &str = "AI生成 · AI GENERATED";
/// The EU's label for generated images.
pub const TEXT_GENERATED: &str = "AI GENERATED";
/// The EU's label for images that AI modified.
pub const TEXT_MODIFIED: &str = "AI MODIFIED";
/// Default ink height as a share of the shortest side: China's 5 % plus a tenth.
pub const DEFAULT_INK_HEIGHT: f32 = 0.055;

/// Minimum ink height in pixels. Smaller text is not readable, regardless of its share.
pub(crate) const LEAST_INK: f32 = 9.0;
/// Distance of the plate from the edges, as a share of the shortest side.
pub(crate) const MARGIN: f32 = 0.02;
/// Plate around the text and space between lines, in ink heights.
pub(crate) const PADDING: f32 = 0.45;
const LEADING: f32 = 0.5;
/// Opacity of the black plate.
const PLATE: f32 = 0.65;
/// Maximum number of characters of a label.
const MOST_CHARACTERS: usize = 200;

/// Position of the label in the displayed image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Corner {
    /// `TL`
    #[serde(rename = "TL")]
    TopLeft,
    /// `TR`
    #[serde(rename = "TR")]
    TopRight,
    /// `BL`
    #[serde(rename = "BL")]
    BottomLeft,
    /// `BR`
    #[serde(rename = "BR")]
    BottomRight,
}

/// Rotation and reflection of stored pixels for display: the value of EXIF tag 0x0112.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExifOrientation(u8);

impl ExifOrientation {
    /// Displayed as stored.
    pub const UPRIGHT: Self = Self(1);

    /// Creates an orientation from the tag's value. Values other than 1 to 8 count as 1, as in other readers.
    #[must_use]
    pub const fn new(value: u16) -> Self {
        match value {
            2 => Self(2),
            3 => Self(3),
            4 => Self(4),
            5 => Self(5),
            6 => Self(6),
            7 => Self(7),
            8 => Self(8),
            _ => Self(1),
        }
    }

    const fn swaps(self) -> bool {
        self.0 >= 5
    }

    /// Returns the displayed size of an image that is stored as `width` x `height`.
    pub(crate) const fn displayed(self, width: u32, height: u32) -> (u32, u32) {
        if self.swaps() { (height, width) } else { (width, height) }
    }

    /// Returns the stored position of the displayed pixel (x, y) in an image stored as `width` x `height`.
    pub(crate) const fn stored(self, x: u32, y: u32, width: u32, height: u32) -> (u32, u32) {
        let (right, bottom) = (width.saturating_sub(1), height.saturating_sub(1));
        match self.0 {
            2 => (right.saturating_sub(x), y),
            3 => (right.saturating_sub(x), bottom.saturating_sub(y)),
            4 => (x, bottom.saturating_sub(y)),
            5 => (y, x),
            6 => (y, bottom.saturating_sub(x)),
            7 => (right.saturating_sub(y), bottom.saturating_sub(x)),
            8 => (right.saturating_sub(y), x),
            _ => (x, y),
        }
    }
}

/// Options of the visible label.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OverlayOptions<'a> {
    /// Text of at most 200 characters: printable ASCII, Latin-1, common punctuation and the Chinese characters of AI
    /// labels.
    pub text: &'a str,
    /// Corner of the displayed image.
    pub corner: Corner,
    /// Minimum ink height as a share of the shortest side, 0.02 to 0.25; usually [`DEFAULT_INK_HEIGHT`].
    pub ink_height: f32,
    /// The image's EXIF orientation.
    pub orientation: ExifOrientation,
}

/// A rectangle of stored pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rect {
    /// Left edge.
    pub x: u32,
    /// Top edge.
    pub y: u32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

/// Result of drawing a label.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OverlayReport {
    /// Number of ink rows (with pixels at least half covered) of the lowest script in the text, divided by the shortest
    /// side.
    pub ink_height_ratio: f32,
    /// The plate, in stored pixels.
    pub rect: Rect,
}

/// Error for a label that was not drawn. The image is unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OverlayError {
    /// The text has no visible character or more than 200 characters.
    #[error("a label has 1 to 200 characters")]
    Length,
    /// The font has no glyph for this character.
    #[error("the label's font has no glyph for {0:?}")]
    MissingGlyph(char),
    /// The ink height is not between 0.02 and 0.25.
    #[error("the ink height is not between 2 and 25 % of the shortest side")]
    InkHeight,
    /// The text does not fit into the image at this height, even with line breaks.
    #[error("the text does not fit into the picture")]
    DoesNotFit,
    /// The embedded font cannot be read.
    #[error("the embedded font cannot be read")]
    Font,
}

/// Draws the label.
///
/// # Errors
/// [`OverlayError`]; the image is then unchanged.
pub fn overlay(picture: &mut RgbViewMut<'_>, options: &OverlayOptions<'_>) -> Result<OverlayReport, OverlayError> {
    let placed = Placed::new(picture.width(), picture.height(), options)?;
    let (width, height) = (picture.width(), picture.height());
    let Placed { label, left, top, .. } = &placed;

    let channels = picture.as_view().layout().channels();
    let data = picture.data_mut();
    let place = |x: u32, y: u32| options.orientation.stored(left + x, top + y, width, height);
    for (y, row) in (0u32..).zip(label.coverage.chunks_exact(label.width as usize)) {
        for (x, &coverage) in (0u32..).zip(row) {
            let (x, y) = place(x, y);
            let index = (y as usize * width as usize + x as usize) * channels;
            if let Some(pixel) = data.get_mut(index..index + channels) {
                blend(pixel, coverage);
            }
        }
    }
    let (ax, ay) = place(0, 0);
    let (bx, by) = place(label.width - 1, label.height - 1);
    Ok(OverlayReport {
        ink_height_ratio: label.ink_rows as f32 / placed.short,
        rect: Rect { x: ax.min(bx), y: ay.min(by), width: ax.abs_diff(bx) + 1, height: ay.abs_diff(by) + 1 },
    })
}

/// Returns the embedded font.
pub(crate) fn font() -> Result<FontRef<'static>, OverlayError> {
    FontRef::try_from_slice(FONT).map_err(|_| OverlayError::Font)
}

/// A rendered label and its position in the displayed image.
struct Placed {
    label: Label,
    left: u32,
    top: u32,
    /// Shortest side of the image.
    short: f32,
}

impl Placed {
    /// Lays out the label for an image that is stored as `width` x `height`.
    fn new(width: u32, height: u32, options: &OverlayOptions<'_>) -> Result<Self, OverlayError> {
        let font = font()?;
        let (shown_width, shown_height) = options.orientation.displayed(width, height);
        let units = ink_units(&font, options.text)?;
        let typeset = Typeset::new(&font, options.text, units, options.ink_height, (shown_width, shown_height))?;
        let label = Label::drawn(&font, &typeset.lines, typeset.scale, typeset.ink, typeset.padding);
        let margin = typeset.margin as u32;
        let space = |side: u32, taken: u32| side.checked_sub(taken.saturating_add(2 * margin));
        let (Some(free_x), Some(free_y)) = (space(shown_width, label.width), space(shown_height, label.height)) else {
            return Err(OverlayError::DoesNotFit);
        };
        let is_right = matches!(options.corner, Corner::TopRight | Corner::BottomRight);
        let is_bottom = matches!(options.corner, Corner::BottomLeft | Corner::BottomRight);
        Ok(Self {
            label,
            left: margin + if is_right { free_x } else { 0 },
            top: margin + if is_bottom { free_y } else { 0 },
            short: shown_width.min(shown_height) as f32,
        })
    }
}

/// Lines and dimensions of a label for an image of one size, in pixels.
pub(crate) struct Typeset {
    /// Lines of text from top to bottom.
    pub lines: Vec<String>,
    /// Height of the ink.
    ink: f32,
    /// Pixels per font unit.
    scale: f32,
    /// Distance of the plate from the edges of the image.
    margin: f32,
    /// Plate around the text.
    padding: f32,
}

impl Typeset {
    /// Breaks the text into lines for an image displayed at `size`. `units` is from [`ink_units`].
    pub fn new(
        font: &FontRef<'_>,
        text: &str,
        units: f32,
        ink_height: f32,
        (width, height): (u32, u32),
    ) -> Result<Self, OverlayError> {
        if !(0.02..=0.25).contains(&ink_height) {
            return Err(OverlayError::InkHeight);
        }
        let words = words(font, text)?;
        let short = width.min(height) as f32;
        // One pixel more than requested, because antialiased edges lose up to half a row at top and bottom.
        let ink = (ink_height * short).ceil().max(LEAST_INK) + 1.0;
        let scale = ink / units;
        let margin = (MARGIN * short).ceil();
        let padding = (PADDING * ink).ceil();
        let room = width as f32 - 2.0 * (margin + padding);
        let lines = broken(font, &words, scale, room).ok_or(OverlayError::DoesNotFit)?;
        Ok(Self { lines, ink, scale, margin, padding })
    }
}

/// Renders lines at an ink height in pixels, on a plate as drawn by [`overlay`]. `units` is from [`ink_units`].
pub(crate) fn render(font: &FontRef<'_>, units: f32, lines: &[String], ink: f32) -> Label {
    Label::drawn(font, lines, ink / units, ink, PADDING * ink)
}

/// Draws the plate and the text's coverage (0 to 1) over a pixel.
fn blend(pixel: &mut [u8], coverage: f32) {
    let over = |below: f32, ink: f32, share: f32| below + (ink - below) * share;
    match pixel {
        [r, g, b] => {
            for value in [r, g, b] {
                let plate = over(f32::from(*value), 0.0, PLATE);
                *value = over(plate, 255.0, coverage).round() as u8;
            }
        }
        [r, g, b, a] => {
            let below = f32::from(*a) / 255.0;
            let plate = PLATE + below * (1.0 - PLATE);
            let whole = coverage + plate * (1.0 - coverage);
            for value in [r, g, b] {
                // Premultiplied: image below the plate below the text.
                let sum = f32::from(*value) * below * (1.0 - PLATE) * (1.0 - coverage) + 255.0 * coverage;
                *value = (sum / whole.max(f32::MIN_POSITIVE)).round().min(255.0) as u8;
            }
            *a = (whole * 255.0).round() as u8;
        }
        _ => {}
    }
}

/// Splits a text into words. Every character must have a glyph.
fn words<'t>(font: &FontRef<'_>, text: &'t str) -> Result<Vec<&'t str>, OverlayError> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.is_empty() || text.chars().count() > MOST_CHARACTERS {
        return Err(OverlayError::Length);
    }
    match words.iter().flat_map(|w| w.chars()).find(|&c| font.glyph_id(c) == GlyphId(0)) {
        Some(missing) => Err(OverlayError::MissingGlyph(missing)),
        None => Ok(words),
    }
}

/// Scripts whose heights are measured separately; other characters (punctuation) are not measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Ideographs,
}

const SCRIPTS: [Script; 2] = [Script::Latin, Script::Ideographs];

fn script(c: char) -> Option<Script> {
    match c {
        '\u{4e00}'..='\u{9fff}' => Some(Script::Ideographs),
        c if c.is_alphanumeric() => Some(Script::Latin),
        _ => None,
    }
}

/// Returns the ink height of a drawable text in font units: the height of its lowest script.
pub(crate) fn ink_units(font: &FontRef<'_>, text: &str) -> Result<f32, OverlayError> {
    words(font, text)?;
    Ok(lowest_script(font, text))
}

/// Returns the height of the lowest script's ink in the text, in font units.
fn lowest_script(font: &FontRef<'_>, text: &str) -> f32 {
    let height = |wanted: Option<Script>| {
        let (mut low, mut high) = (f32::MAX, f32::MIN);
        for c in text.chars().filter(|&c| wanted.is_none() || script(c) == wanted) {
            if let Some(outline) = font.outline(font.glyph_id(c)) {
                low = low.min(outline.bounds.min.y.min(outline.bounds.max.y));
                high = high.max(outline.bounds.min.y.max(outline.bounds.max.y));
            }
        }
        (high > low).then_some(high - low)
    };
    let measured = SCRIPTS.into_iter().filter_map(|s| height(Some(s))).reduce(f32::min);
    // A text of punctuation only: use its actual ink.
    measured.or_else(|| height(None)).unwrap_or(1000.0)
}

fn advance(font: &FontRef<'_>, line: &str) -> f32 {
    line.chars().map(|c| font.h_advance_unscaled(font.glyph_id(c))).sum()
}

/// Breaks words into lines of at most `room` pixels and drops a separating dot at the end of a line. Returns `None` if
/// a single word is too long.
fn broken(font: &FontRef<'_>, words: &[&str], scale: f32, room: f32) -> Option<Vec<String>> {
    let fits = |line: &str| advance(font, line) * scale <= room;
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        if !fits(word) {
            return None;
        }
        match lines.last_mut() {
            Some(line) if fits(&format!("{line} {word}")) => {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) if *word == "·" => {}
            _ => lines.push((*word).to_owned()),
        }
    }
    if lines.len() > 1 {
        for line in &mut lines {
            let kept = line.trim_end_matches('·').trim_end().len();
            line.truncate(kept);
        }
    }
    Some(lines)
}

/// A plate with text in display orientation.
pub(crate) struct Label {
    pub width: u32,
    pub height: u32,
    /// Coverage of each pixel by text, 0 to 1.
    pub coverage: Vec<f32>,
    /// Number of ink rows of the lowest script in its best line.
    ink_rows: u32,
}

impl Label {
    fn drawn(font: &FontRef<'_>, lines: &[String], scale: f32, ink: f32, padding: f32) -> Self {
        // The line's box extends from the lowest to the highest ink of any glyph in the text.
        let (mut low, mut high) = (f32::MAX, f32::MIN);
        for outline in lines.iter().flat_map(|l| l.chars()).filter_map(|c| font.outline(font.glyph_id(c))) {
            low = low.min(outline.bounds.min.y.min(outline.bounds.max.y));
            high = high.max(outline.bounds.min.y.max(outline.bounds.max.y));
        }
        let (above, below) = ((high * scale).ceil(), (-low * scale).ceil());
        let leading = (LEADING * ink).ceil();
        let widest = lines.iter().map(|l| advance(font, l)).fold(0.0, f32::max);
        let width = ((widest * scale).ceil() + 2.0 * padding).max(1.0) as u32;
        let step = above + below + leading;
        let height = (step * lines.len() as f32 - leading + 2.0 * padding).max(1.0) as u32;
        let mut coverage = vec![0.0f32; width as usize * height as usize];
        let mut rows = [0u32; SCRIPTS.len()];
        // The scale of ab_glyph is the height of a line, not of the em.
        let size = PxScale::from(scale * font.height_unscaled());
        for (i, line) in lines.iter().enumerate() {
            let baseline = padding + above + step * i as f32;
            let mut x = padding;
            let mut extents = [(u32::MAX, 0u32); SCRIPTS.len()];
            for c in line.chars() {
                let id = font.glyph_id(c);
                let glyph = id.with_scale_and_position(size, point(x, baseline));
                x += font.h_advance_unscaled(id) * scale;
                let Some(outlined) = font.outline_glyph(glyph) else { continue };
                let corner = outlined.px_bounds().min;
                let extent = SCRIPTS.iter().position(|s| Some(*s) == script(c)).and_then(|i| extents.get_mut(i));
                let (mut first, mut last) = (u32::MAX, 0);
                outlined.draw(|gx, gy, share| {
                    let (px, py) = (corner.x + gx as f32, corner.y + gy as f32);
                    if px < 0.0 || py < 0.0 || px >= width as f32 {
                        return;
                    }
                    if let Some(cell) = coverage.get_mut(py as usize * width as usize + px as usize) {
                        *cell = cell.max(share.clamp(0.0, 1.0));
                        if share >= 0.5 {
                            first = first.min(py as u32);
                            last = last.max(py as u32 + 1);
                        }
                    }
                });
                if let Some(extent) = extent {
                    *extent = (extent.0.min(first), extent.1.max(last));
                }
            }
            for (best, (first, last)) in rows.iter_mut().zip(extents) {
                *best = (*best).max(last.saturating_sub(first));
            }
        }
        Self { width, height, coverage, ink_rows: rows.into_iter().filter(|r| *r > 0).min().unwrap_or(0) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;
    use crate::view::{Layout, Picture};

    fn plain(width: u32, height: u32, layout: Layout, value: u8) -> Picture {
        Picture::new(width, height, layout, vec![value; (width * height) as usize * layout.channels()]).unwrap()
    }

    fn options(text: &str, corner: Corner) -> OverlayOptions<'_> {
        OverlayOptions { text, corner, ink_height: DEFAULT_INK_HEIGHT, orientation: ExifOrientation::UPRIGHT }
    }

    /// Returns the relative luminance of a grey level (WCAG 2.2).
    fn luminance(level: u8) -> f32 {
        let v = f32::from(level) / 255.0;
        if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
    }

    #[test]
    fn default_texts_have_the_legal_height_in_many_sizes() {
        for text in [TEXT_CHINA, TEXT_GLOBAL, TEXT_GENERATED, TEXT_MODIFIED, "Generated by AI", "由人工智能生成"]
        {
            for (w, h) in [(1024, 1024), (640, 480), (480, 640), (4000, 3000), (256, 256), (1920, 1080)] {
                let mut picture = plain(w, h, Layout::Rgb, 200);
                let report = overlay(&mut picture.view_mut(), &options(text, Corner::BottomRight)).unwrap();
                assert!(report.ink_height_ratio >= 0.055, "{text} {w}x{h}: {report:?}");
                assert!(report.ink_height_ratio < 0.075, "{text} {w}x{h}: {report:?}");
            }
        }
    }

    #[test]
    fn the_reported_ink_height_matches_the_pixels() {
        let mut picture = plain(1000, 800, Layout::Rgb, 0);
        let report = overlay(&mut picture.view_mut(), &options("AI", Corner::TopLeft)).unwrap();
        let lit = picture.view().rows().filter(|row| row.iter().any(|v| *v >= 128)).count();
        assert_eq!((report.ink_height_ratio * 800.0).round() as usize, lit);
        assert!(lit as f32 >= 0.05 * 800.0);
    }

    #[test]
    fn text_has_enough_contrast_on_any_background() {
        for level in [0, 60, 128, 200, 255] {
            let mut picture = plain(600, 600, Layout::Rgb, level);
            let report = overlay(&mut picture.view_mut(), &options(TEXT_CHINA, Corner::TopRight)).unwrap();
            let rows: Vec<&[u8]> = picture.data_of(report.rect);
            let (dark, light) = rows.iter().flat_map(|r| r.iter()).fold((255, 0), |(d, l), v| (d.min(*v), l.max(*v)));
            let contrast = (luminance(light) + 0.05) / (luminance(dark) + 0.05);
            assert!(contrast >= 4.5, "{level}: {contrast}");
        }
    }

    impl Picture {
        fn data_of(&self, rect: Rect) -> Vec<&[u8]> {
            let c = self.layout().channels();
            let (x, w) = (rect.x as usize * c, rect.width as usize * c);
            self.view().rows().skip(rect.y as usize).take(rect.height as usize).map(|r| &r[x..x + w]).collect()
        }
    }

    #[test]
    fn draws_in_the_given_corner_and_changes_nothing_else() {
        for (corner, right, bottom) in [
            (Corner::TopLeft, false, false),
            (Corner::TopRight, true, false),
            (Corner::BottomLeft, false, true),
            (Corner::BottomRight, true, true),
        ] {
            let mut picture = plain(800, 600, Layout::Rgb, 90);
            let Rect { x, y, width, height } = overlay(&mut picture.view_mut(), &options("AI", corner)).unwrap().rect;
            assert_eq!(x > 400, right);
            assert_eq!(y > 300, bottom);
            for (py, row) in (0..).zip(picture.view().rows()) {
                for (px, pixel) in (0..).zip(row.chunks_exact(3)) {
                    let inside = (x..x + width).contains(&px) && (y..y + height).contains(&py);
                    assert_eq!(pixel != [90, 90, 90], inside, "{px} {py}");
                }
            }
        }
    }

    #[test]
    fn draws_the_same_label_for_every_orientation() {
        let mut upright = plain(300, 200, Layout::Rgb, 77);
        overlay(&mut upright.view_mut(), &options("AI", Corner::TopRight)).unwrap();
        for value in 1..=8u16 {
            let orientation = ExifOrientation::new(value);
            let (w, h) = if orientation.swaps() { (200, 300) } else { (300, 200) };
            let mut stored = plain(w, h, Layout::Rgb, 77);
            overlay(&mut stored.view_mut(), &OverlayOptions { orientation, ..options("AI", Corner::TopRight) })
                .unwrap();
            // After a rotation by the image library's own reading of the tag, it must look like the upright one.
            let turned = image::RgbImage::from_raw(w, h, stored.into_data()).unwrap();
            let mut turned = image::DynamicImage::from(turned);
            turned.apply_orientation(image::metadata::Orientation::from_exif(value as u8).unwrap());
            assert_eq!(turned.into_rgb8().into_raw(), upright.view().data(), "orientation {value}");
        }
    }

    #[test]
    fn draws_a_visible_label_on_transparent_images() {
        let mut picture = plain(400, 400, Layout::Rgba, 0);
        let report = overlay(&mut picture.view_mut(), &options("AI", Corner::BottomLeft)).unwrap();
        let rows = picture.data_of(report.rect);
        let alphas: Vec<u8> = rows.iter().flat_map(|r| r.chunks_exact(4).map(|p| p[3])).collect();
        assert!(alphas.iter().all(|a| *a >= 165));
        assert!(rows.iter().flat_map(|r| r.chunks_exact(4)).any(|p| p == [255; 4]));
    }

    #[test]
    fn breaks_long_texts_and_rejects_longer_ones() {
        let mut picture = plain(400, 800, Layout::Rgb, 10);
        let one = overlay(&mut picture.view_mut(), &options(TEXT_CHINA, Corner::TopLeft)).unwrap().rect.height;
        let two = overlay(&mut picture.view_mut(), &options(&format!("{TEXT_GLOBAL} BY US"), Corner::TopLeft))
            .unwrap()
            .rect
            .height;
        assert!(two > one + one / 2);
        let long = "W".repeat(60);
        assert_eq!(overlay(&mut picture.view_mut(), &options(&long, Corner::TopLeft)), Err(OverlayError::DoesNotFit));
    }

    #[test]
    fn rejects_undrawable_labels_and_keeps_the_image_unchanged() {
        let mut picture = plain(64, 64, Layout::Rgb, 10);
        for (text, error) in
            [("", OverlayError::Length), ("  ", OverlayError::Length), ("AI 🤖", OverlayError::MissingGlyph('🤖'))]
        {
            assert_eq!(overlay(&mut picture.view_mut(), &options(text, Corner::TopLeft)), Err(error));
        }
        let small = OverlayOptions { ink_height: 0.0, ..options("AI", Corner::TopLeft) };
        assert_eq!(overlay(&mut picture.view_mut(), &small), Err(OverlayError::InkHeight));
        let mut dot = plain(1, 1, Layout::Rgb, 10);
        assert_eq!(overlay(&mut dot.view_mut(), &options("AI", Corner::TopLeft)), Err(OverlayError::DoesNotFit));
        assert!(picture.view().data().iter().all(|v| *v == 10));
    }
}
