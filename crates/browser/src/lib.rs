//! The checker as a browser sees it: a `File` in, the report as JSON out.
//!
//! Runs in a Web Worker (its synchronous file reads exist nowhere else) or, for bytes that are already in memory,
//! anywhere. Holds no rules of its own: it turns a `Blob` into `Read + Seek`, calls `labeler_checker::check` and
//! writes the result as a JSON string. A string and not JavaScript objects, because labels inside a file are chosen
//! by strangers and `__proto__` is a legal one.
//!
//! Decoders are not in here: pictures are a part of what is checked, and looking into their pixels is another module's
//! work (`crates/browser-pixels`), which the caller loads when there is one and hands in as a function.
//!
//! Invariants: no call blocks on the network; a failed call leaves the module usable; after a panic the module is
//! poisoned and its owner must start a new one.

mod blob;
mod cache;
mod error;
mod judge_again;

use std::cell::RefCell;
use std::io::{Cursor, Read, Seek};

use js_sys::{Array, Function, Uint8Array};
use labeler_checker::export::{CSV_HEADER, SavedReport, csv_row, sarif};
use labeler_checker::law::Law;
use labeler_checker::{
    Begun, CheckRequest, CheckerReport, DEFAULT_MAX_PIXELS, Effort, Findings, LabelSearch, Phase, Search,
};
use labeler_provenance::HashedRanges;
use labeler_rules::Context;
use serde::{Deserialize, Deserializer};
use serde_json::json;
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
    /// Largest picture, in pixels, that is searched for invisible marks; the API's limit when absent.
    max_pixels: Option<u64>,
    /// How thoroughly our own watermark is searched for, `whole` or `deep`; `whole` when absent.
    #[serde(deserialize_with = "search")]
    search: Search,
}

