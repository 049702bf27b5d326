//! `/api/v1/keys`: API keys of the workspace.

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::{Path, RawQuery, State, rejection::PathRejection},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::{HeaderMap, StatusCode};
use labeler_store::{
    ApiKey, CreatedKey, DEFAULT_OVERLAP_S, KeyGrant, KeyKind, KeyPosition, KeysError, LeakVerdict, Network, Permission,
    Role, Scope,
};
use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    auth::{
        Authorized, Identity,
        anonymous::{Anonymous, anonymous},
        endpoint,
        names::{role_of, scopes_of},
    },
    http::{
        error::{ApiError, code::Code},
        json_body,
        lists::{Page, parse_limit},
        query,
        route::{Route, anonymous_json, changing, changing_without_body, path_parameter, reading},
        times::{iso_time, optional_time, parse_time},
    },
};

/// Maximum number of keys in a page.
const MAX_KEYS: u32 = 500;

/// Returns the routes of this resource.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route {
            path: "/api/v1/keys",
            methods: get(list_keys).post(create_key),
            errors: &[
                ("list_keys", reading![Code::ValidationError]),
                ("create_key", changing![Code::Conflict, Code::ReauthenticationRequired]),
            ],
        },
        Route { path: "/api/v1/keys/self", methods: get(own_key), errors: &[("own_key", reading![Code::NotFound])] },
        Route {
            path: "/api/v1/keys/leaked",
            methods: post(report_leaked_key),
            errors: &[("report_leaked_key", anonymous_json![])],
        },
        Route {
            path: "/api/v1/keys/{id}",
            methods: get(get_key).delete(revoke_key),
            errors: &[
                ("get_key", reading![Code::NotFound]),
                ("revoke_key", changing_without_body![Code::ValidationError, Code::NotFound]),
            ],
        },
        Route {
            path: "/api/v1/keys/{id}/rotate",
            methods: post(rotate_key),
            errors: &[("rotate_key", changing![Code::NotFound, Code::Conflict])],
        },
    ]
}

endpoint! {
    /// Listing keys.
    ListKeys = "keys.list", Some(Permission::ManageKeys), MANAGE_READ
}
endpoint! {
    /// Creating a key.
    CreateKey = "keys.create", Some(Permission::ManageKeys), MANAGE_WRITE
}

/// API key, without its secret.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeyInfo {
    /// ID: the public part of the key.
    #[schema(example = "AbCd5678wxyz")]
    pub id: String,
    /// Shortened text of the key, for display in lists.
    #[schema(example = "lbl_live_AbCd…wxyz")]
    masked: String,
    /// Type of key: `live`, `test` or `sk` (a workspace key).
    #[schema(example = "live")]
    kind: &'static str,
    /// Name for people.
    name: String,
    /// Scopes of a live or test key.
    #[serde(skip_serializing_if = "Option::is_none")]
    scopes: Option<Vec<&'static str>>,
    /// Role of a workspace key.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    /// Networks from which the key can be used. Empty: all networks.
    allow: Vec<String>,
    /// ID of the person who created the key.
    created_by: String,
    #[schema(format = DateTime)]
    created_at: String,
    /// Expiry time.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// Time of the last use, accurate to one minute.
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
    #[schema(format = DateTime)]
    revoked_at: Option<String>,
    /// ID of the key that this key replaced.
    rotated_from: Option<String>,
    /// ID of the key that replaced this key.
    replaced_by: Option<String>,
    /// ID of the key that created this key. Null if a person created it.
    made_by_key: Option<String>,
}

impl KeyInfo {
    pub fn of(key: &ApiKey) -> Result<Self, ApiError> {
        let (scopes, role) = match &key.grant {
            KeyGrant::Scopes(scopes) => (Some(scopes.iter().map(|scope| scope.as_str()).collect()), None),
            KeyGrant::Role(role) => (None, Some(role.as_str())),
        };
        Ok(Self {
            id: key.id.clone(),
            masked: key.masked(),
            kind: key.kind.as_str(),
            name: key.name.clone(),
            scopes,
            role,
            allow: key.allow.iter().map(ToString::to_string).collect(),
            created_by: key.created_by.clone(),
            created_at: iso_time(key.created_at_ms)?,
            expires_at: optional_time(key.expires_at_ms)?,
            last_used_at: optional_time(key.last_used_at_ms)?,
            revoked_at: optional_time(key.revoked_at_ms)?,
            rotated_from: key.rotated_from.clone(),
            replaced_by: key.replaced_by.clone(),
            made_by_key: key.made_by_key.clone(),
        })
    }
}

