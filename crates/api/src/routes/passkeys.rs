//! `/api/v1/passkeys`: the passkeys of the person, and registering one.

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, StatusCode};
use labeler_passkey::{Expected, MAX_CLIENT_DATA, RegistrationResponse, verify_registration};
use labeler_store::{NewPasskey, Passkey};
use serde::{Deserialize, Serialize};

use super::Route;
use crate::{
    App,
    auth::{Authorized, Caller, endpoint},
    context::RequestContext,
    dto::{Listed, iso_time, optional_time},
    error::{ApiError, Code},
    json_body,
};

/// Longest body: an attestation object of the greatest size, base64url.
const MAX_BODY: usize = 32 * 1024;

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/passkeys",
        methods: get(list_passkeys).post(add_passkey),
        errors: &[
            ("list_passkeys", reading![Code::SessionRequired]),
            (
                "add_passkey",
                changing![
                    Code::SessionRequired,
                    Code::ReauthenticationRequired,
                    Code::Conflict,
                ],
            ),
        ],
    }
}

endpoint! {
    /// Listing one's passkeys.
    ListPasskeys = "passkeys.list", None, MANAGE_READ, people before passkey
}
endpoint! {
    /// Registering a passkey.
    AddPasskey = "passkeys.add", None, MANAGE_WRITE, people before passkey
}

/// The relying party: the host of the site.
pub(super) fn rp_id(app: &App) -> &str {
    let origin = &app.config.public_origin;
    let authority = origin.split_once("://").map_or(origin.as_str(), |(_, authority)| authority);
    authority.split(':').next().unwrap_or(authority)
}

/// Base64url of a body's field.
pub(super) fn decoded(field: &str, text: &str) -> Result<Vec<u8>, ApiError> {
    URL_SAFE_NO_PAD
        .decode(text.trim_end_matches('='))
        .map_err(|_| ApiError::validation(field, format!("{field} must be base64url")))
}

/// The challenge that client data answers to. Whether it is one of ours, the store knows.
pub(super) fn challenge_of(client_data: &[u8]) -> Option<Vec<u8>> {
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

/// Asks for a recent proof before the passkeys of a person change. Who has passkeys, and a workspace that asks for one,
/// proves it with a passkey: else a password alone would lead in, by way of a new passkey.
pub(super) async fn guard(app: &App, caller: &Caller) -> Result<(), ApiError> {
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

/// A passkey as listed.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PasskeyInfo {
    /// The credential's id, base64url.
    id: String,
    name: String,
    /// Whether it is kept in more than one place.
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

/// What the browser's `create()` gave, base64url.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PasskeyRegistration {
    /// For people, 1 to 100 characters.
    name: String,
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    attestation_object: String,
}

/// The passkeys of the person, oldest first.
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

/// Registers a passkey that a browser made with `POST /api/v1/passkeys/options`.
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
    guard(&app, &caller).await?;
    let sent: PasskeyRegistration = json_body::read_up_to(&headers, body, MAX_BODY).await?;
    let client_data = decoded("clientDataJSON", &sent.client_data)?;
    let attestation = decoded("attestationObject", &sent.attestation_object)?;
    let refused = || ApiError::validation("attestationObject", "the registration could not be verified");
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
    let added = passkeys.add(&own.user.id, &own.session.id, &new, &context.origin()).await.map_err(ApiError::passkeys)?;
    Ok((StatusCode::CREATED, Json(PasskeyInfo::of(added)?)).into_response())
}
