//! `POST /api/v1/invitations/open`: what an invitation offers, for the page that its link opens.

use std::sync::Arc;

use axum::{Json, body::Body, extract::State, routing::post};
use http::HeaderMap;
use serde::{Deserialize, Serialize};

use super::Route;
use crate::{
    App,
    context::RequestContext,
    dto::iso_time,
    error::{ApiError, Code},
    json_body, limits,
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/invitations/open",
        methods: post(open_invitation),
        errors: &[("open_invitation", &[Code::ValidationError, Code::TooLarge, Code::NotFound])],
    }
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
    context: RequestContext,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Offer>, ApiError> {
    limits::spend_address(&app, &context, "link", limits::LINK_ADDRESS).await?;
    let link: LinkToken = json_body::read(&headers, body).await?;
    let found = app.store().accounts().invitation(&link.token).await;
    let (invitation, workspace_name) = found.map_err(ApiError::members)?;
    Ok(Json(Offer {
        workspace_name,
        role: invitation.role.as_str(),
        email: invitation.email,
        expires_at: iso_time(invitation.expires_at_ms)?,
    }))
}
