//! `/api/v1/session` and `/api/v1/sessions`: signing in with a cookie, for web pages, and the sessions of a person.
//!
//! A sign-in takes the same work and gives the same answer for an unknown address and for a wrong password. Attempts
//! are limited per address, and per account and address. Another site cannot sign a browser in.

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    response::{IntoResponse, Response},
    routing::{delete, get, put},
};
use http::{HeaderMap, StatusCode, header};
use labeler_store::{Claimed, NewSession, Permission, Role, SessionError, SessionIdentity, SignIn};
use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    auth::{
        Authorized,
        anonymous::{Anonymous, anonymous},
        cookie, endpoint,
    },
    endpoints::workspaces::WorkspaceInfo,
    http::{
        error::{ApiError, code::Code},
        json_body,
        lists::Listed,
        route::{Route, anonymous_json, changing, path_parameter, reading},
        times::iso_time,
    },
};

/// Error codes of a sign-in.
pub(crate) const SIGN_IN_ERRORS: &[Code] =
    anonymous_json![Code::InvalidCredentials, Code::EmailUnconfirmed, Code::CrossSiteRequest];

/// Returns the routes of this resource.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route {
            path: "/api/v1/session",
            methods: get(current_session).post(sign_in).delete(sign_out),
            errors: &[
                ("sign_in", SIGN_IN_ERRORS),
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
        },
        Route {
            path: "/api/v1/session/workspace",
            methods: put(switch_workspace),
            errors: &[("switch_workspace", changing![Code::SessionRequired, Code::NotFound])],
        },
        Route {
            path: "/api/v1/sessions",
            methods: get(list_sessions).delete(end_other_sessions),
            errors: &[
                ("list_sessions", reading![Code::SessionRequired]),
                ("end_other_sessions", reading![Code::SessionRequired, Code::CrossSiteRequest]),
            ],
        },
        Route {
            path: "/api/v1/sessions/{id}",
            methods: delete(end_session),
            errors: &[("end_session", reading![Code::SessionRequired, Code::CrossSiteRequest, Code::NotFound])],
        },
    ]
}

endpoint! {
    /// Reading or ending the caller's session.
    OwnSession = "session", None, SESSION, people before passkey
}

/// E-mail address and password.
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

/// Session of a person in a workspace.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionInfo {
    /// Signed-in person.
    user: Person,
    /// Current workspace of the session.
    workspace: WorkspaceInfo,
    /// Role of the person in this workspace.
    #[schema(example = "owner")]
    role: Role,
    /// Permissions of the role. The API refuses everything that needs another one.
    permissions: Vec<Permission>,
    /// Roles that the person may grant to members, invitations and workspace keys.
    grantable_roles: Vec<Role>,
    /// Whether the workspace requires a passkey that this session has not yet used. Until then the session can only
    /// authenticate with a passkey, register a first passkey, switch to another workspace or end.
    passkey_required: bool,
    /// Time at which the session expires.
    #[schema(format = DateTime, example = "2026-06-15T10:30:00.000Z")]
    expires_at: String,
}

/// A person.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Person {
    /// ID, `usr_…`.
    id: String,
    /// E-mail address used to sign in.
    email: String,
    /// Name for people.
    name: String,
}

/// Returns the roles that a person may grant; none without the permission to manage members or keys.
fn grantable_roles(role: Role) -> Vec<Role> {
    let own = role.permissions();
    if own.contains(Permission::ManageMembers) || own.contains(Permission::ManageKeys) {
        Role::grantable(own)
    } else {
        Vec::new()
    }
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
            role: identity.role,
            permissions: identity.role.permissions().iter().collect(),
            grantable_roles: grantable_roles(identity.role),
            passkey_required: !identity.is_admitted(),
            expires_at: iso_time(identity.session.expires_at_ms)?,
        })
    }
}

anonymous! {
    /// Signing in with a password.
    PasswordSignIn = "sign-in", SIGN_IN_ADDRESS, same site
}

/// Signs a person in with e-mail address and password.
///
/// Returns the session and sets the session cookie (`__Host-labeler_session`; `labeler_session` on http://localhost).
#[utoipa::path(
    post,
    path = "/api/v1/session",
    tag = "session",
    security(()),
    request_body = Credentials,
    responses((
        status = 200,
        description = "The person is signed in.",
        body = SessionInfo,
        headers(("Set-Cookie" = String, description = "The session cookie: HttpOnly, SameSite=Lax, Path=/, and Secure over TLS. A second cookie, which is not a credential, lets the server recognise this browser at the next sign-in."))
    ))
)]
pub(crate) async fn sign_in(
    State(app): State<Arc<App>>,
    Anonymous { context, .. }: Anonymous<PasswordSignIn>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let credentials: Credentials = json_body::read(&headers, body).await?;

    let store = app.store();
    context.set_claimed(Claimed::Email(credentials.email.clone()), "password");
    let user_agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let device = cookie::known_device(&headers, app.config.is_https());
    let started = store
        .sessions()
        .sign_in_on(
            SignIn { email: &credentials.email, password: &credentials.password, user_agent },
            device,
            &context.origin(),
        )
        .await
        .map_err(ApiError::accounts)?;
    signed_in(&app, &started).await
}

