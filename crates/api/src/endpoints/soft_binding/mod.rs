//! C2PA Soft Binding Resolution API: recovers manifest stores by watermark.
//!
//! `/api/v1/matches/byBinding`, `/api/v1/manifests/{manifestId}` and `/api/v1/services/supportedAlgorithms`.

pub(crate) mod content;
pub(crate) mod lookup;

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::{Path, RawQuery, State, rejection::PathRejection},
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderMap, header};
use labeler_labeling::MARK_ALGORITHM;
use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    auth::anonymous::{Anonymous, Throttled, anonymous},
    endpoints::soft_binding::lookup::SoftBindingQueryResult,
    http::{
        error::{ApiError, code::Code},
        json_body, query,
        route::{Route, anonymous_json, path_parameter},
    },
};

/// Media type of a manifest store on its own (C2PA 2.2, 11.4).
const MEDIA_TYPE: &str = "application/c2pa";

/// Returns the routes of this resource.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route {
            path: "/api/v1/matches/byBinding",
            methods: get(query_by_binding).post(query_by_large_binding),
            errors: &[("query_by_binding", &[Code::ValidationError]), ("query_by_large_binding", anonymous_json![])],
        },
        Route {
            path: "/api/v1/manifests/{manifestId}",
            methods: get(get_manifest),
            errors: &[("get_manifest", &[Code::ValidationError, Code::NotFound])],
        },
        Route { path: "/api/v1/services/supportedAlgorithms", methods: get(supported_algorithms), errors: &[] },
    ]
}

/// Soft binding.
#[derive(Deserialize, utoipa::ToSchema)]
pub(crate) struct SoftBindingQuery {
    /// Name of the soft binding algorithm. Only Labeler's own algorithm is supported.
    #[schema(example = "org.labeler.spread-spectrum.1")]
    alg: String,
    /// Base64 of the payload ID, which consists of `wm_` and 13 base32 characters.
    #[schema(max_length = 1024, example = "d21fYWJjZGVmZ2hpamtsbQ==")]
    value: String,
}

anonymous! {
    /// Looking manifest stores up by soft binding.
    QueryByBinding = "matches.binding", SOFT_BINDING_ADDRESS
}

/// Finds kept manifest stores by soft binding.
///
/// No match is not an error: `matches` is empty. No credentials are needed.
#[utoipa::path(
    get,
    path = "/api/v1/matches/byBinding",
    tag = "soft-binding",
    security(()),
    params(
        ("alg" = String, Query, description = "Name of the soft binding algorithm. Only Labeler's own algorithm is supported.", example = "org.labeler.spread-spectrum.1"),
        ("value" = String, Query, description = "Base64 of the payload ID, which consists of `wm_` and 13 base32 characters.", max_length = 1024, example = "d21fYWJjZGVmZ2hpamtsbQ=="),
        ("maxResults" = Option<u32>, Query, description = "Maximum number of matches. Default: 10.", minimum = 1, maximum = 100),
    ),
    responses((status = 200, description = "The matching manifest stores.", body = SoftBindingQueryResult))
)]
pub(crate) async fn query_by_binding(
    State(app): State<Arc<App>>,
    _: Anonymous<QueryByBinding>,
    RawQuery(raw): RawQuery,
) -> Result<Json<SoftBindingQueryResult>, ApiError> {
    let parameters = query::parse(raw.as_deref(), &["alg", "value", "maxResults"])?;
    let required =
        |name: &str| parameters.get(name).ok_or_else(|| ApiError::validation(name, format!("{name} is required")));
    let max = lookup::parse_max_results(parameters.get("maxResults").map(String::as_str))?;
    let payload = lookup::parse_binding(required("alg")?, required("value")?)?;
    Ok(Json(lookup::find_matches(&app, payload, max).await?))
}

