//! `POST /api/v1/first-run`: creates the first owner, with the link from the operator's console.

use std::sync::Arc;

use axum::{body::Body, extract::State, routing::post};
use http::{HeaderMap, StatusCode};
use labeler_store::{NewOwner, Plan};
use serde::Deserialize;

use crate::{
    app::App,
    auth::anonymous::{Anonymous, anonymous},
    http::{
        error::{ApiError, code::Code},
        json_body,
        route::{Route, anonymous_json},
    },
};

/// Returns the routes of this resource.
pub(crate) fn routes() -> Vec<Route> {
    vec![Route {
        path: "/api/v1/first-run",
        methods: post(complete_first_run),
        errors: &[("complete_first_run", anonymous_json![Code::CrossSiteRequest, Code::NotFound, Code::Conflict])],
    }]
}

/// Token of the link, and data of the first owner.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct FirstRun {
    /// Token at the end of the link.
    token: String,
    email: String,
    /// Name of the person, 1 to 100 characters.
    name: String,
    /// Password, 8 to 256 characters.
    #[schema(format = Password, min_length = 8, max_length = 256)]
    password: String,
    /// Name of the first workspace, 1 to 100 characters.
    workspace_name: String,
}

anonymous! {
    /// Creating the first owner.
    CompleteFirstRun = "link", LINK_ADDRESS, same site
}

/// Creates the first owner and the first workspace.
///
/// Works once, and only while no account exists.
#[utoipa::path(
    post,
    path = "/api/v1/first-run",
    tag = "session",
    security(()),
    request_body = FirstRun,
    responses((status = 204, description = "The account was created. Sign in with it."))
)]
pub(crate) async fn complete_first_run(
    State(app): State<Arc<App>>,
    Anonymous { context, .. }: Anonymous<CompleteFirstRun>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, ApiError> {
    let first: FirstRun = json_body::read(&headers, body).await?;
    let owner = NewOwner {
        email: first.email,
        name: first.name,
        password: first.password,
        workspace_name: first.workspace_name,
        plan: Plan::Enterprise,
    };
    let done = app.store().first_run().complete_first_run(&first.token, &owner, &context.origin()).await;
    done.map(|_| StatusCode::NO_CONTENT).map_err(ApiError::members)
}
