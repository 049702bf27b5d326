//! `POST /oauth2/introspect`: what a token is (RFC 7662), for clients of the same workspace.

use std::sync::Arc;

use axum::{Json, body::Body, extract::State, routing::post};
use http::HeaderMap;
use labeler_store::ClientError;
use labeler_token::{Introspection, OAuthCode, OAuthError};

use super::{Route, oauth_revoke::TokenOnly};
use crate::{
    App,
    context::RequestContext,
    error::ApiError,
    oauth::{self, Failure, OAuthErrorBody},
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route { path: "/oauth2/introspect", methods: post(introspect_token), errors: &[("introspect_token", &[])] }
}

/// What a token is; only `active` for one that does not work.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "describes the answer; the token crate writes it")]
pub(crate) struct IntrospectionAnswer {
    active: bool,
    scope: Option<String>,
    client_id: Option<String>,
    token_type: Option<String>,
    exp: Option<i64>,
    iat: Option<i64>,
    sub: Option<String>,
    aud: Option<String>,
    iss: Option<String>,
    jti: Option<String>,
}

/// Whether a token of the client's workspace works now, and what it says.
#[utoipa::path(
    post,
    path = "/oauth2/introspect",
    tag = "oauth2",
    security(()),
    request_body(content = TokenOnly, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "What it is.", body = IntrospectionAnswer),
        (status = 400, description = "Refused.", body = OAuthErrorBody),
        (status = 401, description = "The client is not known.", body = OAuthErrorBody),
    )
)]
pub(crate) async fn introspect_token(
    State(app): State<Arc<App>>,
    context: RequestContext,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Introspection>, Failure> {
    let (form, asking) = oauth::authenticated(&app, &context, &headers, body).await?;
    let token = form.get("token").ok_or(OAuthError::new(OAuthCode::InvalidRequest, "token is missing"))?;
    let Some(claims) = oauth::verify(&app, token).await? else { return Ok(Json(Introspection::inactive())) };
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
