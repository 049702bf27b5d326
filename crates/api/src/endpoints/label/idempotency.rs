//! `Idempotency-Key`: protection against repeated requests (draft-ietf-httpapi-idempotency-key-header).

use http::{HeaderMap, HeaderName, HeaderValue};
use labeler_store::{IdempotencyError, IdempotencyOutcome, IdempotentCall, Ticket};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{
    app::App,
    auth::Caller,
    http::error::{ApiError, code::Code},
};

/// Header of a replayed answer.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// An attempt at a request.
pub(crate) enum Attempt {
    /// The first attempt, with a ticket if the request has a key.
    First(Option<Ticket>),
    /// A repeat, with the stored facts of the first attempt.
    Replay(Value),
}

/// Reads the key of a request: plain, or a quoted string as in the draft.
pub(crate) fn key(headers: &HeaderMap) -> Result<Option<&str>, ApiError> {
    let mut values = headers.get_all(&KEY).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => {
            let text = value.to_str().map_err(|_| no_key())?.trim();
            let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
            Ok(Some(inner.unwrap_or(text)))
        }
        _ => Err(no_key()),
    }
}

fn no_key() -> ApiError {
    ApiError::validation("Idempotency-Key", IdempotencyError::Key.to_string())
}

/// Hashes the parts that identify a request with SHA-256, for [`begin`].
pub(crate) fn fingerprint(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    hex::encode(hash.finalize())
}

/// Begins an attempt and reserves the request's key, if it has one, for one effect of the route. `fingerprint` comes
/// from [`fingerprint`].
pub(crate) async fn begin(
    app: &App,
    caller: &Caller,
    key: Option<&str>,
    route: &str,
    fingerprint: &str,
) -> Result<Attempt, ApiError> {
    let Some(key) = key else { return Ok(Attempt::First(None)) };
    let call = IdempotentCall { scope: &caller.scope, caller: &caller.actor.id, route, key, fingerprint };
    match app.store().idempotency().begin(call).await {
        Ok(IdempotencyOutcome::Started(ticket)) => Ok(Attempt::First(Some(ticket))),
        Ok(IdempotencyOutcome::Replay { result, .. }) => Ok(Attempt::Replay(result)),
        Ok(IdempotencyOutcome::Running) => Err(ApiError::running()),
        Ok(IdempotencyOutcome::Mismatch) => {
            let text = "This Idempotency-Key was used for another request.";
            Err(ApiError::new(Code::IdempotencyMismatch, text).field("Idempotency-Key"))
        }
        Err(IdempotencyError::Key) => Err(no_key()),
        Err(IdempotencyError::Lost) => Err(ApiError::running()),
        Err(IdempotencyError::Database(error)) => Err(ApiError::database(&error)),
    }
}

/// Releases the key after an attempt without effect. If that fails, the key is free again within a minute.
pub(crate) async fn release(app: &App, ticket: Option<Ticket>) {
    if let Some(ticket) = ticket {
        drop(app.store().idempotency().release(ticket).await);
    }
}

/// Returns the header that marks a replayed answer.
pub(crate) const fn replayed() -> (HeaderName, HeaderValue) {
    (REPLAYED, HeaderValue::from_static("true"))
}
