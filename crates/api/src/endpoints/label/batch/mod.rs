//! `POST /api/v1/label/batch`: labels up to ten images and answers a ZIP archive. See [`work`].

mod archive;
mod names;
pub(crate) mod work;

use std::sync::Arc;

use axum::{
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
    routing::post,
};
use http::{HeaderMap, HeaderValue, header};
use labeler_store::Permission;

use crate::{
    app::App,
    auth::{Authorized, endpoint},
    endpoints::label::{
        batch::work::{Batch, BatchManifest},
        labelling::labelling_errors,
    },
    http::{
        context::RequestContext,
        error::{ApiError, code::Code},
        route::Route,
    },
};

/// Returns the routes of this resource.
pub(crate) fn routes() -> Vec<Route> {
    vec![Route { path: work::PATH, methods: post(label_batch), errors: &[("label_batch", labelling_errors![])] }]
}

endpoint! {
    /// Labelling a batch of images.
    LabelBatch = "label_batch", Some(Permission::Label), LABEL_BATCH
}

/// Form of a batch request.
#[derive(utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "describes the form; the upload is read as a stream")]
pub(crate) struct LabelBatchForm {
    /// Images. Repeat the part at most 10 times. Each image as for `POST /api/v1/label`, at most 50 MB (52,428,800
    /// bytes); all images together at most 200 MB (209,715,200 bytes). Can also be named `files`.
    #[schema(value_type = Vec<String>, format = Binary, max_items = 10, content_media_type = "application/octet-stream")]
    image: Vec<String>,
    /// Label options for all images: those of `POST /api/v1/label` without `filename` and `sha256Input`, which are
    /// derived from each file. The part can precede or follow the images.
    #[schema(
        content_media_type = "application/json",
        example = r#"{"digitalSourceType":"trainedAlgorithmicMedia","regionPreset":"eu_strict","signingMode":"managed","dntEnabled":true,"preApplied":[]}"#
    )]
    options: String,
}

/// ZIP archive.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
#[allow(dead_code, reason = "describes the answer; the archive is sent as a stream")]
pub(crate) struct BatchArchive(Vec<u8>);

/// Labels up to 10 images.
///
/// Returns a ZIP archive of the labelled images and a `manifest.json` (schema `BatchManifest`), which contains one
/// entry per image in the order of the request. If an image cannot be labelled, its entry contains the reason; the
/// other images are labelled nevertheless.
///
/// The request is read completely before labelling starts. Errors of the request as a whole (invalid options, more than
/// 10 images, more than 200 MB) yield an error status, and nothing is labelled. The archive is streamed while it is
/// created; `manifest.json` comes last.
///
/// A proxy in front of this API can have a lower limit. Cloudflare refuses bodies above the limit of the plan with its
/// own 413 response: 100 MB on Free and Pro, 200 MB on Business. A deployment without storage for batches accepts at
/// most 50 MB.
///
/// With an `Idempotency-Key`, a repeat of the same request within 24 hours labels only the images that the first
/// request did not reach. The entries of all others contain the result of the first request, with `replayed: true`.
/// Their files are not in the archive, because they are not stored.
#[utoipa::path(
    post,
    path = "/api/v1/label/batch",
    tag = "label",
    params(("Idempotency-Key" = Option<String>, Header, description = "Key of the request, 1 to 255 printable ASCII characters. A repeat of the request with the same key has no further effect within 24 hours.")),
    request_body(content = LabelBatchForm, content_type = "multipart/form-data"),
    responses((
        status = 200,
        description = "The labelled images and `manifest.json`.",
        content((BatchArchive = "application/zip")),
        headers(("Content-Disposition" = String, description = "`attachment; filename=\"batch-result.zip\"`."))
    ))
)]
pub(crate) async fn label_batch(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<LabelBatch>,
    context: RequestContext,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let batch = Batch::open(app, caller, context, &headers, body).await?;
    let mut response = batch.into_body().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"batch-result.zip\""));
    Ok(response)
}

/// Adds the schema of the manifest to the document, because no JSON body refers to it.
#[derive(utoipa::OpenApi)]
#[openapi(components(schemas(BatchManifest)))]
pub(crate) struct Schemas;
