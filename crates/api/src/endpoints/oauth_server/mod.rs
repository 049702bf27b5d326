//! `/oauth2`: the OAuth2 authorization server for the client credentials grant.
//!
//! Tokens (RFC 6749, section 4.4), revocation (RFC 7009), introspection (RFC 7662), the key set (RFC 7517) and the
//! metadata (RFC 8414).

pub(crate) mod client;

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::State,
    routing::{get, post},
};
use http::{HeaderMap, StatusCode};
use labeler_store::encoding::random_base62;
use labeler_store::{ClientError, Scope};
use labeler_token::{
    AccessClaims, Introspection, JwkSet, OAuthCode, OAuthError, ServerMetadata, TokenResponse, access::LIFETIME_S,
    scope, token_request,
};

use crate::{
    app::App,
    auth::{
        access_tokens,
        anonymous::{Anonymous, Limited},
        token_keys,
    },
    endpoints::oauth_server::client::{OAuthEndpointError, OAuthRequest},
    http::{error::ApiError, route::Route},
};

/// Length of a token's ID in characters (131 random bits).
const JTI_CHARS: usize = 22;

/// Returns the routes of this resource.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route { path: "/oauth2/token", methods: post(issue_token), errors: &[("issue_token", &[])] },
        Route { path: "/oauth2/revoke", methods: post(revoke_token), errors: &[("revoke_token", &[])] },
        Route { path: "/oauth2/introspect", methods: post(introspect_token), errors: &[("introspect_token", &[])] },
        Route { path: "/oauth2/jwks", methods: get(token_key_set), errors: &[] },
        Route { path: "/.well-known/oauth-authorization-server", methods: get(oauth_metadata), errors: &[] },
    ]
}

/// Token request. Also contains the client credentials, unless the client uses `client_secret_basic`.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "describes the form")]
pub(crate) struct TokenForm {
    /// Always `client_credentials`.
    #[schema(example = "client_credentials")]
    grant_type: String,
    /// Requested scopes, separated by spaces. Default: all scopes of the client.
    scope: Option<String>,
}

