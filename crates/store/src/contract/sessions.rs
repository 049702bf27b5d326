//! Sessions, and signing in under delays.

use std::sync::Arc;

use futures_util::future::join_all;

use crate::audit::admin::AdminAction;
use crate::contract::context::{CaseError, Ctx, PAST, PEPPER, ensure, ensure_eq, home};
use crate::database::Statement;
use crate::model::{Actor, Origin};
use crate::people::error::AccountsError;
use crate::roles::Role;
use crate::sessions::delays::DEVICE_MS;
use crate::sessions::sign_in::SignIn;
use crate::sessions::{NewSession, SessionError, SessionLimits};
use crate::testing::{FailingDatabase, Interleaved};
use crate::workspaces::NewOwner;
use labeler_ports::Clock as _;

const OLD_PEPPER: &str = "1:a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1";

fn sign_in<'a>(email: &'a str, password: &'a str) -> SignIn<'a> {
    SignIn { email, password, user_agent: "Contract/1.0" }
}

pub(super) async fn signed_in(ctx: &Ctx) -> Result<(NewOwner, NewSession), CaseError> {
    let new = ctx.new_owner()?;
    let store = ctx.store()?;
    store.workspaces().create_owner(&new).await?;
    let session = store.sessions().sign_in(sign_in(&new.email, &new.password)).await?;
    Ok((new, session))
}

pub(super) async fn an_owner_signs_in(ctx: &Ctx) -> Result<(), CaseError> {
    let store = ctx.store()?;
    let new = ctx.new_owner()?;
    let (user, workspace) = store.workspaces().create_owner(&new).await?;
    ensure_eq!(user.email, new.email.to_lowercase());
    ensure_eq!(store.people().user(&user.id).await?, Some(user.clone()));
    ensure_eq!(store.people().user("usr_none").await?, None);
    ensure_eq!(store.workspaces().workspace(&workspace.id).await?, Some(workspace.clone()));
    let memberships = store.members().memberships(&user.id).await?;
    ensure_eq!(
        memberships.iter().map(|at| (at.workspace_id.as_str(), at.role)).collect::<Vec<_>>(),
        [(workspace.id.as_str(), Role::Owner)]
    );

    let typed = format!("  {} ", new.email.to_uppercase());
    let session = store.sessions().sign_in(sign_in(&typed, &new.password)).await?;
    ensure_eq!(session.user, user);
    let identity = store.sessions().verify_session(&session.cookie).await?;
    ensure_eq!(identity.user, user);
    ensure_eq!(identity.workspace, workspace);
    ensure_eq!(identity.role, Role::Owner);
    ensure_eq!(identity.permissions(), Role::Owner.permissions());
    ensure_eq!(identity.session, session.session);
    let again = store.sessions().sign_in(sign_in(&new.email, &new.password)).await?;
    ensure!(again.session.id != session.session.id);

    let secret = session.cookie.split('.').next_back().unwrap_or_default();
    let find = "SELECT id || secret_mac || user_agent AS everything FROM sessions WHERE id = ?1";
    let rows = ctx.rows(Statement::new(find).bind(session.session.id.as_str())).await?;
    ensure!(!rows.first().ok_or(CaseError("no row".to_owned()))?.text("everything")?.contains(secret));
    Ok(())
}

pub(super) async fn refused_sign_ins_look_alike(ctx: &Ctx) -> Result<(), CaseError> {
    let store = ctx.store()?;
    let (new, session) = signed_in(ctx).await?;
    let refused = async |email: &str, password: &str| {
        let result = store.sessions().sign_in(sign_in(email, password)).await;
        ensure_eq!(result, Err(AccountsError::SignInRefused));
        Ok(())
    };
    refused(&new.email, "wrong horse battery").await?;
    refused(&new.email, "").await?;
    refused(&new.email, &new.password.repeat(100)).await?;
    refused("nobody@example.eu", &new.password).await?;
    refused("not an address", &new.password).await?;

    let id = session.user.id.as_str();
    let set = |sql: &'static str| Statement::new(sql).bind(id);
    ctx.rows(set("UPDATE users SET disabled_at = 1 WHERE id = ?1")).await?;
    refused(&new.email, &new.password).await?;
    ensure_eq!(store.sessions().verify_session(&session.cookie).await, Err(SessionError::NoAccess));
    ctx.rows(set("UPDATE users SET disabled_at = NULL WHERE id = ?1")).await?;
    ensure!(store.sessions().sign_in(sign_in(&new.email, &new.password)).await.is_ok());
    ctx.rows(set("UPDATE users SET password_hash = NULL, password_pepper = NULL WHERE id = ?1")).await?;
    refused(&new.email, &new.password).await?;
    refused(&new.email, "").await?;
    Ok(())
}

