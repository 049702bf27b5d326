//! `GET /api/v1/rules`: where the signed law packs of this deployment are, so that the pages judge by the same ones. Like
//! `health` it asks no other system, and only the shield limits it.

use std::sync::Arc;

use axum::{Json, extract::State, routing::get};
use serde::Serialize;

use super::Route;
use crate::{App, context::RequestContext, limits};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route { path: "/api/v1/rules", methods: get(named_rules), errors: &[] }
}

/// The signed law packs that the operator names. Both are null where this version's own judge.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RulesInfo {
    /// Path of the signed set on this site, or the set itself as JSON, which begins with `{`.
    #[schema(example = "/rules/packs.json")]
    signed_set: Option<String>,
    /// The Ed25519 public key of its signer: PEM, or 64 hexadecimal digits.
    #[schema(example = "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1")]
    public_key: Option<String>,
}

/// The law packs that judge here, where they are not this version's own. No credentials needed.
#[utoipa::path(
    get,
    path = "/api/v1/rules",
    tag = "service",
    security(()),
    responses((status = 200, description = "Where the law packs are.", body = RulesInfo))
)]
pub(crate) async fn named_rules(State(app): State<Arc<App>>, context: RequestContext) -> Json<RulesInfo> {
    limits::shield_only(&app, &context);
    let named = app.config.named_rules.clone();
    let (signed_set, public_key) = named.map(|named| (named.signed_set, named.public_key)).unzip();
    Json(RulesInfo { signed_set, public_key })
}
