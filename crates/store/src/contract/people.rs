//! Members, one-time links, delays and settings.

use std::sync::Arc;

use futures_util::future::join_all;

use super::{Broken, Ctx, PAST, ensure, ensure_eq, ensure_matches};
use crate::accounts::links::{FIRST_RUN_MS, INVITATION_MS, PASSWORD_RESET_MS};
use crate::accounts::{
    AccountsError, Authority, ComplianceProfile, DEVICE_MS, Joiner, MembersError, Origin, SessionError, SignIn,
    SignInPolicy, User, Workspace, WorkspaceSettings,
};
use crate::audit::{Actor, ActorKind, AdminAction, ChainPosition};
use crate::database::{DbError, Statement};
use crate::passkeys::{NewPasskey, PasskeyUse, PasskeysError};
use crate::privacy::FileNames;
use crate::roles::Role;
use crate::store::Store;
use crate::testing::Interleaved;
use labeler_ports::Clock as _;

const PEPPER: &str = "1:a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1";
const PASSWORD: &str = "correct horse";

fn by(user: &str, role: Role) -> Authority {
    Authority { actor: Actor::user(user, "req_1", None), person: user.to_owned(), permissions: role.permissions() }
}

fn origin() -> Origin {
    Origin { request_id: "req_1".to_owned(), address: "192.0.2.1".parse().ok() }
}

async fn member(ctx: &Ctx, store: &Store, workspace: &str, role: Role) -> Result<User, Broken> {
    let email = format!("{}@example.eu", ctx.word()?);
    Ok(store.accounts().create_member(workspace, role, &email, "Bo", PASSWORD).await?)
}

async fn home(ctx: &Ctx) -> Result<(Store, User, Workspace), Broken> {
    let (owner, workspace) = ctx.owner().await?;
    Ok((ctx.store()?, owner, workspace))
}

/// First in the list, because only an empty database has a first run.
pub(super) async fn the_first_run_makes_one_owner(ctx: &Ctx) -> Result<(), Broken> {
    let store = ctx.store_over(Arc::new(Interleaved(Arc::clone(&ctx.store_db))), PEPPER)?;
    let accounts = store.accounts();
    if !accounts.is_first_run().await? {
        ensure_eq!(accounts.first_run_link().await?, None);
        let nothing = accounts.complete_first_run("0123456789abcdef.0", &ctx.new_owner()?, &origin()).await;
        ensure_eq!(nothing.err(), Some(MembersError::Link));
        return Ok(());
    }
    let first = accounts.first_run_link().await?.ok_or(Broken("no link".to_owned()))?;
    let link = accounts.first_run_link().await?.ok_or(Broken("no link".to_owned()))?;
    ensure_eq!(link.expires_at_ms, PAST + FIRST_RUN_MS);
    let owners = [ctx.new_owner()?, ctx.new_owner()?, ctx.new_owner()?];
    let replaced = accounts.complete_first_run(&first.token, &owners[0], &origin()).await;
    ensure_eq!(replaced.err(), Some(MembersError::Link));
    ctx.clock.set(link.expires_at_ms);
    let late = accounts.complete_first_run(&link.token, &owners[0], &origin()).await;
    ensure_eq!(late.err(), Some(MembersError::Link));
    ctx.clock.set(PAST);
    // Three at once: one workspace, one owner.
    let results = join_all(owners.iter().map(|owner| {
        let (accounts, token) = (accounts.clone(), link.token.clone());
        async move { accounts.complete_first_run(&token, owner, &origin()).await }
    }))
    .await;
    let made: Vec<_> = results.iter().filter_map(|result| result.as_ref().ok()).collect();
    ensure_eq!(made.len(), 1);
    ensure_eq!(results.iter().filter(|result| **result == Err(MembersError::Link)).count(), 2);
    ensure_eq!(accounts.role(&made[0].1.id, &made[0].0.id).await?, Some(Role::Owner));
    ensure_eq!(accounts.first_run_link().await?, None);
    ensure!(!accounts.is_first_run().await?);
    Ok(())
}

