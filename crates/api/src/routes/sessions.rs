//! `/api/v1/sessions`: where the person is signed in, and ending all other sessions.

use std::sync::Arc;

use axum::{Json, extract::State, routing::get};
use http::StatusCode;
use serde::Serialize;

use super::Route;
use crate::{
    App,
    auth::{Authorized, endpoint},
    dto::{Listed, iso_time},
    error::{ApiError, Code},
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/sessions",
        methods: get(list_sessions).delete(end_other_sessions),
        errors: &[
            ("list_sessions", reading![Code::SessionRequired]),
            ("end_other_sessions", reading![Code::SessionRequired, Code::CrossSiteRequest]),
        ],
    }
}

endpoint! {
    /// Listing one's sessions.
    ListSessions = "sessions.list", None, MANAGE_READ, people
}
endpoint! {
    /// Ending one's other sessions.
    EndOtherSessions = "sessions.end_others", None, MANAGE_WRITE, people
}

/// A place where the person is signed in.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionEntry {
    /// For `DELETE /api/v1/sessions/{id}`.
    id: String,
    /// Whether it is the one of this call.
    current: bool,
    /// The browser, as it calls itself.
    user_agent: String,
    /// The workspace it looks at.
    workspace_id: String,
    #[schema(format = DateTime)]
    created_at: String,
    /// Exact to a minute.
    #[schema(format = DateTime)]
    last_seen_at: String,
    /// When it ends at the latest.
    #[schema(format = DateTime)]
    expires_at: String,
}

/// The living sessions of the person, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/sessions",
    tag = "session",
    security(("session" = [])),
    responses((status = 200, description = "The sessions.", body = Listed<SessionEntry>))
)]
pub(crate) async fn list_sessions(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<ListSessions>,
) -> Result<Json<Listed<SessionEntry>>, ApiError> {
    let own = caller.person()?;
    let sessions = app.store().accounts().sessions(&own.user.id).await.map_err(|error| ApiError::database(&error))?;
    let mut data = Vec::with_capacity(sessions.len());
    for session in sessions {
        data.push(SessionEntry {
            current: session.id == own.session.id,
            created_at: iso_time(session.created_at_ms)?,
            last_seen_at: iso_time(session.last_seen_at_ms)?,
            expires_at: iso_time(session.expires_at_ms)?,
            id: session.id,
            user_agent: session.user_agent,
            workspace_id: session.workspace_id,
        });
    }
    Ok(Json(Listed { data }))
}

/// Ends every session of the person but this one.
#[utoipa::path(
    delete,
    path = "/api/v1/sessions",
    tag = "session",
    security(("session" = [])),
    responses((status = 204, description = "Ended."))
)]
pub(crate) async fn end_other_sessions(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<EndOtherSessions>,
) -> Result<StatusCode, ApiError> {
    let own = caller.person()?;
    let ended = app.store().accounts().end_other_sessions(&caller.actor, &own.user.id, &own.session.id).await;
    ended.map_err(|error| ApiError::database(&error))?;
    Ok(StatusCode::NO_CONTENT)
}
