//! `POST /oauth2/token`: an access token for a client (RFC 6749, section 4.4).

use std::sync::Arc;

use axum::{Json, body::Body, extract::State, routing::post};
use http::HeaderMap;
use labeler_store::encoding::random_base62;
use labeler_token::{AccessClaims, OAuthCode, OAuthError, TokenResponse, access::LIFETIME_S, scope, token_request};

use super::Route;
use crate::{
    App,
    context::RequestContext,
    error::ApiError,
    oauth::{self, Failure, OAuthErrorBody},
    token_keys,
};

/// Characters of a token's id: 131 random bits.
const JTI_CHARS: usize = 22;

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route { path: "/oauth2/token", methods: post(issue_token), errors: &[("issue_token", &[])] }
}

/// What the token endpoint reads, beside one way of client authentication.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "describes the form")]
pub(crate) struct TokenForm {
    /// `client_credentials`.
    #[schema(example = "client_credentials")]
    grant_type: String,
    /// Some of the client's scopes, between spaces; all of them when absent.
    scope: Option<String>,
}

/// A token.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "describes the answer; the token crate writes it")]
pub(crate) struct TokenAnswer {
    access_token: String,
    #[schema(example = "Bearer")]
    token_type: String,
    /// Seconds.
    #[schema(example = 600)]
    expires_in: i64,
    scope: String,
}

/// Issues an access token of ten minutes. Clients say who they are with client_secret_basic, client_secret_post or
/// private_key_jwt.
#[utoipa::path(
    post,
    path = "/oauth2/token",
    tag = "oauth2",
    security(()),
    request_body(content = TokenForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "A token.", body = TokenAnswer),
        (status = 400, description = "Refused.", body = OAuthErrorBody),
        (status = 401, description = "The client is not known.", body = OAuthErrorBody),
    )
)]
pub(crate) async fn issue_token(
    State(app): State<Arc<App>>,
    context: RequestContext,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<TokenResponse>, Failure> {
    let (form, client) = oauth::authenticated(&app, &context, &headers, body).await?;
    let requested = token_request(&form)?;
    let invalid_scope = || OAuthError::new(OAuthCode::InvalidScope, "the client may not have this scope");
    let allowed: Vec<String> = client.scopes().iter().map(ToString::to_string).collect();
    let scopes = scope::narrow(requested, &allowed).map_err(|_| invalid_scope())?;
    if scopes.is_empty() {
        return Err(invalid_scope().into());
    }
    let key = token_keys::signing_key(&app).await?;
    let now = oauth::now_s(&app);
    let claims = AccessClaims {
        issuer: app.config.public_origin.clone(),
        audience: oauth::audience(&app),
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
