//! `POST /api/v1/session/confirm`: the person of a session proves once more who they are.

use std::sync::Arc;

use axum::{body::Body, extract::State, routing::post};
use http::{HeaderMap, StatusCode};
use labeler_store::AccountsError;
use serde::Deserialize;

use super::{
    Route,
    session_passkey::{self, MAX_BODY, PasskeyAssertion},
};
use crate::{
    App,
    auth::{Authorized, endpoint},
    context::RequestContext,
    error::{ApiError, Code},
    json_body,
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/session/confirm",
        methods: post(confirm_session),
        errors: &[("confirm_session", changing![Code::SessionRequired])],
    }
}

endpoint! {
    /// Confirming one's session.
    ConfirmSession = "session.confirm", None, MANAGE_WRITE, people before passkey
}

/// One of the two.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Confirmation {
    #[schema(format = Password)]
    password: Option<String>,
    /// The answer to the options of `POST /api/v1/session/passkey/options`.
    passkey: Option<PasskeyAssertion>,
}

/// Notes in the session that its person showed the password or a passkey just now. Sensitive changes (passkeys, workspace
/// keys with the role owner or admin, the sign-in policy) ask for it when the last proof is more than 10 minutes old, and
/// a workspace may ask for a passkey. Wrong passwords are delayed as
/// failed sign-ins are.
#[utoipa::path(
    post,
    path = "/api/v1/session/confirm",
    tag = "session",
    security(("session" = [])),
    request_body = Confirmation,
    responses((status = 204, description = "Confirmed."))
)]
pub(crate) async fn confirm_session(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<ConfirmSession>,
    context: RequestContext,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, ApiError> {
    let own = caller.person()?;
    let sent: Confirmation = json_body::read_up_to(&headers, body, MAX_BODY).await?;
    match (sent.password, sent.passkey) {
        (Some(password), None) => {
            let accounts = app.store().accounts();
            let confirmed = accounts.confirm_password(&own.user.id, &own.session.id, &password).await;
            confirmed.map_err(|error| match error {
                AccountsError::SignInRefused => ApiError::validation("password", "the password is another one"),
                other => ApiError::accounts(other),
            })?;
        }
        (None, Some(passkey)) => {
            let refused = || ApiError::validation("passkey", "the passkey was not accepted");
            let (passkey, good) = session_passkey::verified(&app, &context, &passkey).await.map_err(|error| {
                if error.code() == Code::InvalidCredentials { refused() } else { error }
            })?;
            let confirmed = app.store().passkeys().confirm(&passkey, good, &own.user.id, &own.session.id).await;
            confirmed.map_err(|error| match error {
                labeler_store::PasskeysError::Refused => refused(),
                other => ApiError::passkeys(other),
            })?;
        }
        _ => return Err(ApiError::validation("password", "give either password or passkey")),
    }
    Ok(StatusCode::NO_CONTENT)
}
