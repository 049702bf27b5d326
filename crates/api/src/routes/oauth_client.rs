//! `DELETE /api/v1/oauth-clients/{id}`: ends a client.

use std::sync::Arc;

use axum::{
    extract::{Path, State, rejection::PathRejection},
    routing::delete,
};
use http::StatusCode;
use labeler_store::Permission;

use super::{Route, named};
use crate::{
    App,
    auth::{Authorized, endpoint},
    error::{ApiError, Code},
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/oauth-clients/{id}",
        methods: delete(revoke_oauth_client),
        errors: &[("revoke_oauth_client", reading![Code::CrossSiteRequest, Code::NotFound])],
    }
}

endpoint! {
    /// Ending a client.
    RevokeClient = "oauth_clients.revoke", Some(Permission::ManageKeys), MANAGE_WRITE
}

/// Ends a client with all its tokens, at once.
#[utoipa::path(
    delete,
    path = "/api/v1/oauth-clients/{id}",
    tag = "oauth2",
    params(("id" = String, Path, description = "Id of the client.")),
    responses((status = 204, description = "Ended."))
)]
pub(crate) async fn revoke_oauth_client(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<RevokeClient>,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let done = app.store().oauth().revoke_client(&caller.authority(), caller.workspace_id(), &named(id)?).await;
    done.map(|()| StatusCode::NO_CONTENT).map_err(ApiError::client)
}
