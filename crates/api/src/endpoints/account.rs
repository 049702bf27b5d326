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

endpoint! {
    /// Erasing the caller's own account.
    EraseAccount = "account.erase", None, MANAGE_WRITE, people
}

/// Confirms what is erased.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountErasure {
    /// The person's own e-mail address.
    #[schema(format = Email)]
    confirm: String,
}

/// Erases the person who asks, at once and for good (GDPR, article 17): address, name, password, passkeys, sessions,
/// memberships, and the keys of everything that is encrypted for them. Their API keys and OAuth2 clients end. What was
/// labelled and changed stays in the audit trails under an id that no longer names a person. `conflict` for the last owner of a
/// workspace: hand it over or erase it first. Asks for a recent proof of who the person is.
#[utoipa::path(
    post,
    path = "/api/v1/account/erase",
    tag = "account",
    security(("session" = [])),
    request_body = AccountErasure,
    responses((
        status = 204,
        description = "Erased.",
        headers(("Set-Cookie" = String, description = "Takes the cookie back."))
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
