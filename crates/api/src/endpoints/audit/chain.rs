//! `/api/v1/audit`: the workspace's hash chain: verification, signed head and keyed heads.

use std::sync::Arc;

use axum::{
    Json,
    extract::{RawQuery, State},
    routing::get,
};
use labeler_store::{ChainFault, ChainPosition, KeyedHead, Permission};
use labeler_token::{AuditHead, Jwk, issue_audit_head};
use serde::Serialize;
use serde_json::Value;

use crate::{
    app::App,
    auth::{Authorized, access_tokens, endpoint, token_keys},
    http::{
        error::{ApiError, code::Code},
        lists::{Page, parse_usual_limit},
        query,
        route::{Route, reading},
        times::iso_time,
    },
};

/// Maximum number of links that one call checks.
const MAX_LINKS: u32 = 2000;

/// Returns the routes of this resource.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route {
            path: "/api/v1/audit/chain",
            methods: get(verify_audit_chain),
            errors: &[("verify_audit_chain", reading![Code::ValidationError])],
        },
        Route { path: "/api/v1/audit/head", methods: get(sign_audit_head), errors: &[("sign_audit_head", reading![])] },
        Route {
            path: "/api/v1/audit/heads",
            methods: get(list_audit_heads),
            errors: &[("list_audit_heads", reading![Code::ValidationError])],
        },
    ]
}

endpoint! {
    /// Checking the chain.
    VerifyAuditChain = "audit.chain", Some(Permission::ManageMembers), EXPORT
}

/// Position in the chain.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct PositionInfo {
    /// Sequence number of the link. 0 before the first link.
    seq: i64,
    /// Head at this position: SHA-256, lower-case hexadecimal.
    #[schema(min_length = 64, max_length = 64)]
    head: String,
}

/// First fault in the chain.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FaultInfo {
    /// Type of fault: `missing`, `altered`, `broken`, `cut`, `stray`, or `forged` (the chain differs from the keyed
    /// head at this position).
    #[schema(example = "altered")]
    kind: &'static str,
    /// Sequence number of the link. Null if the row is outside the chain.
    seq: Option<i64>,
    /// Table: `event`, `admin` or `requests`.
    table: Option<&'static str>,
    row_id: Option<String>,
}

/// Result of a verification.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChainInfo {
    /// Last verified position. Keep it outside the server: it can later prove that the end of the chain was cut off.
    verified: PositionInfo,
    /// Whether the verified position is the end of the chain.
    complete: bool,
    fault: Option<FaultInfo>,
    /// Newest keyed head that matches the chain, if the end of the chain was reached. Null if there is none: in that
    /// case, anyone with access to the database could have rewritten the whole chain.
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

/// Verifies up to 2000 links of the hash chain.
///
/// Starts after a known position (`seq` and `head` of an earlier response), or at the beginning.
#[utoipa::path(
    get,
    path = "/api/v1/audit/chain",
    tag = "audit",
    params(
        ("seq" = Option<i64>, Query, description = "Position to start after. Requires `head`.", minimum = 0),
        ("head" = Option<String>, Query, description = "Head at the position `seq`.", pattern = "^[0-9a-f]{64}$"),
    ),
    responses((status = 200, description = "The result of the verification.", body = ChainInfo))
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
        _ => return Err(ApiError::validation("seq", "seq and head must be given together")),
    };
    let report = app.store().audit().verify(caller.workspace_id(), &from, MAX_LINKS).await;
    let report = report.map_err(|error| ApiError::database(&error))?;
    Ok(Json(ChainInfo {
        verified: PositionInfo { seq: report.verified.seq, head: report.verified.head },
        complete: report.complete,
        fault: report.fault.map(FaultInfo::of),
        keyed: report.keyed.map(KeyedHeadInfo::of).transpose()?,
    }))
}

endpoint! {
    /// Signing the end of the chain.
    SignAuditHead = "audit.head", Some(Permission::ManageMembers), EXPORT
}

