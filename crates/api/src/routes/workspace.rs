//! `/api/v1/workspace`: the workspace that the session looks at, and its settings.

use std::sync::Arc;

use axum::{Json, body::Body, extract::State, routing::get};
use http::HeaderMap;
use labeler_store::{FileNames, Permission, SignInPolicy, WorkspaceSettings};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Route;
use crate::{
    App,
    auth::{Authorized, Caller, endpoint},
    check_options::{CheckDefaults, CheckOptions, Origin},
    compliance_profile::{self, ProfileChange, ProfileDetail},
    error::{ApiError, Code},
    json_body,
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/workspace",
        methods: get(get_workspace).patch(change_workspace),
        errors: &[
            ("get_workspace", reading![Code::SessionRequired, Code::NotFound]),
            (
                "change_workspace",
                changing![
                    Code::SessionRequired,
                    Code::ReauthenticationRequired,
                    Code::NotFound,
                    Code::Conflict,
                ],
            ),
        ],
    }
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

/// How often a change is tried while others change the same workspace.
const MOST_TRIES: usize = 5;

impl WorkspaceChange {
    fn applied_to(&self, mut settings: WorkspaceSettings) -> Result<WorkspaceSettings, ApiError> {
        if let Some(name) = &self.name {
            name.trim().clone_into(&mut settings.name);
        }
        if let Some(text) = &self.file_names {
            settings.file_names = text.parse::<FileNames>().map_err(|_| {
                ApiError::validation("fileNames", "fileNames must be one of store, pseudonymise, drop")
            })?;
        }
        if let Some(days) = self.request_log_days {
            if !(1..=3650).contains(&days) {
                return Err(ApiError::validation("requestLogDays", "requestLogDays must be 1 to 3650"));
            }
            settings.request_log_days = days;
        }
        if let Some(keep) = self.keep_manifests {
            settings.keep_manifests = keep;
        }
        if let Some(days) = self.manifest_days {
            if !(1..=3650).contains(&days) {
                return Err(ApiError::validation("manifestDays", "manifestDays must be 1 to 3650"));
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
    let found = app.store().accounts().settings(caller.workspace_id()).await;
    found
        .map_err(|error| ApiError::database(&error))?
        .ok_or_else(|| ApiError::new(Code::NotFound, "There is no such workspace."))
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
        check_defaults: CheckOptions::kept(settings.check_defaults.as_deref())?,
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
        // Whoever asks for a passkey has one, and is not locked out by it.
        if policy == SignInPolicy::Passkey.as_str() && own.session.passkey_at_ms.is_none() {
            return Err(ApiError::passkey_required());
        }
    }
    for _ in 0..MOST_TRIES {
        let before = settings(&app, &caller).await?;
        let next = change.applied_to(before.clone())?;
        let changed = app.store().accounts().change_settings(&caller.actor, caller.workspace_id(), &before, &next).await;
        if changed.map_err(ApiError::members)? {
            return Ok(Json(detail(&caller, next)?));
        }
    }
    Err(ApiError::new(Code::Conflict, "Others are changing this workspace at the same time. Try again."))
}
