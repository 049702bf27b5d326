//! `DELETE /api/v1/sessions/{id}`: ends one session of the person.

use std::sync::Arc;

use axum::{
    extract::{Path, State, rejection::PathRejection},
    routing::delete,
};
use http::StatusCode;

use super::{Route, named};
use crate::{
    App,
    auth::{Authorized, endpoint},
    error::{ApiError, Code},
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/sessions/{id}",
        methods: delete(end_session),
        errors: &[("end_session", reading![Code::SessionRequired, Code::CrossSiteRequest, Code::NotFound])],
    }
}

endpoint! {
    /// Ending one session.
    EndSession = "sessions.end", None, MANAGE_WRITE, people
}

/// Ends a session at once.
#[utoipa::path(
    delete,
    path = "/api/v1/sessions/{id}",
    tag = "session",
    security(("session" = [])),
    params(("id" = String, Path, description = "Id of the session.")),
    responses((status = 204, description = "Ended."))
)]
pub(crate) async fn end_session(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<EndSession>,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let own = caller.person()?;
    let ended = app.store().accounts().end_session(&caller.actor, &own.user.id, &named(id)?).await;
    if ended.map_err(|error| ApiError::database(&error))? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::new(Code::NotFound, "There is no such session."))
    }
}
