//! `/api/v1/session`: signing in with a cookie, for web pages; who is signed in; signing out.
//!
//! A sign-in answers alike, after the same work, for an unknown address and a wrong password. How often it may be tried
//! is limited per address and per address and account; another site cannot sign a browser in.

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderMap, StatusCode, header};
use labeler_store::audit::Claimed;
use labeler_store::{NewSession, SessionIdentity, SignIn, accounts::SessionError};
use serde::{Deserialize, Serialize};

use super::Route;
use crate::{
    App,
    auth::{self, Authorized, endpoint},
    context::RequestContext,
    dto::iso_time,
    error::{ApiError, Code},
    json_body, limits,
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/session",
        methods: get(current_session).post(sign_in).delete(sign_out),
        errors: &[
            (
                "sign_in",
                &[
                    Code::ValidationError,
                    Code::InvalidCredentials,
                    Code::EmailUnconfirmed,
                    Code::CrossSiteRequest,
                    Code::TooLarge,
                ],
            ),
            ("current_session", &[Code::MissingCredentials, Code::InvalidCredentials, Code::SessionRequired]),
            (
                "sign_out",
                &[
                    Code::MissingCredentials,
                    Code::InvalidCredentials,
                    Code::CrossSiteRequest,
                    Code::SessionRequired,
                ],
            ),
        ],
    }
}

endpoint! {
    /// One's own session.
    OwnSession = "session", None, SESSION, people before passkey
}

/// What a person types to sign in.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Credentials {
    /// E-mail address.
    #[schema(example = "ada@example.eu")]
    email: String,
    /// Password.
    #[schema(format = Password)]
    password: String,
}

/// Who is signed in, and where.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionInfo {
    /// The person.
    user: Person,
    /// The workspace that the session looks at.
    workspace: WorkspaceInfo,
    /// The person's role there.
    #[schema(example = "owner")]
    role: &'static str,
    /// Whether the workspace asks for a passkey that this session has not shown yet. Until then the session can show one,
    /// add a first one, go to another workspace or end, and nothing else.
    passkey_required: bool,
    /// When the session ends at the latest.
    #[schema(format = DateTime, example = "2026-06-15T10:30:00.000Z")]
    expires_at: String,
}

/// A person.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Person {
    /// `usr_…`.
    id: String,
    /// Address used to sign in.
    email: String,
    /// For people.
    name: String,
}

/// A workspace.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct WorkspaceInfo {
    /// `ws_…`.
    pub id: String,
    /// For people.
    pub name: String,
    /// What it pays for.
    #[schema(example = "free")]
    pub plan: &'static str,
}

impl SessionInfo {
    fn of(identity: &SessionIdentity) -> Result<Self, ApiError> {
        Ok(Self {
            user: Person {
                id: identity.user.id.clone(),
                email: identity.user.email.clone(),
                name: identity.user.name.clone(),
            },
            workspace: WorkspaceInfo {
                id: identity.workspace.id.clone(),
                name: identity.workspace.name.clone(),
                plan: identity.workspace.plan.as_str(),
            },
            role: identity.role.as_str(),
            passkey_required: !identity.is_admitted(),
            expires_at: iso_time(identity.session.expires_at_ms)?,
        })
    }
}

/// Signs a person in: answers who it is and sets the session cookie (`__Host-labeler_session`; on http://localhost
/// `labeler_session`).
#[utoipa::path(
    post,
    path = "/api/v1/session",
    tag = "session",
    security(()),
    request_body = Credentials,
    responses((
        status = 200,
        description = "Signed in.",
        body = SessionInfo,
        headers(("Set-Cookie" = String, description = "The session cookie: HttpOnly, SameSite=Lax, Path=/, and Secure over TLS. A second cookie, which is no credential, tells the browser apart from strangers at the next sign-in."))
    ))
)]
pub(crate) async fn sign_in(
    State(app): State<Arc<App>>,
    context: RequestContext,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    limits::spend_address(&app, &context, "sign-in", limits::SIGN_IN_ADDRESS).await?;
    auth::refuse_foreign_sign_in(&headers, &app.config.public_origin)?;
    let credentials: Credentials = json_body::read(&headers, body).await?;

    let accounts = app.store().accounts();
    context.set_claimed(Claimed::Email(credentials.email.clone()), "password");
    let user_agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let device = auth::known_device(&headers, app.config.is_https());
    let started = accounts
        .sign_in_on(
            SignIn { email: &credentials.email, password: &credentials.password, user_agent },
            device,
            &context.origin(),
        )
        .await
        .map_err(ApiError::accounts)?;
    signed_in(&app, &started).await
}

/// The answer to a sign-in of any kind: who it is, and the cookie.
pub(super) async fn signed_in(app: &App, started: &NewSession) -> Result<Response, ApiError> {
    let accounts = app.store().accounts();
    let identity = accounts.verify_session(&started.cookie).await.map_err(|error| match error {
        SessionError::Database(error) => ApiError::database(&error),
        other => ApiError::internal(format!("new session: {other}")),
    })?;
    let seconds = identity.session.expires_at_ms.saturating_sub(identity.session.created_at_ms).div_euclid(1000);
    let cookie = auth::session_cookie(&started.cookie, seconds, app.config.is_https())
        .ok_or_else(|| ApiError::internal("the session does not fit into a cookie"))?;
    let mut response = ([(header::SET_COOKIE, cookie)], Json(SessionInfo::of(&identity)?)).into_response();
    // From now on guesses from elsewhere do not keep this browser out. Without it, it is a stranger once more.
    let token = accounts.device_token(&identity.user.email).ok();
    if let Some(device) = token.and_then(|token| auth::device_cookie(&token, app.config.is_https())) {
        response.headers_mut().append(header::SET_COOKIE, device);
    }
    Ok(response)
}

/// Who is signed in. Not for keys and tokens.
#[utoipa::path(
    get,
    path = "/api/v1/session",
    tag = "session",
    security(("session" = [])),
    responses((status = 200, description = "The session.", body = SessionInfo))
)]
pub(crate) async fn current_session(
    Authorized { caller, .. }: Authorized<OwnSession>,
) -> Result<Json<SessionInfo>, ApiError> {
    Ok(Json(SessionInfo::of(caller.person()?)?))
}

/// Signs out: the session ends at once, and the cookie is taken back.
#[utoipa::path(
    delete,
    path = "/api/v1/session",
    tag = "session",
    security(("session" = [])),
    responses((
        status = 204,
        description = "Signed out.",
        headers(("Set-Cookie" = String, description = "Takes the cookie back."))
    ))
)]
pub(crate) async fn sign_out(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<OwnSession>,
) -> Result<Response, ApiError> {
    let identity = caller.person()?;
    app.store()
        .accounts()
        .end_session(&caller.actor, &identity.user.id, &identity.session.id)
        .await
        .map_err(|error| ApiError::database(&error))?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    if let Some(cookie) = auth::clear_cookie(app.config.is_https()) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

