//! `/api/v1/assets`: the audit log of labelling events.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json,
    extract::{Path, RawQuery, State, rejection::PathRejection},
    routing::get,
};
use labeler_store::{Event, EventFilter, EventsError, MAX_EVENTS_PER_PAGE, Modality, Permission};
use serde::Serialize;

use crate::{
    app::App,
    auth::{Authorized, endpoint},
    http::{
        error::{ApiError, code::Code},
        lists::parse_limit,
        query,
        route::{Route, reading},
        times::iso_time,
    },
};

/// Rows of a page when `limit` is absent.
const DEFAULT_LIMIT: u32 = 20;

/// Returns the routes of this resource.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route {
            path: "/api/v1/assets",
            methods: get(list_assets),
            errors: &[("list_assets", reading![Code::ValidationError])],
        },
        Route {
            path: "/api/v1/assets/{id}",
            methods: get(get_asset),
            errors: &[("get_asset", reading![Code::NotFound])],
        },
    ]
}

/// A labelling event.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Asset {
    /// ID of the event. IDs sort by time.
    #[schema(example = "evt_01k6z3t8q4x5v9n2b7c0d1e8f6")]
    id: String,
    /// SHA-256 of the received file, lower-case hexadecimal.
    #[schema(min_length = 64, max_length = 64)]
    sha256_input: String,
    /// SHA-256 of the returned file, lower-case hexadecimal.
    #[schema(min_length = 64, max_length = 64)]
    sha256_output: String,
    /// File name from the options of the request.
    #[schema(example = "photo.jpg")]
    filename: String,
    /// Media type of the file.
    #[schema(example = "image/jpeg")]
    mime: String,
    /// Size of the returned file in bytes.
    #[schema(example = 2_048_576)]
    size_bytes: u64,
    /// Type of media.
    modality: Modality,
    /// Jurisdiction profile.
    #[schema(example = "eu_strict")]
    region_preset: String,
    /// IPTC digital source type.
    #[schema(example = "trainedAlgorithmicMedia")]
    digital_source_type: String,
    /// Labels of the assertions in the manifest. Present only in the response for a single event.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = json!(["c2pa.actions.v2", "c2pa.training-mining"]))]
    assertions: Option<Vec<String>>,
    /// Fingerprint of the signing certificate.
    #[schema(example = "SHA256:Ab1Cd2")]
    signer_fingerprint: String,
    /// Whether the manifest reserves the content from AI training and data mining ("do not train").
    dnt_enabled: bool,
    /// Whether the image has a visible label.
    visible_overlay: bool,
    /// Time of labelling.
    #[schema(format = DateTime, example = "2026-05-16T10:30:00.000Z")]
    created_at: String,
}

impl Asset {
    /// Returns the event as a row of the list.
    pub fn summary(event: &Event) -> Result<Self, ApiError> {
        let data = &event.data;
        Ok(Self {
            id: event.id.clone(),
            sha256_input: data.sha256_input.clone(),
            sha256_output: data.sha256_output.clone(),
            filename: data.filename.clone(),
            mime: data.mime.clone(),
            size_bytes: data.size_bytes,
            modality: data.modality,
            region_preset: data.region_preset.clone(),
            digital_source_type: data.digital_source_type.clone(),
            assertions: None,
            signer_fingerprint: data.signer_fingerprint.clone(),
            dnt_enabled: data.dnt_enabled,
            visible_overlay: data.visible_overlay,
            created_at: iso_time(event.created_at_ms)?,
        })
    }

    /// Returns the event as a single record.
    pub fn detail(event: &Event) -> Result<Self, ApiError> {
        Ok(Self { assertions: Some(event.data.assertions.clone()), ..Self::summary(event)? })
    }
}

endpoint! {
    /// Reading the list.
    ListAssets = "assets.list", Some(Permission::ReadAssets), ASSETS
}

