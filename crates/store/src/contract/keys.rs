//! API keys.

use std::sync::Arc;

use super::{Broken, Ctx, PAST, ensure, ensure_eq, ensure_matches};
use crate::database::{DbError, Statement};
use crate::encoding::base62_of_u32;
use crate::keys::{CreatedKey, KeyGrant, KeyKind, KeysError, NewKey, VerifyError, mint};
use crate::roles::{Permission, Permissions, Role, Scope};
use crate::testing::FailingDatabase;

const OLD_PEPPER: &str = "1:a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1";
const BOTH_PEPPERS: &str = "1:a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1,\
    2:b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2";
const NEW_PEPPER: &str = "2:b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2";

fn wish(workspace_id: &str, user_id: &str) -> NewKey {
    NewKey {
        workspace_id: workspace_id.to_owned(),
        kind: KeyKind::Live,
        name: " Integration ".to_owned(),
        grant: KeyGrant::Scopes(vec![Scope::Label, Scope::Check]),
        created_by: user_id.to_owned(),
        expires_at_ms: None,
    }
}

async fn key(ctx: &Ctx) -> Result<CreatedKey, Broken> {
    let (owner, workspace) = ctx.owner().await?;
    Ok(ctx.store()?.keys().create(wish(&workspace.id, &owner.id)).await?)
}

pub(super) async fn a_key_lives_and_ends(ctx: &Ctx) -> Result<(), Broken> {
    let (owner, workspace) = ctx.owner().await?;
    let keys = ctx.store()?.keys();
    let created = keys.create(wish(&workspace.id, &owner.id)).await?;
    ensure_eq!(created.key.name, "Integration");
    ensure!(created.secret.starts_with("lbl_live_"));

    let verified = keys.verify(&created.secret).await?;
    ensure_eq!(verified.key, created.key);
    ensure_eq!(verified.plan, crate::accounts::Plan::Pro);
    ensure_eq!(verified.permissions, Permissions::of(&[Permission::Label, Permission::Check]));
    ensure!(verified.livemode());

    // Nothing of the secret is stored, in any column.
    let secret = created.secret.get(created.secret.len() - 38..).unwrap_or_default();
    let find = "SELECT id || kind || name || scopes || secret_mac AS everything FROM api_keys WHERE id = ?1";
    let rows = ctx.rows(Statement::new(find).bind(created.key.id.as_str())).await?;
    let everything = rows.first().ok_or(Broken("no row".to_owned()))?.text("everything")?.to_owned();
    ensure!(everything.len() > 80 && !everything.contains(secret));

    ctx.clock.advance(5);
    let test = NewKey { kind: KeyKind::Test, ..wish(&workspace.id, &owner.id) };
    let second = keys.create(test).await?;
    ensure!(!keys.verify(&second.secret).await?.livemode());
    ensure_eq!(keys.list(&workspace.id).await?, [second.key.clone(), created.key.clone()]);
    ensure_eq!(keys.find(&workspace.id, &created.key.id).await?, Some(created.key.clone()));
    ensure_eq!(keys.find("ws_other", &created.key.id).await?, None);

    ensure!(!keys.revoke("ws_other", &created.key.id).await?);
    ensure!(keys.verify(&created.secret).await.is_ok());
    ensure!(keys.revoke(&workspace.id, &created.key.id).await?);
    ensure_matches!(keys.verify(&created.secret).await, Err(VerifyError::Revoked));
    ctx.clock.advance(1000);
    ensure!(!keys.revoke(&workspace.id, &created.key.id).await?);
    let revoked = keys.find(&workspace.id, &created.key.id).await?.and_then(|key| key.revoked_at_ms);
    ensure_eq!(revoked, Some(PAST + 5));
    ensure!(keys.verify(&second.secret).await.is_ok());
    Ok(())
}

pub(super) async fn a_key_expires(ctx: &Ctx) -> Result<(), Broken> {
    let (owner, workspace) = ctx.owner().await?;
    let keys = ctx.store()?.keys();
    let expires_at_ms = Some(PAST + 1000);
    let created = keys.create(NewKey { expires_at_ms, ..wish(&workspace.id, &owner.id) }).await?;
    ctx.clock.set(PAST + 999);
    ensure_eq!(keys.verify(&created.secret).await?.key.expires_at_ms, expires_at_ms);
    ctx.clock.set(PAST + 1000);
    ensure_matches!(keys.verify(&created.secret).await, Err(VerifyError::Expired));
    Ok(())
}

