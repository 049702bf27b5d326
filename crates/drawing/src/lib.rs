//! Layers in the pixels: decode, draw the visible label, write the invisible mark, save in the same format with the
//! source's own metadata.
//!
//! JPEG is saved with the source's quantisation tables and subsampling, where they let the mark through, before the
//! further pictures that the file may hold; PNG, WebP and TIFF are saved without loss and in the source's depth; a GIF
//! is changed within its colour tables, in every image of an animation; AVIF, behind a feature for
//! native programs, is coded once more. What cannot be saved again without harm (other animations, pictures in CMYK or of
//! a high dynamic range, formats without an encoder here) stays as it is, and the answer says why. Credentials of the
//! source are not carried over: a caller that keeps them makes the source an ingredient.
//!
//! Invariants: a damaged picture is never drawn on, and a saved file is read back before it is returned (`confirm`).
//!
//! Nothing here knows C2PA's engine, so that a browser can load this without it.

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
pub use outcome::{Drawing, Note};
use outcome::{DrawingError, Drawn, FURTHER};

/// A visible label to draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Its words.
    pub text: String,
    /// Its corner, as displayed.
    pub corner: Corner,
}

/// A watermark to write.
#[derive(Clone, Copy)]
struct Watermark<'a> {
    payload: Payload,
    /// `None` for the public watermark.
    key: Option<&'a Key>,
}

/// The watermark that a picture carries now.
#[derive(Clone, Copy)]
struct Carried<'a> {
    watermark: Watermark<'a>,
    /// Whether it was written just now.
    written: bool,
}

/// Draws `label` and writes `mark` (a number that no other picture has) into the pixels of a file. Takes memory for the
/// decoded picture (3 or 4 bytes a pixel, and 2 to 8 more where it has 16 bits a channel), the decoder's own, and the new
/// file. The new file is decoded before it is returned; with a mark, the picture stays in memory meanwhile.
///
/// A file that cannot be drawn on stays as it is, with a note: `file_damaged` where it is not whole, which is said of a
/// file without layers as well; `label_not_drawn` and `watermark_not_written` where the new file was not confirmed;
/// otherwise `pixels_unchanged`.
#[must_use]
pub fn draw(input: &Bytes, format: Format, label: Option<&Label>, mark: Option<u64>) -> Drawing {
    draw_with_key(input, format, label, mark, None)
}

/// Draws and writes as [`draw`] does, the watermark with a key. The saved file is read back with the same key.
///
/// A picture that carries the public watermark keeps it, with the note `public_watermark_kept`: a second one would disturb
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
        Err(DrawingError::Damaged(why)) => unchanged.note(
            "file_damaged",
            format!("The file is damaged: {why}. Nothing was drawn on it; label the original or an intact copy."),
        ),
        Err(DrawingError::Unchanged(why)) => {
            unchanged.note("pixels_unchanged", format!("The picture stays as it is: {why}"));
        }
        Err(DrawingError::NotConfirmed(why)) => {
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
) -> Result<Drawing, DrawingError> {
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
                return Err(DrawingError::Damaged(damage));
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

/// Why HEIC and HEIF stay undrawn, and what to do.
const HEVC: &str = if cfg!(feature = "avif") {
    "HEIC and HEIF are coded in HEVC, for which there is no freely licensed encoder; convert it to JPEG or AVIF first"
} else {
    "HEIC and HEIF are coded in HEVC, for which there is no freely licensed encoder; convert it to JPEG first"
};

/// Steps of quantisation that let the mark through where those of the source do not.
const FINER: [u16; 3] = [8, 4, 2];

/// Whether `mark` can be read from a file that was read back, with its key.
fn carries(saved: &Confirmed, mark: Watermark<'_>) -> bool {
    detect(&saved.picture.view(), mark.key, Search::Whole).is_some_and(|found| found.payload == mark.payload)
}

/// A JPEG is saved with the source's steps of quantisation. Where the mark does not outlive them, finer ones are tried
/// at the mark's frequencies.
fn on_jpeg(
    input: &Bytes,
    metadata: &Metadata,
    label: Option<&Label>,
    mark: Option<Watermark<'_>>,
) -> Result<Drawing, DrawingError> {
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
            result
                .note(FURTHER, "The file holds further pictures, which stay as they are: only the first was drawn on.");
        }
        Ok(Some(file))
    })
}

