//! `DELETE /api/v1/oauth-clients/{id}/secrets/{secret_id}`: removes a secret.

use std::sync::Arc;

use axum::{
    extract::{Path, State, rejection::PathRejection},
    routing::delete,
};
use http::StatusCode;
use labeler_store::{ClientError, Permission};

use super::Route;
use crate::{
    App,
    auth::{Authorized, endpoint},
    error::{ApiError, Code},
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/oauth-clients/{id}/secrets/{secret_id}",
        methods: delete(remove_client_secret),
        errors: &[("remove_client_secret", reading![Code::CrossSiteRequest, Code::NotFound])],
    }
}

endpoint! {
    /// Removing a secret.
    RemoveSecret = "oauth_clients.remove_secret", Some(Permission::ManageKeys), MANAGE_WRITE
}

/// Removes a secret, at once.
#[utoipa::path(
    delete,
    path = "/api/v1/oauth-clients/{id}/secrets/{secret_id}",
    tag = "oauth2",
    params(
        ("id" = String, Path, description = "Id of the client."),
        ("secret_id" = String, Path, description = "Id of the secret."),
    ),
    responses((status = 204, description = "Removed."))
)]
pub(crate) async fn remove_client_secret(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<RemoveSecret>,
    ids: Result<Path<(String, String)>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let Path((id, secret)) = ids.map_err(|_| ApiError::client(ClientError::NotFound))?;
    let done = app.store().oauth().remove_secret(&caller.authority(), caller.workspace_id(), &id, &secret).await;
    done.map(|()| StatusCode::NO_CONTENT).map_err(ApiError::client)
}
