//! Passkeys and the sign-in policy of workspaces.

use crate::audit::admin::AdminAction;
use crate::contract::context::{CaseError, Ctx, PAST, ensure, ensure_eq, origin};
use crate::database::Statement;
use crate::model::{Actor, Authority};
use crate::passkeys::{CHALLENGE_MS, NewPasskey, PasskeyUse, PasskeysError};
use crate::people::User;
use crate::people::error::AccountsError;
use crate::roles::Role;
use crate::sessions::sign_in::SignIn;
use crate::store::Store;
use crate::workspaces::{SignInPolicy, WorkspaceSettings};

async fn home(ctx: &Ctx) -> Result<(Store, User, Authority, String), CaseError> {
    let (owner, workspace) = ctx.owner().await?;
    let authority = Authority {
        actor: Actor::user(&owner.id, "req_1", None),
        person: owner.id.clone(),
        permissions: Role::Owner.permissions(),
    };
    Ok((ctx.store()?, owner, authority, workspace.id))
}

pub(super) async fn a_challenge_works_once(ctx: &Ctx) -> Result<(), CaseError> {
    let (store, owner, _, _) = home(ctx).await?;
    let passkeys = store.passkeys();
    let person = Some(owner.id.as_str());
    for user in [None, person] {
        let challenge = passkeys.challenge(user).await?;
        ensure_eq!(challenge.len(), 32);
        let other = if user.is_none() { person } else { None };
        ensure!(!passkeys.take_challenge(&challenge, other).await?);
        ensure!(passkeys.take_challenge(&challenge, user).await?);
        ensure!(!passkeys.take_challenge(&challenge, user).await?);
        let late = passkeys.challenge(user).await?;
        ensure!(late != challenge);
        ctx.clock.advance(CHALLENGE_MS);
        ensure!(!passkeys.take_challenge(&late, user).await?);
    }
    ensure!(!passkeys.take_challenge(&[], None).await?);
    ensure!(passkeys.purge(1000).await? >= 2);
    Ok(())
}

pub(super) async fn a_passkey_signs_its_owner_in(ctx: &Ctx) -> Result<(), CaseError> {
    let (store, owner, _, workspace) = home(ctx).await?;
    let passkeys = store.passkeys();
    let new = NewPasskey {
        credential_id: ctx.word()?.into_bytes(),
        name: " Laptop ".to_owned(),
        public_key: vec![4; 65],
        counter: 0,
        backup_eligible: true,
        backed_up: true,
    };
    let entered = store
        .sessions()
        .sign_in(SignIn { email: &owner.email, password: "correct horse battery", user_agent: "" })
        .await?;
    let at = entered.session.id.as_str();
    let nameless = NewPasskey { name: String::new(), ..new.clone() };
    ensure_eq!(passkeys.add(&owner.id, at, &nameless, &origin()).await.err(), Some(PasskeysError::Name));
    let stored = passkeys.add(&owner.id, at, &new, &origin()).await?;
    ensure_eq!(stored.name, "Laptop");
    ensure_eq!(passkeys.find(&new.credential_id).await?, Some(stored.clone()));
    ensure_eq!(passkeys.find(b"none").await?, None);
    ensure_eq!(passkeys.of_user(&owner.id).await?, std::slice::from_ref(&stored));
    let (stranger, _) = ctx.owner().await?;
    ensure_eq!(passkeys.add(&stranger.id, at, &new, &origin()).await.err(), Some(PasskeysError::Taken));

    // Registering a passkey counts as using it in this session.
    let identity = store.sessions().verify_session(&entered.cookie).await?;
    ensure_eq!(identity.session.passkey_at_ms, Some(PAST));
    store.sessions().end_session(&origin().actor(&owner.id), &owner.id, at).await?;
    let sign_in = async |known: &crate::passkeys::Passkey, counter| {
        let good = PasskeyUse { counter, backup_eligible: true, backed_up: true };
        passkeys.sign_in(&store.sessions(), known, good, "Contract/1.0", &origin()).await
    };
    // The backup eligibility never changes.
    let copied = PasskeyUse { counter: 7, backup_eligible: false, backed_up: false };
    let refused = passkeys.sign_in(&store.sessions(), &stored, copied, "", &origin()).await;
    ensure_eq!(refused.err(), Some(PasskeysError::Refused));
    let session = sign_in(&stored, 7).await?;
    let identity = store.sessions().verify_session(&session.cookie).await?;
    ensure_eq!((identity.user, identity.session.passkey_at_ms), (owner.clone(), Some(PAST)));
    let used = passkeys.find(&new.credential_id).await?.ok_or(CaseError("gone".to_owned()))?;
    ensure_eq!((used.counter, used.last_used_at_ms), (7, Some(PAST)));
    // Refused if the counter changed since verification: a cloned authenticator, or a replayed response.
    ensure_eq!(sign_in(&stored, 8).await.err(), Some(PasskeysError::Refused));
    ensure_eq!(store.sessions().sessions(&owner.id).await?.len(), 1);
    sign_in(&used, 8).await?;

    let id = owner.id.as_str();
    ctx.rows(Statement::new("UPDATE users SET disabled_at = 1 WHERE id = ?1").bind(id)).await?;
    ensure_eq!(passkeys.find(&new.credential_id).await?, None);
    let present = crate::passkeys::Passkey { counter: 8, ..used };
    ensure_eq!(sign_in(&present, 9).await.err(), Some(PasskeysError::Refused));
    ctx.rows(Statement::new("UPDATE users SET disabled_at = NULL WHERE id = ?1").bind(id)).await?;

    ensure_eq!(passkeys.remove(&stranger.id, &stored.id, &origin()).await, Err(PasskeysError::NotFound));
    passkeys.remove(&owner.id, &stored.id, &origin()).await?;
    ensure_eq!(passkeys.of_user(&owner.id).await?, []);
    let entries = store.audit().admin_events(&workspace, None, 10).await?;
    let actions: Vec<_> = entries.iter().map(|entry| entry.event.action).collect();
    for action in [AdminAction::PasskeyAdded, AdminAction::PasskeyRemoved, AdminAction::SignedIn] {
        ensure!(actions.contains(&action));
    }
    Ok(())
}

