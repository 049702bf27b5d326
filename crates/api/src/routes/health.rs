//! `GET /api/v1/health`: whether this version answers. It asks no other system, so it says nothing about the database, and
//! only the shield limits it.

use std::sync::Arc;

use axum::{Json, extract::State, routing::get};
use serde::Serialize;

use super::Route;
use crate::{App, VERSION, context::RequestContext, limits};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route { path: "/api/v1/health", methods: get(health), errors: &[] }
}

/// The service answers.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Health {
    /// Always `ok`.
    #[schema(example = "ok")]
    status: &'static str,
    /// The version of the service.
    #[schema(example = "0.1.0")]
    version: &'static str,
    /// Whether managed signing is configured for live keys and sessions.
    signing: bool,
}

/// Status and version. No credentials needed.
#[utoipa::path(
    get,
    path = "/api/v1/health",
    tag = "service",
    security(()),
    responses((status = 200, description = "The service answers.", body = Health))
)]
pub(crate) async fn health(State(app): State<Arc<App>>, context: RequestContext) -> Json<Health> {
    limits::shield_only(&app, &context);
    Json(Health { status: "ok", version: VERSION, signing: app.signing.live.is_some() })
}