pub(super) async fn a_session_ends_when_it_should(ctx: &Ctx) -> Result<(), CaseError> {
    let limits = SessionLimits { idle_ms: 100_000, absolute_ms: 250_000 };
    let counting = Arc::new(FailingDatabase::new(Arc::clone(&ctx.store_db)));
    let store = ctx.store_over(counting.clone(), OLD_PEPPER)?;
    let sessions = store.sessions().with_limits(limits);
    let new = ctx.new_owner()?;
    store.workspaces().create_owner(&new).await?;
    let session = sessions.sign_in(sign_in(&new.email, &new.password)).await?;
    let cookie = session.cookie.as_str();

    let calls = counting.calls();
    for malformed in ["", ".", "abc.def", &cookie.replace('.', ":"), &format!("{cookie}0"), &"🦀".repeat(20)] {
        ensure_eq!(sessions.verify_session(malformed).await, Err(SessionError::Malformed));
    }
    ensure_eq!(counting.calls(), calls);
    let (id, secret) = cookie.split_once('.').unwrap_or_default();
    let swapped = |text: &str| text.chars().rev().collect::<String>();
    for wrong in [format!("{}.{secret}", swapped(id)), format!("{id}.{}", swapped(secret))] {
        ensure_eq!(sessions.verify_session(&wrong).await, Err(SessionError::Unknown));
    }

    // Idle sessions end. A use within a minute of the last noted one writes nothing.
    ctx.clock.set(PAST + 99_999);
    let identity = sessions.verify_session(cookie).await?;
    sessions.touch_session(&identity.session).await?;
    let calls = counting.calls();
    ctx.clock.advance(1);
    let identity = sessions.verify_session(cookie).await?;
    ensure_eq!(identity.session.last_seen_at_ms, PAST + 99_999);
    sessions.touch_session(&identity.session).await?;
    ensure_eq!(counting.calls(), calls + 1);
    ctx.clock.set(PAST + 199_998);
    let identity = sessions.verify_session(cookie).await?;
    sessions.touch_session(&identity.session).await?;
    // Sessions end after their maximum lifetime, even if they are used.
    ctx.clock.set(PAST + 249_999);
    ensure!(sessions.verify_session(cookie).await.is_ok());
    ctx.clock.set(PAST + 250_000);
    ensure_eq!(sessions.verify_session(cookie).await, Err(SessionError::Ended));

    let idle = sessions.sign_in(sign_in(&new.email, &new.password)).await?;
    ctx.clock.advance(100_000);
    ensure_eq!(sessions.verify_session(&idle.cookie).await, Err(SessionError::Ended));
    Ok(())
}

pub(super) async fn sessions_are_listed_and_revoked(ctx: &Ctx) -> Result<(), CaseError> {
    let store = ctx.store()?;
    let (new, first) = signed_in(ctx).await?;
    let user = first.user.id.as_str();
    ctx.clock.advance(1);
    let long_agent = "x".repeat(1000);
    let second =
        store.sessions().sign_in(SignIn { user_agent: &long_agent, ..sign_in(&new.email, &new.password) }).await?;
    ensure_eq!(second.session.user_agent.len(), 200);
    ensure_eq!(store.sessions().sessions(user).await?, [second.session.clone(), first.session.clone()]);

    let actor = Actor::user(user, "req_1", None);
    ensure!(!store.sessions().end_session(&actor, "usr_other", &first.session.id).await?);
    ensure!(store.sessions().end_session(&actor, user, &first.session.id).await?);
    ensure!(!store.sessions().end_session(&actor, user, &first.session.id).await?);
    ensure_eq!(store.sessions().verify_session(&first.cookie).await, Err(SessionError::Ended));
    ensure!(store.sessions().verify_session(&second.cookie).await.is_ok());
    ensure_eq!(store.sessions().sessions(user).await?.len(), 1);

    let third = store.sessions().sign_in(sign_in(&new.email, &new.password)).await?.session;
    store.sessions().sign_in(sign_in(&new.email, &new.password)).await?;
    ensure_eq!(store.sessions().end_other_sessions(&actor, user, &third.id).await?, 2);
    ensure_eq!(store.sessions().verify_session(&second.cookie).await, Err(SessionError::Ended));
    ensure_eq!(store.sessions().sessions(user).await?, [third]);
    // Each end is recorded once in the audit trail.
    let entries = ctx.store()?.audit().admin_events(&first.session.workspace_id, None, 100).await?;
    let ended = entries.iter().filter(|entry| entry.event.action == AdminAction::SessionsEnded);
    ensure_eq!(ended.filter(|entry| entry.event.subject == first.session.id).count(), 1);
    ensure_eq!(entries.iter().filter(|entry| entry.event.action == AdminAction::SessionsEnded).count(), 3);
    Ok(())
}