/// Returns the answer to a successful sign-in of any kind: the person, and the cookie.
pub(crate) async fn signed_in(app: &App, started: &NewSession) -> Result<Response, ApiError> {
    let store = app.store();
    let identity = store.sessions().verify_session(&started.cookie).await.map_err(|error| match error {
        SessionError::Database(error) => ApiError::database(&error),
        other => ApiError::internal(format!("new session: {other}")),
    })?;
    let seconds = identity.session.expires_at_ms.saturating_sub(identity.session.created_at_ms).div_euclid(1000);
    let cookie = cookie::session_cookie(&started.cookie, seconds, app.config.is_https())
        .ok_or_else(|| ApiError::internal("the session does not fit into a cookie"))?;
    let mut response = ([(header::SET_COOKIE, cookie)], Json(SessionInfo::of(&identity)?)).into_response();
    // With the device cookie, failed attempts from elsewhere do not delay sign-ins in this browser.
    let token = store.sessions().device_token(&identity.user.email).ok();
    if let Some(device) = token.and_then(|token| cookie::device_cookie(&token, app.config.is_https())) {
        response.headers_mut().append(header::SET_COOKIE, device);
    }
    Ok(response)
}

/// Returns the current session.
///
/// Only for people with a session; not for keys and tokens.
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

/// Signs out.
///
/// Ends the session immediately and removes the cookie.
#[utoipa::path(
    delete,
    path = "/api/v1/session",
    tag = "session",
    security(("session" = [])),
    responses((
        status = 204,
        description = "The session ended.",
        headers(("Set-Cookie" = String, description = "Removes the session cookie."))
    ))
)]
pub(crate) async fn sign_out(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<OwnSession>,
) -> Result<Response, ApiError> {
    let identity = caller.person()?;
    app.store()
        .sessions()
        .end_session(&caller.actor, &identity.user.id, &identity.session.id)
        .await
        .map_err(|error| ApiError::database(&error))?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    if let Some(cookie) = cookie::clear_cookie(app.config.is_https()) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

endpoint! {
    /// Switching to another workspace.
    SwitchWorkspace = "session.switch", None, MANAGE_WRITE, people before passkey
}

/// Target workspace.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Switch {
    /// ID of the workspace, `ws_…`.
    workspace_id: String,
}

/// Switches the session to another workspace.
///
/// Returns `not_found` if the person is not a member of it.
#[utoipa::path(
    put,
    path = "/api/v1/session/workspace",
    tag = "session",
    security(("session" = [])),
    request_body = Switch,
    responses((status = 204, description = "The session uses the workspace."))
)]
pub(crate) async fn switch_workspace(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<SwitchWorkspace>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, ApiError> {
    let identity = caller.person()?;
    let to: Switch = json_body::read(&headers, body).await?;
    let store = app.store();
    let switched = store.sessions().switch_workspace(&identity.user.id, &identity.session.id, &to.workspace_id).await;
    if switched.map_err(|error| ApiError::database(&error))? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::new(
            Code::NotFound,
            "You are not a member of a workspace with this ID. GET /api/v1/workspaces lists yours.",
        ))
    }
}

endpoint! {
    /// Listing the caller's sessions.
    ListSessions = "sessions.list", None, MANAGE_READ, people
}
endpoint! {
    /// Ending the caller's other sessions.
    EndOtherSessions = "sessions.end_others", None, MANAGE_WRITE, people
}

/// Session of the person.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionEntry {
    /// ID of the session, for `DELETE /api/v1/sessions/{id}`.
    id: String,
    /// Whether this is the session of the request.
    current: bool,
    /// Browser, as named in its `User-Agent` header.
    user_agent: String,
    /// ID of the current workspace of the session.
    workspace_id: String,
    #[schema(format = DateTime)]
    created_at: String,
    /// Time of the last use, accurate to one minute.
    #[schema(format = DateTime)]
    last_seen_at: String,
    /// Time at which the session expires.
    #[schema(format = DateTime)]
    expires_at: String,
}

/// Lists the active sessions of the person, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/sessions",
    tag = "session",
    security(("session" = [])),
    responses((status = 200, description = "The sessions.", body = Listed<SessionEntry>))
)]
pub(crate) async fn list_sessions(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<ListSessions>,
) -> Result<Json<Listed<SessionEntry>>, ApiError> {
    let own = caller.person()?;
    let sessions = app.store().sessions().sessions(&own.user.id).await.map_err(|error| ApiError::database(&error))?;
    let mut data = Vec::with_capacity(sessions.len());
    for session in sessions {
        data.push(SessionEntry {
            current: session.id == own.session.id,
            created_at: iso_time(session.created_at_ms)?,
            last_seen_at: iso_time(session.last_seen_at_ms)?,
            expires_at: iso_time(session.expires_at_ms)?,
            id: session.id,
            user_agent: session.user_agent,
            workspace_id: session.workspace_id,
        });
    }
    Ok(Json(Listed { data }))
}

/// Ends all other sessions of the person.
#[utoipa::path(
    delete,
    path = "/api/v1/sessions",
    tag = "session",
    security(("session" = [])),
    responses((status = 204, description = "The other sessions ended."))
)]
pub(crate) async fn end_other_sessions(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<EndOtherSessions>,
) -> Result<StatusCode, ApiError> {
    let own = caller.person()?;
    let ended = app.store().sessions().end_other_sessions(&caller.actor, &own.user.id, &own.session.id).await;
    ended.map_err(|error| ApiError::database(&error))?;
    Ok(StatusCode::NO_CONTENT)
}

endpoint! {
    /// Ending one of the caller's sessions.
    EndSession = "sessions.end", None, MANAGE_WRITE, people
}

/// Ends a session of the person immediately.
#[utoipa::path(
    delete,
    path = "/api/v1/sessions/{id}",
    tag = "session",
    security(("session" = [])),
    params(("id" = String, Path, description = "ID of the session.")),
    responses((status = 204, description = "The session ended."))
)]
pub(crate) async fn end_session(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<EndSession>,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let own = caller.person()?;
    let ended = app.store().sessions().end_session(&caller.actor, &own.user.id, &path_parameter(id)?).await;
    if ended.map_err(|error| ApiError::database(&error))? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::new(Code::NotFound, "No session of yours has this ID. GET /api/v1/sessions lists them."))
    }
}
