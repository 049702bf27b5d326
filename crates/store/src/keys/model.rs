//! API keys as requested, listed and verified, and the errors of their changes.

use labeler_ports::RngError;

use crate::database::{DbError, Statement};
use crate::keys::allow::Network;
use crate::keys::format::masked_key;
use crate::keys::sql;
use crate::model::KeyKind;
use crate::plans::{Plan, RateLimits};
use crate::roles::{Permissions, Role, Scope};

/// Grant of a key: its scopes or its role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyGrant {
    /// Scopes of a live or test key.
    Scopes(Vec<Scope>),
    /// Role of a workspace key.
    Role(Role),
}

impl KeyGrant {
    /// Returns the permissions of the grant.
    pub fn permissions(&self) -> Permissions {
        match self {
            Self::Scopes(scopes) => Permissions::of_scopes(scopes),
            Self::Role(role) => role.permissions(),
        }
    }
}

/// Request of the operator to create a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    /// ID of the workspace that the key acts in.
    pub workspace_id: String,
    /// Live, test or workspace key.
    pub kind: KeyKind,
    /// Display name, 1 to 100 characters.
    pub name: String,
    /// Scopes for live and test, a role for a workspace key.
    pub grant: KeyGrant,
    /// ID of the person who creates the key; a member of the workspace.
    pub created_by: String,
    /// When the key expires, in milliseconds since the Unix epoch.
    pub expires_at_ms: Option<i64>,
}

/// API key as listed, without secret and MAC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Public part of the key's text.
    pub id: String,
    /// ID of the workspace that the key acts in.
    pub workspace_id: String,
    /// Live, test or workspace key.
    pub kind: KeyKind,
    /// Display name.
    pub name: String,
    /// Scopes or role as granted; [`VerifiedKey::permissions`] are limited to those of the creator.
    pub grant: KeyGrant,
    /// ID of the person who created the key.
    pub created_by: String,
    /// Creation time in milliseconds since the Unix epoch, like all times here.
    pub created_at_ms: i64,
    /// When the key expires.
    pub expires_at_ms: Option<i64>,
    /// Time of the last use, exact to a minute.
    pub last_used_at_ms: Option<i64>,
    /// When the key was revoked.
    pub revoked_at_ms: Option<i64>,
    /// ID that rate limits count by: its own, or that of the first key in a series of replacements.
    pub limit_id: String,
    /// ID of the key that it replaced.
    pub rotated_from: Option<String>,
    /// ID of the key that replaced it.
    pub replaced_by: Option<String>,
    /// Networks that the key may be used from; empty: any.
    pub allow: Vec<Network>,
    /// ID of the key that created it; absent if a person or the operator did.
    pub made_by_key: Option<String>,
}

impl ApiKey {
    /// Returns the key as lists show it: `lbl_live_AbCd…wxyz`.
    pub fn masked(&self) -> String {
        masked_key(self.kind, &self.id)
    }

    /// Returns the precondition of a batch that the key is still valid, so that nothing it creates outlives its
    /// revocation.
    pub(crate) fn must_work(&self, now_ms: i64) -> Statement {
        Statement::new(sql::MUST_WORK).bind(self.id.as_str()).bind(self.workspace_id.as_str()).bind(now_ms)
    }
}

/// Position in the list of keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPosition {
    /// When the last key of the page was created, in milliseconds since the Unix epoch.
    pub created_at_ms: i64,
    /// ID of the last key of the page.
    pub id: String,
}

/// Page of the keys of a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPage {
    /// Keys, newest first.
    pub keys: Vec<ApiKey>,
    /// Position of the next page; absent on the last one.
    pub next: Option<KeyPosition>,
}

/// Key that was just created, with its text.
#[derive(Clone, PartialEq, Eq)]
pub struct CreatedKey {
    /// The key as listed.
    pub key: ApiKey,
    /// Full text of the key. It is shown once and not stored.
    pub secret: String,
}

impl std::fmt::Debug for CreatedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CreatedKey").field("key", &self.key).finish_non_exhaustive()
    }
}

