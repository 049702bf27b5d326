//! Credentials as a request presents them.

use http::{HeaderMap, header};

use crate::auth::cookie;

/// Credentials of a request, not yet verified.
pub(crate) enum Presented {
    /// The text of a key, or text in place of one.
    Key(String),
    /// A token of an OAuth2 client.
    Token(String),
    /// The value of the session cookie.
    Session(String),
}

impl std::fmt::Debug for Presented {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Key(_) => "Key(..)",
            Self::Token(_) => "Token(..)",
            Self::Session(_) => "Session(..)",
        })
    }
}

/// Finds the credentials of a request, if it has any. An `Authorization` header is never replaced by a cookie.
pub(crate) fn presented(headers: &HeaderMap, is_https: bool) -> Option<Presented> {
    if headers.contains_key(header::AUTHORIZATION) {
        let text = bearer(headers)?.to_owned();
        return Some(if text.contains('.') { Presented::Token(text) } else { Presented::Key(text) });
    }
    cookie::find(headers, is_https).map(|cookie| Presented::Session(cookie.to_owned()))
}

/// Returns the token of the one `Authorization: Bearer` header (RFC 6750, section 2.1; the scheme's case does not
/// matter).
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim_matches(' '))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn accepts_one_bearer_token_in_any_case_of_the_scheme() {
        for (value, expected) in [
            ("Bearer lbl_live_x", Some("lbl_live_x")),
            ("bearer lbl_live_x", Some("lbl_live_x")),
            ("BEARER  lbl_live_x ", Some("lbl_live_x")),
            ("Basic bGJsOng=", None),
            ("lbl_live_x", None),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, value.parse().unwrap());
            assert_eq!(bearer(&headers), expected, "{value}");
            headers.append(header::AUTHORIZATION, "Bearer second".parse().unwrap());
            assert_eq!(bearer(&headers), None, "two headers");
        }
    }
}
