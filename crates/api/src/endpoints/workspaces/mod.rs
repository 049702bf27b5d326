//! `/api/v1/workspaces` and `/api/v1/workspace`: listing and creating workspaces, settings, usage and erasure.

pub(crate) mod compliance_profile;
pub(crate) mod watermark_key;

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::{HeaderMap, StatusCode};
use labeler_store::{FileNames, Permission, PlanError, SignInPolicy, WorkspaceSettings};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    app::App,
    auth::{Authorized, Caller, endpoint},
    endpoints::{
        check::options::{CheckDefaults, CheckOptions, Origin},
        workspaces::compliance_profile::{ProfileChange, ProfileDetail},
    },
    http::{
        context::RequestContext,
        error::{ApiError, code::Code},
        json_body, limits,
        lists::Listed,
        route::{Route, changing, reading},
        times::iso_time,
    },
};

/// Returns the routes of this resource.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route {
            path: "/api/v1/workspaces",
            methods: get(list_workspaces).post(create_workspace),
            errors: &[
                ("list_workspaces", reading![Code::SessionRequired]),
                ("create_workspace", changing![Code::SessionRequired, Code::Conflict]),
            ],
        },
        Route {
            path: "/api/v1/workspace",
            methods: get(get_workspace).patch(change_workspace),
            errors: &[
                ("get_workspace", reading![Code::SessionRequired, Code::NotFound]),
                (
                    "change_workspace",
                    changing![Code::SessionRequired, Code::ReauthenticationRequired, Code::NotFound, Code::Conflict,],
                ),
            ],
        },
        Route {
            path: "/api/v1/workspace/usage",
            methods: get(get_usage),
            errors: &[("get_usage", reading![Code::SessionRequired, Code::NotFound])],
        },
        Route {
            path: "/api/v1/workspace/erase",
            methods: post(erase_workspace),
            errors: &[(
                "erase_workspace",
                changing![Code::SessionRequired, Code::ReauthenticationRequired, Code::NotFound],
            )],
        },
    ]
}

endpoint! {
    /// Listing the caller's workspaces.
    ListWorkspaces = "workspaces.list", None, MANAGE_READ, people before passkey
}
endpoint! {
    /// Creating a workspace.
    CreateWorkspace = "workspaces.create", None, MANAGE_WRITE, people
}

/// A workspace.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct WorkspaceInfo {
    /// `ws_…`.
    pub id: String,
    /// For people.
    pub name: String,
    /// What it pays for.
    #[schema(example = "free")]
    pub plan: &'static str,
}

/// A workspace of the person.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MembershipInfo {
    workspace: WorkspaceInfo,
    /// The person's role there.
    #[schema(example = "member")]
    role: &'static str,
    /// Whether the session looks at it.
    current: bool,
    /// Member since.
    #[schema(format = DateTime)]
    created_at: String,
}

/// A name for a workspace.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewWorkspace {
    /// 1 to 100 characters.
    #[schema(min_length = 1, max_length = 100, example = "Studio")]
    name: String,
}

/// Where the person is a member, oldest membership first.
#[utoipa::path(
    get,
    path = "/api/v1/workspaces",
    tag = "workspace",
    security(("session" = [])),
    responses((status = 200, description = "The workspaces.", body = Listed<MembershipInfo>))
)]
pub(crate) async fn list_workspaces(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<ListWorkspaces>,
) -> Result<Json<Listed<MembershipInfo>>, ApiError> {
    let own = caller.person()?;
    let found = app.store().members().memberships(&own.user.id).await.map_err(|error| ApiError::database(&error))?;
    let mut data = Vec::with_capacity(found.len());
    for at in found {
        data.push(MembershipInfo {
            role: at.role.as_str(),
            current: at.workspace_id == own.workspace.id,
            created_at: iso_time(at.created_at_ms)?,
            workspace: WorkspaceInfo { id: at.workspace_id, name: at.workspace_name, plan: at.plan.as_str() },
        });
    }
    Ok(Json(Listed { data }))
}

