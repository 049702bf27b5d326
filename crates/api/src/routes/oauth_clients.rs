//! `/api/v1/oauth-clients`: OAuth2 clients of the workspace, and making one.

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderMap, StatusCode};
use labeler_store::{ClientWish, OAuthClient, Permission};
use labeler_token::{JwkSet, jwk::MAX_SET_BYTES};
use serde::{Deserialize, Serialize};

use super::{Route, keys::scopes_of};
use crate::{
    App,
    auth::{Authorized, endpoint},
    dto::{Listed, iso_time, optional_time},
    error::{ApiError, Code},
    json_body,
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/oauth-clients",
        methods: get(list_oauth_clients).post(create_oauth_client),
        errors: &[("list_oauth_clients", reading![]), ("create_oauth_client", changing![])],
    }
}

endpoint! {
    /// Listing clients.
    ListClients = "oauth_clients.list", Some(Permission::ManageKeys), MANAGE_READ
}
endpoint! {
    /// Making a client.
    CreateClient = "oauth_clients.create", Some(Permission::ManageKeys), MANAGE_WRITE
}

/// A client as listed.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClientInfo {
    /// `cli_…`: the `client_id`.
    id: String,
    name: String,
    /// Production (`true`) or the sandbox.
    livemode: bool,
    scopes: Vec<&'static str>,
    /// Whether it signs assertions instead of having secrets.
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

/// What a client should be.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClientRequest {
    /// 1 to 100 characters.
    #[schema(min_length = 1, max_length = 100, example = "Publishing pipeline")]
    name: String,
    /// Production unless false.
    #[serde(default = "production")]
    livemode: bool,
    #[schema(value_type = Vec<crate::dto::ScopeName>, min_items = 1, example = json!(["label", "check"]))]
    scopes: Vec<String>,
    /// Public keys for private_key_jwt, as a JSON Web Key Set; without them the client gets a secret.
    #[schema(value_type = Option<Object>)]
    jwks: Option<serde_json::Value>,
}

const fn production() -> bool {
    true
}

/// A client just made. A secret is shown this once.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct NewClientInfo {
    client: ClientInfo,
    /// The `client_secret`; null for a client with public keys.
    #[schema(example = "lbl_cs_xxxxxxxxxxxxxxxx")]
    secret: Option<String>,
}

/// The clients of the workspace, newest first, ended ones included.
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

/// Makes a client that may do at most what its maker may.
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
    let wish = ClientWish {
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
