//! Workspaces, their settings and their storage of file names.

use crate::audit::admin::AdminAction;
use crate::contract::audit::actor;
use crate::contract::context::{CaseError, Ctx, PASSWORD, by, ensure, ensure_eq, home, member};
use crate::contract::events::new_event;
use crate::database::Statement;
use crate::model::{Actor, EventScope};
use crate::people::error::{AccountsError, MembersError};
use crate::plans::{Plan, RateLimits};
use crate::roles::Role;
use crate::sessions::SessionError;
use crate::sessions::sign_in::SignIn;
use crate::workspaces::file_names::FileNames;
use crate::workspaces::{ComplianceProfile, SignInPolicy, WorkspaceSettings};

pub(super) async fn a_person_works_in_several_workspaces(ctx: &Ctx) -> Result<(), CaseError> {
    let (store, owner, workspace) = home(ctx).await?;
    let bo = member(ctx, &store, &workspace.id, Role::Viewer).await?;
    ctx.clock.advance(1);
    let own = store.workspaces().create_workspace(&Actor::user(&bo.id, "req_1", None), &bo.id, " Bo's ").await?;
    ensure_eq!((own.name.as_str(), own.plan.as_str()), ("Bo's", "free"));
    let nameless = store.workspaces().create_workspace(&Actor::user(&bo.id, "req_1", None), &bo.id, " ").await;
    ensure_eq!(nameless.err(), Some(MembersError::Account(AccountsError::Name)));
    let session = store.sessions().sign_in(SignIn { email: &bo.email, password: PASSWORD, user_agent: "" }).await?;
    let at = async || Ok::<_, CaseError>(store.sessions().verify_session(&session.cookie).await?);
    ensure_eq!(at().await?.role, Role::Viewer);
    ensure!(store.sessions().switch_workspace(&bo.id, &session.session.id, &own.id).await?);
    ensure_eq!((at().await?.workspace.id, at().await?.role), (own.id.clone(), Role::Owner));
    let foreign = ctx.workspace(Plan::Pro).await?;
    ensure!(!store.sessions().switch_workspace(&bo.id, &session.session.id, &foreign).await?);
    ensure!(!store.sessions().switch_workspace(&owner.id, &session.session.id, &workspace.id).await?);
    ensure!(store.sessions().switch_workspace(&bo.id, &session.session.id, &workspace.id).await?);

    // A session switches to another workspace if the person was removed from its current one.
    let owner_by = by(&owner.id, Role::Owner);
    store.members().remove_member(&owner_by, &workspace.id, &bo.id).await?;
    ensure_eq!(at().await?.workspace.id, own.id);
    // The session ends if no workspace is left.
    let guest = member(ctx, &store, &workspace.id, Role::Viewer).await?;
    let session = store.sessions().sign_in(SignIn { email: &guest.email, password: PASSWORD, user_agent: "" }).await?;
    store.members().remove_member(&owner_by, &workspace.id, &guest.id).await?;
    ensure_eq!(store.sessions().verify_session(&session.cookie).await, Err(SessionError::Ended));

    ensure_eq!(store.workspaces().rate_limits(&workspace.id).await?, RateLimits::default());
    Ok(())
}

/// Settings are stored as given. The audit row names the changed settings without their values.
pub(super) async fn a_workspace_changes_its_settings(ctx: &Ctx) -> Result<(), CaseError> {
    let (store, owner, workspace) = home(ctx).await?;
    let actor = by(&owner.id, Role::Owner).actor;
    let before = store.workspaces().settings(&workspace.id).await?.ok_or(CaseError("gone".to_owned()))?;
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
        let before = store.workspaces().settings(&workspace.id).await?.ok_or(CaseError("gone".to_owned()))?;
        ensure!(store.workspaces().change_settings(&actor, &workspace.id, &before, given).await?);
        let kept = WorkspaceSettings { name: name.trim().to_owned(), request_log_days: days, ..given.clone() };
        let manifest_days = given.manifest_days.min(3_650);
        let kept = WorkspaceSettings { manifest_days, ..kept };
        ensure_eq!(store.workspaces().settings(&workspace.id).await?, Some(kept));
        let newest = store.audit().admin_events(&workspace.id, None, 1).await?;
        let event = newest.first().map(|entry| &entry.event).ok_or(CaseError("no admin event".to_owned()))?;
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

    // A change based on outdated settings is refused, for every field.
    let now = store.workspaces().settings(&workspace.id).await?.ok_or(CaseError("gone".to_owned()))?;
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
        ensure!(!store.workspaces().change_settings(&actor, &workspace.id, &outdated, &next).await?);
    }
    ensure_eq!(store.workspaces().settings(&workspace.id).await?, Some(now.clone()));

    ensure_eq!(store.workspaces().settings("ws_none").await?, None);
    let nowhere = store.workspaces().change_settings(&actor, "ws_none", &settings, &settings).await;
    ensure_eq!(nowhere, Err(MembersError::NotFound));
    let nameless = WorkspaceSettings { name: " ".to_owned(), ..settings };
    let refused = store.workspaces().change_settings(&actor, &workspace.id, &now, &nameless).await;
    ensure_eq!(refused, Err(MembersError::Account(AccountsError::Name)));
    Ok(())
}

pub(super) async fn file_names_follow_the_setting(ctx: &Ctx) -> Result<(), CaseError> {
    let store = ctx.store()?;
    let actor = actor("usr_1");
    for livemode in [true, false] {
        let scope = EventScope { workspace_id: ctx.workspace(Plan::Pro).await?, livemode };
        let events = store.events();
        let mut settings =
            store.workspaces().settings(&scope.workspace_id).await?.ok_or(CaseError("gone".to_owned()))?;
        let mut names = Vec::new();
        for mode in [FileNames::Store, FileNames::Pseudonymise, FileNames::Pseudonymise, FileNames::Drop] {
            let before = settings.clone();
            settings.file_names = mode;
            ensure!(store.workspaces().change_settings(&actor, &scope.workspace_id, &before, &settings).await?);
            let mut new = new_event(ctx, &scope)?;
            new.filename = "Ada Lovelace.JPG".to_owned();
            let event = events.record(new).await?;
            names.push(events.get(&scope, &event.id).await?.map(|event| event.data.filename).unwrap_or_default());
        }
        ensure_eq!(names[0], "Ada Lovelace.JPG");
        ensure!(names[1].starts_with("file-") && names[1].ends_with(".jpg"));
        ensure_eq!(names[1], names[2]);
        ensure_eq!(names[3], "file.jpg");
        let select = "SELECT group_concat(filename) AS names FROM events WHERE workspace_id = ?1";
        let rows = ctx.rows(Statement::new(select).bind(scope.workspace_id.as_str())).await?;
        ensure!(!rows[0].text("names")?.contains("Ada"));
    }
    Ok(())
}