pub(super) async fn an_invitation_works_once_and_in_time(ctx: &Ctx) -> Result<(), Broken> {
    let (store, owner, workspace) = home(ctx).await?;
    let accounts = store.accounts();
    let admin = by(&owner.id, Role::Owner);
    let email = format!("{}@example.eu", ctx.word()?).to_lowercase();
    let invite = async |email: Option<&str>| accounts.invite(&admin, &workspace.id, Role::Labeler, email).await;
    let link = invite(Some(&format!(" {} ", email.to_uppercase()))).await?;
    let (shown, name) = accounts.invitation(&link.token).await?;
    ensure_eq!((shown.email.as_deref(), shown.role, name.as_str()), (Some(email.as_str()), Role::Labeler, "Contract"));
    ensure_eq!(accounts.invitations(&workspace.id).await?, std::slice::from_ref(&shown));
    ensure_eq!(accounts.invitations("ws_none").await?, []);
    // Nothing of the secret is stored.
    let secret = link.token.split('.').next_back().unwrap_or_default().to_owned();
    let rows = ctx.rows(Statement::new("SELECT * FROM links WHERE id = ?1").bind(link.id.as_str())).await?;
    ensure!(!format!("{rows:?}").contains(&secret));

    let join = async |token: &str, joiner: Joiner<'_>| accounts.accept_invitation(token, joiner, &origin()).await;
    let new = |email| Joiner::New { email, name: "Bo", password: PASSWORD };
    for garbage in ["", ".", "a.b", &format!("{}.{}", link.id, "0".repeat(32)), &format!("{}.{secret}", "0".repeat(16))]
    {
        ensure_eq!(join(garbage, new(&email)).await.err(), Some(MembersError::Link));
    }
    ensure_eq!(join(&link.token, new("other@example.eu")).await.err(), Some(MembersError::WrongPerson));
    let result = join(&link.token, Joiner::New { email: &email, name: "Bo", password: "short" }).await;
    ensure_eq!(result.err(), Some(MembersError::Account(AccountsError::Password)));
    ensure_eq!(join(&link.token, Joiner::Existing { user_id: &owner.id }).await.err(), Some(MembersError::WrongPerson));
    let (user, _) = join(&link.token, new(&email)).await?;
    ensure_eq!(accounts.role(&workspace.id, &user.id).await?, Some(Role::Labeler));
    ensure!(accounts.sign_in(SignIn { email: &email, password: PASSWORD, user_agent: "" }).await.is_ok());
    ensure_eq!(join(&link.token, new(&email)).await.err(), Some(MembersError::Link));
    ensure_eq!(accounts.invitations(&workspace.id).await?, []);

    // For whoever has it, who may be there already or have an account elsewhere.
    let open = invite(None).await?;
    ensure_eq!(
        join(&open.token, Joiner::Existing { user_id: &user.id }).await.err(),
        Some(MembersError::AlreadyMember)
    );
    let (elsewhere, _) = ctx.owner().await?;
    join(&open.token, Joiner::Existing { user_id: &elsewhere.id }).await?;
    ensure_eq!(accounts.memberships(&elsewhere.id).await?.len(), 2);

    // Taken back, over, or made by somebody who may no longer.
    let back = invite(None).await?;
    ensure_eq!(accounts.revoke_invitation(&admin, "ws_none", &back.id).await, Err(MembersError::NotFound));
    accounts.revoke_invitation(&admin, &workspace.id, &back.id).await?;
    ensure_eq!(accounts.revoke_invitation(&admin, &workspace.id, &back.id).await, Err(MembersError::NotFound));
    ensure_eq!(join(&back.token, new(&email)).await.err(), Some(MembersError::Link));
    let helper = member(ctx, &store, &workspace.id, Role::Admin).await?;
    let helped = accounts.invite(&by(&helper.id, Role::Admin), &workspace.id, Role::Member, None).await?;
    accounts.change_role(&admin, &workspace.id, &helper.id, Role::Viewer).await?;
    ensure_eq!(accounts.invitation(&helped.token).await.err(), Some(MembersError::Link));
    let late = invite(None).await?;
    ctx.clock.advance(INVITATION_MS);
    ensure_eq!(accounts.invitation(&late.token).await.err(), Some(MembersError::Link));
    // Nobody invites above themselves.
    let viewer = by(&helper.id, Role::Viewer);
    let result = accounts.invite(&viewer, &workspace.id, Role::Labeler, None).await;
    ensure_eq!(result.err(), Some(MembersError::Beyond));
    let report = store.audit().verify(&workspace.id, &ChainPosition::genesis(), 1000).await?;
    ensure_eq!(report.fault, None);
    let actions: Vec<_> =
        store.audit().admin_events(&workspace.id, None, 100).await?.iter().map(|entry| entry.event.action).collect();
    for action in [AdminAction::MemberInvited, AdminAction::InvitationRevoked, AdminAction::MemberJoined] {
        ensure!(actions.contains(&action));
    }
    Ok(())
}

