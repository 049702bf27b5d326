//! `POST /api/v1/passkeys/options`: what a browser needs to make a passkey.

use std::sync::Arc;

use axum::{Json, extract::State, routing::post};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{Route, passkeys::{guard, rp_id}};
use crate::{
    App,
    auth::{Authorized, endpoint},
    error::{ApiError, Code},
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/passkeys/options",
        methods: post(passkey_registration_options),
        errors: &[("passkey_registration_options", reading![
                Code::SessionRequired,
                Code::CrossSiteRequest,
                Code::ReauthenticationRequired,
            ])],
    }
}

endpoint! {
    /// Beginning a registration.
    PasskeyOptions = "passkeys.options", None, MANAGE_WRITE, people before passkey
}

/// `PublicKeyCredentialCreationOptionsJSON` (Web Authentication Level 3): give it to
/// `PublicKeyCredential.parseCreationOptionsFromJSON` within five minutes.
#[utoipa::path(
    post,
    path = "/api/v1/passkeys/options",
    tag = "passkeys",
    security(("session" = [])),
    responses((status = 200, description = "The options.", body = serde_json::Value))
)]
pub(crate) async fn passkey_registration_options(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<PasskeyOptions>,
) -> Result<Json<Value>, ApiError> {
    let own = caller.person()?;
    guard(&app, &caller).await?;
    let passkeys = app.store().passkeys();
    let known = passkeys.of_user(&own.user.id).await.map_err(|error| ApiError::database(&error))?;
    let challenge = passkeys.challenge(Some(&own.user.id)).await.map_err(|error| ApiError::database(&error))?;
    let exclude: Vec<_> = known.iter().map(|key| json!({ "type": "public-key", "id": key.id })).collect();
    Ok(Json(json!({
        "challenge": URL_SAFE_NO_PAD.encode(challenge),
        "rp": { "id": rp_id(&app), "name": "Labeler" },
        "user": {
            "id": URL_SAFE_NO_PAD.encode(&own.user.id),
            "name": own.user.email,
            "displayName": own.user.name,
        },
        "pubKeyCredParams": [{ "type": "public-key", "alg": -7 }],
        "authenticatorSelection": { "residentKey": "required", "requireResidentKey": true, "userVerification": "required" },
        "attestation": "none",
        "excludeCredentials": exclude,
        "timeout": 300_000,
    })))
}
