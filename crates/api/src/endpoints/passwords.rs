//! `/api/v1/password`: changing the password, and resetting it by a mailed link.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::State,
    routing::{post, put},
};
use http::{HeaderMap, StatusCode};
use labeler_store::AccountsError;
use serde::Deserialize;

use crate::{
    app::App,
    auth::{
        Authorized,
        anonymous::{Anonymous, anonymous},
        endpoint,
    },
    http::{
        context::RequestContext,
        error::{ApiError, code::Code},
        json_body, limits,
        route::{Route, anonymous_json, changing},
    },
    mail,
};

/// Returns the routes of this resource.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route {
            path: "/api/v1/password",
            methods: put(change_password),
            errors: &[("change_password", changing![Code::SessionRequired])],
        },
        Route {
            path: "/api/v1/password/resets",
            methods: post(request_password_reset),
            errors: &[("request_password_reset", anonymous_json![Code::CrossSiteRequest, Code::MailUnavailable])],
        },
        Route {
            path: "/api/v1/password/reset",
            methods: post(reset_password),
            errors: &[("reset_password", anonymous_json![Code::CrossSiteRequest, Code::NotFound])],
        },
    ]
}

endpoint! {
    /// Changing the password.
    ChangePassword = "password.change", None, MANAGE_WRITE, people
}

/// Current and new password.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PasswordChange {
    #[schema(format = Password)]
    current_password: String,
    /// New password, 8 to 256 characters.
    #[schema(format = Password, min_length = 8, max_length = 256)]
    new_password: String,
}

/// Changes the password.
///
/// Ends all other sessions of the person. Attempts with a wrong current password are delayed in the same way as failed
/// sign-ins.
#[utoipa::path(
    put,
    path = "/api/v1/password",
    tag = "session",
    security(("session" = [])),
    request_body = PasswordChange,
    responses((status = 204, description = "The password was changed and all other sessions ended."))
)]
pub(crate) async fn change_password(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<ChangePassword>,
    context: RequestContext,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, ApiError> {
    let own = caller.person()?;
    let change: PasswordChange = json_body::read(&headers, body).await?;
    let changed = app
        .store()
        .passwords()
        .change_password(
            &own.user.id,
            &own.session.id,
            &change.current_password,
            &change.new_password,
            &context.origin(),
        )
        .await;
    changed.map(|()| StatusCode::NO_CONTENT).map_err(|error| match error {
        AccountsError::SignInRefused => {
            ApiError::validation("currentPassword", "currentPassword is wrong. Enter the password that you use now")
        }
        AccountsError::Password | AccountsError::CommonPassword => {
            ApiError::validation("newPassword", error.to_string())
        }
        other => ApiError::accounts(other),
    })
}

/// Account whose password is reset.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResetRequest {
    /// E-mail address of the account.
    #[schema(example = "ada@example.eu")]
    email: String,
}

anonymous! {
    /// Requesting a password reset.
    RequestReset = "reset", LINK_ADDRESS, same site
}

/// Requests a password reset.
///
/// Mails a one-time link, valid for 30 minutes, if an account has this address. The response is the same if no account
/// has it. A mailbox receives at most 5 messages per hour.
#[utoipa::path(
    post,
    path = "/api/v1/password/resets",
    tag = "session",
    security(()),
    request_body = ResetRequest,
    responses((status = 202, description = "The request was accepted. A link is mailed if an account has this address."))
)]
pub(crate) async fn request_password_reset(
    State(app): State<Arc<App>>,
    Anonymous { context, .. }: Anonymous<RequestReset>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, ApiError> {
    let request: ResetRequest = json_body::read(&headers, body).await?;
    mail::require(&app)?;
    limits::spend_mailbox(&app, &context, &request.email).await?;
    let store = app.store();
    let link =
        store.passwords().request_password_reset(&request.email).await.map_err(|error| ApiError::database(&error))?;
    if let Some(link) = link {
        let mail = mail::password_reset(&request.email.trim().to_lowercase(), &app.config.public_origin, &link.token);
        // Sending takes time. It happens after the answer, so that the time of the answer does not reveal whether an
        // account exists.
        let (host, id) = (Arc::clone(&app), context.id().to_owned());
        app.background.spawn(Box::pin(async move {
            if let Err(error) = host.mailer.send(mail).await {
                host.log.incident(&id, &error.to_string());
            }
        }));
    }
    Ok(StatusCode::ACCEPTED)
}

/// Token of the link and the new password.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResetUse {
    /// Token at the end of the link.
    token: String,
    /// New password, 8 to 256 characters.
    #[schema(format = Password, min_length = 8, max_length = 256)]
    password: String,
}

anonymous! {
    /// Using the link of a password reset.
    ResetPassword = "link", LINK_ADDRESS, same site
}

/// Sets a new password with the link of a password reset.
///
/// Ends all sessions of the person. Each link works once.
#[utoipa::path(
    post,
    path = "/api/v1/password/reset",
    tag = "session",
    security(()),
    request_body = ResetUse,
    responses((status = 204, description = "The password was set. Sign in with it."))
)]
pub(crate) async fn reset_password(
    State(app): State<Arc<App>>,
    Anonymous { context, .. }: Anonymous<ResetPassword>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, ApiError> {
    let used: ResetUse = json_body::read(&headers, body).await?;
    let done = app.store().passwords().reset_password(&used.token, &used.password, &context.origin()).await;
    done.map(|_| StatusCode::NO_CONTENT).map_err(ApiError::members)
}
