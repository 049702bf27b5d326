//! Errors for the page: `{"code", "message"}` in a JSON string.

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

    /// Error of the checker.
    pub fn check(cause: &CheckError) -> Self {
        let code = match cause {
            CheckError::Empty => "empty_file",
            CheckError::Unsupported => "mime_not_allowed",
            CheckError::Io(_) => "unreadable",
            CheckError::Internal(_) => "internal_error",
        };
        Self::new(code, cause.to_string())
    }

    /// The options are not valid JSON for this call.
    pub fn options(cause: &serde_json::Error) -> Self {
        Self::new("invalid_options", format!("The options are not valid: {cause}."))
    }

    /// The time is outside the calendar (years -9999 to 9999).
    pub fn clock() -> Self {
        Self::new("invalid_options", "nowMs is outside the supported years -9999 to 9999.")
    }

    /// Creates the error for a digest that does not have the length of a SHA-256.
    pub fn digest() -> Self {
        Self::new("invalid_options", "The SHA-256 must have 32 bytes.")
    }

    /// Creates the error for a text that is not a saved report.
    pub fn report(cause: &serde_json::Error) -> Self {
        Self::new("invalid_report", format!("This is not a saved report of this version: {cause}."))
    }

    /// The law packs cannot be used.
    pub fn rules(cause: &LawError) -> Self {
        Self::new("invalid_rules", format!("These law packs cannot be used: {cause}."))
    }

    /// The report could not be serialized.
    pub fn internal(cause: &serde_json::Error) -> Self {
        Self::new("internal_error", format!("The report could not be written: {cause}."))
    }

    /// Called on the main thread of a page.
    pub fn not_in_worker() -> Self {
        Self::new("not_in_worker", "Files can be read only inside a Web Worker. Use checkBytes elsewhere.")
    }

    /// The file is larger than JavaScript can address.
    pub fn too_large() -> Self {
        Self::new("file_too_large", "The file is larger than a browser can address (2^53 bytes).")
    }

    /// The file changed while it was being read.
    pub fn changed() -> Self {
        Self::new("file_changed", "The file changed or was removed while it was being read. Choose it again.")
    }

    /// The browser could not read the file. This includes a file that was modified after it was chosen.
    pub fn unreadable(cause: &JsValue) -> Self {
        let name = js_sys::Reflect::get(cause, &JsValue::from_str("name")).ok().and_then(|name| name.as_string());
        match name.as_deref() {
            Some("NotReadableError" | "NotFoundError") | None => Self::changed(),
            Some(other) => Self::new("unreadable", format!("The browser could not read the file ({other}).")),
        }
    }

    /// Returns the message for people.
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
