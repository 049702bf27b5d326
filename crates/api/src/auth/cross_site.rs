//! Protection against cross-site request forgery.
//!
//! Browsers send only cookies by themselves, so the check concerns callers with a cookie, and of their requests those
//! that change something. Browsers tell which site started a request in `Sec-Fetch-Site` (Fetch Metadata); browsers
//! without it send `Origin` with every request that is not GET or HEAD. A request with a cookie and neither header is
//! refused.

use http::{HeaderMap, HeaderName, Method, header};

use crate::http::error::{ApiError, code::Code};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The site that started a request.
#[derive(Debug, PartialEq, Eq)]
enum Started {
    /// A page of this origin.
    Here,
    /// Another site, another origin, or no page at all.
    Elsewhere,
    /// The request has neither header.
    Unknown,
}

fn started(headers: &HeaderMap, public_origin: &str) -> Started {
    let is = |expected: bool| if expected { Started::Here } else { Started::Elsewhere };
    if let Some(site) = headers.get(SEC_FETCH_SITE) {
        return is(site == "same-origin");
    }
    match headers.get(header::ORIGIN) {
        Some(origin) => is(origin == public_origin),
        None => Started::Unknown,
    }
}

fn refusal() -> ApiError {
    ApiError::new(
        Code::CrossSiteRequest,
        "With a session cookie, this request must come from a page of this site (Sec-Fetch-Site or Origin).",
    )
}

/// Refuses a state-changing request with a session cookie unless a page of this origin started it.
pub(super) fn refuse_foreign(method: &Method, headers: &HeaderMap, public_origin: &str) -> Result<(), ApiError> {
    if method.is_safe() || started(headers, public_origin) == Started::Here { Ok(()) } else { Err(refusal()) }
}

/// Refuses a request without a cookie, such as a sign-in, that another site started: another site must not sign a
/// browser in as another person. Programs, which send neither header, are allowed.
pub(super) fn refuse_foreign_sign_in(headers: &HeaderMap, public_origin: &str) -> Result<(), ApiError> {
    if started(headers, public_origin) == Started::Elsewhere { Err(refusal()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const ORIGIN: &str = "https://labeler.eu";

    type Headers = &'static [(&'static str, &'static str)];

    #[test]
    fn refuses_state_changes_with_a_cookie_from_other_origins() {
        let cases: [(Headers, bool, bool); 9] = [
            // headers, with a cookie, signing in
            (&[("sec-fetch-site", "same-origin")], true, true),
            (&[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")], true, true),
            (&[("sec-fetch-site", "same-site")], false, false),
            (&[("sec-fetch-site", "cross-site"), ("origin", ORIGIN)], false, false),
            (&[("sec-fetch-site", "none")], false, false),
            (&[("origin", ORIGIN)], true, true),
            (&[("origin", "https://labeler.eu.evil.example")], false, false),
            (&[("origin", "null")], false, false),
            (&[], false, true),
        ];
        for (pairs, cookie, sign_in) in cases {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(HeaderName::from_static(name), value.parse().unwrap());
            }
            assert_eq!(refuse_foreign(&Method::POST, &headers, ORIGIN).is_ok(), cookie, "{pairs:?}");
            assert_eq!(refuse_foreign_sign_in(&headers, ORIGIN).is_ok(), sign_in, "{pairs:?}");
            assert!(refuse_foreign(&Method::GET, &headers, ORIGIN).is_ok(), "{pairs:?}");
        }
    }
}
