//! The form-encoded body of the OAuth2 endpoints.

use std::collections::BTreeMap;

use crate::oauth_error::{OAuthCode, OAuthError};

/// Maximum length of a body in bytes.
pub const MAX_BYTES: usize = 16 * 1024;

/// Parameters by name. An empty value counts as absent (RFC 6749, section 3.2).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form(BTreeMap<String, String>);

impl Form {
    /// Parses a body.
    ///
    /// # Errors
    /// `invalid_request` for more than 16 KiB, for bytes that are not UTF-8, and for a repeated parameter (RFC 6749,
    /// section 3.2).
    pub fn parse(body: &[u8]) -> Result<Self, OAuthError> {
        let refuse = |description| OAuthError::new(OAuthCode::InvalidRequest, description);
        if body.len() > MAX_BYTES {
            return Err(refuse("the body is too large"));
        }
        let mut map = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(body) {
            if value.contains('\u{fffd}') {
                return Err(refuse("the body is not UTF-8"));
            }
            if map.insert(name.into_owned(), value.into_owned()).is_some() {
                return Err(refuse("a parameter occurs more than once"));
            }
        }
        map.retain(|_, value| !value.is_empty());
        Ok(Self(map))
    }

    /// Returns the value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}
