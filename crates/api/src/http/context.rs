//! State of one request: its ID, the client's address, the decision of the rate limiter, and the caller.

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
};

use axum::extract::FromRequestParts;
use http::{HeaderMap, request::Parts};
use labeler_ports::Decision;
use labeler_store::{ActorKind, Origin};
use labeler_store::{Claimed, FailedAuthentication};

use crate::{app::config::Config, http::error::ApiError};

/// The client's address, as the host knows it: from the request's extensions, or from the header that the deployment
/// names. Without it all callers share one budget for unauthenticated requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// Reads the address from the header that the deployment names. A header that occurs twice or holds more than one
    /// address is ignored, because part of it may come from the client.
    pub(crate) fn from_header(config: &Config, headers: &HeaderMap) -> Option<Self> {
        let mut values = headers.get_all(config.client_address_header.as_ref()?).iter();
        let (Some(value), None) = (values.next(), values.next()) else { return None };
        value.to_str().ok()?.trim().parse().ok().map(Self)
    }

    /// Returns the key for limits: the address, or the /64 network of an IPv6 address, which belongs to one subscriber.
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

/// The workspace and the key, client or person that a call is attributed to in the request log.
#[derive(Debug, Clone)]
pub(crate) struct LoggedCaller {
    pub workspace_id: String,
    pub livemode: bool,
    pub kind: ActorKind,
    pub id: String,
}

/// Shared state of one request. Clones refer to the same state.
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
    /// Creates the context of a request with this ID.
    pub fn new(id: String, address: Option<ClientAddress>) -> Self {
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

    /// Returns the UUID of `X-Request-Id`.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Returns the key for limits of unauthenticated callers.
    pub fn address(&self) -> &str {
        &self.0.address
    }

    /// Returns the client's address, if the host knows it.
    pub fn ip(&self) -> Option<IpAddr> {
        self.0.ip
    }

    /// Returns the origin for changes by people who are not signed in yet.
    pub fn origin(&self) -> Origin {
        Origin { request_id: self.0.id.clone(), address: self.0.ip }
    }

    /// Sets the caller, for the request log.
    pub fn set_caller(&self, caller: LoggedCaller) {
        *self.0.caller.lock().unwrap_or_else(PoisonError::into_inner) = Some(caller);
    }

    /// Returns the caller, once known.
    pub fn caller(&self) -> Option<LoggedCaller> {
        self.0.caller.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sets the identity that the caller claims, and the reason for which it would be refused. An answer 401 counts it
    /// as a failed attempt.
    pub fn set_claimed(&self, claimed: Claimed, reason: &'static str) {
        *self.0.claimed.lock().unwrap_or_else(PoisonError::into_inner) = Some((claimed, reason));
    }

    /// Returns the failed attempt to record when the answer is 401.
    pub fn failed(&self) -> Option<FailedAuthentication> {
        let claimed = self.0.claimed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        claimed.map(|(claimed, reason)| FailedAuthentication { claimed, reason, address: self.ip() })
    }

    /// Stores the decision for the response's headers. Of several budgets the one with the least left is kept.
    pub fn set_rate(&self, decision: Decision) {
        let mut rate = self.0.rate.lock().unwrap_or_else(PoisonError::into_inner);
        let tighter = |known: Decision| (decision.allowed, decision.remaining) < (known.allowed, known.remaining);
        if rate.is_none_or(tighter) {
            *rate = Some(decision);
        }
    }

    /// Returns the decision for the response's headers.
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use http::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn reads_the_address_only_from_the_configured_header() {
        let mut config = Config::new("https://labeler.example").unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("cf-connecting-ip", HeaderValue::from_static("192.0.2.7"));
        assert_eq!(ClientAddress::from_header(&config, &headers), None);
        config.client_address_header = Some(HeaderName::from_static("cf-connecting-ip"));
        assert_eq!(ClientAddress::from_header(&config, &headers), Some(ClientAddress("192.0.2.7".parse().unwrap())));
        headers.append("cf-connecting-ip", HeaderValue::from_static("192.0.2.8"));
        assert_eq!(ClientAddress::from_header(&config, &headers), None);
        headers.insert("cf-connecting-ip", HeaderValue::from_static("192.0.2.7, 192.0.2.8"));
        assert_eq!(ClientAddress::from_header(&config, &headers), None);
    }

    #[test]
    fn limits_count_by_ipv4_address_or_ipv6_network() {
        let bucket = |text: &str| ClientAddress(text.parse().unwrap()).bucket();
        assert_eq!(bucket("192.0.2.7"), "192.0.2.7");
        assert_eq!(bucket("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(bucket("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(bucket("2001:db8:1:2::1"), bucket("2001:db8:1:2:ffff::"));
    }
}