/// The link of an invitation is the proof of a mailbox, so somebody new joins through a link that was mailed only.
pub(super) async fn a_new_person_proves_the_address(ctx: &Ctx) -> Result<(), Broken> {
    let (store, owner, workspace) = home(ctx).await?;
    let accounts = store.accounts();
    let admin = by(&owner.id, Role::Owner);
    let join = async |token: &str, joiner: Joiner<'_>| accounts.accept_invitation(token, joiner, &origin()).await;
    let victim = format!("{}@example.eu", ctx.word()?).to_lowercase();
    let new = |email| Joiner::New { email, name: "Bo", password: PASSWORD };

    // Whoever has an open link names an address: no account, but a link that goes there.
    let open = accounts.invite(&admin, &workspace.id, Role::Labeler, None).await?;
    ensure_eq!(join(&open.token, new(&victim)).await.err(), Some(MembersError::Unaddressed));
    let nonsense = accounts.address_invitation(&open.token, "nonsense").await;
    ensure_eq!(nonsense.err(), Some(MembersError::Account(AccountsError::Email)));
    let (to, mailed) = accounts.address_invitation(&open.token, &victim.to_uppercase()).await?;
    ensure_eq!(to, victim);
    ensure_eq!((&mailed.id, mailed.token == open.token), (&open.id, false));
    ensure_eq!(join(&open.token, new(&victim)).await.err(), Some(MembersError::Link));
    ensure_eq!(accounts.address_invitation(&mailed.token, "eve@example.eu").await.err(), Some(MembersError::Link));
    ensure_eq!(join(&mailed.token, new("eve@example.eu")).await.err(), Some(MembersError::WrongPerson));
    let (user, _) = join(&mailed.token, new(&victim)).await?;
    ensure!(accounts.user(&user.id).await?.is_some_and(|user| user.email_proved_at_ms == Some(PAST)));

    // Sent again: the link before stops working, and the end moves.
    let email = format!("{}@example.eu", ctx.word()?).to_lowercase();
    let first = accounts.invite(&admin, &workspace.id, Role::Admin, Some(&email)).await?;
    ctx.clock.advance(1000);
    let (to, second) = accounts.renew_invitation(&admin, &workspace.id, &first.id).await?;
    ensure_eq!((to.as_str(), second.expires_at_ms), (email.as_str(), PAST + 1000 + INVITATION_MS));
    ensure_eq!(accounts.invitation(&first.token).await.err(), Some(MembersError::Link));
    ensure!(accounts.invitation(&second.token).await.is_ok());
    let renew = async |by: &Authority, workspace: &str, id: &str| {
        accounts.renew_invitation(by, workspace, id).await.map(|_| ()).err()
    };
    let member = by(&owner.id, Role::Member);
    ensure_eq!(renew(&member, &workspace.id, &first.id).await, Some(MembersError::Beyond));
    ensure_eq!(renew(&admin, "ws_none", &first.id).await, Some(MembersError::NotFound));
    let unaddressed = accounts.invite(&admin, &workspace.id, Role::Viewer, None).await?;
    ensure_eq!(renew(&admin, &workspace.id, &unaddressed.id).await, Some(MembersError::Unaddressed));
    accounts.revoke_invitation(&admin, &workspace.id, &first.id).await?;
    ensure_eq!(renew(&admin, &workspace.id, &first.id).await, Some(MembersError::NotFound));
    Ok(())
}

/// An account whose address nobody has proved, with everything that somebody could have left in it.
pub(super) async fn an_unproved_account_opens_by_mail_alone(ctx: &Ctx) -> Result<(), Broken> {
    let (store, _, workspace) = home(ctx).await?;
    let (accounts, passkeys) = (store.accounts(), store.passkeys());
    let victim = member(ctx, &store, &workspace.id, Role::Member).await?;
    let id = victim.id.as_str();
    let session = accounts.sign_in(SignIn { email: &victim.email, password: PASSWORD, user_agent: "" }).await?;
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
        accounts.sign_in(SignIn { email: &victim.email, password, user_agent: "" }).await.map(|_| ()).err()
    };
    ensure_eq!(sign_in("wrong horse").await, Some(AccountsError::SignInRefused));
    ensure_eq!(sign_in(PASSWORD).await, Some(AccountsError::Unproved));
    ensure_eq!(accounts.verify_session(&session.cookie).await, Err(SessionError::NoAccess));
    let good = PasskeyUse { counter: 1, backup_eligible: false, backed_up: false };
    let by_passkey = passkeys.sign_in(&accounts, &planted, good, "", &origin()).await;
    ensure_eq!(by_passkey.err(), Some(PasskeysError::Unproved));

    let link = accounts.request_password_reset(&victim.email).await?.ok_or(Broken("no link".to_owned()))?;
    accounts.reset_password(&link.token, "a horse of my own", &origin()).await?;
    ensure_eq!(passkeys.find(&credential_id).await?, None);
    ensure!(!passkeys.take_challenge(&challenge, Some(id)).await?);
    ensure_eq!(accounts.verify_session(&session.cookie).await, Err(SessionError::Ended));
    ensure_eq!(sign_in(PASSWORD).await, Some(AccountsError::SignInRefused));
    ensure_eq!(sign_in("a horse of my own").await, None);

    // From now on a reset leaves passkeys alone: they are the person's own.
    passkeys.add(id, "none", &new, &origin()).await?;
    let link = accounts.request_password_reset(&victim.email).await?.ok_or(Broken("no link".to_owned()))?;
    accounts.reset_password(&link.token, "another of my own", &origin()).await?;
    ensure!(passkeys.find(&credential_id).await?.is_some());
    Ok(())
}

