//! `POST /api/v1/password/resets`: asks for a link that sets a new password, sent to the address and nowhere else.

use std::sync::Arc;

use axum::{body::Body, extract::State, routing::post};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use super::Route;
use crate::{
    App, auth,
    context::RequestContext,
    error::{ApiError, Code},
    json_body, limits, mail,
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/password/resets",
        methods: post(request_password_reset),
        errors: &[(
            "request_password_reset",
            &[Code::ValidationError, Code::CrossSiteRequest, Code::TooLarge, Code::MailUnavailable],
        )],
    }
}

/// Whose password.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResetRequest {
    /// The address of the account.
    #[schema(example = "ada@example.eu")]
    email: String,
}

/// Sends a link that works for half an hour, if an account has this address. The answer is the same if none has. At most
/// 5 messages an hour go to one mailbox.
#[utoipa::path(
    post,
    path = "/api/v1/password/resets",
    tag = "session",
    security(()),
    request_body = ResetRequest,
    responses((status = 202, description = "Noted."))
)]
pub(crate) async fn request_password_reset(
    State(app): State<Arc<App>>,
    context: RequestContext,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, ApiError> {
    limits::spend_address(&app, &context, "reset", limits::LINK_ADDRESS).await?;
    auth::refuse_foreign_sign_in(&headers, &app.config.public_origin)?;
    let request: ResetRequest = json_body::read(&headers, body).await?;
    mail::require(&app)?;
    limits::spend_mailbox(&app, &context, &request.email).await?;
    let accounts = app.store().accounts();
    let link = accounts.request_password_reset(&request.email).await.map_err(|error| ApiError::database(&error))?;
    if let Some(link) = link {
        let mail = mail::password_reset(&request.email.trim().to_lowercase(), &app.config.public_origin, &link.token);
        // Sending takes longer than not sending: after the answer, it says nothing about who exists.
        let (host, id) = (Arc::clone(&app), context.id().to_owned());
        app.background.spawn(Box::pin(async move {
            if let Err(error) = host.mailer.send(mail).await {
                host.log.incident(&id, &error.to_string());
            }
        }));
    }
    Ok(StatusCode::ACCEPTED)
}