/// New API key. The response is the only place where the secret appears.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct NewKeyInfo {
    key: KeyInfo,
    /// Complete text of the key.
    #[schema(example = "lbl_live_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    secret: String,
}

impl NewKeyInfo {
    pub fn answer(created: CreatedKey) -> Result<Response, ApiError> {
        let body = Self { key: KeyInfo::of(&created.key)?, secret: created.secret };
        Ok((StatusCode::CREATED, Json(body)).into_response())
    }
}

/// Request to create an API key.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct KeyRequest {
    /// Type of key: `live`, `test` or `sk` (a workspace key).
    #[schema(pattern = "^(live|test|sk)$", example = "live")]
    kind: String,
    /// Name for people, 1 to 100 characters.
    #[schema(min_length = 1, max_length = 100, example = "CRM integration")]
    name: String,
    /// Scopes of a live or test key: at least one of `label`, `assets`, `certificates`, `check`, `verify`.
    #[schema(value_type = Option<Vec<Scope>>, min_items = 1, example = json!(["label", "check"]))]
    scopes: Option<Vec<String>>,
    /// Role of a workspace key. Cannot exceed the caller's own role.
    role: Option<String>,
    /// Expiry time, in the future. If the caller is a key, the new key expires no later than the caller; this is also
    /// the default.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// Networks from which the key can be used, in CIDR notation, at most 50. If the caller is a key with networks, the
    /// new networks must be within them; an empty list means the same networks.
    #[serde(default)]
    allow: Vec<String>,
}

impl KeyRequest {
    fn wish(self) -> Result<labeler_store::CreateKey, ApiError> {
        let kind: KeyKind =
            self.kind.parse().map_err(|_| ApiError::validation("kind", "kind must be one of live, test, sk"))?;
        let grant = match (kind, self.scopes, self.role) {
            (KeyKind::Workspace, None, Some(role)) => KeyGrant::Role(role_of("role", &role)?),
            (KeyKind::Workspace, ..) => {
                return Err(ApiError::validation(
                    "role",
                    "a workspace key has no scopes. Give a role and leave scopes out",
                ));
            }
            (_, Some(scopes), None) if !scopes.is_empty() => KeyGrant::Scopes(scopes_of(&scopes)?),
            _ => {
                return Err(ApiError::validation(
                    "scopes",
                    "a live or test key has no role. Give at least one scope and leave role out",
                ));
            }
        };
        let allow = self.allow.iter().map(|text| text.parse::<Network>()).collect::<Result<_, _>>();
        Ok(labeler_store::CreateKey {
            kind,
            name: self.name,
            grant,
            expires_at_ms: self.expires_at.map(|text| parse_time("expiresAt", &text)).transpose()?,
            allow: allow.map_err(|error| ApiError::validation("allow", error.to_string()))?,
        })
    }
}

/// Parses a cursor: `<milliseconds>.<id>` of the last key of a page.
fn parse_cursor(cursor: &str) -> Result<KeyPosition, ApiError> {
    cursor
        .split_once('.')
        .and_then(|(time, id)| Some(KeyPosition { created_at_ms: time.parse().ok()?, id: id.to_owned() }))
        .filter(|at| at.created_at_ms >= 0 && at.id.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        .ok_or_else(|| {
            ApiError::validation(
                "cursor",
                "cursor is not valid for this list. Use nextCursor of a page of the same list",
            )
        })
}

/// Lists the API keys of the workspace, newest first, including ended ones.
#[utoipa::path(
    get,
    path = "/api/v1/keys",
    tag = "keys",
    params(
        ("cursor" = Option<String>, Query, description = "Cursor from `nextCursor` of the previous page."),
        ("limit" = Option<u32>, Query, description = "Maximum number of keys in the page.", minimum = 1, maximum = 500, example = 500),
    ),
    responses((status = 200, description = "A page of keys.", body = Page<KeyInfo>))
)]
pub(crate) async fn list_keys(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<ListKeys>,
    RawQuery(raw): RawQuery,
) -> Result<Json<Page<KeyInfo>>, ApiError> {
    let mut parameters = query::parse(raw.as_deref(), &["cursor", "limit"])?;
    let limit = parse_limit(parameters.remove("limit"), MAX_KEYS, MAX_KEYS)?;
    let after = parameters.remove("cursor").map(|cursor| parse_cursor(&cursor)).transpose()?;
    let page = app.store().keys().page(caller.workspace_id(), after.as_ref(), limit).await;
    let page = page.map_err(|error| ApiError::database(&error))?;
    let data = page.keys.iter().map(KeyInfo::of).collect::<Result<_, _>>()?;
    Ok(Json(Page { data, next_cursor: page.next.map(|at| format!("{}.{}", at.created_at_ms, at.id)) }))
}

