//! `/api/v1/passkeys` and `/api/v1/session/passkey`: passkeys of a person, and signing in with one.
//!
//! All refusals of a sign-in look alike.

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, StatusCode, header};
use labeler_passkey::{
    AssertionResponse, Expected, MAX_CLIENT_DATA, PublicKey, RegistrationResponse, verify_assertion,
    verify_registration,
};
use labeler_store::{Claimed, NewPasskey, Passkey, PasskeyUse};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    app::App,
    auth::{
        Authorized, Caller,
        anonymous::{Anonymous, anonymous},
        endpoint,
    },
    endpoints::sessions::{SIGN_IN_ERRORS, SessionInfo, signed_in},
    http::{
        context::RequestContext,
        error::{ApiError, code::Code},
        json_body,
        lists::Listed,
        route::{Route, changing, path_parameter, reading},
        times::{iso_time, optional_time},
    },
};

/// Largest body of a registration in bytes: the largest attestation object, base64url.
const MAX_REGISTRATION_BODY: usize = 32 * 1024;

/// Largest body of a sign-in in bytes.
pub(crate) const MAX_ASSERTION_BODY: usize = 16 * 1024;

/// Returns the routes of this resource.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route {
            path: "/api/v1/passkeys",
            methods: get(list_passkeys).post(add_passkey),
            errors: &[
                ("list_passkeys", reading![Code::SessionRequired]),
                ("add_passkey", changing![Code::SessionRequired, Code::ReauthenticationRequired, Code::Conflict,]),
            ],
        },
        Route {
            path: "/api/v1/passkeys/options",
            methods: post(passkey_registration_options),
            errors: &[(
                "passkey_registration_options",
                reading![Code::SessionRequired, Code::CrossSiteRequest, Code::ReauthenticationRequired,],
            )],
        },
        Route {
            path: "/api/v1/passkeys/{id}",
            methods: delete(remove_passkey),
            errors: &[(
                "remove_passkey",
                reading![Code::SessionRequired, Code::CrossSiteRequest, Code::ReauthenticationRequired, Code::NotFound,],
            )],
        },
        Route {
            path: "/api/v1/session/passkey/options",
            methods: post(passkey_sign_in_options),
            errors: &[("passkey_sign_in_options", &[])],
        },
        Route {
            path: "/api/v1/session/passkey",
            methods: post(passkey_sign_in),
            errors: &[("passkey_sign_in", SIGN_IN_ERRORS)],
        },
    ]
}

endpoint! {
    /// Listing the caller's passkeys.
    ListPasskeys = "passkeys.list", None, MANAGE_READ, people before passkey
}
endpoint! {
    /// Registering a passkey.
    AddPasskey = "passkeys.add", None, MANAGE_WRITE, people before passkey
}

/// Returns the ID of the relying party: the host of the site.
fn rp_id(app: &App) -> &str {
    let origin = &app.config.public_origin;
    let authority = origin.split_once("://").map_or(origin.as_str(), |(_, authority)| authority);
    authority.split(':').next().unwrap_or(authority)
}

/// Decodes a field of a body from base64url.
fn decode(field: &str, text: &str) -> Result<Vec<u8>, ApiError> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).map_err(|_| {
        ApiError::validation(field, format!("{field} is not valid base64url. Send the browser's value in base64url"))
    })
}

/// Reads the challenge in client data. The store knows whether it was issued here.
fn challenge_of(client_data: &[u8]) -> Option<Vec<u8>> {
    #[derive(Deserialize)]
    struct Challenged {
        challenge: String,
    }
    if client_data.len() > MAX_CLIENT_DATA {
        return None;
    }
    let data: Challenged = serde_json::from_slice(client_data).ok()?;
    URL_SAFE_NO_PAD.decode(data.challenge).ok()
}

/// Requires a recent proof of identity before a person's passkeys change. If the person has passkeys and one of their
/// workspaces requires one, the proof must be a passkey: otherwise a password alone would be enough to sign in there,
/// with a new passkey.
async fn require_proof(app: &App, caller: &Caller) -> Result<(), ApiError> {
    let own = caller.person()?;
    caller.require_recent(app.clock.now_ms())?;
    if own.session.passkey_at_ms.is_some() {
        return Ok(());
    }
    let passkeys = app.store().passkeys();
    let wanted = passkeys.are_wanted(&own.user.id).await.map_err(|error| ApiError::database(&error))?;
    if !wanted {
        return Ok(());
    }
    let known = passkeys.of_user(&own.user.id).await.map_err(|error| ApiError::database(&error))?;
    if known.is_empty() { Ok(()) } else { Err(ApiError::passkey_required()) }
}

