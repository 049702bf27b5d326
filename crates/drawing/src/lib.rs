//! Layers in the pixels: decode, draw the visible label, write the invisible mark, save in the same format with the
//! source's own metadata.
//!
//! JPEG is saved with the source's quantisation tables and subsampling, where they let the mark through; PNG, WebP and TIFF are saved without loss; a GIF
//! is changed within its colour tables, in every image of an animation; AVIF, behind a feature for
//! native programs, is coded once more. What cannot be saved again without harm (other animations, pictures in CMYK or of
//! a high dynamic range, formats without an encoder here) stays as it is, and the answer says why. Credentials of the
//! source are not carried over: a caller that keeps them makes the source an ingredient.
//!
//! Nothing here knows C2PA's engine, so that a browser can load this without it.

#[cfg(feature = "avif")]
mod avif;
mod gif;
mod jpeg;
mod lossless;

use std::io::Cursor;

use bytes::Bytes;
use labeler_media::{Format, Limits, Metadata};
use labeler_pixels::decode::{DEFAULT_MAX_PIXELS, decode};
use labeler_pixels::mark::{Payload, Search, detect, embed, highest_frequency};
use labeler_pixels::overlay::{
    Corner, DEFAULT_INK_HEIGHT, ExifOrientation, OverlayError, OverlayOptions, Rect, overlay,
};
use labeler_pixels::{Layout, Picture};
use labeler_splice::{Rope, remove_stores};

/// A visible label to draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Its words.
    pub text: String,
    /// Its corner, as displayed.
    pub corner: Corner,
}

/// What came of drawing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawing {
    /// The file, saved anew; `None` where nothing in it changed.
    pub body: Option<Bytes>,
    /// Height of the lowest script's ink over the picture's shortest side, when the label was drawn.
    pub ink_height_ratio: Option<f64>,
    /// The invisible mark that the picture carries now: the one written, or one of ours that was there before.
    pub mark: Option<Payload>,
    /// What could not be done, or not without a change that was not asked for.
    pub notes: Vec<Note>,
}

/// Something the caller should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Stable, machine-readable.
    pub code: &'static str,
    /// For people.
    pub message: String,
}

impl Drawing {
    fn note(&mut self, code: &'static str, message: impl Into<String>) {
        self.notes.push(Note { code, message: message.into() });
    }
}

/// Draws `label` and writes `mark` (a number that no other picture has) into the pixels of a file. Takes memory for the
/// decoded picture (3 or 4 bytes a pixel), the decoder's own, and the new file; with a mark for the new file's
/// picture too, in which the mark is looked for.
///
/// A file that cannot be drawn on stays as it is, with a note `pixels_unchanged`.
#[must_use]
pub fn draw(input: &Bytes, format: Format, label: Option<&Label>, mark: Option<u64>) -> Drawing {
    if label.is_none() && mark.is_none() {
        return Drawing::default();
    }
    attempt(input, format, label, mark).unwrap_or_else(|why| {
        let mut unchanged = Drawing::default();
        unchanged.note("pixels_unchanged", format!("The picture stays as it is: {why}"));
        unchanged
    })
}

fn attempt(input: &Bytes, format: Format, label: Option<&Label>, mark: Option<u64>) -> Result<Drawing, String> {
    let metadata = labeler_media::read_metadata(&mut Cursor::new(input), format, &Limits::default())
        .map_err(|error| error.to_string())?;
    match format {
        Format::Jpeg => on_jpeg(input, &metadata, label, mark),
        Format::Png | Format::Webp | Format::Tiff => {
            let form = lossless::check(input, format)?;
            on_pixels(input, &metadata, label, mark, |picture, tries, result| {
                if tries > 0 {
                    return Ok(None);
                }
                if form.deep {
                    result.note("depth_reduced", "The picture had more than 8 bits a channel and was saved with 8.");
                }
                lossless::save(input, format, picture, &form).map(Some)
            })
        }
        Format::Gif => on_gif(&without_stores(input, format, &metadata)?, &metadata, label, mark),
        #[cfg(feature = "avif")]
        Format::Avif => on_avif(&without_stores(input, format, &metadata)?, label, mark),
        #[cfg(not(feature = "avif"))]
        Format::Avif => Err("AVIF is drawn on by the command line only".to_owned()),
        Format::Heic | Format::Heif => Err(HEVC.to_owned()),
        _ => Err(format!("{} cannot be drawn on here", format.mime())),
    }
}

