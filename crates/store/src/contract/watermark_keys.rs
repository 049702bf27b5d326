//! Watermark keys.

use std::sync::Arc;

use crate::audit::chain::ChainPosition;
use crate::contract::context::{CaseError, Ctx, PAST, PEPPER, ensure, ensure_eq};
use crate::database::Statement;
use crate::model::{Actor, Authority};
use crate::people::User;
use crate::roles::Role;
use crate::sealing::SealingKeys;
use crate::secret::Peppers;
use crate::store::Store;
use crate::watermark_keys::{MAX_WATERMARK_KEYS, OpenedWatermarkKey, WatermarkKeyError};

async fn home(ctx: &Ctx) -> Result<(Store, User, Authority, String), CaseError> {
    let (owner, workspace) = ctx.owner().await?;
    let authority = Authority {
        actor: Actor::user(&owner.id, "req_1", None),
        person: owner.id.clone(),
        permissions: Role::Owner.permissions(),
    };
    Ok((ctx.store()?, owner, authority, workspace.id))
}

pub(super) async fn a_workspace_has_a_watermark_key_and_keeps_earlier_ones(ctx: &Ctx) -> Result<(), CaseError> {
    let (store, _, by, workspace) = home(ctx).await?;
    let keys = store.watermark_keys();
    let bytes = |opened: Vec<OpenedWatermarkKey>| opened.into_iter().map(|each| each.key).collect::<Vec<_>>();
    ensure_eq!(keys.remove(&by, &workspace).await, Err(WatermarkKeyError::NotFound));
    keys.set(&by, &workspace, &[0x5A; 32], "00000001").await?;
    let first = keys.list(&workspace).await?;
    ensure_eq!(
        first.iter().map(|key| (key.fingerprint.as_str(), key.active)).collect::<Vec<_>>(),
        [("00000001", true)]
    );
    let rows =
        ctx.rows(Statement::new("SELECT * FROM watermark_keys WHERE workspace_id = ?1").bind(workspace.as_str()));
    ensure!(!format!("{:?}", rows.await?).contains("5a5a5a5a"));

    // Earlier keys stay, and a key that is set again is not stored twice.
    for (key, fingerprint) in [([2; 32], "00000002"), ([0x5A; 32], "00000001"), ([0x5A; 32], "00000001")] {
        keys.set(&by, &workspace, &key, fingerprint).await?;
    }
    ensure_eq!(bytes(keys.opened(&workspace).await?), [[0x5A_u8; 32], [2_u8; 32]]);
    let elsewhere = ctx.owner().await?.1.id;
    ensure!(keys.list(&elsewhere).await?.is_empty());

    let own = SealingKeys::derived(&Peppers::parse(PEPPER)?).with_own(&format!("1:{}", "cd".repeat(32)))?;
    let resealing = ctx.store()?.with_sealing_keys(Arc::new(own));
    while resealing.retirement().reseal_step(100).await? > 0 {}
    let keys = resealing.watermark_keys();
    ensure_eq!(bytes(keys.opened(&workspace).await?), [[0x5A_u8; 32], [2_u8; 32]]);

    for key in 10..20_u8 {
        ctx.clock.set(PAST + i64::from(key));
        keys.set(&by, &workspace, &[key; 32], "0000000a").await?;
    }
    let left = bytes(keys.opened(&workspace).await?);
    ensure_eq!(left.len(), MAX_WATERMARK_KEYS as usize);
    ensure_eq!(left.first(), Some(&[19; 32]));
    ensure!(!left.contains(&[2; 32]));
    keys.remove(&by, &workspace).await?;
    ensure!(keys.list(&workspace).await?.is_empty());
    ensure_eq!(store.audit().verify(&workspace, &ChainPosition::genesis(), 100).await?.fault, None);
    Ok(())
}
