//! `GET /api/v1/audit/chain`: checks the workspace's hash chain against the rows it covers.

use std::sync::Arc;

use axum::{
    Json,
    extract::{RawQuery, State},
    routing::get,
};
use labeler_store::{
    Permission,
    audit::{ChainFault, ChainPosition},
};
use serde::Serialize;

use super::{Route, audit_heads::KeyedHeadInfo};
use crate::{
    App,
    auth::{Authorized, endpoint},
    error::{ApiError, Code},
    query,
};

/// Links that one call checks at most.
const LINKS: u32 = 2000;

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/audit/chain",
        methods: get(verify_audit_chain),
        errors: &[("verify_audit_chain", reading![Code::ValidationError])],
    }
}

endpoint! {
    /// Checking the chain.
    VerifyAuditChain = "audit.chain", Some(Permission::ManageMembers), EXPORT
}

/// A place in the chain.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct PositionInfo {
    /// 0 before the first link.
    seq: i64,
    /// SHA-256, lower-case hexadecimal.
    #[schema(min_length = 64, max_length = 64)]
    head: String,
}

/// The first thing that is wrong.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FaultInfo {
    /// `missing`, `altered`, `broken`, `cut`, `stray`, or `forged`: the chain is not the one that was keyed at this
    /// place.
    #[schema(example = "altered")]
    kind: &'static str,
    /// Place in the chain, unless the row stands beside it.
    seq: Option<i64>,
    /// `event`, `admin` or `requests`.
    table: Option<&'static str>,
    row_id: Option<String>,
}

/// Result of a check.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChainInfo {
    /// How far the chain was found good. Worth keeping elsewhere: it shows later whether the end was cut off.
    verified: PositionInfo,
    /// Whether that is the end of the chain.
    complete: bool,
    fault: Option<FaultInfo>,
    /// The newest keyed head that the chain agrees with, when the end was reached. Null when there is none: then somebody
    /// with the database in hand could have rewritten all of it.
    keyed: Option<KeyedHeadInfo>,
}

impl FaultInfo {
    fn of(fault: ChainFault) -> Self {
        let (kind, seq, row) = match fault {
            ChainFault::Missing { seq, kind, row_id } => ("missing", Some(seq), Some((kind, row_id))),
            ChainFault::Altered { seq, kind, row_id } => ("altered", Some(seq), Some((kind, row_id))),
            ChainFault::Broken { seq } => ("broken", Some(seq), None),
            ChainFault::Cut { seq } => ("cut", Some(seq), None),
            ChainFault::Stray { kind, row_id } => ("stray", None, Some((kind, row_id))),
            ChainFault::Forged { seq } => ("forged", Some(seq), None),
        };
        let (table, row_id) = row.map(|(table, id)| (table.as_str(), id)).unzip();
        Self { kind, seq, table, row_id }
    }
}

/// Checks up to 2000 links after a known position (`seq` and `head` of an earlier answer), or from the start.
#[utoipa::path(
    get,
    path = "/api/v1/audit/chain",
    tag = "audit",
    params(
        ("seq" = Option<i64>, Query, description = "Where to start, with `head`.", minimum = 0),
        ("head" = Option<String>, Query, description = "The head at `seq`.", pattern = "^[0-9a-f]{64}$"),
    ),
    responses((status = 200, description = "The result.", body = ChainInfo))
)]
pub(crate) async fn verify_audit_chain(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<VerifyAuditChain>,
    RawQuery(raw): RawQuery,
) -> Result<Json<ChainInfo>, ApiError> {
    let mut parameters = query::parse(raw.as_deref(), &["seq", "head"])?;
    let from = match (parameters.remove("seq"), parameters.remove("head")) {
        (None, None) => ChainPosition::genesis(),
        (Some(seq), Some(head)) => {
            if head.len() != 64 || !head.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
                return Err(ApiError::validation("head", "head must be 64 lower-case hexadecimal digits"));
            }
            let seq = seq.parse().ok().filter(|seq| (0..=9_007_199_254_740_991_i64).contains(seq));
            let seq = seq.ok_or_else(|| ApiError::validation("seq", "seq must be a whole number from 0"))?;
            ChainPosition { seq, head }
        }
        _ => return Err(ApiError::validation("seq", "seq and head belong together")),
    };
    let report = app.store().audit().verify(caller.workspace_id(), &from, LINKS).await;
    let report = report.map_err(|error| ApiError::database(&error))?;
    Ok(Json(ChainInfo {
        verified: PositionInfo { seq: report.verified.seq, head: report.verified.head },
        complete: report.complete,
        fault: report.fault.map(FaultInfo::of),
        keyed: report.keyed.map(KeyedHeadInfo::of).transpose()?,
    }))
}
