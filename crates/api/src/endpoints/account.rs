//! `/api/v1/account`: export and erasure of the personal data of the caller.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::{HeaderMap, StatusCode, header};
use labeler_store::ExportSection;
use serde::Deserialize;
use serde_json::json;

use crate::{
    app::App,
    auth::{Authorized, cookie, endpoint},
    http::{
        error::{ApiError, code::Code},
        export::{self, Chunk, Format},
        json_body,
        route::{Route, changing, reading},
    },
};

/// Returns the routes of this resource.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route {
            path: "/api/v1/account/export",
            methods: get(export_account),
            errors: &[("export_account", reading![Code::SessionRequired])],
        },
        Route {
            path: "/api/v1/account/erase",
            methods: post(erase_account),
            errors: &[(
                "erase_account",
                changing![Code::SessionRequired, Code::ReauthenticationRequired, Code::Conflict, Code::NotFound],
            )],
        },
    ]
}

endpoint! {
    /// Exporting the caller's own data.
    ExportAccount = "account.export", None, EXPORT, people
}

/// Exports all stored data about the person (GDPR, Articles 15 and 20).
///
/// Returns JSON Lines of the form `{"section", "data"}`, where the section is `profile`, `memberships`, `sessions`,
/// `passkeys`, `keys`, `clients`, `events`, `adminEvents` or `requests`. The export contains no secrets. If the
/// response breaks off, the file is incomplete.
#[utoipa::path(
    get,
    path = "/api/v1/account/export",
    tag = "account",
    security(("session" = [])),
    responses((status = 200, description = "The export.", content((String = "application/x-ndjson"))))
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

endpoint! {
    /// Erasing the caller's own account.
    EraseAccount = "account.erase", None, MANAGE_WRITE, people
}

/// Confirmation of the erasure.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountErasure {
    /// E-mail address of the person.
    #[schema(format = Email)]
    confirm: String,
}

/// Erases the account of the person permanently (GDPR, Article 17).
///
/// Erases address, name, password, passkeys, sessions, memberships, and the encryption keys of the person's data,
/// immediately. Revokes the person's API keys and OAuth2 clients. Labelling events and changes stay in the audit trails
/// under an ID that no longer identifies a person. Returns `conflict` for the last owner of a workspace: transfer or
/// erase the workspace first. Requires a recent proof of identity.
#[utoipa::path(
    post,
    path = "/api/v1/account/erase",
    tag = "account",
    security(("session" = [])),
    request_body = AccountErasure,
    responses((
        status = 204,
        description = "The account was erased.",
        headers(("Set-Cookie" = String, description = "Removes the session cookie."))
    ))
)]
pub(crate) async fn erase_account(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<EraseAccount>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let own = caller.person()?;
    let sent: AccountErasure = json_body::read(&headers, body).await?;
    caller.require_recent(app.clock.now_ms())?;
    if !sent.confirm.trim().eq_ignore_ascii_case(&own.user.email) {
        return Err(ApiError::validation("confirm", "confirm must be your own e-mail address"));
    }
    app.store().privacy().erase_person(&caller.actor, &own.user.id).await.map_err(ApiError::erasure)?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    if let Some(cookie) = cookie::clear_cookie(app.config.is_https()) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
