//! API keys.

use std::sync::Arc;

use futures_util::future::join_all;

use crate::audit::admin::{AdminAction, AdminEntry};
use crate::audit::chain::ChainPosition;
use crate::contract::context::{CaseError, Ctx, PAST, ensure, ensure_eq, ensure_matches};
use crate::database::{DbError, Statement};
use crate::encoding::base62_of_u32;
use crate::keys::allow::Network;
use crate::keys::format::mint_key;
use crate::keys::model::{
    CreateKey, CreatedKey, DEFAULT_OVERLAP_S, KeyGrant, KeysError, LeakVerdict, MAX_OVERLAP_S, NewKey, VerifyError,
};
use crate::model::{Actor, ActorKind, Authority, KeyKind};
use crate::oauth::model::{ClientError, CreateClient};
use crate::plans::Plan;
use crate::roles::{Permission, Permissions, Role, Scope};
use crate::store::Store;
use crate::testing::{FailingDatabase, Interleaved};

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

async fn key(ctx: &Ctx) -> Result<CreatedKey, CaseError> {
    let (owner, workspace) = ctx.owner().await?;
    Ok(ctx.store()?.keys().create(wish(&workspace.id, &owner.id)).await?)
}

pub(super) async fn a_key_lives_and_ends(ctx: &Ctx) -> Result<(), CaseError> {
    let (owner, workspace) = ctx.owner().await?;
    let keys = ctx.store()?.keys();
    let created = keys.create(wish(&workspace.id, &owner.id)).await?;
    ensure_eq!(created.key.name, "Integration");
    ensure!(created.secret.starts_with("lbl_live_"));

    let verified = keys.verify(&created.secret).await?;
    ensure_eq!(verified.key, created.key);
    ensure_eq!(verified.plan, Plan::Pro);
    ensure_eq!(verified.permissions, Permissions::of(&[Permission::Label, Permission::Check]));
    ensure!(verified.livemode());

    // No column contains any part of the secret.
    let secret = created.secret.get(created.secret.len() - 38..).unwrap_or_default();
    let find = "SELECT id || kind || name || scopes || secret_mac AS everything FROM api_keys WHERE id = ?1";
    let rows = ctx.rows(Statement::new(find).bind(created.key.id.as_str())).await?;
    let everything = rows.first().ok_or(CaseError("no row".to_owned()))?.text("everything")?.to_owned();
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

pub(super) async fn a_key_expires(ctx: &Ctx) -> Result<(), CaseError> {
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

pub(super) async fn garbage_makes_no_query_and_unknown_ids_make_one(ctx: &Ctx) -> Result<(), CaseError> {
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
    let (_, unknown) = mint_key(KeyKind::Live, ctx.rng.as_ref())?;
    ensure_matches!(keys.verify(&unknown).await, Err(VerifyError::Unknown));
    ensure_eq!(counting.calls(), 1);
    ensure!(keys.verify(&created.secret).await.is_ok());
    ensure_eq!(counting.calls(), 2);
    counting.set_down(true);
    ensure_matches!(keys.verify(&created.secret).await, Err(VerifyError::Database(DbError::Unavailable(_))));
    Ok(())
}

/// Returns the key with another secret or kind and a valid checksum.
fn forge(prefix: &str, id: &str, secret: &str) -> String {
    let text = format!("{prefix}{id}{secret}");
    let checksum = base62_of_u32(crc32fast::hash(text.as_bytes()));
    format!("{text}{checksum}")
}

pub(super) async fn a_wrong_secret_is_an_unknown_key(ctx: &Ctx) -> Result<(), CaseError> {
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
    // A correct secret is refused by a server with another pepper.
    let other = ctx.store_with("1:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc")?;
    ensure_matches!(other.keys().verify(&created.secret).await, Err(VerifyError::Unknown));
    Ok(())
}

pub(super) async fn a_use_is_noted_once_a_minute(ctx: &Ctx) -> Result<(), CaseError> {
    let created = key(ctx).await?;
    let counting = Arc::new(FailingDatabase::new(Arc::clone(&ctx.store_db)));
    let keys = ctx.store_over(counting.clone(), OLD_PEPPER)?.keys();
    let last_used = async || Ok::<_, CaseError>(keys.verify(&created.secret).await?.key);

    keys.touch(&created.key).await?;
    let first = last_used().await?;
    ensure_eq!(first.last_used_at_ms, Some(PAST));
    ctx.clock.advance(59_999);
    let calls = counting.calls();
    keys.touch(&first).await?;
    ensure_eq!(counting.calls(), calls);
    // A request that read the row before the use was noted does not note it again.
    keys.touch(&created.key).await?;
    ensure_eq!(last_used().await?.last_used_at_ms, Some(PAST));
    ctx.clock.advance(1);
    keys.touch(&first).await?;
    ensure_eq!(last_used().await?.last_used_at_ms, Some(PAST + 60_000));
    Ok(())
}

pub(super) async fn a_key_shrinks_with_its_creator(ctx: &Ctx) -> Result<(), CaseError> {
    let (_, workspace) = ctx.owner().await?;
    let store = ctx.store()?;
    let email = format!("{}@example.eu", ctx.word()?);
    let member = store.members().create_member(&workspace.id, Role::Member, &email, "Bo", "correct horse").await?;
    let keys = store.keys();
    let scoped = keys.create(wish(&workspace.id, &member.id)).await?;
    let grant = KeyGrant::Role(Role::Admin);
    let whole = keys.create(NewKey { kind: KeyKind::Workspace, grant, ..wish(&workspace.id, &member.id) }).await?;
    ensure!(whole.secret.starts_with("lbl_sk_"));
    let permissions = async |secret: &str| Ok::<_, CaseError>(keys.verify(secret).await?.permissions);
    ensure_eq!(permissions(&scoped.secret).await?, Permissions::of(&[Permission::Label, Permission::Check]));
    // An admin key created by a member has only the permissions of a member.
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

pub(super) async fn a_key_moves_to_the_new_pepper(ctx: &Ctx) -> Result<(), CaseError> {
    let created = key(ctx).await?;
    let version = async || {
        let select = "SELECT pepper_version FROM api_keys WHERE id = ?1";
        let rows = ctx.rows(Statement::new(select).bind(created.key.id.as_str())).await?;
        Ok::<_, CaseError>(rows.first().map(|row| row.integer("pepper_version")).transpose()?)
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

pub(super) async fn grants_fit_their_kind(ctx: &Ctx) -> Result<(), CaseError> {
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

fn authority(user: &str, role: Role) -> Authority {
    Authority {
        actor: Actor::user(user, "req_1", "192.0.2.1".parse().ok()),
        person: user.to_owned(),
        permissions: role.permissions(),
    }
}

fn key_wish() -> CreateKey {
    CreateKey {
        kind: KeyKind::Live,
        name: "CRM".to_owned(),
        grant: KeyGrant::Scopes(vec![Scope::Label]),
        expires_at_ms: None,
        allow: Vec::new(),
    }
}

async fn home(ctx: &Ctx) -> Result<(Store, Authority, String), CaseError> {
    let (owner, workspace) = ctx.owner().await?;
    Ok((ctx.store()?, authority(&owner.id, Role::Owner), workspace.id))
}

pub(super) async fn callers_make_keys_within_their_own(ctx: &Ctx) -> Result<(), CaseError> {
    let (store, owner, workspace) = home(ctx).await?;
    let keys = store.keys();
    let created = keys.issue(&owner, &workspace, key_wish()).await?;
    ensure_eq!(
        (created.key.created_by.as_str(), created.key.limit_id.as_str()),
        (owner.person.as_str(), created.key.id.as_str())
    );
    ensure_eq!(keys.verify(&created.secret).await?.key, created.key);
    let viewer = Authority { permissions: Role::Viewer.permissions(), ..owner.clone() };
    ensure_eq!(keys.issue(&viewer, &workspace, key_wish()).await.err(), Some(KeysError::ExceedsPermissions));
    let whole = CreateKey { kind: KeyKind::Workspace, grant: KeyGrant::Role(Role::Owner), ..key_wish() };
    let admin = Authority { permissions: Role::Admin.permissions(), ..owner.clone() };
    ensure_eq!(keys.issue(&admin, &workspace, whole.clone()).await.err(), Some(KeysError::ExceedsPermissions));
    // An admin cannot obtain an owner's key by replacing it.
    let owners = keys.issue(&owner, &workspace, whole).await?;
    ensure_eq!(keys.rotate(&admin, &workspace, &owners.key.id, 0).await.err(), Some(KeysError::ExceedsPermissions));
    let past = CreateKey { expires_at_ms: Some(PAST), ..key_wish() };
    ensure_eq!(keys.issue(&owner, &workspace, past).await.err(), Some(KeysError::Expiry));
    let many = CreateKey { allow: vec!["192.0.2.0/24".parse::<Network>()?; 51], ..key_wish() };
    ensure_eq!(keys.issue(&owner, &workspace, many).await.err(), Some(KeysError::Networks));

    ensure_eq!(keys.withdraw(&owner, "ws_none", &created.key.id, false).await, Err(KeysError::NotFound));
    keys.withdraw(&owner, &workspace, &created.key.id, false).await?;
    ensure_eq!(keys.verify(&created.secret).await, Err(VerifyError::Revoked));
    ensure_eq!(keys.withdraw(&owner, &workspace, &created.key.id, false).await, Err(KeysError::NotFound));
    let actions = store.audit().admin_events(&workspace, None, 10).await?;
    let actions: Vec<_> = actions.iter().map(|entry| entry.event.action).collect();
    ensure_eq!(actions.len(), 3);
    ensure!(actions.contains(&AdminAction::KeyCreated) && actions.contains(&AdminAction::KeyRevoked));
    ensure_eq!(store.audit().verify(&workspace, &ChainPosition::genesis(), 100).await?.fault, None);
    Ok(())
}

pub(super) async fn a_replaced_key_works_for_the_overlap(ctx: &Ctx) -> Result<(), CaseError> {
    const DAY: i64 = 86_400_000;
    let (store, owner, workspace) = home(ctx).await?;
    let keys = store.keys();
    let networks = Network::parse_list("192.0.2.0/24 2001:db8::/32")?;
    let wish = CreateKey { expires_at_ms: Some(PAST + 90 * DAY), allow: networks, ..key_wish() };
    let first = keys.issue(&owner, &workspace, wish).await?;
    let here = "192.0.2.9".parse().ok();
    ctx.clock.set(PAST + 80 * DAY);
    let second = keys.rotate(&owner, &workspace, &first.key.id, DEFAULT_OVERLAP_S).await?;
    ensure_eq!(second.key.rotated_from.as_deref(), Some(first.key.id.as_str()));
    ensure_eq!(second.key.limit_id, first.key.id);
    ensure_eq!((&second.key.allow, &second.key.grant), (&first.key.allow, &first.key.grant));
    ensure_eq!(second.key.expires_at_ms, Some(PAST + 170 * DAY));
    let old = keys.verify_from(&first.secret, here).await?.key;
    ensure_eq!(
        (old.replaced_by.as_deref(), old.limit_id.as_str()),
        (Some(second.key.id.as_str()), first.key.id.as_str())
    );
    ensure_eq!(keys.verify_from(&second.secret, here).await?.key.limit_id, first.key.id);
    ensure_eq!(keys.rotate(&owner, &workspace, &first.key.id, 0).await.err(), Some(KeysError::Replaced));
    ctx.clock.set(PAST + 81 * DAY - 1);
    ensure!(keys.verify_from(&first.secret, here).await.is_ok());
    ctx.clock.set(PAST + 81 * DAY);
    ensure_eq!(keys.verify_from(&first.secret, here).await, Err(VerifyError::Expired));
    ensure!(keys.verify_from(&second.secret, here).await.is_ok());

    // Without overlap. The third key in the row still shares the rate limit of the first.
    let third = keys.rotate(&owner, &workspace, &second.key.id, 0).await?;
    ensure_eq!(third.key.limit_id, first.key.id);
    ensure_eq!(keys.verify_from(&second.secret, here).await, Err(VerifyError::Expired));
    // The overlap never exceeds the expiry of the old key.
    ctx.clock.set(PAST + 170 * DAY);
    let fourth = keys.rotate(&owner, &workspace, &third.key.id, MAX_OVERLAP_S).await?;
    let third_end = keys.find(&workspace, &third.key.id).await?.and_then(|key| key.expires_at_ms);
    ensure_eq!(third_end, Some(PAST + 171 * DAY));

    let rotate = async |id: &str, overlap| keys.rotate(&owner, &workspace, id, overlap).await.err();
    ensure_eq!(rotate(&fourth.key.id, MAX_OVERLAP_S + 1).await, Some(KeysError::Overlap));
    ensure_eq!(rotate("none", 0).await, Some(KeysError::NotFound));
    let other = ctx.owner().await?.1.id;
    ensure_eq!(keys.rotate(&owner, &other, &fourth.key.id, 0).await.err(), Some(KeysError::NotFound));
    ctx.clock.set(PAST + 400 * DAY);
    ensure_eq!(rotate(&fourth.key.id, 0).await, Some(KeysError::Ended));
    let gone = keys.issue(&owner, &workspace, key_wish()).await?;
    keys.withdraw(&owner, &workspace, &gone.key.id, false).await?;
    ensure_eq!(rotate(&gone.key.id, 0).await, Some(KeysError::Ended));

    // Two concurrent replacements create one new key.
    let fresh = keys.issue(&owner, &workspace, key_wish()).await?;
    let racing = ctx.store_over(Arc::new(Interleaved(Arc::clone(&ctx.store_db))), OLD_PEPPER)?.keys();
    let results = join_all((0..3).map(|_| {
        let (keys, owner, workspace, id) = (racing.clone(), owner.clone(), workspace.clone(), fresh.key.id.clone());
        async move { keys.rotate(&owner, &workspace, &id, 60).await.err() }
    }))
    .await;
    ensure_eq!(results.iter().filter(|error| error.is_none()).count(), 1);
    ensure_eq!(results.iter().filter(|error| **error == Some(KeysError::Replaced)).count(), 2);
    ensure_eq!(
        keys.list(&workspace).await?.iter().filter(|key| key.rotated_from.as_ref() == Some(&fresh.key.id)).count(),
        1
    );
    Ok(())
}

/// Returns the authority of a call with this key.
fn as_key(key: &CreatedKey) -> Authority {
    Authority {
        actor: Actor { kind: ActorKind::Key, ..Actor::user(&key.key.id, "req_2", None) },
        person: key.key.created_by.clone(),
        permissions: key.key.grant.permissions(),
    }
}

fn admin_wish() -> CreateKey {
    CreateKey { kind: KeyKind::Workspace, grant: KeyGrant::Role(Role::Admin), ..key_wish() }
}

pub(super) async fn a_key_makes_no_key_beyond_itself(ctx: &Ctx) -> Result<(), CaseError> {
    const DAY: i64 = 86_400_000;
    let (store, owner, workspace) = home(ctx).await?;
    let keys = store.keys();
    let end = PAST + 10 * DAY;
    let networks = Network::parse_list("192.0.2.0/24 2001:db8::/32")?;
    let wish = CreateKey { expires_at_ms: Some(end), allow: networks.clone(), ..admin_wish() };
    let bound = keys.issue(&owner, &workspace, wish).await?;
    let by = as_key(&bound);

    // Without a value in the request, the new key inherits the limits of its creator.
    let child = keys.issue(&by, &workspace, key_wish()).await?;
    ensure_eq!((child.key.expires_at_ms, &child.key.allow), (Some(end), &networks));
    ensure_eq!(child.key.limit_id, bound.key.limit_id);
    ensure_eq!(child.key.made_by_key.as_deref(), Some(bound.key.id.as_str()));
    ensure_eq!(keys.find(&workspace, &child.key.id).await?, Some(child.key.clone()));
    let narrow = Network::parse_list("192.0.2.64/26")?;
    let less = CreateKey { expires_at_ms: Some(end - 1), allow: narrow.clone(), ..admin_wish() };
    let grandchild = keys.issue(&by, &workspace, less).await?;
    ensure_eq!((grandchild.key.expires_at_ms, &grandchild.key.allow), (Some(end - 1), &narrow));
    let longer = CreateKey { expires_at_ms: Some(end + 1), ..key_wish() };
    ensure_eq!(keys.issue(&by, &workspace, longer).await.err(), Some(KeysError::Outlives { until_ms: end }));
    let wider = CreateKey { allow: Network::parse_list("192.0.2.0/24 192.0.3.0/24")?, ..key_wish() };
    ensure_matches!(keys.issue(&by, &workspace, wider).await.err(), Some(KeysError::WiderNetworks(_)));

    // A key that replaces itself keeps its expiry, and replacing another key cannot exceed its own limits.
    ctx.clock.set(PAST + 9 * DAY);
    let (free, owned) = (
        keys.issue(&owner, &workspace, key_wish()).await?,
        keys.issue(&owner, &workspace, CreateKey { expires_at_ms: Some(end), ..key_wish() }).await?,
    );
    let rotate = async |by: &Authority, id: &str| keys.rotate(by, &workspace, id, 60).await;
    ensure_eq!(rotate(&by, &free.key.id).await.err(), Some(KeysError::Outlives { until_ms: end }));
    ensure_matches!(rotate(&by, &owned.key.id).await.err(), Some(KeysError::WiderNetworks(_)));
    ensure_eq!(rotate(&by, &child.key.id).await?.key.expires_at_ms, Some(end));
    let renewed = rotate(&by, &bound.key.id).await?;
    ensure_eq!((renewed.key.expires_at_ms, &renewed.key.allow), (Some(end), &networks));
    ensure_eq!(renewed.key.limit_id, bound.key.limit_id);
    // A replacement by a person renews the lifetime.
    ensure_eq!(rotate(&owner, &renewed.key.id).await?.key.expires_at_ms, Some(PAST + 10 * DAY));

    // A key that ends during its request creates nothing.
    let last = keys.issue(&owner, &workspace, admin_wish()).await?;
    keys.withdraw(&owner, &workspace, &last.key.id, false).await?;
    ensure_eq!(keys.issue(&as_key(&last), &workspace, key_wish()).await.err(), Some(KeysError::Ended));

    // OAuth2 clients have no expiry and no networks. A key without both can create them within its own rate limit.
    let oauth = store.oauth();
    let client = || CreateClient { name: "x".to_owned(), livemode: true, scopes: vec![Scope::Check], jwks: None };
    let of_owner = oauth.create_client(&owner, &workspace, client()).await?.0;
    ensure_eq!((of_owner.made_by_key.as_deref(), of_owner.limit_id.as_str()), (None, of_owner.id.as_str()));
    ensure_eq!(oauth.create_client(&by, &workspace, client()).await.err(), Some(ClientError::EndingKey));
    ensure_eq!(oauth.add_secret(&by, &workspace, &of_owner.id).await.err(), Some(ClientError::EndingKey));
    let lasting = keys.issue(&owner, &workspace, admin_wish()).await?;
    let made = oauth.create_client(&as_key(&lasting), &workspace, client()).await?.0;
    ensure_eq!((made.made_by_key.as_ref(), &made.limit_id), (Some(&lasting.key.id), &lasting.key.limit_id));
    ensure!(oauth.clients(&workspace).await?.contains(&made));
    Ok(())
}

pub(super) async fn ending_a_key_can_end_what_it_made(ctx: &Ctx) -> Result<(), CaseError> {
    let (store, owner, workspace) = home(ctx).await?;
    let (keys, oauth) = (store.keys(), store.oauth());
    let issue = async |by: &Authority| keys.issue(by, &workspace, admin_wish()).await;
    let client = || CreateClient { name: "x".to_owned(), livemode: true, scopes: vec![Scope::Check], jwks: None };
    let works = async |key: &CreatedKey| keys.verify(&key.secret).await.is_ok();
    let build = async || -> Result<_, CaseError> {
        let root = issue(&owner).await?;
        let child = issue(&as_key(&root)).await?;
        let grandchild = issue(&as_key(&child)).await?;
        // A person replaces a key that the key created. The replacement is still attributed to the key.
        let replaced = keys.rotate(&owner, &workspace, &grandchild.key.id, 60).await?;
        let client = oauth.create_client(&as_key(&child), &workspace, client()).await?.0;
        Ok((root, [child, grandchild, replaced], client))
    };
    let stranger = issue(&owner).await?;

    let (root, made, client_of) = build().await?;
    keys.withdraw(&owner, &workspace, &root.key.id, false).await?;
    ensure!(!works(&root).await);
    for key in &made {
        ensure!(works(key).await);
    }
    let (root, made, ended) = build().await?;
    keys.withdraw(&owner, &workspace, &root.key.id, true).await?;
    for key in made.iter().chain([&root]) {
        ensure_eq!(keys.verify(&key.secret).await, Err(VerifyError::Revoked));
    }
    let clients = oauth.clients(&workspace).await?;
    let revoked = |id: &str| clients.iter().any(|client| client.id == id && client.revoked_at_ms.is_some());
    ensure!(revoked(&ended.id) && !revoked(&client_of.id));
    ensure!(works(&stranger).await);
    ensure_eq!(keys.withdraw(&owner, &workspace, &root.key.id, true).await, Err(KeysError::NotFound));
    let entries = store.audit().admin_events(&workspace, None, 100).await?;
    let of_root = |entry: &&AdminEntry| entry.event.subject == root.key.id;
    let entry = entries.iter().filter(of_root).find(|entry| entry.event.action == AdminAction::KeyRevoked);
    let named = format!("{:?}", entry.map(|entry| &entry.event.detail));
    for id in made.iter().map(|key| &key.key.id).chain([&ended.id]) {
        ensure!(named.contains(id.as_str()));
    }

    // If a key replaced itself, the replacement was created by the key and ends with it.
    let root = issue(&owner).await?;
    let itself = keys.rotate(&as_key(&root), &workspace, &root.key.id, 60).await?;
    keys.withdraw(&owner, &workspace, &root.key.id, true).await?;
    ensure!(!works(&itself).await);
    // If a person replaced the key, the replacement belongs to the person and continues to work.
    let root = issue(&owner).await?;
    let (fresh, child) = (keys.rotate(&owner, &workspace, &root.key.id, 60).await?, issue(&as_key(&root)).await?);
    keys.withdraw(&owner, &workspace, &root.key.id, true).await?;
    ensure!(works(&fresh).await && !works(&child).await);
    // A leaked key ends with everything that it created.
    let (root, made, _) = build().await?;
    keys.report_leak(&root.secret, "req_9").await?;
    for key in &made {
        ensure!(!works(key).await);
    }
    ensure_eq!(store.audit().verify(&workspace, &ChainPosition::genesis(), 100).await?.fault, None);
    Ok(())
}

pub(super) async fn keys_are_listed_in_pages(ctx: &Ctx) -> Result<(), CaseError> {
    let (owner, workspace) = ctx.owner().await?;
    let keys = ctx.store()?.keys();
    let mut made = Vec::new();
    for number in 0..7 {
        // Three keys each have the same creation time.
        ctx.clock.set(PAST + number / 3);
        made.push(keys.create(wish(&workspace.id, &owner.id)).await?.key);
    }
    made.sort_by(|one, other| (other.created_at_ms, &other.id).cmp(&(one.created_at_ms, &one.id)));
    let (mut listed, mut after) = (Vec::new(), None);
    loop {
        let page = keys.page(&workspace.id, after.as_ref(), 2).await?;
        ensure!(!page.keys.is_empty() && page.keys.len() <= 2);
        listed.extend(page.keys);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    ensure_eq!(listed, made);
    ensure_eq!(keys.page("ws_none", None, 2).await?.keys, []);
    Ok(())
}

pub(super) async fn a_key_works_only_from_its_networks(ctx: &Ctx) -> Result<(), CaseError> {
    let (store, owner, workspace) = home(ctx).await?;
    let keys = store.keys();
    let allow = Network::parse_list("192.0.2.0/24 2001:db8::/32")?;
    let created = keys.issue(&owner, &workspace, CreateKey { allow: allow.clone(), ..key_wish() }).await?;
    for (address, good) in [
        ("192.0.2.200", true),
        ("::ffff:192.0.2.200", true),
        ("2001:db8:9::1", true),
        ("192.0.3.1", false),
        ("2001:db9::1", false),
    ] {
        let result = keys.verify_from(&created.secret, address.parse().ok()).await;
        ensure_eq!(result.is_ok(), good);
    }
    ensure_eq!(keys.verify(&created.secret).await, Err(VerifyError::Elsewhere));
    ensure_eq!(keys.find(&workspace, &created.key.id).await?.map(|key| key.allow), Some(allow));
    Ok(())
}

pub(super) async fn a_key_found_in_public_is_ended(ctx: &Ctx) -> Result<(), CaseError> {
    let (store, owner, workspace) = home(ctx).await?;
    let keys = store.keys();
    let allow = Network::parse_list("192.0.2.0/24")?;
    let created = keys.issue(&owner, &workspace, CreateKey { allow, ..key_wish() }).await?;
    let id = created.key.id.clone();
    let secret = created.secret.get(21..53).unwrap_or_default();
    for no_key in ["", "lbl_live_x", &forge("lbl_live_", &id, &"0".repeat(32)), &forge("lbl_test_", &id, secret)] {
        ensure_eq!(keys.report_leak(no_key, "req_9").await?, LeakVerdict::NoKey);
    }
    ensure!(keys.verify_from(&created.secret, "192.0.2.1".parse().ok()).await.is_ok());
    let verdict = |ended_now| LeakVerdict::Key { key_id: id.clone(), workspace_id: workspace.clone(), ended_now };
    ensure_eq!(keys.report_leak(&created.secret, "req_9").await?, verdict(true));
    ensure_eq!(keys.verify(&created.secret).await, Err(VerifyError::Revoked));
    ensure_eq!(keys.report_leak(&created.secret, "req_9").await?, verdict(false));
    let entry = &store.audit().admin_events(&workspace, None, 10).await?;
    ensure!(entry.iter().any(|entry| entry.event.action == AdminAction::KeyLeaked && entry.request_id == "req_9"));
    Ok(())
}
