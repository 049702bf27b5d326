//! `POST /api/v1/signing-certificates/{id}/activate`: puts a certificate in use instead of the present one.

use std::sync::Arc;

use axum::{
    extract::{Path, State, rejection::PathRejection},
    routing::post,
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
        path: "/api/v1/signing-certificates/{id}/activate",
        methods: post(activate_signing_certificate),
        errors: &[("activate_signing_certificate", reading![Code::CrossSiteRequest, Code::NotFound])],
    }
}

endpoint! {
    /// See the handler.
    ActivateCertificate = "signing.activate", Some(Permission::ManageSigning), MANAGE_WRITE
}

/// Puts a certificate in use instead of the present one. `not_found` also for one that is over.
#[utoipa::path(
    post,
    path = "/api/v1/signing-certificates/{id}/activate",
    tag = "signing",
    params(("id" = String, Path, description = "Id of the certificate.")),
    responses((status = 204, description = "In use."))
)]
pub(crate) async fn activate_signing_certificate(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<ActivateCertificate>,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let done = app.store().certificates().activate(&caller.authority(), caller.workspace_id(), &named(id)?).await;
    done.map(|()| StatusCode::NO_CONTENT).map_err(ApiError::certificate)
}
