//! `POST /api/v1/invitations/accept`: joining a workspace, with the account one is signed in to or with a new one.

use std::sync::Arc;

use axum::{Json, body::Body, extract::State, routing::post};
use http::HeaderMap;
use labeler_store::Joiner;
use serde::{Deserialize, Serialize};

use super::{Route, session::password_permit};
use crate::{
    App,
    auth::{self, MaybePerson},
    context::RequestContext,
    error::{ApiError, Code},
    json_body, limits,
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
                Code::Busy,
            ],
        )],
    }
}

/// The link, and for somebody new who they are.
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

/// Accepts an invitation. A new person is not signed in by this.
#[utoipa::path(
    post,
    path = "/api/v1/invitations/accept",
    tag = "members",
    security((), ("session" = [])),
    request_body = Acceptance,
    responses((status = 200, description = "Joined.", body = Joined))
)]
pub(crate) async fn accept_invitation(
    State(app): State<Arc<App>>,
    MaybePerson(person): MaybePerson,
    context: RequestContext,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Joined>, ApiError> {
    limits::spend_address(&app, &context, "link", limits::LINK_ADDRESS).await?;
    auth::refuse_foreign_sign_in(&headers, &app.config.public_origin)?;
    let wish: Acceptance = json_body::read(&headers, body).await?;
    let required = |field: &str| ApiError::validation(field, format!("{field} is required without a session"));
    let mut permit = None;
    let joiner = match (&person, &wish.email, &wish.name, &wish.password) {
        (Some(caller), ..) => Joiner::Existing { user_id: &caller.person()?.user.id },
        (None, None, ..) => return Err(required("email")),
        (None, _, None, _) => return Err(required("name")),
        (None, _, _, None) => return Err(required("password")),
        (None, Some(email), Some(name), Some(password)) => {
            permit = Some(password_permit(&app)?);
            Joiner::New { email, name, password }
        }
    };
    let joined = app.store().accounts().accept_invitation(&wish.token, joiner, &context.origin()).await;
    drop(permit);
    let (user, invitation) = joined.map_err(ApiError::members)?;
    Ok(Json(Joined {
        workspace_id: invitation.workspace_id,
        user_id: user.id,
        role: invitation.role.as_str(),
    }))
}
