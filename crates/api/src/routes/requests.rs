//! `GET /api/v1/requests`: the request log of the workspace, newest first.

use std::sync::Arc;

use axum::{
    Json,
    extract::{RawQuery, State},
    routing::get,
};
use labeler_store::{Permission, audit::{LoggedRequest, RequestFilter}};
use serde::Serialize;

use super::Route;
use crate::{
    App,
    auth::{Authorized, endpoint},
    dto::{Page, iso_time},
    error::{ApiError, Code},
    query,
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/requests",
        methods: get(list_requests),
        errors: &[("list_requests", reading![Code::ValidationError])],
    }
}

endpoint! {
    /// Reading the request log.
    ListRequests = "requests.list", Some(Permission::ManageMembers), MANAGE_READ
}

/// A call.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RequestInfo {
    /// Greater is later.
    seq: i64,
    /// The value of `X-Request-Id`.
    request_id: String,
    /// `key`, `client` or `user`.
    #[schema(example = "key")]
    actor_kind: &'static str,
    /// Id of the key, client or person.
    actor_id: String,
    /// Present name of the key, client or person; null when it is gone.
    #[schema(example = "Website")]
    actor_name: Option<String>,
    livemode: bool,
    #[schema(example = "POST")]
    method: String,
    /// The route's template; `unknown` for a path that is no endpoint.
    #[schema(example = "/api/v1/assets/{id}")]
    route: String,
    #[schema(example = 200)]
    status: u16,
    latency_ms: u32,
    /// The caller's network: what is kept of the address.
    #[schema(example = "192.0.2.0/24")]
    network: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
}

impl RequestInfo {
    fn of(row: LoggedRequest) -> Result<Self, ApiError> {
        Ok(Self {
            seq: row.seq,
            request_id: row.request_id,
            actor_kind: row.actor_kind.as_str(),
            actor_id: row.actor_id,
            actor_name: row.actor_name,
            livemode: row.livemode,
            method: row.method,
            route: row.route,
            status: row.status,
            latency_ms: row.latency_ms,
            network: row.network,
            created_at: iso_time(row.created_at_ms)?,
        })
    }
}

/// How many rows: 1 to 100, or 50.
pub(super) fn limit_of(text: Option<String>) -> Result<u32, ApiError> {
    match text {
        None => Ok(50),
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| (1..=100).contains(limit))
            .ok_or_else(|| ApiError::validation("limit", "limit must be an integer from 1 to 100")),
    }
}

/// Calls of keys, clients and people of the workspace, newest first. Refused calls are in it as well: with a key that was
/// revoked, has expired or has a wrong secret, with a method that an endpoint does not have, and to paths that are no
/// endpoint. A call with a key that was never made here belongs to no workspace and is in no log.
#[utoipa::path(
    get,
    path = "/api/v1/requests",
    tag = "audit",
    params(
        ("cursor" = Option<String>, Query, description = "Position from `nextCursor`, with the same filters."),
        ("limit" = Option<u32>, Query, description = "Rows in the page.", minimum = 1, maximum = 100, example = 50),
        ("actor" = Option<String>, Query, description = "Only calls of this key, client or person."),
        ("from" = Option<String>, Query, format = DateTime, description = "ISO 8601; calls at or after this time. A date alone is the beginning of its day. Without an offset: UTC."),
        ("to" = Option<String>, Query, format = DateTime, description = "ISO 8601; calls at or before this time. A date alone is the end of its day. Without an offset: UTC."),
    ),
    responses((status = 200, description = "A page of calls.", body = Page<RequestInfo>))
)]
pub(crate) async fn list_requests(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<ListRequests>,
    RawQuery(raw): RawQuery,
) -> Result<Json<Page<RequestInfo>>, ApiError> {
    let mut parameters = query::parse(raw.as_deref(), &["cursor", "limit", "actor", "from", "to"])?;
    let limit = limit_of(parameters.remove("limit"))?;
    let before = parameters.remove("cursor").map(|text| {
        text.parse::<i64>()
            .ok()
            .filter(|before| *before > 0)
            .ok_or_else(|| ApiError::validation("cursor", "cursor does not belong to this list"))
    });
    let (before, actor) = (before.transpose()?, parameters.remove("actor"));
    let (from_ms, to_ms) = query::period(&mut parameters)?;
    let filter = RequestFilter { actor_id: actor.as_deref(), from_ms, to_ms };
    let page = app.store().audit().requests(caller.workspace_id(), &filter, before, limit).await;
    let page = page.map_err(|error| ApiError::database(&error))?;
    let data = page.requests.into_iter().map(RequestInfo::of).collect::<Result<_, _>>()?;
    Ok(Json(Page { data, next_cursor: page.next_before.map(|before| before.to_string()) }))
}