/// Why HEIC and HEIF stay undrawn, and what to do.
const HEVC: &str = if cfg!(feature = "avif") {
    "HEIC and HEIF are coded in HEVC, for which there is no freely licensed encoder; convert it to JPEG or AVIF first"
} else {
    "HEIC and HEIF are coded in HEVC, for which there is no freely licensed encoder; convert it to JPEG first"
};

/// Steps of quantisation that let the mark through where those of the source do not.
const FINER: [u16; 3] = [8, 4, 2];

/// Whether `mark` can be read from a file.
fn carries(file: &[u8], mark: Payload) -> bool {
    let found =
        decode(file, DEFAULT_MAX_PIXELS).ok().and_then(|saved| detect(&saved.picture.view(), None, Search::Whole));
    found.is_some_and(|found| found.payload == mark)
}

/// A JPEG is saved with the source's steps of quantisation. Where the mark does not outlive them, finer ones are tried
/// at the mark's frequencies.
fn on_jpeg(input: &Bytes, metadata: &Metadata, label: Option<&Label>, mark: Option<u64>) -> Result<Drawing, String> {
    let coding = jpeg::Coding::read(input)?;
    on_pixels(input, metadata, label, mark, |picture, tries, _| {
        let Some(finer) = tries.checked_sub(1) else { return jpeg::save(input, picture, &coding).map(Some) };
        let Some(most) = FINER.get(finer) else { return Ok(None) };
        let frequency = highest_frequency(picture.width(), picture.height()).unwrap_or_default();
        jpeg::save(input, picture, &coding.finer(*most, frequency)).map(Some)
    })
}

/// Formats whose pixels are decoded as a whole and saved anew by `save`, which is asked again, with the number of tries
/// before, while the mark cannot be read from what it gave. When it has nothing more to try, the mark is left out.
fn on_pixels(
    input: &[u8],
    metadata: &Metadata,
    label: Option<&Label>,
    mark: Option<u64>,
    mut save: impl FnMut(&Picture, usize, &mut Drawing) -> Result<Option<Vec<u8>>, String>,
) -> Result<Drawing, String> {
    let mut picture = decode(input, DEFAULT_MAX_PIXELS).map_err(|error| error.to_string())?.picture;
    let mut result = Drawing::default();
    let drawn = label.is_some_and(|label| visible(&mut picture, label, upright(metadata), &mut result).is_some());
    let marked = mark.is_some_and(|number| invisible(&mut picture, number, &mut result));
    if !drawn && !marked {
        return Ok(result);
    }
    let mut tries = 0_usize;
    while let Some(file) = save(&picture, tries, &mut result)? {
        if result.mark.is_none_or(|mark| carries(&file, mark)) {
            result.body = Some(file.into());
            return Ok(result);
        }
        tries = tries.saturating_add(1);
    }
    let mut without = on_pixels(input, metadata, label, None, save)?;
    without
        .note("watermark_not_written", "The invisible mark was not written: it cannot be read from the saved picture.");
    Ok(without)
}

/// A GIF is changed within its colour tables. Whether a mark outlives that is seen in the file: tables of few colours do
/// not carry it.
fn on_gif(input: &[u8], metadata: &Metadata, label: Option<&Label>, mark: Option<u64>) -> Result<Drawing, String> {
    let gif = gif::Gif::read(input)?;
    let mut result = Drawing::default();
    let mut plate = None;
    if let Some(label) = label {
        let (width, height) = gif.size();
        let black = vec![0; (width as usize).saturating_mul(height as usize).saturating_mul(3)];
        let mut picture = Picture::new(width, height, Layout::Rgb, black).ok_or("it has no pixels")?;
        plate = visible(&mut picture, label, upright(metadata), &mut result).map(|rect| (picture, rect));
    }
    let label = plate.as_ref().map(|(picture, rect)| (picture, *rect));
    if let Some(number) = mark {
        let mut first = decode(input, DEFAULT_MAX_PIXELS).map_err(|error| error.to_string())?.picture;
        if invisible(&mut first, number, &mut result) {
            for spread in [false, true].into_iter().filter(|spread| !spread || gif.is_still()) {
                let body = gif.drawn(label, Some(gif::Mark { payload: Payload::new(number), spread }))?;
                if carries(&body, Payload::new(number)) {
                    result.body = Some(body.into());
                    return Ok(result);
                }
            }
            result.mark = None;
            result.note(
                "watermark_not_written",
                "The invisible mark was not written: the colour tables of the GIF are too coarse to carry it.",
            );
        }
    }
    if label.is_some() {
        result.body = Some(gif.drawn(label, None)?.into());
    }
    Ok(result)
}

