//! `POST /api/v1/account/erase`: the person who asks is erased.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
    routing::post,
};
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;

use super::Route;
use crate::{
    App,
    auth::{self, Authorized, endpoint},
    error::{ApiError, Code},
    json_body,
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/account/erase",
        methods: post(erase_account),
        errors: &[(
            "erase_account",
            changing![Code::SessionRequired, Code::ReauthenticationRequired, Code::Conflict, Code::NotFound],
        )],
    }
}

endpoint! {
    /// Erasing oneself.
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
    if let Some(cookie) = auth::clear_cookie(app.config.is_https()) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
