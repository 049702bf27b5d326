//! `/api/v1/members`: members of the workspace and their roles.

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::{Path, RawQuery, State, rejection::PathRejection},
    routing::{get, patch},
};
use http::{HeaderMap, StatusCode};
use labeler_store::Permission;
use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    auth::{Authorized, endpoint, names},
    http::{
        error::{ApiError, code::Code},
        json_body,
        lists::Page,
        query,
        route::{Route, changing, changing_without_body, path_parameter, reading},
        times::iso_time,
    },
};

/// Members per page.
const PAGE: u32 = 100;

/// Returns the routes of this resource.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route {
            path: "/api/v1/members",
            methods: get(list_members),
            errors: &[("list_members", reading![Code::ValidationError])],
        },
        Route {
            path: "/api/v1/members/{id}",
            methods: patch(change_member).delete(remove_member),
            errors: &[
                ("change_member", changing![Code::NotFound, Code::Conflict]),
                ("remove_member", changing_without_body![Code::NotFound, Code::Conflict]),
            ],
        },
    ]
}

endpoint! {
    /// Listing members.
    ListMembers = "members.list", Some(Permission::ManageMembers), MANAGE_READ
}

/// Member of the workspace.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MemberInfo {
    /// ID of the person, `usr_…`.
    id: String,
    email: String,
    name: String,
    #[schema(example = "labeler")]
    role: &'static str,
    /// Time at which the person joined.
    #[schema(format = DateTime)]
    created_at: String,
    /// Time at which access was removed.
    #[schema(format = DateTime)]
    disabled_at: Option<String>,
}

/// Lists the members of the workspace in the order of their IDs, 100 per page.
#[utoipa::path(
    get,
    path = "/api/v1/members",
    tag = "members",
    params(("cursor" = Option<String>, Query, description = "Cursor from `nextCursor` of the previous page.")),
    responses((status = 200, description = "A page of members.", body = Page<MemberInfo>))
)]
pub(crate) async fn list_members(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<ListMembers>,
    RawQuery(raw): RawQuery,
) -> Result<Json<Page<MemberInfo>>, ApiError> {
    let after = query::parse(raw.as_deref(), &["cursor"])?.remove("cursor").unwrap_or_default();
    let members = app.store().members().members(caller.workspace_id(), &after, PAGE).await;
    let members = members.map_err(|error| ApiError::database(&error))?;
    let full = members.len() >= PAGE as usize;
    let next_cursor = members.last().filter(|_| full).map(|member| member.user_id.clone());
    let mut data = Vec::with_capacity(members.len());
    for member in members {
        data.push(MemberInfo {
            role: member.role.as_str(),
            created_at: iso_time(member.created_at_ms)?,
            disabled_at: crate::http::times::optional_time(member.disabled_at_ms)?,
            id: member.user_id,
            email: member.email,
            name: member.name,
        });
    }
    Ok(Json(Page { data, next_cursor }))
}

endpoint! {
    /// Changing a role.
    ChangeMember = "members.change", Some(Permission::ManageMembers), MANAGE_WRITE
}
endpoint! {
    /// Removing a member, or leaving the workspace, which needs no permission.
    RemoveMember = "members.remove", None, MANAGE_WRITE
}

/// New role of a member.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleChange {
    /// `api-user`, `viewer`, `labeler`, `dashboard_editor`, `member`, `admin` or `owner`. Cannot exceed the caller's
    /// own role.
    #[schema(pattern = "^(api-user|viewer|labeler|dashboard_editor|member|admin|owner)$", example = "labeler")]
    role: String,
}

/// Changes the role of a member.
///
/// Returns `conflict` for the last owner.
#[utoipa::path(
    patch,
    path = "/api/v1/members/{id}",
    tag = "members",
    params(("id" = String, Path, description = "ID of the person.")),
    request_body = RoleChange,
    responses((status = 204, description = "The role was changed."))
)]
pub(crate) async fn change_member(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<ChangeMember>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, ApiError> {
    let change: RoleChange = json_body::read(&headers, body).await?;
    let role = names::role_of("role", &change.role)?;
    let changed =
        app.store().members().change_role(&caller.authority(), caller.workspace_id(), &path_parameter(id)?, role).await;
    changed.map(|()| StatusCode::NO_CONTENT).map_err(ApiError::members)
}

/// Removes a member from the workspace.
///
/// People can also remove themselves and so leave the workspace. Their keys lose all permissions. Returns `conflict`
/// for the last owner.
#[utoipa::path(
    delete,
    path = "/api/v1/members/{id}",
    tag = "members",
    params(("id" = String, Path, description = "ID of the person.")),
    responses((status = 204, description = "The member was removed."))
)]
pub(crate) async fn remove_member(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<RemoveMember>,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let id = path_parameter(id)?;
    let leaves = caller.session().is_some_and(|own| own.user.id == id);
    if !leaves && !caller.permissions.contains(Permission::ManageMembers) {
        return Err(ApiError::insufficient_scope(Permission::ManageMembers));
    }
    let removed = app.store().members().remove_member(&caller.authority(), caller.workspace_id(), &id).await;
    removed.map(|()| StatusCode::NO_CONTENT).map_err(ApiError::members)
}
