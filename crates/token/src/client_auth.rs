//! Client authentication: client_secret_basic, client_secret_post (RFC 6749, section 2.3.1) and private_key_jwt (RFC
//! 7523, section 2.2).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::assertion;
use crate::form::Form;
use crate::oauth_error::{OAuthCode, OAuthError};

/// The only value of `client_assertion_type`.
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Maximum length of a header that is decoded.
const MAX_HEADER: usize = 2048;

/// Part of the request that contained the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretMethod {
    /// In the `Authorization` header.
    Basic,
    /// In the body.
    Post,
}

/// Credentials of a client. Nothing in it is verified.
#[derive(Clone, PartialEq, Eq)]
pub enum ClientAuth {
    /// Id and secret.
    Secret {
        /// Id.
        client_id: String,
        /// Secret.
        secret: String,
        /// Part of the request that contained the secret.
        method: SecretMethod,
    },
    /// A signed assertion.
    Assertion {
        /// The client that it claims to be. The caller must look up its keys and verify the assertion.
        client_id: String,
        /// The JWT.
        assertion: String,
    },
}

impl std::fmt::Debug for ClientAuth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientAuth").field("client_id", &self.client_id()).finish_non_exhaustive()
    }
}

impl ClientAuth {
    /// Returns the id of the client that the credentials claim.
    pub fn client_id(&self) -> &str {
        match self {
            Self::Secret { client_id, .. } | Self::Assertion { client_id, .. } => client_id,
        }
    }

    /// Returns the error that fits the attempted method.
    pub const fn refusal(&self) -> OAuthError {
        OAuthError::invalid_client(matches!(self, Self::Secret { method: SecretMethod::Basic, .. }))
    }
}

/// Finds the client's authentication in the `Authorization` header and the form.
///
/// # Errors
/// `invalid_request` for two methods at once; `invalid_client` for no method, or unreadable credentials.
pub fn client_auth(authorization: Option<&str>, form: &Form) -> Result<ClientAuth, OAuthError> {
    let (id, secret) = (form.get("client_id"), form.get("client_secret"));
    let (kind, assertion) = (form.get("client_assertion_type"), form.get("client_assertion"));
    let ways = [authorization.is_some(), secret.is_some(), kind.is_some() || assertion.is_some()];
    if ways.iter().filter(|used| **used).count() > 1 {
        return Err(OAuthError::new(OAuthCode::InvalidRequest, "use only one method of client authentication"));
    }
    if let Some(header) = authorization {
        let (client_id, secret) = basic(header).ok_or_else(|| OAuthError::invalid_client(true))?;
        if id.is_some_and(|id| id != client_id) {
            return Err(OAuthError::new(OAuthCode::InvalidRequest, "client_id differs from the Authorization header"));
        }
        return Ok(ClientAuth::Secret { client_id, secret, method: SecretMethod::Basic });
    }
    if let (Some(client_id), Some(secret)) = (id, secret) {
        let (client_id, secret) = (client_id.to_owned(), secret.to_owned());
        return Ok(ClientAuth::Secret { client_id, secret, method: SecretMethod::Post });
    }
    if let Some(assertion) = assertion {
        if kind != Some(ASSERTION_TYPE) {
            return Err(OAuthError::new(
                OAuthCode::InvalidRequest,
                "client_assertion_type must be the jwt-bearer type",
            ));
        }
        let claimed = assertion::claimed_client(assertion).ok_or_else(|| OAuthError::invalid_client(false))?;
        if id.is_some_and(|id| id != claimed) {
            return Err(OAuthError::invalid_client(false));
        }
        return Ok(ClientAuth::Assertion { client_id: claimed, assertion: assertion.to_owned() });
    }
    Err(OAuthError::invalid_client(false))
}

/// Parses id and secret of a `Basic` header: each is form-encoded, and the joined text is base64 (RFC 6749, section
/// 2.3.1).
fn basic(header: &str) -> Option<(String, String)> {
    if header.len() > MAX_HEADER {
        return None;
    }
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    let plain = |text: &str| -> Option<String> {
        // Each is the value of one form parameter, so `&` and `=` are not allowed.
        if text.contains(['&', '=']) {
            return None;
        }
        let encoded = [b"v=", text.as_bytes()].concat();
        let (_, value) = form_urlencoded::parse(&encoded).next()?;
        (!value.is_empty() && !value.contains('\u{fffd}')).then(|| value.into_owned())
    };
    Some((plain(id)?, plain(secret)?))
}

/// Checks the grant of a token request and returns the requested scope.
///
/// # Errors
/// `invalid_request` without a grant, `unsupported_grant_type` for any grant except client_credentials.
pub fn token_request(form: &Form) -> Result<Option<&str>, OAuthError> {
    match form.get("grant_type") {
        None => Err(OAuthError::new(OAuthCode::InvalidRequest, "grant_type is missing")),
        Some("client_credentials") => Ok(form.get("scope")),
        Some(_) => Err(OAuthError::new(OAuthCode::UnsupportedGrantType, "use grant_type=client_credentials")),
    }
}
