//! `/api/v1/workspaces`: the workspaces of the person, and making one.

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};

use super::{Route, session::WorkspaceInfo};
use crate::{
    App,
    auth::{Authorized, endpoint},
    context::RequestContext,
    dto::{Listed, iso_time},
    error::{ApiError, Code},
    json_body, limits,
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/workspaces",
        methods: get(list_workspaces).post(create_workspace),
        errors: &[
            ("list_workspaces", reading![Code::SessionRequired]),
            ("create_workspace", changing![Code::SessionRequired, Code::Conflict]),
        ],
    }
}

endpoint! {
    /// Listing one's workspaces.
    ListWorkspaces = "workspaces.list", None, MANAGE_READ, people before passkey
}
endpoint! {
    /// Making a workspace.
    CreateWorkspace = "workspaces.create", None, MANAGE_WRITE, people
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
    let found = app.store().accounts().memberships(&own.user.id).await.map_err(|error| ApiError::database(&error))?;
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
    let made = app.store().accounts().create_workspace(&caller.actor, &own.user.id, &new.name).await;
    let made = made.map_err(ApiError::members)?;
    let info = WorkspaceInfo { id: made.id, name: made.name, plan: made.plan.as_str() };
    Ok((StatusCode::CREATED, Json(info)).into_response())
}