/// Creates an API key.
///
/// The permissions of the key cannot exceed those of its creator. A key created by another key works no longer, from no
/// other networks and within the same rate limit as its creator. The response is the only place where the secret
/// appears.
#[utoipa::path(
    post,
    path = "/api/v1/keys",
    tag = "keys",
    request_body = KeyRequest,
    responses((status = 201, description = "The key.", body = NewKeyInfo))
)]
pub(crate) async fn create_key(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<CreateKey>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let wish = json_body::read::<KeyRequest>(&headers, body).await?.wish()?;
    if matches!(wish.grant, KeyGrant::Role(Role::Owner | Role::Admin)) {
        caller.require_recent(app.clock.now_ms())?;
    }
    let created = app.store().keys().issue(&caller.authority(), caller.workspace_id(), wish).await;
    NewKeyInfo::answer(created.map_err(ApiError::keys)?)
}

endpoint! {
    /// Reading the caller's own key or client.
    OwnKey = "keys.self", None, MANAGE_READ
}

/// Key or token of the caller.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OwnKeyInfo {
    /// ID of the workspace.
    workspace_id: String,
    /// Plan of the workspace.
    #[schema(example = "agency")]
    plan: &'static str,
    /// Whether the caller works in production (`true`) or in the sandbox (`false`).
    livemode: bool,
    /// API key. Null for a token.
    key: Option<KeyInfo>,
    /// ID of the OAuth2 client of a token. Null for a key.
    client_id: Option<String>,
    /// Current scopes, limited by the current permissions of the creator.
    effective_scopes: Vec<&'static str>,
}

/// Returns the key or token of the caller.
///
/// Returns `not_found` for a session.
#[utoipa::path(
    get,
    path = "/api/v1/keys/self",
    tag = "keys",
    responses((status = 200, description = "The key or token of the caller.", body = OwnKeyInfo))
)]
pub(crate) async fn own_key(Authorized { caller, .. }: Authorized<OwnKey>) -> Result<Json<OwnKeyInfo>, ApiError> {
    let (key, client_id) = match &caller.identity {
        Identity::Key(key) => (Some(KeyInfo::of(key)?), None),
        Identity::Client(client) => (None, Some(client.id.clone())),
        Identity::Person(_) => {
            return Err(ApiError::new(
                Code::NotFound,
                "A session has no key. Read the session with GET /api/v1/session.",
            ));
        }
    };
    let left = Scope::ALL.iter().filter(|scope| caller.permissions.contains(scope.permission()));
    Ok(Json(OwnKeyInfo {
        workspace_id: caller.workspace_id().to_owned(),
        plan: caller.plan.as_str(),
        livemode: caller.scope.livemode,
        key,
        client_id,
        effective_scopes: left.map(|scope| scope.as_str()).collect(),
    }))
}

/// Report of a leaked key.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LeakReport {
    /// Complete text of the key.
    #[schema(format = Password)]
    key: String,
}

/// Result of a leak report.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LeakAnswer {
    /// `true_positive` for a key of this service, which no longer works; otherwise `false_positive`.
    #[schema(example = "true_positive")]
    label: &'static str,
    /// Whether this report revoked the key.
    ended_now: bool,
}

anonymous! {
    /// Reporting a leaked key.
    ReportLeakedKey = "leak", LINK_ADDRESS
}

