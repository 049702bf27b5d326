//! `/api/v1/invitations`: inviting people to a workspace, and joining one.

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use http::{HeaderMap, StatusCode};
use labeler_store::{AccountsError, Invitee, MembersError, Permission, normalise_email};
use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    auth::{
        Authorized, MaybePerson,
        anonymous::{Anonymous, anonymous},
        endpoint, names,
    },
    http::{
        context::RequestContext,
        error::{ApiError, code::Code},
        json_body, limits,
        lists::Listed,
        route::{Route, anonymous_json, changing, changing_without_body, path_parameter, reading},
        times::iso_time,
    },
    mail,
};

/// Returns the routes of this resource.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route {
            path: "/api/v1/invitations",
            methods: get(list_invitations).post(create_invitation),
            errors: &[("list_invitations", reading![]), ("create_invitation", changing![Code::MailUnavailable])],
        },
        Route {
            path: "/api/v1/invitations/{id}",
            methods: delete(revoke_invitation),
            errors: &[("revoke_invitation", changing_without_body![Code::NotFound])],
        },
        Route {
            path: "/api/v1/invitations/{id}/send",
            methods: post(send_invitation),
            errors: &[(
                "send_invitation",
                changing_without_body![Code::NotFound, Code::Conflict, Code::MailUnavailable],
            )],
        },
        Route {
            path: "/api/v1/invitations/open",
            methods: post(open_invitation),
            errors: &[("open_invitation", anonymous_json![Code::NotFound])],
        },
        Route {
            path: "/api/v1/invitations/accept",
            methods: post(accept_invitation),
            errors: &[(
                "accept_invitation",
                anonymous_json![
                    Code::InvalidCredentials,
                    Code::SessionRequired,
                    Code::CrossSiteRequest,
                    Code::NotFound,
                    Code::Conflict,
                    Code::MailUnavailable,
                ],
            )],
        },
    ]
}

endpoint! {
    /// Listing invitations.
    ListInvitations = "invitations.list", Some(Permission::ManageMembers), MANAGE_READ
}
endpoint! {
    /// Creating an invitation.
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
    let open = app.store().invitations().invitations(caller.workspace_id()).await;
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
    let role = names::role_of("role", &request.role)?;
    let to = match &request.email {
        Some(email) => {
            let to = normalise_email(email).ok_or_else(|| ApiError::accounts(AccountsError::Email))?;
            mail::require(&app)?;
            limits::spend_mailbox(&app, &context, &to).await?;
            Some(to)
        }
        None => None,
    };
    let store = app.store();
    let made = store
        .invitations()
        .invite(&caller.authority(), caller.workspace_id(), role, to.as_deref())
        .await
        .map_err(ApiError::members)?;
    let origin = &app.config.public_origin;
    let mut link = None;
    match &to {
        Some(to) => {
            if let Err(error) = app.mailer.send(mail::invitation(to, origin, &made.token)).await {
                // Nobody received it, so it is revoked: the list must not show it as sent.
                let back =
                    store.invitations().revoke_invitation(&caller.authority(), caller.workspace_id(), &made.id).await;
                back.map_err(ApiError::members)?;
                return Err(ApiError::mail(&error));
            }
        }
        None => link = Some(format!("{origin}/invitation#{}", made.token)),
    }
    let body = NewInvitation { id: made.id, sent_to: to, link, expires_at: iso_time(made.expires_at_ms)? };
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

endpoint! {
    /// Revoking an invitation.
    RevokeInvitation = "invitations.revoke", Some(Permission::ManageMembers), MANAGE_WRITE
}

/// Takes an open invitation back, at once.
#[utoipa::path(
    delete,
    path = "/api/v1/invitations/{id}",
    tag = "members",
    params(("id" = String, Path, description = "Id of the invitation.")),
    responses((status = 204, description = "Taken back."))
)]
pub(crate) async fn revoke_invitation(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<RevokeInvitation>,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let done = app
        .store()
        .invitations()
        .revoke_invitation(&caller.authority(), caller.workspace_id(), &path_parameter(id)?)
        .await;
    done.map(|()| StatusCode::NO_CONTENT).map_err(ApiError::members)
}

