//! The session cookie.
//!
//! Over TLS it is `__Host-labeler_session`: the prefix makes browsers insist on `Secure`, `Path=/` and no `Domain`, so
//! that no neighbouring host can set or read it. Browsers refuse that prefix on plain http, which exists only for
//! development on localhost; there the name has no prefix. `SameSite=Lax`: a link into the site finds the person signed
//! in, and a form of another site does not carry the cookie.

use http::{HeaderMap, HeaderValue, header};

const SECURE_NAME: &str = "__Host-labeler_session";
const PLAIN_NAME: &str = "labeler_session";

fn name(https: bool) -> &'static str {
    if https { SECURE_NAME } else { PLAIN_NAME }
}

/// The session's text in the request's cookies. A name that comes twice is refused: one of the two is not ours.
pub(super) fn find(headers: &HeaderMap, https: bool) -> Option<&str> {
    let mut found = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(known, _)| *known == name(https))
        .map(|(_, value)| value);
    match (found.next(), found.next()) {
        (Some(value), None) if !value.is_empty() => Some(value),
        _ => None,
    }
}

fn set_cookie(value: &str, max_age_s: i64, https: bool) -> Option<HeaderValue> {
    let secure = if https { "; Secure" } else { "" };
    let name = name(https);
    HeaderValue::from_str(&format!("{name}={value}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Lax{secure}")).ok()
}

/// `Set-Cookie` for a new session.
pub(crate) fn session_cookie(value: &str, max_age_s: i64, https: bool) -> Option<HeaderValue> {
    set_cookie(value, max_age_s, https)
}

/// `Set-Cookie` that ends it.
pub(crate) fn clear_cookie(https: bool) -> Option<HeaderValue> {
    set_cookie("", 0, https)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_cookie_is_found_among_others_and_only_once() {
        let cases = [
            ("__Host-labeler_session=a.b", Some("a.b")),
            ("theme=dark; __Host-labeler_session=a.b; x=y", Some("a.b")),
            ("labeler_session=a.b", None),
            ("__Host-labeler_session=a; __Host-labeler_session=b", None),
            ("__Host-labeler_session=", None),
            ("", None),
        ];
        for (text, expected) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, text.parse().unwrap());
            assert_eq!(find(&headers, true), expected, "{text}");
        }
    }

    #[test]
    fn its_attributes_are_those_that_the_prefix_demands() {
        assert_eq!(
            session_cookie("a.b", 60, true).unwrap(),
            "__Host-labeler_session=a.b; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure"
        );
        assert_eq!(
            session_cookie("a.b", 60, false).unwrap(),
            "labeler_session=a.b; Path=/; Max-Age=60; HttpOnly; SameSite=Lax"
        );
        assert_eq!(
            clear_cookie(true).unwrap(),
            "__Host-labeler_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure"
        );
    }
}
