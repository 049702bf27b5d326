//! `/api/v1/workspace/watermark-key`: the secret keys of the workspace's watermarks.

use std::sync::Arc;

use axum::{Json, body::Body, extract::State, routing::get};
use http::{HeaderMap, StatusCode};
use labeler_pixels::mark::Key;
use labeler_store::{Permission, WatermarkKeyInfo};
use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    auth::{Authorized, Caller, endpoint},
    http::{
        error::{ApiError, code::Code},
        json_body,
        route::{Route, changing, changing_without_body, reading},
        times::iso_time,
    },
};

/// Returns the routes of this resource.
pub(crate) fn routes() -> Vec<Route> {
    vec![Route {
        path: "/api/v1/workspace/watermark-key",
        methods: get(get_watermark_key).put(set_watermark_key).delete(remove_watermark_key),
        errors: &[
            ("get_watermark_key", reading![]),
            ("set_watermark_key", changing![]),
            ("remove_watermark_key", changing_without_body![Code::NotFound]),
        ],
    }]
}

endpoint! {
    /// Listing the watermark keys.
    GetWatermarkKey = "watermark_key.get", Some(Permission::ManageSigning), MANAGE_READ
}
endpoint! {
    /// Setting the watermark key.
    SetWatermarkKey = "watermark_key.set", Some(Permission::ManageSigning), MANAGE_WRITE
}
endpoint! {
    /// Removing the watermark keys.
    RemoveWatermarkKey = "watermark_key.remove", Some(Permission::ManageSigning), MANAGE_WRITE
}

/// Watermark keys of the workspace, without the keys themselves.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WatermarkKeyDetail {
    /// Key in use. Null if the workspace uses only the public watermark.
    in_use: Option<WatermarkKeyEntry>,
    /// Earlier keys, newest first, at most 7. Watermarks that were written with them can still be read.
    earlier: Vec<WatermarkKeyEntry>,
}

/// Watermark key, without its bytes.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WatermarkKeyEntry {
    /// Fingerprint: the first 8 hexadecimal digits of the SHA-256 of the key.
    #[schema(example = "3f79bb7b", min_length = 8, max_length = 8)]
    fingerprint: String,
    /// Time of the upload.
    #[schema(format = DateTime)]
    created_at: String,
}

/// New watermark key.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WatermarkKeyUpload {
    /// 32 random bytes as 64 hexadecimal digits. The key is encrypted before it is stored and never returned.
    #[schema(
        format = Password,
        min_length = 64,
        max_length = 64,
        pattern = "^[0-9A-Fa-f]{64}$",
        example = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    )]
    key: String,
}

async fn detail(app: &App, caller: &Caller) -> Result<Json<WatermarkKeyDetail>, ApiError> {
    let found = app.store().watermark_keys().list(caller.workspace_id()).await;
    let mut detail = WatermarkKeyDetail { in_use: None, earlier: Vec::new() };
    for WatermarkKeyInfo { fingerprint, active, created_at_ms, .. } in
        found.map_err(|error| ApiError::database(&error))?
    {
        let entry = WatermarkKeyEntry { fingerprint, created_at: iso_time(created_at_ms)? };
        if active {
            detail.in_use = Some(entry);
        } else {
            detail.earlier.push(entry);
        }
    }
    Ok(Json(detail))
}

/// Lists the watermark keys of the workspace.
///
/// Returns fingerprints and times, never the keys.
#[utoipa::path(
    get,
    path = "/api/v1/workspace/watermark-key",
    tag = "workspace",
    responses((status = 200, description = "The watermark keys, without their bytes.", body = WatermarkKeyDetail))
)]
pub(crate) async fn get_watermark_key(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<GetWatermarkKey>,
) -> Result<Json<WatermarkKeyDetail>, ApiError> {
    detail(&app, &caller).await
}

/// Sets the watermark key of the workspace.
///
/// `POST /check` then reads watermarks that were written with this key (`labeler label --watermark-key`), in addition
/// to the public watermark, for callers of this workspace. The previous key is kept for reading. Of more than 8 keys,
/// the oldest is removed. To use an earlier key again, upload it again.
#[utoipa::path(
    put,
    path = "/api/v1/workspace/watermark-key",
    tag = "workspace",
    request_body = WatermarkKeyUpload,
    responses((status = 200, description = "The watermark keys, without their bytes.", body = WatermarkKeyDetail))
)]
pub(crate) async fn set_watermark_key(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<SetWatermarkKey>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<WatermarkKeyDetail>, ApiError> {
    let upload: WatermarkKeyUpload = json_body::read(&headers, body).await?;
    let mut key = [0; 32];
    hex::decode_to_slice(&upload.key, &mut key).map_err(|_| {
        let length = upload.key.chars().count();
        let text = format!("key must be 64 hexadecimal digits (32 bytes); this text has {length} characters");
        ApiError::validation("key", text)
    })?;
    let fingerprint = Key::new(key).fingerprint();
    let keys = app.store().watermark_keys();
    let set = keys.set(&caller.authority(), caller.workspace_id(), &key, &fingerprint).await;
    set.map_err(ApiError::watermark_key)?;
    detail(&app, &caller).await
}

/// Removes all watermark keys of the workspace.
///
/// Removes the key in use and all earlier keys. Afterwards only the public watermark is read.
#[utoipa::path(
    delete,
    path = "/api/v1/workspace/watermark-key",
    tag = "workspace",
    responses((status = 204, description = "The watermark keys were removed."))
)]
pub(crate) async fn remove_watermark_key(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<RemoveWatermarkKey>,
) -> Result<StatusCode, ApiError> {
    let removed = app.store().watermark_keys().remove(&caller.authority(), caller.workspace_id()).await;
    removed.map(|()| StatusCode::NO_CONTENT).map_err(ApiError::watermark_key)
}
