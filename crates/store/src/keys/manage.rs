//! Keys as callers manage them: created, replaced, withdrawn, and revoked when found in public. Every change is
//! recorded.
//!
//! Invariants: nobody creates or replaces a key with permissions that they do not have; a key creates or replaces no
//! key that is valid longer, works from more networks or has another rate limit than itself; a key is replaced once;
//! both keys of a replacement share one rate limit; revoking a key is effective for the next request, because every
//! verification reads the row.

use crate::audit::admin::{AdminAction, NewAdminEvent, commit};
use crate::database::{DbError, Statement};
use crate::keys::allow::Network;
use crate::keys::format::parse_key;
use crate::keys::model::{
    ApiKey, CreateKey, CreatedKey, KeyGrant, KeysError, LeakVerdict, MAX_OVERLAP_S, NewKey, VerifyError,
};
use crate::keys::{Keys, Lineage, prepare_key, sql};
use crate::model::{Actor, ActorKind, Authority};
use crate::roles::Scope;

/// Maximum number of keys, and of clients, that one round of a cascade revokes.
const MADE_AT_ONCE: u32 = 500;
/// Maximum number of rounds of a cascade: 50,000 keys.
const MADE_ROUNDS: u32 = 100;

impl Keys {
    /// Returns the key of the caller; `None` when the caller is not a key.
    pub(crate) async fn maker(&self, by: &Authority, workspace_id: &str) -> Result<Option<ApiKey>, DbError> {
        match by.actor.kind {
            ActorKind::Key => self.find(workspace_id, &by.actor.id).await,
            ActorKind::User | ActorKind::Client | ActorKind::System => Ok(None),
        }
    }

    /// Creates a key for a caller, who is responsible for it. A key that creates one passes on its expiry and its
    /// networks where the request names none, and its rate limit.
    ///
    /// # Errors
    /// [`KeysError`]: `Name`, `Grant`, `ExceedsPermissions`, `Expiry`, `Outlives`, `Networks`, `WiderNetworks`, `Ended` when the
    /// creating key was revoked meanwhile, `Database`.
    pub async fn issue(
        &self,
        by: &Authority,
        workspace_id: &str,
        mut wish: CreateKey,
    ) -> Result<CreatedKey, KeysError> {
        let ports = &self.ports;
        let now = ports.clock.now_ms();
        if !wish.grant.permissions().is_subset_of(by.permissions) {
            return Err(KeysError::ExceedsPermissions);
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
        let (created, insert) = prepare_key(new, wish.allow, lineage, now, ports.rng.as_ref(), &ports.peppers)?;
        statements.push(insert);
        let event = described(AdminAction::KeyCreated, &created);
        commit(ports, workspace_id, &by.actor, &event, statements)
            .await
            .map_err(|error| if error.is_precondition() { KeysError::Ended } else { error.into() })?;
        Ok(created)
    }

    /// Replaces a key by a new one with the same name, grant, networks and lifetime. The old one stays valid for
    /// `overlap_s` more seconds (0: not at all), or until its own expiry if that is sooner. A key that replaces itself
    /// keeps its expiry, and one that replaces another gives it no later expiry than its own.
    ///
    /// # Errors
    /// [`KeysError`]: `Overlap`, `NotFound`, `Replaced` (before, or by somebody else just now), `Ended`, `ExceedsPermissions`,
    /// `Outlives`, `WiderNetworks`, `Database`.
    pub async fn rotate(
        &self,
        by: &Authority,
        workspace_id: &str,
        id: &str,
        overlap_s: u32,
    ) -> Result<CreatedKey, KeysError> {
        let ports = &self.ports;
        let now = ports.clock.now_ms();
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
            return Err(KeysError::ExceedsPermissions);
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
        let (created, insert) = prepare_key(new, old.allow, lineage, now, ports.rng.as_ref(), &ports.peppers)?;
        let end = now.saturating_add(i64::from(overlap_s).saturating_mul(1000));
        statements.extend([
            Statement::new(sql::MUST_REPLACEABLE).bind(id).bind(workspace_id).bind(now),
            Statement::new(sql::KEY_REPLACE).bind(id).bind(created.key.id.as_str()).bind(end),
            insert,
        ]);
        let event = NewAdminEvent::new(AdminAction::KeyRotated, id)
            .with("replacedBy", created.key.id.as_str())
            .with("overlapSeconds", overlap_s);
        commit(ports, workspace_id, &by.actor, &event, statements)
            .await
            .map_err(|error| if error.is_precondition() { KeysError::Replaced } else { error.into() })?;
        Ok(created)
    }

    /// Revokes a key at once: the next request with it is refused. With `cascade` also every key and OAuth2 client that
    /// it created, and those that these created or were replaced by.
    ///
    /// # Errors
    /// [`KeysError::NotFound`], also for a key that was already revoked; [`KeysError::Database`].
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
        let ports = &self.ports;
        let mut statements = vec![
            Statement::new(sql::MUST_UNREVOKED).bind(id).bind(workspace_id),
            Statement::new(sql::KEY_END).bind(id).bind(ports.clock.now_ms()).bind(reason),
        ];
        // A key that is ended makes nothing any more, so the rounds come to an end.
        for round in 0..MADE_ROUNDS {
            let now = ports.clock.now_ms();
            let (keys, clients) = if cascade { self.made(workspace_id, id, now).await? } else { <_>::default() };
            if round > 0 && keys.is_empty() && clients.is_empty() {
                break;
            }
            let end_key = |id: &String| Statement::new(sql::KEY_END).bind(id.as_str()).bind(now).bind(reason);
            statements.extend(keys.iter().map(end_key));
            let end_client = |id: &String| Statement::new(sql::CLIENT_REVOKE).bind(id.as_str()).bind(now);
            statements.extend(clients.iter().map(end_client));
            let mut event = NewAdminEvent::new(action, id);
            if cascade {
                event = event.with("endedKeys", keys).with("endedClients", clients);
            }
            commit(ports, workspace_id, actor, &event, std::mem::take(&mut statements))
                .await
                .map_err(|error| if error.is_precondition() { KeysError::NotFound } else { error.into() })?;
            if !cascade {
                break;
            }
        }
        Ok(())
    }