pub(super) async fn the_last_owner_stays(ctx: &Ctx) -> Result<(), Broken> {
    let (store, owner, workspace) = home(ctx).await?;
    let accounts = store.accounts();
    let owner_by = by(&owner.id, Role::Owner);
    let demote = async |who: &str, role| accounts.change_role(&owner_by, &workspace.id, who, role).await;
    ensure_eq!(demote(&owner.id, Role::Admin).await, Err(MembersError::LastOwner));
    ensure_eq!(accounts.remove_member(&owner_by, &workspace.id, &owner.id).await, Err(MembersError::LastOwner));
    // Also past this crate.
    let bind = |sql: &'static str| Statement::new(sql).bind(workspace.id.as_str());
    for sql in [
        "UPDATE memberships SET role = 'viewer' WHERE workspace_id = ?1",
        "DELETE FROM memberships WHERE workspace_id = ?1",
    ] {
        ensure_matches!(ctx.rows(bind(sql)).await, Err(DbError::Constraint(_)));
    }
    // A second owner who is disabled is none.
    let second = member(ctx, &store, &workspace.id, Role::Owner).await?;
    let disable = "UPDATE users SET disabled_at = ?2 WHERE id = ?1";
    let set = |at: Option<i64>| Statement::new(disable).bind(second.id.as_str()).bind(at);
    ctx.rows(set(Some(1))).await?;
    ensure_eq!(demote(&owner.id, Role::Admin).await, Err(MembersError::LastOwner));
    ctx.rows(set(None)).await?;

    // Two owners leave at once, in both ways: one of them stays.
    for remove in [true, false] {
        let racing = ctx.store_over(Arc::new(Interleaved(Arc::clone(&ctx.store_db))), PEPPER)?.accounts();
        let results = join_all([&owner, &second].map(|person| {
            let (accounts, workspace, person) = (racing.clone(), workspace.id.clone(), person.id.clone());
            async move {
                let own = by(&person, Role::Owner);
                if remove {
                    accounts.remove_member(&own, &workspace, &person).await
                } else {
                    accounts.change_role(&own, &workspace, &person, Role::Viewer).await
                }
            }
        }))
        .await;
        ensure_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        ensure_eq!(results.iter().filter(|result| **result == Err(MembersError::LastOwner)).count(), 1);
        let owners: Vec<_> = accounts.members(&workspace.id, "", 100).await?;
        ensure_eq!(owners.iter().filter(|member| member.role == Role::Owner).count(), 1);
        // Whoever left comes back for the second round.
        for person in [&owner, &second] {
            let back = "INSERT INTO memberships (workspace_id, user_id, role, created_at) VALUES (?1, ?2, 'owner', 0) \
                ON CONFLICT DO UPDATE SET role = 'owner'";
            ctx.rows(bind(back).bind(person.id.as_str())).await?;
        }
    }
    let report = store.audit().verify(&workspace.id, &ChainPosition::genesis(), 1000).await?;
    ensure_eq!(report.fault, None);
    Ok(())
}

pub(super) async fn roles_change_within_ones_own(ctx: &Ctx) -> Result<(), Broken> {
    let (store, owner, workspace) = home(ctx).await?;
    let accounts = store.accounts();
    let admin = member(ctx, &store, &workspace.id, Role::Admin).await?;
    let viewer = member(ctx, &store, &workspace.id, Role::Viewer).await?;
    let as_admin = by(&admin.id, Role::Admin);
    let change = async |who: &str, role| accounts.change_role(&as_admin, &workspace.id, who, role).await;
    ensure_eq!(change(&viewer.id, Role::Owner).await, Err(MembersError::Beyond));
    ensure_eq!(change(&owner.id, Role::Viewer).await, Err(MembersError::Beyond));
    ensure_eq!(change("usr_none", Role::Viewer).await, Err(MembersError::NotFound));
    for role in Role::ALL.iter().filter(|role| **role != Role::Owner) {
        change(&viewer.id, *role).await?;
        ensure_eq!(accounts.role(&workspace.id, &viewer.id).await?, Some(*role));
    }
    ensure_eq!(accounts.remove_member(&as_admin, &workspace.id, &owner.id).await, Err(MembersError::Beyond));
    ensure_eq!(accounts.remove_member(&as_admin, "ws_none", &viewer.id).await, Err(MembersError::NotFound));
    let as_viewer = by(&viewer.id, Role::Viewer);
    ensure_eq!(accounts.remove_member(&as_viewer, &workspace.id, &admin.id).await, Err(MembersError::Beyond));

    // Pages of members in a stable order.
    let all = accounts.members(&workspace.id, "", 100).await?;
    ensure_eq!(all.len(), 3);
    let first = accounts.members(&workspace.id, "", 2).await?;
    let rest = accounts.members(&workspace.id, &first[1].user_id, 2).await?;
    ensure_eq!(first.into_iter().chain(rest).collect::<Vec<_>>(), all);
    // Anybody may leave.
    accounts.remove_member(&as_viewer, &workspace.id, &viewer.id).await?;
    ensure_eq!(accounts.role(&workspace.id, &viewer.id).await?, None);
    Ok(())
}

