//! `GET /api/v1/services/supportedAlgorithms`: the soft binding algorithms that can be looked up (C2PA Soft Binding
//! Resolution API). Like `health` it asks no other system, and only the shield limits it.

use std::sync::Arc;

use axum::{Json, extract::State, routing::get};
use labeler_labeling::MARK_ALGORITHM;
use serde::Serialize;

use super::Route;
use crate::{App, context::RequestContext, limits};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route { path: "/api/v1/services/supportedAlgorithms", methods: get(supported_algorithms), errors: &[] }
}

/// The algorithms, in the shape of the C2PA specification.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct SoftBindingAlgList {
    /// Algorithms of watermarks.
    #[schema(max_items = 1)]
    watermarks: Vec<SoftBindingAlg>,
    /// Algorithms of fingerprints: none.
    #[schema(max_items = 0)]
    fingerprints: Vec<SoftBindingAlg>,
}

/// One algorithm.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct SoftBindingAlg {
    /// Its name, as in `c2pa.soft-binding` assertions.
    #[schema(example = "org.labeler.spread-spectrum.1")]
    alg: &'static str,
}

/// The soft binding algorithms that can be looked up here. No credentials needed.
#[utoipa::path(
    get,
    path = "/api/v1/services/supportedAlgorithms",
    tag = "soft-binding",
    security(()),
    responses((status = 200, description = "The algorithms.", body = SoftBindingAlgList))
)]
pub(crate) async fn supported_algorithms(
    State(app): State<Arc<App>>,
    context: RequestContext,
) -> Json<SoftBindingAlgList> {
    limits::shield_only(&app, &context);
    Json(SoftBindingAlgList { watermarks: vec![SoftBindingAlg { alg: MARK_ALGORITHM }], fingerprints: Vec::new() })
}
