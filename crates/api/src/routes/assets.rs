//! `GET /api/v1/assets`: the audit log of labelling events, newest first, in pages.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json,
    extract::{RawQuery, State},
    routing::get,
};
use labeler_store::{EventFilter, EventsError, Modality, Permission, RatePolicy, events::MAX_PAGE};
use serde::Serialize;

use super::Route;
use crate::{
    App,
    auth::{Authorized, Endpoint},
    dto::Asset,
    error::{ApiError, Code},
    limits, query,
};

/// Rows of a page when the caller names no number.
const DEFAULT_LIMIT: u32 = 20;

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/assets",
        methods: get(list_assets),
        errors: &[(
            "list_assets",
            &[Code::ValidationError, Code::MissingCredentials, Code::InvalidCredentials, Code::InsufficientScope],
        )],
    }
}

/// Reading the list.
pub(crate) struct ListAssets;

impl Endpoint for ListAssets {
    const NAME: &'static str = "assets.list";
    const PERMISSION: Option<Permission> = Some(Permission::ReadAssets);
    const POLICY: RatePolicy = limits::ASSETS;
}

/// A page of labelling events.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AssetPage {
    /// Newest first.
    data: Vec<Asset>,
    /// Start of the next page, for `cursor`; null on the last page.
    next_cursor: Option<String>,
    /// Events that match the filters, on all pages.
    #[schema(example = 42)]
    total: u64,
}

/// The events of the caller's workspace, newest first. A test key sees the sandbox only, every other caller sees live
/// events only.
#[utoipa::path(
    get,
    path = "/api/v1/assets",
    tag = "assets",
    params(
        ("cursor" = Option<String>, Query, description = "Opaque position from `nextCursor`, with the same filters."),
        ("limit" = Option<u32>, Query, description = "Rows in the page.", minimum = 1, maximum = 100, example = 20),
        ("modality" = Option<crate::dto::ModalityName>, Query, description = "Only this kind of medium."),
        ("from" = Option<String>, Query, format = DateTime, description = "ISO 8601; events at or after this time. A date alone is the beginning of its day. Without an offset: UTC."),
        ("to" = Option<String>, Query, format = DateTime, description = "ISO 8601; events at or before this time. A date alone is the end of its day. Without an offset: UTC."),
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
            EventsError::Cursor => ApiError::validation("cursor", "cursor does not belong to this list"),
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
        let limit = match parameters.remove("limit") {
            None => DEFAULT_LIMIT,
            Some(text) => text
                .parse()
                .ok()
                .filter(|limit| (1..=MAX_PAGE).contains(limit))
                .ok_or_else(|| ApiError::validation("limit", "limit must be an integer from 1 to 100"))?,
        };
        let modality = match parameters.remove("modality") {
            None => None,
            Some(text) => Some(text.parse::<Modality>().map_err(|_| {
                ApiError::validation("modality", "modality must be one of image, video, audio")
            })?),
        };
        let (from_ms, to_ms) = query::period(parameters)?;
        Ok(Self {
            cursor: parameters.remove("cursor"),
            limit,
            filter: EventFilter {
                modality,
                from_ms,
                to_ms,
            },
        })
    }
}