pub(super) async fn garbage_makes_no_query_and_unknown_ids_make_one(ctx: &Ctx) -> Result<(), Broken> {
    let created = key(ctx).await?;
    let counting = Arc::new(FailingDatabase::new(Arc::clone(&ctx.store_db)));
    let keys = ctx.store_over(counting.clone(), OLD_PEPPER)?.keys();
    let mut typo = created.secret.clone();
    let last = if typo.pop() == Some('0') { '1' } else { '0' };
    typo.push(last);
    for garbage in ["", "lbl_live_", "lbl_live_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "eyJhbGciOiJub25lIn0.e30.", &typo] {
        ensure_matches!(keys.verify(garbage).await, Err(VerifyError::Malformed));
    }
    ensure_eq!(counting.calls(), 0);
    let (_, unknown) = mint(KeyKind::Live, ctx.rng.as_ref())?;
    ensure_matches!(keys.verify(&unknown).await, Err(VerifyError::Unknown));
    ensure_eq!(counting.calls(), 1);
    ensure!(keys.verify(&created.secret).await.is_ok());
    ensure_eq!(counting.calls(), 2);
    counting.set_down(true);
    ensure_matches!(keys.verify(&created.secret).await, Err(VerifyError::Database(DbError::Unavailable(_))));
    Ok(())
}

/// The same id with another secret or another kind, and a checksum that fits.
fn forge(prefix: &str, id: &str, secret: &str) -> String {
    let text = format!("{prefix}{id}{secret}");
    let checksum = base62_of_u32(crc32fast::hash(text.as_bytes()));
    format!("{text}{checksum}")
}

pub(super) async fn a_wrong_secret_is_an_unknown_key(ctx: &Ctx) -> Result<(), Broken> {
    let created = key(ctx).await?;
    let store = ctx.store()?;
    let id = created.key.id.as_str();
    let secret = created.secret.get(21..53).unwrap_or_default();
    ensure_eq!(forge("lbl_live_", id, secret), created.secret);
    for forged in
        [forge("lbl_live_", id, &"0".repeat(32)), forge("lbl_test_", id, secret), forge("lbl_sk_", id, secret)]
    {
        ensure_matches!(store.keys().verify(&forged).await, Err(VerifyError::Unknown));
    }
    // The row of another pepper: right secret, wrong server.
    let other = ctx.store_with("1:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc")?;
    ensure_matches!(other.keys().verify(&created.secret).await, Err(VerifyError::Unknown));
    Ok(())
}

pub(super) async fn a_use_is_noted_once_a_minute(ctx: &Ctx) -> Result<(), Broken> {
    let created = key(ctx).await?;
    let counting = Arc::new(FailingDatabase::new(Arc::clone(&ctx.store_db)));
    let keys = ctx.store_over(counting.clone(), OLD_PEPPER)?.keys();
    let last_used = async || Ok::<_, Broken>(keys.verify(&created.secret).await?.key);

    keys.touch(&created.key).await?;
    let first = last_used().await?;
    ensure_eq!(first.last_used_at_ms, Some(PAST));
    ctx.clock.advance(59_999);
    let calls = counting.calls();
    keys.touch(&first).await?;
    ensure_eq!(counting.calls(), calls);
    // A request that read the row before the note was made asks the database, which knows better.
    keys.touch(&created.key).await?;
    ensure_eq!(last_used().await?.last_used_at_ms, Some(PAST));
    ctx.clock.advance(1);
    keys.touch(&first).await?;
    ensure_eq!(last_used().await?.last_used_at_ms, Some(PAST + 60_000));
    Ok(())
}

