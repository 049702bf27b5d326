//! Response bodies: the token (RFC 6749, section 5.1), introspection (RFC 7662), server metadata (RFC 8414).

use serde::Serialize;

use crate::access::{AccessClaims, LIFETIME_S};
use crate::scope;

/// Response of the token endpoint. Must be sent with `Cache-Control: no-store`.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct TokenResponse {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
    #[serde(skip_serializing_if = "String::is_empty")]
    scope: String,
}

impl std::fmt::Debug for TokenResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenResponse").field("scope", &self.scope).finish_non_exhaustive()
    }
}

impl TokenResponse {
    /// Creates the response for a new token.
    pub fn new(access_token: String, scopes: &[String]) -> Self {
        Self { access_token, token_type: "Bearer", expires_in: LIFETIME_S, scope: scope::join(scopes) }
    }
}

/// Response of the introspection endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Introspection {
    /// Any other token: expired, revoked, of another server, or invalid. Contains no details (RFC 7662, section 2.2).
    Inactive {
        /// `false`.
        active: bool,
    },
    /// A token that is currently valid.
    Active {
        /// `true`.
        active: bool,
        /// Granted scopes.
        #[serde(skip_serializing_if = "String::is_empty")]
        scope: String,
        /// Id of the client.
        client_id: String,
        /// `Bearer`.
        token_type: &'static str,
        /// Expiry in Unix seconds.
        exp: i64,
        /// Issue time in Unix seconds.
        iat: i64,
        /// Subject of the token.
        sub: String,
        /// Audience: the API.
        aud: String,
        /// Issuer: this server.
        iss: String,
        /// Unique id of the token.
        jti: String,
    },
}

impl Introspection {
    /// `{"active":false}`.
    pub const fn inactive() -> Self {
        Self::Inactive { active: false }
    }

    /// Creates the response for a token that was verified and is not revoked.
    pub fn active(claims: &AccessClaims) -> Self {
        Self::Active {
            active: true,
            scope: scope::join(&claims.scopes),
            client_id: claims.client_id.clone(),
            token_type: "Bearer",
            exp: claims.expires_at,
            iat: claims.issued_at,
            sub: claims.subject.clone(),
            aud: claims.audience.clone(),
            iss: claims.issuer.clone(),
            jti: claims.jti.clone(),
        }
    }
}

/// Body of `/.well-known/oauth-authorization-server`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServerMetadata {
    issuer: String,
    token_endpoint: String,
    jwks_uri: String,
    revocation_endpoint: String,
    introspection_endpoint: String,
    scopes_supported: Vec<String>,
    response_types_supported: Vec<String>,
    grant_types_supported: Vec<&'static str>,
    token_endpoint_auth_methods_supported: Vec<&'static str>,
    token_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    revocation_endpoint_auth_methods_supported: Vec<&'static str>,
    revocation_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    introspection_endpoint_auth_methods_supported: Vec<&'static str>,
    introspection_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
}

impl ServerMetadata {
    /// Creates the metadata of a server at `issuer`, an origin without a trailing slash. The endpoints below it are
    /// `/oauth2/token`, `/oauth2/revoke`, `/oauth2/introspect` and `/oauth2/jwks`.
    pub fn new(issuer: &str, scopes: &[String]) -> Self {
        let methods = || vec!["client_secret_basic", "client_secret_post", "private_key_jwt"];
        let algorithms = || vec!["ES256"];
        Self {
            token_endpoint: format!("{issuer}/oauth2/token"),
            jwks_uri: format!("{issuer}/oauth2/jwks"),
            revocation_endpoint: format!("{issuer}/oauth2/revoke"),
            introspection_endpoint: format!("{issuer}/oauth2/introspect"),
            issuer: issuer.to_owned(),
            scopes_supported: scopes.to_vec(),
            // Required by RFC 8414. No grant with a front channel is supported.
            response_types_supported: Vec::new(),
            grant_types_supported: vec!["client_credentials"],
            token_endpoint_auth_methods_supported: methods(),
            token_endpoint_auth_signing_alg_values_supported: algorithms(),
            revocation_endpoint_auth_methods_supported: methods(),
            revocation_endpoint_auth_signing_alg_values_supported: algorithms(),
            introspection_endpoint_auth_methods_supported: methods(),
            introspection_endpoint_auth_signing_alg_values_supported: algorithms(),
        }
    }
}
