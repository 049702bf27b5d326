//! `POST /api/v1/invitations/accept`: joining a workspace, with the account one is signed in to or with a new one.

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
    routing::post,
};
use http::{HeaderMap, StatusCode};
use labeler_store::Joiner;
use serde::{Deserialize, Serialize};

use super::Route;
use crate::{
    App,
    auth::{self, MaybePerson},
    context::RequestContext,
    error::{ApiError, Code},
    json_body, limits, mail,
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/invitations/accept",
        methods: post(accept_invitation),
        errors: &[(
            "accept_invitation",
            &[
                Code::ValidationError,
                Code::InvalidCredentials,
                Code::SessionRequired,
                Code::CrossSiteRequest,
                Code::TooLarge,
                Code::NotFound,
                Code::Conflict,
                Code::MailUnavailable,
            ],
        )],
    }
}

/// The link, and for somebody new who they are. For an invitation without an address, somebody new gives the address only.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Acceptance {
    /// What the link ends in.
    token: String,
    /// Who is not signed in makes an account: address, name and password are required then.
    email: Option<String>,
    name: Option<String>,
    /// 8 to 256 characters.
    #[schema(format = Password, min_length = 8, max_length = 256)]
    password: Option<String>,
}

/// Where one belongs now.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Joined {
    workspace_id: String,
    user_id: String,
    #[schema(example = "labeler")]
    role: &'static str,
}

/// Accepts an invitation. A new person is not signed in by this. Somebody new who has the link of an invitation without an
/// address is not a member yet: a link goes to the address that they give, and it makes the account.
#[utoipa::path(
    post,
    path = "/api/v1/invitations/accept",
    tag = "members",
    security((), ("session" = [])),
    request_body = Acceptance,
    responses(
        (status = 200, description = "Joined.", body = Joined),
        (status = 202, description = "A link that makes the account was sent to the address. The present one stops working.")
    )
)]
pub(crate) async fn accept_invitation(
    State(app): State<Arc<App>>,
    MaybePerson(person): MaybePerson,
    context: RequestContext,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    limits::spend_address(&app, &context, "link", limits::LINK_ADDRESS).await?;
    auth::refuse_foreign_sign_in(&headers, &app.config.public_origin)?;
    let wish: Acceptance = json_body::read(&headers, body).await?;
    let accounts = app.store().accounts();
    let required = |field: &str| ApiError::validation(field, format!("{field} is required without a session"));
    let joiner = match &person {
        Some(caller) => Joiner::Existing { user_id: &caller.person()?.user.id },
        None => {
            let email = wish.email.as_deref().ok_or_else(|| required("email"))?;
            let (invitation, _) = accounts.invitation(&wish.token).await.map_err(ApiError::members)?;
            if invitation.email.is_none() {
                return send_link(&app, &context, &wish.token, email).await;
            }
            let name = wish.name.as_deref().ok_or_else(|| required("name"))?;
            let password = wish.password.as_deref().ok_or_else(|| required("password"))?;
            Joiner::New { email, name, password }
        }
    };
    let joined = accounts.accept_invitation(&wish.token, joiner, &context.origin()).await;
    let (user, invitation) = joined.map_err(ApiError::members)?;
    let body = Joined { workspace_id: invitation.workspace_id, user_id: user.id, role: invitation.role.as_str() };
    Ok(Json(body).into_response())
}

/// Sends the link that makes an account to the address that somebody new gave.
async fn send_link(app: &App, context: &RequestContext, token: &str, email: &str) -> Result<Response, ApiError> {
    mail::require(app)?;
    limits::spend_mailbox(app, context, email).await?;
    let addressed = app.store().accounts().address_invitation(token, email).await;
    let (to, link) = addressed.map_err(ApiError::members)?;
    let sent = app.mailer.send(mail::invitation(&to, &app.config.public_origin, &link.token)).await;
    sent.map(|()| StatusCode::ACCEPTED.into_response()).map_err(|error| ApiError::mail(&error))
}
