//! `DELETE /api/v1/signing-certificates/{id}`: removes a certificate and its key, in use or not.

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
        path: "/api/v1/signing-certificates/{id}",
        methods: delete(remove_signing_certificate),
        errors: &[("remove_signing_certificate", reading![Code::CrossSiteRequest, Code::NotFound])],
    }
}

endpoint! {
    /// See the handler.
    RemoveCertificate = "signing.remove", Some(Permission::ManageSigning), MANAGE_WRITE
}

/// Removes a certificate and its key, in use or not.
#[utoipa::path(
    delete,
    path = "/api/v1/signing-certificates/{id}",
    tag = "signing",
    params(("id" = String, Path, description = "Id of the certificate.")),
    responses((status = 204, description = "Removed."))
)]
pub(crate) async fn remove_signing_certificate(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<RemoveCertificate>,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let done = app.store().certificates().remove(&caller.authority(), caller.workspace_id(), &named(id)?).await;
    done.map(|()| StatusCode::NO_CONTENT).map_err(ApiError::certificate)
}
