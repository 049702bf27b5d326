//! `/api/v1/requests`: the request log of the workspace.

use std::sync::Arc;

use axum::{
    Json,
    extract::{RawQuery, State},
    response::Response,
    routing::get,
};
use labeler_store::{LoggedRequest, Permission, RequestFilter};
use serde::Serialize;

use crate::{
    app::App,
    auth::{Authorized, endpoint},
    http::{
        error::{ApiError, code::Code},
        export::{self, Chunk, Format},
        lists::{Page, parse_usual_limit},
        query,
        route::{Route, reading},
        times::iso_time,
    },
};

/// Rows that an export reads at a time.
const PAGE: u32 = 1000;

/// Returns the routes of this resource.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route {
            path: "/api/v1/requests",
            methods: get(list_requests),
            errors: &[("list_requests", reading![Code::ValidationError])],
        },
        Route {
            path: "/api/v1/requests/export",
            methods: get(export_requests),
            errors: &[("export_requests", reading![Code::ValidationError])],
        },
    ]
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
    let limit = parse_usual_limit(parameters.remove("limit"))?;
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

endpoint! {
    /// Exporting the request log.
    ExportRequests = "requests.export", Some(Permission::ManageMembers), EXPORT
}

/// The request log, newest first, as JSON Lines or CSV. A file that breaks off is not whole: what failed is in the log of
/// the service.
#[utoipa::path(
    get,
    path = "/api/v1/requests/export",
    tag = "audit",
    params(("format" = inline(Option<crate::http::export::FormatName>), Query, description = "`jsonl` (the default) or `csv`.")),
    responses((
        status = 200,
        description = "The file.",
        content((String = "application/x-ndjson"), (String = "text/csv"))
    ))
)]
pub(crate) async fn export_requests(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<ExportRequests>,
    RawQuery(raw): RawQuery,
) -> Result<Response, ApiError> {
    let format = Format::from_query(raw.as_deref())?;
    let (audit, workspace) = (app.store().audit(), caller.workspace_id().to_owned());
    Ok(export::response(format, "requests", LoggedRequest::CSV_HEADER, None, move |before: Option<i64>| {
        let (audit, workspace) = (audit.clone(), workspace.clone());
        async move {
            let page = audit.requests(&workspace, &RequestFilter::default(), before, PAGE).await?;
            let mut text = String::new();
            for row in &page.requests {
                match format {
                    Format::Csv => text.push_str(&row.to_csv()),
                    Format::JsonLines => export::line(&mut text, &row.to_json()),
                }
            }
            Ok(Chunk { text, next: page.next_before.map(Some) })
        }
    }))
}
