//! `POST /api/v1/keys/{id}/rotate`: replaces a key without a gap.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    response::Response,
    routing::post,
};
use http::HeaderMap;
use labeler_store::{Permission, keys::DEFAULT_OVERLAP_S};
use serde::Deserialize;

use super::{Route, keys::NewKeyInfo, named};
use crate::{
    App,
    auth::{Authorized, endpoint},
    error::{ApiError, Code},
    json_body,
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/keys/{id}/rotate",
        methods: post(rotate_key),
        errors: &[("rotate_key", changing![Code::NotFound, Code::Conflict])],
    }
}

endpoint! {
    /// Replacing a key.
    RotateKey = "keys.rotate", Some(Permission::ManageKeys), MANAGE_WRITE
}

/// How to replace it.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Rotation {
    /// For how many seconds the old key works on: 0 (not at all) to 2,592,000 (30 days); a day when absent.
    #[schema(maximum = 2_592_000, example = 86_400)]
    overlap_seconds: Option<u32>,
}

/// Makes a key like this one, which then works for the overlap only. Both count by one rate limit. A key is replaced
/// once: `conflict` for one that was replaced or has ended. A key that replaces itself keeps its end; a person renews the
/// span of life.
#[utoipa::path(
    post,
    path = "/api/v1/keys/{id}/rotate",
    tag = "keys",
    params(("id" = String, Path, description = "Id of the key.")),
    request_body = Rotation,
    responses((status = 201, description = "The new key.", body = NewKeyInfo))
)]
pub(crate) async fn rotate_key(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<RotateKey>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let overlap = json_body::read::<Rotation>(&headers, body).await?.overlap_seconds.unwrap_or(DEFAULT_OVERLAP_S);
    let created =
        app.store().keys().rotate(&caller.authority(), caller.workspace_id(), &named(id)?, overlap).await;
    NewKeyInfo::answer(created.map_err(ApiError::keys)?)
}