pub(super) async fn a_key_does_not_act_as_the_person_who_made_it(ctx: &Ctx) -> Result<(), Broken> {
    let (store, owner, workspace) = home(ctx).await?;
    let accounts = store.accounts();
    let second = member(ctx, &store, &workspace.id, Role::Owner).await?;
    let key = |role: Role| Authority {
        actor: Actor { kind: ActorKind::Key, ..Actor::user("AbCd5678wxyz", "req_1", None) },
        person: owner.id.clone(),
        permissions: role.permissions(),
    };
    for user in [&owner.id, &second.id] {
        let removed = accounts.remove_member(&key(Role::Admin), &workspace.id, user).await;
        ensure_eq!(removed, Err(MembersError::Beyond));
        let demoted = accounts.change_role(&key(Role::Admin), &workspace.id, user, Role::Viewer).await;
        ensure_eq!(demoted, Err(MembersError::Beyond));
    }
    ensure_eq!(accounts.members(&workspace.id, "", 10).await?.len(), 2);
    accounts.remove_member(&key(Role::Owner), &workspace.id, &second.id).await?;
    Ok(())
}

pub(super) async fn a_person_works_in_several_workspaces(ctx: &Ctx) -> Result<(), Broken> {
    let (store, owner, workspace) = home(ctx).await?;
    let accounts = store.accounts();
    let bo = member(ctx, &store, &workspace.id, Role::Viewer).await?;
    ctx.clock.advance(1);
    let own = accounts.create_workspace(&Actor::user(&bo.id, "req_1", None), &bo.id, " Bo's ").await?;
    ensure_eq!((own.name.as_str(), own.plan.as_str()), ("Bo's", "free"));
    let nameless = accounts.create_workspace(&Actor::user(&bo.id, "req_1", None), &bo.id, " ").await;
    ensure_eq!(nameless.err(), Some(MembersError::Account(AccountsError::Name)));
    let session = accounts.sign_in(SignIn { email: &bo.email, password: PASSWORD, user_agent: "" }).await?;
    let at = async || Ok::<_, Broken>(accounts.verify_session(&session.cookie).await?);
    ensure_eq!(at().await?.role, Role::Viewer);
    ensure!(accounts.switch_workspace(&bo.id, &session.session.id, &own.id).await?);
    ensure_eq!((at().await?.workspace.id, at().await?.role), (own.id.clone(), Role::Owner));
    let foreign = ctx.workspace(crate::accounts::Plan::Pro).await?;
    ensure!(!accounts.switch_workspace(&bo.id, &session.session.id, &foreign).await?);
    ensure!(!accounts.switch_workspace(&owner.id, &session.session.id, &workspace.id).await?);
    ensure!(accounts.switch_workspace(&bo.id, &session.session.id, &workspace.id).await?);

    // Removed from where the session looks: it turns to what is left.
    let owner_by = by(&owner.id, Role::Owner);
    accounts.remove_member(&owner_by, &workspace.id, &bo.id).await?;
    ensure_eq!(at().await?.workspace.id, own.id);
    // Nothing left: it ends.
    let guest = member(ctx, &store, &workspace.id, Role::Viewer).await?;
    let session = accounts.sign_in(SignIn { email: &guest.email, password: PASSWORD, user_agent: "" }).await?;
    accounts.remove_member(&owner_by, &workspace.id, &guest.id).await?;
    ensure_eq!(accounts.verify_session(&session.cookie).await, Err(SessionError::Ended));

    ensure_eq!(accounts.rate_limits(&workspace.id).await?, crate::plans::RateLimits::default());
    Ok(())
}

