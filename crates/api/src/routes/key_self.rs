//! `GET /api/v1/keys/self`: what the presented key or token is and may do.

use axum::{Json, routing::get};
use labeler_store::Scope;
use serde::Serialize;

use super::{Route, keys::KeyInfo};
use crate::{
    auth::{Authorized, Identity, endpoint},
    error::{ApiError, Code},
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route { path: "/api/v1/keys/self", methods: get(own_key), errors: &[("own_key", reading![Code::NotFound])] }
}

endpoint! {
    /// Looking at oneself.
    OwnKey = "keys.self", None, MANAGE_READ
}

/// The caller.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OwnKeyInfo {
    /// The workspace it acts in.
    workspace_id: String,
    /// Plan of the workspace.
    #[schema(example = "agency")]
    plan: &'static str,
    /// Production (`true`) or the sandbox.
    livemode: bool,
    /// The key; absent for a token.
    key: Option<KeyInfo>,
    /// The OAuth2 client of a token; absent for a key.
    client_id: Option<String>,
    /// The scopes that are left of it now, given what its creator may do.
    effective_scopes: Vec<&'static str>,
}

/// The key or token that makes this call. `not_found` for a session.
#[utoipa::path(
    get,
    path = "/api/v1/keys/self",
    tag = "keys",
    responses((status = 200, description = "The key or token.", body = OwnKeyInfo))
)]
pub(crate) async fn own_key(Authorized { caller, .. }: Authorized<OwnKey>) -> Result<Json<OwnKeyInfo>, ApiError> {
    let (key, client_id) = match &caller.identity {
        Identity::Key(key) => (Some(KeyInfo::of(key)?), None),
        Identity::Client(client) => (None, Some(client.id.clone())),
        Identity::Person(_) => {
            return Err(ApiError::new(Code::NotFound, "A session is no key; see GET /api/v1/session."));
        }
    };
    let left = Scope::ALL.iter().filter(|scope| caller.permissions.contains(scope.permission()));
    Ok(Json(OwnKeyInfo {
        workspace_id: caller.workspace_id().to_owned(),
        plan: caller.plan.as_str(),
        livemode: caller.scope.livemode,
        key,
        client_id,
        effective_scopes: left.map(|scope| scope.as_str()).collect(),
    }))
}
