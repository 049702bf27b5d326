//! The checker in a browser: takes a `File` and returns the report as JSON.
//!
//! Runs in a Web Worker (synchronous file reads are available only there), or anywhere for bytes that are already in
//! memory. Contains no rules of its own: it converts a `Blob` to `Read + Seek`, calls `labeler_checker::check` and
//! serializes the result as a JSON string. It returns a string instead of JavaScript objects because labels inside a
//! file are chosen by strangers, and `__proto__` is a valid one.
//!
//! This module contains no decoders: images are only a part of the checked files. Another module
//! (`crates/browser-pixels`) reads their pixels; the caller loads it when it is needed and passes it as a function.
//!
//! Invariants: no call blocks on the network. A failed call leaves the module usable. After a panic the module is
//! poisoned, and its owner must start a new one.

mod blob;
mod cache;
mod error;
mod judge_again;

use std::cell::RefCell;
use std::io::{Cursor, Read, Seek};

use js_sys::{Array, Function, Uint8Array};
use labeler_checker::export::{CSV_HEADER, SavedReport, csv_row, sarif};
use labeler_checker::law::Law;
use labeler_checker::{CheckRequest, CheckerReport, DEFAULT_MAX_PIXELS, Effort, Findings, LabelSearch, Phase, Search};
use labeler_provenance::HashedRanges;
use labeler_rules::Context;
use serde::{Deserialize, Deserializer};
use serde_json::json;
use time::OffsetDateTime;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, File};

use crate::blob::BlobReader;
use crate::error::CallError;

/// Options of a check as JSON. Unknown fields are rejected, so that a misspelt option is not silently ignored.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
struct Options {
    /// File name in the report. A `File` has its own.
    filename: Option<String>,
    /// Declared media type of the file. A `File` has the one that its extension implies.
    declared_mime: Option<String>,
    /// Time of the report in milliseconds since 1970. Default: the device's clock.
    now_ms: Option<i64>,
    /// Circumstances of the judgement. Default: today, a provider and the default regions.
    context: Option<Context>,
    /// Maximum size in pixels of images that are searched for watermarks. Default: the API's limit.
    max_pixels: Option<u64>,
    /// How thoroughly Labeler's own watermark is searched for: `whole` (default) or `deep`.
    #[serde(deserialize_with = "search")]
    search: Search,
}

/// Parses the option `search`.
fn search<'de, D: Deserializer<'de>>(value: D) -> Result<Search, D::Error> {
    match serde_json::Value::deserialize(value)?.as_str() {
        Some("whole") => Ok(Search::Whole),
        Some("deep") => Ok(Search::Deep),
        _ => Err(serde::de::Error::custom("search must be whole or deep")),
    }
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
            max_pixels: self.max_pixels.unwrap_or(DEFAULT_MAX_PIXELS),
            search: self.search,
            law: law(),
            ..CheckRequest::at(now)
        })
    }
}

/// A check of a `File` or `Blob` after its structural part.
///
/// The caller passes the whole file to `update`, block by block in order. Between two of these calls the browser frees
/// the memory of previous blocks. Within one synchronous call it does not: reading two gigabytes would hold two
/// gigabytes.
#[wasm_bindgen(js_name = PendingCheck)]
pub struct PendingCheck(labeler_checker::PendingCheck);

