//! `GET /api/v1/assets/{id}`: one labelling event.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
    routing::get,
};
use labeler_store::{Permission, RatePolicy};

use super::Route;
use crate::{
    App,
    auth::{Authorized, Endpoint},
    dto::Asset,
    error::{ApiError, Code},
    limits,
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/assets/{id}",
        methods: get(get_asset),
        errors: &[(
            "get_asset",
            &[Code::MissingCredentials, Code::InvalidCredentials, Code::InsufficientScope, Code::NotFound],
        )],
    }
}

/// Reading one event.
pub(crate) struct GetAsset;

impl Endpoint for GetAsset {
    const NAME: &'static str = "assets.get";
    const PERMISSION: Option<Permission> = Some(Permission::ReadAssets);
    const POLICY: RatePolicy = limits::ASSETS;
}

/// One event of the caller's workspace. Another workspace's event, and one of the other mode (live or sandbox), is
/// `not_found`.
#[utoipa::path(
    get,
    path = "/api/v1/assets/{id}",
    tag = "assets",
    params(("id" = String, Path, description = "Id of the event.", example = "evt_01k6z3t8q4x5v9n2b7c0d1e8f6")),
    responses((status = 200, description = "The event.", body = Asset))
)]
pub(crate) async fn get_asset(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<GetAsset>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Asset>, ApiError> {
    let missing = || ApiError::new(Code::NotFound, "There is no such labelling event.");
    let Path(id) = id.map_err(|_| missing())?;
    let event = app.store().events().get(&caller.scope, &id).await.map_err(ApiError::events)?;
    Ok(Json(Asset::detail(&event.ok_or_else(missing)?)?))
}
