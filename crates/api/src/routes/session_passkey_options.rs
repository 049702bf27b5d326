//! `POST /api/v1/session/passkey/options`: what a browser needs to sign in with a passkey.

use std::sync::Arc;

use axum::{Json, extract::State, routing::post};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{Route, passkeys::rp_id};
use crate::{App, context::RequestContext, error::ApiError, limits};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/session/passkey/options",
        methods: post(passkey_sign_in_options),
        errors: &[("passkey_sign_in_options", &[])],
    }
}

/// `PublicKeyCredentialRequestOptionsJSON` (Web Authentication Level 3): give it to
/// `PublicKeyCredential.parseRequestOptionsFromJSON` within five minutes.
#[utoipa::path(
    post,
    path = "/api/v1/session/passkey/options",
    tag = "session",
    security(()),
    responses((status = 200, description = "The options.", body = serde_json::Value))
)]
pub(crate) async fn passkey_sign_in_options(
    State(app): State<Arc<App>>,
    context: RequestContext,
) -> Result<Json<Value>, ApiError> {
    // Apart from the attempts themselves: a page asks for these as soon as it is opened.
    limits::spend_address(&app, &context, "passkey-options", limits::SIGN_IN_ADDRESS).await?;
    let challenge = app.store().passkeys().challenge(None).await.map_err(|error| ApiError::database(&error))?;
    Ok(Json(json!({
        "challenge": URL_SAFE_NO_PAD.encode(challenge),
        "rpId": rp_id(&app),
        "userVerification": "required",
        "timeout": 300_000,
    })))
}
