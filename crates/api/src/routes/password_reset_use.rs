//! `POST /api/v1/password/reset`: uses the link of a password reset.

use std::sync::Arc;

use axum::{body::Body, extract::State, routing::post};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use super::Route;
use crate::{
    App, auth,
    context::RequestContext,
    error::{ApiError, Code},
    json_body, limits,
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/password/reset",
        methods: post(reset_password),
        errors: &[(
            "reset_password",
            &[Code::ValidationError, Code::CrossSiteRequest, Code::TooLarge, Code::NotFound],
        )],
    }
}

/// The link and the password.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResetUse {
    /// What the link ends in.
    token: String,
    /// 8 to 256 characters.
    #[schema(format = Password, min_length = 8, max_length = 256)]
    password: String,
}

/// Sets the password and ends every session of the person. A link works once.
#[utoipa::path(
    post,
    path = "/api/v1/password/reset",
    tag = "session",
    security(()),
    request_body = ResetUse,
    responses((status = 204, description = "Set. Sign in with it."))
)]
pub(crate) async fn reset_password(
    State(app): State<Arc<App>>,
    context: RequestContext,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, ApiError> {
    limits::spend_address(&app, &context, "link", limits::LINK_ADDRESS).await?;
    auth::refuse_foreign_sign_in(&headers, &app.config.public_origin)?;
    let used: ResetUse = json_body::read(&headers, body).await?;
    let done = app.store().accounts().reset_password(&used.token, &used.password, &context.origin()).await;
    done.map(|_| StatusCode::NO_CONTENT).map_err(ApiError::members)
}
