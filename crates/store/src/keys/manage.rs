//! Keys as callers manage them: made, replaced, withdrawn, and ended when found in public. Every change is recorded.
//!
//! Invariants: nobody makes or replaces a key that may do more than they may themselves; a key makes or replaces no key
//! that lives longer, works from more networks or has another rate limit than it has itself; a key is replaced once; both
//! keys of a replacement count by one limit; ending a key is effective for the next request, because every verification
//! reads the row.

use super::{
    ApiKey, CreatedKey, KeyGrant, KeyKind, Keys, KeysError, Lineage, NewKey, VerifyError, allow, parse, prepare,
};
use crate::accounts::Authority;
use crate::audit::{Actor, ActorKind, AdminAction, NewAdminEvent, commit};
use crate::database::Statement;
use crate::keys::allow::Network;
use crate::sql;

/// Longest overlap of a replacement, in seconds: 30 days.
pub const MAX_OVERLAP_S: u32 = 30 * 86_400;
/// Overlap when none is asked for, in seconds: a day.
pub const DEFAULT_OVERLAP_S: u32 = 86_400;
/// Keys, and clients, that one round of ending what a key made takes at most.
const MADE_AT_ONCE: u32 = 500;
/// Rounds of it at most: 50,000 keys.
const MADE_ROUNDS: u32 = 100;

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
    /// The key behind a call; none when a person calls.
    pub(crate) async fn maker(
        &self,
        by: &Authority,
        workspace_id: &str,
    ) -> Result<Option<ApiKey>, crate::database::DbError> {
        match by.actor.kind {
            ActorKind::Key => self.find(workspace_id, &by.actor.id).await,
            ActorKind::User | ActorKind::Client | ActorKind::System => Ok(None),
        }
    }

    /// Makes a key for a caller, who answers for it. A key that makes one hands on its end and its networks where the
    /// wish names none, and its rate limit.
    ///
    /// # Errors
    /// [`KeysError`]: `Name`, `Grant`, `Beyond`, `Expiry`, `Outlives`, `Networks`, `WiderNetworks`, `Ended` when the key
    /// that asks was ended meanwhile, `Database`.
    pub async fn issue(&self, by: &Authority, workspace_id: &str, mut wish: KeyWish) -> Result<CreatedKey, KeysError> {
        let store = &self.store;
        let now = store.clock.now_ms();
        if !wish.grant.permissions().is_subset_of(by.permissions) {
            return Err(KeysError::Beyond);
        }
        if wish.expires_at_ms.is_some_and(|end| end <= now) {
            return Err(KeysError::Expiry);
        }
        let maker = self.maker(by, workspace_id).await?;
        let mut statements = Vec::new();
        let mut lineage = Lineage::default();
        if let Some(maker) = &maker {
            wish.expires_at_ms = wish.expires_at_ms.or(maker.expires_at_ms);
            if wish.allow.is_empty() {
                wish.allow.clone_from(&maker.allow);
            }
            within(maker, wish.expires_at_ms, &wish.allow)?;
            statements.push(maker.must_work(now));
            lineage.limit_id = Some(maker.limit_id.clone());
            lineage.made_by_key = Some(maker.id.clone());
        }
        let new = NewKey {
            workspace_id: workspace_id.to_owned(),
            kind: wish.kind,
            name: wish.name,
            grant: wish.grant,
            created_by: by.person.clone(),
            expires_at_ms: wish.expires_at_ms,
        };
        let (created, insert) = prepare(new, wish.allow, lineage, now, store.rng.as_ref(), &store.peppers)?;
        statements.push(insert);
        let event = described(AdminAction::KeyCreated, &created);
        commit(store, workspace_id, &by.actor, &event, statements)
            .await
            .map_err(|error| if error.is_precondition() { KeysError::Ended } else { error.into() })?;
        Ok(created)
    }

    /// Replaces a key: a new one with the same name, grant, networks and span of life; the old one works for `overlap_s`
    /// more seconds (0: not at all), or to its own end if that is sooner. A key that replaces itself keeps its end, and
    /// one that replaces another gives it no later end than its own.
    ///
    /// # Errors
    /// [`KeysError`]: `Overlap`, `NotFound`, `Replaced` (before, or by somebody else just now), `Ended`, `Beyond`,
    /// `Outlives`, `WiderNetworks`, `Database`.
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
        let maker = self.maker(by, workspace_id).await?;
        let mut statements = Vec::new();
        let mut lineage = Lineage {
            limit_id: Some(old.limit_id.clone()),
            rotated_from: Some(old.id.clone()),
            made_by_key: old.made_by_key.clone(),
        };
        let life = old.expires_at_ms.map(|end| end.saturating_sub(old.created_at_ms));
        let mut expires_at_ms = life.map(|life| now.saturating_add(life));
        if let Some(maker) = &maker {
            within(maker, old.expires_at_ms, &old.allow)?;
            expires_at_ms = earlier(expires_at_ms, maker.expires_at_ms);
            statements.push(maker.must_work(now));
            lineage.made_by_key = Some(maker.id.clone());
        }
        let new = NewKey {
            workspace_id: workspace_id.to_owned(),
            kind: old.kind,
            name: old.name.clone(),
            grant: old.grant.clone(),
            created_by: by.person.clone(),
            expires_at_ms,
        };
        let (created, insert) = prepare(new, old.allow, lineage, now, store.rng.as_ref(), &store.peppers)?;
        let end = now.saturating_add(i64::from(overlap_s).saturating_mul(1000));
        statements.extend([
            Statement::new(sql::keys::MUST_REPLACEABLE).bind(id).bind(workspace_id).bind(now),
            Statement::new(sql::keys::KEY_REPLACE).bind(id).bind(created.key.id.as_str()).bind(end),
            insert,
        ]);
        let event = NewAdminEvent::new(AdminAction::KeyRotated, id)
            .with("replacedBy", created.key.id.as_str())
            .with("overlapSeconds", overlap_s);
        commit(store, workspace_id, &by.actor, &event, statements)
            .await
            .map_err(|error| if error.is_precondition() { KeysError::Replaced } else { error.into() })?;
        Ok(created)
    }

    /// Ends a key at once: the next request that shows it is refused. With `cascade` also every key and OAuth2 client
    /// that it made, and what these made or were replaced by.
    ///
    /// # Errors
    /// [`KeysError::NotFound`], also for a key that was ended before; [`KeysError::Database`].
    pub async fn withdraw(&self, by: &Authority, workspace_id: &str, id: &str, cascade: bool) -> Result<(), KeysError> {
        self.end(&by.actor, workspace_id, id, AdminAction::KeyRevoked, "withdrawn", cascade).await
    }

    async fn end(
        &self,
        actor: &Actor,
        workspace_id: &str,
        id: &str,
        action: AdminAction,
        reason: &str,
        cascade: bool,
    ) -> Result<(), KeysError> {
        let store = &self.store;
        let mut statements = vec![
            Statement::new(sql::keys::MUST_UNREVOKED).bind(id).bind(workspace_id),
            Statement::new(sql::keys::KEY_END).bind(id).bind(store.clock.now_ms()).bind(reason),
        ];
        // A key that is ended makes nothing any more, so the rounds come to an end.
        for round in 0..MADE_ROUNDS {
            let now = store.clock.now_ms();
            let (keys, clients) = if cascade { self.made(workspace_id, id, now).await? } else { <_>::default() };
            if round > 0 && keys.is_empty() && clients.is_empty() {
                break;
            }
            let end_key = |id: &String| Statement::new(sql::keys::KEY_END).bind(id.as_str()).bind(now).bind(reason);
            statements.extend(keys.iter().map(end_key));
            let end_client = |id: &String| Statement::new(sql::oauth::CLIENT_REVOKE).bind(id.as_str()).bind(now);
            statements.extend(clients.iter().map(end_client));
            let mut event = NewAdminEvent::new(action, id);
            if cascade {
                event = event.with("endedKeys", keys).with("endedClients", clients);
            }
            commit(store, workspace_id, actor, &event, std::mem::take(&mut statements))
                .await
                .map_err(|error| if error.is_precondition() { KeysError::NotFound } else { error.into() })?;
            if !cascade {
                break;
            }
        }
        Ok(())
    }

    /// Keys and clients that a key made, directly or through others, as far as they still work.
    async fn made(
        &self,
        workspace_id: &str,
        id: &str,
        now: i64,
    ) -> Result<(Vec<String>, Vec<String>), crate::database::DbError> {
        let of_key = |sql: &'static str| Statement::new(sql).bind(id).bind(workspace_id);
        let reads = vec![
            of_key(sql::keys::KEY_MADE).bind(now).bind(MADE_AT_ONCE),
            of_key(sql::keys::KEY_MADE_CLIENTS).bind(MADE_AT_ONCE),
        ];
        let results = self.store.db.batch(reads).await?;
        let ids = |index: usize| {
            let rows = results.get(index).map(|result| result.rows.as_slice()).unwrap_or_default();
            rows.iter().map(|row| row.text("id").map(str::to_owned)).collect::<Result<Vec<_>, _>>()
        };
        Ok((ids(0)?, ids(1)?))
    }

    /// Takes a report of a key found in public: showing the whole key is proof enough, and ends it with all that it made.
    ///
    /// # Errors
    /// [`KeysError::Database`]; the reporter must then try again, because nothing was ended.
    pub async fn report_leak(&self, text: &str, request_id: &str) -> Result<LeakVerdict, KeysError> {
        match self.verify_anywhere(text).await {
            Ok(verified) => {
                let (key_id, workspace_id) = (verified.key.id, verified.key.workspace_id);
                let actor = Actor { request_id: request_id.to_owned(), ..Actor::system("leak report") };
                let ended = self.end(&actor, &workspace_id, &key_id, AdminAction::KeyLeaked, "leaked", true).await;
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

/// Refuses an end or networks beyond those of the key that asks.
fn within(maker: &ApiKey, expires_at_ms: Option<i64>, networks: &[allow::Network]) -> Result<(), KeysError> {
    if let Some(until_ms) = maker.expires_at_ms
        && expires_at_ms.is_none_or(|end| end > until_ms)
    {
        return Err(KeysError::Outlives { until_ms });
    }
    let is_inside = |network: &allow::Network| maker.allow.iter().any(|outer| network.is_within(*outer));
    if !maker.allow.is_empty() && (networks.is_empty() || !networks.iter().all(is_inside)) {
        return Err(KeysError::WiderNetworks(allow::Network::join(&maker.allow)));
    }
    Ok(())
}

/// The earlier of two ends, of which each may be absent.
fn earlier(one: Option<i64>, other: Option<i64>) -> Option<i64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
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
