//! `GET /api/v1/openapi.json`: this API, described.

use std::sync::Arc;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use http::header;

use super::Route;
use crate::{
    App,
    context::RequestContext,
    error::ApiError,
    limits,
    openapi,
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route { path: "/api/v1/openapi.json", methods: get(openapi_json), errors: &[] }
}

/// The OpenAPI 3.1 document of this API. No credentials needed.
#[utoipa::path(
    get,
    path = "/api/v1/openapi.json",
    tag = "service",
    security(()),
    responses((status = 200, description = "The document.", body = serde_json::Value))
)]
pub(crate) async fn openapi_json(State(app): State<Arc<App>>, context: RequestContext) -> Result<Response, ApiError> {
    limits::spend_anonymous(&app, &context).await?;
    let kind = [(header::CONTENT_TYPE, "application/json")];
    if app.config.is_https() {
        return Ok((kind, openapi::DOCUMENT).into_response());
    }
    // The cookie has another name without TLS.
    Ok((kind, openapi::DOCUMENT.replace("\"__Host-labeler_session\"", "\"labeler_session\"")).into_response())
}