/// Settings are kept as they are given, and the audit row names what changed without saying to what.
pub(super) async fn a_workspace_changes_its_settings(ctx: &Ctx) -> Result<(), Broken> {
    let (store, owner, workspace) = home(ctx).await?;
    let accounts = store.accounts();
    let actor = by(&owner.id, Role::Owner).actor;
    let before = accounts.settings(&workspace.id).await?.ok_or(Broken("gone".to_owned()))?;
    ensure_eq!((before.file_names, &before.profile), (FileNames::Store, &ComplianceProfile::default()));
    let provider = format!("Provider {}", ctx.word()?);
    let profile = ComplianceProfile {
        provider: Some(provider.clone()),
        ai_system: Some("Painter".to_owned()),
        ai_system_version: Some("2.1".to_owned()),
        producer_code: Some("001191110102MACQD9K64010000".to_owned()),
    };
    let name = format!(" New {} ", ctx.word()?);
    let settings = WorkspaceSettings {
        name: name.clone(),
        file_names: FileNames::Drop,
        request_log_days: 100_000,
        profile,
        check_defaults: Some(r#"{"role":"deployer"}"#.to_owned()),
        sign_in: SignInPolicy::Password,
        keep_manifests: false,
        manifest_days: 100_000,
    };
    ensure_eq!((before.keep_manifests, before.manifest_days), (true, 3_650));
    let partly =
        ComplianceProfile { provider: None, ai_system_version: Some("3".to_owned()), ..settings.profile.clone() };
    let next =
        WorkspaceSettings { profile: partly, request_log_days: 7, sign_in: SignInPolicy::Passkey, ..settings.clone() };
    let next = WorkspaceSettings { keep_manifests: true, manifest_days: 30, ..next };
    for (given, days, changed) in [
        (
            &settings,
            3_650,
            &[
                "name",
                "fileNames",
                "requestLogDays",
                "keepManifests",
                "checkDefaults",
                "complianceProfile.provider",
                "complianceProfile.aiSystem",
                "complianceProfile.aiSystemVersion",
                "complianceProfile.producerCode",
            ][..],
        ),
        (
            &next,
            7,
            &[
                "requestLogDays",
                "signIn",
                "keepManifests",
                "manifestDays",
                "complianceProfile.provider",
                "complianceProfile.aiSystemVersion",
            ][..],
        ),
        (&next, 7, &[][..]),
    ] {
        ctx.clock.advance(1);
        let before = accounts.settings(&workspace.id).await?.ok_or(Broken("gone".to_owned()))?;
        ensure!(accounts.change_settings(&actor, &workspace.id, &before, given).await?);
        let kept = WorkspaceSettings { name: name.trim().to_owned(), request_log_days: days, ..given.clone() };
        let manifest_days = given.manifest_days.min(3_650);
        let kept = WorkspaceSettings { manifest_days, ..kept };
        ensure_eq!(accounts.settings(&workspace.id).await?, Some(kept));
        let newest = store.audit().admin_events(&workspace.id, None, 1).await?;
        let event = newest.first().map(|entry| &entry.event).ok_or(Broken("no admin event".to_owned()))?;
        ensure_eq!(event.action, AdminAction::WorkspaceChanged);
        let sign_in = given.sign_in.as_str();
        let detail = serde_json::json!({
            "fileNames": "drop", "requestLogDays": days, "signIn": sign_in, "keepManifests": given.keep_manifests,
            "manifestDays": manifest_days, "changed": changed,
        });
        ensure_eq!(serde_json::Value::Object(event.detail.clone()), detail);
    }
    let rows = ctx.rows(Statement::new("SELECT * FROM admin_events")).await?;
    ensure!(!format!("{rows:?}").contains(&provider));

    // Whoever looked before somebody else changed something, changes nothing, whichever the field was.
    let now = accounts.settings(&workspace.id).await?.ok_or(Broken("gone".to_owned()))?;
    let profile = &now.profile;
    for outdated in [
        WorkspaceSettings { name: "Another".to_owned(), ..now.clone() },
        WorkspaceSettings { file_names: FileNames::Store, ..now.clone() },
        WorkspaceSettings { request_log_days: 8, ..now.clone() },
        WorkspaceSettings { sign_in: SignInPolicy::Password, ..now.clone() },
        WorkspaceSettings { check_defaults: None, ..now.clone() },
        WorkspaceSettings { keep_manifests: false, ..now.clone() },
        WorkspaceSettings { manifest_days: 31, ..now.clone() },
        WorkspaceSettings {
            profile: ComplianceProfile { provider: Some("x".to_owned()), ..profile.clone() },
            ..now.clone()
        },
        WorkspaceSettings { profile: ComplianceProfile { ai_system: None, ..profile.clone() }, ..now.clone() },
        WorkspaceSettings { profile: ComplianceProfile { producer_code: None, ..profile.clone() }, ..now.clone() },
    ] {
        let next = WorkspaceSettings { request_log_days: 9, ..outdated.clone() };
        ensure!(!accounts.change_settings(&actor, &workspace.id, &outdated, &next).await?);
    }
    ensure_eq!(accounts.settings(&workspace.id).await?, Some(now.clone()));

    ensure_eq!(accounts.settings("ws_none").await?, None);
    let nowhere = accounts.change_settings(&actor, "ws_none", &settings, &settings).await;
    ensure_eq!(nowhere, Err(MembersError::NotFound));
    let nameless = WorkspaceSettings { name: " ".to_owned(), ..settings };
    let refused = accounts.change_settings(&actor, &workspace.id, &now, &nameless).await;
    ensure_eq!(refused, Err(MembersError::Account(AccountsError::Name)));
    Ok(())
}

pub(super) async fn guessing_is_slowed_down(ctx: &Ctx) -> Result<(), Broken> {
    let (store, owner, workspace) = home(ctx).await?;
    let accounts = store.accounts();
    let network = ctx.word()?.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(131).wrapping_add(u32::from(byte)));
    let from = |host: u32| Origin {
        request_id: "req_1".to_owned(),
        address: Some(std::net::Ipv4Addr::from((network & 0xffff_ff00) | host).into()),
    };
    let attempt = async |email: &str, password: &str, origin: &Origin| {
        let result = accounts.sign_in_from(SignIn { email, password, user_agent: "" }, origin).await;
        result.map(|session| session.user.id)
    };
    let unknown = format!("{}@example.eu", ctx.word()?);
    let known = owner.email.clone();
    // The same for an account that exists and one that does not.
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
    // Even the right password waits; from elsewhere it does not.
    let right = "correct horse battery";
    ensure_eq!(attempt(&known, right, &from(1)).await, Err(AccountsError::Delayed { retry_after_s: 1 }));
    ensure_eq!(attempt(&known, right, &from(3)).await, Ok(owner.id.clone()));
    ctx.clock.advance(2_000);
    ensure_eq!(attempt(&known, right, &from(1)).await, Ok(owner.id.clone()));
    // A success forgets.
    for _ in 0..4 {
        ensure_eq!(attempt(&known, "wrong horse", &from(1)).await, Err(AccountsError::SignInRefused));
    }
    ensure_eq!(attempt(&known, right, &from(1)).await, Ok(owner.id.clone()));

    // Tries at once are counted before any password is looked at.
    let racing = ctx.store_over(Arc::new(Interleaved(Arc::clone(&ctx.store_db))), PEPPER)?.accounts();
    let victim = format!("{}@example.eu", ctx.word()?);
    let results =
        join_all(
            (0..8).map(|_| {
                let (accounts, here, email) = (racing.clone(), from(4), victim.clone());
                async move {
                    accounts.sign_in_from(SignIn { email: &email, password: "x", user_agent: "" }, &here).await.err()
                }
            }),
        )
        .await;
    ensure_eq!(results.iter().filter(|error| **error == Some(AccountsError::SignInRefused)).count(), 5);

    // A day without a try, and the counters are gone.
    ctx.clock.advance(86_400_000);
    ensure_eq!(attempt(&victim, "x", &from(4)).await, Err(AccountsError::SignInRefused));
    ensure_eq!(attempt(&victim, "x", &from(4)).await, Err(AccountsError::SignInRefused));
    ctx.clock.advance(86_400_000);
    ensure!(accounts.purge_stale(1000).await? > 0);
    let actions = store.audit().admin_events(&workspace.id, None, 1).await?;
    ensure_eq!(actions[0].event.action, AdminAction::SignedIn);
    ensure!(actions[0].network.is_some());
    Ok(())
}

