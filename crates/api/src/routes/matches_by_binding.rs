//! `/api/v1/matches/byBinding`: kept manifest stores by a soft binding (C2PA Soft Binding Resolution API).

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::{RawQuery, State},
    routing::get,
};
use http::HeaderMap;
use serde::Deserialize;

use super::Route;
use crate::{
    App,
    context::RequestContext,
    error::{ApiError, Code},
    json_body,
    kept_manifests::{self, SoftBindingQueryResult},
    limits, query,
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/matches/byBinding",
        methods: get(query_by_binding).post(query_by_large_binding),
        errors: &[
            ("query_by_binding", &[Code::ValidationError]),
            ("query_by_large_binding", &[Code::ValidationError, Code::TooLarge]),
        ],
    }
}

/// Name of the budget of both.
const BUDGET: &str = "matches.binding";

/// A soft binding.
#[derive(Deserialize, utoipa::ToSchema)]
pub(crate) struct SoftBindingQuery {
    /// Name of the soft binding algorithm. Only Labeler's own is supported.
    #[schema(example = "org.labeler.spread-spectrum.1")]
    alg: String,
    /// Base64 of the value: of the payload ID, `wm_` and 13 base32 characters.
    #[schema(max_length = 1024, example = "d21fYWJjZGVmZ2hpamtsbQ==")]
    value: String,
}

/// Finds kept manifest stores by a soft binding. No match is no error: `matches` is empty. No credentials needed.
#[utoipa::path(
    get,
    path = "/api/v1/matches/byBinding",
    tag = "soft-binding",
    security(()),
    params(
        ("alg" = String, Query, description = "Name of the soft binding algorithm. Only Labeler's own is supported.", example = "org.labeler.spread-spectrum.1"),
        ("value" = String, Query, description = "Base64 of the value: of the payload ID, `wm_` and 13 base32 characters.", max_length = 1024, example = "d21fYWJjZGVmZ2hpamtsbQ=="),
        ("maxResults" = Option<u32>, Query, description = "Most matches, 1 to 100; 10 unless given.", minimum = 1, maximum = 100),
    ),
    responses((status = 200, description = "The matches.", body = SoftBindingQueryResult))
)]
pub(crate) async fn query_by_binding(
    State(app): State<Arc<App>>,
    context: RequestContext,
    RawQuery(raw): RawQuery,
) -> Result<Json<SoftBindingQueryResult>, ApiError> {
    limits::spend_address(&app, &context, BUDGET, limits::SOFT_BINDING_ADDRESS).await?;
    let parameters = query::parse(raw.as_deref(), &["alg", "value", "maxResults"])?;
    let required = |name: &str| {
        parameters.get(name).ok_or_else(|| ApiError::validation(name, format!("{name} is required")))
    };
    let max = kept_manifests::max_results(parameters.get("maxResults").map(String::as_str))?;
    let payload = kept_manifests::payload_of_binding(required("alg")?, required("value")?)?;
    Ok(Json(kept_manifests::matches(&app, payload, max).await?))
}

/// The same look-up with the soft binding in the body. No credentials needed.
#[utoipa::path(
    post,
    path = "/api/v1/matches/byBinding",
    tag = "soft-binding",
    security(()),
    params(("maxResults" = Option<u32>, Query, description = "Most matches, 1 to 100; 10 unless given.", minimum = 1, maximum = 100)),
    request_body = SoftBindingQuery,
    responses((status = 200, description = "The matches.", body = SoftBindingQueryResult))
)]
pub(crate) async fn query_by_large_binding(
    State(app): State<Arc<App>>,
    context: RequestContext,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<SoftBindingQueryResult>, ApiError> {
    limits::spend_address(&app, &context, BUDGET, limits::SOFT_BINDING_ADDRESS).await?;
    let parameters = query::parse(raw.as_deref(), &["maxResults"])?;
    let max = kept_manifests::max_results(parameters.get("maxResults").map(String::as_str))?;
    let binding: SoftBindingQuery = json_body::read(&headers, body).await?;
    let payload = kept_manifests::payload_of_binding(&binding.alg, &binding.value)?;
    Ok(Json(kept_manifests::matches(&app, payload, max).await?))
}