#[wasm_bindgen(js_class = PendingCheck)]
impl PendingCheck {
    /// Reads structure and metadata, validates the manifest store, and reads the pixels.
    ///
    /// `options` is JSON: `{"filename"?: string, "declaredMime"?: string, "nowMs"?: number, "context"?: Context,
    /// "maxPixels"?: number, "search"?: "whole" | "deep"}`. `on_phase` is called with `reading`, `validating` and
    /// `probing` when each phase begins. `look` is the other module's function of that name, `(bytes, maxPixels, deep,
    /// labels) => string`; without it the report says that the pixels were not read. `bytes` is the whole file if the
    /// caller has it in memory, which is faster than reading the blob. The bytes must not change until the constructor
    /// returns.
    ///
    /// # Errors
    /// Rejects with a JSON string `{"code", "message"}`. The codes are those of the REST API's `/check`, plus
    /// `invalid_options` and `file_changed` (the file was modified or removed while it was being read).
    #[wasm_bindgen(constructor)]
    pub fn new(
        blob: &Blob,
        options: Option<String>,
        on_phase: Option<Function>,
        look: Option<Function>,
        bytes: Option<Uint8Array>,
    ) -> Result<PendingCheck, JsValue> {
        let mut options = Options::parse(options.as_deref())?;
        if let Some(file) = blob.dyn_ref::<File>() {
            options.filename.get_or_insert_with(|| file.name());
        }
        let media_type = blob.type_();
        if !media_type.is_empty() {
            options.declared_mime.get_or_insert(media_type);
        }
        let mut reader = match bytes {
            Some(bytes) => BlobReader::of_bytes(bytes),
            None => BlobReader::new(blob.clone())?,
        };
        let pending = begin(&mut reader, options, on_phase, look);
        // A read failure is the actual cause, regardless of the parser's error.
        if let Some(failure) = reader.take_failure() {
            return Err(failure.into());
        }
        pending.map(Self)
    }

    /// Returns the report without the hash: `sha256` is null, and credentials that depend on the file's bytes are
    /// `unverified`.
    ///
    /// # Errors
    /// `internal_error` if it cannot be serialized.
    pub fn structure(&self) -> Result<String, JsValue> {
        written(&self.0.structure())
    }

    /// Sets the SHA-256 of the whole file (32 bytes), which the browser computes several times as fast. Returns whether
    /// the hard binding of the credentials still needs the file's bytes.
    ///
    /// # Errors
    /// `invalid_options` for another length.
    #[wasm_bindgen(js_name = takeSha256)]
    pub fn take_sha256(&mut self, digest: &[u8]) -> Result<bool, JsValue> {
        let digest = digest.try_into().map_err(|_| CallError::digest())?;
        Ok(self.0.take_sha256(digest))
    }

    /// Returns the byte ranges of the credentials' hard binding as JSON `{"algorithm": string, "ranges": [[start, end],
    /// …]}`, in file order and with the hash function's name in WebCrypto, if the hard binding is a single hash over
    /// bytes of the file.
    #[wasm_bindgen(js_name = boundRanges)]
    #[must_use]
    pub fn bound_ranges(&self) -> Option<String> {
        let HashedRanges { algorithm, ranges } = self.0.bound_ranges()?;
        let ranges: Vec<[u64; 2]> = ranges.iter().map(|range| [range.start, range.end]).collect();
        Some(json!({ "algorithm": algorithm, "ranges": ranges }).to_string())
    }

    /// Sets the hash of `boundRanges`, which replaces the file's bytes.
    #[wasm_bindgen(js_name = takeBoundHash)]
    pub fn take_bound_hash(&mut self, digest: &[u8]) {
        self.0.take_bound_hash(digest);
    }

    /// Processes the next bytes of the file.
    pub fn update(&mut self, block: &[u8]) {
        self.0.update(block);
    }

    /// Returns the report. Call this after the last bytes. The check cannot be used afterwards.
    ///
    /// # Errors
    /// `internal_error` if it cannot be serialized.
    pub fn finish(self) -> Result<String, JsValue> {
        written(&self.0.finish())
    }

    /// Returns the report and its facts as `[report, evidence]`, both JSON. Call this after the last bytes. The facts
    /// are for [`judge_again`] of the same version of this module.
    ///
    /// # Errors
    /// `internal_error` if they cannot be serialized.
    #[wasm_bindgen(js_name = finishWithEvidence)]
    pub fn finish_with_evidence(self) -> Result<Array, JsValue> {
        let checked = self.0.finish_with_facts();
        let evidence = serde_json::to_string(&checked.evidence).map_err(|cause| CallError::internal(&cause))?;
        Ok(Array::of2(&written(&checked.report)?.into(), &evidence.into()))
    }
}

/// Judges a checked file in another context, without the file. Returns the same report with new values for `context`,
/// `ai`, `signals`, `verdicts`, `notes`, `questions` and the rules of `engine`; everything else stays unchanged, byte
/// for byte. `evidence` is from [`PendingCheck::finish_with_evidence`].
///
/// # Errors
/// `invalid_options` for an invalid context, `invalid_report` for an invalid report or invalid facts.
#[wasm_bindgen(js_name = judgeAgain)]
pub fn judge_again(report: &str, evidence: &str, context: &str) -> Result<String, JsValue> {
    Ok(judge_again::judge_again(report, evidence, context, &law())?)
}

