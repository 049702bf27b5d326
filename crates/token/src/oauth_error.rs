//! Error shapes: of the token endpoint (RFC 6749, section 5.2; RFC 7009, section 2.2.1) and of a protected resource
//! (RFC 6750, section 3).

use serde::Serialize;

/// Codes of the token, revocation and introspection endpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OAuthCode {
    /// A parameter is missing, stands twice, or two ways of authentication are used at once.
    InvalidRequest,
    /// Unknown client, wrong or no authentication: not told apart.
    InvalidClient,
    /// The client may not use this grant.
    UnauthorizedClient,
    /// Another grant than client_credentials.
    UnsupportedGrantType,
    /// More than the client may have.
    InvalidScope,
    /// A kind of token that cannot be revoked here.
    UnsupportedTokenType,
    /// Not in RFC 6749; as servers answer when they cannot.
    ServerError,
}

/// An error answer of the token endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OAuthError {
    /// The code.
    pub error: OAuthCode,
    /// For people; ASCII without quotes and backslashes, as RFC 6749 asks.
    #[serde(rename = "error_description")]
    pub description: &'static str,
    /// Whether the client tried the `Authorization` header: then 401 names the scheme.
    #[serde(skip)]
    pub used_header: bool,
}

impl OAuthError {
    /// An error.
    pub const fn new(error: OAuthCode, description: &'static str) -> Self {
        Self { error, description, used_header: false }
    }

    /// The refusal of a client.
    pub const fn invalid_client(used_header: bool) -> Self {
        Self { error: OAuthCode::InvalidClient, description: "client authentication failed", used_header }
    }

    /// HTTP status. The body is this value as JSON, `Cache-Control: no-store`.
    pub const fn status(&self) -> u16 {
        match self.error {
            OAuthCode::InvalidClient => 401,
            OAuthCode::ServerError => 500,
            _ => 400,
        }
    }

    /// Value of `WWW-Authenticate`; with a 401 only. Sent whether or not the header was used: RFC 9110, 11.6.1 asks every
    /// 401 for a challenge.
    pub fn challenge(&self) -> Option<&'static str> {
        (self.status() == 401).then_some("Basic realm=\"oauth2\", charset=\"UTF-8\"")
    }
}

/// A refusal of a protected resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BearerError {
    /// No credentials: the challenge says nothing but the scheme.
    Missing,
    /// The request is malformed: two tokens, for example.
    InvalidRequest,
    /// Expired, revoked, malformed: not told apart.
    InvalidToken,
    /// The token may not do this.
    InsufficientScope {
        /// What would be needed.
        scope: String,
    },
}

impl BearerError {
    /// HTTP status.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Missing | Self::InvalidToken => 401,
            Self::InvalidRequest => 400,
            Self::InsufficientScope { .. } => 403,
        }
    }

    /// Value of `WWW-Authenticate`.
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
