//! `POST /api/v1/keys/leaked`: ends a key that somebody found in public. Showing the whole key is proof enough.

use std::sync::Arc;

use axum::{Json, body::Body, extract::State, routing::post};
use http::HeaderMap;
use labeler_store::LeakVerdict;
use serde::{Deserialize, Serialize};

use super::Route;
use crate::{
    App,
    context::RequestContext,
    error::{ApiError, Code},
    json_body, limits,
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/keys/leaked",
        methods: post(report_leaked_key),
        errors: &[("report_leaked_key", &[Code::ValidationError, Code::TooLarge])],
    }
}

/// A key found in public.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LeakReport {
    /// The whole text of the key.
    #[schema(format = Password)]
    key: String,
}

/// What came of the report.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LeakAnswer {
    /// `true_positive` for a key of this service, which is of no use any more; else `false_positive`.
    #[schema(example = "true_positive")]
    label: &'static str,
    /// Whether this report ended it.
    ended_now: bool,
}

/// Ends a key found in public, at once, with the keys and OAuth2 clients that it made. No credentials needed.
#[utoipa::path(
    post,
    path = "/api/v1/keys/leaked",
    tag = "keys",
    security(()),
    request_body = LeakReport,
    responses((status = 200, description = "What the text was.", body = LeakAnswer))
)]
pub(crate) async fn report_leaked_key(
    State(app): State<Arc<App>>,
    context: RequestContext,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<LeakAnswer>, ApiError> {
    limits::spend_address(&app, &context, "leak", limits::LINK_ADDRESS).await?;
    let report: LeakReport = json_body::read(&headers, body).await?;
    let verdict = app.store().keys().report_leak(report.key.trim(), context.id()).await.map_err(ApiError::keys)?;
    Ok(Json(match verdict {
        LeakVerdict::Key { ended_now, .. } => LeakAnswer { label: "true_positive", ended_now },
        LeakVerdict::NoKey => LeakAnswer { label: "false_positive", ended_now: false },
    }))
}