/// Replaces the law packs with a newer signed set for all following calls. `key` is the Ed25519 public key of their
/// signer, PEM or hexadecimal. Packs that cannot be used change nothing.
///
/// # Errors
/// `invalid_rules` for unreadable packs or an unreadable key, a wrong signature, or a pack that is older than the
/// embedded one.
#[wasm_bindgen(js_name = replaceRules)]
pub fn replace_rules(packs: &[u8], key: &str) -> Result<(), JsValue> {
    let law = Law::from_signed(packs, key).map_err(|cause| CallError::rules(&cause))?;
    LAW.with(|current| *current.borrow_mut() = law);
    Ok(())
}

thread_local! {
    /// The law packs of this module.
    static LAW: RefCell<Law> = RefCell::new(Law::default());
}

fn law() -> Law {
    LAW.with(|law| law.borrow().clone())
}

/// Returns the JSON error for a failed read of a file. `cause` is the exception of the browser, or nothing for a short
/// block.
#[wasm_bindgen(js_name = readFailure)]
#[must_use]
pub fn read_failure(cause: Option<JsValue>) -> JsValue {
    cause.map_or_else(CallError::changed, |cause| CallError::unreadable(&cause)).into()
}

/// Checks bytes that are already in memory, for Node and for the main thread. Options, errors and `look` are as for
/// [`PendingCheck`].
///
/// # Errors
/// As for [`PendingCheck`], without `file_changed`.
#[wasm_bindgen(js_name = checkBytes)]
pub fn check_bytes(bytes: &[u8], options: Option<String>, look: Option<Function>) -> Result<String, JsValue> {
    let options = Options::parse(options.as_deref())?;
    let mut pending = begin(&mut Cursor::new(bytes), options, None, look)?;
    pending.update(bytes);
    written(&pending.finish())
}

/// Returns the thumbnails in a file's manifest store as an array of `[manifest label, assertion label, media type,
/// bytes]`; empty for a file without credentials. The bytes are untrusted: show them only as an image.
///
/// # Errors
/// As for `check`.
#[wasm_bindgen]
pub fn thumbnails(blob: &Blob) -> Result<Array, JsValue> {
    let mut reader = BlobReader::new(blob.clone())?;
    let store = labeler_checker::manifest_store(&mut reader);
    if let Some(failure) = reader.take_failure() {
        return Err(failure.into());
    }
    let out = Array::new();
    if let Some(store) = store.map_err(|cause| CallError::check(&cause))? {
        for thumbnail in labeler_provenance::thumbnails(&store.jumbf) {
            let info = thumbnail.info;
            let bytes = Uint8Array::from(thumbnail.bytes);
            out.push(&Array::of4(&info.manifest.into(), &info.assertion.into(), &info.format.into(), &bytes));
        }
    }
    Ok(out)
}

/// Converts saved reports (a JSON array) to CSV with a header and one line per report.
///
/// # Errors
/// Rejects with `invalid_report` if one is not a report of this schema version.
#[wasm_bindgen(js_name = reportsToCsv)]
pub fn reports_to_csv(reports: &str) -> Result<String, JsValue> {
    let mut csv = format!("{CSV_HEADER}\r\n");
    for report in saved(reports)? {
        csv.push_str(&csv_row(&report));
        csv.push_str("\r\n");
    }
    Ok(csv)
}

/// Converts saved reports (a JSON array) to one SARIF 2.1.0 log.
///
/// # Errors
/// Rejects with `invalid_report` if one is not a report of this schema version.
#[wasm_bindgen(js_name = reportsToSarif)]
pub fn reports_to_sarif(reports: &str) -> Result<String, JsValue> {
    Ok(serde_json::to_string_pretty(&sarif(&saved(reports)?)).map_err(|cause| CallError::internal(&cause))?)
}

fn saved(reports: &str) -> Result<Vec<SavedReport>, CallError> {
    serde_json::from_str(reports).map_err(|cause| CallError::report(&cause))
}