/// An AVIF is changed and coded again. A mark that does not outlive that is left out.
#[cfg(feature = "avif")]
fn on_avif(input: &Bytes, label: Option<&Label>, mark: Option<u64>) -> Result<Drawing, String> {
    let avif = avif::Avif::read(input)?;
    let mut picture = avif.picture()?;
    let mut result = Drawing::default();
    let orientation = avif.orientation();
    let drawn = label.is_some_and(|label| visible(&mut picture, label, orientation, &mut result).is_some());
    let labelled = drawn.then(|| picture.clone());
    let marked = mark.is_some_and(|number| invisible(&mut picture, number, &mut result));
    if !drawn && !marked {
        return Ok(result);
    }
    if result.mark.is_some() {
        result.body = avif.save(&picture, result.mark)?;
        if result.body.is_some() {
            return Ok(result);
        }
        result.mark = None;
        result.note("watermark_not_written", "The invisible mark was not written: it does not outlive AVIF's coding.");
    }
    if let Some(labelled) = labelled {
        result.body = avif.save(&labelled, None)?;
    }
    Ok(result)
}

/// How EXIF turns the pixels for display.
fn upright(metadata: &Metadata) -> ExifOrientation {
    ExifOrientation::new(metadata.exif.iter().find_map(|block| block.orientation).unwrap_or(1))
}

/// The file without its manifest stores, for formats that are saved by changing the file in place.
fn without_stores(input: &Bytes, format: Format, metadata: &Metadata) -> Result<Bytes, String> {
    let stores: Vec<_> = metadata.c2pa.iter().flat_map(|place| place.ranges.clone()).collect();
    if stores.is_empty() {
        return Ok(input.clone());
    }
    let bare = remove_stores(&Rope::from(input.clone()), format, &stores).map_err(|error| error.to_string())?;
    Ok(bare.into_parts().concat().into())
}

/// Draws the label; where, if it did.
fn visible(picture: &mut Picture, label: &Label, orientation: ExifOrientation, result: &mut Drawing) -> Option<Rect> {
    let options =
        OverlayOptions { text: &label.text, corner: label.corner, ink_height: DEFAULT_INK_HEIGHT, orientation };
    match overlay(&mut picture.view_mut(), &options) {
        Ok(report) => {
            result.ink_height_ratio = Some((f64::from(report.ink_height_ratio) * 1e4).round() / 1e4);
            Some(report.rect)
        }
        Err(error) => {
            let code = match error {
                OverlayError::DoesNotFit => "label_does_not_fit",
                OverlayError::MissingGlyph(_) => "label_has_no_glyph",
                OverlayError::Length | OverlayError::InkHeight | OverlayError::Font => "label_not_drawn",
            };
            result.note(code, format!("The visible label was not drawn: {error}"));
            None
        }
    }
}

/// Writes a mark, unless the picture carries one of ours already: a second would disturb the first. Whether it did.
fn invisible(picture: &mut Picture, number: u64, result: &mut Drawing) -> bool {
    if let Some(found) = detect(&picture.view(), None, Search::Whole) {
        result.mark = Some(found.payload);
        return false;
    }
    let payload = Payload::new(number);
    match embed(&mut picture.view_mut(), payload, None) {
        Ok(_) => {
            result.mark = Some(payload);
            true
        }
        Err(error) => {
            result.note("watermark_not_written", format!("The invisible mark was not written: {error}"));
            false
        }
    }
}
