//! Layers in the pixels: decodes a file, draws the visible label, writes the watermark, and saves the file in the same
//! format with the source's own metadata.
//!
//! JPEG is saved with the source's quantisation tables and subsampling, if they preserve the watermark, and further
//! images in the file are kept. PNG, WebP and TIFF are saved without loss and in the source's depth. A GIF is changed
//! within its colour tables, in every image of an animation. AVIF, behind a feature for native programs, is coded
//! again. Files that cannot be saved without harm (other animations, CMYK or high dynamic range images, formats without
//! an encoder here) stay unchanged, and the result says why. Credentials of the source are not kept; callers that keep
//! them make the source an ingredient.
//!
//! Invariants: a damaged image is never drawn on, and a saved file is read again before it is returned (`confirm`).
//!
//! This crate does not depend on the C2PA engine, so that a browser can load it separately.

#[cfg(feature = "avif")]
mod avif;
mod confirm;
mod deep;
mod gif;
mod jpeg;
#[cfg(feature = "avif")]
mod look;
mod lossless;
mod outcome;

use std::io::Cursor;

use bytes::Bytes;
use labeler_media::{Format, Limits, Metadata};
use labeler_pixels::damage::find_damage;
use labeler_pixels::decode::{DEFAULT_MAX_PIXELS, decode, decode_deep};
use labeler_pixels::mark::{Key, Payload, Search, detect, embed, highest_frequency};
use labeler_pixels::overlay::{
    Corner, DEFAULT_INK_HEIGHT, ExifOrientation, OverlayError, OverlayOptions, Rect, overlay,
};
use labeler_pixels::{Layout, Picture};
use labeler_splice::{Rope, remove_stores};

use confirm::{Confirmed, Expected, Form, Look};
#[cfg(feature = "avif")]
pub use look::look;
use outcome::{DrawError, Drawn, FURTHER};
pub use outcome::{Drawing, Note};

/// A visible label to draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Text of the label.
    pub text: String,
    /// Corner of the displayed image.
    pub corner: Corner,
}

/// A watermark to write.
#[derive(Clone, Copy)]
struct Watermark<'a> {
    payload: Payload,
    /// `None` for the public watermark.
    key: Option<&'a Key>,
}

/// The watermark that an image contains now.
#[derive(Clone, Copy)]
struct Carried<'a> {
    watermark: Watermark<'a>,
    /// Whether this call wrote it.
    written: bool,
}

/// Draws `label` and writes `mark` (a number that no other image has) into the pixels of a file. Needs memory for the
/// decoded image (3 or 4 bytes per pixel, and 2 to 8 more for 16 bits per channel), the decoder, and the new file. The
/// new file is decoded before it is returned; with a watermark, the image stays in memory during that time.
///
/// A file that cannot be drawn on stays unchanged, with a note: `file_damaged` if it is damaged, which is also reported
/// without layers; `label_not_drawn` and `watermark_not_written` if the new file does not match the expectation;
/// otherwise `pixels_unchanged`.
#[must_use]
pub fn draw(input: &Bytes, format: Format, label: Option<&Label>, mark: Option<u64>) -> Drawing {
    draw_with_key(input, format, label, mark, None)
}

/// Draws and writes as [`draw`] does, with a keyed watermark. The saved file is read with the same key.
///
/// An image with the public watermark keeps it, with the note `public_watermark_kept`: a second watermark would disturb
/// it.
#[must_use]
pub fn draw_with_key(
    input: &Bytes,
    format: Format,
    label: Option<&Label>,
    mark: Option<u64>,
    key: Option<&Key>,
) -> Drawing {
    let mark = mark.map(|number| Watermark { payload: Payload::new(number), key });
    let mut unchanged = Drawing::default();
    if label.is_none() && mark.is_none() {
        if let Some(why) = find_damage(input) {
            unchanged.note("file_damaged", format!("The file is damaged: {why}."));
        }
        return unchanged;
    }
    match attempt(input, format, label, mark) {
        Ok(drawing) => return drawing,
        Err(DrawError::Damaged(why)) => unchanged.note(
            "file_damaged",
            format!("The file is damaged: {why}. Nothing was drawn on it. Label the original or an intact copy."),
        ),
        Err(DrawError::Unchanged(why)) => {
            unchanged.note("pixels_unchanged", format!("The image was not changed: {why}"));
        }
        Err(DrawError::NotConfirmed(why)) => {
            if label.is_some() {
                let message = format!("The visible label was not drawn: the saved file was read back, and {why}.");
                unchanged.note("label_not_drawn", message);
            }
            if mark.is_some() {
                let message = format!("The watermark was not written: the saved file was read back, and {why}.");
                unchanged.note("watermark_not_written", message);
            }
        }
    }
    unchanged
}