/// Issues an access token.
///
/// The token is valid for 10 minutes. Clients authenticate with `client_secret_basic`, `client_secret_post` or
/// `private_key_jwt`.
#[utoipa::path(
    post,
    path = "/oauth2/token",
    tag = "oauth2",
    security(()),
    request_body(content = TokenForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "The access token.", body = TokenResponse),
        (status = 400, description = "The request is invalid. `error` contains the code of RFC 6749.", body = OAuthError),
        (status = 401, description = "The client could not be authenticated.", body = OAuthError),
    )
)]
pub(crate) async fn issue_token(
    State(app): State<Arc<App>>,
    Anonymous { context, .. }: Anonymous<OAuthRequest>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<TokenResponse>, OAuthEndpointError> {
    let (form, client) = client::authenticate(&app, &context, &headers, body).await?;
    let requested = token_request(&form)?;
    let invalid_scope = || OAuthError::new(OAuthCode::InvalidScope, "the client may not have this scope");
    let allowed: Vec<String> = client.scopes().iter().map(ToString::to_string).collect();
    let scopes = scope::narrow(requested, &allowed).map_err(|_| invalid_scope())?;
    if scopes.is_empty() {
        return Err(invalid_scope().into());
    }
    let key = token_keys::signing_key(&app).await?;
    let now = access_tokens::now_s(&app);
    let claims = AccessClaims {
        issuer: app.config.public_origin.clone(),
        audience: access_tokens::audience(&app),
        subject: client.client.id.clone(),
        client_id: client.client.id,
        issued_at: now,
        expires_at: now.saturating_add(LIFETIME_S),
        jti: random_base62(app.rng.as_ref(), JTI_CHARS).map_err(|error| ApiError::internal(error.to_string()))?,
        scopes,
    };
    let token = labeler_token::issue(&key, &claims).map_err(|error| ApiError::internal(error.to_string()))?;
    Ok(Json(TokenResponse::new(token, &claims.scopes)))
}

/// Token to revoke or introspect. Also contains the client credentials, unless the client uses `client_secret_basic`.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "describes the form")]
pub(crate) struct TokenOnly {
    token: String,
    /// Ignored: there is only one type of token.
    token_type_hint: Option<String>,
}

/// Revokes an access token of the client.
///
/// The token stops working immediately. The response is the same for text that is not a token of the client.
#[utoipa::path(
    post,
    path = "/oauth2/revoke",
    tag = "oauth2",
    security(()),
    request_body(content = TokenOnly, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "The token is revoked, or was not a valid token of the client."),
        (status = 400, description = "The request is invalid. `error` contains the code of RFC 6749.", body = OAuthError),
        (status = 401, description = "The client could not be authenticated.", body = OAuthError),
    )
)]
pub(crate) async fn revoke_token(
    State(app): State<Arc<App>>,
    Anonymous { context, .. }: Anonymous<OAuthRequest>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, OAuthEndpointError> {
    let (form, client) = client::authenticate(&app, &context, &headers, body).await?;
    let token = form.get("token").ok_or(OAuthError::new(OAuthCode::InvalidRequest, "token is missing"))?;
    if let Some(claims) =
        access_tokens::verify(&app, token).await?.filter(|claims| claims.client_id == client.client.id)
    {
        let ended = app.store().oauth().revoke_token(&claims.jti, claims.expires_at).await;
        ended.map_err(|error| ApiError::database(&error))?;
    }
    Ok(StatusCode::OK)
}

/// Returns whether a token of the client's workspace is active, and its claims.
#[utoipa::path(
    post,
    path = "/oauth2/introspect",
    tag = "oauth2",
    security(()),
    request_body(content = TokenOnly, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "The state of the token.", body = Introspection),
        (status = 400, description = "The request is invalid. `error` contains the code of RFC 6749.", body = OAuthError),
        (status = 401, description = "The client could not be authenticated.", body = OAuthError),
    )
)]
pub(crate) async fn introspect_token(
    State(app): State<Arc<App>>,
    Anonymous { context, .. }: Anonymous<OAuthRequest>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Introspection>, OAuthEndpointError> {
    let (form, asking) = client::authenticate(&app, &context, &headers, body).await?;
    let token = form.get("token").ok_or(OAuthError::new(OAuthCode::InvalidRequest, "token is missing"))?;
    let Some(claims) = access_tokens::verify(&app, token).await? else { return Ok(Json(Introspection::inactive())) };
    match app.store().oauth().client_of_token(&claims.client_id, &claims.jti, claims.issued_at).await {
        Ok(found)
            if found.client.workspace_id == asking.client.workspace_id
                && found.client.livemode == asking.client.livemode =>
        {
            Ok(Json(Introspection::active(&claims)))
        }
        Err(ClientError::Database(error)) => Err(ApiError::database(&error).into()),
        _ => Ok(Json(Introspection::inactive())),
    }
}

/// Returns the public keys that verify access tokens.
///
/// No credentials are needed.
#[utoipa::path(
    get,
    path = "/oauth2/jwks",
    tag = "oauth2",
    security(()),
    responses((status = 200, description = "The JSON Web Key Set.", body = serde_json::Value))
)]
pub(crate) async fn token_key_set(
    State(app): State<Arc<App>>,
    _: Anonymous<Limited>,
) -> Result<Json<JwkSet>, ApiError> {
    Ok(Json(token_keys::key_set(&app).await?))
}

/// Returns the metadata of the authorization server (RFC 8414).
///
/// No credentials are needed.
#[utoipa::path(
    get,
    path = "/.well-known/oauth-authorization-server",
    tag = "oauth2",
    security(()),
    responses((status = 200, description = "The metadata.", body = serde_json::Value))
)]
pub(crate) async fn oauth_metadata(
    State(app): State<Arc<App>>,
    _: Anonymous<Limited>,
) -> Result<Json<ServerMetadata>, ApiError> {
    let scopes: Vec<String> = Scope::ALL.iter().map(ToString::to_string).collect();
    Ok(Json(ServerMetadata::new(&app.config.public_origin, &scopes)))
}
