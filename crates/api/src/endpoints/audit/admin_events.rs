//! `/api/v1/admin-events`: changes that people, keys and clients made in the workspace.

use std::sync::Arc;

use axum::{
    Json,
    extract::{RawQuery, State},
    response::Response,
    routing::get,
};
use labeler_store::{AdminEntry, Permission};
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
const PAGE: u32 = 500;

/// Returns the routes of this resource.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route {
            path: "/api/v1/admin-events",
            methods: get(list_admin_events),
            errors: &[("list_admin_events", reading![Code::ValidationError])],
        },
        Route {
            path: "/api/v1/admin-events/export",
            methods: get(export_admin_events),
            errors: &[("export_admin_events", reading![Code::ValidationError])],
        },
    ]
}

endpoint! {
    /// Reading admin events.
    ListAdminEvents = "admin_events.list", Some(Permission::ManageMembers), MANAGE_READ
}

/// Change in the workspace.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AdminEventInfo {
    /// ID, `adm_…`. IDs sort by time.
    id: String,
    #[schema(example = "key.created")]
    action: &'static str,
    /// Type of the actor: `user`, `key`, `client` or `system`.
    #[schema(example = "user")]
    actor_kind: &'static str,
    actor_id: String,
    /// ID of the changed object.
    subject: String,
    /// Action-specific fields.
    #[schema(value_type = Object)]
    detail: serde_json::Map<String, serde_json::Value>,
    /// Value of `X-Request-Id`. Empty for background jobs.
    request_id: String,
    /// Network of the caller. Null if it is unknown or was erased.
    network: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
}

impl AdminEventInfo {
    fn of(entry: AdminEntry) -> Result<Self, ApiError> {
        Ok(Self {
            id: entry.id,
            action: entry.event.action.as_str(),
            actor_kind: entry.actor_kind.as_str(),
            actor_id: entry.actor_id,
            subject: entry.event.subject,
            detail: entry.event.detail,
            request_id: entry.request_id,
            network: entry.network,
            created_at: iso_time(entry.created_at_ms)?,
        })
    }
}

/// Lists admin events, newest first.
///
/// Admin events are changes of keys, members, certificates, settings and plan, and sign-ins.
#[utoipa::path(
    get,
    path = "/api/v1/admin-events",
    tag = "audit",
    params(
        ("cursor" = Option<String>, Query, description = "Cursor from `nextCursor` of the previous page."),
        ("limit" = Option<u32>, Query, description = "Maximum number of events in the page.", minimum = 1, maximum = 100, example = 50),
    ),
    responses((status = 200, description = "A page of admin events.", body = Page<AdminEventInfo>))
)]
pub(crate) async fn list_admin_events(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<ListAdminEvents>,
    RawQuery(raw): RawQuery,
) -> Result<Json<Page<AdminEventInfo>>, ApiError> {
    let mut parameters = query::parse(raw.as_deref(), &["cursor", "limit"])?;
    let limit = parse_usual_limit(parameters.remove("limit"))?;
    let before = parameters.remove("cursor");
    let entries = app.store().audit().admin_events(caller.workspace_id(), before.as_deref(), limit).await;
    let entries = entries.map_err(|error| ApiError::database(&error))?;
    let full = entries.len() >= limit as usize;
    let next_cursor = entries.last().filter(|_| full).map(|entry| entry.id.clone());
    let data = entries.into_iter().map(AdminEventInfo::of).collect::<Result<_, _>>()?;
    Ok(Json(Page { data, next_cursor }))
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

/// Exports all admin events, newest first, as JSON Lines or CSV.
///
/// If the response breaks off, the file is incomplete; the log of the service contains the cause.
#[utoipa::path(
    get,
    path = "/api/v1/admin-events/export",
    tag = "audit",
    params(("format" = inline(Option<Format>), Query, description = "Format of the export: `jsonl` (the default) or `csv`.")),
    responses((
        status = 200,
        description = "The export.",
        content((String = "application/x-ndjson"), (String = "text/csv"))
    ))
)]
pub(crate) async fn export_admin_events(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<ExportAdminEvents>,
    RawQuery(raw): RawQuery,
) -> Result<Response, ApiError> {
    const HEADER: &str = "createdAtMs,id,action,actorKind,actorId,subject,detail,requestId,network\r\n";
    let format = Format::from_query(raw.as_deref())?;
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