/// A page of labelling events.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AssetPage {
    /// Events, newest first.
    data: Vec<Asset>,
    /// Cursor of the next page, for the `cursor` parameter. Null on the last page.
    next_cursor: Option<String>,
    /// Number of events that match the filters, on all pages.
    #[schema(example = 42)]
    total: u64,
}

/// Lists the labelling events of the workspace, newest first.
///
/// Test keys see only the events of their sandbox. All other callers see only live events.
#[utoipa::path(
    get,
    path = "/api/v1/assets",
    tag = "assets",
    params(
        ("cursor" = Option<String>, Query, description = "Cursor from `nextCursor` of the previous page. Use it with the same filters."),
        ("limit" = Option<u32>, Query, description = "Maximum number of events in the page.", minimum = 1, maximum = 100, example = 20),
        ("modality" = Option<Modality>, Query, description = "Returns only events of this type of media."),
        ("from" = Option<String>, Query, format = DateTime, description = "Earliest time of the events, inclusive, in ISO 8601 format. A date without a time means the start of that day. UTC if there is no offset."),
        ("to" = Option<String>, Query, format = DateTime, description = "Latest time of the events, inclusive, in ISO 8601 format. A date without a time means the end of that day. UTC if there is no offset."),
    ),
    responses((status = 200, description = "A page of events.", body = AssetPage))
)]
pub(crate) async fn list_assets(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<ListAssets>,
    RawQuery(raw): RawQuery,
) -> Result<Json<AssetPage>, ApiError> {
    let mut parameters = query::parse(raw.as_deref(), &["cursor", "limit", "modality", "from", "to"])?;
    let request = PageRequest::from_parameters(&mut parameters)?;
    let page = app
        .store()
        .events()
        .page(&caller.scope, &request.filter, request.cursor.as_deref(), request.limit)
        .await
        .map_err(|error| match error {
            EventsError::Cursor => ApiError::validation(
                "cursor",
                "cursor is not valid for this list. Use nextCursor of a page of the same list",
            ),
            EventsError::Database(error) => ApiError::database(&error),
            other => ApiError::internal(other.to_string()),
        })?;
    let data = page.events.iter().map(Asset::summary).collect::<Result<_, _>>()?;
    Ok(Json(AssetPage { data, next_cursor: page.next_cursor, total: page.total }))
}

#[derive(Debug)]
struct PageRequest {
    cursor: Option<String>,
    limit: u32,
    filter: EventFilter,
}

impl PageRequest {
    fn from_parameters(parameters: &mut BTreeMap<String, String>) -> Result<Self, ApiError> {
        let limit = parse_limit(parameters.remove("limit"), DEFAULT_LIMIT, MAX_EVENTS_PER_PAGE)?;
        let modality = match parameters.remove("modality") {
            None => None,
            Some(text) => Some(
                text.parse::<Modality>()
                    .map_err(|_| ApiError::validation("modality", "modality must be one of image, video, audio"))?,
            ),
        };
        let (from_ms, to_ms) = query::period(parameters)?;
        Ok(Self { cursor: parameters.remove("cursor"), limit, filter: EventFilter { modality, from_ms, to_ms } })
    }
}

endpoint! {
    /// Reading one event.
    GetAsset = "assets.get", Some(Permission::ReadAssets), ASSETS
}

/// Returns a labelling event of the workspace.
///
/// Returns `not_found` for an event of another workspace or of the other mode (live or sandbox).
#[utoipa::path(
    get,
    path = "/api/v1/assets/{id}",
    tag = "assets",
    params(("id" = String, Path, description = "ID of the event.", example = "evt_01k6z3t8q4x5v9n2b7c0d1e8f6")),
    responses((status = 200, description = "The event.", body = Asset))
)]
pub(crate) async fn get_asset(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<GetAsset>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Asset>, ApiError> {
    let missing = || ApiError::new(Code::NotFound, "No labelling event with this ID exists in this workspace.");
    let Path(id) = id.map_err(|_| missing())?;
    let event = app.store().events().get(&caller.scope, &id).await.map_err(ApiError::events)?;
    Ok(Json(Asset::detail(&event.ok_or_else(missing)?)?))
}
