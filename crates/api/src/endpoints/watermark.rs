//! `GET /api/v1/watermark/{payloadId}`: looks the payload of a watermark up in the audit log.
//!
//! Invariant: as for hashes, the answer names no person, workspace, key or file name.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
    routing::get,
};
use labeler_store::Permission;
use serde::Serialize;

use crate::{
    app::App,
    auth::{Authorized, endpoint},
    endpoints::{soft_binding::lookup, verify::PublicFacts},
    http::{
        context::RequestContext,
        error::{ApiError, code::Code},
        route::{Route, reading},
    },
};

/// Maximum number of labels in an answer.
const MAX_ASSETS: u32 = 20;

/// Returns the routes of this resource.
pub(crate) fn routes() -> Vec<Route> {
    vec![Route {
        path: "/api/v1/watermark/{payloadId}",
        methods: get(get_watermark),
        errors: &[("get_watermark", reading![Code::ValidationError, Code::NotFound])],
    }]
}

endpoint! {
    /// Looking a watermark up.
    GetWatermark = "watermark.get", Some(Permission::Verify), WATERMARK
}

/// Labelled files that contain a watermark.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WatermarkReport {
    /// Requested payload ID.
    #[schema(example = "wm_abcdefghijklm")]
    payload_id: String,
    /// Labelled files, oldest first, at most 20. The watermark was created for the oldest. Later files already
    /// contained it when they were labelled.
    #[schema(min_items = 1, max_items = 20)]
    assets: Vec<PublicFacts>,
}

/// Result of a watermark look-up with the ID of the request.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = WatermarkAnswer)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Answer {
    /// Result of the look-up.
    data: WatermarkReport,
    /// Value of `X-Request-Id`.
    #[schema(example = "550e8400-e29b-41d4-a716-446655440000")]
    request_id: String,
}

/// Looks up the payload of a watermark in the audit log.
///
/// Returns the public facts about the files that contain it. Live keys search all files that were labelled on this
/// deployment; test keys search their own sandbox. Returns `not_found` for an unknown payload.
#[utoipa::path(
    get,
    path = "/api/v1/watermark/{payloadId}",
    tag = "verify",
    params(("payloadId" = String, Path, description = "Payload ID of the watermark: `wm_` and 13 base32 characters.", min_length = 16, max_length = 16, pattern = "^wm_[ab][a-z2-7]{12}$")),
    responses((status = 200, description = "The labelled files that contain the watermark.", body = Answer))
)]
pub(crate) async fn get_watermark(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<GetWatermark>,
    context: RequestContext,
    payload: Result<Path<String>, PathRejection>,
) -> Result<Json<Answer>, ApiError> {
    let text = payload.map(|Path(text)| text).unwrap_or_default();
    let payload_id = lookup::parse_payload("payloadId", &text)?.to_string();
    let found = app.store().events().by_watermark(&caller.scope, &payload_id, MAX_ASSETS).await;
    let events = found.map_err(ApiError::events)?;
    if events.is_empty() {
        return Err(ApiError::new(
            Code::NotFound,
            "No file with this watermark was labelled here. Check the payload ID.",
        ));
    }
    let assets = events.into_iter().map(|event| PublicFacts::new(event, None)).collect::<Result<_, _>>()?;
    Ok(Json(Answer { data: WatermarkReport { payload_id, assets }, request_id: context.id().to_owned() }))
}
