//! OAuth2 clients, token keys, revocation.

use std::sync::Arc;

use futures_util::future::join_all;

use crate::audit::chain::ChainPosition;
use crate::contract::context::{CaseError, Ctx, PAST, ensure, ensure_eq};
use crate::database::Statement;
use crate::model::{Actor, Authority};
use crate::oauth::model::{ClientError, CreateClient};
use crate::oauth::token_keys::{NewTokenKey, PUBLISHED_AHEAD_MS, TokenKeyState};
use crate::oauth::{OAuth, RETIRED_FOR_MS};
use crate::roles::{Permission, Permissions, Role, Scope};
use crate::sealing::SealingKeys;
use crate::secret::Peppers;
use crate::store::Store;
use crate::testing::Interleaved;

const OLD_PEPPER: &str = "1:a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1";
const BOTH_PEPPERS: &str = "1:a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1,\
    2:b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2";

async fn home(ctx: &Ctx) -> Result<(Store, Authority, String), CaseError> {
    let (owner, workspace) = ctx.owner().await?;
    let authority = Authority {
        actor: Actor::user(&owner.id, "req_1", None),
        person: owner.id,
        permissions: Role::Owner.permissions(),
    };
    Ok((ctx.store()?, authority, workspace.id))
}

fn wish() -> CreateClient {
    CreateClient { name: " Batch ".to_owned(), livemode: true, scopes: vec![Scope::Label, Scope::Check], jwks: None }
}

pub(super) async fn a_client_has_up_to_two_secrets(ctx: &Ctx) -> Result<(), CaseError> {
    let (store, by, workspace) = home(ctx).await?;
    let oauth = store.oauth();
    let (client, secret) = oauth.create_client(&by, &workspace, wish()).await?;
    let secret = secret.ok_or(CaseError("no secret".to_owned()))?;
    ensure_eq!(client.name, "Batch");
    ensure_eq!(oauth.clients(&workspace).await?, std::slice::from_ref(&client));
    let verified = oauth.verify_secret(&client.id, &secret.secret).await?;
    ensure_eq!((verified.client.clone(), verified.scopes()), (client.clone(), client.scopes.clone()));
    ensure_eq!(verified.permissions(&[Scope::Check, Scope::Assets]), Permissions::of(&[Permission::Check]));
    let rows = ctx.rows(Statement::new("SELECT * FROM oauth_secrets WHERE client_id = ?1").bind(client.id.as_str()));
    ensure!(!format!("{:?}", rows.await?).contains(&secret.secret));

    let second = oauth.add_secret(&by, &workspace, &client.id).await?;
    ensure_eq!(oauth.add_secret(&by, &workspace, &client.id).await.err(), Some(ClientError::TwoSecrets));
    ensure_eq!(oauth.secrets(&client.id).await?.len(), 2);
    for good in [&secret.secret, &second.secret] {
        ensure!(oauth.verify_secret(&client.id, good).await.is_ok());
    }
    let remove = async |id: &str| oauth.remove_secret(&by, &workspace, &client.id, id).await;
    remove(&secret.listed.id).await?;
    ensure_eq!(remove(&secret.listed.id).await, Err(ClientError::NotFound));
    ensure_eq!(oauth.verify_secret(&client.id, &secret.secret).await.err(), Some(ClientError::Refused));
    for (id, text) in [("cli_none", second.secret.as_str()), (&client.id, ""), (&client.id, "lbl_cs_x")] {
        ensure_eq!(oauth.verify_secret(id, text).await.err(), Some(ClientError::Refused));
    }
    // Of two concurrent additions, one succeeds.
    let racing = ctx.store_over(Arc::new(Interleaved(Arc::clone(&ctx.store_db))), OLD_PEPPER)?.oauth();
    let results = join_all((0..2).map(|_| {
        let (oauth, by, workspace, id) = (racing.clone(), by.clone(), workspace.clone(), client.id.clone());
        async move { oauth.add_secret(&by, &workspace, &id).await.err() }
    }))
    .await;
    ensure_eq!(results.iter().filter(|error| error.is_none()).count(), 1);

    // Another pepper, another workspace, and scopes beyond those of the caller.
    let both = ctx.store_with(BOTH_PEPPERS)?.oauth();
    ensure!(both.verify_secret(&client.id, &second.secret).await.is_ok());
    let version = "SELECT pepper_version FROM oauth_secrets WHERE id = ?1";
    let rows = ctx.rows(Statement::new(version).bind(second.listed.id.as_str())).await?;
    ensure_eq!(rows[0].integer("pepper_version")?, 2);
    let other = ctx.owner().await?.1.id;
    ensure_eq!(oauth.add_secret(&by, &other, &client.id).await.err(), Some(ClientError::NotFound));
    ensure_eq!(oauth.revoke_client(&by, &other, &client.id).await, Err(ClientError::NotFound));
    let viewer = Authority { permissions: Role::Viewer.permissions(), ..by.clone() };
    ensure_eq!(oauth.create_client(&viewer, &workspace, wish()).await.err(), Some(ClientError::ExceedsPermissions));
    let nameless = CreateClient { name: " ".to_owned(), ..wish() };
    ensure_eq!(oauth.create_client(&by, &workspace, nameless).await.err(), Some(ClientError::InvalidRequest));
    ensure_eq!(store.audit().verify(&workspace, &ChainPosition::genesis(), 100).await?.fault, None);
    Ok(())
}

