//! `/api/v1/oauth-clients`: OAuth2 clients of the workspace, their secrets and tokens.

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    response::{IntoResponse, Response},
    routing::{delete, get},
};
use http::{HeaderMap, StatusCode};
use labeler_store::{ClientError, OAuthClient, Permission, Scope};
use labeler_token::{JwkSet, jwk::MAX_SET_BYTES};
use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    auth::{Authorized, endpoint, names::scopes_of},
    http::{
        error::{ApiError, code::Code},
        json_body,
        lists::Listed,
        route::{Route, changing, changing_without_body, path_parameter, reading},
        times::{iso_time, optional_time},
    },
};

/// Returns the routes of this resource.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route {
            path: "/api/v1/oauth-clients",
            methods: get(list_oauth_clients).post(create_oauth_client),
            errors: &[("list_oauth_clients", reading![]), ("create_oauth_client", changing![])],
        },
        Route {
            path: "/api/v1/oauth-clients/{id}",
            methods: delete(revoke_oauth_client),
            errors: &[("revoke_oauth_client", changing_without_body![Code::NotFound])],
        },
        Route {
            path: "/api/v1/oauth-clients/{id}/secrets",
            methods: get(list_client_secrets).post(add_client_secret),
            errors: &[
                ("list_client_secrets", reading![Code::NotFound]),
                ("add_client_secret", changing_without_body![Code::NotFound, Code::Conflict]),
            ],
        },
        Route {
            path: "/api/v1/oauth-clients/{id}/secrets/{secret_id}",
            methods: delete(remove_client_secret),
            errors: &[("remove_client_secret", changing_without_body![Code::NotFound])],
        },
        Route {
            path: "/api/v1/oauth-clients/{id}/tokens",
            methods: delete(end_client_tokens),
            errors: &[("end_client_tokens", changing_without_body![Code::NotFound])],
        },
    ]
}

endpoint! {
    /// Listing clients.
    ListClients = "oauth_clients.list", Some(Permission::ManageKeys), MANAGE_READ
}
endpoint! {
    /// Creating a client.
    CreateClient = "oauth_clients.create", Some(Permission::ManageKeys), MANAGE_WRITE
}

/// OAuth2 client, without its secrets.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClientInfo {
    /// ID, `cli_…`. Use it as `client_id`.
    id: String,
    name: String,
    /// Whether the client works in production (`true`) or in the sandbox (`false`).
    livemode: bool,
    scopes: Vec<&'static str>,
    /// Whether the client authenticates with signed assertions (`private_key_jwt`) instead of secrets.
    private_key_jwt: bool,
    created_by: String,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    revoked_at: Option<String>,
}

impl ClientInfo {
    fn of(client: &OAuthClient) -> Result<Self, ApiError> {
        Ok(Self {
            id: client.id.clone(),
            name: client.name.clone(),
            livemode: client.livemode,
            scopes: client.scopes.iter().map(|scope| scope.as_str()).collect(),
            private_key_jwt: client.jwks.is_some(),
            created_by: client.created_by.clone(),
            created_at: iso_time(client.created_at_ms)?,
            revoked_at: optional_time(client.revoked_at_ms)?,
        })
    }
}

/// Request to create an OAuth2 client.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClientRequest {
    /// Name for people, 1 to 100 characters.
    #[schema(min_length = 1, max_length = 100, example = "Publishing pipeline")]
    name: String,
    /// Whether the client works in production (`true`, the default) or in the sandbox (`false`).
    #[serde(default = "production")]
    livemode: bool,
    #[schema(value_type = Vec<Scope>, min_items = 1, example = json!(["label", "check"]))]
    scopes: Vec<String>,
    /// Public keys for `private_key_jwt`, as a JSON Web Key Set. Without them the client receives a secret.
    #[schema(value_type = Option<Object>)]
    jwks: Option<serde_json::Value>,
}

const fn production() -> bool {
    true
}

/// New OAuth2 client. The response is the only place where the secret appears.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct NewClientInfo {
    client: ClientInfo,
    /// The `client_secret`. Null for a client with public keys.
    #[schema(example = "lbl_cs_xxxxxxxxxxxxxxxx")]
    secret: Option<String>,
}

/// Lists the OAuth2 clients of the workspace, newest first, including revoked ones.
#[utoipa::path(
    get,
    path = "/api/v1/oauth-clients",
    tag = "oauth2",
    responses((status = 200, description = "The clients.", body = Listed<ClientInfo>))
)]
pub(crate) async fn list_oauth_clients(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<ListClients>,
) -> Result<Json<Listed<ClientInfo>>, ApiError> {
    let clients = app.store().oauth().clients(caller.workspace_id()).await;
    let clients = clients.map_err(|error| ApiError::database(&error))?;
    Ok(Json(Listed { data: clients.iter().map(ClientInfo::of).collect::<Result<_, _>>()? }))
}

