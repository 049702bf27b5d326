//! Response if the host itself fails before the router exists: a secret or a binding is missing.
//!
//! It has the same envelope and headers as the API's own errors. The cause is logged and never sent to the caller.

use labeler_ports::Rng as _;
use worker::{Error, Response, ResponseBuilder, Result};

use crate::rng::RuntimeRng;

/// Logs the error and returns 500 `internal_error`.
///
/// # Errors
/// If the runtime rejects the response.
pub(crate) fn respond(error: &Error) -> Result<Response> {
    let id = request_id();
    worker::console_error!("{id} the Worker is not configured correctly: {error}");
    let body = serde_json::json!({
        "error": { "code": "internal_error", "message": "The service is not set up correctly." },
        "requestId": id,
    });
    let builder = ResponseBuilder::new()
        .with_status(500)
        .with_header("content-type", "application/json")?
        .with_header("cache-control", "no-store")?
        .with_header("x-content-type-options", "nosniff")?
        .with_header("x-request-id", &id)?;
    Ok(builder.fixed(body.to_string().into_bytes()))
}

/// Returns a random UUID (RFC 9562, version 4), or the nil UUID if randomness fails.
fn request_id() -> String {
    let mut bytes = [0_u8; 16];
    let id = match RuntimeRng.fill(&mut bytes) {
        Ok(()) => uuid::Builder::from_random_bytes(bytes).into_uuid(),
        Err(_) => uuid::Uuid::nil(),
    };
    id.to_string()
}

#[cfg(test)]
mod tests {
    #[test]
    fn ids_are_uuids_of_version_4() {
        let id = super::request_id();
        assert_eq!(id.len(), 36);
        assert_eq!(id.as_bytes().get(14), Some(&b'4'), "{id}");
        assert!(matches!(id.as_bytes().get(19), Some(b'8' | b'9' | b'a' | b'b')), "{id}");
    }
}