/// Passkey of the person.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PasskeyInfo {
    /// ID of the credential, base64url.
    id: String,
    name: String,
    /// Whether the passkey is backed up, for example synchronised to other devices.
    backed_up: bool,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
}

impl PasskeyInfo {
    fn of(passkey: Passkey) -> Result<Self, ApiError> {
        Ok(Self {
            created_at: iso_time(passkey.created_at_ms)?,
            last_used_at: optional_time(passkey.last_used_at_ms)?,
            id: passkey.id,
            name: passkey.name,
            backed_up: passkey.backed_up,
        })
    }
}

/// Result of `navigator.credentials.create()`, with binary values in base64url.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PasskeyRegistration {
    /// Name for people, 1 to 100 characters.
    name: String,
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    attestation_object: String,
}

/// Lists the passkeys of the person, oldest first.
#[utoipa::path(
    get,
    path = "/api/v1/passkeys",
    tag = "passkeys",
    security(("session" = [])),
    responses((status = 200, description = "The passkeys.", body = Listed<PasskeyInfo>))
)]
pub(crate) async fn list_passkeys(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<ListPasskeys>,
) -> Result<Json<Listed<PasskeyInfo>>, ApiError> {
    let found = app.store().passkeys().of_user(&caller.person()?.user.id).await;
    let found = found.map_err(|error| ApiError::database(&error))?;
    Ok(Json(Listed { data: found.into_iter().map(PasskeyInfo::of).collect::<Result<_, _>>()? }))
}

/// Registers a passkey.
///
/// The browser creates it with the options of `POST /api/v1/passkeys/options`. Requires a recent proof of identity.
#[utoipa::path(
    post,
    path = "/api/v1/passkeys",
    tag = "passkeys",
    security(("session" = [])),
    request_body = PasskeyRegistration,
    responses((status = 201, description = "The passkey.", body = PasskeyInfo))
)]
pub(crate) async fn add_passkey(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<AddPasskey>,
    context: RequestContext,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let own = caller.person()?;
    require_proof(&app, &caller).await?;
    let sent: PasskeyRegistration = json_body::read_up_to(&headers, body, MAX_REGISTRATION_BODY).await?;
    let client_data = decode("clientDataJSON", &sent.client_data)?;
    let attestation = decode("attestationObject", &sent.attestation_object)?;
    let refused = || {
        ApiError::validation(
            "attestationObject",
            "the registration could not be verified. Request new options, then register again",
        )
    };
    let challenge = challenge_of(&client_data).ok_or_else(refused)?;
    let passkeys = app.store().passkeys();
    let taken = passkeys.take_challenge(&challenge, Some(&own.user.id)).await;
    if !taken.map_err(|error| ApiError::database(&error))? {
        return Err(refused());
    }
    let expected = Expected {
        challenge: &challenge,
        origin: &app.config.public_origin,
        rp_id: rp_id(&app),
        user_verification: true,
    };
    let response = RegistrationResponse { client_data: &client_data, attestation: &attestation };
    let credential = verify_registration(&response, &expected).map_err(|_| refused())?;
    let new = NewPasskey {
        credential_id: credential.id,
        name: sent.name,
        public_key: credential.key.to_sec1(),
        counter: credential.counter,
        backup_eligible: credential.backup_eligible,
        backed_up: credential.backed_up,
    };
    let added =
        passkeys.add(&own.user.id, &own.session.id, &new, &context.origin()).await.map_err(ApiError::passkeys)?;
    Ok((StatusCode::CREATED, Json(PasskeyInfo::of(added)?)).into_response())
}

endpoint! {
    /// Options for registering a passkey.
    PasskeyOptions = "passkeys.options", None, MANAGE_WRITE, people before passkey
}

/// Returns options for registering a passkey.
///
/// The response is a `PublicKeyCredentialCreationOptionsJSON` (Web Authentication Level 3). Pass it to
/// `PublicKeyCredential.parseCreationOptionsFromJSON` within 5 minutes.
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
    require_proof(&app, &caller).await?;
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

