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

/// The form of a batch.
#[derive(utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "describes the form; the upload is read as a stream")]
pub(crate) struct LabelBatchForm {
    /// The images: the part is repeated, at most 10 times. Each as for `POST /api/v1/label`, at most 50 MB (52,428,800
    /// bytes); all together at most 200 MB (209,715,200 bytes). The name `files` is accepted as well.
    #[schema(value_type = Vec<String>, format = Binary, max_items = 10, content_media_type = "application/octet-stream")]
    image: Vec<String>,
    /// What to write into each image: the options of `POST /api/v1/label` without `filename` and `sha256Input`, which are
    /// derived from each file. They may come before or after the images.
    #[schema(
        content_media_type = "application/json",
        example = r#"{"digitalSourceType":"trainedAlgorithmicMedia","regionPreset":"eu_strict","signingMode":"managed","dntEnabled":true,"preApplied":[]}"#
    )]
    options: String,
}

/// A ZIP archive.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
#[allow(dead_code, reason = "describes the answer; the archive is sent as a stream")]
pub(crate) struct BatchArchive(Vec<u8>);

/// Labels up to 10 images, each for itself, and answers a ZIP archive of those that could be labelled and a
/// `manifest.json` (its shape is the schema `BatchManifest`) with a row for each image in the order sent. An image that
/// cannot be labelled has the reason in its row and does not keep the others.
///
/// The request is read to its end first: what is wrong with it as a whole (options, more than 10 images, more than 200 MB)
/// is a status, and nothing is labelled then. The archive is sent as it is made, `manifest.json` last.
///
/// In front of this API there may be a lower limit. Cloudflare refuses bodies above the limit of the zone's plan with a 413
/// of its own: 100 MB on Free and Pro, 200 MB on Business. A deployment without storage for batches takes at most 50 MB.
///
/// With an `Idempotency-Key`, a repeat of the same request within 24 hours labels only what the first one did not come to:
/// the rows of the others say what the first led to, with `replayed: true`, and their files are not in the archive,
/// because they are not kept.
#[utoipa::path(
    post,
    path = "/api/v1/label/batch",
    tag = "label",
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 printable ASCII characters.")),
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
