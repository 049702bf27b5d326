//! `POST /api/v1/invitations/{id}/send`: sends an invitation once more.

use std::sync::Arc;

use axum::{
    extract::{Path, State, rejection::PathRejection},
    routing::post,
};
use http::StatusCode;
use labeler_store::{MembersError, Permission};

use super::{Route, named};
use crate::{
    App,
    auth::{Authorized, endpoint},
    context::RequestContext,
    error::{ApiError, Code},
    limits, mail,
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/invitations/{id}/send",
        methods: post(send_invitation),
        errors: &[(
            "send_invitation",
            reading![Code::CrossSiteRequest, Code::NotFound, Code::Conflict, Code::MailUnavailable],
        )],
    }
}

endpoint! {
    /// Sending an invitation once more.
    SendInvitation = "invitations.send", Some(Permission::ManageMembers), MANAGE_WRITE
}

/// Mails a new link, which works once, within seven days from now. The link sent before stops working. `conflict` for an
/// invitation without an address. At most 5 messages an hour go to one mailbox.
#[utoipa::path(
    post,
    path = "/api/v1/invitations/{id}/send",
    tag = "members",
    params(("id" = String, Path, description = "Id of the invitation.")),
    responses((status = 204, description = "Sent."))
)]
pub(crate) async fn send_invitation(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<SendInvitation>,
    context: RequestContext,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let id = named(id)?;
    let accounts = app.store().accounts();
    let open = accounts.invitations(caller.workspace_id()).await.map_err(|error| ApiError::database(&error))?;
    let invitation = open.into_iter().find(|invitation| invitation.id == id);
    let invitation = invitation.ok_or_else(|| ApiError::members(MembersError::NotFound))?;
    let email = invitation.email.ok_or_else(|| ApiError::members(MembersError::Unaddressed))?;
    mail::require(&app)?;
    limits::spend_mailbox(&app, &context, &email).await?;
    let renewed = accounts.renew_invitation(&caller.authority(), caller.workspace_id(), &id).await;
    let (to, link) = renewed.map_err(ApiError::members)?;
    let sent = app.mailer.send(mail::invitation(&to, &app.config.public_origin, &link.token)).await;
    sent.map(|()| StatusCode::NO_CONTENT).map_err(|error| ApiError::mail(&error))
}