/// Formats whose pixels are decoded as a whole and saved anew by `save`, which is asked again, with the number of tries
/// before, while the mark cannot be read from what it gave. When it has nothing more to try, the mark is left out.
fn on_pixels(
    input: &Bytes,
    format: Format,
    metadata: &Metadata,
    label: Option<&Label>,
    mark: Option<Watermark<'_>>,
    mut save: impl FnMut(&Drawn, usize, &mut Drawing) -> Result<Option<Vec<u8>>, String>,
) -> Result<Drawing, DrawingError> {
    let (decoded, mut deep) = decode_deep(input, DEFAULT_MAX_PIXELS)?;
    if let Some(damage) = decoded.damage {
        return Err(DrawingError::Damaged(damage));
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
        // Without a mark there is no second try, and no need for two pictures in memory.
        kept = carried.is_some().then_some(drawn);
        let saved = expected.confirm(file.into()).map_err(DrawingError::NotConfirmed)?;
        if carried.is_none_or(|carried| carries(&saved, carried.watermark)) {
            result.body = Some(saved.into_body());
            return Ok(result);
        }
        tries = tries.saturating_add(1);
    }
    drop(kept);
    let mut without = on_pixels(input, format, metadata, label, None, save)?;
    without
        .note("watermark_not_written", "The invisible mark was not written: it cannot be read from the saved picture.");
    Ok(without)
}

/// A GIF is changed within its colour tables. Whether a mark outlives that is seen in the file: tables of few colours do
/// not carry it.
fn on_gif(
    input: &[u8],
    metadata: &Metadata,
    label: Option<&Label>,
    mark: Option<Watermark<'_>>,
) -> Result<Drawing, DrawingError> {
    let gif = gif::Gif::read(input)?;
    let expected = Expected { form: Form::of_gif(&gif), look: None };
    let confirm = |body: Vec<u8>| expected.confirm(body.into()).map_err(DrawingError::NotConfirmed);
    let mut result = Drawing::default();
    let mut plate = None;
    if let Some(label) = label {
        let (width, height) = gif.size();
        let black = vec![0; (width as usize).saturating_mul(height as usize).saturating_mul(3)];
        let mut picture = Picture::new(width, height, Layout::Rgb, black).ok_or("it has no pixels")?;
        plate = visible(&mut picture, label, upright(metadata), &mut result).map(|rect| (picture, rect));
    }
    let label = plate.as_ref().map(|(picture, rect)| (picture, *rect));
    if let Some(mark) = mark {
        let mut first = decode(input, DEFAULT_MAX_PIXELS)?.picture;
        if invisible(&mut first, mark, &mut result).is_some_and(|carried| carried.written) {
            drop(first);
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
                "The invisible mark was not written: the colour tables of the GIF are too coarse to carry it.",
            );
        }
    }
    if label.is_some() {
        result.body = Some(confirm(gif.drawn(label, None)?)?.into_body());
    }
    Ok(result)
}

/// An AVIF is changed and coded again. Where the mark does not outlive that, finer quantizers are tried; where none helps,
/// it is left out.
#[cfg(feature = "avif")]
fn on_avif(input: &Bytes, label: Option<&Label>, mark: Option<Watermark<'_>>) -> Result<Drawing, DrawingError> {
    let avif = avif::Avif::read(input)?;
    let mut picture = avif.picture()?;
    let form = Form::of_avif(&avif);
    let confirm = |body: Bytes, picture: &Picture| {
        let expected = Expected { form: form.clone(), look: Some(Look::of(picture)) };
        expected.confirm(body).map_err(DrawingError::NotConfirmed)
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
        result.note("watermark_not_written", "The invisible mark was not written: it does not outlive AVIF's coding.");
    }
    if let Some(labelled) = labelled {
        let [quantizer, ..] = avif::QUANTIZERS;
        result.body = Some(confirm(avif.save(&labelled, quantizer)?, &labelled)?.into_body());
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

/// Writes a watermark, unless the picture carries one of ours already: a second would disturb the first. The one that it
/// carries now.
fn invisible<'a>(picture: &mut Picture, mark: Watermark<'a>, result: &mut Drawing) -> Option<Carried<'a>> {
    let public = mark.key.map(|_| None);
    for key in [Some(mark.key), public].into_iter().flatten() {
        let Some(found) = detect(&picture.view(), key, Search::Whole) else { continue };
        if mark.key.is_some() && key.is_none() {
            result.note(
                "public_watermark_kept",
                "No watermark was written with the key: the picture carries the public watermark already, and a second \
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
            result.note("watermark_not_written", format!("The invisible mark was not written: {error}"));
            None
        }
    }
}