/// Guesses from many addresses delay the account for everybody but those who signed in there before.
pub(super) async fn a_known_browser_is_not_kept_out(ctx: &Ctx) -> Result<(), Broken> {
    let (store, owner, _) = home(ctx).await?;
    let accounts = store.accounts();
    let network = ctx.word()?.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(131).wrapping_add(u32::from(byte)));
    let from = |host: u32| Origin {
        request_id: "req_1".to_owned(),
        address: Some(std::net::Ipv4Addr::from(network.wrapping_add(host)).into()),
    };
    let right = "correct horse battery";
    let attempt = async |email: &str, password: &str, device: Option<&str>, host: u32| {
        let sign_in = SignIn { email, password, user_agent: "" };
        accounts.sign_in_on(sign_in, device, &from(host)).await.map(|session| session.user.id)
    };
    let token = accounts.device_token(&owner.email)?;
    // Two wrong passwords from two network addresses, counted as sixty: each hash takes its time.
    let besieged = async |hosts: std::ops::Range<u32>| {
        for host in hosts {
            let refused = attempt(&owner.email, "wrong horse", None, host * 256).await;
            ensure_eq!(refused, Err(AccountsError::SignInRefused));
        }
        let counted = "UPDATE sign_in_counters SET failures = 60, blocked_until = ?1 WHERE failures = 2 \
            AND updated_at = ?2";
        let now = ctx.clock.now_ms();
        ctx.rows(Statement::new(counted).bind(now + 60_000).bind(now)).await?;
        Ok::<_, Broken>(())
    };
    besieged(0..2).await?;
    let delayed = Err(AccountsError::Delayed { retry_after_s: 60 });
    ensure_eq!(attempt(&owner.email, right, None, 7 * 256).await, delayed);
    ensure_eq!(attempt(&owner.email, right, Some(&token), 8 * 256).await, Ok(owner.id.clone()));
    // Not for another address, changed, or too old.
    let other = ctx.owner().await?.0;
    let foreign = accounts.device_token(&other.email)?;
    let forged = token.replacen(&PAST.to_string(), &(PAST + 1).to_string(), 1);
    ensure!(forged != token);
    for token in [foreign.as_str(), forged.as_str(), "", "a.b.c.d", &token[1..]] {
        ensure_eq!(attempt(&owner.email, right, Some(token), 9 * 256).await, delayed);
    }
    ctx.clock.advance(DEVICE_MS);
    besieged(20..22).await?;
    ensure_eq!(attempt(&owner.email, right, Some(&token), 10 * 256).await, delayed);
    ctx.clock.advance(60_000);

    // A known browser guesses no faster than others.
    let token = accounts.device_token(&owner.email)?;
    let device = async |password: &str| attempt(&owner.email, password, Some(&token), 11 * 256).await;
    for _ in 0..10 {
        ensure_eq!(device("wrong horse").await, Err(AccountsError::SignInRefused));
    }
    ensure_eq!(device(right).await, Err(AccountsError::Delayed { retry_after_s: 1 }));
    ensure_eq!(attempt(&owner.email, right, None, 12 * 256).await, Ok(owner.id.clone()));
    Ok(())
}

