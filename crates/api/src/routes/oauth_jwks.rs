//! `GET /oauth2/jwks`: the public keys of access tokens (RFC 7517): next, active and retired.

use std::sync::Arc;

use axum::{Json, extract::State, routing::get};
use labeler_token::JwkSet;

use super::Route;
use crate::{App, context::RequestContext, error::ApiError, limits, token_keys};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route { path: "/oauth2/jwks", methods: get(token_key_set), errors: &[] }
}

/// The public keys. No credentials needed.
#[utoipa::path(
    get,
    path = "/oauth2/jwks",
    tag = "oauth2",
    security(()),
    responses((status = 200, description = "The key set.", body = serde_json::Value))
)]
pub(crate) async fn token_key_set(
    State(app): State<Arc<App>>,
    context: RequestContext,
) -> Result<Json<JwkSet>, ApiError> {
    limits::spend_anonymous(&app, &context).await?;
    Ok(Json(token_keys::key_set(&app).await?))
}
