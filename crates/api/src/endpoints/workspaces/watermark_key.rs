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

/// The keys of the workspace's watermarks, without the keys themselves.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WatermarkKeyDetail {
    /// The key in use; null while there is only the public watermark.
    in_use: Option<WatermarkKeyEntry>,
    /// Earlier keys, newest first, at most 7. Watermarks that were written with them are still read.
    earlier: Vec<WatermarkKeyEntry>,
}

/// A key, without its bytes.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WatermarkKeyEntry {
    /// The first 8 hexadecimal digits of the key's SHA-256.
    #[schema(example = "3f79bb7b", min_length = 8, max_length = 8)]
    fingerprint: String,
    /// When the key was uploaded.
    #[schema(format = DateTime)]
    created_at: String,
}

/// A key to put in use.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WatermarkKeyUpload {
    /// 32 random bytes as 64 hexadecimal digits. They are sealed before they are stored and never shown again.
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

/// Which watermark keys the workspace has: fingerprints and times, never the keys.
#[utoipa::path(
    get,
    path = "/api/v1/workspace/watermark-key",
    tag = "workspace",
    responses((status = 200, description = "The keys, without their bytes.", body = WatermarkKeyDetail))
)]
pub(crate) async fn get_watermark_key(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<GetWatermarkKey>,
) -> Result<Json<WatermarkKeyDetail>, ApiError> {
    detail(&app, &caller).await
}

/// Puts a watermark key in use. `POST /check` by callers of this workspace reads watermarks that were written with it
/// (`labeler label --watermark-key`), beside the public watermark. The key in use before stays for reading; of more than 8
/// keys the oldest is removed. An earlier key is put in use again by uploading it again.
#[utoipa::path(
    put,
    path = "/api/v1/workspace/watermark-key",
    tag = "workspace",
    request_body = WatermarkKeyUpload,
    responses((status = 200, description = "The keys, without their bytes.", body = WatermarkKeyDetail))
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

/// Removes the watermark keys of the workspace, the one in use and earlier ones. From then on only the public watermark is
/// read.
#[utoipa::path(
    delete,
    path = "/api/v1/workspace/watermark-key",
    tag = "workspace",
    responses((status = 204, description = "Removed."))
)]
pub(crate) async fn remove_watermark_key(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<RemoveWatermarkKey>,
) -> Result<StatusCode, ApiError> {
    let removed = app.store().watermark_keys().remove(&caller.authority(), caller.workspace_id()).await;
    removed.map(|()| StatusCode::NO_CONTENT).map_err(ApiError::watermark_key)
}