pub(super) async fn a_session_follows_its_membership(ctx: &Ctx) -> Result<(), CaseError> {
    let store = ctx.store()?;
    let (_, workspace) = ctx.owner().await?;
    let email = format!("{}@example.eu", ctx.word()?);
    let member = store.members().create_member(&workspace.id, Role::Labeler, &email, "Bo", "correct horse").await?;
    let session = store.sessions().sign_in(sign_in(&email, "correct horse")).await?;
    ensure_eq!(store.sessions().verify_session(&session.cookie).await?.role, Role::Labeler);
    let bind = |sql: &'static str| Statement::new(sql).bind(workspace.id.as_str()).bind(member.id.as_str());
    ctx.rows(bind("UPDATE memberships SET role = 'api-user' WHERE workspace_id = ?1 AND user_id = ?2")).await?;
    ensure_eq!(store.sessions().verify_session(&session.cookie).await?.permissions(), Role::ApiUser.permissions());
    ctx.rows(bind("DELETE FROM memberships WHERE workspace_id = ?1 AND user_id = ?2")).await?;
    ensure_eq!(store.sessions().verify_session(&session.cookie).await, Err(SessionError::NoAccess));
    // A person without memberships cannot sign in.
    let result = store.sessions().sign_in(sign_in(&email, "correct horse")).await;
    ensure_eq!(result, Err(AccountsError::SignInRefused));
    Ok(())
}

pub(super) async fn guessing_is_slowed_down(ctx: &Ctx) -> Result<(), CaseError> {
    let (store, owner, workspace) = home(ctx).await?;
    let network = ctx.word()?.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(131).wrapping_add(u32::from(byte)));
    let from = |host: u32| Origin {
        request_id: "req_1".to_owned(),
        address: Some(std::net::Ipv4Addr::from((network & 0xffff_ff00) | host).into()),
    };
    let attempt = async |email: &str, password: &str, origin: &Origin| {
        let result = store.sessions().sign_in_from(SignIn { email, password, user_agent: "" }, origin).await;
        result.map(|session| session.user.id)
    };
    let unknown = format!("{}@example.eu", ctx.word()?);
    let known = owner.email.clone();
    // The same for existing and unknown accounts.
    for (host, email) in [(1, known.as_str()), (2, unknown.as_str())] {
        let here = from(host);
        for _ in 0..5 {
            ensure_eq!(attempt(email, "wrong horse", &here).await, Err(AccountsError::SignInRefused));
        }
        ensure_eq!(attempt(email, "wrong horse", &here).await, Err(AccountsError::Delayed { retry_after_s: 1 }));
        ctx.clock.advance(1_000);
        ensure_eq!(attempt(email, "wrong horse", &here).await, Err(AccountsError::SignInRefused));
        ensure_eq!(attempt(email, "wrong horse", &here).await, Err(AccountsError::Delayed { retry_after_s: 2 }));
    }
    // The delay applies to the correct password too, but not from another address.
    let right = "correct horse battery";
    ensure_eq!(attempt(&known, right, &from(1)).await, Err(AccountsError::Delayed { retry_after_s: 1 }));
    ensure_eq!(attempt(&known, right, &from(3)).await, Ok(owner.id.clone()));
    ctx.clock.advance(2_000);
    ensure_eq!(attempt(&known, right, &from(1)).await, Ok(owner.id.clone()));
    // A successful sign-in resets the counters.
    for _ in 0..4 {
        ensure_eq!(attempt(&known, "wrong horse", &from(1)).await, Err(AccountsError::SignInRefused));
    }
    ensure_eq!(attempt(&known, right, &from(1)).await, Ok(owner.id.clone()));

    // Concurrent attempts are counted before any password is checked.
    let racing = ctx.store_over(Arc::new(Interleaved(Arc::clone(&ctx.store_db))), PEPPER)?;
    let victim = format!("{}@example.eu", ctx.word()?);
    let results = join_all((0..8).map(|_| {
        let (store, here, email) = (racing.clone(), from(4), victim.clone());
        async move {
            store.sessions().sign_in_from(SignIn { email: &email, password: "x", user_agent: "" }, &here).await.err()
        }
    }))
    .await;
    ensure_eq!(results.iter().filter(|error| **error == Some(AccountsError::SignInRefused)).count(), 5);

    // Counters are removed after a day without attempts.
    ctx.clock.advance(86_400_000);
    ensure_eq!(attempt(&victim, "x", &from(4)).await, Err(AccountsError::SignInRefused));
    ensure_eq!(attempt(&victim, "x", &from(4)).await, Err(AccountsError::SignInRefused));
    ctx.clock.advance(86_400_000);
    ensure!(store.sessions().purge(1000).await? > 0);
    let actions = store.audit().admin_events(&workspace.id, None, 1).await?;
    ensure_eq!(actions[0].event.action, AdminAction::SignedIn);
    ensure!(actions[0].network.is_some());
    Ok(())
}

