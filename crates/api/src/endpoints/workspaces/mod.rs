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

use crate::{
    app::App,
    auth::{Authorized, Caller, endpoint},
    endpoints::{
        check::options::{CheckDefaults, CheckOptions},
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

/// Workspace.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct WorkspaceInfo {
    /// ID, `ws_…`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Plan of the workspace.
    #[schema(example = "free")]
    pub plan: &'static str,
}

/// Membership of the person in a workspace.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MembershipInfo {
    workspace: WorkspaceInfo,
    /// Role of the person in the workspace.
    #[schema(example = "member")]
    role: &'static str,
    /// Whether this is the current workspace of the session.
    current: bool,
    /// Time at which the person joined.
    #[schema(format = DateTime)]
    created_at: String,
}

/// Request to create a workspace.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewWorkspace {
    /// Name, 1 to 100 characters.
    #[schema(min_length = 1, max_length = 100, example = "Studio")]
    name: String,
}

/// Lists the workspaces of the person, oldest membership first.
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

/// Creates a workspace on the free plan, owned by the person.
///
/// The session stays in its current workspace. A person can create at most 10 workspaces. All free workspaces of the
/// same creator share the free labels of a month.
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

/// Workspace with its settings.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WorkspaceDetail {
    /// ID, `ws_…`.
    id: String,
    name: String,
    #[schema(example = "free")]
    plan: &'static str,
    /// Storage of file names of files labelled from now on: `store`, `pseudonymise` or `drop`.
    #[schema(example = "store")]
    file_names: &'static str,
    /// Retention of requests logged from now on, in days.
    #[schema(minimum = 1, maximum = 3650, example = 90)]
    request_log_days: u32,
    /// Required sign-in of people in this workspace: `password` (a password or a passkey) or `passkey` (a passkey,
    /// alone or after a password).
    #[schema(example = "password")]
    sign_in: &'static str,
    /// Whether manifest stores of live labels are kept, so that they can be recovered by the watermark of a file.
    #[schema(example = true)]
    keep_manifests: bool,
    /// Retention of manifest stores of files labelled from now on, in days.
    #[schema(minimum = 1, maximum = 3650, example = 3650)]
    manifest_days: u32,
    /// Default values for labels about the provider. Options of a request take precedence.
    compliance_profile: ProfileDetail,
    /// Default options of checks. Options of a request take precedence.
    check_defaults: CheckDefaults,
}

/// Changes of the workspace. Absent fields stay unchanged.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct WorkspaceChange {
    /// Name, 1 to 100 characters.
    #[schema(min_length = 1, max_length = 100, example = "Studio")]
    name: Option<String>,
    /// Storage of file names: `store`, `pseudonymise` or `drop`.
    #[schema(pattern = "^(store|pseudonymise|drop)$")]
    file_names: Option<String>,
    /// Retention of the request log in days, 1 to 3650. Applies to requests logged from now on.
    #[schema(minimum = 1, maximum = 3650, example = 90)]
    request_log_days: Option<u32>,
    /// Required sign-in: `password` or `passkey`. Only people can change it, with a recent proof of identity; to
    /// `passkey` only in a session that has used one.
    #[schema(pattern = "^(password|passkey)$")]
    sign_in: Option<String>,
    /// Whether manifest stores of live labels are kept. `false` also deletes those that are stored.
    #[schema(example = true)]
    keep_manifests: Option<bool>,
    /// Retention of manifest stores in days, 1 to 3650. Applies to files labelled from now on.
    #[schema(minimum = 1, maximum = 3650, example = 3650)]
    manifest_days: Option<u32>,
    /// Default values for labels created from now on about the provider. Options of a request take precedence.
    compliance_profile: Option<ProfileChange>,
    /// New default options of checks, which replace all previous ones; `{}` removes them. Options of a request take
    /// precedence.
    check_defaults: Option<CheckDefaults>,
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
            settings.check_defaults = defaults.validate()?.to_text();
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
        check_defaults: CheckOptions::from_stored(settings.check_defaults.as_deref())?.into(),
    })
}

/// Returns the workspace with its settings.
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

/// Changes the settings of the workspace.
///
/// Changes apply to data recorded from now on. `keepManifests: false` also deletes the stored manifest stores.
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

/// Usage of the current month.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UsageInfo {
    /// Plan of the workspace.
    #[schema(example = "free")]
    plan: &'static str,
    /// Calendar month in UTC.
    #[schema(example = "2026-05")]
    month: String,
    /// Number of live labels in this month.
    #[schema(example = 7)]
    used: u64,
    /// Monthly quota of live labels. Null if there is no limit.
    #[schema(example = 25)]
    allowed: Option<u64>,
    /// Start of the next month.
    #[schema(format = DateTime)]
    resets_at: String,
}

/// Returns the number of live labels of this month and the quota.
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

/// Confirmation of the erasure.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WorkspaceErasure {
    /// Name of the workspace.
    #[schema(example = "Former studio")]
    confirm: String,
}

/// Erases the current workspace of the session permanently.
///
/// Erases members, invitations, API keys, OAuth2 clients, signing certificates, settings, stored manifest stores, and
/// the encryption keys of the workspace's data, immediately. The audit trail of labelling events stays, without the
/// names of files and networks. Entries of the request log are deleted when their retention period ends. The session
/// switches to another workspace of the person, or ends. Only for owners. Requires a recent proof of identity.
#[utoipa::path(
    post,
    path = "/api/v1/workspace/erase",
    tag = "workspace",
    security(("session" = [])),
    request_body = WorkspaceErasure,
    responses((status = 204, description = "The workspace was erased."))
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