endpoint! {
    /// Sending an invitation again.
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
    let id = path_parameter(id)?;
    let store = app.store();
    let open =
        store.invitations().invitations(caller.workspace_id()).await.map_err(|error| ApiError::database(&error))?;
    let invitation = open.into_iter().find(|invitation| invitation.id == id);
    let invitation = invitation.ok_or_else(|| ApiError::members(MembersError::NotFound))?;
    let email = invitation.email.ok_or_else(|| ApiError::members(MembersError::Unaddressed))?;
    mail::require(&app)?;
    limits::spend_mailbox(&app, &context, &email).await?;
    let renewed = store.invitations().renew_invitation(&caller.authority(), caller.workspace_id(), &id).await;
    let (to, link) = renewed.map_err(ApiError::members)?;
    let sent = app.mailer.send(mail::invitation(&to, &app.config.public_origin, &link.token)).await;
    sent.map(|()| StatusCode::NO_CONTENT).map_err(|error| ApiError::mail(&error))
}

/// A link.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkToken {
    /// What the link ends in.
    token: String,
}

/// What it offers.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Offer {
    workspace_name: String,
    #[schema(example = "labeler")]
    role: &'static str,
    /// The only address that may accept; null for any.
    email: Option<String>,
    #[schema(format = DateTime)]
    expires_at: String,
}

anonymous! {
    /// Opening an invitation.
    OpenInvitation = "link", LINK_ADDRESS
}

/// What an invitation offers. `not_found` for a link that does not work (any more). No credentials needed.
#[utoipa::path(
    post,
    path = "/api/v1/invitations/open",
    tag = "members",
    security(()),
    request_body = LinkToken,
    responses((status = 200, description = "The offer.", body = Offer))
)]
pub(crate) async fn open_invitation(
    State(app): State<Arc<App>>,
    _: Anonymous<OpenInvitation>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Offer>, ApiError> {
    let link: LinkToken = json_body::read(&headers, body).await?;
    let found = app.store().invitations().invitation(&link.token).await;
    let (invitation, workspace_name) = found.map_err(ApiError::members)?;
    Ok(Json(Offer {
        workspace_name,
        role: invitation.role.as_str(),
        email: invitation.email,
        expires_at: iso_time(invitation.expires_at_ms)?,
    }))
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

anonymous! {
    /// Accepting an invitation.
    AcceptInvitation = "link", LINK_ADDRESS, same site
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
    Anonymous { context, .. }: Anonymous<AcceptInvitation>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let acceptance: Acceptance = json_body::read(&headers, body).await?;
    let store = app.store();
    let required = |field: &str| ApiError::validation(field, format!("{field} is required without a session"));
    let joiner = match &person {
        Some(caller) => Invitee::Existing { user_id: &caller.person()?.user.id },
        None => {
            let email = acceptance.email.as_deref().ok_or_else(|| required("email"))?;
            let (invitation, _) = store.invitations().invitation(&acceptance.token).await.map_err(ApiError::members)?;
            if invitation.email.is_none() {
                return send_link(&app, &context, &acceptance.token, email).await;
            }
            let name = acceptance.name.as_deref().ok_or_else(|| required("name"))?;
            let password = acceptance.password.as_deref().ok_or_else(|| required("password"))?;
            Invitee::New { email, name, password }
        }
    };
    let joined = store.invitations().accept_invitation(&acceptance.token, joiner, &context.origin()).await;
    let (user, invitation) = joined.map_err(ApiError::members)?;
    let body = Joined { workspace_id: invitation.workspace_id, user_id: user.id, role: invitation.role.as_str() };
    Ok(Json(body).into_response())
}

/// Mails the link that creates an account to the address that a new person gave.
async fn send_link(app: &App, context: &RequestContext, token: &str, email: &str) -> Result<Response, ApiError> {
    mail::require(app)?;
    limits::spend_mailbox(app, context, email).await?;
    let addressed = app.store().invitations().address_invitation(token, email).await;
    let (to, link) = addressed.map_err(ApiError::members)?;
    let sent = app.mailer.send(mail::invitation(&to, &app.config.public_origin, &link.token)).await;
    sent.map(|()| StatusCode::ACCEPTED.into_response()).map_err(|error| ApiError::mail(&error))
}
