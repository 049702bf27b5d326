//! The outermost layer: gives every request its ID, and puts the standard headers and the error envelope on every
//! response, so that no handler, extractor or fallback can forget them.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, Method, header};

use crate::{
    app::App,
    endpoints::label::batch::work,
    http::{
        context::{ClientAddress, RequestContext},
        drain,
        error::{self, ApiError, PendingError, code::Code},
        limits, upload,
    },
    request_log::Call,
};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const RATELIMIT_LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const RATELIMIT_REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RATELIMIT_RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// Value of `Strict-Transport-Security`: two years. The pages say the same (web/build/headers.ts).
const HSTS: &str = "max-age=63072000; includeSubDomains";

/// Makes a random UUID (RFC 9562, version 4). The ID is not a secret, so the clock is used where no randomness is
/// available.
fn request_id(app: &App) -> String {
    let mut bytes = [0_u8; 16];
    if app.rng.fill(&mut bytes).is_err() {
        bytes = u128::from(app.clock.now_ms().unsigned_abs()).to_be_bytes();
    }
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

/// Limit in bytes on an unread body that is discarded before the answer: the largest body that this caller may send to
/// any endpoint. Only authenticated callers may send a batch.
fn most_discarded(app: &App, context: &RequestContext) -> u64 {
    let largest = if context.caller().is_some() { work::MAX_TOTAL_BYTES } else { 0 };
    largest.max(app.config.max_file_bytes).saturating_add(upload::OVERHEAD)
}

/// Handles one request within the envelope. Use it as the outermost layer of the router.
pub(crate) async fn envelope(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let known = request.extensions().get::<ClientAddress>().copied();
    let address = known.or_else(|| ClientAddress::from_header(&app.config, request.headers()));
    let is_insecure = app.config.is_insecure(request.uri());
    let is_head = request.method() == Method::HEAD;
    let context = RequestContext::new(request_id(&app), address);
    request.extensions_mut().insert(context.clone());
    let call = Call::begin(&app, &request);

    let (parts, body) = request.into_parts();
    let declared = upload::declared_length(&parts.headers);
    let is_batch = parts.extensions.get::<MatchedPath>().is_some_and(|path| path.as_str() == work::PATH);
    let deadlines = if is_batch { drain::Deadlines::BATCH } else { drain::Deadlines::FILE };
    let (body, rest) = drain::drainable(body, &app.timer, deadlines);
    let mut response = match limits::throttle(&app, &context) {
        Ok(()) if is_insecure => {
            drop(body);
            ApiError::new(Code::HttpsRequired, "This site is available over https only. Use https:// in the URL.")
                .into_response()
        }
        Ok(()) => next.run(Request::from_parts(parts, body)).await,
        Err(refusal) => {
            drop(body);
            refusal.into_response()
        }
    };
    let is_late = rest.is_late();
    let most = most_discarded(&app, &context);
    if declared.is_none_or(|length| length <= most) {
        rest.discard(most, &app.timer).await;
    }

    // A request that took nothing from a limiter was not authenticated: it counts against the address.
    let mut refused = None;
    if context.rate().is_none() {
        refused = limits::spend_anonymous(&app, &context).await.err();
    }
    let mut failure = refused.or_else(|| response.extensions_mut().remove::<PendingError>().map(|marked| marked.0));
    if is_late && failure.is_some() {
        // The handler saw a truncated body, so its own error would be misleading.
        failure = Some(ApiError::request_timeout());
    }
    if let Some(failure) = failure {
        if let Some(detail) = failure.incident() {
            app.log.incident(context.id(), detail);
        }
        response = error::finish(&failure, &response, context.id());
        if is_head {
            *response.body_mut() = Body::empty();
        }
    }

    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(context.id()) {
        headers.insert(X_REQUEST_ID, id);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if app.config.is_https() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS));
    }
    if let Some(decision) = context.rate() {
        headers.insert(RATELIMIT_LIMIT, HeaderValue::from(decision.limit));
        headers.insert(RATELIMIT_REMAINING, HeaderValue::from(decision.remaining));
        headers.insert(RATELIMIT_RESET, HeaderValue::from(decision.reset_unix_s));
    }
    call.end(&app, &context, response.status());
    response
}
