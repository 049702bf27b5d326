//! `POST /api/v1/workspace/erase`: an owner erases the workspace.

use std::sync::Arc;

use axum::{body::Body, extract::State, routing::post};
use http::{HeaderMap, StatusCode};
use labeler_store::Permission;
use serde::Deserialize;

use super::Route;
use crate::{
    App,
    auth::{Authorized, endpoint},
    error::{ApiError, Code},
    json_body,
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/workspace/erase",
        methods: post(erase_workspace),
        errors: &[(
            "erase_workspace",
            changing![Code::SessionRequired, Code::ReauthenticationRequired, Code::NotFound],
        )],
    }
}

endpoint! {
    /// Erasing the workspace: for owners, who alone manage billing.
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
