//! `/api/v1/members/{id}`: another role for a member, and removing one.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    routing::patch,
};
use http::{HeaderMap, StatusCode};
use labeler_store::Permission;
use serde::Deserialize;

use super::{Route, named};
use crate::{
    App,
    auth::{self, Authorized, endpoint},
    error::{ApiError, Code},
    json_body,
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/members/{id}",
        methods: patch(change_member).delete(remove_member),
        errors: &[
            ("change_member", changing![Code::NotFound, Code::Conflict]),
            ("remove_member", reading![Code::CrossSiteRequest, Code::NotFound, Code::Conflict]),
        ],
    }
}

endpoint! {
    /// Changing a role.
    ChangeMember = "members.change", Some(Permission::ManageMembers), MANAGE_WRITE
}
endpoint! {
    /// Removing a member, or leaving, for which being a member is enough.
    RemoveMember = "members.remove", None, MANAGE_WRITE
}

/// A role.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleChange {
    /// One of api-user, viewer, labeler, dashboard_editor, member, admin, owner; at most one's own.
    #[schema(pattern = "^(api-user|viewer|labeler|dashboard_editor|member|admin|owner)$", example = "labeler")]
    role: String,
}

/// Gives a member another role. The last owner keeps theirs: `conflict`.
#[utoipa::path(
    patch,
    path = "/api/v1/members/{id}",
    tag = "members",
    params(("id" = String, Path, description = "Id of the person.")),
    request_body = RoleChange,
    responses((status = 204, description = "Changed."))
)]
pub(crate) async fn change_member(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<ChangeMember>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, ApiError> {
    let change: RoleChange = json_body::read(&headers, body).await?;
    let role = auth::role_of("role", &change.role)?;
    let changed =
        app.store().accounts().change_role(&caller.authority(), caller.workspace_id(), &named(id)?, role).await;
    changed.map(|()| StatusCode::NO_CONTENT).map_err(ApiError::members)
}

/// Removes a member; a person may remove themselves and so leave. What their keys could do ends with it. The last owner
/// stays: `conflict`.
#[utoipa::path(
    delete,
    path = "/api/v1/members/{id}",
    tag = "members",
    params(("id" = String, Path, description = "Id of the person.")),
    responses((status = 204, description = "Removed."))
)]
pub(crate) async fn remove_member(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<RemoveMember>,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let id = named(id)?;
    let leaves = caller.session().is_some_and(|own| own.user.id == id);
    if !leaves && !caller.permissions.contains(Permission::ManageMembers) {
        return Err(ApiError::insufficient_scope(Permission::ManageMembers));
    }
    let removed = app.store().accounts().remove_member(&caller.authority(), caller.workspace_id(), &id).await;
    removed.map(|()| StatusCode::NO_CONTENT).map_err(ApiError::members)
}