    /// Returns the valid keys and clients that a key created, directly or through others.
    async fn made(&self, workspace_id: &str, id: &str, now: i64) -> Result<(Vec<String>, Vec<String>), DbError> {
        let of_key = |sql: &'static str| Statement::new(sql).bind(id).bind(workspace_id);
        let reads =
            vec![of_key(sql::KEY_MADE).bind(now).bind(MADE_AT_ONCE), of_key(sql::KEY_MADE_CLIENTS).bind(MADE_AT_ONCE)];
        let results = self.ports.db.batch(reads).await?;
        let ids = |index: usize| {
            let rows = results.get(index).map(|result| result.rows.as_slice()).unwrap_or_default();
            rows.iter().map(|row| row.text("id").map(str::to_owned)).collect::<Result<Vec<_>, _>>()
        };
        Ok((ids(0)?, ids(1)?))
    }

    /// Handles the report of a key that was found in public: the full text is sufficient proof to revoke it with
    /// everything that it created.
    ///
    /// # Errors
    /// [`KeysError::Database`]; nothing was revoked then, and the reporter must try again.
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
                let id = parse_key(text).map(|parsed| parsed.id).unwrap_or_default();
                let workspace_id = self.workspace_of(id).await?;
                Ok(LeakVerdict::Key { key_id: id.to_owned(), workspace_id, ended_now: false })
            }
            Err(VerifyError::Database(error)) => Err(error.into()),
            Err(_) => Ok(LeakVerdict::NoKey),
        }
    }
}

/// Refuses an expiry or networks beyond those of the creating key.
fn within(maker: &ApiKey, expires_at_ms: Option<i64>, networks: &[Network]) -> Result<(), KeysError> {
    if let Some(until_ms) = maker.expires_at_ms
        && expires_at_ms.is_none_or(|end| end > until_ms)
    {
        return Err(KeysError::Outlives { until_ms });
    }
    let is_inside = |network: &Network| maker.allow.iter().any(|outer| network.is_within(*outer));
    if !maker.allow.is_empty() && (networks.is_empty() || !networks.iter().all(is_inside)) {
        return Err(KeysError::WiderNetworks(Network::join(&maker.allow)));
    }
    Ok(())
}

/// Returns the earlier of two expiries, of which each may be absent.
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
        KeyGrant::Scopes(scopes) => event.with("scopes", Scope::join(scopes)),
        KeyGrant::Role(role) => event.with("role", role.as_str()),
    };
    event.with("expiresAtMs", key.expires_at_ms).with("networks", Network::join(&key.allow))
}
