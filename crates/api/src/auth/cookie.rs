//! The session cookie.
//!
//! Over TLS it is `__Host-labeler_session`: the prefix makes browsers insist on `Secure`, `Path=/` and no `Domain`, so
//! that no neighbouring host can set or read it. Browsers refuse that prefix on plain http, which exists only for
//! development on localhost; there the name has no prefix. `SameSite=Lax`: a link into the site finds the person signed
//! in, and a form of another site does not carry the cookie.

use http::{HeaderMap, HeaderValue, header};
use labeler_store::accounts::DEVICE_MS;

/// A cookie of this site: its name over TLS and on localhost.
#[derive(Clone, Copy)]
struct Name {
    secure: &'static str,
    plain: &'static str,
}

/// Who is signed in.
const SESSION: Name = Name { secure: "__Host-labeler_session", plain: "labeler_session" };
/// Where somebody signed in before. It is no credential; see `Accounts::device_token`.
const DEVICE: Name = Name { secure: "__Host-labeler_device", plain: "labeler_device" };

impl Name {
    const fn text(self, https: bool) -> &'static str {
        if https { self.secure } else { self.plain }
    }
}

/// The text of a cookie of the request. A name that comes twice is refused: one of the two is not ours.
fn find_named(headers: &HeaderMap, name: Name, https: bool) -> Option<&str> {
    let mut found = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(known, _)| *known == name.text(https))
        .map(|(_, value)| value);
    match (found.next(), found.next()) {
        (Some(value), None) if !value.is_empty() => Some(value),
        _ => None,
    }
}

/// The session's text in the request's cookies.
pub(super) fn find(headers: &HeaderMap, https: bool) -> Option<&str> {
    find_named(headers, SESSION, https)
}

/// What the browser keeps from an earlier sign-in.
pub(crate) fn known_device(headers: &HeaderMap, https: bool) -> Option<&str> {
    find_named(headers, DEVICE, https)
}

fn set_cookie(name: Name, value: &str, max_age_s: i64, same_site: &str, https: bool) -> Option<HeaderValue> {
    let secure = if https { "; Secure" } else { "" };
    let name = name.text(https);
    let text = format!("{name}={value}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite={same_site}{secure}");
    HeaderValue::from_str(&text).ok()
}

/// `Set-Cookie` for a new session.
pub(crate) fn session_cookie(value: &str, max_age_s: i64, https: bool) -> Option<HeaderValue> {
    set_cookie(SESSION, value, max_age_s, "Lax", https)
}

/// `Set-Cookie` that ends it.
pub(crate) fn clear_cookie(https: bool) -> Option<HeaderValue> {
    set_cookie(SESSION, "", 0, "Lax", https)
}

/// `Set-Cookie` by which the browser is known at the next sign-in.
pub(crate) fn device_cookie(value: &str, https: bool) -> Option<HeaderValue> {
    set_cookie(DEVICE, value, DEVICE_MS.div_euclid(1000), "Strict", https)
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
