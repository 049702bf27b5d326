//! Errors as the page gets them: `{"code", "message"}` in a JSON string.

use labeler_checker::CheckError;
use labeler_checker::law::LawError;
use serde::Serialize;
use wasm_bindgen::JsValue;

/// A failed call.
#[derive(Debug, Clone, Serialize)]
pub struct CallError {
    code: &'static str,
    message: String,
}

impl CallError {
    fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The checker refused the file.
    pub fn check(cause: &CheckError) -> Self {
        let code = match cause {
            CheckError::Empty => "empty_file",
            CheckError::Unsupported => "mime_not_allowed",
            CheckError::Io(_) => "unreadable",
            CheckError::Internal(_) => "internal_error",
        };
        Self::new(code, cause.to_string())
    }

    /// The options are not the JSON that the call takes.
    pub fn options(cause: &serde_json::Error) -> Self {
        Self::new("invalid_options", format!("The options are not valid: {cause}."))
    }

    /// The clock lies outside the calendar (years -9999 to 9999).
    pub fn clock() -> Self {
        Self::new("invalid_options", "nowMs is outside the calendar.")
    }

    /// Not a SHA-256.
    pub fn digest() -> Self {
        Self::new("invalid_options", "A SHA-256 has 32 bytes.")
    }

    /// Not a saved report.
    pub fn report(cause: &serde_json::Error) -> Self {
        Self::new("invalid_report", format!("This is not a saved report of this version: {cause}."))
    }

    /// Law packs that were refused.
    pub fn rules(cause: &LawError) -> Self {
        Self::new("invalid_rules", format!("These law packs cannot be used: {cause}."))
    }

    /// The report could not be written.
    pub fn internal(cause: &serde_json::Error) -> Self {
        Self::new("internal_error", format!("The report could not be written: {cause}."))
    }

    /// Called on a page's main thread.
    pub fn not_in_worker() -> Self {
        Self::new("not_in_worker", "Files can be read here only inside a Web Worker; use checkBytes elsewhere.")
    }

    /// Larger than JavaScript can address.
    pub fn too_large() -> Self {
        Self::new("file_too_large", "The file is larger than a browser can address (2^53 bytes).")
    }

    /// The file changed while it was read.
    pub fn changed() -> Self {
        Self::new("file_changed", "The file changed or was removed while it was being read. Choose it again.")
    }

    /// The browser refused a read; a file that was modified since it was chosen ends here.
    pub fn unreadable(cause: &JsValue) -> Self {
        let name = js_sys::Reflect::get(cause, &JsValue::from_str("name")).ok().and_then(|name| name.as_string());
        match name.as_deref() {
            Some("NotReadableError" | "NotFoundError") | None => Self::changed(),
            Some(other) => Self::new("unreadable", format!("The browser could not read the file ({other}).")),
        }
    }

    /// The sentence for people.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl From<CallError> for JsValue {
    fn from(error: CallError) -> Self {
        let json = serde_json::to_string(&error)
            .unwrap_or_else(|_| r#"{"code":"internal_error","message":"The error could not be written."}"#.to_owned());
        JsValue::from_str(&json)
    }
}
