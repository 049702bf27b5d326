//! `GET /api/v1/audit/heads`: the keyed heads of the workspace's hash chain.

use std::sync::Arc;

use axum::{
    Json,
    extract::{RawQuery, State},
    routing::get,
};
use labeler_store::{Permission, audit::KeyedHead};
use serde::Serialize;

use super::{Route, requests::limit_of};
use crate::{
    App,
    auth::{Authorized, endpoint},
    dto::{Page, iso_time},
    error::{ApiError, Code},
    query,
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/audit/heads",
        methods: get(list_audit_heads),
        errors: &[("list_audit_heads", reading![Code::ValidationError])],
    }
}

endpoint! {
    /// Listing keyed heads.
    ListAuditHeads = "audit.heads", Some(Permission::ManageMembers), MANAGE_READ
}

/// The end of the chain at some time, under a key that is not in the database.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeyedHeadInfo {
    /// Place in the chain.
    pub seq: i64,
    /// SHA-256 at this place, lower-case hexadecimal.
    #[schema(min_length = 64, max_length = 64)]
    pub head: String,
    /// Version of the server's key.
    #[schema(example = "s1")]
    pub key: String,
    /// HMAC-SHA-256 over workspace, place, head and time, lower-case hexadecimal.
    #[schema(min_length = 64, max_length = 64)]
    pub mac: String,
    #[schema(format = DateTime)]
    pub created_at: String,
}

impl KeyedHeadInfo {
    pub fn of(head: KeyedHead) -> Result<Self, ApiError> {
        Ok(Self {
            seq: head.position.seq,
            head: head.position.head,
            key: head.key,
            mac: head.mac,
            created_at: iso_time(head.created_at_ms)?,
        })
    }
}

/// Keyed heads of the chain, newest first. The server makes one every hour while the chain grows. A copy
/// kept outside the server shows later that history was not rewritten: `GET /api/v1/audit/chain` takes `seq` and `head`.
#[utoipa::path(
    get,
    path = "/api/v1/audit/heads",
    tag = "audit",
    params(
        ("cursor" = Option<String>, Query, description = "Position from `nextCursor`."),
        ("limit" = Option<u32>, Query, description = "Rows in the page.", minimum = 1, maximum = 100, example = 50),
    ),
    responses((status = 200, description = "A page of heads.", body = Page<KeyedHeadInfo>))
)]
pub(crate) async fn list_audit_heads(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<ListAuditHeads>,
    RawQuery(raw): RawQuery,
) -> Result<Json<Page<KeyedHeadInfo>>, ApiError> {
    let mut parameters = query::parse(raw.as_deref(), &["cursor", "limit"])?;
    let limit = limit_of(parameters.remove("limit"))?;
    let before = match parameters.remove("cursor") {
        None => i64::MAX,
        Some(text) => text
            .parse::<i64>()
            .ok()
            .filter(|before| *before > 0)
            .ok_or_else(|| ApiError::validation("cursor", "cursor does not belong to this list"))?,
    };
    let found = app.store().audit().heads(caller.workspace_id(), before, limit.saturating_add(1)).await;
    let mut heads = found.map_err(|error| ApiError::database(&error))?;
    let more = heads.len() > limit as usize;
    heads.truncate(limit as usize);
    let next_cursor = heads.last().filter(|_| more).map(|last| last.position.seq.to_string());
    Ok(Json(Page { data: heads.into_iter().map(KeyedHeadInfo::of).collect::<Result<_, _>>()?, next_cursor }))
}
