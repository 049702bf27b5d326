//! Signed heads of audit chains, for storage outside the server.

use serde_json::json;

use crate::access::TokenError;
use crate::es256::{PublicKey, SigningKey};
use crate::jwk::Jwk;
use crate::jws;

/// Type of the token. No access token and no client assertion has it.
const TYPE: &str = "audit-head+jwt";

/// The end of a workspace's audit chain at some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditHead {
    /// Issuer: the server.
    pub issuer: String,
    /// Id of the workspace.
    pub workspace_id: String,
    /// Position in the chain.
    pub seq: i64,
    /// Head at this position, in lower-case hexadecimal.
    pub head: String,
    /// Issue time in Unix seconds.
    pub issued_at: i64,
}

/// Signs a head as a compact JWS. It does not expire, because it describes a past state.
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
/// [`TokenError`] if it is not a signed head or another key signed it.
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
    fn a_head_reads_back_unchanged_and_is_not_an_access_token() {
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