fn attempt(
    input: &Bytes,
    format: Format,
    label: Option<&Label>,
    mark: Option<Watermark<'_>>,
) -> Result<Drawing, DrawError> {
    let metadata = labeler_media::read_metadata(&mut Cursor::new(input), format, &Limits::default())
        .map_err(|error| error.to_string())?;
    match format {
        Format::Jpeg => on_jpeg(input, &metadata, label, mark),
        Format::Png | Format::Webp | Format::Tiff => {
            let form = lossless::check(input, format)?;
            on_pixels(input, format, &metadata, label, mark, |drawn, tries, result| {
                if tries > 0 {
                    return Ok(None);
                }
                let file = lossless::save(input, format, drawn, &form)?;
                form.note(result);
                Ok(Some(file))
            })
        }
        Format::Gif => {
            if let Some(damage) = find_damage(input) {
                return Err(DrawError::Damaged(damage));
            }
            on_gif(&without_stores(input, format, &metadata)?, &metadata, label, mark)
        }
        #[cfg(feature = "avif")]
        Format::Avif => on_avif(&without_stores(input, format, &metadata)?, label, mark),
        #[cfg(not(feature = "avif"))]
        Format::Avif => Err("AVIF is drawn on by the command line only".into()),
        Format::Heic | Format::Heif => Err(HEVC.into()),
        _ => Err(format!("{} cannot be drawn on here", format.mime()).into()),
    }
}

/// Explains why HEIC and HEIF are not drawn on, and what to do.
const HEVC: &str = if cfg!(feature = "avif") {
    "HEIC and HEIF are coded in HEVC, for which there is no freely licensed encoder; convert it to JPEG or AVIF first"
} else {
    "HEIC and HEIF are coded in HEVC, for which there is no freely licensed encoder; convert it to JPEG first"
};

/// Quantisation steps that preserve the watermark if those of the source do not.
const FINER: [u16; 3] = [8, 4, 2];

/// Returns whether `mark` can be read, with its key, from a file that was read again.
fn carries(saved: &Confirmed, mark: Watermark<'_>) -> bool {
    detect(&saved.picture.view(), mark.key, Search::Whole).is_some_and(|found| found.payload == mark.payload)
}

/// Draws on a JPEG, which is saved with the source's quantisation steps. If the watermark does not survive them, tries
/// finer steps at the watermark's frequencies.
fn on_jpeg(
    input: &Bytes,
    metadata: &Metadata,
    label: Option<&Label>,
    mark: Option<Watermark<'_>>,
) -> Result<Drawing, DrawError> {
    let coding = jpeg::Coding::read(input)?;
    on_pixels(input, Format::Jpeg, metadata, label, mark, |drawn, tries, result| {
        let coding = match tries.checked_sub(1).map(|finer| FINER.get(finer)) {
            None => None,
            Some(None) => return Ok(None),
            Some(Some(most)) => {
                let (width, height) = (drawn.picture.width(), drawn.picture.height());
                Some(coding.finer(*most, highest_frequency(width, height).unwrap_or_default()))
            }
        }
        .unwrap_or_else(|| coding.clone());
        let file = jpeg::save(input, drawn, &coding)?;
        if tries == 0 && jpeg::has_further_pictures(input, drawn.end) {
            result.note(
                FURTHER,
                "The file contains further images, which were not changed: only the first was drawn on.",
            );
        }
        Ok(Some(file))
    })
}