/// Makes a workspace on the free plan, owned by the person. The session keeps looking where it looked. One person makes at
/// most 10, and all free workspaces that one person made share the free labels of a month.
#[utoipa::path(
    post,
    path = "/api/v1/workspaces",
    tag = "workspace",
    security(("session" = [])),
    request_body = NewWorkspace,
    responses((status = 201, description = "The workspace.", body = WorkspaceInfo))
)]
pub(crate) async fn create_workspace(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<CreateWorkspace>,
    context: RequestContext,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let own = caller.person()?;
    let new: NewWorkspace = json_body::read(&headers, body).await?;
    limits::spend_address(&app, &context, "workspace", limits::WORKSPACE_ADDRESS).await?;
    let made = app.store().workspaces().create_workspace(&caller.actor, &own.user.id, &new.name).await;
    let made = made.map_err(ApiError::members)?;
    let info = WorkspaceInfo { id: made.id, name: made.name, plan: made.plan.as_str() };
    Ok((StatusCode::CREATED, Json(info)).into_response())
}

endpoint! {
    /// Reading the settings.
    GetWorkspace = "workspace.get", None, MANAGE_READ, people
}
endpoint! {
    /// Changing the settings.
    ChangeWorkspace = "workspace.change", Some(Permission::ManageMembers), MANAGE_WRITE
}

/// The workspace and what it decides for itself.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WorkspaceDetail {
    /// `ws_…`.
    id: String,
    name: String,
    #[schema(example = "free")]
    plan: &'static str,
    /// What is kept of the names of files labelled from now on: `store`, `pseudonymise` or `drop`.
    #[schema(example = "store")]
    file_names: &'static str,
    /// How long requests logged from now on are kept.
    #[schema(minimum = 1, maximum = 3650, example = 90)]
    request_log_days: u32,
    /// What the workspace asks of people who work in it: `password` (a password or a passkey) or `passkey` (a passkey,
    /// alone or after a password).
    #[schema(example = "password")]
    sign_in: &'static str,
    /// Whether the manifest stores of live labels are kept, so that they can be recovered by a file's watermark.
    #[schema(example = true)]
    keep_manifests: bool,
    /// How many days manifest stores of files labelled from now on are kept.
    #[schema(minimum = 1, maximum = 3650, example = 3650)]
    manifest_days: u32,
    /// What labels say about the provider unless a request says it.
    compliance_profile: ProfileDetail,
    /// What checks assume unless a request says otherwise.
    #[schema(value_type = CheckDefaults)]
    check_defaults: CheckOptions,
}

/// What should change; what is absent stays.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct WorkspaceChange {
    /// 1 to 100 characters.
    #[schema(min_length = 1, max_length = 100, example = "Studio")]
    name: Option<String>,
    /// `store`, `pseudonymise` or `drop`.
    #[schema(pattern = "^(store|pseudonymise|drop)$")]
    file_names: Option<String>,
    /// 1 to 3650.
    #[schema(minimum = 1, maximum = 3650, example = 90)]
    request_log_days: Option<u32>,
    /// `password` or `passkey`. Only by people, with a recent proof of who they are; `passkey` only in a session that has
    /// shown one.
    #[schema(pattern = "^(password|passkey)$")]
    sign_in: Option<String>,
    /// Whether the manifest stores of live labels are kept. `false` also removes those that are kept.
    #[schema(example = true)]
    keep_manifests: Option<bool>,
    /// 1 to 3650. Holds for files labelled from now on.
    #[schema(minimum = 1, maximum = 3650, example = 3650)]
    manifest_days: Option<u32>,
    /// What labels made from now on say about the provider unless a request says it.
    #[schema(value_type = Option<ProfileChange>)]
    compliance_profile: Option<Map<String, Value>>,
    /// Replaces the defaults of checks; `{}` clears them. A request that says otherwise wins.
    #[schema(value_type = Option<CheckDefaults>)]
    check_defaults: Option<Map<String, Value>>,
}

