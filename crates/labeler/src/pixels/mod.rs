//! Layers in the pixels: decode, draw the visible label, write the invisible mark, save in the same format with the
//! source's own metadata.
//!
//! JPEG is saved with the source's quantisation tables and subsampling; PNG, WebP and TIFF are saved without loss. What
//! cannot be saved again without harm (animations, pictures in CMYK, formats without an encoder here) stays as it is, and
//! a warning says so.

mod jpeg;
mod lossless;

use std::io::Cursor;

use bytes::Bytes;
use labeler_media::{Format, Limits, Metadata};
use labeler_pixels::Picture;
use labeler_pixels::decode::{DEFAULT_MAX_PIXELS, decode};
use labeler_pixels::mark::{Payload, Search, detect, embed};
use labeler_pixels::overlay::{Corner, DEFAULT_INK_HEIGHT, ExifOrientation, OverlayOptions, overlay};
use labeler_provenance::{Integrity, Manifest};
use time::OffsetDateTime;

use crate::label::{LabelError, Warning, accept, unique};
use crate::layers::{AppliedOverlay, MARK_ALGORITHM, PixelLayers, PixelResult, VisibleLabel};
use crate::options::{LabelOptions, OverlayPosition};

/// Writes the layers into the pixels of a file. Takes memory for the decoded picture (3 or 4 bytes a pixel), the
/// decoder's own, and the new file.
///
/// # Errors
/// As [`crate::label()`]; a layer that cannot be written is a warning, and the file stays as it is.
pub fn draw(
    input: &Bytes,
    options: &LabelOptions,
    layers: &PixelLayers,
    now: OffsetDateTime,
) -> Result<PixelResult, LabelError> {
    let (format, digest) = accept(input, options)?;
    let mut result = PixelResult { body: input.clone(), overlay: None, mark: None, warnings: Vec::new() };
    if layers.is_empty() {
        return Ok(result);
    }
    match drawn(input, format, layers, &unique(&digest, now), &mut result) {
        Ok(Some(body)) => result.body = body,
        Ok(None) => {}
        Err(why) => {
            (result.overlay, result.mark) = (None, None);
            result.warnings.push(Warning::new("pixels_unchanged", format!("The picture stays as it is: {why}")));
        }
    }
    Ok(result)
}

fn drawn(
    input: &Bytes,
    format: Format,
    layers: &PixelLayers,
    unique: &str,
    result: &mut PixelResult,
) -> Result<Option<Bytes>, String> {
    if !matches!(format, Format::Jpeg | Format::Png | Format::Webp | Format::Tiff) {
        return Err(format!("{} cannot be drawn on here", format.mime()));
    }
    let metadata = labeler_media::read_metadata(&mut Cursor::new(input), format, &Limits::default())
        .map_err(|error| error.to_string())?;
    let source = match format {
        Format::Jpeg => Source::Jpeg(jpeg::Coding::read(input)?),
        _ => Source::Other(lossless::check(input, format)?),
    };
    let decoded = decode(input, DEFAULT_MAX_PIXELS).map_err(|error| error.to_string())?;
    let mut picture = decoded.picture;
    let mut changed = false;
    let before = credentials(input, format);
    if let Some(label) = &layers.visible {
        match before.as_ref().and_then(|active| kept(active, label)) {
            Some(overlay) => result.overlay = Some(overlay),
            None => changed |= visible(&mut picture, label, &metadata, result),
        }
    }
    if layers.mark {
        changed |= mark(&mut picture, before.as_ref(), unique, result);
    }
    if !changed {
        return Ok(None);
    }
    let body = match source {
        Source::Jpeg(coding) => jpeg::save(input, &picture, &coding)?,
        Source::Other(form) => {
            if form.deep {
                result.warnings.push(Warning::new(
                    "depth_reduced",
                    "The picture had more than 8 bits a channel and was saved with 8.",
                ));
            }
            lossless::save(input, format, &picture, &form)?
        }
    };
    Ok(Some(Bytes::from(body)))
}