/// Finds kept manifest stores by the soft binding in the body.
///
/// No match is not an error: `matches` is empty. No credentials are needed.
#[utoipa::path(
    post,
    path = "/api/v1/matches/byBinding",
    tag = "soft-binding",
    security(()),
    params(("maxResults" = Option<u32>, Query, description = "Maximum number of matches. Default: 10.", minimum = 1, maximum = 100)),
    request_body = SoftBindingQuery,
    responses((status = 200, description = "The matching manifest stores.", body = SoftBindingQueryResult))
)]
pub(crate) async fn query_by_large_binding(
    State(app): State<Arc<App>>,
    _: Anonymous<QueryByBinding>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<SoftBindingQueryResult>, ApiError> {
    let parameters = query::parse(raw.as_deref(), &["maxResults"])?;
    let max = lookup::parse_max_results(parameters.get("maxResults").map(String::as_str))?;
    let binding: SoftBindingQuery = json_body::read(&headers, body).await?;
    let payload = lookup::parse_binding(&binding.alg, &binding.value)?;
    Ok(Json(lookup::find_matches(&app, payload, max).await?))
}

/// Bytes of a manifest store.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
#[allow(dead_code, reason = "describes the answer; it is sent as bytes")]
pub(crate) struct ManifestStore(Vec<u8>);

anonymous! {
    /// Reading a manifest store.
    GetManifest = "manifests.get", SOFT_BINDING_ADDRESS
}

/// Returns a kept manifest store.
///
/// Its bytes are identical to those of the manifest store in the labelled file. No credentials are needed.
#[utoipa::path(
    get,
    path = "/api/v1/manifests/{manifestId}",
    tag = "soft-binding",
    security(()),
    params(
        ("manifestId" = String, Path, description = "ID of the active manifest.", max_length = 256, example = "urn:c2pa:f9168c5e-ceb2-4faa-b6bf-329bf39fa1e4"),
        ("returnActiveManifest" = Option<bool>, Query, description = "Whether to return only the active manifest, without the manifests of its ingredients."),
    ),
    responses((status = 200, description = "The manifest store.", body = ManifestStore, content_type = "application/c2pa"))
)]
pub(crate) async fn get_manifest(
    State(app): State<Arc<App>>,
    _: Anonymous<GetManifest>,
    RawQuery(raw): RawQuery,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let id = path_parameter(id)?;
    let parameters = query::parse(raw.as_deref(), &["returnActiveManifest"])?;
    let is_active_only = match parameters.get("returnActiveManifest").map(String::as_str) {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => {
            let text = "returnActiveManifest must be true or false";
            return Err(ApiError::validation("returnActiveManifest", text));
        }
    };
    let missing = || ApiError::new(Code::NotFound, "No manifest store with this active manifest is kept here.");
    let mut store = lookup::read(&app, &id).await?.ok_or_else(missing)?;
    if is_active_only {
        store = labeler_provenance::active_manifest(&store)
            .ok_or_else(|| ApiError::internal(format!("the kept manifest store {id} has no active manifest")))?;
    }
    Ok(([(header::CONTENT_TYPE, MEDIA_TYPE)], store).into_response())
}

/// Supported algorithms, in the format of the C2PA specification.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct SoftBindingAlgList {
    /// Watermark algorithms.
    #[schema(max_items = 1)]
    watermarks: Vec<SoftBindingAlg>,
    /// Fingerprint algorithms. Always empty.
    #[schema(max_items = 0)]
    fingerprints: Vec<SoftBindingAlg>,
}

/// Soft binding algorithm.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct SoftBindingAlg {
    /// Name, as in `c2pa.soft-binding` assertions.
    #[schema(example = "org.labeler.spread-spectrum.1")]
    alg: &'static str,
}

/// Lists the supported soft binding algorithms.
///
/// No credentials are needed.
#[utoipa::path(
    get,
    path = "/api/v1/services/supportedAlgorithms",
    tag = "soft-binding",
    security(()),
    responses((status = 200, description = "The supported algorithms.", body = SoftBindingAlgList))
)]
pub(crate) async fn supported_algorithms(_: Anonymous<Throttled>) -> Json<SoftBindingAlgList> {
    Json(SoftBindingAlgList { watermarks: vec![SoftBindingAlg { alg: MARK_ALGORITHM }], fingerprints: Vec::new() })
}