pub(super) async fn a_client_with_keys_proves_itself_once(ctx: &Ctx) -> Result<(), CaseError> {
    let (store, by, workspace) = home(ctx).await?;
    let oauth = store.oauth();
    let keyed = CreateClient { jwks: Some("{\"keys\":[]}".to_owned()), ..wish() };
    let (client, secret) = oauth.create_client(&by, &workspace, keyed).await?;
    ensure_eq!(secret, None);
    ensure_eq!(oauth.client_with_keys(&client.id).await?.client, client);
    ensure_eq!(oauth.client_with_keys("cli_none").await.err(), Some(ClientError::Refused));
    let (plain, _) = oauth.create_client(&by, &workspace, wish()).await?;
    ensure_eq!(oauth.client_with_keys(&plain.id).await.err(), Some(ClientError::Refused));
    let jti = ctx.word()?;
    let end = PAST / 1000 + 60;
    oauth.use_assertion(&client.id, &jti, end).await?;
    ensure_eq!(oauth.use_assertion(&client.id, &jti, end).await, Err(ClientError::Refused));
    oauth.use_assertion(&plain.id, &jti, end).await?;
    ctx.clock.set(PAST + 60_000);
    ensure!(oauth.purge(1000).await? >= 2);
    Ok(())
}

pub(super) async fn a_client_with_keys_takes_no_secret(ctx: &Ctx) -> Result<(), CaseError> {
    let (store, by, workspace) = home(ctx).await?;
    let oauth = store.oauth();
    let keyed = CreateClient { jwks: Some("{\"keys\":[]}".to_owned()), ..wish() };
    let (client, _) = oauth.create_client(&by, &workspace, keyed).await?;
    ensure_eq!(oauth.add_secret(&by, &workspace, &client.id).await.err(), Some(ClientError::HasKeys));
    ensure_eq!(oauth.secrets(&client.id).await?, []);
    let other = ctx.owner().await?.1.id;
    ensure_eq!(oauth.add_secret(&by, &other, &client.id).await.err(), Some(ClientError::NotFound));
    // A secret that was added before the client had keys is refused.
    let (plain, secret) = oauth.create_client(&by, &workspace, wish()).await?;
    let secret = secret.ok_or(CaseError("no secret".to_owned()))?.secret;
    let set = "UPDATE oauth_clients SET jwks = '{\"keys\":[]}' WHERE id = ?1";
    ctx.rows(Statement::new(set).bind(plain.id.as_str())).await?;
    ensure_eq!(oauth.verify_secret(&plain.id, &secret).await.err(), Some(ClientError::Refused));
    Ok(())
}

pub(super) async fn tokens_end_when_they_should(ctx: &Ctx) -> Result<(), CaseError> {
    let (store, by, workspace) = home(ctx).await?;
    let oauth = store.oauth();
    let (client, _) = oauth.create_client(&by, &workspace, wish()).await?;
    let now = PAST / 1000;
    let (one, two) = (ctx.word()?, ctx.word()?);
    let good = async |jti: &str, issued| oauth.client_of_token(&client.id, jti, issued).await;
    ensure_eq!(good(&one, now).await?.client, client);
    oauth.revoke_token(&one, now + 600).await?;
    oauth.revoke_token(&one, now + 600).await?;
    ensure_eq!(good(&one, now).await.err(), Some(ClientError::Refused));
    ensure!(good(&two, now).await.is_ok());
    // A revocation is stored until the token expires.
    ctx.clock.set(PAST + 600_000);
    oauth.purge(1000).await?;
    ensure_eq!(good(&one, now).await.err(), Some(ClientError::Refused));
    oauth.end_tokens(&by, &workspace, &client.id).await?;
    ensure_eq!(good(&two, now).await.err(), Some(ClientError::Refused));
    ensure_eq!(good(&two, now + 600).await.err(), Some(ClientError::Refused));
    ensure!(good(&two, now + 601).await.is_ok());

    // Limited to the current role of the creator, and empty if the creator left.
    let set = "UPDATE memberships SET role = ?3 WHERE workspace_id = ?1 AND user_id = ?2";
    let email = format!("{}@example.eu", ctx.word()?);
    let second = store.members().create_member(&workspace, Role::Owner, &email, "Bo", "correct horse").await?;
    ctx.rows(Statement::new(set).bind(workspace.as_str()).bind(by.person.as_str()).bind("viewer")).await?;
    let shrunk = good(&two, now + 601).await?;
    ensure_eq!(shrunk.scopes(), [Scope::Check]);
    ensure_eq!(shrunk.permissions(&[Scope::Label]), Permissions::NONE);
    let by = Authority { person: second.id, ..by };
    oauth.revoke_client(&by, &workspace, &client.id).await?;
    ensure_eq!(good(&two, now + 601).await.err(), Some(ClientError::Refused));
    ensure_eq!(oauth.end_tokens(&by, &workspace, &client.id).await, Err(ClientError::NotFound));
    ensure!(oauth.clients(&workspace).await?[0].revoked_at_ms.is_some());
    Ok(())
}

