//! Refusing requests that another site made a browser send.
//!
//! Only cookies travel by themselves, so only callers with a cookie are concerned, and only requests that change
//! something. Browsers say where a request was started: `Sec-Fetch-Site` (Fetch Metadata), and those that do not know it
//! send `Origin` with every request that is not GET or HEAD. A cookie with neither is no browser we know, and refused.

use http::{HeaderMap, HeaderName, Method, header};

use crate::error::{ApiError, Code};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

#[derive(Debug, PartialEq, Eq)]
enum Started {
    /// By a page of this origin.
    Here,
    /// By another site, another origin, or outside any page.
    Elsewhere,
    /// The request does not say.
    Unsaid,
}

fn started(headers: &HeaderMap, public_origin: &str) -> Started {
    let is = |expected: bool| if expected { Started::Here } else { Started::Elsewhere };
    if let Some(site) = headers.get(SEC_FETCH_SITE) {
        return is(site == "same-origin");
    }
    match headers.get(header::ORIGIN) {
        Some(origin) => is(origin == public_origin),
        None => Started::Unsaid,
    }
}

fn refusal() -> ApiError {
    ApiError::new(
        Code::CrossSiteRequest,
        "With a session cookie, this request must come from a page of this site (Sec-Fetch-Site or Origin).",
    )
}

/// For callers with a session cookie.
pub(super) fn refuse_foreign(method: &Method, headers: &HeaderMap, public_origin: &str) -> Result<(), ApiError> {
    if method.is_safe() || started(headers, public_origin) == Started::Here { Ok(()) } else { Err(refusal()) }
}

/// For signing in, which has no cookie yet: another site must not sign a browser in as somebody else. Programs, which
/// say nothing about where a request was started, may.
pub(crate) fn refuse_foreign_sign_in(headers: &HeaderMap, public_origin: &str) -> Result<(), ApiError> {
    if started(headers, public_origin) == Started::Elsewhere { Err(refusal()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const ORIGIN: &str = "https://labeler.eu";

    type Headers = &'static [(&'static str, &'static str)];

    #[test]
    fn only_pages_of_this_origin_may_change_something_with_a_cookie() {
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
