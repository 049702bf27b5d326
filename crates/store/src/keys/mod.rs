//! API keys: made, shown once, verified on every request, revoked.
//!
//! Invariants: the text of a key leaves [`Keys::create`] and is never stored; verification does the same work for an
//! unknown id as for a wrong secret; what a key may do is cut to what its creator may do now.

pub mod allow;
mod format;
mod manage;

pub use allow::Network;
pub use format::{KeyKind, ParsedKey, masked, mint, parse};
pub use manage::{DEFAULT_OVERLAP_S, KeyWish, LeakVerdict, MAX_OVERLAP_S};

use std::net::IpAddr;

use crate::accounts::Plan;
use crate::database::{DbError, MAX_SAFE_INTEGER, Row, Statement};
use crate::plans::RateLimits;
use crate::roles::{Permissions, Role, Scope};
use crate::secret::{Peppers, Purpose};
use crate::sql;
use crate::store::Store;
use labeler_ports::{Rng, RngError};

/// A use is noted at most this often.
const TOUCH_INTERVAL_MS: i64 = 60_000;
/// Keys of a page at most.
const MAX_PAGE: u32 = 500;
/// Longest name of a key, in characters.
const MAX_NAME_CHARS: usize = 100;

/// What a key carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyGrant {
    /// Of a live or test key.
    Scopes(Vec<Scope>),
    /// Of a workspace key.
    Role(Role),
}

impl KeyGrant {
    /// What it stands for.
    pub fn permissions(&self) -> Permissions {
        match self {
            Self::Scopes(scopes) => Permissions::of_scopes(scopes),
            Self::Role(role) => role.permissions(),
        }
    }
}

/// Wish for a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    /// The workspace it acts in.
    pub workspace_id: String,
    /// Live, test or workspace key.
    pub kind: KeyKind,
    /// For people, 1 to 100 characters.
    pub name: String,
    /// Scopes for live and test, a role for a workspace key.
    pub grant: KeyGrant,
    /// Who makes it; a member of the workspace.
    pub created_by: String,
    /// When it ends by itself, in milliseconds.
    pub expires_at_ms: Option<i64>,
}

/// A key as listed: no secret and no MAC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Public part of the key's text.
    pub id: String,
    /// The workspace it acts in.
    pub workspace_id: String,
    /// Live, test or workspace key.
    pub kind: KeyKind,
    /// For people.
    pub name: String,
    /// Scopes or role as given; see [`VerifiedKey::permissions`] for what is left of them.
    pub grant: KeyGrant,
    /// Who made it.
    pub created_by: String,
    /// Milliseconds since the epoch, like all times here.
    pub created_at_ms: i64,
    /// When it ends by itself.
    pub expires_at_ms: Option<i64>,
    /// Last use, exact to a minute.
    pub last_used_at_ms: Option<i64>,
    /// When it was revoked.
    pub revoked_at_ms: Option<i64>,
    /// What rate limits count by: its own id, or that of the first key in a row of replacements.
    pub limit_id: String,
    /// The key it replaced.
    pub rotated_from: Option<String>,
    /// The key that replaced it.
    pub replaced_by: Option<String>,
    /// Networks it may be used from; empty: any.
    pub allow: Vec<Network>,
    /// The key that made it; absent: a person or the operator did.
    pub made_by_key: Option<String>,
}

impl ApiKey {
    /// `lbl_live_AbCd…wxyz`: for lists.
    pub fn masked(&self) -> String {
        masked(self.kind, &self.id)
    }

    /// Precondition of a batch: the key still works, so what it makes in the batch cannot escape its end.
    pub(crate) fn must_work(&self, now_ms: i64) -> Statement {
        Statement::new(sql::keys::MUST_WORK).bind(self.id.as_str()).bind(self.workspace_id.as_str()).bind(now_ms)
    }
}

/// A position in the list of keys: before the older ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPosition {
    /// When the last key of the page was made, in milliseconds.
    pub created_at_ms: i64,
    /// Its id.
    pub id: String,
}

/// A page of the keys of a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPage {
    /// Newest first.
    pub keys: Vec<ApiKey>,
    /// Where the next page begins; absent on the last one.
    pub next: Option<KeyPosition>,
}

/// A key just made.
#[derive(Clone, PartialEq, Eq)]
pub struct CreatedKey {
    /// As it will be listed.
    pub key: ApiKey,
    /// The full text: to be shown once and forgotten.
    pub secret: String,
}

impl std::fmt::Debug for CreatedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CreatedKey").field("key", &self.key).finish_non_exhaustive()
    }
}

