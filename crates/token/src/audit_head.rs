//! Signed heads of audit chains, for keeping outside the server.

use serde_json::json;

use crate::access::TokenError;
use crate::es256::{PublicKey, SigningKey};
use crate::jwk::Jwk;
use crate::jws;

/// Type of the token; no access token and no client assertion has it.
const TYPE: &str = "audit-head+jwt";

/// Where a workspace's audit chain ended at some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditHead {
    /// The server.
    pub issuer: String,
    /// The workspace.
    pub workspace_id: String,
    /// Place in the chain.
    pub seq: i64,
    /// The head there, lower-case hexadecimal.
    pub head: String,
    /// Unix seconds.
    pub issued_at: i64,
}

/// Signs a head as a compact JWS. It does not expire: it says what was.
pub fn issue_audit_head(key: &SigningKey, head: &AuditHead) -> String {
    let header = json!({ "alg": "ES256", "typ": TYPE, "kid": Jwk::of(&key.public()).kid });
    let claims = json!({
        "iss": head.issuer,
        "sub": head.workspace_id,
        "seq": head.seq,
        "head": head.head,
        "iat": head.issued_at,
    });
    jws::sign(&header, &claims, key)
}

/// Reads a signed head.
///
/// # Errors
/// [`TokenError`] when it is none, or another key signed it.
pub fn verify_audit_head(token: &str, key: &PublicKey) -> Result<AuditHead, TokenError> {
    let parts = jws::parse(token)?;
    if !parts.is_type(TYPE) {
        return Err(TokenError::Header);
    }
    parts.verify(key)?;
    let text = |name| parts.text(name).map(str::to_owned).ok_or(TokenError::Claims);
    let number = |name| parts.number(name).ok_or(TokenError::Claims);
    Ok(AuditHead {
        issuer: text("iss")?,
        workspace_id: text("sub")?,
        seq: number("seq")?,
        head: text("head")?,
        issued_at: number("iat")?,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::access::{AccessClaims, issue};

    #[test]
    fn a_head_reads_back_unaltered_and_is_no_access_token() {
        let key = SigningKey::from_bytes(&[7; 32]).unwrap();
        let head = AuditHead {
            issuer: "https://labeler.example".to_owned(),
            workspace_id: "ws_1".to_owned(),
            seq: 12,
            head: "ab".repeat(32),
            issued_at: 1_790_000_000,
        };
        let token = issue_audit_head(&key, &head);
        assert_eq!(verify_audit_head(&token, &key.public()), Ok(head));
        let other = SigningKey::from_bytes(&[8; 32]).unwrap();
        assert_eq!(verify_audit_head(&token, &other.public()), Err(TokenError::Signature));
        let claims = AccessClaims {
            issuer: "i".to_owned(),
            audience: "a".to_owned(),
            subject: "s".to_owned(),
            client_id: "c".to_owned(),
            issued_at: 1,
            expires_at: 2,
            jti: "j".to_owned(),
            scopes: Vec::new(),
        };
        assert_eq!(verify_audit_head(&issue(&key, &claims).unwrap(), &key.public()), Err(TokenError::Header));
    }
}