/// Reads the option `search`.
fn search<'de, D: Deserializer<'de>>(value: D) -> Result<Search, D::Error> {
    match serde_json::Value::deserialize(value)?.as_str() {
        Some("whole") => Ok(Search::Whole),
        Some("deep") => Ok(Search::Deep),
        _ => Err(serde::de::Error::custom("search is neither whole nor deep")),
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

/// A check of a `File` or `Blob` whose structural part is done.
///
/// The pass over the whole file is the caller's loop, `update` with every block in order: between two turns of it a
/// browser gives back the memory of the blocks before. In one synchronous call it does not, and two gigabytes read would
/// be two gigabytes held.
#[wasm_bindgen(js_name = BegunCheck)]
pub struct BegunCheck(Begun);

#[wasm_bindgen(js_class = BegunCheck)]
impl BegunCheck {
    /// Reads structure and metadata, judges the manifest store, looks into the pixels.
    ///
    /// `options` is JSON: `{"filename"?: string, "declaredMime"?: string, "nowMs"?: number, "context"?: Context,
    /// "maxPixels"?: number, "search"?: "whole" | "deep"}`. `on_phase` is called with `reading`, `validating` and `probing`
    /// as each begins. `look` is the other module's function of that name, `(bytes, maxPixels, deep, labels) => string`;
    /// without it the report says that pixels were not looked at. `bytes` is all of the file, from a caller who has it in memory: reading it from the blob takes
    /// longer. They must stay as they are until the constructor is through.
    ///
    /// # Errors
    /// Rejects with a JSON string `{"code", "message"}`; the codes are those of the REST API's `/check`, plus
    /// `invalid_options` and `file_changed` (the file was modified or removed while it was read).
    #[wasm_bindgen(constructor)]
    pub fn new(
        blob: &Blob,
        options: Option<String>,
        on_phase: Option<Function>,
        look: Option<Function>,
        bytes: Option<Uint8Array>,
    ) -> Result<BegunCheck, JsValue> {
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
        let begun = begin(&mut reader, options, on_phase, look);
        // A read failure is the cause, whatever the parsers above made of it.
        if let Some(failure) = reader.take_failure() {
            return Err(failure.into());
        }
        begun.map(Self)
    }

    /// The report without the hash: `sha256` is null, and credentials that depend on the file's bytes are `unverified`.
    ///
    /// # Errors
    /// `internal_error` when it cannot be written.
    pub fn structure(&self) -> Result<String, JsValue> {
        written(&self.0.structure())
    }

    /// Takes the SHA-256 of the whole file, 32 bytes, from the browser, which hashes several times as fast. Says whether
    /// the file's bytes are still wanted, for the credentials' hard binding.
    ///
    /// # Errors
    /// `invalid_options` for another length.
    #[wasm_bindgen(js_name = takeSha256)]
    pub fn take_sha256(&mut self, digest: &[u8]) -> Result<bool, JsValue> {
        let digest = digest.try_into().map_err(|_| CallError::digest())?;
        Ok(self.0.take_sha256(digest))
    }

    /// What the credentials' hard binding hashes, as JSON `{"algorithm": string, "ranges": [[start, end], …]}` with
    /// WebCrypto's name of the function, where one hash over bytes of the file is all of it; in the order of the file.
    #[wasm_bindgen(js_name = boundRanges)]
    #[must_use]
    pub fn bound_ranges(&self) -> Option<String> {
        let HashedRanges { algorithm, ranges } = self.0.bound_ranges()?;
        let ranges: Vec<[u64; 2]> = ranges.iter().map(|range| [range.start, range.end]).collect();
        Some(json!({ "algorithm": algorithm, "ranges": ranges }).to_string())
    }

    /// Takes the hash of `boundRanges` from the browser, in place of the file's bytes.
    #[wasm_bindgen(js_name = takeBoundHash)]
    pub fn take_bound_hash(&mut self, digest: &[u8]) {
        self.0.take_bound_hash(digest);
    }

    /// The next bytes of the file.
    pub fn update(&mut self, block: &[u8]) {
        self.0.update(block);
    }

    /// The report, after the last bytes. The check is of no more use afterwards.
    ///
    /// # Errors
    /// `internal_error` when it cannot be written.
    pub fn finish(self) -> Result<String, JsValue> {
        written(&self.0.finish())
    }

    /// The report and the facts that it rests on, after the last bytes: `[report, evidence]`, both JSON. The facts are for
    /// [`judge_again`]; their form is this version's own.
    ///
    /// # Errors
    /// `internal_error` when they cannot be written.
    #[wasm_bindgen(js_name = finishWithEvidence)]
    pub fn finish_with_evidence(self) -> Result<Array, JsValue> {
        let checked = self.0.finish_with_facts();
        let evidence = serde_json::to_string(&checked.evidence).map_err(|cause| CallError::internal(&cause))?;
        Ok(Array::of2(&written(&checked.report)?.into(), &evidence.into()))
    }
}

/// Judges a checked file under another context, without the file: the same report with `context`, `ai`, `signals`,
/// `verdicts`, `notes`, `questions` and the rules of `engine` made anew, everything else byte for byte as it was.
/// `evidence` is from [`BegunCheck::finish_with_evidence`].
///
/// # Errors
/// `invalid_options` for a context that cannot be read, `invalid_report` for another report or other facts.
#[wasm_bindgen(js_name = judgeAgain)]
pub fn judge_again(report: &str, evidence: &str, context: &str) -> Result<String, JsValue> {
    Ok(judge_again::judge_again(report, evidence, context, &law())?)
}

/// Judges by a newer signed set of law packs from now on. `key` is the Ed25519 public key of their signer, PEM or
/// hexadecimal. Packs that are refused change nothing.
///
/// # Errors
/// `invalid_rules` for packs or a key that cannot be read, a wrong signature, or a pack that is older than this build's.
#[wasm_bindgen(js_name = replaceRules)]
pub fn replace_rules(packs: &[u8], key: &str) -> Result<(), JsValue> {
    let law = Law::from_signed(packs, key).map_err(|cause| CallError::rules(&cause))?;
    LAW.with(|current| *current.borrow_mut() = law);
    Ok(())
}

thread_local! {
    /// The packs that judge in this module.
    static LAW: RefCell<Law> = RefCell::new(Law::default());
}

fn law() -> Law {
    LAW.with(|law| law.borrow().clone())
}

/// What a failed read of a file means, as the JSON of an error; `cause` is what the browser threw, nothing for a block that
/// came short.
#[wasm_bindgen(js_name = readFailure)]
#[must_use]
pub fn read_failure(cause: Option<JsValue>) -> JsValue {
    cause.map_or_else(CallError::changed, |cause| CallError::unreadable(&cause)).into()
}

/// Checks bytes that are already in memory; for Node and for the main thread. Options, errors and `look` as for
/// [`BegunCheck`].
///
/// # Errors
/// As there, without `file_changed`.
#[wasm_bindgen(js_name = checkBytes)]
pub fn check_bytes(bytes: &[u8], options: Option<String>, look: Option<Function>) -> Result<String, JsValue> {
    let options = Options::parse(options.as_deref())?;
    let mut begun = begin(&mut Cursor::new(bytes), options, None, look)?;
    begun.update(bytes);
    written(&begun.finish())
}

/// The thumbnails in a file's manifest store, as an array of `[manifest label, assertion label, media type, bytes]`; empty
/// for a file without credentials. The bytes are whatever the file holds: show them only as an image.
///
/// # Errors
/// As `check`.
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

/// Saved reports (a JSON array) as CSV with a header, one line each.
///
/// # Errors
/// Rejects with `invalid_report` when one is not a report of this version's schema.
#[wasm_bindgen(js_name = reportsToCsv)]
pub fn reports_to_csv(reports: &str) -> Result<String, JsValue> {
    let mut csv = format!("{CSV_HEADER}\r\n");
    for report in saved(reports)? {
        csv.push_str(&csv_row(&report));
        csv.push_str("\r\n");
    }
    Ok(csv)
}

/// Saved reports (a JSON array) as one SARIF 2.1.0 log.
///
/// # Errors
/// Rejects with `invalid_report` when one is not a report of this version's schema.
#[wasm_bindgen(js_name = reportsToSarif)]
pub fn reports_to_sarif(reports: &str) -> Result<String, JsValue> {
    Ok(serde_json::to_string_pretty(&sarif(&saved(reports)?)).map_err(|cause| CallError::internal(&cause))?)
}

fn saved(reports: &str) -> Result<Vec<SavedReport>, CallError> {
    serde_json::from_str(reports).map_err(|cause| CallError::report(&cause))
}

/// The rules of all regions with their texts and sources, as JSON.
///
/// # Errors
/// Rejects with `internal_error` when it cannot be written.
#[wasm_bindgen(js_name = ruleCatalogue)]
pub fn rule_catalogue() -> Result<String, JsValue> {
    Ok(serde_json::to_string(&law().packs().catalogue()).map_err(|cause| CallError::internal(&cause))?)
}

/// The module's own version; engine, rules and trust list dates are inside each report.
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
) -> Result<Begun, JsValue> {
    let request = options.into_request()?;
    let mut pixels = Pixels { look, trap: None };
    let mut tell = |phase| tell(on_phase.as_ref(), phase);
    let mut look = |bytes: &[u8], effort: Effort<'_>, labels: &LabelSearch| pixels.look(bytes, effort, labels);
    let begun = Begun::open(source, &request, &mut tell, &mut look);
    // The other module trapped: what it left of itself is of no more use, whatever this one made of the rest.
    if let Some(trap) = pixels.trap {
        return Err(trap);
    }
    Ok(begun.map_err(|cause| CallError::check(&cause))?)
}

/// Tells the page; a callback that fails is the page's own fault and no reason to stop the check.
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
    /// What it threw.
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

// A JavaScript date is at most 8.64e15 ms, well inside i64; NaN cannot come from `Date.now()`.
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
                refused.contains("invalid_options") && refused.contains("search is neither whole nor deep"),
                "{refused}"
            );
        }
    }
}