/// Attempts to change the settings while others change them too.
const MAX_ATTEMPTS: usize = 5;

impl WorkspaceChange {
    fn applied_to(&self, mut settings: WorkspaceSettings) -> Result<WorkspaceSettings, ApiError> {
        if let Some(name) = &self.name {
            name.trim().clone_into(&mut settings.name);
        }
        if let Some(text) = &self.file_names {
            settings.file_names = text
                .parse::<FileNames>()
                .map_err(|_| ApiError::validation("fileNames", "fileNames must be one of store, pseudonymise, drop"))?;
        }
        if let Some(days) = self.request_log_days {
            if !(1..=3650).contains(&days) {
                return Err(ApiError::validation("requestLogDays", "requestLogDays must be from 1 to 3650 days"));
            }
            settings.request_log_days = days;
        }
        if let Some(keep) = self.keep_manifests {
            settings.keep_manifests = keep;
        }
        if let Some(days) = self.manifest_days {
            if !(1..=3650).contains(&days) {
                return Err(ApiError::validation("manifestDays", "manifestDays must be from 1 to 3650 days"));
            }
            settings.manifest_days = days;
        }
        if let Some(text) = &self.sign_in {
            settings.sign_in = text
                .parse::<SignInPolicy>()
                .map_err(|_| ApiError::validation("signIn", "signIn must be one of password, passkey"))?;
        }
        if let Some(change) = &self.compliance_profile {
            settings.profile = compliance_profile::changed(settings.profile, change)?;
        }
        if let Some(defaults) = &self.check_defaults {
            settings.check_defaults = CheckOptions::new(defaults.clone(), Origin::Workspace)?.to_text();
        }
        Ok(settings)
    }
}

async fn settings(app: &App, caller: &Caller) -> Result<WorkspaceSettings, ApiError> {
    let found = app.store().workspaces().settings(caller.workspace_id()).await;
    found.map_err(|error| ApiError::database(&error))?.ok_or_else(|| {
        ApiError::new(
            Code::NotFound,
            "This workspace does not exist any more. Switch to another one with PUT /api/v1/session/workspace.",
        )
    })
}

fn detail(caller: &Caller, settings: WorkspaceSettings) -> Result<WorkspaceDetail, ApiError> {
    Ok(WorkspaceDetail {
        id: caller.workspace_id().to_owned(),
        name: settings.name,
        plan: caller.plan.as_str(),
        file_names: settings.file_names.as_str(),
        request_log_days: settings.request_log_days,
        sign_in: settings.sign_in.as_str(),
        keep_manifests: settings.keep_manifests,
        manifest_days: settings.manifest_days,
        compliance_profile: settings.profile.into(),
        check_defaults: CheckOptions::from_stored(settings.check_defaults.as_deref())?,
    })
}

/// The workspace and its settings.
#[utoipa::path(
    get,
    path = "/api/v1/workspace",
    tag = "workspace",
    security(("session" = [])),
    responses((status = 200, description = "The workspace.", body = WorkspaceDetail))
)]
pub(crate) async fn get_workspace(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<GetWorkspace>,
) -> Result<Json<WorkspaceDetail>, ApiError> {
    Ok(Json(detail(&caller, settings(&app, &caller).await?)?))
}

