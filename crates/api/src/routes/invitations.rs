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
use labeler_store::{Mail, Permission};
use serde::{Deserialize, Serialize};

use super::Route;
use crate::{
    App,
    auth::{self, Authorized, endpoint},
    context::RequestContext,
    dto::{Listed, iso_time},
    error::{ApiError, Code},
    json_body,
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/invitations",
        methods: get(list_invitations).post(create_invitation),
        errors: &[("list_invitations", reading![]), ("create_invitation", changing![])],
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
    /// For whom; null for whoever has the link.
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
    /// For this address only, which the link is sent to; without it, whoever has the link.
    email: Option<String>,
}

/// An invitation just made. The link is shown this once.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewInvitation {
    id: String,
    /// What to open; what follows `#` is the token of `POST /api/v1/invitations/open` and `/accept`.
    #[schema(example = "https://labeler.eu/invitation#abc.def")]
    link: String,
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

/// Makes an invitation that works once, within seven days, and sends its link to the address if there is one.
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
    let made = app
        .store()
        .accounts()
        .invite(&caller.authority(), caller.workspace_id(), role, request.email.as_deref())
        .await
        .map_err(ApiError::members)?;
    let link = format!("{}/invitation#{}", app.config.public_origin, made.token);
    if let Some(to) = request.email {
        let mail = Mail {
            to: to.trim().to_lowercase(),
            subject: "You are invited".to_owned(),
            text: format!("Open this link within seven days to join the workspace:\n{link}"),
        };
        let (host, id) = (Arc::clone(&app), context.id().to_owned());
        app.background.spawn(Box::pin(async move {
            if let Err(error) = host.mailer.send(mail).await {
                host.log.incident(&id, &error.to_string());
            }
        }));
    }
    let body = NewInvitation { id: made.id, link, expires_at: iso_time(made.expires_at_ms)? };
    Ok((StatusCode::CREATED, Json(body)).into_response())
}
