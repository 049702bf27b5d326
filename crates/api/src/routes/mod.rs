//! The endpoints, one file each.
//!
//! To add one: write `routes/NAME.rs` with a `route()` (path and handlers) and handlers that carry `#[utoipa::path]`,
//! and name it in the list below. The list feeds the router and the OpenAPI document, and a test compares both.

use std::sync::Arc;

use axum::{
    extract::{Path, Request, rejection::PathRejection},
    response::{IntoResponse, Response},
    routing::MethodRouter,
};
use http::{Method, StatusCode};

use crate::{
    App,
    error::{ApiError, Code},
};

/// A path and what answers on it.
pub(crate) struct Route {
    /// The whole path, in axum's notation.
    pub path: &'static str,
    /// The handlers by method.
    pub methods: MethodRouter<Arc<App>>,
    /// For each operation (by its id, the handler's name) the codes it may answer with, beside those of every
    /// operation. They become the error responses of the OpenAPI document.
    pub errors: &'static [(&'static str, &'static [Code])],
}

/// The codes of an operation that reads for a known caller, and more.
macro_rules! reading {
    ($($code:expr),* $(,)?) => {
        &[Code::MissingCredentials, Code::InvalidCredentials, Code::InsufficientScope, $($code),*]
    };
}

/// The codes of an operation that changes something for a known caller and reads a JSON body, and more.
macro_rules! changing {
    ($($code:expr),* $(,)?) => {
        reading![Code::CrossSiteRequest, Code::ValidationError, Code::TooLarge, $($code),*]
    };
}

/// What stands in a path. Text that is no UTF-8 names nothing.
fn named(found: Result<Path<String>, PathRejection>) -> Result<String, ApiError> {
    found.map(|Path(name)| name).map_err(|_| ApiError::new(Code::NotFound, "There is no such thing."))
}

macro_rules! endpoints {
    ($($module:ident: $($handler:ident),+;)+) => {
        $(mod $module;)+

        /// Every route of the API.
        pub(crate) fn all() -> Vec<Route> {
            vec![$($module::route(),)+]
        }

        /// Every documented operation.
        #[derive(utoipa::OpenApi)]
        #[openapi(paths($($($module::$handler,)+)+))]
        pub(crate) struct Operations;
    };
}

endpoints! {
    label: label;
    label_batch: label_batch;
    label_url: label_url;
    check: check;
    verify: verify;
    verify_hash: verify_hash;
    watermark: get_watermark;
    matches_by_binding: query_by_binding, query_by_large_binding;
    matches_by_content: query_by_content;
    manifest: get_manifest;
    supported_algorithms: supported_algorithms;
    assets: list_assets;
    asset: get_asset;
    certificate: get_certificate;
    keys: list_keys, create_key;
    key_self: own_key;
    key_leaked: report_leaked_key;
    key: get_key, revoke_key;
    key_rotate: rotate_key;
    session: sign_in, current_session, sign_out;
    session_workspace: switch_workspace;
    sessions: list_sessions, end_other_sessions;
    session_one: end_session;
    password: change_password;
    password_resets: request_password_reset;
    password_reset_use: reset_password;
    first_run: complete_first_run;
    workspaces: list_workspaces, create_workspace;
    workspace: get_workspace, change_workspace;
    workspace_usage: get_usage;
    workspace_watermark_key: get_watermark_key, set_watermark_key, remove_watermark_key;
    members: list_members;
    member: change_member, remove_member;
    invitations: list_invitations, create_invitation;
    invitation: revoke_invitation;
    invitation_send: send_invitation;
    invitation_open: open_invitation;
    invitation_accept: accept_invitation;
    workspace_erase: erase_workspace;
    account_export: export_account;
    account_erase: erase_account;
    requests: list_requests;
    requests_export: export_requests;
    admin_events: list_admin_events;
    admin_events_export: export_admin_events;
    audit_chain: verify_audit_chain;
    audit_head: sign_audit_head;
    audit_heads: list_audit_heads;
    oauth_clients: list_oauth_clients, create_oauth_client;
    oauth_client: revoke_oauth_client;
    oauth_client_secrets: list_client_secrets, add_client_secret;
    oauth_client_secret: remove_client_secret;
    oauth_client_tokens: end_client_tokens;
    oauth_token: issue_token;
    oauth_revoke: revoke_token;
    oauth_introspect: introspect_token;
    oauth_jwks: token_key_set;
    oauth_metadata: oauth_metadata;
    signing_certificates: list_signing_certificates, add_signing_certificate;
    signing_certificate: remove_signing_certificate;
    signing_certificate_activate: activate_signing_certificate;
    passkeys: list_passkeys, add_passkey;
    passkey_options: passkey_registration_options;
    passkey: remove_passkey;
    session_passkey_options: passkey_sign_in_options;
    session_passkey: passkey_sign_in;
    session_confirm: confirm_session;
    health: health;
    rules: named_rules;
    openapi_json: openapi_json;
}

pub(crate) use label_batch::Schemas as BatchSchemas;

/// The answer on a path that does not exist.
pub(crate) async fn not_found() -> ApiError {
    ApiError::new(Code::NotFound, "There is no such endpoint. GET /api/v1/openapi.json lists them.")
}

/// The answer to a method that a path does not have; `Allow` comes from the router. `OPTIONS` asks for exactly that.
pub(crate) async fn method_not_allowed(request: Request) -> Response {
    if request.method() == Method::OPTIONS {
        return StatusCode::NO_CONTENT.into_response();
    }
    ApiError::new(Code::MethodNotAllowed, "The endpoint does not have this method; see the Allow header.")
        .into_response()
}

#[cfg(test)]
mod tests {
    use labeler_store::CONTRACT_BUDGETS;

    use super::{asset, assets, certificate, check, label, label_batch, label_url, verify, verify_hash};
    use crate::auth::Endpoint;

    #[test]
    fn a_contract_names_the_budgets_that_there_are() {
        let names = [
            label::LabelOne::NAME,
            label_batch::LabelBatch::NAME,
            label_url::LabelUrl::NAME,
            assets::ListAssets::NAME,
            asset::GetAsset::NAME,
            certificate::GetCertificate::NAME,
            check::CheckOne::NAME,
            verify::VerifyOne::NAME,
            verify_hash::VerifyHash::NAME,
        ];
        assert_eq!(names, CONTRACT_BUDGETS);
    }
}
