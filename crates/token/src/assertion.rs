//! private_key_jwt: a client proves that it has a private key (RFC 7523 with the stricter rules of
//! draft-ietf-oauth-rfc7523bis: the only audience is the issuer).

use serde_json::Value;

use crate::access::LEEWAY_S;
use crate::jwk::JwkSet;
use crate::jws;

/// Maximum lifetime of an assertion in seconds.
pub const MAX_LIFE_S: i64 = 300;
/// Maximum length of an assertion's id in bytes.
const MAX_JTI: usize = 256;

/// Error for an assertion that is not accepted. Clients see `invalid_client` for every reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AssertionError {
    /// Not a JWS with ES256, of another type, or with a header that contains a key or an extension.
    #[error("not an assertion")]
    Malformed,
    /// No key of the client matches, or the signature is wrong.
    #[error("the signature is not the client's")]
    Signature,
    /// Issuer or subject is not the client, or this server is not the only audience.
    #[error("not this client's assertion for this server")]
    Party,
    /// Without an expiry, expired, valid for more than five minutes, or not valid yet.
    #[error("the assertion is not valid now")]
    Time,
    /// Without an id, or with an id of more than 256 bytes.
    #[error("the assertion has no id")]
    Id,
}

/// A verified assertion. The store must ensure that its id is used only once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedAssertion {
    /// Unique id of the assertion.
    pub jti: String,
    /// Time until which its id must be remembered, in Unix seconds.
    pub expires_at: i64,
}

/// Returns the client that an assertion claims to come from. Verifies nothing.
pub fn claimed_client(assertion: &str) -> Option<String> {
    jws::parse(assertion).ok()?.text("sub").map(str::to_owned)
}

/// Verifies an assertion of a client for this server.
///
/// # Errors
/// See [`AssertionError`].
pub fn verify_assertion(
    assertion: &str,
    client_id: &str,
    keys: &JwkSet,
    issuer: &str,
    now: i64,
) -> Result<VerifiedAssertion, AssertionError> {
    let parts = jws::parse(assertion).map_err(|_| AssertionError::Malformed)?;
    let typed = !parts.header.contains_key("typ") || parts.is_type("jwt") || parts.is_type("client-authentication+jwt");
    if !typed || (parts.header.contains_key("kid") && parts.kid().is_none()) {
        return Err(AssertionError::Malformed);
    }
    let key = keys.find(parts.kid()).ok_or(AssertionError::Signature)?;
    parts.verify(&key).map_err(|_| AssertionError::Signature)?;
    let for_us = match parts.claims.get("aud") {
        Some(Value::String(audience)) => audience == issuer,
        Some(Value::Array(audiences)) => matches!(audiences.as_slice(), [Value::String(only)] if only == issuer),
        _ => false,
    };
    if parts.text("iss") != Some(client_id) || parts.text("sub") != Some(client_id) || !for_us {
        return Err(AssertionError::Party);
    }
    let expires_at = parts.number("exp").ok_or(AssertionError::Time)?;
    let begun = |name: &str| match parts.claims.get(name) {
        None => true,
        Some(time) => time.as_i64().is_some_and(|time| time <= now.saturating_add(LEEWAY_S)),
    };
    let alive = expires_at.saturating_add(LEEWAY_S) > now
        && expires_at <= now.saturating_add(MAX_LIFE_S).saturating_add(LEEWAY_S);
    if !alive || !begun("nbf") || !begun("iat") {
        return Err(AssertionError::Time);
    }
    let jti = parts.text("jti").filter(|jti| jti.len() <= MAX_JTI).ok_or(AssertionError::Id)?;
    Ok(VerifiedAssertion { jti: jti.to_owned(), expires_at: expires_at.saturating_add(LEEWAY_S) })
}
