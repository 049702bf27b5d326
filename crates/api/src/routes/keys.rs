//! `/api/v1/keys`: the API keys of the workspace, and making one.

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::{RawQuery, State},
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderMap, StatusCode};
use labeler_store::{ApiKey, CreatedKey, KeyGrant, KeyKind, KeyPosition, KeyWish, Network, Permission, Role, Scope};
use serde::{Deserialize, Serialize};

use super::Route;
use crate::{
    App,
    auth::{self, Authorized, endpoint},
    dto::{Page, iso_time, optional_time, time_of},
    error::{ApiError, Code},
    json_body, query,
};

/// Keys of a page at most.
const MAX_KEYS: u32 = 500;

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/keys",
        methods: get(list_keys).post(create_key),
        errors: &[
            ("list_keys", reading![Code::ValidationError]),
            ("create_key", changing![Code::Conflict, Code::ReauthenticationRequired]),
        ],
    }
}

endpoint! {
    /// Listing keys.
    ListKeys = "keys.list", Some(Permission::ManageKeys), MANAGE_READ
}
endpoint! {
    /// Making a key.
    CreateKey = "keys.create", Some(Permission::ManageKeys), MANAGE_WRITE
}

/// A key as listed: never with its secret.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeyInfo {
    /// Public part of the key.
    #[schema(example = "AbCd5678wxyz")]
    pub id: String,
    /// How the key looks in lists.
    #[schema(example = "lbl_live_AbCd…wxyz")]
    masked: String,
    /// `live`, `test` or `sk`.
    #[schema(example = "live")]
    kind: &'static str,
    /// For people.
    name: String,
    /// Of a live or test key.
    #[serde(skip_serializing_if = "Option::is_none")]
    scopes: Option<Vec<&'static str>>,
    /// Of a workspace key.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    /// Networks it may be used from; empty: any.
    allow: Vec<String>,
    /// Id of the person who made it.
    created_by: String,
    #[schema(format = DateTime)]
    created_at: String,
    /// When it ends by itself.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// Exact to a minute.
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
    #[schema(format = DateTime)]
    revoked_at: Option<String>,
    /// The key it replaced.
    rotated_from: Option<String>,
    /// The key that replaced it.
    replaced_by: Option<String>,
    /// The key that made it; null: a person did.
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

/// A key just made. Its secret is shown this once and stored nowhere.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct NewKeyInfo {
    key: KeyInfo,
    /// The whole key.
    #[schema(example = "lbl_live_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    secret: String,
}

impl NewKeyInfo {
    pub fn answer(created: CreatedKey) -> Result<Response, ApiError> {
        let body = Self { key: KeyInfo::of(&created.key)?, secret: created.secret };
        Ok((StatusCode::CREATED, Json(body)).into_response())
    }
}

/// What a key should be.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct KeyRequest {
    /// `live`, `test` or `sk` (a workspace key).
    #[schema(pattern = "^(live|test|sk)$", example = "live")]
    kind: String,
    /// For people, 1 to 100 characters.
    #[schema(min_length = 1, max_length = 100, example = "CRM integration")]
    name: String,
    /// For live and test keys: at least one of label, assets, certificates, check, verify.
    #[schema(value_type = Option<Vec<crate::dto::ScopeName>>, min_items = 1, example = json!(["label", "check"]))]
    scopes: Option<Vec<String>>,
    /// For workspace keys: a role, at most one's own.
    role: Option<String>,
    /// When it ends by itself; in the future. A key that makes a key sets an end no later than its own, which is also
    /// what it sets when this is absent.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// Networks it may be used from, in CIDR notation, at most 50. A key bound to networks makes keys within them; when
    /// this is empty, they have the same networks.
    #[serde(default)]
    allow: Vec<String>,
}

