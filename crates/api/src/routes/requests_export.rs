//! `GET /api/v1/requests/export`: the whole request log as a file.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    response::Response,
    routing::get,
};
use labeler_store::{Permission, audit::{LoggedRequest, RequestFilter}};

use super::Route;
use crate::{
    App,
    auth::{Authorized, endpoint},
    error::{ApiError, Code},
    export::{self, Chunk, Format},
};

/// Rows that are read at a time.
const PAGE: u32 = 1000;

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/requests/export",
        methods: get(export_requests),
        errors: &[("export_requests", reading![Code::ValidationError])],
    }
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
    params(("format" = inline(Option<crate::export::FormatName>), Query, description = "`jsonl` (the default) or `csv`.")),
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
    let format = Format::of_query(raw.as_deref())?;
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
