//! `POST /api/v1/label`: labels one image.

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
    routing::post,
};
use http::HeaderMap;
use labeler_labeling::LabelOptions;
use labeler_store::Permission;

use crate::{
    app::App,
    auth::{Authorized, endpoint},
    endpoints::{
        label::{
            idempotency::{self, Attempt},
            labelling::{self, LabelResult, LabelledFile, Source, labelling_errors},
        },
        workspaces::compliance_profile,
    },
    http::{
        context::RequestContext,
        error::{ApiError, Dialect, code::Code},
        route::Route,
        upload::{self, Form, OptionsPart},
    },
};

/// Returns the routes of this resource.
pub(crate) fn routes() -> Vec<Route> {
    vec![Route {
        path: "/api/v1/label",
        methods: post(label),
        errors: &[("label", labelling_errors![Code::QuotaExceeded, Code::MimeNotAllowed, Code::SignFailed])],
    }]
}

endpoint! {
    /// Labelling one image.
    LabelOne = "label", Some(Permission::Label), LABEL
}

/// The form of a label request.
#[derive(utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "describes the form; the upload is read as a stream")]
pub(crate) struct LabelForm {
    /// The image, at most 50 MB (52,428,800 bytes). The name `file` is accepted as well. Accepted, by content: JPEG,
    /// PNG, WebP, AVIF, HEIC, HEIF, TIFF and GIF.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    image: String,
    /// What to write: `digitalSourceType`, `regionPreset`, `signingMode`, `dntEnabled`, `filename`, `sha256Input`, and
    /// optionally `preApplied`, `provider`, `aiSystem`, `aiSystemVersion`, `producerCode` and `neutralTitle`, as
    /// `SharedLabelOptions` describes them. What is left out of the four about the provider comes from the workspace's compliance profile; the title is neutral, and
    /// not the file's name, also when the workspace does not keep file names.
    #[schema(
        content_media_type = "application/json",
        example = r#"{"digitalSourceType":"trainedAlgorithmicMedia","regionPreset":"eu_strict","signingMode":"managed","dntEnabled":true,"filename":"photo.jpg","sha256Input":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","preApplied":[]}"#
    )]
    options: String,
}

/// Labels one image: checks `sha256Input`, signs a C2PA manifest, stores an audit record, and answers.
///
/// Key callers receive the labelled image, unless their `Accept` takes `application/json` and excludes bytes (no `*/*`,
/// `application/*`, `application/octet-stream` or `image/…` with a weight above 0). Session callers receive JSON, unless
/// their `Accept` prefers `application/octet-stream` by name.
///
/// With an `Idempotency-Key`, a repeat of the same request within 24 hours is not labelled, counted or recorded again. The
/// labelled file is never stored, so a repeat cannot return it: it answers the facts of the first request as JSON, whatever
/// `Accept` says, with `Idempotent-Replayed: true`. Look at that header, or at `Content-Type`, before you save an answer as
/// a file. To receive a file after its answer was lost, send the request under another key: it is a label of its own.
#[utoipa::path(
    post,
    path = "/api/v1/label",
    tag = "label",
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 printable ASCII characters.")),
    request_body(content = LabelForm, content_type = "multipart/form-data"),
    responses((
        status = 200,
        description = "The labelled image, or what was done as JSON.",
        content(
            (LabelledFile = "application/octet-stream"),
            (LabelResult = "application/json"),
        ),
        headers(
            ("Content-Disposition" = String, description = "`attachment` with the file name; only with the image."),
            ("X-Labeler-Event-Id" = String, description = "Id of the audit record."),
            ("X-Labeler-Sha256-Output" = String, description = "SHA-256 of the labelled image."),
            ("X-Labeler-Applied-Layers" = String, description = "Layers written here, comma-separated."),
            ("X-Labeler-Signer-Fingerprint" = String, description = "Fingerprint of the signing certificate."),
            ("Idempotent-Replayed" = Option<String>, description = "`true` for a repeat; absent otherwise."),
            ("X-Labeler-Warnings" = String, description = "Codes of warnings, comma-separated; absent without any."),
        )
    ))
)]
pub(crate) async fn label(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<LabelOne>,
    context: RequestContext,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let form =
        Form { file_names: &["image", "file"], options: OptionsPart::Required, max_bytes: app.config.max_file_bytes };
    let now = app.clock.now_ms();
    let upload = upload::read(&headers, body, form, &app.in_flight, caller.workspace_id(), now)
        .await
        .map_err(|error| ApiError::upload(&error, Dialect::Label))?;
    let mut options = LabelOptions::from_json(&upload.options).map_err(ApiError::options)?;
    // The options contain the hash of the file, so they identify the request. The workspace's defaults are not part of
    // it: a repeat is recognised even if they have changed.
    let fingerprint = idempotency::fingerprint(&[upload.options.as_bytes()]);
    let key = idempotency::key(&headers)?;
    let ticket = match idempotency::begin(&app, &caller, key, "POST /api/v1/label", &fingerprint).await? {
        Attempt::First(ticket) => ticket,
        Attempt::Replay(facts) => {
            let done = LabelResult::from_replay(facts, &options.filename)?;
            return Ok(([idempotency::replayed()], Json(done)).into_response());
        }
    };
    let source = Source { content: upload.file, declared_type: upload.declared_type.as_deref(), part: "image" };
    let work = async {
        options.profile.fill_from(&compliance_profile::defaults_for(&app, &caller).await?);
        let signer = labelling::signer(&app, &caller, &options).await?;
        labelling::label(&app, &caller, &context, &options, &signer, source, ticket.as_ref()).await
    };
    match work.await {
        Ok(done) => Ok(labelling::answer(&headers, &caller, &done, upload.permit)),
        Err(error) => {
            idempotency::release(&app, ticket).await;
            Err(error)
        }
    }
}
