//! Writes layers into the pixels, and keeps those that the asset's own credentials state.

use std::io::Cursor;

use bytes::Bytes;
use labeler_drawing::{Drawing, Label, Note};
use labeler_media::{Format, Limits};
pub use labeler_pixels::mark::Key as WatermarkKey;
use labeler_pixels::mark::Payload;
use labeler_pixels::overlay::Corner;
use labeler_provenance::{Integrity, Manifest};
use time::OffsetDateTime;

use crate::label::{accept, unique};
use crate::layers::{AppliedOverlay, MARK_ALGORITHM, PixelLayers, PixelResult, VisibleLabel};
use crate::options::{LabelOptions, OverlayPosition};
use crate::outcome::{LabelError, Warning};

/// Writes the layers into the pixels of a file. Needs the memory that [`labeler_drawing::draw`] documents.
///
/// # Errors
/// As [`crate::label()`]; a layer that cannot be written is a warning, and the file stays as it is.
pub fn draw(
    input: &Bytes,
    options: &LabelOptions,
    layers: &PixelLayers,
    now: OffsetDateTime,
) -> Result<PixelResult, LabelError> {
    draw_with_key(input, options, layers, None, now)
}

/// Writes the layers as [`draw`] does, the watermark with a key.
///
/// # Errors
/// As [`draw`].
pub fn draw_with_key(
    input: &Bytes,
    options: &LabelOptions,
    layers: &PixelLayers,
    key: Option<&WatermarkKey>,
    now: OffsetDateTime,
) -> Result<PixelResult, LabelError> {
    let (format, digest) = accept(input, options)?;
    let before = if layers.is_empty() { None } else { credentials(input, format) };
    let visible = layers.visible.as_ref();
    let kept = before.as_ref().zip(visible).and_then(|(active, label)| kept(active, label));
    let bound = before.as_ref().filter(|_| layers.mark).and_then(bound);

    let label = visible
        .filter(|_| kept.is_none())
        .map(|label| Label { text: label.text.clone(), corner: corner(label.corner) });
    // A mark that the credentials name is looked for only where the picture is drawn on and saved anew, or where it may
    // not be the one of the key.
    let number = match bound {
        Some(mark) => (label.is_some() || key.is_some()).then(|| mark.value()),
        None => layers.mark.then(|| number(&unique(&digest, now))),
    };
    let Drawing { body, ink_height_ratio, mark, notes } =
        labeler_drawing::draw_with_key(input, format, label.as_ref(), number, key);
    let drawn = visible.zip(ink_height_ratio).map(|(label, ink_height_ratio)| AppliedOverlay {
        text: label.text.clone(),
        corner: label.corner,
        ink_height_ratio,
        kept: false,
    });
    let mark = if body.is_some() { mark } else { bound.or(mark) };
    Ok(PixelResult {
        body: body.unwrap_or_else(|| input.clone()),
        overlay: kept.or(drawn),
        mark: mark.map(|payload| payload.to_string()),
        warnings: notes.into_iter().map(|Note { code, message }| Warning::new(code, message)).collect(),
    })
}

/// Returns the number of the watermark: 16 hex digits from the middle of the label's unique digits.
fn number(unique: &str) -> u64 {
    u64::from_str_radix(unique.get(32..48).unwrap_or("0"), 16).unwrap_or(0)
}

/// Returns the active manifest of intact credentials. Its statements about layers in the pixels are trusted.
fn credentials(input: &Bytes, format: Format) -> Option<Manifest> {
    let mut source = Cursor::new(input);
    let store = labeler_media::manifest_store(&mut source, format, &Limits::default()).ok()??;
    let provenance = labeler_provenance::read(&mut source, format, &store, &[]).ok()?;
    provenance.manifests.into_iter().find(|m| m.active).filter(|_| provenance.integrity == Integrity::Intact)
}

/// Returns the same label if it was drawn before: a second plate over the first would only darken it.
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

/// Returns the payload ID of a watermark of ours that the credentials bind.
fn bound(active: &Manifest) -> Option<Payload> {
    active.soft_bindings.iter().filter(|binding| binding.alg == MARK_ALGORITHM).find_map(|binding| {
        let value = binding.value.as_deref()?;
        let decoded = hex::decode(value).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        decoded.as_deref().unwrap_or(value).parse().ok()
    })
}

fn corner(position: OverlayPosition) -> Corner {
    match position {
        OverlayPosition::TopLeft => Corner::TopLeft,
        OverlayPosition::TopRight => Corner::TopRight,
        OverlayPosition::BottomLeft => Corner::BottomLeft,
        OverlayPosition::BottomRight => Corner::BottomRight,
    }
}
