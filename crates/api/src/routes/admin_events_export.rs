//! `GET /api/v1/admin-events/export`: every admin event as a file.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    response::Response,
    routing::get,
};
use labeler_store::{Permission, audit::AdminEntry};

use super::Route;
use crate::{
    App,
    auth::{Authorized, endpoint},
    error::{ApiError, Code},
    export::{self, Chunk, Format},
};

/// Rows that are read at a time.
const PAGE: u32 = 500;

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/admin-events/export",
        methods: get(export_admin_events),
        errors: &[("export_admin_events", reading![Code::ValidationError])],
    }
}

endpoint! {
    /// Exporting admin events.
    ExportAdminEvents = "admin_events.export", Some(Permission::ManageMembers), EXPORT
}

fn csv(entry: &AdminEntry) -> String {
    let detail = serde_json::Value::Object(entry.event.detail.clone()).to_string();
    let fields = [
        entry.id.as_str(),
        entry.event.action.as_str(),
        entry.actor_kind.as_str(),
        &entry.actor_id,
        &entry.event.subject,
        &detail,
        &entry.request_id,
        entry.network.as_deref().unwrap_or_default(),
    ];
    let fields: Vec<_> = fields.iter().map(|field| export::csv_field(field)).collect();
    format!("{},{}\r\n", entry.created_at_ms, fields.join(","))
}

/// Every admin event, newest first, as JSON Lines or CSV. A file that breaks off is not whole: what failed is in the log
/// of the service.
#[utoipa::path(
    get,
    path = "/api/v1/admin-events/export",
    tag = "audit",
    params(("format" = inline(Option<crate::export::FormatName>), Query, description = "`jsonl` (the default) or `csv`.")),
    responses((
        status = 200,
        description = "The file.",
        content((String = "application/x-ndjson"), (String = "text/csv"))
    ))
)]
pub(crate) async fn export_admin_events(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<ExportAdminEvents>,
    RawQuery(raw): RawQuery,
) -> Result<Response, ApiError> {
    const HEADER: &str = "createdAtMs,id,action,actorKind,actorId,subject,detail,requestId,network\r\n";
    let format = Format::of_query(raw.as_deref())?;
    let (audit, workspace) = (app.store().audit(), caller.workspace_id().to_owned());
    Ok(export::response(format, "admin-events", HEADER, None, move |before: Option<String>| {
        let (audit, workspace) = (audit.clone(), workspace.clone());
        async move {
            let entries = audit.admin_events(&workspace, before.as_deref(), PAGE).await?;
            let mut text = String::new();
            for entry in &entries {
                match format {
                    Format::Csv => text.push_str(&csv(entry)),
                    Format::JsonLines => export::line(&mut text, &entry.to_json()),
                }
            }
            let full = entries.len() >= PAGE as usize;
            Ok(Chunk { text, next: entries.last().filter(|_| full).map(|entry| Some(entry.id.clone())) })
        }
    }))
}