pub(super) async fn a_key_shrinks_with_its_creator(ctx: &Ctx) -> Result<(), Broken> {
    let (_, workspace) = ctx.owner().await?;
    let store = ctx.store()?;
    let email = format!("{}@example.eu", ctx.word()?);
    let member = store.accounts().create_member(&workspace.id, Role::Member, &email, "Bo", "correct horse").await?;
    let keys = store.keys();
    let scoped = keys.create(wish(&workspace.id, &member.id)).await?;
    let grant = KeyGrant::Role(Role::Admin);
    let whole = keys.create(NewKey { kind: KeyKind::Workspace, grant, ..wish(&workspace.id, &member.id) }).await?;
    ensure!(whole.secret.starts_with("lbl_sk_"));
    let permissions = async |secret: &str| Ok::<_, Broken>(keys.verify(secret).await?.permissions);
    ensure_eq!(permissions(&scoped.secret).await?, Permissions::of(&[Permission::Label, Permission::Check]));
    // An admin key made by a member is a member's key.
    ensure_eq!(permissions(&whole.secret).await?, Role::Member.permissions());

    let demote = "UPDATE memberships SET role = 'viewer' WHERE workspace_id = ?1 AND user_id = ?2";
    let bind = |sql: &'static str| Statement::new(sql).bind(workspace.id.as_str()).bind(member.id.as_str());
    ctx.rows(bind(demote)).await?;
    ensure_eq!(permissions(&scoped.secret).await?, Permissions::of(&[Permission::Check]));
    ensure_eq!(permissions(&whole.secret).await?, Role::Viewer.permissions());

    let disable = "UPDATE users SET disabled_at = ?2 WHERE id = ?1";
    let bind_user = |at: Option<i64>| Statement::new(disable).bind(member.id.as_str()).bind(at);
    ctx.rows(bind_user(Some(PAST))).await?;
    ensure_eq!(permissions(&scoped.secret).await?, Permissions::NONE);
    ctx.rows(bind_user(None)).await?;
    ensure_eq!(permissions(&whole.secret).await?, Role::Viewer.permissions());
    ctx.rows(bind("DELETE FROM memberships WHERE workspace_id = ?1 AND user_id = ?2")).await?;
    ensure_eq!(permissions(&whole.secret).await?, Permissions::NONE);
    Ok(())
}

pub(super) async fn a_key_moves_to_the_new_pepper(ctx: &Ctx) -> Result<(), Broken> {
    let created = key(ctx).await?;
    let version = async || {
        let select = "SELECT pepper_version FROM api_keys WHERE id = ?1";
        let rows = ctx.rows(Statement::new(select).bind(created.key.id.as_str())).await?;
        Ok::<_, Broken>(rows.first().map(|row| row.integer("pepper_version")).transpose()?)
    };
    ensure_eq!(version().await?, Some(1));
    let new_only = ctx.store_with(NEW_PEPPER)?.keys();
    ensure_matches!(new_only.verify(&created.secret).await, Err(VerifyError::Unknown));
    let both = ctx.store_with(BOTH_PEPPERS)?.keys();
    ensure!(both.verify(&created.secret).await.is_ok());
    ensure_eq!(version().await?, Some(2));
    ensure!(both.verify(&created.secret).await.is_ok());
    ensure!(new_only.verify(&created.secret).await.is_ok());
    Ok(())
}

pub(super) async fn grants_fit_their_kind(ctx: &Ctx) -> Result<(), Broken> {
    let (owner, workspace) = ctx.owner().await?;
    let keys = ctx.store()?.keys();
    let scopes = KeyGrant::Scopes(vec![Scope::Label]);
    let role = KeyGrant::Role(Role::ApiUser);
    for (kind, grant) in [
        (KeyKind::Live, role.clone()),
        (KeyKind::Test, role),
        (KeyKind::Workspace, scopes),
        (KeyKind::Live, KeyGrant::Scopes(Vec::new())),
    ] {
        let wish = NewKey { kind, grant, ..wish(&workspace.id, &owner.id) };
        ensure_matches!(keys.create(wish).await, Err(KeysError::Grant));
    }
    for name in ["", "   ", &"x".repeat(101)] {
        let wish = NewKey { name: name.to_owned(), ..wish(&workspace.id, &owner.id) };
        ensure_matches!(keys.create(wish).await, Err(KeysError::Name));
    }
    let nowhere = wish("ws_none", &owner.id);
    ensure_matches!(keys.create(nowhere).await, Err(KeysError::Database(DbError::Constraint(_))));
    ensure_eq!(keys.list(&workspace.id).await?, []);
    Ok(())
}