/// Creates an OAuth2 client.
///
/// Its permissions cannot exceed those of its creator. The response is the only place where the secret appears.
#[utoipa::path(
    post,
    path = "/api/v1/oauth-clients",
    tag = "oauth2",
    request_body = ClientRequest,
    responses((status = 201, description = "The client.", body = NewClientInfo))
)]
pub(crate) async fn create_oauth_client(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<CreateClient>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let request: ClientRequest = json_body::read_up_to(&headers, body, MAX_SET_BYTES).await?;
    let jwks = request.jwks.map(|set| set.to_string());
    if let Some(set) = &jwks {
        JwkSet::parse(set).map_err(|error| ApiError::validation("jwks", error.to_string()))?;
    }
    let wish = labeler_store::CreateClient {
        name: request.name,
        livemode: request.livemode,
        scopes: scopes_of(&request.scopes)?,
        jwks,
    };
    let made = app.store().oauth().create_client(&caller.authority(), caller.workspace_id(), wish).await;
    let (client, secret) = made.map_err(ApiError::client)?;
    let info = NewClientInfo { client: ClientInfo::of(&client)?, secret: secret.map(|secret| secret.secret) };
    Ok((StatusCode::CREATED, Json(info)).into_response())
}

endpoint! {
    /// Revoking a client.
    RevokeClient = "oauth_clients.revoke", Some(Permission::ManageKeys), MANAGE_WRITE
}

/// Revokes a client and all its tokens immediately.
#[utoipa::path(
    delete,
    path = "/api/v1/oauth-clients/{id}",
    tag = "oauth2",
    params(("id" = String, Path, description = "ID of the client.")),
    responses((status = 204, description = "The client was revoked."))
)]
pub(crate) async fn revoke_oauth_client(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<RevokeClient>,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let done =
        app.store().oauth().revoke_client(&caller.authority(), caller.workspace_id(), &path_parameter(id)?).await;
    done.map(|()| StatusCode::NO_CONTENT).map_err(ApiError::client)
}

endpoint! {
    /// Listing secrets.
    ListSecrets = "oauth_clients.secrets", Some(Permission::ManageKeys), MANAGE_READ
}
endpoint! {
    /// Adding a secret.
    AddSecret = "oauth_clients.add_secret", Some(Permission::ManageKeys), MANAGE_WRITE
}

/// Client secret, without its text.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SecretInfo {
    /// ID, `sec_…`.
    id: String,
    #[schema(format = DateTime)]
    created_at: String,
}

/// New client secret. The response is the only place where the secret appears.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct NewSecretInfo {
    /// ID, `sec_…`.
    id: String,
    /// The `client_secret`.
    secret: String,
}

/// Lists the secrets of a client, oldest first, without their text.
#[utoipa::path(
    get,
    path = "/api/v1/oauth-clients/{id}/secrets",
    tag = "oauth2",
    params(("id" = String, Path, description = "ID of the client.")),
    responses((status = 200, description = "The secrets.", body = Listed<SecretInfo>))
)]
pub(crate) async fn list_client_secrets(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<ListSecrets>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Listed<SecretInfo>>, ApiError> {
    let (id, oauth) = (path_parameter(id)?, app.store().oauth());
    let clients = oauth.clients(caller.workspace_id()).await.map_err(|error| ApiError::database(&error))?;
    if !clients.iter().any(|client| client.id == id) {
        return Err(ApiError::client(ClientError::NotFound));
    }
    let secrets = oauth.secrets(&id).await.map_err(|error| ApiError::database(&error))?;
    let info =
        secrets.into_iter().map(|secret| Ok(SecretInfo { created_at: iso_time(secret.created_at_ms)?, id: secret.id }));
    Ok(Json(Listed { data: info.collect::<Result<_, ApiError>>()? }))
}

/// Adds a second secret to a client.
///
/// Both secrets work until one is removed. The response is the only place where the secret appears.
#[utoipa::path(
    post,
    path = "/api/v1/oauth-clients/{id}/secrets",
    tag = "oauth2",
    params(("id" = String, Path, description = "ID of the client.")),
    responses((status = 201, description = "The secret.", body = NewSecretInfo))
)]
pub(crate) async fn add_client_secret(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<AddSecret>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let made = app.store().oauth().add_secret(&caller.authority(), caller.workspace_id(), &path_parameter(id)?).await;
    let made = made.map_err(ApiError::client)?;
    Ok((StatusCode::CREATED, Json(NewSecretInfo { id: made.listed.id, secret: made.secret })).into_response())
}

endpoint! {
    /// Removing a secret.
    RemoveSecret = "oauth_clients.remove_secret", Some(Permission::ManageKeys), MANAGE_WRITE
}

/// Removes a secret of a client immediately.
#[utoipa::path(
    delete,
    path = "/api/v1/oauth-clients/{id}/secrets/{secret_id}",
    tag = "oauth2",
    params(
        ("id" = String, Path, description = "ID of the client."),
        ("secret_id" = String, Path, description = "ID of the secret."),
    ),
    responses((status = 204, description = "The secret was removed."))
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

endpoint! {
    /// Revoking the tokens of a client.
    EndTokens = "oauth_clients.end_tokens", Some(Permission::ManageKeys), MANAGE_WRITE
}

/// Revokes all tokens of a client immediately.
///
/// The client can request new ones.
#[utoipa::path(
    delete,
    path = "/api/v1/oauth-clients/{id}/tokens",
    tag = "oauth2",
    params(("id" = String, Path, description = "ID of the client.")),
    responses((status = 204, description = "The tokens were revoked."))
)]
pub(crate) async fn end_client_tokens(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<EndTokens>,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let done = app.store().oauth().end_tokens(&caller.authority(), caller.workspace_id(), &path_parameter(id)?).await;
    done.map(|()| StatusCode::NO_CONTENT).map_err(ApiError::client)
}
