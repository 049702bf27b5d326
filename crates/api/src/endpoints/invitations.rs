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

/// Open invitation, without its link.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InvitationInfo {
    id: String,
    #[schema(example = "labeler")]
    role: &'static str,
    /// Invited e-mail address. Null if anyone with the link can accept.
    email: Option<String>,
    /// ID of the person who created the invitation.
    created_by: String,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    expires_at: String,
}

/// Request to create an invitation.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InvitationRequest {
    /// Offered role. Cannot exceed the caller's own role.
    #[schema(pattern = "^(api-user|viewer|labeler|dashboard_editor|member|admin|owner)$", example = "labeler")]
    role: String,
    /// Only e-mail address that can accept; the link is mailed to it. If absent, anyone with the link can accept.
    email: Option<String>,
}

/// New invitation.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewInvitation {
    id: String,
    /// E-mail address to which the link was sent. Null if anyone with the link can accept.
    sent_to: Option<String>,
    /// Link to open, only for an invitation without an address. The response is the only place where the link appears.
    /// The text after `#` is the token for `POST /api/v1/invitations/open` and `/accept`. The link of an invitation
    /// with an address is only mailed to that address.
    #[schema(example = "https://labeler.eu/invitation#abc.def")]
    link: Option<String>,
    #[schema(format = DateTime)]
    expires_at: String,
}

/// Lists the open invitations, newest first.
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

/// Creates an invitation to the workspace.
///
/// An invitation works once, within 7 days. Its link is mailed to the address; without an address, the response
/// contains the link. A mailbox receives at most 5 messages per hour.
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
                // The mail failed, so the invitation is revoked and the list does not show it as sent.
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

/// Revokes an open invitation immediately.
#[utoipa::path(
    delete,
    path = "/api/v1/invitations/{id}",
    tag = "members",
    params(("id" = String, Path, description = "ID of the invitation.")),
    responses((status = 204, description = "The invitation was revoked."))
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

/// Mails a new link for an invitation.
///
/// The link works once, within 7 days from now. The previous link stops working. Returns `conflict` for an invitation
/// without an address. A mailbox receives at most 5 messages per hour.
#[utoipa::path(
    post,
    path = "/api/v1/invitations/{id}/send",
    tag = "members",
    params(("id" = String, Path, description = "ID of the invitation.")),
    responses((status = 204, description = "The link was sent."))
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

/// Token of an invitation.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkToken {
    /// Token at the end of the link.
    token: String,
}

/// Offer of an invitation.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Offer {
    workspace_name: String,
    #[schema(example = "labeler")]
    role: &'static str,
    /// Only e-mail address that can accept. Null if anyone can.
    email: Option<String>,
    #[schema(format = DateTime)]
    expires_at: String,
}

anonymous! {
    /// Opening an invitation.
    OpenInvitation = "link", LINK_ADDRESS
}

/// Returns the offer of an invitation.
///
/// Returns `not_found` for an invalid, expired or used link. No credentials are needed.
#[utoipa::path(
    post,
    path = "/api/v1/invitations/open",
    tag = "members",
    security(()),
    request_body = LinkToken,
    responses((status = 200, description = "The offer of the invitation.", body = Offer))
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

/// Token of an invitation and, for a new person, account data. For an invitation without an address, a new person gives
/// only the e-mail address.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Acceptance {
    /// Token at the end of the link.
    token: String,
    /// E-mail address of a new account. Callers without a session create an account: address, name and password are
    /// then required.
    email: Option<String>,
    name: Option<String>,
    /// Password of the new account, 8 to 256 characters.
    #[schema(format = Password, min_length = 8, max_length = 256)]
    password: Option<String>,
}

/// Membership after accepting an invitation.
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

/// Accepts an invitation.
///
/// New people are not signed in by this call. If an invitation has no address, a new person does not become a member
/// yet: a link is mailed to the given address, and using that link creates the account.
#[utoipa::path(
    post,
    path = "/api/v1/invitations/accept",
    tag = "members",
    security((), ("session" = [])),
    request_body = Acceptance,
    responses(
        (status = 200, description = "The person is a member of the workspace.", body = Joined),
        (status = 202, description = "A link that creates the account was sent to the address. The link of the request stops working.")
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
