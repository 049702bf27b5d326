//! Keys as callers manage them: made, replaced, withdrawn, and ended when found in public. Every change is recorded.
//!
//! Invariants: nobody makes or replaces a key that may do more than they may themselves; a key is replaced once; both
//! keys of a replacement count by one limit; ending a key is effective for the next request, because every verification
//! reads the row.

use super::{CreatedKey, KeyGrant, KeyKind, Keys, KeysError, NewKey, VerifyError, allow, parse, prepare};
use crate::accounts::Authority;
use crate::audit::{Actor, AdminAction, NewAdminEvent, commit};
use crate::database::Statement;
use crate::keys::allow::Network;
use crate::sql;

/// Longest overlap of a replacement, in seconds: 30 days.
pub const MAX_OVERLAP_S: u32 = 30 * 86_400;
/// Overlap when none is asked for, in seconds: a day.
pub const DEFAULT_OVERLAP_S: u32 = 86_400;

/// Wish of a caller for a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyWish {
    /// Live, test or workspace key.
    pub kind: KeyKind,
    /// For people, 1 to 100 characters.
    pub name: String,
    /// Scopes for live and test, a role for a workspace key.
    pub grant: KeyGrant,
    /// When it ends by itself, in milliseconds; in the future.
    pub expires_at_ms: Option<i64>,
    /// Networks it may be used from, at most 50; empty: any.
    pub allow: Vec<Network>,
}

/// What a report of a key found in public led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeakVerdict {
    /// It is a key, and it is of no use any more (from now on, or already before).
    Key {
        /// Public part of the key.
        key_id: String,
        /// Whose it is, to tell its admins.
        workspace_id: String,
        /// Whether this report ended it.
        ended_now: bool,
    },
    /// It is no key of this server.
    NoKey,
}

impl Keys {
    /// Makes a key for a caller, who answers for it.
    ///
    /// # Errors
    /// [`KeysError`]: `Name`, `Grant`, `Beyond`, `Expiry`, `Networks`, `Database`.
    pub async fn issue(&self, by: &Authority, workspace_id: &str, wish: KeyWish) -> Result<CreatedKey, KeysError> {
        let store = &self.store;
        let now = store.clock.now_ms();
        if !wish.grant.permissions().is_subset_of(by.permissions) {
            return Err(KeysError::Beyond);
        }
        if wish.expires_at_ms.is_some_and(|end| end <= now) {
            return Err(KeysError::Expiry);
        }
        let new = NewKey {
            workspace_id: workspace_id.to_owned(),
            kind: wish.kind,
            name: wish.name,
            grant: wish.grant,
            created_by: by.person.clone(),
            expires_at_ms: wish.expires_at_ms,
        };
        let (created, insert) = prepare(new, wish.allow, None, now, store.rng.as_ref(), &store.peppers)?;
        let event = described(AdminAction::KeyCreated, &created);
        commit(store, workspace_id, &by.actor, &event, vec![insert]).await?;
        Ok(created)
    }

    /// Replaces a key: a new one with the same name, grant, networks and span of life; the old one works for `overlap_s`
    /// more seconds (0: not at all), or to its own end if that is sooner.
    ///
    /// # Errors
    /// [`KeysError`]: `Overlap`, `NotFound`, `Replaced` (before, or by somebody else just now), `Ended`, `Beyond`,
    /// `Database`.
    pub async fn rotate(
        &self,
        by: &Authority,
        workspace_id: &str,
        id: &str,
        overlap_s: u32,
    ) -> Result<CreatedKey, KeysError> {
        let store = &self.store;
        let now = store.clock.now_ms();
        if overlap_s > MAX_OVERLAP_S {
            return Err(KeysError::Overlap);
        }
        let old = self.find(workspace_id, id).await?.ok_or(KeysError::NotFound)?;
        if old.revoked_at_ms.is_some() {
            return Err(KeysError::Ended);
        }
        if old.replaced_by.is_some() {
            return Err(KeysError::Replaced);
        }
        if old.expires_at_ms.is_some_and(|end| end <= now) {
            return Err(KeysError::Ended);
        }
        if !old.grant.permissions().is_subset_of(by.permissions) {
            return Err(KeysError::Beyond);
        }
        let life = old.expires_at_ms.map(|end| end.saturating_sub(old.created_at_ms));
        let new = NewKey {
            workspace_id: workspace_id.to_owned(),
            kind: old.kind,
            name: old.name.clone(),
            grant: old.grant.clone(),
            created_by: by.person.clone(),
            expires_at_ms: life.map(|life| now.saturating_add(life)),
        };
        let before = Some((old.id.as_str(), old.limit_id.as_str()));
        let (created, insert) = prepare(new, old.allow, before, now, store.rng.as_ref(), &store.peppers)?;
        let end = now.saturating_add(i64::from(overlap_s).saturating_mul(1000));
        let statements = vec![
            Statement::new(sql::keys::MUST_REPLACEABLE).bind(id).bind(workspace_id).bind(now),
            Statement::new(sql::keys::KEY_REPLACE).bind(id).bind(created.key.id.as_str()).bind(end),
            insert,
        ];
        let event = NewAdminEvent::new(AdminAction::KeyRotated, id)
            .with("replacedBy", created.key.id.as_str())
            .with("overlapSeconds", overlap_s);
        commit(store, workspace_id, &by.actor, &event, statements)
            .await
            .map_err(|error| if error.is_precondition() { KeysError::Replaced } else { error.into() })?;
        Ok(created)
    }

