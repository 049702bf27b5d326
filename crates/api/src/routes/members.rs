//! `GET /api/v1/members`: who belongs to the workspace.

use std::sync::Arc;

use axum::{
    Json,
    extract::{RawQuery, State},
    routing::get,
};
use labeler_store::Permission;
use serde::Serialize;

use super::Route;
use crate::{
    App,
    auth::{Authorized, endpoint},
    dto::{Page, iso_time},
    error::{ApiError, Code},
    query,
};

/// Members of a page.
const PAGE: u32 = 100;

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/members",
        methods: get(list_members),
        errors: &[("list_members", reading![Code::ValidationError])],
    }
}

endpoint! {
    /// Listing members.
    ListMembers = "members.list", Some(Permission::ManageMembers), MANAGE_READ
}

/// A member.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MemberInfo {
    /// `usr_…`.
    id: String,
    email: String,
    name: String,
    #[schema(example = "labeler")]
    role: &'static str,
    /// Member since.
    #[schema(format = DateTime)]
    created_at: String,
    /// When access was taken away.
    #[schema(format = DateTime)]
    disabled_at: Option<String>,
}

/// Members in order of their ids, 100 a page.
#[utoipa::path(
    get,
    path = "/api/v1/members",
    tag = "members",
    params(("cursor" = Option<String>, Query, description = "Position from `nextCursor`.")),
    responses((status = 200, description = "A page of members.", body = Page<MemberInfo>))
)]
pub(crate) async fn list_members(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<ListMembers>,
    RawQuery(raw): RawQuery,
) -> Result<Json<Page<MemberInfo>>, ApiError> {
    let after = query::parse(raw.as_deref(), &["cursor"])?.remove("cursor").unwrap_or_default();
    let members = app.store().accounts().members(caller.workspace_id(), &after, PAGE).await;
    let members = members.map_err(|error| ApiError::database(&error))?;
    let full = members.len() >= PAGE as usize;
    let next_cursor = members.last().filter(|_| full).map(|member| member.user_id.clone());
    let mut data = Vec::with_capacity(members.len());
    for member in members {
        data.push(MemberInfo {
            role: member.role.as_str(),
            created_at: iso_time(member.created_at_ms)?,
            disabled_at: crate::dto::optional_time(member.disabled_at_ms)?,
            id: member.user_id,
            email: member.email,
            name: member.name,
        });
    }
    Ok(Json(Page { data, next_cursor }))
}
