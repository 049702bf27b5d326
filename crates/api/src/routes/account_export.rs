//! `GET /api/v1/account/export`: everything that is kept about the person who asks.

use std::sync::Arc;

use axum::{extract::State, response::Response, routing::get};
use labeler_store::ExportSection;
use serde_json::json;

use super::Route;
use crate::{
    App,
    auth::{Authorized, endpoint},
    error::{ApiError, Code},
    export::{self, Chunk, Format},
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/account/export",
        methods: get(export_account),
        errors: &[("export_account", reading![Code::SessionRequired])],
    }
}

endpoint! {
    /// Exporting one's own data.
    ExportAccount = "account.export", None, EXPORT, people
}

/// Everything that is kept about the person who asks (GDPR, articles 15 and 20), as JSON Lines: `{"section", "data"}`, where
/// the section is `profile`, `memberships`, `sessions`, `passkeys`, `keys`, `clients`, `events`, `adminEvents` or
/// `requests`. Secrets are in no line. A file that breaks off is not whole.
#[utoipa::path(
    get,
    path = "/api/v1/account/export",
    tag = "account",
    security(("session" = [])),
    responses((status = 200, description = "The file.", content((String = "application/x-ndjson"))))
)]
pub(crate) async fn export_account(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<ExportAccount>,
) -> Result<Response, ApiError> {
    let (privacy, user_id) = (app.store().privacy(), caller.person()?.user.id.clone());
    let start = (0_usize, String::new());
    Ok(export::response(Format::JsonLines, "account", "", start, move |(index, after): (usize, String)| {
        let (privacy, user_id) = (privacy.clone(), user_id.clone());
        async move {
            let Some(section) = ExportSection::ALL.get(index) else {
                return Ok(Chunk { text: String::new(), next: None });
            };
            let page = privacy.export(&user_id, *section, &after).await?;
            let mut text = String::new();
            for data in page.lines {
                export::line(&mut text, &json!({ "section": section.as_str(), "data": data }));
            }
            let next = page.next.map_or((index.saturating_add(1), String::new()), |after| (index, after));
            Ok(Chunk { text, next: (next.0 < ExportSection::ALL.len()).then_some(next) })
        }
    }))
}