/// Signed head of the chain.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SignedHead {
    workspace_id: String,
    /// Sequence number of the head. 0 before the first link.
    seq: i64,
    /// Head: SHA-256, lower-case hexadecimal.
    #[schema(min_length = 64, max_length = 64)]
    head: String,
    #[schema(format = DateTime)]
    issued_at: String,
    /// Compact JWS (ES256, type `audit-head+jwt`) with the claims `iss`, `sub` (the workspace), `seq`, `head` and
    /// `iat`.
    jws: String,
    /// Public key that verifies the signature, as a JWK. Store it with the signature: `/oauth2/jwks` contains a key
    /// only while it signs tokens and for one hour afterwards.
    #[schema(value_type = Object)]
    public_key: Value,
}

/// Signs the current head of the hash chain.
///
/// Store the response outside the server. It proves the state of the chain at this time, and `GET
/// /api/v1/audit/chain?seq=…&head=…` verifies that the current chain continues from it.
#[utoipa::path(
    get,
    path = "/api/v1/audit/head",
    tag = "audit",
    responses((status = 200, description = "The signed head.", body = SignedHead))
)]
pub(crate) async fn sign_audit_head(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<SignAuditHead>,
) -> Result<Json<SignedHead>, ApiError> {
    let position = app.store().audit().position(caller.workspace_id()).await;
    let position = position.map_err(|error| ApiError::database(&error))?;
    let key = token_keys::signing_key(&app).await?;
    let issued_at = access_tokens::now_s(&app);
    let signed = AuditHead {
        issuer: app.config.public_origin.clone(),
        workspace_id: caller.workspace_id().to_owned(),
        seq: position.seq,
        head: position.head,
        issued_at,
    };
    let jwk = serde_json::to_value(Jwk::of(&key.public())).map_err(|error| ApiError::internal(error.to_string()))?;
    Ok(Json(SignedHead {
        jws: issue_audit_head(&key, &signed),
        public_key: jwk,
        issued_at: iso_time(issued_at.saturating_mul(1000))?,
        workspace_id: signed.workspace_id,
        seq: signed.seq,
        head: signed.head,
    }))
}

endpoint! {
    /// Listing keyed heads.
    ListAuditHeads = "audit.heads", Some(Permission::ManageMembers), MANAGE_READ
}

/// Head of the chain at some time, authenticated with a key that is not in the database.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeyedHeadInfo {
    /// Sequence number of the head.
    pub seq: i64,
    /// Head: SHA-256, lower-case hexadecimal.
    #[schema(min_length = 64, max_length = 64)]
    pub head: String,
    /// Version of the server's key.
    #[schema(example = "s1")]
    pub key: String,
    /// HMAC-SHA-256 over workspace, sequence number, head and time, lower-case hexadecimal.
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

/// Lists the keyed heads of the hash chain, newest first.
///
/// The server creates a keyed head every hour while the chain grows. Copies kept outside the server can later prove
/// that the history was not rewritten: pass `seq` and `head` to `GET /api/v1/audit/chain`.
#[utoipa::path(
    get,
    path = "/api/v1/audit/heads",
    tag = "audit",
    params(
        ("cursor" = Option<String>, Query, description = "Cursor from `nextCursor` of the previous page."),
        ("limit" = Option<u32>, Query, description = "Maximum number of heads in the page.", minimum = 1, maximum = 100, example = 50),
    ),
    responses((status = 200, description = "A page of keyed heads.", body = Page<KeyedHeadInfo>))
)]
pub(crate) async fn list_audit_heads(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<ListAuditHeads>,
    RawQuery(raw): RawQuery,
) -> Result<Json<Page<KeyedHeadInfo>>, ApiError> {
    let mut parameters = query::parse(raw.as_deref(), &["cursor", "limit"])?;
    let limit = parse_usual_limit(parameters.remove("limit"))?;
    let before = match parameters.remove("cursor") {
        None => i64::MAX,
        Some(text) => text.parse::<i64>().ok().filter(|before| *before > 0).ok_or_else(|| {
            ApiError::validation(
                "cursor",
                "cursor is not valid for this list. Use nextCursor of a page of the same list",
            )
        })?,
    };
    let found = app.store().audit().heads(caller.workspace_id(), before, limit.saturating_add(1)).await;
    let mut heads = found.map_err(|error| ApiError::database(&error))?;
    let more = heads.len() > limit as usize;
    heads.truncate(limit as usize);
    let next_cursor = heads.last().filter(|_| more).map(|last| last.position.seq.to_string());
    Ok(Json(Page { data: heads.into_iter().map(KeyedHeadInfo::of).collect::<Result<_, _>>()?, next_cursor }))
}