/// Draws on formats whose pixels are decoded as a whole and saved by `save`. Calls `save` again, with the number of
/// previous attempts, until the watermark can be read from its result. If `save` has no further attempt, the watermark
/// is omitted.
fn on_pixels(
    input: &Bytes,
    format: Format,
    metadata: &Metadata,
    label: Option<&Label>,
    mark: Option<Watermark<'_>>,
    mut save: impl FnMut(&Drawn, usize, &mut Drawing) -> Result<Option<Vec<u8>>, String>,
) -> Result<Drawing, DrawError> {
    let (decoded, mut deep) = decode_deep(input, DEFAULT_MAX_PIXELS)?;
    if let Some(damage) = decoded.damage {
        return Err(DrawError::Damaged(damage));
    }
    let form = Form::of(input, format, &decoded)?;
    let mut picture = decoded.picture;
    let mut result = Drawing::default();
    let drawn = label.is_some_and(|label| visible(&mut picture, label, upright(metadata), &mut result).is_some());
    let carried = mark.and_then(|mark| invisible(&mut picture, mark, &mut result));
    if !drawn && !carried.is_some_and(|carried| carried.written) {
        return Ok(result);
    }
    let gray = decoded.samples.gray;
    if let Some(samples) = &mut deep {
        deep::bring(samples, &picture, gray);
    }
    let expected = Expected { form, look: Some(Look::of(&picture)) };
    let mut kept = Some(Drawn { picture, deep, gray, end: decoded.end });
    let mut tries = 0_usize;
    while let Some(drawn) = kept.take() {
        let Some(file) = save(&drawn, tries, &mut result)? else { break };
        // Without a watermark there is no second attempt, so only one image is needed in memory.
        kept = carried.is_some().then_some(drawn);
        let saved = expected.confirm(file.into()).map_err(DrawError::NotConfirmed)?;
        if carried.is_none_or(|carried| carries(&saved, carried.watermark)) {
            result.body = Some(saved.into_body());
            return Ok(result);
        }
        tries = tries.saturating_add(1);
    }
    drop(kept);
    let mut without = on_pixels(input, format, metadata, label, None, save)?;
    without.note("watermark_not_written", "The watermark was not written: it cannot be read from the saved picture.");
    Ok(without)
}

/// Draws on a GIF within its colour tables. Reads the saved file to see whether the watermark survived: tables with few
/// colours cannot carry it.
fn on_gif(
    input: &[u8],
    metadata: &Metadata,
    label: Option<&Label>,
    mark: Option<Watermark<'_>>,
) -> Result<Drawing, DrawError> {
    let gif = gif::Gif::read(input)?;
    let expected = Expected { form: Form::of_gif(&gif), look: None };
    let confirm = |body: Vec<u8>| expected.confirm(body.into()).map_err(DrawError::NotConfirmed);
    let mut result = Drawing::default();
    let mut plate = None;
    if let Some(label) = label {
        let (width, height) = gif.size();
        let black = vec![0; (width as usize).saturating_mul(height as usize).saturating_mul(3)];
        let mut picture = Picture::new(width, height, Layout::Rgb, black).ok_or("it has no pixels")?;
        plate = visible(&mut picture, label, upright(metadata), &mut result).map(|rect| (picture, rect));
    }
    let label = plate.as_ref().map(|(picture, rect)| (picture, *rect));
    let mut kept = None;
    if let Some(mark) = mark {
        let mut first = decode(input, DEFAULT_MAX_PIXELS)?.picture;
        let carried = invisible(&mut first, mark, &mut result);
        drop(first);
        kept = carried.filter(|carried| !carried.written).map(|carried| carried.watermark);
        if carried.is_some_and(|carried| carried.written) {
            for spread in [false, true].into_iter().filter(|spread| !spread || gif.is_still()) {
                let body = gif.drawn(label, Some(gif::Mark { payload: mark.payload, key: mark.key, spread }))?;
                let saved = confirm(body)?;
                if carries(&saved, mark) {
                    result.body = Some(saved.into_body());
                    return Ok(result);
                }
            }
            result.mark = None;
            result.note(
                "watermark_not_written",
                "The watermark was not written: the colour tables of the GIF are too coarse to carry it.",
            );
        }
    }
    if label.is_some() {
        let saved = confirm(gif.drawn(label, None)?)?;
        if kept.is_some_and(|kept| !carries(&saved, kept)) {
            result.mark = None;
            result.note(
                "watermark_not_written",
                "The watermark that the GIF carried can no longer be read, because the visible label covers part of it. \
                 Label the original GIF, or label this one without a visible label.",
            );
        }
        result.body = Some(saved.into_body());
    }
    Ok(result)
}

