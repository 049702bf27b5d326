//! `DELETE /api/v1/oauth-clients/{id}/tokens`: voids every token of a client that was issued until now.

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
        path: "/api/v1/oauth-clients/{id}/tokens",
        methods: delete(end_client_tokens),
        errors: &[("end_client_tokens", reading![Code::CrossSiteRequest, Code::NotFound])],
    }
}

endpoint! {
    /// Voiding tokens.
    EndTokens = "oauth_clients.end_tokens", Some(Permission::ManageKeys), MANAGE_WRITE
}

/// Voids the client's tokens at once; it may ask for new ones.
#[utoipa::path(
    delete,
    path = "/api/v1/oauth-clients/{id}/tokens",
    tag = "oauth2",
    params(("id" = String, Path, description = "Id of the client.")),
    responses((status = 204, description = "Voided."))
)]
pub(crate) async fn end_client_tokens(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<EndTokens>,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let done = app.store().oauth().end_tokens(&caller.authority(), caller.workspace_id(), &named(id)?).await;
    done.map(|()| StatusCode::NO_CONTENT).map_err(ApiError::client)
}
