//! What every request carries and every response says.
//!
//! [`envelope`] is the outermost layer: it gives the request its id, and puts the standard headers and the error
//! envelope on whatever comes back, so that no handler, extractor or fallback can forget them.

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    body::Body,
    extract::{FromRequestParts, MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, header, request::Parts};
use labeler_store::audit::{Claimed, FailedAuthentication};
use labeler_store::{Decision, Origin};

use crate::{
    App, Config, batch, drain,
    error::{self, ApiError, Code, ErrorOnTheWay},
    limits,
    request_log::{Call, LoggedCaller},
    upload,
};

pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
pub(crate) const RATELIMIT_LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
pub(crate) const RATELIMIT_REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
pub(crate) const RATELIMIT_RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// Value of `Strict-Transport-Security`: two years. The pages say the same (web/build/headers.ts).
const HSTS: &str = "max-age=63072000; includeSubDomains";

/// Where a request comes from, as the host knows it: from the request's extensions, or from the header that the
/// deployment names. Without it all callers share one budget for unauthenticated requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// The address in the header that the deployment names. A header that comes twice, or holds more than one address,
    /// counts as none: part of it may be the client's own.
    fn stated(config: &Config, headers: &HeaderMap) -> Option<Self> {
        let mut values = headers.get_all(config.client_address_header.as_ref()?).iter();
        let (Some(value), None) = (values.next(), values.next()) else { return None };
        value.to_str().ok()?.trim().parse().ok().map(Self)
    }

    /// The unit that limits count by: the address, or the /64 of an IPv6 address, which one subscriber holds whole.
    fn bucket(self) -> String {
        match self.0.to_canonical() {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => {
                let network = u128::from(address) & (u128::MAX << 64);
                format!("{}/64", Ipv6Addr::from(network))
            }
        }
    }
}

