//! Access tokens: `at+jwt` of RFC 9068, signed with ES256.
//!
//! RFC 9068 also asks for RS256; this server signs and takes ES256 alone, as its metadata and key set say.

use serde_json::{Value, json};

use crate::es256::SigningKey;
use crate::jwk::{Jwk, JwkSet};
use crate::jws::{self, JwsError, Parts};
use crate::scope;

/// How long a token lives, in seconds: ten minutes.
pub const LIFETIME_S: i64 = 600;
/// How far clocks may differ, in seconds.
pub const LEEWAY_S: i64 = 5;

/// What an access token says (RFC 9068, section 2.2). All of it is required, the scope aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessClaims {
    /// The server that issued it.
    pub issuer: String,
    /// The API it is for.
    pub audience: String,
    /// Whom it stands for: the client itself.
    pub subject: String,
    /// The client.
    pub client_id: String,
    /// Unix seconds.
    pub issued_at: i64,
    /// Unix seconds.
    pub expires_at: i64,
    /// Names this token, for revocation.
    pub jti: String,
    /// What it may do.
    pub scopes: Vec<String>,
}

/// A token was not issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a claim of a token is empty")]
pub struct IssueError;

/// Issues a token.
///
/// # Errors
/// [`IssueError`] when a claim is empty.
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

/// Why a token is not accepted. To the caller all are `invalid_token`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not a compact JWS of two JSON objects, or longer than 8 KiB.
    #[error("not a token")]
    Malformed,
    /// Another algorithm than ES256.
    #[error("signed with another algorithm")]
    Algorithm,
    /// Not of type `at+jwt`, or with a header that brings a key or an extension.
    #[error("not an access token")]
    Header,
    /// No key of the server has this id.
    #[error("signed with a key that is not known")]
    UnknownKey,
    /// The signature is not the key's.
    #[error("the signature is wrong")]
    Signature,
    /// A claim is missing or of the wrong type.
    #[error("a claim is missing or malformed")]
    Claims,
    /// Another issuer.
    #[error("issued by another server")]
    Issuer,
    /// For another audience.
    #[error("issued for another API")]
    Audience,
    /// Past its end, or living longer than tokens do.
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

/// What a token is held against.
#[derive(Debug, Clone, Copy)]
pub struct Verifier<'a> {
    /// This server.
    pub issuer: &'a str,
    /// This API.
    pub audience: &'a str,
    /// The server's keys: next, active and retired.
    pub keys: &'a JwkSet,
    /// Unix seconds.
    pub now: i64,
}

impl Verifier<'_> {
    /// Verifies a token. Whether it was revoked, only the store knows.
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
    // A start of its own is nothing this server writes.
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
