//! Reading a small JSON body.

use axum::body::Body;
use futures_util::StreamExt;
use http::{HeaderMap, header};

use crate::error::{ApiError, Code};

/// The bytes of a body that says it is JSON, which forms of other sites cannot send: their content types are refused.
pub(crate) async fn read(headers: &HeaderMap, body: Body, max_bytes: usize) -> Result<Vec<u8>, ApiError> {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(ApiError::validation("Content-Type", "Content-Type must be application/json"));
    }
    let mut bytes = Vec::new();
    let mut stream = body.into_data_stream();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| ApiError::validation("body", "the request body ended too early"))?;
        if bytes.len().saturating_add(chunk.len()) > max_bytes {
            return Err(ApiError::new(Code::TooLarge, format!("The body has at most {max_bytes} bytes.")));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