endpoint! {
    /// Removing a passkey.
    RemovePasskey = "passkeys.remove", None, MANAGE_WRITE, people
}

/// Removes a passkey immediately.
#[utoipa::path(
    delete,
    path = "/api/v1/passkeys/{id}",
    tag = "passkeys",
    security(("session" = [])),
    params(("id" = String, Path, description = "ID of the credential, base64url.")),
    responses((status = 204, description = "The passkey was removed."))
)]
pub(crate) async fn remove_passkey(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<RemovePasskey>,
    context: RequestContext,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    require_proof(&app, &caller).await?;
    let removed =
        app.store().passkeys().remove(&caller.person()?.user.id, &path_parameter(id)?, &context.origin()).await;
    removed.map(|()| StatusCode::NO_CONTENT).map_err(ApiError::passkeys)
}

anonymous! {
    /// Options for signing in with a passkey.
    /// Counted apart from the attempts, because a page asks for them when it opens.
    SignInOptions = "passkey-options", SIGN_IN_ADDRESS
}

/// Returns options for signing in with a passkey.
///
/// The response is a `PublicKeyCredentialRequestOptionsJSON` (Web Authentication Level 3). Pass it to
/// `PublicKeyCredential.parseRequestOptionsFromJSON` within 5 minutes.
#[utoipa::path(
    post,
    path = "/api/v1/session/passkey/options",
    tag = "session",
    security(()),
    responses((status = 200, description = "The options.", body = serde_json::Value))
)]
pub(crate) async fn passkey_sign_in_options(
    State(app): State<Arc<App>>,
    _: Anonymous<SignInOptions>,
) -> Result<Json<Value>, ApiError> {
    let challenge = app.store().passkeys().challenge(None).await.map_err(|error| ApiError::database(&error))?;
    Ok(Json(json!({
        "challenge": URL_SAFE_NO_PAD.encode(challenge),
        "rpId": rp_id(&app),
        "userVerification": "required",
        "timeout": 300_000,
    })))
}

/// Result of `navigator.credentials.get()`, with binary values in base64url.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PasskeyAssertion {
    /// ID of the credential.
    id: String,
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    authenticator_data: String,
    signature: String,
    /// User handle of the passkey.
    user_handle: String,
}

anonymous! {
    /// Signing in with a passkey.
    PasskeySignIn = "sign-in", SIGN_IN_ADDRESS, same site
}

/// Signs a person in with a passkey.
///
/// Returns the session and sets the session cookie, in the same way as `POST /api/v1/session`.
#[utoipa::path(
    post,
    path = "/api/v1/session/passkey",
    tag = "session",
    security(()),
    request_body = PasskeyAssertion,
    responses((
        status = 200,
        description = "The person is signed in.",
        body = SessionInfo,
        headers(("Set-Cookie" = String, description = "The session cookie: HttpOnly, SameSite=Lax, Path=/, and Secure over TLS. A second cookie, which is not a credential, lets the server recognise this browser at the next sign-in."))
    ))
)]
pub(crate) async fn passkey_sign_in(
    State(app): State<Arc<App>>,
    Anonymous { context, .. }: Anonymous<PasskeySignIn>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let sent: PasskeyAssertion = json_body::read_up_to(&headers, body, MAX_ASSERTION_BODY).await?;
    let (passkey, good) = verify(&app, &context, &sent).await?;
    let user_agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let store = app.store();
    let passkeys = store.passkeys();
    let started = passkeys
        .sign_in(&store.sessions(), &passkey, good, user_agent, &context.origin())
        .await
        .map_err(ApiError::passkeys)?;
    signed_in(&app, &started).await
}

/// Verifies an assertion. Returns the passkey and the counter and flags of the assertion. All refusals look alike.
pub(crate) async fn verify(
    app: &App,
    context: &RequestContext,
    sent: &PasskeyAssertion,
) -> Result<(Passkey, PasskeyUse), ApiError> {
    let client_data = decode("clientDataJSON", &sent.client_data)?;
    let authenticator_data = decode("authenticatorData", &sent.authenticator_data)?;
    let (signature, id) = (decode("signature", &sent.signature)?, decode("id", &sent.id)?);
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
    let good = PasskeyUse { counter: good.counter, backup_eligible: good.backup_eligible, backed_up: good.backed_up };
    Ok((passkey, good))
}