/// Sign-in policy of a workspace, and the passkey use of a session.
pub(super) async fn a_session_shows_what_its_workspace_asks_for(ctx: &Ctx) -> Result<(), CaseError> {
    let (store, owner, authority, workspace) = home(ctx).await?;
    let passkeys = store.passkeys();
    let entered = store
        .sessions()
        .sign_in(SignIn { email: &owner.email, password: "correct horse battery", user_agent: "" })
        .await?;
    let at = entered.session.id.as_str();
    let now = async || Ok::<_, CaseError>(store.sessions().verify_session(&entered.cookie).await?);
    ensure_eq!((now().await?.sign_in, now().await?.is_admitted()), (SignInPolicy::Password, true));
    ensure!(!passkeys.are_wanted(&owner.id).await?);
    let before = store.workspaces().settings(&workspace).await?.ok_or(CaseError("gone".to_owned()))?;
    let stricter = WorkspaceSettings { sign_in: SignInPolicy::Passkey, ..before.clone() };
    ensure!(store.workspaces().change_settings(&authority.actor, &workspace, &before, &stricter).await?);
    ensure_eq!((now().await?.sign_in, now().await?.is_admitted()), (SignInPolicy::Passkey, false));
    ensure!(passkeys.are_wanted(&owner.id).await?);

    // Confirming with a password does not count as a passkey.
    ctx.clock.advance(1000);
    let confirm = async |password: &str| store.passwords().confirm_password(&owner.id, at, password).await;
    ensure_eq!(confirm("wrong horse").await.err(), Some(AccountsError::SignInRefused));
    ensure_eq!(now().await?.session.confirmed_at_ms, PAST);
    confirm("correct horse battery").await?;
    ensure_eq!((now().await?.session.confirmed_at_ms, now().await?.is_admitted()), (PAST + 1000, false));

    let new = NewPasskey {
        credential_id: ctx.word()?.into_bytes(),
        name: "Laptop".to_owned(),
        public_key: vec![4; 65],
        counter: 0,
        backup_eligible: false,
        backed_up: false,
    };
    // A passkey registered in another session does not count for this one.
    let stored = passkeys.add(&owner.id, "elsewhere", &new, &origin()).await?;
    ensure!(!now().await?.is_admitted());
    let good = PasskeyUse { counter: 1, backup_eligible: false, backed_up: false };
    let (stranger, _) = ctx.owner().await?;
    ensure_eq!(passkeys.confirm(&stored, good, &stranger.id, at).await, Err(PasskeysError::Refused));
    passkeys.confirm(&stored, good, &owner.id, at).await?;
    ensure_eq!(now().await?.session.passkey_at_ms, Some(PAST + 1000));
    ensure!(now().await?.is_admitted());
    // A replayed response.
    ensure_eq!(passkeys.confirm(&stored, good, &owner.id, at).await, Err(PasskeysError::Refused));
    Ok(())
}
