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

/// Logged call.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RequestInfo {
    /// Sequence number. Later calls have greater numbers.
    seq: i64,
    /// Value of `X-Request-Id`.
    request_id: String,
    /// Type of the caller: `key`, `client` or `user`.
    #[schema(example = "key")]
    actor_kind: &'static str,
    /// ID of the key, client or person.
    actor_id: String,
    /// Current name of the key, client or person. Null if it no longer exists.
    #[schema(example = "Website")]
    actor_name: Option<String>,
    livemode: bool,
    #[schema(example = "POST")]
    method: String,
    /// Route template. `unknown` for a path that is not an endpoint.
    #[schema(example = "/api/v1/assets/{id}")]
    route: String,
    #[schema(example = 200)]
    status: u16,
    latency_ms: u32,
    /// Network of the caller: the stored part of the address.
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

/// Lists the calls of keys, clients and people of the workspace, newest first.
///
/// The log includes refused calls: with a revoked or expired key or a wrong secret, with a method that the endpoint
/// does not support, and to paths that are not endpoints. A call with a key that never existed belongs to no workspace
/// and is not logged.
#[utoipa::path(
    get,
    path = "/api/v1/requests",
    tag = "audit",
    params(
        ("cursor" = Option<String>, Query, description = "Cursor from `nextCursor` of the previous page. Use it with the same filters."),
        ("limit" = Option<u32>, Query, description = "Maximum number of calls in the page.", minimum = 1, maximum = 100, example = 50),
        ("actor" = Option<String>, Query, description = "Returns only calls of this key, client or person."),
        ("from" = Option<String>, Query, format = DateTime, description = "Earliest time of the calls, inclusive, in ISO 8601 format. A date without a time means the start of that day. UTC if there is no offset."),
        ("to" = Option<String>, Query, format = DateTime, description = "Latest time of the calls, inclusive, in ISO 8601 format. A date without a time means the end of that day. UTC if there is no offset."),
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
        text.parse::<i64>().ok().filter(|before| *before > 0).ok_or_else(|| {
            ApiError::validation(
                "cursor",
                "cursor is not valid for this list. Use nextCursor of a page of the same list",
            )
        })
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

/// Exports the request log, newest first, as JSON Lines or CSV.
///
/// If the response breaks off, the file is incomplete; the log of the service contains the cause.
#[utoipa::path(
    get,
    path = "/api/v1/requests/export",
    tag = "audit",
    params(("format" = inline(Option<Format>), Query, description = "Format of the export: `jsonl` (the default) or `csv`.")),
    responses((
        status = 200,
        description = "The export.",
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
