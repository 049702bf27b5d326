//! The session cookie.
//!
//! Over TLS its name is `__Host-labeler_session`. The prefix makes browsers require `Secure`, `Path=/` and no `Domain`,
//! so that no neighbouring host can set or read it. Browsers refuse the prefix on plain http, which is only used for
//! development on localhost; there the name has no prefix. With `SameSite=Lax` a person who follows a link into the
//! site is signed in, and forms of other sites do not send the cookie.

use http::{HeaderMap, HeaderValue, header};
use labeler_store::DEVICE_MS;

/// Name of a cookie, over TLS and on localhost.
#[derive(Clone, Copy)]
struct Name {
    secure: &'static str,
    plain: &'static str,
}

/// The session cookie.
const SESSION: Name = Name { secure: "__Host-labeler_session", plain: "labeler_session" };
/// Marks a browser in which a person has signed in before. Not a credential; see `Accounts::device_token`.
const DEVICE: Name = Name { secure: "__Host-labeler_device", plain: "labeler_device" };

impl Name {
    const fn text(self, https: bool) -> &'static str {
        if https { self.secure } else { self.plain }
    }
}

/// Finds the value of a cookie. A cookie that occurs twice is ignored, because only one of the two can come from this
/// site.
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

/// Finds the value of the session cookie.
pub(super) fn find(headers: &HeaderMap, https: bool) -> Option<&str> {
    find_named(headers, SESSION, https)
}

/// Finds the value of the device cookie, which an earlier sign-in set.
pub(crate) fn known_device(headers: &HeaderMap, https: bool) -> Option<&str> {
    find_named(headers, DEVICE, https)
}

fn set_cookie(name: Name, value: &str, max_age_s: i64, same_site: &str, https: bool) -> Option<HeaderValue> {
    let secure = if https { "; Secure" } else { "" };
    let name = name.text(https);
    let text = format!("{name}={value}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite={same_site}{secure}");
    HeaderValue::from_str(&text).ok()
}

/// Returns `Set-Cookie` for a new session.
pub(crate) fn session_cookie(value: &str, max_age_s: i64, https: bool) -> Option<HeaderValue> {
    set_cookie(SESSION, value, max_age_s, "Lax", https)
}

/// Returns `Set-Cookie` that removes the session cookie.
pub(crate) fn clear_cookie(https: bool) -> Option<HeaderValue> {
    set_cookie(SESSION, "", 0, "Lax", https)
}

/// Returns `Set-Cookie` that marks the browser for the next sign-in.
pub(crate) fn device_cookie(value: &str, https: bool) -> Option<HeaderValue> {
    set_cookie(DEVICE, value, DEVICE_MS.div_euclid(1000), "Strict", https)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn finds_the_cookie_among_others_and_ignores_duplicates() {
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
    fn sets_the_attributes_that_the_host_prefix_requires() {
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
