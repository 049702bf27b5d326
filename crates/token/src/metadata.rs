//! Response bodies: the token (RFC 6749, section 5.1), introspection (RFC 7662), server metadata (RFC 8414).

use serde::Serialize;

use crate::access::{AccessClaims, LIFETIME_S};
use crate::scope;

/// Access token: response of the token endpoint. Sent with `Cache-Control: no-store`.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = TokenAnswer))]
pub struct TokenResponse {
    access_token: String,
    #[cfg_attr(feature = "openapi", schema(example = "Bearer"))]
    token_type: &'static str,
    /// Lifetime of the token in seconds.
    #[cfg_attr(feature = "openapi", schema(example = 600))]
    expires_in: i64,
    /// Granted scopes, separated by spaces.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "openapi", schema(required = true))]
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

/// Properties of a token: response of the introspection endpoint. For a token that is expired, revoked, of another
/// server, or invalid, only `active` is present (RFC 7662, section 2.2).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = IntrospectionAnswer))]
pub struct Introspection {
    /// Whether the token is currently valid.
    active: bool,
    /// Granted scopes, separated by spaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    /// ID of the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    /// `Bearer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    /// Expiry in Unix seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    /// Issue time in Unix seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<i64>,
    /// Subject of the token.
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<String>,
    /// Audience: the API.
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<String>,
    /// Issuer: this server.
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<String>,
    /// Unique ID of the token.
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<String>,
}

impl Introspection {
    /// Creates the response for a token that is not valid: `{"active":false}`.
    pub fn inactive() -> Self {
        Self::default()
    }

    /// Creates the response for a token that was verified and is not revoked.
    pub fn active(claims: &AccessClaims) -> Self {
        Self {
            active: true,
            scope: Some(scope::join(&claims.scopes)).filter(|scopes| !scopes.is_empty()),
            client_id: Some(claims.client_id.clone()),
            token_type: Some("Bearer"),
            exp: Some(claims.expires_at),
            iat: Some(claims.issued_at),
            sub: Some(claims.subject.clone()),
            aud: Some(claims.audience.clone()),
            iss: Some(claims.issuer.clone()),
            jti: Some(claims.jti.clone()),
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
