//! People, workspaces and sessions.

use std::sync::Arc;

use super::{Broken, Ctx, PAST, ensure, ensure_eq, ensure_matches};
use crate::accounts::{AccountsError, NewOwner, NewSession, SessionError, SessionLimits, SignIn};
use crate::audit::{Actor, AdminAction};
use crate::bootstrap::bootstrap;
use crate::database::{DbError, Statement};
use crate::roles::{Permissions, Role, Scope};
use crate::testing::FailingDatabase;

const OLD_PEPPER: &str = "1:a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1";
const BOTH_PEPPERS: &str = "1:a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1,\
    2:b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2";
const NEW_PEPPER: &str = "2:b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2";

fn sign_in<'a>(email: &'a str, password: &'a str) -> SignIn<'a> {
    SignIn { email, password, user_agent: "Contract/1.0" }
}

async fn signed_in(ctx: &Ctx) -> Result<(NewOwner, NewSession), Broken> {
    let new = ctx.new_owner()?;
    let accounts = ctx.store()?.accounts();
    accounts.create_owner(&new).await?;
    let session = accounts.sign_in(sign_in(&new.email, &new.password)).await?;
    Ok((new, session))
}

pub(super) async fn an_owner_signs_in(ctx: &Ctx) -> Result<(), Broken> {
    let accounts = ctx.store()?.accounts();
    let new = ctx.new_owner()?;
    let (user, workspace) = accounts.create_owner(&new).await?;
    ensure_eq!(user.email, new.email.to_lowercase());
    ensure_eq!(accounts.user(&user.id).await?, Some(user.clone()));
    ensure_eq!(accounts.user("usr_none").await?, None);
    ensure_eq!(accounts.workspace(&workspace.id).await?, Some(workspace.clone()));
    let memberships = accounts.memberships(&user.id).await?;
    ensure_eq!(
        memberships.iter().map(|at| (at.workspace_id.as_str(), at.role)).collect::<Vec<_>>(),
        [(workspace.id.as_str(), Role::Owner)]
    );

    let typed = format!("  {} ", new.email.to_uppercase());
    let session = accounts.sign_in(sign_in(&typed, &new.password)).await?;
    ensure_eq!(session.user, user);
    let identity = accounts.verify_session(&session.cookie).await?;
    ensure_eq!(identity.user, user);
    ensure_eq!(identity.workspace, workspace);
    ensure_eq!(identity.role, Role::Owner);
    ensure_eq!(identity.permissions(), Role::Owner.permissions());
    ensure_eq!(identity.session, session.session);
    let again = accounts.sign_in(sign_in(&new.email, &new.password)).await?;
    ensure!(again.session.id != session.session.id);

    let secret = session.cookie.split('.').next_back().unwrap_or_default();
    let find = "SELECT id || secret_mac || user_agent AS everything FROM sessions WHERE id = ?1";
    let rows = ctx.rows(Statement::new(find).bind(session.session.id.as_str())).await?;
    ensure!(!rows.first().ok_or(Broken("no row".to_owned()))?.text("everything")?.contains(secret));
    Ok(())
}

pub(super) async fn a_taken_address_leaves_nothing_behind(ctx: &Ctx) -> Result<(), Broken> {
    let accounts = ctx.store()?.accounts();
    let (first, _) = signed_in(ctx).await?;
    let name = ctx.word()?;
    let twin = NewOwner { workspace_name: name.clone(), email: first.email.to_uppercase(), ..ctx.new_owner()? };
    ensure_matches!(accounts.create_owner(&twin).await, Err(AccountsError::EmailTaken));
    let left = ctx.rows(Statement::new("SELECT id FROM workspaces WHERE name = ?1").bind(name)).await?;
    ensure_eq!(left.len(), 0);

    let home = ctx.owner().await?.1.id;
    let add = async |workspace: &str, email: &str| {
        accounts.create_member(workspace, Role::Viewer, email, "Bo", "correct horse").await
    };
    ensure_matches!(add(&home, &first.email).await, Err(AccountsError::EmailTaken));
    let free = format!("{}@example.eu", ctx.word()?);
    let nowhere = add("ws_none", &free).await;
    ensure_matches!(nowhere, Err(AccountsError::Database(DbError::Constraint(_))));
    ensure!(add(&home, &free).await.is_ok());

    let bad = |change: fn(&mut NewOwner)| -> Result<NewOwner, Broken> {
        let mut owner = ctx.new_owner()?;
        change(&mut owner);
        Ok(owner)
    };
    let email = bad(|owner| owner.email = "nobody".to_owned())?;
    ensure_matches!(accounts.create_owner(&email).await, Err(AccountsError::Email));
    let password = bad(|owner| owner.password = "1234567".to_owned())?;
    ensure_matches!(accounts.create_owner(&password).await, Err(AccountsError::Password));
    let nameless = bad(|owner| owner.name = " ".to_owned())?;
    ensure_matches!(accounts.create_owner(&nameless).await, Err(AccountsError::Name));
    Ok(())
}

