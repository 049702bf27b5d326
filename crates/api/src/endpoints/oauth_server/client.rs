//! Parts that the OAuth2 endpoints share: the form, client authentication, and answers in the shapes of RFC 6749.

use axum::{
    Json,
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use labeler_store::Claimed;
use labeler_store::{ActorKind, ClientError, VerifiedClient};
use labeler_token::{ClientAuth, Form, JwkSet, OAuthCode, OAuthError, client_auth, form, verify_assertion};

use crate::{
    app::App,
    auth::{access_tokens, anonymous::anonymous},
    http::{
        context::{LoggedCaller, RequestContext},
        error::ApiError,
        json_body,
    },
};

anonymous! {
    /// Requests of OAuth2 clients, counted before the client is authenticated.
    OAuthRequest = "oauth", OAUTH_ADDRESS
}

/// Error of an OAuth2 endpoint: in the shape of RFC 6749, or in the envelope of the API.
pub(crate) enum OAuthEndpointError {
    /// `{"error", "error_description"}`.
    OAuth(OAuthError),
    /// Rate limit, or an internal failure.
    Api(ApiError),
}

impl From<OAuthError> for OAuthEndpointError {
    fn from(error: OAuthError) -> Self {
        Self::OAuth(error)
    }
}

impl From<ApiError> for OAuthEndpointError {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

impl IntoResponse for OAuthEndpointError {
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

/// Reads the form of a request and authenticates the client that sent it.
pub(crate) async fn authenticate(
    app: &App,
    context: &RequestContext,
    headers: &HeaderMap,
    body: Body,
) -> Result<(Form, VerifiedClient), OAuthEndpointError> {
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
    let client = verify_client(app, &auth).await?;
    context.set_caller(LoggedCaller {
        workspace_id: client.client.workspace_id.clone(),
        livemode: client.client.livemode,
        kind: ActorKind::Client,
        id: client.client.id.clone(),
    });
    Ok((form, client))
}

/// Verifies the credentials that a client presented.
async fn verify_client(app: &App, auth: &ClientAuth) -> Result<VerifiedClient, OAuthEndpointError> {
    let oauth = app.store().oauth();
    let refused = |error: ClientError| match error {
        ClientError::Database(error) => OAuthEndpointError::Api(ApiError::database(&error)),
        _ => OAuthEndpointError::OAuth(auth.refusal()),
    };
    match auth {
        ClientAuth::Secret { client_id, secret, .. } => oauth.verify_secret(client_id, secret).await.map_err(refused),
        ClientAuth::Assertion { client_id, assertion } => {
            let client = oauth.client_with_keys(client_id).await.map_err(refused)?;
            let keys = client.client.jwks.as_deref().and_then(|json| JwkSet::parse(json).ok()).unwrap_or_default();
            let verified =
                verify_assertion(assertion, client_id, &keys, &app.config.public_origin, access_tokens::now_s(app))
                    .map_err(|_| auth.refusal())?;
            oauth.use_assertion(client_id, &verified.jti, verified.expires_at).await.map_err(refused)?;
            Ok(client)
        }
    }
}
