//! `GET /api/v1/admin-events`: what people and keys changed in the workspace, newest first.

use std::sync::Arc;

use axum::{
    Json,
    extract::{RawQuery, State},
    routing::get,
};
use labeler_store::{Permission, audit::AdminEntry};
use serde::Serialize;

use super::{Route, requests::limit_of};
use crate::{
    App,
    auth::{Authorized, endpoint},
    dto::{Page, iso_time},
    error::{ApiError, Code},
    query,
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/admin-events",
        methods: get(list_admin_events),
        errors: &[("list_admin_events", reading![Code::ValidationError])],
    }
}

endpoint! {
    /// Reading admin events.
    ListAdminEvents = "admin_events.list", Some(Permission::ManageMembers), MANAGE_READ
}

/// A change.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AdminEventInfo {
    /// `adm_…`, sorts by time.
    id: String,
    #[schema(example = "key.created")]
    action: &'static str,
    /// `user`, `key`, `client` or `system`.
    #[schema(example = "user")]
    actor_kind: &'static str,
    actor_id: String,
    /// Id of what was changed.
    subject: String,
    /// Further facts, by action.
    #[schema(value_type = Object)]
    detail: serde_json::Map<String, serde_json::Value>,
    /// The value of `X-Request-Id`; empty for a job.
    request_id: String,
    /// The caller's network, unless it is unknown or was erased.
    network: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
}

impl AdminEventInfo {
    fn of(entry: AdminEntry) -> Result<Self, ApiError> {
        Ok(Self {
            id: entry.id,
            action: entry.event.action.as_str(),
            actor_kind: entry.actor_kind.as_str(),
            actor_id: entry.actor_id,
            subject: entry.event.subject,
            detail: entry.event.detail,
            request_id: entry.request_id,
            network: entry.network,
            created_at: iso_time(entry.created_at_ms)?,
        })
    }
}

/// Changes of keys, members, certificates, settings and plan, and sign-ins, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/admin-events",
    tag = "audit",
    params(
        ("cursor" = Option<String>, Query, description = "Position from `nextCursor`."),
        ("limit" = Option<u32>, Query, description = "Rows in the page.", minimum = 1, maximum = 100, example = 50),
    ),
    responses((status = 200, description = "A page of changes.", body = Page<AdminEventInfo>))
)]
pub(crate) async fn list_admin_events(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<ListAdminEvents>,
    RawQuery(raw): RawQuery,
) -> Result<Json<Page<AdminEventInfo>>, ApiError> {
    let mut parameters = query::parse(raw.as_deref(), &["cursor", "limit"])?;
    let limit = limit_of(parameters.remove("limit"))?;
    let before = parameters.remove("cursor");
    let entries = app.store().audit().admin_events(caller.workspace_id(), before.as_deref(), limit).await;
    let entries = entries.map_err(|error| ApiError::database(&error))?;
    let full = entries.len() >= limit as usize;
    let next_cursor = entries.last().filter(|_| full).map(|entry| entry.id.clone());
    let data = entries.into_iter().map(AdminEventInfo::of).collect::<Result<_, _>>()?;
    Ok(Json(Page { data, next_cursor }))
}