/// A key that was shown, exists and is valid now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedKey {
    /// Its row.
    pub key: ApiKey,
    /// Plan of its workspace.
    pub plan: Plan,
    /// What it may do now: its grant cut to its creator's present role; nothing when the creator left.
    pub permissions: Permissions,
    /// Rate limits of its workspace's contract.
    pub rates: RateLimits,
}

impl VerifiedKey {
    /// Whether it works on production rows (`true`) or in the sandbox.
    pub const fn livemode(&self) -> bool {
        self.key.kind.livemode()
    }
}

/// Why a shown key is not accepted. To the caller all but [`VerifyError::Database`] are one and the same 401.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// Prefix, alphabet, length or checksum is wrong; no query was made.
    #[error("not a key")]
    Malformed,
    /// No such id, or the secret is another one.
    #[error("no such key")]
    Unknown,
    /// Right secret, but revoked.
    #[error("the key was revoked")]
    Revoked,
    /// Right secret, but past its end.
    #[error("the key has expired")]
    Expired,
    /// Right secret, but used from a network that it may not be used from.
    #[error("the key may not be used from here")]
    Elsewhere,
    /// It could not be looked up.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Why a key was not made, replaced or ended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// Empty or longer than 100 characters.
    #[error("a key's name has 1 to 100 characters")]
    Name,
    /// A role for a live or test key, scopes for a workspace key, or no scope at all.
    #[error("live and test keys carry scopes, workspace keys carry a role")]
    Grant,
    /// The grant may do more than who asks for it.
    #[error("the key would be able to do more than who asks for it")]
    Beyond,
    /// The end is not in the future.
    #[error("a key ends in the future")]
    Expiry,
    /// The key would outlive the key that asks for it, which ends at this time.
    #[error("a key does not make or replace keys that work longer than it does itself")]
    Outlives {
        /// Milliseconds since the epoch.
        until_ms: i64,
    },
    /// The key could be used from outside the networks of the key that asks for it, which are these.
    #[error("a key bound to networks makes and replaces only keys within them: {0}")]
    WiderNetworks(String),
    /// More than 50 networks.
    #[error("a key has at most 50 networks")]
    Networks,
    /// The overlap is longer than 30 days.
    #[error("an overlap is 0 to 30 days")]
    Overlap,
    /// No such key in this workspace.
    #[error("no such key")]
    NotFound,
    /// It was replaced before.
    #[error("the key was replaced before")]
    Replaced,
    /// It was revoked, or is past its end.
    #[error("the key has ended")]
    Ended,
    /// No randomness.
    #[error(transparent)]
    Rng(#[from] RngError),
    /// It could not be stored.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Where a key comes from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lineage {
    /// What its rate limits count by; absent: its own id.
    pub limit_id: Option<String>,
    /// The key that it replaces.
    pub rotated_from: Option<String>,
    /// The key that makes it.
    pub made_by_key: Option<String>,
}

/// A minted key and the statement that stores it; also used to write SQL for a database that is not open here.
///
pub(crate) fn prepare(
    new: NewKey,
    allow: Vec<Network>,
    lineage: Lineage,
    now_ms: i64,
    rng: &dyn Rng,
    peppers: &Peppers,
) -> Result<(CreatedKey, Statement), KeysError> {
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME_CHARS {
        return Err(KeysError::Name);
    }
    if allow.len() > allow::MAX_NETWORKS {
        return Err(KeysError::Networks);
    }
    let (scopes, role) = match (&new.grant, new.kind) {
        (KeyGrant::Scopes(scopes), KeyKind::Live | KeyKind::Test) if !scopes.is_empty() => (Scope::join(scopes), None),
        (KeyGrant::Role(role), KeyKind::Workspace) => (String::new(), Some(role.as_str())),
        _ => return Err(KeysError::Grant),
    };
    let (id, secret) = mint(new.kind, rng)?;
    let mac = hex::encode(peppers.mac_now(Purpose::ApiKey, secret.as_bytes()));
    let statement = Statement::new(sql::KEY_INSERT)
        .bind(id.as_str())
        .bind(new.workspace_id.as_str())
        .bind(new.kind.as_str())
        .bind(name)
        .bind(scopes)
        .bind(role)
        .bind(mac)
        .bind(peppers.current_version())
        .bind(new.created_by.as_str())
        .bind(now_ms)
        .bind(new.expires_at_ms)
        .bind(lineage.limit_id.as_deref())
        .bind(lineage.rotated_from.as_deref())
        .bind((!allow.is_empty()).then(|| Network::join(&allow)))
        .bind(lineage.made_by_key.as_deref());
    let key = ApiKey {
        limit_id: lineage.limit_id.unwrap_or_else(|| id.clone()),
        rotated_from: lineage.rotated_from,
        replaced_by: None,
        allow,
        made_by_key: lineage.made_by_key,
        id,
        workspace_id: new.workspace_id,
        kind: new.kind,
        name: name.to_owned(),
        grant: new.grant,
        created_by: new.created_by,
        created_at_ms: now_ms,
        expires_at_ms: new.expires_at_ms,
        last_used_at_ms: None,
        revoked_at_ms: None,
    };
    Ok((CreatedKey { key, secret }, statement))
}

