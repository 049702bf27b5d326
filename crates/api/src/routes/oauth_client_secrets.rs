//! `/api/v1/oauth-clients/{id}/secrets`: the secrets of a client, and a second one.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
    response::{IntoResponse, Response},
    routing::get,
};
use http::StatusCode;
use labeler_store::{ClientError, Permission};
use serde::Serialize;

use super::{Route, named};
use crate::{
    App,
    auth::{Authorized, endpoint},
    dto::{Listed, iso_time},
    error::{ApiError, Code},
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/oauth-clients/{id}/secrets",
        methods: get(list_client_secrets).post(add_client_secret),
        errors: &[
            ("list_client_secrets", reading![Code::NotFound]),
            ("add_client_secret", reading![Code::CrossSiteRequest, Code::NotFound, Code::Conflict]),
        ],
    }
}

endpoint! {
    /// Listing secrets.
    ListSecrets = "oauth_clients.secrets", Some(Permission::ManageKeys), MANAGE_READ
}
endpoint! {
    /// Adding a secret.
    AddSecret = "oauth_clients.add_secret", Some(Permission::ManageKeys), MANAGE_WRITE
}

/// A secret as listed.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SecretInfo {
    /// `sec_…`.
    id: String,
    #[schema(format = DateTime)]
    created_at: String,
}

/// A secret just made, shown this once.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct NewSecretInfo {
    /// `sec_…`.
    id: String,
    /// The `client_secret`.
    secret: String,
}

/// The secrets of a client, oldest first, without the secrets.
#[utoipa::path(
    get,
    path = "/api/v1/oauth-clients/{id}/secrets",
    tag = "oauth2",
    params(("id" = String, Path, description = "Id of the client.")),
    responses((status = 200, description = "The secrets.", body = Listed<SecretInfo>))
)]
pub(crate) async fn list_client_secrets(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<ListSecrets>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Listed<SecretInfo>>, ApiError> {
    let (id, oauth) = (named(id)?, app.store().oauth());
    let clients = oauth.clients(caller.workspace_id()).await.map_err(|error| ApiError::database(&error))?;
    if !clients.iter().any(|client| client.id == id) {
        return Err(ApiError::client(ClientError::NotFound));
    }
    let secrets = oauth.secrets(&id).await.map_err(|error| ApiError::database(&error))?;
    let info = secrets
        .into_iter()
        .map(|secret| Ok(SecretInfo { created_at: iso_time(secret.created_at_ms)?, id: secret.id }));
    Ok(Json(Listed { data: info.collect::<Result<_, ApiError>>()? }))
}

/// Adds a second secret; both work until one is removed.
#[utoipa::path(
    post,
    path = "/api/v1/oauth-clients/{id}/secrets",
    tag = "oauth2",
    params(("id" = String, Path, description = "Id of the client.")),
    responses((status = 201, description = "The secret.", body = NewSecretInfo))
)]
pub(crate) async fn add_client_secret(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<AddSecret>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let made = app.store().oauth().add_secret(&caller.authority(), caller.workspace_id(), &named(id)?).await;
    let made = made.map_err(ApiError::client)?;
    Ok((StatusCode::CREATED, Json(NewSecretInfo { id: made.listed.id, secret: made.secret })).into_response())
}
