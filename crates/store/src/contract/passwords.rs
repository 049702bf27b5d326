//! Changing and resetting passwords.

use crate::contract::context::{CaseError, Ctx, PASSWORD, PAST, by, ensure, ensure_eq, home, member, origin};
use crate::database::Statement;
use crate::passkeys::{NewPasskey, PasskeyUse, PasskeysError};
use crate::passwords::PASSWORD_RESET_MS;
use crate::people::error::{AccountsError, MembersError};
use crate::roles::Role;
use crate::sessions::SessionError;
use crate::sessions::sign_in::SignIn;

const OLD_PEPPER: &str = "1:a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1";

const BOTH_PEPPERS: &str = "1:a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1,\
    2:b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2";

const NEW_PEPPER: &str = "2:b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2";

fn sign_in<'a>(email: &'a str, password: &'a str) -> SignIn<'a> {
    SignIn { email, password, user_agent: "Contract/1.0" }
}

/// Creates an account with an unconfirmed address, and with all credentials that its creator could have added.
pub(super) async fn an_unproved_account_opens_by_mail_alone(ctx: &Ctx) -> Result<(), CaseError> {
    let (store, _, workspace) = home(ctx).await?;
    let passkeys = store.passkeys();
    let victim = member(ctx, &store, &workspace.id, Role::Member).await?;
    let id = victim.id.as_str();
    let session = store.sessions().sign_in(SignIn { email: &victim.email, password: PASSWORD, user_agent: "" }).await?;
    let credential_id = ctx.word()?.into_bytes();
    let new = NewPasskey {
        credential_id: credential_id.clone(),
        name: "Not mine".to_owned(),
        public_key: vec![4; 65],
        counter: 0,
        backup_eligible: false,
        backed_up: false,
    };
    let planted = passkeys.add(id, &session.session.id, &new, &origin()).await?;
    let challenge = passkeys.challenge(Some(id)).await?;
    ctx.rows(Statement::new("UPDATE users SET email_proved_at = NULL WHERE id = ?1").bind(id)).await?;

    let sign_in = async |password: &str| {
        store.sessions().sign_in(SignIn { email: &victim.email, password, user_agent: "" }).await.map(|_| ()).err()
    };
    ensure_eq!(sign_in("wrong horse").await, Some(AccountsError::SignInRefused));
    ensure_eq!(sign_in(PASSWORD).await, Some(AccountsError::Unproved));
    ensure_eq!(store.sessions().verify_session(&session.cookie).await, Err(SessionError::NoAccess));
    let good = PasskeyUse { counter: 1, backup_eligible: false, backed_up: false };
    let by_passkey = passkeys.sign_in(&store.sessions(), &planted, good, "", &origin()).await;
    ensure_eq!(by_passkey.err(), Some(PasskeysError::Unproved));

    let link = store.passwords().request_password_reset(&victim.email).await?.ok_or(CaseError("no link".to_owned()))?;
    store.passwords().reset_password(&link.token, "a horse of my own", &origin()).await?;
    ensure_eq!(passkeys.find(&credential_id).await?, None);
    ensure!(!passkeys.take_challenge(&challenge, Some(id)).await?);
    ensure_eq!(store.sessions().verify_session(&session.cookie).await, Err(SessionError::Ended));
    ensure_eq!(sign_in(PASSWORD).await, Some(AccountsError::SignInRefused));
    ensure_eq!(sign_in("a horse of my own").await, None);

    // Later resets keep passkeys, because the person has confirmed the address.
    passkeys.add(id, "none", &new, &origin()).await?;
    let link = store.passwords().request_password_reset(&victim.email).await?.ok_or(CaseError("no link".to_owned()))?;
    store.passwords().reset_password(&link.token, "another of my own", &origin()).await?;
    ensure!(passkeys.find(&credential_id).await?.is_some());
    Ok(())
}