/// API keys of all workspaces. From [`Store::keys`].
#[derive(Debug, Clone)]
pub struct Keys {
    store: Store,
}

impl Keys {
    pub(crate) const fn new(store: Store) -> Self {
        Self { store }
    }

    /// Makes a key without a caller: for the operator, unrecorded. Callers make keys with [`Keys::issue`]. That its grant
    /// is within the creator's role is checked on every use.
    ///
    /// # Errors
    /// See [`KeysError`]; a workspace or creator that does not exist is [`DbError::Constraint`].
    pub async fn create(&self, new: NewKey) -> Result<CreatedKey, KeysError> {
        let store = &self.store;
        let (created, statement) =
            prepare(new, Vec::new(), Lineage::default(), store.clock.now_ms(), store.rng.as_ref(), &store.peppers)?;
        store.db.query(statement).await?;
        Ok(created)
    }

    /// [`Keys::verify_from`] for a caller whose address is not known: a key with an allow list is refused.
    ///
    /// # Errors
    /// See [`VerifyError`].
    pub async fn verify(&self, presented: &str) -> Result<VerifiedKey, VerifyError> {
        self.verify_from(presented, None).await
    }

    /// Checks a presented key and where it is used. One query, and none for text that cannot be a key.
    ///
    /// A key stored under an older pepper moves to the current one; if that fails the key is good all the same.
    ///
    /// # Errors
    /// See [`VerifyError`].
    pub async fn verify_from(&self, presented: &str, address: Option<IpAddr>) -> Result<VerifiedKey, VerifyError> {
        let verified = self.verify_anywhere(presented).await?;
        let allow = &verified.key.allow;
        let here = |address: IpAddr| allow.iter().any(|network| network.contains(address));
        if allow.is_empty() || address.is_some_and(here) { Ok(verified) } else { Err(VerifyError::Elsewhere) }
    }

    async fn verify_anywhere(&self, presented: &str) -> Result<VerifiedKey, VerifyError> {
        let store = &self.store;
        let parsed = parse(presented).ok_or(VerifyError::Malformed)?;
        let rows = store.db.query(Statement::new(sql::KEY_VERIFY).bind(parsed.id)).await?;
        let Some(row) = rows.first() else {
            store.peppers.verify(None, Purpose::ApiKey, presented.as_bytes());
            return Err(VerifyError::Unknown);
        };
        let mac = row.text("secret_mac")?;
        let version = pepper_version(row)?;
        if !store.peppers.verify(Some((mac, version)), Purpose::ApiKey, presented.as_bytes()) {
            return Err(VerifyError::Unknown);
        }
        let key = key_of(row)?;
        if key.kind != parsed.kind {
            return Err(VerifyError::Unknown);
        }
        if key.revoked_at_ms.is_some() {
            return Err(VerifyError::Revoked);
        }
        if key.expires_at_ms.is_some_and(|end| end <= store.clock.now_ms()) {
            return Err(VerifyError::Expired);
        }
        let plan = parse_column(row, "plan", "a plan")?;
        let creator: Permissions = match row.optional_text("creator_role")? {
            Some(name) => name
                .parse::<Role>()
                .map_err(|_| DbError::Shape { column: "creator_role", expected: "a role" })?
                .permissions(),
            None => Permissions::NONE,
        };
        let permissions = key.grant.permissions().intersection(creator);
        if version != store.peppers.current_version() {
            let renewed = hex::encode(store.peppers.mac_now(Purpose::ApiKey, presented.as_bytes()));
            let statement = Statement::new(sql::KEY_REPEPPER)
                .bind(key.id.as_str())
                .bind(renewed)
                .bind(store.peppers.current_version())
                .bind(version);
            drop(store.db.query(statement).await);
        }
        Ok(VerifiedKey { key, plan, permissions, rates: RateLimits::of_row(row)? })
    }

