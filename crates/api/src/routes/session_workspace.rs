//! `PUT /api/v1/session/workspace`: looking at another workspace of one's own.

use std::sync::Arc;

use axum::{body::Body, extract::State, routing::put};
use http::{HeaderMap, StatusCode};
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
        path: "/api/v1/session/workspace",
        methods: put(switch_workspace),
        errors: &[("switch_workspace", changing![Code::SessionRequired, Code::NotFound])],
    }
}

endpoint! {
    /// Switching.
    SwitchWorkspace = "session.switch", None, MANAGE_WRITE, people before passkey
}

/// Where to.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Switch {
    /// `ws_…`.
    workspace_id: String,
}

/// The session looks at another workspace from now on. `not_found` where the person is no member.
#[utoipa::path(
    put,
    path = "/api/v1/session/workspace",
    tag = "session",
    security(("session" = [])),
    request_body = Switch,
    responses((status = 204, description = "Switched."))
)]
pub(crate) async fn switch_workspace(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<SwitchWorkspace>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, ApiError> {
    let identity = caller.person()?;
    let to: Switch = json_body::read(&headers, body).await?;
    let accounts = app.store().accounts();
    let switched = accounts.switch_workspace(&identity.user.id, &identity.session.id, &to.workspace_id).await;
    if switched.map_err(|error| ApiError::database(&error))? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::new(Code::NotFound, "There is no such workspace."))
    }
}
