//! `GET /api/v1/manifests/{manifestId}`: a kept manifest store (C2PA Soft Binding Resolution API).

use std::sync::Arc;

use axum::{
    extract::{Path, RawQuery, State, rejection::PathRejection},
    response::{IntoResponse, Response},
    routing::get,
};
use http::header;

use super::{Route, named};
use crate::{
    App,
    context::RequestContext,
    error::{ApiError, Code},
    kept_manifests, limits, query,
};

/// Media type of a manifest store on its own (C2PA 2.2, 11.4).
const MEDIA_TYPE: &str = "application/c2pa";

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/manifests/{manifestId}",
        methods: get(get_manifest),
        errors: &[("get_manifest", &[Code::ValidationError, Code::NotFound])],
    }
}

/// A manifest store, as bytes.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
#[allow(dead_code, reason = "describes the answer; it is sent as bytes")]
pub(crate) struct ManifestStore(Vec<u8>);

/// Reads a kept manifest store by the id of its active manifest: byte for byte the one in the labelled file. No credentials
/// needed.
#[utoipa::path(
    get,
    path = "/api/v1/manifests/{manifestId}",
    tag = "soft-binding",
    security(()),
    params(
        ("manifestId" = String, Path, description = "Id of the active manifest.", max_length = 256, example = "urn:c2pa:f9168c5e-ceb2-4faa-b6bf-329bf39fa1e4"),
        ("returnActiveManifest" = Option<bool>, Query, description = "`true` for a manifest store with the active manifest alone, without those of its ingredients."),
    ),
    responses((status = 200, description = "The manifest store.", body = ManifestStore, content_type = "application/c2pa"))
)]
pub(crate) async fn get_manifest(
    State(app): State<Arc<App>>,
    context: RequestContext,
    RawQuery(raw): RawQuery,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    limits::spend_address(&app, &context, "manifests.get", limits::SOFT_BINDING_ADDRESS).await?;
    let id = named(id)?;
    let parameters = query::parse(raw.as_deref(), &["returnActiveManifest"])?;
    let is_active_only = match parameters.get("returnActiveManifest").map(String::as_str) {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => {
            let text = "returnActiveManifest must be true or false";
            return Err(ApiError::validation("returnActiveManifest", text));
        }
    };
    let missing = || ApiError::new(Code::NotFound, "No manifest store with this active manifest is kept here.");
    let mut store = kept_manifests::read(&app, &id).await?.ok_or_else(missing)?;
    if is_active_only {
        store = labeler_provenance::active_manifest(&store)
            .ok_or_else(|| ApiError::internal(format!("the kept manifest store {id} has no active manifest")))?;
    }
    Ok(([(header::CONTENT_TYPE, MEDIA_TYPE)], store).into_response())
}
