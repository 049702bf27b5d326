//! What the OAuth2 endpoints share: reading the form, knowing the client, answering in the shapes of RFC 6749.

use axum::{
    Json,
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use labeler_store::audit::Claimed;
use labeler_store::{Actor, ActorKind, ClientError, VerifiedClient};
use labeler_token::{
    AccessClaims, ClientAuth, Form, JwkSet, OAuthCode, OAuthError, Verifier, client_auth, form, verify_assertion,
};

use crate::{App, context::RequestContext, error::ApiError, json_body, limits, request_log::LoggedCaller, token_keys};

/// A refusal in the shape of RFC 6749, or a failure in the envelope of the API.
pub(crate) enum Failure {
    /// `{"error", "error_description"}`.
    OAuth(OAuthError),
    /// Rate limit, or a failure of ours.
    Api(ApiError),
}

impl From<OAuthError> for Failure {
    fn from(error: OAuthError) -> Self {
        Self::OAuth(error)
    }
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Self::Api(error) => error.into_response(),
            Self::OAuth(error) => {
                let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
                let challenge = error.challenge();
                let mut response = (status, Json(error)).into_response();
                if let Some(challenge) = challenge {
                    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
                }
                response
            }
        }
    }
}

/// An error of the token, revocation and introspection endpoints (RFC 6749, section 5.2).
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "describes the answer; the token crate writes it")]
pub(crate) struct OAuthErrorBody {
    /// `invalid_request`, `invalid_client`, `invalid_scope`, `unsupported_grant_type`, ….
    #[schema(example = "invalid_client")]
    error: String,
    /// For people.
    error_description: String,
}

/// The audience of access tokens: this API.
pub(crate) fn audience(app: &App) -> String {
    format!("{}/api/v1", app.config.public_origin)
}

pub(crate) fn now_s(app: &App) -> i64 {
    app.clock.now_ms().div_euclid(1000)
}

/// Verifies a token, except whether it was revoked.
pub(crate) async fn verify(app: &App, token: &str) -> Result<Option<AccessClaims>, ApiError> {
    let keys = token_keys::key_set(app).await?;
    let audience = audience(app);
    let verifier = Verifier { issuer: &app.config.public_origin, audience: &audience, keys: &keys, now: now_s(app) };
    Ok(verifier.verify(token).ok())
}

/// The form of a request and the client that sent it. Counts against the address before anything is looked up.
pub(crate) async fn authenticated(
    app: &App,
    context: &RequestContext,
    headers: &HeaderMap,
    body: Body,
) -> Result<(Form, VerifiedClient), Failure> {
    limits::spend_address(app, context, "oauth", limits::OAUTH_ADDRESS).await?;
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(OAuthError::new(OAuthCode::InvalidRequest, "the body must be form-urlencoded").into());
    }
    let bytes = json_body::bytes(body, form::MAX_BYTES)
        .await
        .map_err(|_| OAuthError::new(OAuthCode::InvalidRequest, "the body is too large or ended too early"))?;
    let form = Form::parse(&bytes)?;
    let mut authorizations = headers.get_all(header::AUTHORIZATION).iter();
    let authorization = match (authorizations.next(), authorizations.next()) {
        (None, _) => None,
        (Some(value), None) => Some(value.to_str().map_err(|_| OAuthError::invalid_client(true))?),
        _ => return Err(OAuthError::new(OAuthCode::InvalidRequest, "use one Authorization header").into()),
    };
    let auth = client_auth(authorization, &form)?;
    context.set_claimed(Claimed::Client(auth.client_id().to_owned()), "client authentication");
    let client = known(app, &auth).await?;
    context.set_caller(LoggedCaller {
        workspace_id: client.client.workspace_id.clone(),
        livemode: client.client.livemode,
        kind: ActorKind::Client,
        id: client.client.id.clone(),
    });
    Ok((form, client))
}

async fn known(app: &App, auth: &ClientAuth) -> Result<VerifiedClient, Failure> {
    let oauth = app.store().oauth();
    let refused = |error: ClientError| match error {
        ClientError::Database(error) => Failure::Api(ApiError::database(&error)),
        _ => Failure::OAuth(auth.refusal()),
    };
    match auth {
        ClientAuth::Secret { client_id, secret, .. } => oauth.verify_secret(client_id, secret).await.map_err(refused),
        ClientAuth::Assertion { client_id, assertion } => {
            let client = oauth.client_with_keys(client_id).await.map_err(refused)?;
            let keys = client.client.jwks.as_deref().and_then(|json| JwkSet::parse(json).ok()).unwrap_or_default();
            let verified = verify_assertion(assertion, client_id, &keys, &app.config.public_origin, now_s(app))
                .map_err(|_| auth.refusal())?;
            oauth.use_assertion(client_id, &verified.jti, verified.expires_at).await.map_err(refused)?;
            Ok(client)
        }
    }
}

/// The actor of a call with a client's token.
pub(crate) fn actor(client_id: &str, context: &RequestContext) -> Actor {
    Actor {
        kind: ActorKind::Client,
        id: client_id.to_owned(),
        request_id: context.id().to_owned(),
        address: context.ip(),
    }
}
