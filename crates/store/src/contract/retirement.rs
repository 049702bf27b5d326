//! Sealing keys and peppers that are being retired.

use std::sync::Arc;

use crate::audit::data_keys::data_key_context;
use crate::contract::audit::fault;
use crate::contract::audit::live;
use crate::contract::context::{CaseError, Ctx, PEPPER, ensure, ensure_eq, ensure_matches};
use crate::contract::events::new_event;
use crate::contract::maintenance::RUN;
use crate::database::{DbError, Statement};
use crate::events::model::EventsError;
use crate::keys::model::{KeyGrant, NewKey};
use crate::model::KeyKind;
use crate::roles::Scope;
use crate::sealing::{SealingKey, SealingKeys};
use crate::secret::Peppers;

pub(super) async fn data_keys_move_to_the_new_sealing_key(ctx: &Ctx) -> Result<(), CaseError> {
    let scope = live(ctx).await?;
    let old = ctx.store()?;
    let event = old.events().record(new_event(ctx, &scope)?).await?;
    let own = SealingKeys::derived(&Peppers::parse(PEPPER)?).with_own(&format!("1:{}", "cd".repeat(32)))?;
    let new = ctx.store()?.with_sealing_keys(Arc::new(own));
    ensure_eq!(new.events().get(&scope, &event.id).await?, Some(event.clone()));
    while new.retirement().reseal_step(100).await? > 0 {}
    ensure_eq!(new.events().get(&scope, &event.id).await?, Some(event.clone()));
    ensure_matches!(old.events().get(&scope, &event.id).await, Err(EventsError::Database(DbError::Engine(_))));
    // A server without the new key does not change rows that the new key sealed.
    old.retirement().reseal_step(100).await?;
    ensure_eq!(new.events().get(&scope, &event.id).await?, Some(event.clone()));
    ensure_eq!(fault(&new, &scope.workspace_id).await?, None);
    Ok(())
}

pub(super) async fn older_keys_and_peppers_retire(ctx: &Ctx) -> Result<(), CaseError> {
    const BOTH: &str = "1:a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1,\
        2:b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2";
    let scope = live(ctx).await?;
    let old = ctx.store()?;
    let event = old.events().record(new_event(ctx, &scope)?).await?;
    // In the older format, without the workspace in the authenticated data.
    let find = "SELECT id, sealed FROM data_keys WHERE workspace_id = ?1";
    let find = || Statement::new(find).bind(scope.workspace_id.as_str());
    let rows = ctx.rows(find()).await?;
    let id = rows[0].text("id")?;
    let plain = old.ports.sealing.open(&data_key_context(&scope.workspace_id, id), rows[0].text("sealed")?)?;
    let derived = Peppers::parse(PEPPER)?.mac(1, crate::secret::Purpose::Sealing, b"").unwrap_or_default();
    let body = SealingKey::new(&derived).seal(&format!("data key {id}"), &plain, ctx.rng.as_ref())?;
    let set = "UPDATE data_keys SET sealed = ?2 WHERE id = ?1";
    ctx.rows(Statement::new(set).bind(id).bind(format!("v1.p1.{body}"))).await?;
    ensure_eq!(old.events().get(&scope, &event.id).await?, Some(event.clone()));

    let (owner, workspace) = ctx.owner().await?;
    let new = NewKey {
        workspace_id: workspace.id.clone(),
        kind: KeyKind::Live,
        name: "x".to_owned(),
        grant: KeyGrant::Scopes(vec![Scope::Check]),
        created_by: owner.id,
        expires_at_ms: None,
    };
    let key = old.keys().create(new).await?;
    let own = SealingKeys::derived(&Peppers::parse(BOTH)?).with_own(&format!("1:{}", "cd".repeat(32)))?;
    let both = ctx.store_with(BOTH)?.with_sealing_keys(Arc::new(own));
    let left = async |secret: &str, table: &str| {
        let found = both.retirement().retiring().await?;
        let of = found.iter().find(|retiring| retiring.secret == secret).ok_or(CaseError(format!("no {secret}")))?;
        let rows = of.left.iter().filter(|(name, _)| *name == table).map(|(_, rows)| *rows).sum::<u64>();
        ensure_eq!(of.is_removable(), of.left.is_empty());
        Ok::<_, CaseError>(rows)
    };
    let before = (left("pepper 1", "data_keys").await?, left("pepper 1", "api_keys").await?);
    ensure!(before.0 >= 1 && before.1 >= 1);
    let done = both.maintain(RUN).await;
    ensure_eq!(done.errors, Vec::<String>::new());
    ensure!(done.resealed >= before.0 && !done.retiring.is_empty());
    ensure_eq!(left("pepper 1", "data_keys").await?, 0);
    ensure!(ctx.rows(find()).await?[0].text("sealed")?.starts_with("v2.s1."));
    ensure_eq!(both.events().get(&scope, &event.id).await?, Some(event));
    // A key moves to the new pepper at its next use. Revoked keys do not count.
    both.keys().verify(&key.secret).await?;
    ensure_eq!(left("pepper 1", "api_keys").await?, before.1 - 1);
    Ok(())
}