pub(super) async fn a_password_changes_and_is_reset(ctx: &Ctx) -> Result<(), Broken> {
    let (store, owner, _) = home(ctx).await?;
    let accounts = store.accounts();
    let sign_in =
        async |password: &str| accounts.sign_in(SignIn { email: &owner.email, password, user_agent: "" }).await;
    let old = "correct horse battery";
    let (here, there) = (sign_in(old).await?, sign_in(old).await?);
    let change = async |present: &str, new: &str| {
        accounts.change_password(&owner.id, &here.session.id, present, new, &origin()).await
    };
    ensure_eq!(change("wrong horse", "new horse battery").await, Err(AccountsError::SignInRefused));
    ensure_eq!(change(old, "short").await, Err(AccountsError::Password));
    ensure_eq!(change(old, "Password123").await, Err(AccountsError::CommonPassword));
    change(old, "new horse battery").await?;
    ensure!(accounts.verify_session(&here.cookie).await.is_ok());
    ensure_eq!(accounts.verify_session(&there.cookie).await, Err(SessionError::Ended));
    ensure_eq!(sign_in(old).await.err(), Some(AccountsError::SignInRefused));
    sign_in("new horse battery").await?;

    // Unknown addresses write the same rows and get no link.
    let count = async || {
        let rows = ctx.rows(Statement::new("SELECT COUNT(*) AS n FROM links WHERE kind = 'password_reset'")).await?;
        Ok::<_, Broken>(rows[0].integer("n")?)
    };
    let before = count().await?;
    ensure_eq!(accounts.request_password_reset(&format!("{}@example.eu", ctx.word()?)).await?, None);
    ensure_eq!(accounts.request_password_reset("nonsense").await?, None);
    ensure_eq!(count().await?, before + 2);
    let replaced = accounts.request_password_reset(&owner.email).await?.ok_or(Broken("no link".to_owned()))?;
    let link = accounts.request_password_reset(&owner.email).await?.ok_or(Broken("no link".to_owned()))?;
    ensure_eq!(link.expires_at_ms, PAST + PASSWORD_RESET_MS);
    let reset = async |token: &str, new: &str| accounts.reset_password(token, new, &origin()).await;
    ensure_eq!(reset(&replaced.token, "third horse").await.err(), Some(MembersError::Link));
    ensure_eq!(reset(&link.token, "short").await.err(), Some(MembersError::Account(AccountsError::Password)));
    ensure_eq!(reset(&link.token, "third horse").await?, owner);
    ensure_eq!(reset(&link.token, "fourth horse").await.err(), Some(MembersError::Link));
    ensure_eq!(accounts.verify_session(&here.cookie).await, Err(SessionError::Ended));
    sign_in("third horse").await?;
    // An invitation is no reset.
    let workspace = &accounts.memberships(&owner.id).await?[0].workspace_id;
    let invitation = accounts.invite(&by(&owner.id, Role::Owner), workspace, Role::Viewer, None).await?;
    ensure_eq!(reset(&invitation.token, "fifth horse").await.err(), Some(MembersError::Link));
    Ok(())
}