    /// One key of a workspace, revoked ones included.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn find(&self, workspace_id: &str, id: &str) -> Result<Option<ApiKey>, DbError> {
        let rows = self.store.db.query(Statement::new(sql::KEY_FIND).bind(id).bind(workspace_id)).await?;
        rows.first().map(key_of).transpose()
    }

    /// The newest keys of a workspace, revoked ones included; at most 500.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn list(&self, workspace_id: &str) -> Result<Vec<ApiKey>, DbError> {
        Ok(self.page(workspace_id, None, MAX_PAGE).await?.keys)
    }

    /// A page of the keys of a workspace, newest first, revoked ones included, at most 500: those after the position
    /// `after` of the page before, or the newest.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn page(&self, workspace_id: &str, after: Option<&KeyPosition>, limit: u32) -> Result<KeyPage, DbError> {
        let limit = limit.clamp(1, MAX_PAGE);
        let (created_at, id) = after.map_or((MAX_SAFE_INTEGER, ""), |at| (at.created_at_ms, at.id.as_str()));
        let statement = Statement::new(sql::KEY_LIST)
            .bind(workspace_id)
            .bind(created_at.clamp(0, MAX_SAFE_INTEGER))
            .bind(id)
            .bind(limit.saturating_add(1));
        let mut keys = self.store.db.query(statement).await?.iter().map(key_of).collect::<Result<Vec<_>, _>>()?;
        let more = keys.len() > limit as usize;
        keys.truncate(limit as usize);
        let next = keys.last().filter(|_| more);
        let next = next.map(|last| KeyPosition { created_at_ms: last.created_at_ms, id: last.id.clone() });
        Ok(KeyPage { keys, next })
    }

    /// Notes that a key was used. Writes at most once a minute; without a write it is one indexed look.
    ///
    /// # Errors
    /// [`DbError`]; the caller's request need not fail over it.
    pub async fn touch(&self, key: &ApiKey) -> Result<(), DbError> {
        let now = self.store.clock.now_ms();
        let due = now.saturating_sub(TOUCH_INTERVAL_MS);
        if key.last_used_at_ms.is_some_and(|last| last > due) {
            return Ok(());
        }
        self.store.db.query(Statement::new(sql::KEY_TOUCH).bind(key.id.as_str()).bind(now).bind(due)).await.map(drop)
    }

    async fn workspace_of(&self, id: &str) -> Result<String, DbError> {
        let rows = self.store.db.query(Statement::new(sql::KEY_VERIFY).bind(id)).await?;
        rows.first().map_or_else(|| Ok(String::new()), |row| row.text("workspace_id").map(str::to_owned))
    }

    /// Ends a key at once, unrecorded: for the operator. `false` when there was nothing to end. Callers use
    /// [`Keys::withdraw`].
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn revoke(&self, workspace_id: &str, id: &str) -> Result<bool, DbError> {
        let statement = Statement::new(sql::KEY_REVOKE).bind(id).bind(workspace_id).bind(self.store.clock.now_ms());
        let results = self.store.db.batch(vec![statement]).await?;
        Ok(results.first().is_some_and(|result| result.changes > 0))
    }
}

pub(crate) fn pepper_version(row: &Row) -> Result<u32, DbError> {
    u32::try_from(row.integer("pepper_version")?)
        .map_err(|_| DbError::Shape { column: "pepper_version", expected: "a version" })
}

pub(crate) fn parse_column<T: std::str::FromStr>(
    row: &Row,
    column: &'static str,
    expected: &'static str,
) -> Result<T, DbError> {
    row.text(column)?.parse().map_err(|_| DbError::Shape { column, expected })
}

pub(crate) fn key_of(row: &Row) -> Result<ApiKey, DbError> {
    let kind: KeyKind = parse_column(row, "kind", "a kind of key")?;
    let grant = if kind == KeyKind::Workspace {
        KeyGrant::Role(parse_column(row, "role", "a role")?)
    } else {
        let scopes = Scope::parse_list(row.text("scopes")?)
            .map_err(|_| DbError::Shape { column: "scopes", expected: "scopes" })?;
        KeyGrant::Scopes(scopes)
    };
    let optional = |column| row.optional_text(column).map(|text| text.map(str::to_owned));
    let id = row.text("id")?;
    Ok(ApiKey {
        made_by_key: optional("made_by_key")?,
        limit_id: row.optional_text("limit_id")?.unwrap_or(id).to_owned(),
        rotated_from: optional("rotated_from")?,
        replaced_by: optional("replaced_by")?,
        allow: Network::parse_list(row.optional_text("allow")?.unwrap_or_default())
            .map_err(|_| DbError::Shape { column: "allow", expected: "networks" })?,
        id: id.to_owned(),
        workspace_id: row.text("workspace_id")?.to_owned(),
        kind,
        name: row.text("name")?.to_owned(),
        grant,
        created_by: row.text("created_by")?.to_owned(),
        created_at_ms: row.integer("created_at")?,
        expires_at_ms: row.optional_integer("expires_at")?,
        last_used_at_ms: row.optional_integer("last_used_at")?,
        revoked_at_ms: row.optional_integer("revoked_at")?,
    })
}
