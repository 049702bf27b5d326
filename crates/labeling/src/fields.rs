//! Reads a JSON object field by field. Every error names the field by its path and the allowed values.

use serde_json::{Map, Value};

/// An option that is missing or out of range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct OptionsError {
    /// Path of the field, for example `options.digitalSourceType`.
    pub field: String,
    /// Problem and allowed values.
    pub message: String,
}

/// Error of a field, as a sentence that begins with its path.
pub(crate) fn error(field: impl Into<String>, message: impl Into<String>) -> OptionsError {
    let field = field.into();
    let message = format!("{field} {}", message.into());
    OptionsError { field, message }
}

pub(crate) fn only_known(path: &str, map: &Map<String, Value>, known: &[&str]) -> Result<(), OptionsError> {
    match map.keys().find(|key| !known.contains(&key.as_str())) {
        // The key is the caller's own text: shortened, so that it cannot blow up the answer.
        Some(key) => Err(error(
            format!("{path}.{}", key.chars().take(64).collect::<String>()),
            format!("is not a known field; known fields are {}", known.join(", ")),
        )),
        None => Ok(()),
    }
}

pub(crate) fn required<'a>(path: &str, map: &'a Map<String, Value>, name: &str) -> Result<&'a Value, OptionsError> {
    map.get(name).filter(|v| !v.is_null()).ok_or_else(|| error(format!("{path}.{name}"), "is required"))
}

pub(crate) fn text<'a>(path: &str, map: &'a Map<String, Value>, name: &str) -> Result<&'a str, OptionsError> {
    required(path, map, name)?.as_str().ok_or_else(|| error(format!("{path}.{name}"), "must be a string"))
}

pub(crate) fn bounded_text(
    path: &str,
    map: &Map<String, Value>,
    name: &str,
    longest: usize,
) -> Result<String, OptionsError> {
    let text = text(path, map, name)?;
    let length = text.chars().count();
    if (1..=longest).contains(&length) {
        Ok(text.to_owned())
    } else {
        Err(error(format!("{path}.{name}"), format!("must have 1 to {longest} characters, not {length}")))
    }
}

/// Text without control characters.
pub(crate) fn plain_text(
    path: &str,
    map: &Map<String, Value>,
    name: &str,
    longest: usize,
) -> Result<String, OptionsError> {
    let text = bounded_text(path, map, name, longest)?;
    if text.trim().is_empty() || text.chars().any(char::is_control) {
        return Err(error(format!("{path}.{name}"), "must be text without control characters"));
    }
    Ok(text)
}
