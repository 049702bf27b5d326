//! JSON bodies: bounded, with one object, known fields and no duplicates.
//!
//! The content type must be JSON, which forms of other sites cannot send. Messages of the parser are never repeated
//! with content of the body, because it may contain a password.

use axum::body::Body;
use futures_util::StreamExt;
use http::{HeaderMap, header};
use serde::de::DeserializeOwned;

use crate::http::{
    error::{ApiError, Dialect, code::Code},
    upload::parts::refuse_encoding,
};

/// Default limit of a body in bytes.
pub(crate) const MAX_BYTES: usize = 8 * 1024;

/// Reads the whole body, up to `max_bytes`.
pub(crate) async fn bytes(body: Body, max_bytes: usize) -> Result<Vec<u8>, ApiError> {
    let mut bytes = Vec::new();
    let mut stream = body.into_data_stream();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| ApiError::validation("body", "the request body ended too early"))?;
        if bytes.len().saturating_add(chunk.len()) > max_bytes {
            return Err(ApiError::new(Code::TooLarge, format!("The body exceeds the limit of {max_bytes} bytes.")));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Reads a body of at most [`MAX_BYTES`] as `T`.
pub(crate) async fn read<T: DeserializeOwned>(headers: &HeaderMap, body: Body) -> Result<T, ApiError> {
    read_up_to(headers, body, MAX_BYTES).await
}

/// Reads a body of at most `max_bytes` as `T`.
pub(crate) async fn read_up_to<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: Body,
    max_bytes: usize,
) -> Result<T, ApiError> {
    refuse_encoding(headers).map_err(|error| ApiError::upload(&error, Dialect::Label))?;
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(ApiError::validation("Content-Type", "Content-Type must be application/json"));
    }
    serde_json::from_slice(&bytes(body, max_bytes).await?).map_err(|error| refusal(&error))
}

fn refusal(error: &serde_json::Error) -> ApiError {
    let text = error.to_string();
    for (start, what) in [("missing field `", "is required"), ("duplicate field `", "was given more than once")] {
        // Both messages name a field of the API, never the caller's text.
        if let Some(field) = text.strip_prefix(start).and_then(|rest| rest.split('`').next()) {
            return ApiError::validation(field, format!("{field} {what}"));
        }
    }
    let what = if text.starts_with("unknown field") {
        "the body has a field that is not known here"
    } else if error.is_data() {
        "a field of the body has the wrong type or value"
    } else if error.is_eof() && error.column() == 0 {
        "the body must be a JSON object"
    } else if error.is_syntax() || error.is_eof() {
        // Only the position, because the text may be a password.
        let text = format!("the body is not valid JSON: line {}, column {}", error.line(), error.column());
        return ApiError::validation("body", text);
    } else {
        "the body must be a JSON object"
    };
    ApiError::validation("body", what)
}