/// Key that was verified and is valid now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedKey {
    /// The key as listed.
    pub key: ApiKey,
    /// Plan of the workspace.
    pub plan: Plan,
    /// Current permissions: the grant limited to the creator's current role; none when the creator left the workspace.
    pub permissions: Permissions,
    /// Rate limits of the workspace's contract.
    pub rates: RateLimits,
}

impl VerifiedKey {
    /// Whether the key works on production (`true`) or in the sandbox (`false`).
    pub const fn livemode(&self) -> bool {
        self.key.kind.livemode()
    }
}

/// Error of verifying an API key. The API answers all of them but [`VerifyError::Database`] with the same 401.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// Prefix, alphabet, length or checksum is wrong. No query was made.
    #[error("not a key")]
    Malformed,
    /// The ID is unknown or the secret is wrong.
    #[error("unknown key")]
    Unknown,
    /// The secret is right, but the key was revoked.
    #[error("the key was revoked")]
    Revoked,
    /// The secret is right, but the key has expired.
    #[error("the key has expired")]
    Expired,
    /// The secret is right, but the key may not be used from this network.
    #[error("the key may not be used from here")]
    Elsewhere,
    /// Error of the database.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Error of creating, replacing or revoking an API key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// The name is empty or longer than 100 characters.
    #[error("a key's name has 1 to 100 characters")]
    Name,
    /// The grant is a role for a live or test key, scopes for a workspace key, or has no scope.
    #[error("live and test keys carry scopes, workspace keys carry a role")]
    Grant,
    /// The grant has permissions that the caller does not have.
    #[error("the key would have permissions that you do not have; grant fewer scopes or a lower role")]
    ExceedsPermissions,
    /// The expiry is not in the future.
    #[error("the expiry is in the past; set one in the future")]
    Expiry,
    /// The key would be valid longer than the key that creates it.
    #[error("a key cannot create or replace keys that expire later than itself")]
    Outlives {
        /// Milliseconds since the Unix epoch.
        until_ms: i64,
    },
    /// The key could be used from outside the networks of the key that creates it, which are these.
    #[error("a key bound to networks can create and replace only keys within them: {0}")]
    WiderNetworks(String),
    /// The list has more than 50 networks.
    #[error("a key has at most 50 networks")]
    Networks,
    /// The overlap is longer than 30 days.
    #[error("the overlap must be 0 to 30 days")]
    Overlap,
    /// This workspace has no key with this ID.
    #[error("no API key with this ID exists")]
    NotFound,
    /// The key was already replaced.
    #[error("the key was already replaced")]
    Replaced,
    /// The key was revoked or has expired.
    #[error("the key was revoked or has expired")]
    Ended,
    /// Error of the random source.
    #[error(transparent)]
    Rng(#[from] RngError),
    /// Error of the database.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Maximum overlap of a replacement, in seconds: 30 days.
pub const MAX_OVERLAP_S: u32 = 30 * 86_400;
/// Default overlap of a replacement, in seconds: one day.
pub const DEFAULT_OVERLAP_S: u32 = 86_400;

/// Request of a caller to create a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateKey {
    /// Live, test or workspace key.
    pub kind: KeyKind,
    /// Display name, 1 to 100 characters.
    pub name: String,
    /// Scopes for live and test, a role for a workspace key.
    pub grant: KeyGrant,
    /// When the key expires, in milliseconds since the Unix epoch; in the future.
    pub expires_at_ms: Option<i64>,
    /// Networks that the key may be used from, at most 50; empty: any.
    pub allow: Vec<Network>,
}

/// Result of reporting a key that was found in public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeakVerdict {
    /// The text is a key of this server, and it is revoked now.
    Key {
        /// Public part of the key.
        key_id: String,
        /// ID of the workspace, whose admins are informed.
        workspace_id: String,
        /// Whether this report revoked it.
        ended_now: bool,
    },
    /// The text is not a key of this server.
    NoKey,
}
