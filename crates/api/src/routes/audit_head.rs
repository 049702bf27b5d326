//! `GET /api/v1/audit/head`: the present end of the workspace's hash chain, signed.

use std::sync::Arc;

use axum::{Json, extract::State, routing::get};
use labeler_store::Permission;
use labeler_token::{AuditHead, Jwk, issue_audit_head};
use serde::Serialize;
use serde_json::Value;

use super::Route;
use crate::{
    App,
    auth::{Authorized, endpoint},
    dto::iso_time,
    error::{ApiError, Code},
    oauth, token_keys,
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route { path: "/api/v1/audit/head", methods: get(sign_audit_head), errors: &[("sign_audit_head", reading![])] }
}

endpoint! {
    /// Signing the end of the chain.
    SignAuditHead = "audit.head", Some(Permission::ManageMembers), EXPORT
}

/// The signed end of a chain.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SignedHead {
    workspace_id: String,
    /// Place in the chain; 0 before the first link.
    seq: i64,
    /// SHA-256 at this place, lower-case hexadecimal.
    #[schema(min_length = 64, max_length = 64)]
    head: String,
    #[schema(format = DateTime)]
    issued_at: String,
    /// Compact JWS (ES256, type `audit-head+jwt`) over all of it: `iss`, `sub` (the workspace), `seq`, `head`, `iat`.
    jws: String,
    /// The public key that verifies it, as a JWK. Keep it with the signature: the server publishes a key under
    /// `/oauth2/jwks` only while it signs tokens and for an hour after.
    #[schema(value_type = Object)]
    public_key: Value,
}

/// Signs the present end of the chain. Keep the answer outside the server: with it anybody can show what the chain was, and
/// `GET /api/v1/audit/chain?seq=…&head=…` shows whether it still leads from there.
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
    let issued_at = oauth::now_s(&app);
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