/// The request's id, its origin and what the rate limiter said about it.
#[derive(Debug, Clone)]
pub(crate) struct RequestContext(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    id: String,
    ip: Option<IpAddr>,
    address: String,
    rate: Mutex<Option<Decision>>,
    caller: Mutex<Option<LoggedCaller>>,
    claimed: Mutex<Option<(Claimed, &'static str)>>,
}

impl RequestContext {
    fn new(id: String, address: Option<ClientAddress>) -> Self {
        let ip = address.map(|address| address.0);
        let address = address.map_or_else(|| "unknown".to_owned(), ClientAddress::bucket);
        Self(Arc::new(Inner {
            id,
            ip,
            address,
            rate: Mutex::default(),
            caller: Mutex::default(),
            claimed: Mutex::default(),
        }))
    }

    /// The UUID of `X-Request-Id`.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// What limits for unauthenticated callers count by.
    pub fn address(&self) -> &str {
        &self.0.address
    }

    /// Where the call comes from, if the host knows it.
    pub fn ip(&self) -> Option<IpAddr> {
        self.0.ip
    }

    /// For changes by people who are not signed in yet.
    pub fn origin(&self) -> Origin {
        Origin { request_id: self.0.id.clone(), address: self.0.ip }
    }

    /// Keeps whose call this is, for the request log.
    pub fn set_caller(&self, caller: LoggedCaller) {
        *self.0.caller.lock().unwrap_or_else(PoisonError::into_inner) = Some(caller);
    }

    /// Whose call this is, once known.
    pub fn caller(&self) -> Option<LoggedCaller> {
        self.0.caller.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps as whom the caller tries to authenticate, and why it would be refused. An answer 401 counts it as a failed
    /// attempt.
    pub fn set_claimed(&self, claimed: Claimed, reason: &'static str) {
        *self.0.claimed.lock().unwrap_or_else(PoisonError::into_inner) = Some((claimed, reason));
    }

    /// The failed attempt to record when the answer is 401.
    pub fn failed(&self) -> Option<FailedAuthentication> {
        let claimed = self.0.claimed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        claimed.map(|(claimed, reason)| FailedAuthentication { claimed, reason, address: self.ip() })
    }

    /// Keeps the decision that the response's headers will report: of several budgets the one with the least left.
    pub fn set_rate(&self, decision: Decision) {
        let mut rate = self.0.rate.lock().unwrap_or_else(PoisonError::into_inner);
        let tighter = |known: Decision| (decision.allowed, decision.remaining) < (known.allowed, known.remaining);
        if rate.is_none_or(tighter) {
            *rate = Some(decision);
        }
    }

    /// The decision so far.
    pub fn rate(&self) -> Option<Decision> {
        *self.0.rate.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S: Sync> FromRequestParts<S> for RequestContext {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| ApiError::internal("the envelope layer is missing"))
    }
}

/// A random UUID (RFC 9562, version 4). An id is no secret: without randomness the clock must do.
fn request_id(app: &App) -> String {
    let mut bytes = [0_u8; 16];
    if app.rng.fill(&mut bytes).is_err() {
        bytes = u128::from(app.clock.now_ms().unsigned_abs()).to_be_bytes();
    }
    let number = u128::from_be_bytes(bytes) & !(0xf000_u128 << 64) & !(0xc000_u128 << 48)
        | (0x4000_u128 << 64)
        | (0x8000_u128 << 48);
    let hex = format!("{number:032x}");
    let mut id = String::with_capacity(36);
    for (position, digit) in hex.chars().enumerate() {
        if matches!(position, 8 | 12 | 16 | 20) {
            id.push('-');
        }
        id.push(digit);
    }
    id
}

/// Most bytes of an unread body that are read and thrown away before an answer: the largest body that this caller may
/// send anywhere. Strangers may send no batch.
fn most_discarded(app: &App, context: &RequestContext) -> u64 {
    let largest = if context.caller().is_some() { batch::MAX_TOTAL_BYTES } else { 0 };
    largest.max(app.config.max_file_bytes).saturating_add(upload::OVERHEAD)
}

/// The outermost layer.
pub(crate) async fn envelope(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let known = request.extensions().get::<ClientAddress>().copied();
    let address = known.or_else(|| ClientAddress::stated(&app.config, request.headers()));
    let is_insecure = app.config.is_insecure(request.uri());
    let is_head = request.method() == Method::HEAD;
    let context = RequestContext::new(request_id(&app), address);
    request.extensions_mut().insert(context.clone());
    let call = Call::begin(&app, &request);

    let (parts, body) = request.into_parts();
    let declared = upload::declared_length(&parts.headers);
    let is_batch = parts.extensions.get::<MatchedPath>().is_some_and(|path| path.as_str() == batch::PATH);
    let deadlines = if is_batch { drain::Deadlines::BATCH } else { drain::Deadlines::FILE };
    let (body, rest) = drain::returning(body, &app.timer, deadlines);
    let mut response = match limits::shield(&app, &context) {
        Ok(()) if is_insecure => {
            drop(body);
            ApiError::new(Code::HttpsRequired, "This site is reached over https only. Use https:// in the URL.")
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

    // Whoever did not ask the limiter on the way was not let in as anybody: it counts against the address.
    let mut refused = None;
    if context.rate().is_none() {
        refused = limits::spend_anonymous(&app, &context).await.err();
    }
    let mut failure = refused.or_else(|| response.extensions_mut().remove::<ErrorOnTheWay>().map(|marked| marked.0));
    if is_late && failure.is_some() {
        // Whatever the handler made of half a body, this is why it had only half.
        failure = Some(ApiError::request_timeout());
    }
    if let Some(failure) = failure {
        if let Some(detail) = failure.incident() {
            app.log.incident(context.id(), detail);
        }
        response = error::finish(&failure, &response, &context);
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_address_counts_only_in_the_header_that_the_deployment_names() {
        let mut config = Config::new("https://labeler.example").unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("cf-connecting-ip", HeaderValue::from_static("192.0.2.7"));
        assert_eq!(ClientAddress::stated(&config, &headers), None);
        config.client_address_header = Some(HeaderName::from_static("cf-connecting-ip"));
        assert_eq!(ClientAddress::stated(&config, &headers), Some(ClientAddress("192.0.2.7".parse().unwrap())));
        headers.append("cf-connecting-ip", HeaderValue::from_static("192.0.2.8"));
        assert_eq!(ClientAddress::stated(&config, &headers), None);
        headers.insert("cf-connecting-ip", HeaderValue::from_static("192.0.2.7, 192.0.2.8"));
        assert_eq!(ClientAddress::stated(&config, &headers), None);
    }

    #[test]
    fn limits_count_an_ipv6_network_and_a_mapped_ipv4_address() {
        let bucket = |text: &str| ClientAddress(text.parse().unwrap()).bucket();
        assert_eq!(bucket("192.0.2.7"), "192.0.2.7");
        assert_eq!(bucket("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(bucket("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(bucket("2001:db8:1:2::1"), bucket("2001:db8:1:2:ffff::"));
    }
}
