//! OAuth2 clients and their secrets as requested, listed and verified, and the errors of their changes.

use crate::database::DbError;
use crate::plans::{Plan, RateLimits};
use crate::roles::{Permissions, Scope};

/// Request to create an OAuth2 client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateClient {
    /// Display name, 1 to 100 characters.
    pub name: String,
    /// Production (`true`) or sandbox (`false`).
    pub livemode: bool,
    /// Scopes of the client.
    pub scopes: Vec<Scope>,
    /// Public keys for `private_key_jwt`, JSON, already checked; absent: the client gets a secret.
    pub jwks: Option<String>,
}

/// OAuth2 client, as listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OAuthClient {
    /// `cli_…`.
    pub id: String,
    /// ID of the workspace that the client acts in.
    pub workspace_id: String,
    /// Production (`true`) or sandbox (`false`).
    pub livemode: bool,
    /// Display name.
    pub name: String,
    /// Scopes of the client.
    pub scopes: Vec<Scope>,
    /// Public keys for `private_key_jwt`, JSON.
    pub jwks: Option<String>,
    /// ID of the person who created the client.
    pub created_by: String,
    /// Creation time in milliseconds since the Unix epoch, like all times here.
    pub created_at_ms: i64,
    /// Tokens that were issued before this time are invalid.
    pub tokens_not_before_ms: i64,
    /// When the client was revoked.
    pub revoked_at_ms: Option<i64>,
    /// ID of the API key that created the client; absent if a person did.
    pub made_by_key: Option<String>,
    /// ID that rate limits count by: its own, or that of the key that created it.
    pub limit_id: String,
}

/// Secret of a client, as listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientSecret {
    /// `sec_…`.
    pub id: String,
    /// Milliseconds since the Unix epoch.
    pub created_at_ms: i64,
}

/// Secret that was just created, with its text.
#[derive(Clone, PartialEq, Eq)]
pub struct NewSecret {
    /// The secret as listed.
    pub listed: ClientSecret,
    /// Full text of the secret. It is shown once and not stored.
    pub secret: String,
}

impl std::fmt::Debug for NewSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewSecret").field("listed", &self.listed).finish_non_exhaustive()
    }
}

/// Client that was verified and is not revoked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedClient {
    /// The client as listed.
    pub client: OAuthClient,
    /// Plan of the workspace.
    pub plan: Plan,
    /// Current permissions of the creator. The scopes of a token are limited to them as well.
    pub creator: Permissions,
    /// Rate limits of the workspace's contract.
    pub rates: RateLimits,
}

impl VerifiedClient {
    /// Returns the current scopes: its own, limited to the creator's current role.
    pub fn scopes(&self) -> Vec<Scope> {
        let may = |scope: &Scope| self.creator.contains(scope.permission());
        self.client.scopes.iter().copied().filter(may).collect()
    }

    /// Returns the current permissions of a token with these scopes.
    pub fn permissions(&self, token_scopes: &[Scope]) -> Permissions {
        Permissions::of_scopes(token_scopes).intersection(Permissions::of_scopes(&self.scopes()))
    }
}

/// Error of authenticating or changing an OAuth2 client, its secrets or its tokens.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// The name is empty or longer than 100 characters, or the list of scopes is empty.
    #[error("a client has a name of 1 to 100 characters and at least one scope")]
    InvalidRequest,
    /// The scopes have permissions that the caller does not have.
    #[error("the client would have permissions that you do not have; request fewer scopes")]
    ExceedsPermissions,
    /// This workspace has no client or secret with this ID.
    #[error("no client or secret with this ID exists")]
    NotFound,
    /// The client has two secrets.
    #[error("a client has at most two secrets; remove one first")]
    TwoSecrets,
    /// The client authenticates with `private_key_jwt`, which a shared secret would weaken.
    #[error(
        "the client authenticates with its private key and takes no shared secret; make another client for secrets"
    )]
    HasKeys,
    /// The calling key expires or is bound to networks, and clients are neither.
    #[error(
        "a key that expires or is bound to networks cannot make OAuth2 clients or secrets, which would outlast it; \
         sign in, or use a key without expiresAt and allow"
    )]
    EndingKey,
    /// The client is unknown or revoked, or the secret is wrong. One error for all.
    #[error("client authentication failed")]
    Refused,
    /// Error of the database.
    #[error(transparent)]
    Database(#[from] DbError),
}
