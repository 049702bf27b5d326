//! `/api/v1/health`, `/api/v1/rules` and `/api/v1/openapi.json`: facts about this service.
//!
//! Health and rules ask no other system, so only the address throttle limits them. Health says nothing about the
//! database.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use http::header;
use serde::Serialize;

use crate::{
    app::App,
    auth::anonymous::{Anonymous, Limited, Throttled},
    http::{error::ApiError, route::Route},
};

/// The version that `GET /api/v1/health` reports.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The OpenAPI document of `GET /api/v1/openapi.json`. See [`crate::openapi`].
pub const DOCUMENT: &str = include_str!("../../openapi.json");

/// Returns the routes of this resource.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route { path: "/api/v1/health", methods: get(health), errors: &[] },
        Route { path: "/api/v1/rules", methods: get(named_rules), errors: &[] },
        Route { path: "/api/v1/openapi.json", methods: get(openapi_json), errors: &[] },
    ]
}

/// State of the service.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Health {
    /// Always `ok`.
    #[schema(example = "ok")]
    status: &'static str,
    /// Version of the service.
    #[schema(example = "0.1.0")]
    version: &'static str,
    /// Whether managed signing is configured for live keys and sessions.
    signing: bool,
}

/// Returns status and version of the service.
///
/// No credentials are needed.
#[utoipa::path(
    get,
    path = "/api/v1/health",
    tag = "service",
    security(()),
    responses((status = 200, description = "The service is available.", body = Health))
)]
pub(crate) async fn health(State(app): State<Arc<App>>, _: Anonymous<Throttled>) -> Json<Health> {
    Json(Health { status: "ok", version: VERSION, signing: app.signing.live.is_some() })
}

/// Location of the signed law packs that the operator configured. Both fields are null if the service uses the law
/// packs of this version.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RulesInfo {
    /// Path of the signed set on this site, or the set itself as JSON, which starts with `{`.
    #[schema(example = "/rules/packs.json")]
    signed_set: Option<String>,
    /// Ed25519 public key of the signer: PEM, or 64 hexadecimal digits.
    #[schema(example = "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1")]
    public_key: Option<String>,
}

/// Returns the location of the law packs if the operator configured other ones than those of this version.
///
/// No credentials are needed.
#[utoipa::path(
    get,
    path = "/api/v1/rules",
    tag = "service",
    security(()),
    responses((status = 200, description = "The location of the law packs.", body = RulesInfo))
)]
pub(crate) async fn named_rules(State(app): State<Arc<App>>, _: Anonymous<Throttled>) -> Json<RulesInfo> {
    let named = app.config.named_rules.clone();
    let (signed_set, public_key) = named.map(|named| (named.signed_set, named.public_key)).unzip();
    Json(RulesInfo { signed_set, public_key })
}

/// Returns the OpenAPI 3.1 document of this API.
///
/// No credentials are needed.
#[utoipa::path(
    get,
    path = "/api/v1/openapi.json",
    tag = "service",
    security(()),
    responses((status = 200, description = "The OpenAPI document.", body = serde_json::Value))
)]
pub(crate) async fn openapi_json(State(app): State<Arc<App>>, _: Anonymous<Limited>) -> Result<Response, ApiError> {
    let kind = [(header::CONTENT_TYPE, "application/json")];
    if app.config.is_https() {
        return Ok((kind, DOCUMENT).into_response());
    }
    // The cookie has another name without TLS.
    Ok((kind, DOCUMENT.replace("\"__Host-labeler_session\"", "\"labeler_session\"")).into_response())
}