/// Returns the rules of all regions with their texts and sources as JSON.
///
/// # Errors
/// Rejects with `internal_error` if they cannot be serialized.
#[wasm_bindgen(js_name = ruleCatalogue)]
pub fn rule_catalogue() -> Result<String, JsValue> {
    Ok(serde_json::to_string(&law().packs().catalogue()).map_err(|cause| CallError::internal(&cause))?)
}

/// Returns the version of this module. Each report contains the versions of engine, rules and trust lists.
#[wasm_bindgen]
#[must_use]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

fn begin<R: Read + Seek + Send>(
    source: &mut R,
    options: Options,
    on_phase: Option<Function>,
    look: Option<Function>,
) -> Result<labeler_checker::PendingCheck, JsValue> {
    let request = options.into_request()?;
    let mut pixels = Pixels { look, trap: None };
    let mut tell = |phase| tell(on_phase.as_ref(), phase);
    let mut look = |bytes: &[u8], effort: Effort<'_>, labels: &LabelSearch| pixels.look(bytes, effort, labels);
    let pending = labeler_checker::PendingCheck::open(source, &request, &mut tell, &mut look);
    // The other module trapped and cannot be used any more, so its error takes precedence.
    if let Some(trap) = pixels.trap {
        return Err(trap);
    }
    Ok(pending.map_err(|cause| CallError::check(&cause))?)
}

/// Calls the page's callback. A failing callback does not stop the check.
fn tell(on_phase: Option<&Function>, phase: Phase) {
    let Some(callback) = on_phase else { return };
    let phase = match phase {
        Phase::Reading => "reading",
        Phase::Validating => "validating",
        Phase::Probing => "probing",
    };
    let _ = callback.call1(&JsValue::NULL, &phase.into());
}

fn written(report: &CheckerReport) -> Result<String, JsValue> {
    Ok(serde_json::to_string(report).map_err(|cause| CallError::internal(&cause))?)
}

/// The module with the decoders.
struct Pixels {
    look: Option<Function>,
    /// The exception that it threw.
    trap: Option<JsValue>,
}

impl Pixels {
    fn look(&mut self, bytes: &[u8], effort: Effort<'_>, labels: &LabelSearch) -> Findings {
        let Some(look) = &self.look else {
            return Findings::skipped("the module that decodes pictures is not loaded");
        };
        let Ok(labels) = serde_json::to_string(labels) else {
            return Findings::skipped("the labels to look for could not be written");
        };
        let most = JsValue::from(blob::to_f64(effort.max_pixels));
        let deep = JsValue::from(effort.search == Search::Deep);
        match look.call4(&JsValue::NULL, &Uint8Array::from(bytes), &most, &deep, &labels.into()) {
            Ok(json) => json
                .as_string()
                .and_then(|json| serde_json::from_str(&json).ok())
                .unwrap_or_else(|| Findings::skipped("the module that decodes pictures gave no answer")),
            Err(trap) => {
                self.trap = Some(trap);
                Findings::skipped("the module that decodes pictures failed")
            }
        }
    }
}

// A JavaScript date is at most 8.64e15 ms, well within i64; NaN cannot come from `Date.now()`.
#[allow(clippy::cast_possible_truncation)]
fn device_clock_ms() -> i64 {
    js_sys::Date::now() as i64
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn reads_how_thoroughly_to_search() {
        let search = |json: &str| Options::parse(Some(json)).map(|options| options.search);
        assert_eq!(search("{}").unwrap(), Search::Whole);
        assert_eq!(search(r#"{"search": "whole"}"#).unwrap(), Search::Whole);
        assert_eq!(search(r#"{"search": "deep"}"#).unwrap(), Search::Deep);
    }

    #[test]
    fn names_the_field_of_an_unknown_search() {
        for value in [r#""deeper""#, "1", r#"["deep"]"#] {
            let refused = Options::parse(Some(&format!(r#"{{"search": {value}}}"#))).unwrap_err();
            let refused = serde_json::to_string(&refused).unwrap();
            assert!(
                refused.contains("invalid_options") && refused.contains("search must be whole or deep"),
                "{refused}"
            );
        }
    }
}
