//! API keys: created, shown once, verified on every request, revoked.
//!
//! Invariants: the text of a key is returned once and never stored; verification does the same work for an unknown ID
//! as for a wrong secret; the permissions of a key are limited to the current ones of its creator.

pub mod allow;
pub(crate) mod format;
mod manage;
pub(crate) mod model;
pub(crate) mod sql;

use std::net::IpAddr;

use labeler_ports::Rng;

use crate::database::row::{parse_column, pepper_version};
use crate::database::{DbError, MAX_SAFE_INTEGER, Row, Statement};
use crate::keys::allow::{MAX_NETWORKS, Network};
use crate::keys::format::{mint_key, parse_key};
use crate::keys::model::{
    ApiKey, CreatedKey, KeyGrant, KeyPage, KeyPosition, KeysError, NewKey, VerifiedKey, VerifyError,
};
use crate::model::KeyKind;
use crate::plans::RateLimits;
use crate::ports::Ports;
use crate::roles::{Permissions, Role, Scope};
use crate::secret::{Peppers, Purpose};

/// Minimum time between two records of a use, in milliseconds.
const TOUCH_INTERVAL_MS: i64 = 60_000;
/// Maximum number of keys on a page.
const MAX_PAGE: u32 = 500;
/// Maximum length of the name of a key, in characters.
const MAX_NAME_CHARS: usize = 100;

/// Origin of a key.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lineage {
    /// ID under which the key's requests count against rate limits. `None` for the key's own ID.
    pub limit_id: Option<String>,
    /// ID of the key that it replaces.
    pub rotated_from: Option<String>,
    /// ID of the key that creates it.
    pub made_by_key: Option<String>,
}

