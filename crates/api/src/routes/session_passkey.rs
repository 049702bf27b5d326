//! `POST /api/v1/session/passkey`: signs a person in with a passkey. Every refusal is one and the same.

use std::sync::Arc;

use axum::{body::Body, extract::State, response::Response, routing::post};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, header};
use labeler_store::audit::Claimed;
use labeler_store::{Passkey, PasskeyUse};
use labeler_passkey::{AssertionResponse, Expected, PublicKey, verify_assertion};
use serde::Deserialize;

use super::{
    Route,
    passkeys::{challenge_of, decoded, rp_id},
    session::{SessionInfo, signed_in},
};
use crate::{
    App, auth,
    context::RequestContext,
    error::{ApiError, Code},
    json_body, limits,
};

/// Longest body.
pub(super) const MAX_BODY: usize = 16 * 1024;

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/session/passkey",
        methods: post(passkey_sign_in),
        errors: &[(
            "passkey_sign_in",
            &[
                Code::ValidationError,
                Code::InvalidCredentials,
                Code::EmailUnconfirmed,
                Code::CrossSiteRequest,
                Code::TooLarge,
            ],
        )],
    }
}

/// What the browser's `get()` gave, base64url.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PasskeyAssertion {
    /// The credential's id.
    id: String,
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    authenticator_data: String,
    signature: String,
    /// Whom the authenticator holds the passkey for.
    user_handle: String,
}

/// Signs a person in: answers who it is and sets the session cookie, as `POST /api/v1/session` does.
#[utoipa::path(
    post,
    path = "/api/v1/session/passkey",
    tag = "session",
    security(()),
    request_body = PasskeyAssertion,
    responses((
        status = 200,
        description = "Signed in.",
        body = SessionInfo,
        headers(("Set-Cookie" = String, description = "The session cookie: HttpOnly, SameSite=Lax, Path=/, and Secure over TLS. A second cookie, which is no credential, tells the browser apart from strangers at the next sign-in."))
    ))
)]
pub(crate) async fn passkey_sign_in(
    State(app): State<Arc<App>>,
    context: RequestContext,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    limits::spend_address(&app, &context, "sign-in", limits::SIGN_IN_ADDRESS).await?;
    auth::refuse_foreign_sign_in(&headers, &app.config.public_origin)?;
    let sent: PasskeyAssertion = json_body::read_up_to(&headers, body, MAX_BODY).await?;
    let (passkey, good) = verified(&app, &context, &sent).await?;
    let user_agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (passkeys, accounts) = (app.store().passkeys(), app.store().accounts());
    let started = passkeys
        .sign_in(&accounts, &passkey, good, user_agent, &context.origin())
        .await
        .map_err(ApiError::passkeys)?;
    signed_in(&app, &started).await
}

/// The passkey behind an assertion that is good, and what the assertion says of it. Every refusal is one and the same.
pub(super) async fn verified(
    app: &App,
    context: &RequestContext,
    sent: &PasskeyAssertion,
) -> Result<(Passkey, PasskeyUse), ApiError> {
    let client_data = decoded("clientDataJSON", &sent.client_data)?;
    let authenticator_data = decoded("authenticatorData", &sent.authenticator_data)?;
    let (signature, id) = (decoded("signature", &sent.signature)?, decoded("id", &sent.id)?);
    let challenge = challenge_of(&client_data).ok_or_else(ApiError::wrong_sign_in)?;
    let passkeys = app.store().passkeys();
    if !passkeys.take_challenge(&challenge, None).await.map_err(|error| ApiError::database(&error))? {
        return Err(ApiError::wrong_sign_in());
    }
    let found = passkeys.find(&id).await.map_err(|error| ApiError::database(&error))?;
    let passkey = found.ok_or_else(ApiError::wrong_sign_in)?;
    context.set_claimed(Claimed::User(passkey.user_id.clone()), "passkey");
    // No credentials are named in the options, so the authenticator says whose it is (section 7.2, step 6).
    if sent.user_handle.trim_end_matches('=') != URL_SAFE_NO_PAD.encode(&passkey.user_id) {
        return Err(ApiError::wrong_sign_in());
    }
    let key = PublicKey::from_sec1(&passkey.public_key)
        .map_err(|error| ApiError::internal(format!("stored passkey: {error}")))?;
    let expected = Expected {
        challenge: &challenge,
        origin: &app.config.public_origin,
        rp_id: rp_id(app),
        user_verification: true,
    };
    let response =
        AssertionResponse { client_data: &client_data, authenticator_data: &authenticator_data, signature: &signature };
    let good = verify_assertion(&response, &key, passkey.counter, &expected).map_err(|_| ApiError::wrong_sign_in())?;
    let good =
        PasskeyUse { counter: good.counter, backup_eligible: good.backup_eligible, backed_up: good.backed_up };
    Ok((passkey, good))
}
