//! `/api/v1/keys/{id}`: one key, and ending it.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, RawQuery, State, rejection::PathRejection},
    routing::get,
};
use http::StatusCode;
use labeler_store::{KeysError, Permission};

use super::{Route, keys::KeyInfo, named};
use crate::{
    App,
    auth::{Authorized, endpoint},
    error::{ApiError, Code},
    query,
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/keys/{id}",
        methods: get(get_key).delete(revoke_key),
        errors: &[
            ("get_key", reading![Code::NotFound]),
            ("revoke_key", reading![Code::CrossSiteRequest, Code::ValidationError, Code::NotFound]),
        ],
    }
}

endpoint! {
    /// Looking at a key.
    GetKey = "keys.get", Some(Permission::ManageKeys), MANAGE_READ
}
endpoint! {
    /// Ending a key.
    RevokeKey = "keys.revoke", Some(Permission::ManageKeys), MANAGE_WRITE
}

/// One key of the workspace.
#[utoipa::path(
    get,
    path = "/api/v1/keys/{id}",
    tag = "keys",
    params(("id" = String, Path, description = "Id of the key.")),
    responses((status = 200, description = "The key.", body = KeyInfo))
)]
pub(crate) async fn get_key(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<GetKey>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<KeyInfo>, ApiError> {
    let found = app.store().keys().find(caller.workspace_id(), &named(id)?).await;
    let key = found.map_err(|error| ApiError::database(&error))?.ok_or(KeysError::NotFound).map_err(ApiError::keys)?;
    Ok(Json(KeyInfo::of(&key)?))
}

/// Ends a key at once: no request that begins after this answer is let in with it. With `cascade=true` the keys and
/// OAuth2 clients that it made end as well, with what these made or were replaced by. Do that when the key got into wrong
/// hands.
#[utoipa::path(
    delete,
    path = "/api/v1/keys/{id}",
    tag = "keys",
    params(
        ("id" = String, Path, description = "Id of the key."),
        ("cascade" = Option<bool>, Query, description = "Whether to end what the key made as well; `false` when absent."),
    ),
    responses((status = 204, description = "Ended."))
)]
pub(crate) async fn revoke_key(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<RevokeKey>,
    id: Result<Path<String>, PathRejection>,
    RawQuery(raw): RawQuery,
) -> Result<StatusCode, ApiError> {
    let cascade = match query::parse(raw.as_deref(), &["cascade"])?.get("cascade").map(String::as_str) {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(ApiError::validation("cascade", "cascade must be true or false")),
    };
    let id = named(id)?;
    let ended = app.store().keys().withdraw(&caller.authority(), caller.workspace_id(), &id, cascade).await;
    ended.map(|()| StatusCode::NO_CONTENT).map_err(ApiError::keys)
}
