//! `/api/v1/invitations`: open invitations of the workspace, and making one.

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderMap, StatusCode};
use labeler_store::{AccountsError, Permission, accounts::normalise_email};
use serde::{Deserialize, Serialize};

use super::Route;
use crate::{
    App,
    auth::{self, Authorized, endpoint},
    context::RequestContext,
    dto::{Listed, iso_time},
    error::{ApiError, Code},
    json_body, limits, mail,
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/invitations",
        methods: get(list_invitations).post(create_invitation),
        errors: &[("list_invitations", reading![]), ("create_invitation", changing![Code::MailUnavailable])],
    }
}

endpoint! {
    /// Listing invitations.
    ListInvitations = "invitations.list", Some(Permission::ManageMembers), MANAGE_READ
}
endpoint! {
    /// Inviting.
    CreateInvitation = "invitations.create", Some(Permission::ManageMembers), MANAGE_WRITE
}

/// An open invitation: without its link.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InvitationInfo {
    id: String,
    #[schema(example = "labeler")]
    role: &'static str,
    /// The invited address; null when anybody with the link may accept.
    email: Option<String>,
    /// Id of the person who made it.
    created_by: String,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    expires_at: String,
}

/// Whom to invite, as what.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InvitationRequest {
    /// At most one's own role.
    #[schema(pattern = "^(api-user|viewer|labeler|dashboard_editor|member|admin|owner)$", example = "labeler")]
    role: String,
    /// The only address that may accept; the link is sent to it. Without it, anybody with the link may accept.
    email: Option<String>,
}

/// An invitation just made.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewInvitation {
    id: String,
    /// The address that the link was sent to; null when anybody with the link may accept.
    sent_to: Option<String>,
    /// Only without an address, and shown this once: what to open. What follows `#` is the token of
    /// `POST /api/v1/invitations/open` and `/accept`. The link of an invitation to an address goes there and nowhere else.
    #[schema(example = "https://labeler.eu/invitation#abc.def")]
    link: Option<String>,
    #[schema(format = DateTime)]
    expires_at: String,
}

/// The open invitations, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/invitations",
    tag = "members",
    responses((status = 200, description = "The invitations.", body = Listed<InvitationInfo>))
)]
pub(crate) async fn list_invitations(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<ListInvitations>,
) -> Result<Json<Listed<InvitationInfo>>, ApiError> {
    let open = app.store().accounts().invitations(caller.workspace_id()).await;
    let mut data = Vec::new();
    for invitation in open.map_err(|error| ApiError::database(&error))? {
        data.push(InvitationInfo {
            id: invitation.id,
            role: invitation.role.as_str(),
            email: invitation.email,
            created_by: invitation.created_by,
            created_at: iso_time(invitation.created_at_ms)?,
            expires_at: iso_time(invitation.expires_at_ms)?,
        });
    }
    Ok(Json(Listed { data }))
}

/// Makes an invitation that works once, within seven days. Its link is mailed to the address; without an address the
/// answer holds it. At most 5 messages an hour go to one mailbox.
#[utoipa::path(
    post,
    path = "/api/v1/invitations",
    tag = "members",
    request_body = InvitationRequest,
    responses((status = 201, description = "The invitation.", body = NewInvitation))
)]
pub(crate) async fn create_invitation(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<CreateInvitation>,
    context: RequestContext,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let request: InvitationRequest = json_body::read(&headers, body).await?;
    let role = auth::role_of("role", &request.role)?;
    let to = match &request.email {
        Some(email) => {
            let to = normalise_email(email).ok_or_else(|| ApiError::accounts(AccountsError::Email))?;
            mail::require(&app)?;
            limits::spend_mailbox(&app, &context, &to).await?;
            Some(to)
        }
        None => None,
    };
    let accounts = app.store().accounts();
    let made = accounts
        .invite(&caller.authority(), caller.workspace_id(), role, to.as_deref())
        .await
        .map_err(ApiError::members)?;
    let origin = &app.config.public_origin;
    let mut link = None;
    match &to {
        Some(to) => {
            if let Err(error) = app.mailer.send(mail::invitation(to, origin, &made.token)).await {
                // What nobody received is taken back, so that the list does not say that it was sent.
                let back = accounts.revoke_invitation(&caller.authority(), caller.workspace_id(), &made.id).await;
                back.map_err(ApiError::members)?;
                return Err(ApiError::mail(&error));
            }
        }
        None => link = Some(format!("{origin}/invitation#{}", made.token)),
    }
    let body = NewInvitation { id: made.id, sent_to: to, link, expires_at: iso_time(made.expires_at_ms)? };
    Ok((StatusCode::CREATED, Json(body)).into_response())
}