/// Creates a key and the statement that stores it. Also used to write SQL for a database that is not open here.
pub(crate) fn prepare_key(
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
    if allow.len() > MAX_NETWORKS {
        return Err(KeysError::Networks);
    }
    let (scopes, role) = match (&new.grant, new.kind) {
        (KeyGrant::Scopes(scopes), KeyKind::Live | KeyKind::Test) if !scopes.is_empty() => (Scope::join(scopes), None),
        (KeyGrant::Role(role), KeyKind::Workspace) => (String::new(), Some(role.as_str())),
        _ => return Err(KeysError::Grant),
    };
    let (id, secret) = mint_key(new.kind, rng)?;
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

/// API keys of all workspaces. From [`crate::Store::keys`].
#[derive(Debug, Clone)]
pub struct Keys {
    ports: Ports,
}

impl Keys {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Creates a key for the operator, without an admin event. Callers create keys with [`Keys::issue`]. That the grant
    /// is within the creator's role is checked on every use.
    ///
    /// # Errors
    /// See [`KeysError`]; a workspace or creator that does not exist is [`DbError::Constraint`].
    pub async fn create(&self, new: NewKey) -> Result<CreatedKey, KeysError> {
        let ports = &self.ports;
        let (created, statement) =
            prepare_key(new, Vec::new(), Lineage::default(), ports.clock.now_ms(), ports.rng.as_ref(), &ports.peppers)?;
        ports.db.query(statement).await?;
        Ok(created)
    }

    /// Verifies a key of a caller whose address is not known: a key that is bound to networks is refused.
    ///
    /// # Errors
    /// See [`VerifyError`].
    pub async fn verify(&self, presented: &str) -> Result<VerifiedKey, VerifyError> {
        self.verify_from(presented, None).await
    }

    /// Verifies a presented key and the network that it is used from. Makes one query, and none for text that does not
    /// have the form of a key.
    ///
    /// A key that is stored under an older pepper moves to the current one; if that fails, the key is valid
    /// nevertheless.
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
        let ports = &self.ports;
        let parsed = parse_key(presented).ok_or(VerifyError::Malformed)?;
        let rows = ports.db.query(Statement::new(sql::KEY_VERIFY).bind(parsed.id)).await?;
        let Some(row) = rows.first() else {
            ports.peppers.verify(None, Purpose::ApiKey, presented.as_bytes());
            return Err(VerifyError::Unknown);
        };
        let mac = row.text("secret_mac")?;
        let version = pepper_version(row)?;
        if !ports.peppers.verify(Some((mac, version)), Purpose::ApiKey, presented.as_bytes()) {
            return Err(VerifyError::Unknown);
        }
        let key = key_of(row)?;
        if key.kind != parsed.kind {
            return Err(VerifyError::Unknown);
        }
        if key.revoked_at_ms.is_some() {
            return Err(VerifyError::Revoked);
        }
        if key.expires_at_ms.is_some_and(|end| end <= ports.clock.now_ms()) {
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
        if version != ports.peppers.current_version() {
            let renewed = hex::encode(ports.peppers.mac_now(Purpose::ApiKey, presented.as_bytes()));
            let statement = Statement::new(sql::KEY_REPEPPER)
                .bind(key.id.as_str())
                .bind(renewed)
                .bind(ports.peppers.current_version())
                .bind(version);
            drop(ports.db.query(statement).await);
        }
        Ok(VerifiedKey { key, plan, permissions, rates: RateLimits::of_row(row)? })
    }

    /// Returns a key of a workspace, also a revoked one.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn find(&self, workspace_id: &str, id: &str) -> Result<Option<ApiKey>, DbError> {
        let rows = self.ports.db.query(Statement::new(sql::KEY_FIND).bind(id).bind(workspace_id)).await?;
        rows.first().map(key_of).transpose()
    }

    /// Returns the newest keys of a workspace, revoked ones included; at most 500.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn list(&self, workspace_id: &str) -> Result<Vec<ApiKey>, DbError> {
        Ok(self.page(workspace_id, None, MAX_PAGE).await?.keys)
    }

    /// Returns a page of the keys of a workspace, newest first, revoked ones included, at most 500: those after the
    /// position `after` of the previous page, or the newest.
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
        let mut keys = self.ports.db.query(statement).await?.iter().map(key_of).collect::<Result<Vec<_>, _>>()?;
        let more = keys.len() > limit as usize;
        keys.truncate(limit as usize);
        let next = keys.last().filter(|_| more);
        let next = next.map(|last| KeyPosition { created_at_ms: last.created_at_ms, id: last.id.clone() });
        Ok(KeyPage { keys, next })
    }

    /// Records that a key was used. Writes at most once a minute.
    ///
    /// # Errors
    /// [`DbError`]; the caller's request need not fail over it.
    pub async fn touch(&self, key: &ApiKey) -> Result<(), DbError> {
        let now = self.ports.clock.now_ms();
        let due = now.saturating_sub(TOUCH_INTERVAL_MS);
        if key.last_used_at_ms.is_some_and(|last| last > due) {
            return Ok(());
        }
        self.ports.db.query(Statement::new(sql::KEY_TOUCH).bind(key.id.as_str()).bind(now).bind(due)).await.map(drop)
    }

    async fn workspace_of(&self, id: &str) -> Result<String, DbError> {
        let rows = self.ports.db.query(Statement::new(sql::KEY_VERIFY).bind(id)).await?;
        rows.first().map_or_else(|| Ok(String::new()), |row| row.text("workspace_id").map(str::to_owned))
    }

    /// Revokes a key at once for the operator, without an admin event. Returns `false` when there was nothing to
    /// revoke. Callers use [`Keys::withdraw`].
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn revoke(&self, workspace_id: &str, id: &str) -> Result<bool, DbError> {
        let statement = Statement::new(sql::KEY_REVOKE).bind(id).bind(workspace_id).bind(self.ports.clock.now_ms());
        let results = self.ports.db.batch(vec![statement]).await?;
        Ok(results.first().is_some_and(|result| result.changes > 0))
    }
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