pub(super) async fn refused_sign_ins_look_alike(ctx: &Ctx) -> Result<(), Broken> {
    let accounts = ctx.store()?.accounts();
    let (new, session) = signed_in(ctx).await?;
    let refused = async |email: &str, password: &str| {
        let result = accounts.sign_in(sign_in(email, password)).await;
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
    ensure_eq!(accounts.verify_session(&session.cookie).await, Err(SessionError::NoAccess));
    ctx.rows(set("UPDATE users SET disabled_at = NULL WHERE id = ?1")).await?;
    ensure!(accounts.sign_in(sign_in(&new.email, &new.password)).await.is_ok());
    ctx.rows(set("UPDATE users SET password_hash = NULL, password_pepper = NULL WHERE id = ?1")).await?;
    refused(&new.email, &new.password).await?;
    refused(&new.email, "").await?;
    Ok(())
}

pub(super) async fn a_session_ends_when_it_should(ctx: &Ctx) -> Result<(), Broken> {
    let limits = SessionLimits { idle_ms: 100_000, absolute_ms: 250_000 };
    let counting = Arc::new(FailingDatabase::new(Arc::clone(&ctx.store_db)));
    let accounts = ctx.store_over(counting.clone(), OLD_PEPPER)?.accounts().with_limits(limits);
    let new = ctx.new_owner()?;
    accounts.create_owner(&new).await?;
    let session = accounts.sign_in(sign_in(&new.email, &new.password)).await?;
    let cookie = session.cookie.as_str();

    let calls = counting.calls();
    for malformed in ["", ".", "abc.def", &cookie.replace('.', ":"), &format!("{cookie}0"), &"🦀".repeat(20)] {
        ensure_eq!(accounts.verify_session(malformed).await, Err(SessionError::Malformed));
    }
    ensure_eq!(counting.calls(), calls);
    let (id, secret) = cookie.split_once('.').unwrap_or_default();
    let swapped = |text: &str| text.chars().rev().collect::<String>();
    for wrong in [format!("{}.{secret}", swapped(id)), format!("{id}.{}", swapped(secret))] {
        ensure_eq!(accounts.verify_session(&wrong).await, Err(SessionError::Unknown));
    }

    // Idle end, unless visited; a visit within a minute of the last note writes nothing.
    ctx.clock.set(PAST + 99_999);
    let identity = accounts.verify_session(cookie).await?;
    accounts.touch_session(&identity.session).await?;
    let calls = counting.calls();
    ctx.clock.advance(1);
    let identity = accounts.verify_session(cookie).await?;
    ensure_eq!(identity.session.last_seen_at_ms, PAST + 99_999);
    accounts.touch_session(&identity.session).await?;
    ensure_eq!(counting.calls(), calls + 1);
    ctx.clock.set(PAST + 199_998);
    let identity = accounts.verify_session(cookie).await?;
    accounts.touch_session(&identity.session).await?;
    // Absolute end, visits or not.
    ctx.clock.set(PAST + 249_999);
    ensure!(accounts.verify_session(cookie).await.is_ok());
    ctx.clock.set(PAST + 250_000);
    ensure_eq!(accounts.verify_session(cookie).await, Err(SessionError::Ended));

    let idle = accounts.sign_in(sign_in(&new.email, &new.password)).await?;
    ctx.clock.advance(100_000);
    ensure_eq!(accounts.verify_session(&idle.cookie).await, Err(SessionError::Ended));
    Ok(())
}

pub(super) async fn sessions_are_listed_and_revoked(ctx: &Ctx) -> Result<(), Broken> {
    let accounts = ctx.store()?.accounts();
    let (new, first) = signed_in(ctx).await?;
    let user = first.user.id.as_str();
    ctx.clock.advance(1);
    let long_agent = "x".repeat(1000);
    let second = accounts.sign_in(SignIn { user_agent: &long_agent, ..sign_in(&new.email, &new.password) }).await?;
    ensure_eq!(second.session.user_agent.len(), 200);
    ensure_eq!(accounts.sessions(user).await?, [second.session.clone(), first.session.clone()]);

    let actor = Actor::user(user, "req_1", None);
    ensure!(!accounts.end_session(&actor, "usr_other", &first.session.id).await?);
    ensure!(accounts.end_session(&actor, user, &first.session.id).await?);
    ensure!(!accounts.end_session(&actor, user, &first.session.id).await?);
    ensure_eq!(accounts.verify_session(&first.cookie).await, Err(SessionError::Ended));
    ensure!(accounts.verify_session(&second.cookie).await.is_ok());
    ensure_eq!(accounts.sessions(user).await?.len(), 1);

    let third = accounts.sign_in(sign_in(&new.email, &new.password)).await?.session;
    accounts.sign_in(sign_in(&new.email, &new.password)).await?;
    ensure_eq!(accounts.end_other_sessions(&actor, user, &third.id).await?, 2);
    ensure_eq!(accounts.verify_session(&second.cookie).await, Err(SessionError::Ended));
    ensure_eq!(accounts.sessions(user).await?, [third]);
    // Each end is in the audit trail, once.
    let entries = ctx.store()?.audit().admin_events(&first.session.workspace_id, None, 100).await?;
    let ended = entries.iter().filter(|entry| entry.event.action == AdminAction::SessionsEnded);
    ensure_eq!(ended.filter(|entry| entry.event.subject == first.session.id).count(), 1);
    ensure_eq!(entries.iter().filter(|entry| entry.event.action == AdminAction::SessionsEnded).count(), 3);
    Ok(())
}

pub(super) async fn a_session_follows_its_membership(ctx: &Ctx) -> Result<(), Broken> {
    let accounts = ctx.store()?.accounts();
    let (_, workspace) = ctx.owner().await?;
    let email = format!("{}@example.eu", ctx.word()?);
    let member = accounts.create_member(&workspace.id, Role::Labeler, &email, "Bo", "correct horse").await?;
    let session = accounts.sign_in(sign_in(&email, "correct horse")).await?;
    ensure_eq!(accounts.verify_session(&session.cookie).await?.role, Role::Labeler);
    let bind = |sql: &'static str| Statement::new(sql).bind(workspace.id.as_str()).bind(member.id.as_str());
    ctx.rows(bind("UPDATE memberships SET role = 'api-user' WHERE workspace_id = ?1 AND user_id = ?2")).await?;
    ensure_eq!(accounts.verify_session(&session.cookie).await?.permissions(), Role::ApiUser.permissions());
    ctx.rows(bind("DELETE FROM memberships WHERE workspace_id = ?1 AND user_id = ?2")).await?;
    ensure_eq!(accounts.verify_session(&session.cookie).await, Err(SessionError::NoAccess));
    // A member of nothing has nowhere to go.
    let result = accounts.sign_in(sign_in(&email, "correct horse")).await;
    ensure_eq!(result, Err(AccountsError::SignInRefused));
    Ok(())
}

pub(super) async fn a_password_moves_to_the_new_pepper(ctx: &Ctx) -> Result<(), Broken> {
    let new = ctx.new_owner()?;
    ctx.store_with(OLD_PEPPER)?.accounts().create_owner(&new).await?;
    let try_with = async |peppers: &str| {
        let accounts = ctx.store_with(peppers)?.accounts();
        Ok::<_, Broken>(accounts.sign_in(sign_in(&new.email, &new.password)).await)
    };
    ensure_eq!(try_with(NEW_PEPPER).await?, Err(AccountsError::SignInRefused));
    ensure!(try_with(BOTH_PEPPERS).await?.is_ok());
    ensure!(try_with(NEW_PEPPER).await?.is_ok());
    ensure_eq!(try_with(OLD_PEPPER).await?, Err(AccountsError::SignInRefused));
    Ok(())
}

pub(super) async fn bootstrap_works_as_statements_and_as_text(ctx: &Ctx) -> Result<(), Broken> {
    let store = ctx.store()?;
    for as_text in [false, true] {
        let mut new = ctx.new_owner()?;
        new.workspace_name = "Ada's \"house\";\n-- no comment ?1".to_owned();
        let made = bootstrap(&new, PAST, ctx.rng.as_ref(), &store.peppers)?;
        if as_text {
            let text = made.to_sql()?;
            for secret in [&made.live_key.secret, &made.test_key.secret, &new.password] {
                ensure!(!text.contains(secret.as_str()));
            }
            let lines: Vec<_> = text.lines().collect();
            ensure_eq!(lines.len(), made.statements.len());
            for line in lines {
                ctx.rows(Statement::new(line.to_owned())).await?;
            }
        } else {
            ctx.db.batch(made.statements.clone()).await?;
        }
        ensure_eq!(store.accounts().workspace(&made.workspace.id).await?, Some(made.workspace.clone()));
        ensure!(store.accounts().sign_in(sign_in(&new.email, &new.password)).await.is_ok());
        for (key, livemode) in [(&made.live_key, true), (&made.test_key, false)] {
            let verified = store.keys().verify(&key.secret).await?;
            ensure_eq!(verified.key, key.key);
            ensure_eq!(verified.livemode(), livemode);
            ensure_eq!(verified.permissions, Permissions::of_scopes(Scope::ALL));
        }
    }
    Ok(())
}
