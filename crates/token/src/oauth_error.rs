//! Error responses of the token endpoint (RFC 6749, section 5.2; RFC 7009, section 2.2.1) and of a protected resource
//! (RFC 6750, section 3).

use serde::Serialize;

/// Error codes of the token, revocation and introspection endpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OAuthCode {
    /// A parameter is missing or repeated, or two authentication methods are used at once.
    InvalidRequest,
    /// Unknown client, or wrong or missing authentication. These are not distinguished.
    InvalidClient,
    /// The client may not use this grant.
    UnauthorizedClient,
    /// The grant is not client_credentials.
    UnsupportedGrantType,
    /// The scope exceeds that of the client.
    InvalidScope,
    /// Tokens of this kind cannot be revoked here.
    UnsupportedTokenType,
    /// Internal error. Not in RFC 6749, but common.
    ServerError,
}

/// Error of the token, revocation and introspection endpoints (RFC 6749, section 5.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = OAuthErrorBody))]
pub struct OAuthError {
    /// Error code: `invalid_request`, `invalid_client`, `invalid_scope`, `unsupported_grant_type`, ….
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "invalid_client"))]
    pub error: OAuthCode,
    /// Description for people: ASCII without quotes and backslashes, as RFC 6749 requires.
    #[serde(rename = "error_description")]
    pub description: &'static str,
    /// Whether the client used the `Authorization` header. Then a 401 names the scheme.
    #[serde(skip)]
    pub used_header: bool,
}

impl OAuthError {
    /// Creates an error.
    pub const fn new(error: OAuthCode, description: &'static str) -> Self {
        Self { error, description, used_header: false }
    }

    /// Creates the error for a client that is not authenticated.
    pub const fn invalid_client(used_header: bool) -> Self {
        Self { error: OAuthCode::InvalidClient, description: "client authentication failed", used_header }
    }

    /// Returns the HTTP status. The body is this value as JSON, with `Cache-Control: no-store`.
    pub const fn status(&self) -> u16 {
        match self.error {
            OAuthCode::InvalidClient => 401,
            OAuthCode::ServerError => 500,
            _ => 400,
        }
    }

    /// Returns the value of `WWW-Authenticate`, for a 401 only. It is sent even if the header was not used, because RFC
    /// 9110, 11.6.1 requires a challenge in every 401.
    pub fn challenge(&self) -> Option<&'static str> {
        (self.status() == 401).then_some("Basic realm=\"oauth2\", charset=\"UTF-8\"")
    }
}

/// Error response of a protected resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BearerError {
    /// No credentials: the challenge contains only the scheme.
    Missing,
    /// The request is malformed, for example with two tokens.
    InvalidRequest,
    /// Expired, revoked or malformed. These are not distinguished.
    InvalidToken,
    /// The scope of the token is insufficient.
    InsufficientScope {
        /// The required scope.
        scope: String,
    },
}

impl BearerError {
    /// Returns the HTTP status.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Missing | Self::InvalidToken => 401,
            Self::InvalidRequest => 400,
            Self::InsufficientScope { .. } => 403,
        }
    }

    /// Returns the value of `WWW-Authenticate`.
    pub fn challenge(&self) -> String {
        match self {
            Self::Missing => "Bearer".to_owned(),
            Self::InvalidRequest => "Bearer error=\"invalid_request\"".to_owned(),
            Self::InvalidToken => "Bearer error=\"invalid_token\"".to_owned(),
            Self::InsufficientScope { scope } => {
                let sound: String = scope.chars().filter(|c| matches!(c, ' ' | '!' | '#'..='[' | ']'..='~')).collect();
                format!("Bearer error=\"insufficient_scope\", scope=\"{sound}\"")
            }
        }
    }
}
