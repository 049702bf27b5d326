//! `POST /api/v1/session/confirm`: a signed-in person proves their identity again.

use std::sync::Arc;

use axum::{body::Body, extract::State, routing::post};
use http::{HeaderMap, StatusCode};
use labeler_store::AccountsError;
use serde::Deserialize;

use crate::{
    app::App,
    auth::{Authorized, endpoint},
    endpoints::passkeys::{self, MAX_ASSERTION_BODY, PasskeyAssertion},
    http::{
        context::RequestContext,
        error::{ApiError, code::Code},
        json_body,
        route::{Route, changing},
    },
};

/// Returns the routes of this resource.
pub(crate) fn routes() -> Vec<Route> {
    vec![Route {
        path: "/api/v1/session/confirm",
        methods: post(confirm_session),
        errors: &[("confirm_session", changing![Code::SessionRequired])],
    }]
}

endpoint! {
    /// Confirming the caller's session.
    ConfirmSession = "session.confirm", None, MANAGE_WRITE, people before passkey
}

/// Proof of identity: either a password or a passkey assertion.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Confirmation {
    #[schema(format = Password)]
    password: Option<String>,
    /// Passkey assertion for the options of `POST /api/v1/session/passkey/options`.
    passkey: Option<PasskeyAssertion>,
}

/// Confirms the identity of the person with the password or a passkey.
///
/// Sensitive changes (passkeys, workspace keys with the role owner or admin, the sign-in policy) require a proof of
/// identity within the last 10 minutes. A workspace can require a passkey. Attempts with a wrong password are delayed
/// in the same way as failed sign-ins.
#[utoipa::path(
    post,
    path = "/api/v1/session/confirm",
    tag = "session",
    security(("session" = [])),
    request_body = Confirmation,
    responses((status = 204, description = "The identity was confirmed."))
)]
pub(crate) async fn confirm_session(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<ConfirmSession>,
    context: RequestContext,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, ApiError> {
    let own = caller.person()?;
    let sent: Confirmation = json_body::read_up_to(&headers, body, MAX_ASSERTION_BODY).await?;
    match (sent.password, sent.passkey) {
        (Some(password), None) => {
            let store = app.store();
            let confirmed = store.passwords().confirm_password(&own.user.id, &own.session.id, &password).await;
            confirmed.map_err(|error| match error {
                AccountsError::SignInRefused => {
                    ApiError::validation("password", "the password is wrong. Enter the password of your account")
                }
                other => ApiError::accounts(other),
            })?;
        }
        (None, Some(passkey)) => {
            let refused =
                || ApiError::validation("passkey", "the passkey was not accepted. Request new options, then try again");
            let (passkey, good) = passkeys::verify(&app, &context, &passkey)
                .await
                .map_err(|error| if error.code() == Code::InvalidCredentials { refused() } else { error })?;
            let confirmed = app.store().passkeys().confirm(&passkey, good, &own.user.id, &own.session.id).await;
            confirmed.map_err(|error| match error {
                labeler_store::PasskeysError::Refused => refused(),
                other => ApiError::passkeys(other),
            })?;
        }
        _ => {
            return Err(ApiError::validation(
                "password",
                "there must be exactly one proof. Give either password or passkey",
            ));
        }
    }
    Ok(StatusCode::NO_CONTENT)
}