/// Draws on an AVIF and codes it again. If the watermark does not survive, tries finer quantizers; if none helps, omits
/// it.
#[cfg(feature = "avif")]
fn on_avif(input: &Bytes, label: Option<&Label>, mark: Option<Watermark<'_>>) -> Result<Drawing, DrawError> {
    let avif = avif::Avif::read(input)?;
    let mut picture = avif.picture()?;
    let form = Form::of_avif(&avif);
    let confirm = |body: Bytes, picture: &Picture| {
        let expected = Expected { form: form.clone(), look: Some(Look::of(picture)) };
        expected.confirm(body).map_err(DrawError::NotConfirmed)
    };
    let mut result = Drawing::default();
    let orientation = avif.orientation();
    let drawn = label.is_some_and(|label| visible(&mut picture, label, orientation, &mut result).is_some());
    let labelled = drawn.then(|| picture.clone());
    let carried = mark.and_then(|mark| invisible(&mut picture, mark, &mut result));
    if !drawn && !carried.is_some_and(|carried| carried.written) {
        return Ok(result);
    }
    if let Some(Carried { watermark: mark, .. }) = carried {
        for quantizer in avif::QUANTIZERS {
            let saved = confirm(avif.save(&picture, quantizer)?, &picture)?;
            if carries(&saved, mark) {
                result.body = Some(saved.into_body());
                return Ok(result);
            }
        }
        result.mark = None;
        result.note("watermark_not_written", "The watermark was not written: it does not survive AVIF coding.");
    }
    if let Some(labelled) = labelled {
        let [quantizer, ..] = avif::QUANTIZERS;
        result.body = Some(confirm(avif.save(&labelled, quantizer)?, &labelled)?.into_body());
    }
    Ok(result)
}

/// Returns the EXIF orientation of the pixels.
fn upright(metadata: &Metadata) -> ExifOrientation {
    ExifOrientation::new(metadata.exif.iter().find_map(|block| block.orientation).unwrap_or(1))
}

/// Returns the file without its manifest stores, for formats that are saved by changing the file in place.
fn without_stores(input: &Bytes, format: Format, metadata: &Metadata) -> Result<Bytes, String> {
    let stores: Vec<_> = metadata.c2pa.iter().flat_map(|place| place.ranges.clone()).collect();
    if stores.is_empty() {
        return Ok(input.clone());
    }
    let bare = remove_stores(&Rope::from(input.clone()), format, &stores).map_err(|error| error.to_string())?;
    Ok(bare.into_parts().concat().into())
}

/// Draws the label and returns its position if it was drawn.
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

/// Writes a watermark unless the image already contains one of ours, because a second would disturb the first. Returns
/// the watermark that the image contains now.
fn invisible<'a>(picture: &mut Picture, mark: Watermark<'a>, result: &mut Drawing) -> Option<Carried<'a>> {
    let public = mark.key.map(|_| None);
    for key in [Some(mark.key), public].into_iter().flatten() {
        let Some(found) = detect(&picture.view(), key, Search::Whole) else { continue };
        if mark.key.is_some() && key.is_none() {
            result.note(
                "public_watermark_kept",
                "No watermark was written with the key: the image already carries the public watermark, and a second \
                 one would disturb it.",
            );
        }
        result.mark = Some(found.payload);
        return Some(Carried { watermark: Watermark { payload: found.payload, key }, written: false });
    }
    match embed(&mut picture.view_mut(), mark.payload, mark.key) {
        Ok(_) => {
            result.mark = Some(mark.payload);
            Some(Carried { watermark: mark, written: true })
        }
        Err(error) => {
            result.note("watermark_not_written", format!("The watermark was not written: {error}"));
            None
        }
    }
}
