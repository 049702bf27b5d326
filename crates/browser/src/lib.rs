//! The checker as a browser sees it: a `File` in, the report as JSON out.
//!
//! Runs in a Web Worker (its synchronous file reads exist nowhere else) or, for bytes that are already in memory,
//! anywhere. Holds no rules of its own: it turns a `Blob` into `Read + Seek`, calls `labeler_checker::check` and
//! writes the result as a JSON string. A string and not JavaScript objects, because labels inside a file are chosen
//! by strangers and `__proto__` is a legal one.
//!
//! Invariants: no call blocks on the network; a failed call leaves the module usable; after a panic the module is
//! poisoned and its owner must start a new one.

mod blob;
mod cache;
mod error;

use std::io::{Cursor, Read, Seek};

use js_sys::Function;
use labeler_checker::CheckRequest;
use labeler_rules::Context;
use serde::Deserialize;
use time::OffsetDateTime;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, File};

use crate::blob::BlobReader;
use crate::error::CallError;

/// What a caller may set, as JSON. Unknown fields are refused, so that a misspelt option is not silently ignored.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
struct Options {
    /// Name shown in the report; a `File` brings its own.
    filename: Option<String>,
    /// Media type the file claims to have; a `File` brings the one its extension implies.
    declared_mime: Option<String>,
    /// Clock of the report in milliseconds since 1970; the device's clock when absent.
    now_ms: Option<i64>,
    /// The circumstances of the judgement; today, a provider and all regions when absent.
    context: Option<Context>,
}

impl Options {
    fn parse(json: Option<&str>) -> Result<Self, CallError> {
        match json.map(str::trim) {
            None | Some("") => Ok(Self::default()),
            Some(text) => serde_json::from_str(text).map_err(|cause| CallError::options(&cause)),
        }
    }

    fn into_request(self) -> Result<CheckRequest, CallError> {
        let now_ms = self.now_ms.unwrap_or_else(device_clock_ms);
        let now = OffsetDateTime::from_unix_timestamp_nanos(i128::from(now_ms).saturating_mul(1_000_000))
            .map_err(|_| CallError::clock())?;
        Ok(CheckRequest {
            filename: self.filename,
            declared_mime: self.declared_mime,
            context: self.context,
            ..CheckRequest::at(now)
        })
    }
}

/// Checks a `File` or `Blob` and returns the `CheckerReport` as a JSON string.
///
/// `options` is JSON: `{"filename"?: string, "declaredMime"?: string, "nowMs"?: number, "context"?: Context}`. `on_progress` is called
/// with `(bytesRead, size)`; `bytesRead` counts every byte fetched and may exceed `size`, because validating a
/// signature reads the file again.
///
/// # Errors
/// Rejects with a JSON string `{"code", "message"}`; the codes are those of the REST API's `/check`, plus
/// `invalid_options` and `file_changed` (the file was modified or removed while it was read).
#[wasm_bindgen(js_name = check)]
pub fn check_blob(blob: &Blob, options: Option<String>, on_progress: Option<Function>) -> Result<String, JsValue> {
    let mut options = Options::parse(options.as_deref())?;
    if let Some(file) = blob.dyn_ref::<File>() {
        options.filename.get_or_insert_with(|| file.name());
    }
    let media_type = blob.type_();
    if !media_type.is_empty() {
        options.declared_mime.get_or_insert(media_type);
    }
    let mut reader = BlobReader::new(blob.clone(), on_progress)?;
    let result = run(&mut reader, options);
    // A read failure is the cause, whatever the parsers above made of it.
    if let Some(failure) = reader.take_failure() {
        return Err(failure.into());
    }
    Ok(result?)
}

/// Checks bytes that are already in memory; for Node and for the main thread. Same options and result as `check`.
///
/// # Errors
/// As `check`, without `file_changed`.
#[wasm_bindgen(js_name = checkBytes)]
pub fn check_bytes(bytes: &[u8], options: Option<String>) -> Result<String, JsValue> {
    let options = Options::parse(options.as_deref())?;
    Ok(run(&mut Cursor::new(bytes), options)?)
}

/// The module's own version; engine, rules and trust list dates are inside each report.
#[wasm_bindgen]
#[must_use]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

fn run<R: Read + Seek + Send>(source: &mut R, options: Options) -> Result<String, CallError> {
    let report = labeler_checker::check(source, &options.into_request()?).map_err(|cause| CallError::check(&cause))?;
    serde_json::to_string(&report).map_err(|cause| CallError::internal(&cause))
}

// A JavaScript date is at most 8.64e15 ms, well inside i64; NaN cannot come from `Date.now()`.
#[allow(clippy::cast_possible_truncation)]
fn device_clock_ms() -> i64 {
    js_sys::Date::now() as i64
}
