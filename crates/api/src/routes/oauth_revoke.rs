//! `POST /oauth2/revoke`: ends a token before its time (RFC 7009).

use std::sync::Arc;

use axum::{body::Body, extract::State, routing::post};
use http::{HeaderMap, StatusCode};
use labeler_token::{OAuthCode, OAuthError};

use super::Route;
use crate::{
    App,
    context::RequestContext,
    error::ApiError,
    oauth::{self, Failure, OAuthErrorBody},
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route { path: "/oauth2/revoke", methods: post(revoke_token), errors: &[("revoke_token", &[])] }
}

/// A token, beside one way of client authentication.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "describes the form")]
pub(crate) struct TokenOnly {
    token: String,
    /// Not needed: there is one kind of token.
    token_type_hint: Option<String>,
}

/// Ends a token of the client, at once. The answer is the same for text that is no token of the client.
#[utoipa::path(
    post,
    path = "/oauth2/revoke",
    tag = "oauth2",
    security(()),
    request_body(content = TokenOnly, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "It does not work (any more)."),
        (status = 400, description = "Refused.", body = OAuthErrorBody),
        (status = 401, description = "The client is not known.", body = OAuthErrorBody),
    )
)]
pub(crate) async fn revoke_token(
    State(app): State<Arc<App>>,
    context: RequestContext,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Failure> {
    let (form, client) = oauth::authenticated(&app, &context, &headers, body).await?;
    let token = form.get("token").ok_or(OAuthError::new(OAuthCode::InvalidRequest, "token is missing"))?;
    if let Some(claims) = oauth::verify(&app, token).await?.filter(|claims| claims.client_id == client.client.id) {
        let ended = app.store().oauth().revoke_token(&claims.jti, claims.expires_at).await;
        ended.map_err(|error| ApiError::database(&error))?;
    }
    Ok(StatusCode::OK)
}
