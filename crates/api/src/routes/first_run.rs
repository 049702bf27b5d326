//! `POST /api/v1/first-run`: makes the first owner with the link that the operator's console showed.

use std::sync::Arc;

use axum::{body::Body, extract::State, routing::post};
use http::{HeaderMap, StatusCode};
use labeler_store::{Plan, accounts::NewOwner};
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
        path: "/api/v1/first-run",
        methods: post(complete_first_run),
        errors: &[(
            "complete_first_run",
            &[
                Code::ValidationError,
                Code::CrossSiteRequest,
                Code::TooLarge,
                Code::NotFound,
                Code::Conflict,
            ],
        )],
    }
}

/// The link and the owner.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct FirstRun {
    /// What the link ends in.
    token: String,
    email: String,
    /// The person's name, 1 to 100 characters.
    name: String,
    /// 8 to 256 characters.
    #[schema(format = Password, min_length = 8, max_length = 256)]
    password: String,
    /// 1 to 100 characters.
    workspace_name: String,
}

/// Makes the owner and the first workspace. Works once, and only while nobody has an account.
#[utoipa::path(
    post,
    path = "/api/v1/first-run",
    tag = "session",
    security(()),
    request_body = FirstRun,
    responses((status = 204, description = "Made. Sign in with it."))
)]
pub(crate) async fn complete_first_run(
    State(app): State<Arc<App>>,
    context: RequestContext,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, ApiError> {
    limits::spend_address(&app, &context, "link", limits::LINK_ADDRESS).await?;
    auth::refuse_foreign_sign_in(&headers, &app.config.public_origin)?;
    let first: FirstRun = json_body::read(&headers, body).await?;
    let owner = NewOwner {
        email: first.email,
        name: first.name,
        password: first.password,
        workspace_name: first.workspace_name,
        plan: Plan::Enterprise,
    };
    let done = app.store().accounts().complete_first_run(&first.token, &owner, &context.origin()).await;
    done.map(|_| StatusCode::NO_CONTENT).map_err(ApiError::members)
}