/// Revokes a leaked key immediately.
///
/// Also revokes all keys and OAuth2 clients that the key created. No credentials are needed.
#[utoipa::path(
    post,
    path = "/api/v1/keys/leaked",
    tag = "keys",
    security(()),
    request_body = LeakReport,
    responses((status = 200, description = "The result of the report.", body = LeakAnswer))
)]
pub(crate) async fn report_leaked_key(
    State(app): State<Arc<App>>,
    Anonymous { context, .. }: Anonymous<ReportLeakedKey>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<LeakAnswer>, ApiError> {
    let report: LeakReport = json_body::read(&headers, body).await?;
    let verdict = app.store().keys().report_leak(report.key.trim(), context.id()).await.map_err(ApiError::keys)?;
    Ok(Json(match verdict {
        LeakVerdict::Key { ended_now, .. } => LeakAnswer { label: "true_positive", ended_now },
        LeakVerdict::NoKey => LeakAnswer { label: "false_positive", ended_now: false },
    }))
}

endpoint! {
    /// Reading a key.
    GetKey = "keys.get", Some(Permission::ManageKeys), MANAGE_READ
}
endpoint! {
    /// Revoking a key.
    RevokeKey = "keys.revoke", Some(Permission::ManageKeys), MANAGE_WRITE
}

/// Returns an API key of the workspace.
#[utoipa::path(
    get,
    path = "/api/v1/keys/{id}",
    tag = "keys",
    params(("id" = String, Path, description = "ID of the key.")),
    responses((status = 200, description = "The key.", body = KeyInfo))
)]
pub(crate) async fn get_key(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<GetKey>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<KeyInfo>, ApiError> {
    let found = app.store().keys().find(caller.workspace_id(), &path_parameter(id)?).await;
    let key = found.map_err(|error| ApiError::database(&error))?.ok_or(KeysError::NotFound).map_err(ApiError::keys)?;
    Ok(Json(KeyInfo::of(&key)?))
}

/// Revokes an API key immediately.
///
/// The key cannot authenticate requests that start after the response. With `cascade=true`, all keys and OAuth2 clients
/// that the key created are revoked as well, and so are those that they created or were replaced by. Use it if the key
/// was compromised.
#[utoipa::path(
    delete,
    path = "/api/v1/keys/{id}",
    tag = "keys",
    params(
        ("id" = String, Path, description = "ID of the key."),
        ("cascade" = Option<bool>, Query, description = "Whether to also revoke the keys and OAuth2 clients that the key created. Default: `false`."),
    ),
    responses((status = 204, description = "The key was revoked."))
)]
pub(crate) async fn revoke_key(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<RevokeKey>,
    id: Result<Path<String>, PathRejection>,
    RawQuery(raw): RawQuery,
) -> Result<StatusCode, ApiError> {
    let cascade = match query::parse(raw.as_deref(), &["cascade"])?.get("cascade").map(String::as_str) {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(ApiError::validation("cascade", "cascade must be true or false")),
    };
    let id = path_parameter(id)?;
    let ended = app.store().keys().withdraw(&caller.authority(), caller.workspace_id(), &id, cascade).await;
    ended.map(|()| StatusCode::NO_CONTENT).map_err(ApiError::keys)
}

endpoint! {
    /// Rotating a key.
    RotateKey = "keys.rotate", Some(Permission::ManageKeys), MANAGE_WRITE
}

/// Options of a rotation.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Rotation {
    /// Number of seconds for which the old key continues to work: 0 (not at all) to 2,592,000 (30 days). Default:
    /// 86,400 (one day).
    #[schema(maximum = 2_592_000, example = 86_400)]
    overlap_seconds: Option<u32>,
}

/// Replaces an API key by a new one with the same permissions.
///
/// The old key continues to work only for the overlap. Both keys share one rate limit. A key can be replaced once:
/// `conflict` for a key that was replaced or has ended. If a key replaces itself, the new key has the same expiry time;
/// if a person replaces it, the lifetime starts again.
#[utoipa::path(
    post,
    path = "/api/v1/keys/{id}/rotate",
    tag = "keys",
    params(("id" = String, Path, description = "ID of the key.")),
    request_body = Rotation,
    responses((status = 201, description = "The new key.", body = NewKeyInfo))
)]
pub(crate) async fn rotate_key(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<RotateKey>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let overlap = json_body::read::<Rotation>(&headers, body).await?.overlap_seconds.unwrap_or(DEFAULT_OVERLAP_S);
    let created =
        app.store().keys().rotate(&caller.authority(), caller.workspace_id(), &path_parameter(id)?, overlap).await;
    NewKeyInfo::answer(created.map_err(ApiError::keys)?)
}
