//! `DELETE /api/v1/passkeys/{id}`: removes a passkey of the person.

use std::sync::Arc;

use axum::{
    extract::{Path, State, rejection::PathRejection},
    routing::delete,
};
use http::StatusCode;

use super::{Route, named, passkeys::guard};
use crate::{
    App,
    auth::{Authorized, endpoint},
    context::RequestContext,
    error::{ApiError, Code},
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/passkeys/{id}",
        methods: delete(remove_passkey),
        errors: &[("remove_passkey", reading![
                Code::SessionRequired,
                Code::CrossSiteRequest,
                Code::ReauthenticationRequired,
                Code::NotFound,
            ])],
    }
}

endpoint! {
    /// Removing a passkey.
    RemovePasskey = "passkeys.remove", None, MANAGE_WRITE, people
}

/// Removes a passkey, at once.
#[utoipa::path(
    delete,
    path = "/api/v1/passkeys/{id}",
    tag = "passkeys",
    security(("session" = [])),
    params(("id" = String, Path, description = "The credential's id, base64url.")),
    responses((status = 204, description = "Removed."))
)]
pub(crate) async fn remove_passkey(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<RemovePasskey>,
    context: RequestContext,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    guard(&app, &caller).await?;
    let removed = app.store().passkeys().remove(&caller.person()?.user.id, &named(id)?, &context.origin()).await;
    removed.map(|()| StatusCode::NO_CONTENT).map_err(ApiError::passkeys)
}
