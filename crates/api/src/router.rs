//! The router, and the list of all endpoints.
//!
//! To add an endpoint: write its handler with `#[utoipa::path]` in the module of its resource, add it to the module's
//! `routes()`, and name it in the list below. The list feeds the router and the OpenAPI document, and a test compares
//! both.

use std::sync::Arc;

use axum::{
    Router,
    extract::Request,
    middleware,
    response::{IntoResponse, Response},
};
use http::{Method, StatusCode};

use crate::{
    app::App,
    endpoints::{
        account, assets,
        audit::{admin_events, chain, requests},
        certificates, check, first_run, invitations, keys,
        label::{batch, single, url},
        members, oauth_clients, oauth_server, passkeys, passwords, service, session_confirm, sessions,
        signing_certificates,
        soft_binding::{self, content},
        verify, watermark,
        workspaces::{self, watermark_key},
    },
    envelope,
    http::{
        error::{ApiError, code::Code},
        paths,
        route::Route,
    },
};

macro_rules! endpoints {
    ($($module:ident: $($handler:ident),+;)+) => {
        /// Returns every route of the API.
        pub(crate) fn routes() -> Vec<Route> {
            let mut routes = Vec::new();
            $(routes.extend($module::routes());)+
            routes
        }

        /// Every documented operation.
        #[derive(utoipa::OpenApi)]
        #[openapi(paths($($($module::$handler,)+)+))]
        pub(crate) struct Operations;
    };
}

endpoints! {
    single: label;
    batch: label_batch;
    url: label_url;
    check: check;
    verify: verify, verify_hash;
    watermark: get_watermark;
    soft_binding: query_by_binding, query_by_large_binding, get_manifest, supported_algorithms;
    content: query_by_content;
    assets: list_assets, get_asset;
    certificates: get_certificate;
    keys: list_keys, create_key, own_key, report_leaked_key, get_key, revoke_key, rotate_key;
    sessions: sign_in, current_session, sign_out, switch_workspace, list_sessions, end_other_sessions, end_session;
    session_confirm: confirm_session;
    passwords: change_password, request_password_reset, reset_password;
    passkeys: list_passkeys, add_passkey, passkey_registration_options, remove_passkey, passkey_sign_in_options,
        passkey_sign_in;
    first_run: complete_first_run;
    workspaces: list_workspaces, create_workspace, get_workspace, change_workspace, get_usage, erase_workspace;
    watermark_key: get_watermark_key, set_watermark_key, remove_watermark_key;
    members: list_members, change_member, remove_member;
    invitations: list_invitations, create_invitation, revoke_invitation, send_invitation, open_invitation,
        accept_invitation;
    account: export_account, erase_account;
    requests: list_requests, export_requests;
    admin_events: list_admin_events, export_admin_events;
    chain: verify_audit_chain, sign_audit_head, list_audit_heads;
    oauth_clients: list_oauth_clients, create_oauth_client, revoke_oauth_client, list_client_secrets, add_client_secret,
        remove_client_secret, end_client_tokens;
    oauth_server: issue_token, revoke_token, introspect_token, token_key_set, oauth_metadata;
    signing_certificates: list_signing_certificates, add_signing_certificate, remove_signing_certificate,
        activate_signing_certificate;
    service: health, named_rules, openapi_json;
}

/// Builds the router of the whole API: everything under `/api/v1`, and OAuth2 under `/oauth2` and `/.well-known`. Every
/// other path that [`paths::is_ours`] is `not_found`, in the same envelope.
pub fn router(app: App) -> Router {
    let app = Arc::new(app);
    let mut router = Router::new();
    for route in routes() {
        router = router.route(route.path, route.methods);
    }
    let routed = router
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(middleware::from_fn_with_state(Arc::clone(&app), envelope::envelope))
        .with_state(app);
    // Outside of the router: its own layers see the path only after the matching.
    Router::new().fallback_service(routed).layer(middleware::from_fn(paths::normalise))
}

/// Answers on a path that does not exist.
async fn not_found() -> ApiError {
    ApiError::new(Code::NotFound, "No endpoint has this path. GET /api/v1/openapi.json lists all endpoints.")
}

/// Answers a method that a path does not have, with `Allow` from the router. `OPTIONS` succeeds.
async fn method_not_allowed(request: Request) -> Response {
    if request.method() == Method::OPTIONS {
        return StatusCode::NO_CONTENT.into_response();
    }
    ApiError::new(
        Code::MethodNotAllowed,
        "The endpoint does not support this method. The Allow header lists the supported methods.",
    )
    .into_response()
}

#[cfg(test)]
mod tests {
    use labeler_store::CONTRACT_BUDGETS;

    use super::{assets, batch, certificates, check, single, url, verify};
    use crate::auth::Endpoint;

    #[test]
    fn contract_terms_name_existing_rate_limits() {
        let names = [
            single::LabelOne::NAME,
            batch::LabelBatch::NAME,
            url::LabelUrl::NAME,
            assets::ListAssets::NAME,
            assets::GetAsset::NAME,
            certificates::GetCertificate::NAME,
            check::CheckOne::NAME,
            verify::VerifyOne::NAME,
            verify::VerifyHash::NAME,
        ];
        assert_eq!(names, CONTRACT_BUDGETS);
    }
}
