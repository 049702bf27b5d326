//! Access tokens: `at+jwt` of RFC 9068, signed with ES256.
//!
//! RFC 9068 also requires RS256. This server signs and accepts only ES256, as its metadata and key set say.

use serde_json::{Value, json};

use crate::es256::SigningKey;
use crate::jwk::{Jwk, JwkSet};
use crate::jws::{self, JwsError, Parts};
use crate::scope;

/// Lifetime of a token in seconds: ten minutes.
pub const LIFETIME_S: i64 = 600;
/// Tolerated difference between clocks in seconds.
pub const LEEWAY_S: i64 = 5;

/// Claims of an access token (RFC 9068, section 2.2). All except the scope are required.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessClaims {
    /// The server that issued it.
    pub issuer: String,
    /// The API for which it is valid.
    pub audience: String,
    /// The subject: the client itself.
    pub subject: String,
    /// Id of the client.
    pub client_id: String,
    /// Issue time in Unix seconds.
    pub issued_at: i64,
    /// Expiry in Unix seconds.
    pub expires_at: i64,
    /// Unique id of this token, for revocation.
    pub jti: String,
    /// Granted scopes.
    pub scopes: Vec<String>,
}

/// Error for a token that could not be issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a claim of a token is empty")]
pub struct IssueError;

/// Issues a token.
///
/// # Errors
/// [`IssueError`] if a claim is empty.
pub fn issue(key: &SigningKey, claims: &AccessClaims) -> Result<String, IssueError> {
    let texts = [&claims.issuer, &claims.audience, &claims.subject, &claims.client_id, &claims.jti];
    if texts.iter().any(|text| text.is_empty()) {
        return Err(IssueError);
    }
    let header = json!({ "alg": "ES256", "typ": "at+jwt", "kid": Jwk::of(&key.public()).kid });
    let mut body = json!({
        "iss": claims.issuer,
        "aud": claims.audience,
        "sub": claims.subject,
        "client_id": claims.client_id,
        "iat": claims.issued_at,
        "exp": claims.expires_at,
        "jti": claims.jti,
    });
    if let (Some(body), false) = (body.as_object_mut(), claims.scopes.is_empty()) {
        body.insert("scope".to_owned(), Value::from(scope::join(&claims.scopes)));
    }
    Ok(jws::sign(&header, &body, key))
}

/// Error for a token that is not accepted. Callers see `invalid_token` for all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not a compact JWS of two JSON objects, or longer than 8 KiB.
    #[error("not a token")]
    Malformed,
    /// The algorithm is not ES256.
    #[error("signed with another algorithm")]
    Algorithm,
    /// The type is not `at+jwt`, or the header contains a key or an extension.
    #[error("not an access token")]
    Header,
    /// The server has no key with this id.
    #[error("signed with an unknown key")]
    UnknownKey,
    /// The signature does not match the key.
    #[error("the signature is wrong")]
    Signature,
    /// A claim is missing or of the wrong type.
    #[error("a claim is missing or malformed")]
    Claims,
    /// Issued by another issuer.
    #[error("issued by another server")]
    Issuer,
    /// Issued for another audience.
    #[error("issued for another API")]
    Audience,
    /// Expired, or with a longer lifetime than the server's tokens.
    #[error("the token has expired")]
    Expired,
    /// Issued in the future.
    #[error("the token is not valid yet")]
    NotYet,
}

impl From<JwsError> for TokenError {
    fn from(error: JwsError) -> Self {
        match error {
            JwsError::Format => Self::Malformed,
            JwsError::Algorithm => Self::Algorithm,
            JwsError::Header => Self::Header,
            JwsError::Signature => Self::Signature,
        }
    }
}

/// Expected values for the verification of a token.
#[derive(Debug, Clone, Copy)]
pub struct Verifier<'a> {
    /// This server.
    pub issuer: &'a str,
    /// This API.
    pub audience: &'a str,
    /// The server's keys: next, active and retired.
    pub keys: &'a JwkSet,
    /// Current time in Unix seconds.
    pub now: i64,
}

impl Verifier<'_> {
    /// Verifies a token. Only the store knows whether it was revoked.
    ///
    /// # Errors
    /// See [`TokenError`].
    pub fn verify(&self, token: &str) -> Result<AccessClaims, TokenError> {
        let parts = jws::parse(token)?;
        if !parts.is_type("at+jwt") {
            return Err(TokenError::Header);
        }
        let kid = parts.kid().ok_or(TokenError::UnknownKey)?;
        let key = self.keys.find(Some(kid)).ok_or(TokenError::UnknownKey)?;
        parts.verify(&key)?;
        let claims = claims_of(&parts).ok_or(TokenError::Claims)?;
        if claims.issuer != self.issuer {
            return Err(TokenError::Issuer);
        }
        if claims.audience != self.audience {
            return Err(TokenError::Audience);
        }
        let life = claims.expires_at.checked_sub(claims.issued_at).ok_or(TokenError::Claims)?;
        if claims.expires_at.saturating_add(LEEWAY_S) <= self.now || !(0..=LIFETIME_S).contains(&life) {
            return Err(TokenError::Expired);
        }
        if claims.issued_at > self.now.saturating_add(LEEWAY_S) {
            return Err(TokenError::NotYet);
        }
        Ok(claims)
    }
}

fn claims_of(parts: &Parts<'_>) -> Option<AccessClaims> {
    let text = |name| parts.text(name).map(str::to_owned);
    // This server never writes a separate start time.
    if parts.claims.contains_key("nbf") {
        return None;
    }
    let scopes = match parts.claims.get("scope") {
        None => Vec::new(),
        Some(scope) => scope::parse(scope.as_str()?).ok()?,
    };
    Some(AccessClaims {
        issuer: text("iss")?,
        audience: text("aud")?,
        subject: text("sub")?,
        client_id: text("client_id")?,
        issued_at: parts.number("iat")?,
        expires_at: parts.number("exp")?,
        jti: text("jti")?,
        scopes,
    })
}