pub(super) async fn token_keys_rotate_in_order(ctx: &Ctx) -> Result<(), CaseError> {
    let store = ctx.store()?;
    let oauth = store.oauth();
    // The server has one set of keys, so remove those of earlier runs.
    ctx.rows(Statement::new("DELETE FROM token_keys")).await?;
    let key = |name: &str| NewTokenKey {
        kid: name.to_owned(),
        public_jwk: format!("{{\"kid\":\"{name}\"}}"),
        secret: name.as_bytes().to_vec(),
    };
    let states = async |oauth: &OAuth| {
        let keys = oauth.token_keys().await?;
        Ok::<_, CaseError>(keys.into_iter().map(|key| (key.kid, key.state)).collect::<Vec<_>>())
    };
    let signs = async |oauth: &OAuth, name: &str| {
        Ok::<_, CaseError>(oauth.signing_key().await? == Some(name.as_bytes().to_vec()))
    };
    ensure_eq!(oauth.signing_key().await?, None);
    ensure!(oauth.install_token_keys(&key("a"), &key("b")).await?);
    ensure!(!oauth.install_token_keys(&key("x"), &key("y")).await?);
    let active = |name: &str| (name.to_owned(), TokenKeyState::Active);
    let next = |name: &str| (name.to_owned(), TokenKeyState::Next);
    let retired = |name: &str| (name.to_owned(), TokenKeyState::Retired);
    ensure_eq!(states(&oauth).await?, [active("a"), next("b")]);
    ensure!(signs(&oauth, "a").await?);
    let rows = ctx.rows(Statement::new("SELECT sealed FROM token_keys WHERE kid = 'a'")).await?;
    ensure!(rows[0].text("sealed")?.starts_with("v2."));

    // A key becomes active only after it was published long enough, and only in place of the active key.
    ensure!(!oauth.rotate_token_keys("a", &key("c")).await?);
    ctx.clock.advance(PUBLISHED_AHEAD_MS);
    ensure!(!oauth.rotate_token_keys("b", &key("c")).await?);
    let racing = ctx.store_over(Arc::new(Interleaved(Arc::clone(&ctx.store_db))), OLD_PEPPER)?.oauth();
    let results = join_all(["c", "d"].map(|name| {
        let (oauth, fresh) = (racing.clone(), key(name));
        async move { oauth.rotate_token_keys("a", &fresh).await }
    }))
    .await;
    let rotated: Vec<bool> = results.into_iter().collect::<Result<_, _>>()?;
    ensure_eq!(rotated.iter().filter(|done| **done).count(), 1);
    let fresh = if rotated[0] { "c" } else { "d" };
    ensure_eq!(states(&oauth).await?, [retired("a"), active("b"), next(fresh)]);
    ctx.clock.advance(RETIRED_FOR_MS - 1);
    oauth.purge(1000).await?;
    ensure_eq!(states(&oauth).await?.len(), 3);
    ctx.clock.advance(1);
    oauth.purge(1000).await?;
    ensure_eq!(states(&oauth).await?, [active("b"), next(fresh)]);

    // After rotation, the new sealing key is used.
    let own = SealingKeys::derived(&Peppers::parse(OLD_PEPPER)?).with_own(&format!("1:{}", "cd".repeat(32)))?;
    let resealing = ctx.store()?.with_sealing_keys(Arc::new(own));
    while resealing.retirement().reseal_step(100).await? > 0 {}
    ensure!(signs(&resealing.oauth(), "b").await?);
    // Only signing needs the private key.
    ensure_eq!(states(&oauth).await?, [active("b"), next(fresh)]);
    ensure!(oauth.signing_key().await.is_err());
    // Remove the invalid keys, so that a server on the same database does not publish them.
    ctx.rows(Statement::new("DELETE FROM token_keys")).await?;
    Ok(())
}