impl KeyRequest {
    fn wish(self) -> Result<KeyWish, ApiError> {
        let kind: KeyKind =
            self.kind.parse().map_err(|_| ApiError::validation("kind", "kind must be one of live, test, sk"))?;
        let grant = match (kind, self.scopes, self.role) {
            (KeyKind::Workspace, None, Some(role)) => KeyGrant::Role(auth::role_of("role", &role)?),
            (KeyKind::Workspace, ..) => {
                return Err(ApiError::validation("role", "a workspace key has a role and no scopes"));
            }
            (_, Some(scopes), None) if !scopes.is_empty() => KeyGrant::Scopes(scopes_of(&scopes)?),
            _ => return Err(ApiError::validation("scopes", "a live or test key has at least one scope and no role")),
        };
        let allow = self.allow.iter().map(|text| text.parse::<Network>()).collect::<Result<_, _>>();
        Ok(KeyWish {
            kind,
            name: self.name,
            grant,
            expires_at_ms: self.expires_at.map(|text| time_of("expiresAt", &text)).transpose()?,
            allow: allow.map_err(|error| ApiError::validation("allow", error.to_string()))?,
        })
    }
}

/// Scopes by their names.
pub(super) fn scopes_of(names: &[String]) -> Result<Vec<Scope>, ApiError> {
    let scopes: Result<Vec<Scope>, _> = names.iter().map(|name| name.parse()).collect();
    let mut scopes = scopes.map_err(|_| {
        let known: Vec<_> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
        ApiError::validation("scopes", format!("scopes are some of {}", known.join(", ")))
    })?;
    scopes.sort_unstable();
    scopes.dedup();
    Ok(scopes)
}

/// How many keys: 1 to 500, or 500.
fn limit_of(text: Option<String>) -> Result<u32, ApiError> {
    let Some(text) = text else { return Ok(MAX_KEYS) };
    let limit = text.parse().ok().filter(|limit| (1..=MAX_KEYS).contains(limit));
    limit.ok_or_else(|| ApiError::validation("limit", format!("limit must be an integer from 1 to {MAX_KEYS}")))
}

/// `<milliseconds>.<id>` of the last key of a page.
fn position_of(cursor: &str) -> Result<KeyPosition, ApiError> {
    cursor
        .split_once('.')
        .and_then(|(time, id)| Some(KeyPosition { created_at_ms: time.parse().ok()?, id: id.to_owned() }))
        .filter(|at| at.created_at_ms >= 0 && at.id.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        .ok_or_else(|| ApiError::validation("cursor", "cursor does not belong to this list"))
}

/// The keys of the workspace, newest first, ended ones included.
#[utoipa::path(
    get,
    path = "/api/v1/keys",
    tag = "keys",
    params(
        ("cursor" = Option<String>, Query, description = "Position from `nextCursor`."),
        ("limit" = Option<u32>, Query, description = "Keys in the page.", minimum = 1, maximum = 500, example = 500),
    ),
    responses((status = 200, description = "A page of keys.", body = Page<KeyInfo>))
)]
pub(crate) async fn list_keys(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<ListKeys>,
    RawQuery(raw): RawQuery,
) -> Result<Json<Page<KeyInfo>>, ApiError> {
    let mut parameters = query::parse(raw.as_deref(), &["cursor", "limit"])?;
    let limit = limit_of(parameters.remove("limit"))?;
    let after = parameters.remove("cursor").map(|cursor| position_of(&cursor)).transpose()?;
    let page = app.store().keys().page(caller.workspace_id(), after.as_ref(), limit).await;
    let page = page.map_err(|error| ApiError::database(&error))?;
    let data = page.keys.iter().map(KeyInfo::of).collect::<Result<_, _>>()?;
    Ok(Json(Page { data, next_cursor: page.next.map(|at| format!("{}.{}", at.created_at_ms, at.id)) }))
}

/// Makes a key that may do at most what its maker may. A key makes keys that work no longer, from no more networks and
/// within the same rate limit as it does itself. The secret is in this answer and nowhere else.
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
