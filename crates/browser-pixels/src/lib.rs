//! Pixels in a browser: reads marks from an image and writes layers into it.
//!
//! This is a separate module because decoders, encoders and a font are half as large as the whole checker, and most of
//! a page's work needs none of them.
//!
//! Invariants: no call reads a clock, randomness or the network. After a panic the module is poisoned, and its owner
//! must start a new one.

use bytes::Bytes;
use js_sys::Array;
use labeler_drawing::{Drawing, Label};
use labeler_media::Format;
use labeler_pixels::mark::Search;
use labeler_pixels::overlay::Corner;
use labeler_pixels::{Effort, Findings, LabelSearch, Layout, RgbView, look_at};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

/// Returns the findings in the pixels of an image as JSON: `{"notProbed", "notSearched", "marks", "falsePositiveRate",
/// "damage", "visible", "notSeen"}`. The checker's function `check` takes this function as its last argument. `deep`
/// also searches for Labeler's own watermark after crops, rotations and changes of the aspect ratio. `labels` is the
/// checker's JSON of visible labels to search for.
///
/// # Errors
/// Rejects with `{"code": "invalid_options", "message"}` if `labels` is not this JSON, and with `internal_error` if the
/// result cannot be serialized.
#[wasm_bindgen]
pub fn look(bytes: &[u8], max_pixels: f64, deep: bool, labels: &str) -> Result<String, JsValue> {
    let labels = search_of(labels)?;
    to_json(&match labeler_media::sniff(bytes) {
        Some(format @ Format::Avif) => Findings::not_decoded(format.mime()),
        _ => labeler_pixels::look(bytes, effort(max_pixels, deep), &labels),
    })
}

/// Same as [`look`] for an image that the browser decoded: rows of R, G, B and A. `rgba` may be empty for an image with
/// more than `max_pixels` pixels, which is not searched.
///
/// # Errors
/// As for [`look`].
#[wasm_bindgen(js_name = lookPixels)]
pub fn look_pixels(
    width: u32,
    height: u32,
    rgba: &[u8],
    max_pixels: f64,
    deep: bool,
    labels: &str,
) -> Result<String, JsValue> {
    let (effort, labels) = (effort(max_pixels, deep), search_of(labels)?);
    let pixels = u64::from(width).saturating_mul(u64::from(height));
    to_json(&match RgbView::new(width, height, Layout::Rgba, rgba) {
        Some(view) => look_at(&view, effort, &labels),
        None if pixels > effort.max_pixels => Findings::too_many(pixels, effort.max_pixels),
        None => Findings::skipped("the browser did not decode all of the picture"),
    })
}

fn search_of(labels: &str) -> Result<LabelSearch, JsValue> {
    serde_json::from_str(labels).map_err(|cause| failure("invalid_options", &cause.to_string()))
}

fn effort(max_pixels: f64, deep: bool) -> Effort<'static> {
    // The checker passes an integer; a float above 2^64 or NaN is limited to the range.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let max_pixels = max_pixels as u64;
    Effort { max_pixels, search: if deep { Search::Deep } else { Search::Whole }, keys: &[] }
}

fn to_json(findings: &Findings) -> Result<String, JsValue> {
    serde_json::to_string(findings).map_err(|cause| failure("internal_error", &cause.to_string()))
}

/// Layers to write. Unknown fields are rejected, so that a misspelt one is not silently ignored.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Layers {
    /// The visible label.
    label: Option<LabelOptions>,
    /// Number of the watermark, 16 hexadecimal digits that no other image has.
    mark: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LabelOptions {
    text: String,
    /// `TL`, `TR`, `BL`, `BR`.
    corner: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Facts {
    ink_height_ratio: Option<f64>,
    mark: Option<String>,
    notes: Vec<Note>,
}

#[derive(Debug, Serialize)]
struct Note {
    code: &'static str,
    message: String,
}

/// Draws a visible label and writes a watermark. `layers` is JSON: `{"label"?: {"text", "corner"}, "mark"?: hex}`.
/// Returns `[facts, bytes]`: JSON `{"inkHeightRatio", "mark", "notes"}`, and the new file, or null if nothing changed.
///
/// # Errors
/// Rejects with a JSON string `{"code", "message"}`: `invalid_options`, `mime_not_allowed`, `internal_error`. An image
/// that cannot be drawn on is not an error; the result contains a note.
#[wasm_bindgen]
pub fn draw(bytes: Vec<u8>, layers: &str) -> Result<Array, JsValue> {
    let layers: Layers =
        serde_json::from_str(layers).map_err(|cause| failure("invalid_options", &cause.to_string()))?;
    let label = layers.label.map(|label| Ok::<_, JsValue>(Label { corner: corner(&label.corner)?, text: label.text }));
    let label = label.transpose()?;
    let mark = layers.mark.map(|digits| {
        u64::from_str_radix(&digits, 16)
            .map_err(|_| failure("invalid_options", "mark must be a hexadecimal number of 16 digits"))
    });
    let mark = mark.transpose()?;
    let input = Bytes::from(bytes);
    let format =
        labeler_media::sniff(&input).ok_or_else(|| failure("mime_not_allowed", "the content is of no known type"))?;

    let Drawing { body, ink_height_ratio, mark, notes } = labeler_drawing::draw(&input, format, label.as_ref(), mark);
    let facts = Facts {
        ink_height_ratio,
        mark: mark.map(|payload| payload.to_string()),
        notes: notes.into_iter().map(|note| Note { code: note.code, message: note.message }).collect(),
    };
    let facts = serde_json::to_string(&facts).map_err(|cause| failure("internal_error", &cause.to_string()))?;
    let body = body.map_or(JsValue::NULL, |body| js_sys::Uint8Array::from(body.as_ref()).into());
    Ok(Array::of2(&facts.into(), &body))
}

fn corner(name: &str) -> Result<Corner, JsValue> {
    match name {
        "TL" => Ok(Corner::TopLeft),
        "TR" => Ok(Corner::TopRight),
        "BL" => Ok(Corner::BottomLeft),
        "BR" => Ok(Corner::BottomRight),
        _ => Err(failure("invalid_options", "label.corner must be TL, TR, BL or BR")),
    }
}

fn failure(code: &str, message: &str) -> JsValue {
    serde_json::json!({ "code": code, "message": message }).to_string().into()
}