enum Source {
    Jpeg(jpeg::Coding),
    Other(lossless::Form),
}

/// The active manifest of intact credentials. What it says of layers in the pixels is believed.
fn credentials(input: &Bytes, format: Format) -> Option<Manifest> {
    let mut source = Cursor::new(input);
    let store = labeler_media::manifest_store(&mut source, format, &Limits::default()).ok()??;
    let provenance = labeler_provenance::read(&mut source, format, &store, &[]).ok()?;
    provenance.manifests.into_iter().find(|m| m.active).filter(|_| provenance.integrity == Integrity::Intact)
}

/// The same label, drawn before: a second plate over the first would only darken it.
fn kept(active: &Manifest, label: &VisibleLabel) -> Option<AppliedOverlay> {
    active.actions.iter().find_map(|action| {
        let record = action.parameters.get("org.labeler.overlay")?;
        let same =
            record.get("text")?.as_str()? == label.text && record.get("corner")?.as_str()? == label.corner.as_str();
        Some(AppliedOverlay {
            text: label.text.clone(),
            corner: label.corner,
            ink_height_ratio: record.get("inkHeightRatio")?.as_f64().filter(|_| same)?,
            kept: true,
        })
    })
}

/// Payload id of a mark of ours that the credentials bind.
fn bound(active: &Manifest) -> Option<Payload> {
    active.soft_bindings.iter().filter(|binding| binding.alg == MARK_ALGORITHM).find_map(|binding| {
        let value = binding.value.as_deref()?;
        let decoded = hex::decode(value).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        decoded.as_deref().unwrap_or(value).parse().ok()
    })
}

/// Draws the label; whether it did.
fn visible(picture: &mut Picture, label: &VisibleLabel, metadata: &Metadata, result: &mut PixelResult) -> bool {
    let orientation = metadata.exif.iter().find_map(|block| block.orientation).unwrap_or(1);
    let options = OverlayOptions {
        text: &label.text,
        corner: corner(label.corner),
        ink_height: DEFAULT_INK_HEIGHT,
        orientation: ExifOrientation::new(orientation),
    };
    match overlay(&mut picture.view_mut(), &options) {
        Ok(report) => {
            result.overlay = Some(AppliedOverlay {
                text: label.text.clone(),
                corner: label.corner,
                ink_height_ratio: (f64::from(report.ink_height_ratio) * 1e4).round() / 1e4,
                kept: false,
            });
            true
        }
        Err(error) => {
            let message = format!("The visible label was not drawn: {error}");
            result.warnings.push(Warning::new("visible_label_not_drawn", message));
            false
        }
    }
}

/// Writes a mark, unless the picture carries one of ours already: a second would disturb the first. Whether it did.
fn mark(picture: &mut Picture, before: Option<&Manifest>, unique: &str, result: &mut PixelResult) -> bool {
    let there =
        before.and_then(bound).or_else(|| detect(&picture.view(), None, Search::Whole).map(|found| found.payload));
    if let Some(payload) = there {
        result.mark = Some(payload.to_string());
        return false;
    }
    let number = u64::from_str_radix(unique.get(32..48).unwrap_or("0"), 16).unwrap_or(0);
    let payload = Payload::new(number);
    match embed(&mut picture.view_mut(), payload, None) {
        Ok(_) => {
            result.mark = Some(payload.to_string());
            true
        }
        Err(error) => {
            let message = format!("The invisible mark was not written: {error}");
            result.warnings.push(Warning::new("watermark_not_written", message));
            false
        }
    }
}

fn corner(position: OverlayPosition) -> Corner {
    match position {
        OverlayPosition::TopLeft => Corner::TopLeft,
        OverlayPosition::TopRight => Corner::TopRight,
        OverlayPosition::BottomLeft => Corner::BottomLeft,
        OverlayPosition::BottomRight => Corner::BottomRight,
    }
}
