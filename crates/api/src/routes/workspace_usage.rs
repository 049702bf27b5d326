//! `GET /api/v1/workspace/usage`: live labels of this month against the quota.

use std::sync::Arc;

use axum::{Json, extract::State, routing::get};
use labeler_store::PlanError;
use serde::Serialize;

use super::Route;
use crate::{
    App,
    auth::{Authorized, endpoint},
    dto::iso_time,
    error::{ApiError, Code},
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/workspace/usage",
        methods: get(get_usage),
        errors: &[("get_usage", reading![Code::SessionRequired, Code::NotFound])],
    }
}

endpoint! {
    /// Reading the usage.
    GetUsage = "workspace.usage", None, MANAGE_READ, people
}

/// What this month has used.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UsageInfo {
    /// What the workspace pays for.
    #[schema(example = "free")]
    plan: &'static str,
    /// The calendar month, UTC.
    #[schema(example = "2026-05")]
    month: String,
    /// Live labels so far.
    #[schema(example = 7)]
    used: u64,
    /// Live labels in all; null without a limit.
    #[schema(example = 25)]
    allowed: Option<u64>,
    /// When the next month begins.
    #[schema(format = DateTime)]
    resets_at: String,
}

/// Live labels of this month against the quota.
#[utoipa::path(
    get,
    path = "/api/v1/workspace/usage",
    tag = "workspace",
    security(("session" = [])),
    responses((status = 200, description = "The usage.", body = UsageInfo))
)]
pub(crate) async fn get_usage(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<GetUsage>,
) -> Result<Json<UsageInfo>, ApiError> {
    let usage = app.store().plans().usage(caller.workspace_id()).await.map_err(|error| match error {
        PlanError::Database(error) => ApiError::database(&error),
        _ => ApiError::new(Code::NotFound, "There is no such workspace."),
    })?;
    Ok(Json(UsageInfo {
        plan: caller.plan.as_str(),
        month: usage.month,
        used: usage.used,
        allowed: usage.allowed,
        resets_at: iso_time(usage.resets_at_ms)?,
    }))
}