pub(super) async fn a_password_changes_and_is_reset(ctx: &Ctx) -> Result<(), CaseError> {
    let (store, owner, _) = home(ctx).await?;
    let sign_in =
        async |password: &str| store.sessions().sign_in(SignIn { email: &owner.email, password, user_agent: "" }).await;
    let old = "correct horse battery";
    let (here, there) = (sign_in(old).await?, sign_in(old).await?);
    let change = async |present: &str, new: &str| {
        store.passwords().change_password(&owner.id, &here.session.id, present, new, &origin()).await
    };
    ensure_eq!(change("wrong horse", "new horse battery").await, Err(AccountsError::SignInRefused));
    ensure_eq!(change(old, "short").await, Err(AccountsError::Password));
    ensure_eq!(change(old, "Password123").await, Err(AccountsError::CommonPassword));
    change(old, "new horse battery").await?;
    ensure!(store.sessions().verify_session(&here.cookie).await.is_ok());
    ensure_eq!(store.sessions().verify_session(&there.cookie).await, Err(SessionError::Ended));
    ensure_eq!(sign_in(old).await.err(), Some(AccountsError::SignInRefused));
    sign_in("new horse battery").await?;

    // Unknown addresses write the same rows and get no link.
    let count = async || {
        let rows = ctx.rows(Statement::new("SELECT COUNT(*) AS n FROM links WHERE kind = 'password_reset'")).await?;
        Ok::<_, CaseError>(rows[0].integer("n")?)
    };
    let before = count().await?;
    ensure_eq!(store.passwords().request_password_reset(&format!("{}@example.eu", ctx.word()?)).await?, None);
    ensure_eq!(store.passwords().request_password_reset("nonsense").await?, None);
    ensure_eq!(count().await?, before + 2);
    let replaced =
        store.passwords().request_password_reset(&owner.email).await?.ok_or(CaseError("no link".to_owned()))?;
    let link = store.passwords().request_password_reset(&owner.email).await?.ok_or(CaseError("no link".to_owned()))?;
    ensure_eq!(link.expires_at_ms, PAST + PASSWORD_RESET_MS);
    let reset = async |token: &str, new: &str| store.passwords().reset_password(token, new, &origin()).await;
    ensure_eq!(reset(&replaced.token, "third horse").await.err(), Some(MembersError::Link));
    ensure_eq!(reset(&link.token, "short").await.err(), Some(MembersError::Account(AccountsError::Password)));
    ensure_eq!(reset(&link.token, "third horse").await?, owner);
    ensure_eq!(reset(&link.token, "fourth horse").await.err(), Some(MembersError::Link));
    ensure_eq!(store.sessions().verify_session(&here.cookie).await, Err(SessionError::Ended));
    sign_in("third horse").await?;
    // The link of an invitation cannot reset a password.
    let workspace = &store.members().memberships(&owner.id).await?[0].workspace_id;
    let invitation = store.invitations().invite(&by(&owner.id, Role::Owner), workspace, Role::Viewer, None).await?;
    ensure_eq!(reset(&invitation.token, "fifth horse").await.err(), Some(MembersError::Link));
    Ok(())
}

pub(super) async fn a_password_moves_to_the_new_pepper(ctx: &Ctx) -> Result<(), CaseError> {
    let new = ctx.new_owner()?;
    ctx.store_with(OLD_PEPPER)?.workspaces().create_owner(&new).await?;
    let try_with = async |peppers: &str| {
        let store = ctx.store_with(peppers)?;
        Ok::<_, CaseError>(store.sessions().sign_in(sign_in(&new.email, &new.password)).await)
    };
    ensure_eq!(try_with(NEW_PEPPER).await?, Err(AccountsError::SignInRefused));
    ensure!(try_with(BOTH_PEPPERS).await?.is_ok());
    ensure!(try_with(NEW_PEPPER).await?.is_ok());
    ensure_eq!(try_with(OLD_PEPPER).await?, Err(AccountsError::SignInRefused));
    Ok(())
}