    /// Ends a key at once: the next request that shows it is refused.
    ///
    /// # Errors
    /// [`KeysError::NotFound`], also for a key that was ended before; [`KeysError::Database`].
    pub async fn withdraw(&self, by: &Authority, workspace_id: &str, id: &str) -> Result<(), KeysError> {
        self.end(&by.actor, workspace_id, id, AdminAction::KeyRevoked, "withdrawn").await
    }

    async fn end(
        &self,
        actor: &Actor,
        workspace_id: &str,
        id: &str,
        action: AdminAction,
        reason: &str,
    ) -> Result<(), KeysError> {
        let statements = vec![
            Statement::new(sql::keys::MUST_UNREVOKED).bind(id).bind(workspace_id),
            Statement::new(sql::keys::KEY_END).bind(id).bind(self.store.clock.now_ms()).bind(reason),
        ];
        let event = NewAdminEvent::new(action, id);
        commit(&self.store, workspace_id, actor, &event, statements)
            .await
            .map(drop)
            .map_err(|error| if error.is_precondition() { KeysError::NotFound } else { error.into() })
    }

    /// Takes a report of a key found in public: showing the whole key is proof enough, and ends it.
    ///
    /// # Errors
    /// [`KeysError::Database`]; the reporter must then try again, because nothing was ended.
    pub async fn report_leak(&self, text: &str, request_id: &str) -> Result<LeakVerdict, KeysError> {
        match self.verify_anywhere(text).await {
            Ok(verified) => {
                let (key_id, workspace_id) = (verified.key.id, verified.key.workspace_id);
                let actor = Actor { request_id: request_id.to_owned(), ..Actor::system("leak report") };
                let ended = self.end(&actor, &workspace_id, &key_id, AdminAction::KeyLeaked, "leaked").await;
                match ended {
                    Ok(()) => Ok(LeakVerdict::Key { key_id, workspace_id, ended_now: true }),
                    Err(KeysError::NotFound) => Ok(LeakVerdict::Key { key_id, workspace_id, ended_now: false }),
                    Err(error) => Err(error),
                }
            }
            // The secret was right, so it is one of ours, only over already.
            Err(VerifyError::Revoked | VerifyError::Expired) => {
                let id = parse(text).map(|parsed| parsed.id).unwrap_or_default();
                let workspace_id = self.workspace_of(id).await?;
                Ok(LeakVerdict::Key { key_id: id.to_owned(), workspace_id, ended_now: false })
            }
            Err(VerifyError::Database(error)) => Err(error.into()),
            Err(_) => Ok(LeakVerdict::NoKey),
        }
    }
}

fn described(action: AdminAction, created: &CreatedKey) -> NewAdminEvent {
    let key = &created.key;
    let event = NewAdminEvent::new(action, &key.id).with("kind", key.kind.as_str());
    let event = match &key.grant {
        KeyGrant::Scopes(scopes) => event.with("scopes", crate::roles::Scope::join(scopes)),
        KeyGrant::Role(role) => event.with("role", role.as_str()),
    };
    event.with("expiresAtMs", key.expires_at_ms).with("networks", allow::Network::join(&key.allow))
}
