//! `GET /.well-known/oauth-authorization-server`: where the OAuth2 endpoints are (RFC 8414).

use std::sync::Arc;

use axum::{Json, extract::State, routing::get};
use labeler_store::Scope;
use labeler_token::ServerMetadata;

use super::Route;
use crate::{App, context::RequestContext, error::ApiError, limits};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route { path: "/.well-known/oauth-authorization-server", methods: get(oauth_metadata), errors: &[] }
}

/// The metadata of the authorization server. No credentials needed.
#[utoipa::path(
    get,
    path = "/.well-known/oauth-authorization-server",
    tag = "oauth2",
    security(()),
    responses((status = 200, description = "The metadata.", body = serde_json::Value))
)]
pub(crate) async fn oauth_metadata(
    State(app): State<Arc<App>>,
    context: RequestContext,
) -> Result<Json<ServerMetadata>, ApiError> {
    limits::spend_anonymous(&app, &context).await?;
    let scopes: Vec<String> = Scope::ALL.iter().map(ToString::to_string).collect();
    Ok(Json(ServerMetadata::new(&app.config.public_origin, &scopes)))
}
