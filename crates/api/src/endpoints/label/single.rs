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

/// Form of a label request.
#[derive(utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "describes the form; the upload is read as a stream")]
pub(crate) struct LabelForm {
    /// Image, at most 50 MB (52,428,800 bytes). Can also be named `file`. Accepted types, determined from the content:
    /// JPEG, PNG, WebP, AVIF, HEIC, HEIF, TIFF and GIF.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    image: String,
    /// Label options, as described by `SharedLabelOptions`: `digitalSourceType`, `regionPreset`, `signingMode`,
    /// `dntEnabled`, `filename` and `sha256Input`, and optionally `preApplied`, `provider`, `aiSystem`,
    /// `aiSystemVersion`, `producerCode` and `neutralTitle`. If one of the four options about the provider is absent,
    /// its value in the compliance profile of the workspace applies. The title is neutral, instead of the file name,
    /// also if the workspace does not keep file names.
    #[schema(
        content_media_type = "application/json",
        example = r#"{"digitalSourceType":"trainedAlgorithmicMedia","regionPreset":"eu_strict","signingMode":"managed","dntEnabled":true,"filename":"photo.jpg","sha256Input":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","preApplied":[]}"#
    )]
    options: String,
}

/// Labels an image.
///
/// Verifies `sha256Input`, signs a C2PA manifest, stores a labelling event, and returns the labelled image.
///
/// Callers with a key or token receive the labelled image, unless their `Accept` header accepts `application/json` and
/// excludes bytes (no `*/*`, `application/*`, `application/octet-stream` or `image/…` with a weight above 0). Session
/// callers receive JSON, unless their `Accept` header prefers `application/octet-stream` by name.
///
/// With an `Idempotency-Key`, a repeat of the same request within 24 hours is not labelled, counted or recorded again.
/// The labelled file is never stored, so the response to a repeat cannot contain it. It contains the result of the
/// first request as JSON, regardless of `Accept`, with `Idempotent-Replayed: true`. Check this header, or
/// `Content-Type`, before you save a response as a file. If a response was lost and you need the file, send the request
/// with another key: this creates a separate label.
#[utoipa::path(
    post,
    path = "/api/v1/label",
    tag = "label",
    params(("Idempotency-Key" = Option<String>, Header, description = "Key of the request, 1 to 255 printable ASCII characters. A repeat of the request with the same key has no further effect within 24 hours.")),
    request_body(content = LabelForm, content_type = "multipart/form-data"),
    responses((
        status = 200,
        description = "The labelled image, or the result as JSON.",
        content(
            (LabelledFile = "application/octet-stream"),
            (LabelResult = "application/json"),
        ),
        headers(
            ("Content-Disposition" = String, description = "`attachment` with the file name. Present only with the image."),
            ("X-Labeler-Event-Id" = String, description = "ID of the labelling event."),
            ("X-Labeler-Sha256-Output" = String, description = "SHA-256 of the labelled image, lower-case hexadecimal."),
            ("X-Labeler-Applied-Layers" = String, description = "Layers that were written, separated by commas."),
            ("X-Labeler-Signer-Fingerprint" = String, description = "Fingerprint of the signing certificate."),
            ("Idempotent-Replayed" = Option<String>, description = "`true` for a repeat. Absent otherwise."),
            ("X-Labeler-Warnings" = String, description = "Codes of the warnings, separated by commas. Absent if there are none."),
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
