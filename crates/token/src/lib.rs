//! Tokens of the OAuth2 client credentials grant (RFC 6749, section 4.4). All functions take and return bytes.
//!
//! Invariants
//!
//! - One algorithm: ES256 (RFC 7518, section 3.4). A token's header cannot choose anything: the algorithm is fixed, the
//!   key is found by `kid` among keys that the server already has, and a header that refers to a key or requires an
//!   extension is rejected.
//! - Nothing here reads a clock, creates randomness, or stores anything: these come in as arguments.
//! - External input is limited in length before it is decoded, and a duplicate name in JSON or in a form is an error.

pub mod access;
pub mod assertion;
pub mod audit_head;
pub mod client_auth;
pub mod es256;
pub mod form;
pub mod jwk;
mod jws;
pub mod metadata;
pub mod oauth_error;
pub mod scope;

pub use access::{AccessClaims, IssueError, TokenError, Verifier, issue};
pub use assertion::{AssertionError, VerifiedAssertion, verify_assertion};
pub use audit_head::{AuditHead, issue_audit_head, verify_audit_head};
pub use client_auth::{ClientAuth, SecretMethod, client_auth, token_request};
pub use es256::{PublicKey, SigningKey};
pub use form::Form;
pub use jwk::{Jwk, JwkSet};
pub use metadata::{Introspection, ServerMetadata, TokenResponse};
pub use oauth_error::{BearerError, OAuthCode, OAuthError};