/// Guesses from many addresses delay sign-ins to the account, except in browsers that have signed in before.
pub(super) async fn a_known_browser_is_not_kept_out(ctx: &Ctx) -> Result<(), CaseError> {
    let (store, owner, _) = home(ctx).await?;
    let network = ctx.word()?.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(131).wrapping_add(u32::from(byte)));
    let from = |host: u32| Origin {
        request_id: "req_1".to_owned(),
        address: Some(std::net::Ipv4Addr::from(network.wrapping_add(host)).into()),
    };
    let right = "correct horse battery";
    let attempt = async |email: &str, password: &str, device: Option<&str>, host: u32| {
        let sign_in = SignIn { email, password, user_agent: "" };
        store.sessions().sign_in_on(sign_in, device, &from(host)).await.map(|session| session.user.id)
    };
    let token = store.sessions().device_token(&owner.email)?;
    // Two wrong passwords from two addresses, multiplied to sixty, because each password hash is slow.
    let besieged = async |hosts: std::ops::Range<u32>| {
        for host in hosts {
            let refused = attempt(&owner.email, "wrong horse", None, host * 256).await;
            ensure_eq!(refused, Err(AccountsError::SignInRefused));
        }
        let counted = "UPDATE sign_in_counters SET failures = 60, blocked_until = ?1 WHERE failures = 2 \
            AND updated_at = ?2";
        let now = ctx.clock.now_ms();
        ctx.rows(Statement::new(counted).bind(now + 60_000).bind(now)).await?;
        Ok::<_, CaseError>(())
    };
    besieged(0..2).await?;
    let delayed = Err(AccountsError::Delayed { retry_after_s: 60 });
    ensure_eq!(attempt(&owner.email, right, None, 7 * 256).await, delayed);
    ensure_eq!(attempt(&owner.email, right, Some(&token), 8 * 256).await, Ok(owner.id.clone()));
    // A device token is refused for another e-mail address, if altered, and if too old.
    let other = ctx.owner().await?.0;
    let foreign = store.sessions().device_token(&other.email)?;
    let forged = token.replacen(&PAST.to_string(), &(PAST + 1).to_string(), 1);
    ensure!(forged != token);
    for token in [foreign.as_str(), forged.as_str(), "", "a.b.c.d", &token[1..]] {
        ensure_eq!(attempt(&owner.email, right, Some(token), 9 * 256).await, delayed);
    }
    ctx.clock.advance(DEVICE_MS);
    besieged(20..22).await?;
    ensure_eq!(attempt(&owner.email, right, Some(&token), 10 * 256).await, delayed);
    ctx.clock.advance(60_000);

    // A known browser cannot guess faster than others.
    let token = store.sessions().device_token(&owner.email)?;
    let device = async |password: &str| attempt(&owner.email, password, Some(&token), 11 * 256).await;
    for _ in 0..10 {
        ensure_eq!(device("wrong horse").await, Err(AccountsError::SignInRefused));
    }
    ensure_eq!(device(right).await, Err(AccountsError::Delayed { retry_after_s: 1 }));
    ensure_eq!(attempt(&owner.email, right, None, 12 * 256).await, Ok(owner.id.clone()));
    Ok(())
}