/// Changes settings, for what is recorded from now on. `keepManifests: false` also removes the manifest stores that are
/// kept.
#[utoipa::path(
    patch,
    path = "/api/v1/workspace",
    tag = "workspace",
    request_body = WorkspaceChange,
    responses((status = 200, description = "The workspace.", body = WorkspaceDetail))
)]
pub(crate) async fn change_workspace(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<ChangeWorkspace>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<WorkspaceDetail>, ApiError> {
    let change: WorkspaceChange = json_body::read(&headers, body).await?;
    if let Some(policy) = &change.sign_in {
        let own = caller.person()?;
        caller.require_recent(app.clock.now_ms())?;
        // A person who requires a passkey must have one: otherwise the change would lock them out.
        if policy == SignInPolicy::Passkey.as_str() && own.session.passkey_at_ms.is_none() {
            return Err(ApiError::passkey_required());
        }
    }
    for _ in 0..MAX_ATTEMPTS {
        let before = settings(&app, &caller).await?;
        let next = change.applied_to(before.clone())?;
        let changed =
            app.store().workspaces().change_settings(&caller.actor, caller.workspace_id(), &before, &next).await;
        if changed.map_err(ApiError::members)? {
            return Ok(Json(detail(&caller, next)?));
        }
    }
    Err(ApiError::new(Code::Conflict, "The workspace was changed by others at the same time. Try again."))
}

endpoint! {
    /// Reading the usage.
    GetUsage = "workspace.usage", None, MANAGE_READ, people
}

/// What this month has used.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UsageInfo {
    /// What the workspace pays for.
    #[schema(example = "free")]
    plan: &'static str,
    /// The calendar month, UTC.
    #[schema(example = "2026-05")]
    month: String,
    /// Live labels so far.
    #[schema(example = 7)]
    used: u64,
    /// Live labels in all; null without a limit.
    #[schema(example = 25)]
    allowed: Option<u64>,
    /// When the next month begins.
    #[schema(format = DateTime)]
    resets_at: String,
}

/// Live labels of this month against the quota.
#[utoipa::path(
    get,
    path = "/api/v1/workspace/usage",
    tag = "workspace",
    security(("session" = [])),
    responses((status = 200, description = "The usage.", body = UsageInfo))
)]
pub(crate) async fn get_usage(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<GetUsage>,
) -> Result<Json<UsageInfo>, ApiError> {
    let usage = app.store().plans().usage(caller.workspace_id()).await.map_err(|error| match error {
        PlanError::Database(error) => ApiError::database(&error),
        _ => ApiError::new(
            Code::NotFound,
            "This workspace does not exist any more. Switch to another one with PUT /api/v1/session/workspace.",
        ),
    })?;
    Ok(Json(UsageInfo {
        plan: caller.plan.as_str(),
        month: usage.month,
        used: usage.used,
        allowed: usage.allowed,
        resets_at: iso_time(usage.resets_at_ms)?,
    }))
}

endpoint! {
    /// Erasing the workspace. Only owners may, who alone have the permission to manage billing.
    EraseWorkspace = "workspace.erase", Some(Permission::ManageBilling), MANAGE_WRITE, people
}

/// Confirms what is erased.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WorkspaceErasure {
    /// The name of the workspace.
    #[schema(example = "Former studio")]
    confirm: String,
}

/// Erases the workspace that the session looks at, at once and for good: members, invitations, API keys, OAuth2 clients,
/// signing certificates, settings, kept manifest stores, and the keys of everything that is encrypted for it. The audit trail of what was
/// labelled stays, without names of files and networks; the request log goes by itself after the days that the workspace
/// kept it. The session turns to another workspace of the person, or ends. For owners. Asks for a recent proof of who the
/// person is.
#[utoipa::path(
    post,
    path = "/api/v1/workspace/erase",
    tag = "workspace",
    security(("session" = [])),
    request_body = WorkspaceErasure,
    responses((status = 204, description = "Erased."))
)]
pub(crate) async fn erase_workspace(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<EraseWorkspace>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, ApiError> {
    let own = caller.person()?;
    let sent: WorkspaceErasure = json_body::read(&headers, body).await?;
    caller.require_recent(app.clock.now_ms())?;
    if sent.confirm.trim() != own.workspace.name {
        return Err(ApiError::validation("confirm", "confirm must be the name of the workspace"));
    }
    app.store().privacy().erase_workspace(&caller.actor, caller.workspace_id()).await.map_err(ApiError::erasure)?;
    Ok(StatusCode::NO_CONTENT)
}
