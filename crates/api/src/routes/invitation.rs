//! `DELETE /api/v1/invitations/{id}`: takes an invitation back.

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
        path: "/api/v1/invitations/{id}",
        methods: delete(revoke_invitation),
        errors: &[("revoke_invitation", reading![Code::CrossSiteRequest, Code::NotFound])],
    }
}

endpoint! {
    /// Taking an invitation back.
    RevokeInvitation = "invitations.revoke", Some(Permission::ManageMembers), MANAGE_WRITE
}

/// Takes an open invitation back, at once.
#[utoipa::path(
    delete,
    path = "/api/v1/invitations/{id}",
    tag = "members",
    params(("id" = String, Path, description = "Id of the invitation.")),
    responses((status = 204, description = "Taken back."))
)]
pub(crate) async fn revoke_invitation(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<RevokeInvitation>,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let done =
        app.store().accounts().revoke_invitation(&caller.authority(), caller.workspace_id(), &named(id)?).await;
    done.map(|()| StatusCode::NO_CONTENT).map_err(ApiError::members)
}
