//! `POST /api/v1/label`: labels one image.
//!
//! The order is what makes the audit log trustworthy: read, validate, label, store the event, answer. A file whose event
//! could not be stored is not answered.

use std::{convert::Infallible, sync::Arc};

use axum::{
    Json,
    body::{Body, Bytes},
    extract::State,
    response::{IntoResponse, Response},
    routing::post,
};
use futures_util::{StreamExt, stream};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use labeler_labeling::{LabelOptions, Labelled, SigningMode};
use labeler_provenance::SigningIdentity;
use labeler_store::{CertificateError, Event, Modality, Permission, RatePolicy, Ticket, events::NewEvent};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::Route;
use crate::{
    App,
    admission::Permit,
    auth::{Authorized, Caller, Endpoint},
    context::RequestContext,
    dto,
    error::{ApiError, Code, Dialect},
    file_name,
    idempotency::{self, Start},
    limits, media_type,
    negotiate::{self, Shape},
    upload::{self, Form},
};

const X_EVENT_ID: HeaderName = HeaderName::from_static("x-labeler-event-id");
const X_SHA256_OUTPUT: HeaderName = HeaderName::from_static("x-labeler-sha256-output");
const X_APPLIED_LAYERS: HeaderName = HeaderName::from_static("x-labeler-applied-layers");
const X_SIGNER_FINGERPRINT: HeaderName = HeaderName::from_static("x-labeler-signer-fingerprint");
const X_WARNINGS: HeaderName = HeaderName::from_static("x-labeler-warnings");

/// Bytes handed to the connection at a time: small beside an image, so that a copy made by the host stays small.
const CHUNK: usize = 256 * 1024;

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/label",
        methods: post(label),
        errors: &[(
            "label",
            &[
                Code::ValidationError,
                Code::MissingCredentials,
                Code::InvalidCredentials,
                Code::InsufficientScope,
                Code::QuotaExceeded,
                Code::CrossSiteRequest,
                Code::SigningCertificateMissing,
                Code::TooLarge,
                Code::MimeNotAllowed,
                Code::Conflict,
                Code::IdempotencyMismatch,
                Code::SignFailed,
                Code::SigningUnavailable,
                Code::Busy,
            ],
        )],
    }
}

/// Labelling one image.
pub(crate) struct LabelOne;

impl Endpoint for LabelOne {
    const NAME: &'static str = "label";
    const PERMISSION: Option<Permission> = Some(Permission::Label);
    const POLICY: RatePolicy = limits::LABEL;
}

/// The form of a label request.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "describes the form; the upload is read as a stream")]
pub(crate) struct LabelForm {
    /// The image, at most 50 MB (52,428,800 bytes). The name `file` is accepted as well. Accepted now: JPEG and PNG,
    /// by content.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    image: String,
    /// What to write: `digitalSourceType`, `regionPreset`, `signingMode`, `dntEnabled`, `filename`, `sha256Input`, and
    /// optionally `preApplied`.
    #[schema(
        content_media_type = "application/json",
        example = r#"{"digitalSourceType":"trainedAlgorithmicMedia","regionPreset":"eu_strict","signingMode":"managed","dntEnabled":true,"filename":"photo.jpg","sha256Input":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","preApplied":[]}"#
    )]
    options: String,
}

/// The labelled image, as bytes.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
#[allow(dead_code, reason = "describes the answer; the file is sent as a stream")]
pub(crate) struct LabelledFile(Vec<u8>);

/// What was done, for session callers.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LabelResult {
    /// Always true.
    #[schema(example = true)]
    ok: bool,
    /// SHA-256 of the labelled image, lower-case hexadecimal.
    #[schema(min_length = 64, max_length = 64)]
    sha256_output: String,
    /// The name given in the options.
    #[schema(example = "photo.jpg")]
    filename: String,
    /// Layers written here, in order.
    #[schema(example = json!(["c2pa"]))]
    applied_layers: Vec<String>,
    /// Fingerprint of the signing certificate.
    #[schema(example = "SHA256:Ab1Cd2")]
    signer_fingerprint: String,
    /// Id of the audit record, for `GET /api/v1/assets/{id}`.
    event_id: String,
    /// What the caller should know although the label was made.
    warnings: Vec<WarningEntry>,
}

/// One warning.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct WarningEntry {
    /// Stable and machine-readable.
    #[schema(example = "development_certificate")]
    code: &'static str,
    /// For people.
    message: String,
}

/// Labels one image: checks `sha256Input`, signs a C2PA manifest, stores an audit record, and answers.
///
/// Key callers receive the labelled image, session callers receive JSON; an explicit `Accept` of
/// `application/octet-stream` or `application/json` wins for either.
///
/// With an `Idempotency-Key`, a repeat of the same request within 24 hours is not labelled, counted or recorded again: it
/// answers the facts of the first as JSON, whatever `Accept` says, with `Idempotent-Replayed: true`. The file itself is
/// not kept.
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
    let form = Form { file_names: &["image", "file"], options: true, max_bytes: app.config.max_file_bytes };
    let now = app.clock.now_ms();
    let upload = upload::read(&headers, body, form, &app.in_flight, now)
        .await
        .map_err(|error| ApiError::upload(&error, Dialect::Label))?;
    let options = LabelOptions::from_json(&upload.options).map_err(ApiError::options)?;
    // The options name the file by its hash, so they say all of what is asked for.
    let fingerprint = hex::encode(Sha256::digest(upload.options.as_bytes()));
    let ticket = match idempotency::begin(&app, &caller, &headers, "POST /api/v1/label", &fingerprint).await? {
        Start::Do(ticket) => ticket,
        Start::Done(facts) => return Ok(([idempotency::replayed()], Json(facts)).into_response()),
    };
    let declared = upload.declared_type.as_deref();
    let (event, labelled) = match labelled(&app, &caller, &context, upload.file, declared, &options, ticket.as_ref()).await
    {
        Ok(done) => done,
        Err(error) => {
            idempotency::release(&app, ticket).await;
            return Err(error);
        }
    };

    let mut response = match negotiate::shape(&headers, caller.default_shape()) {
        Shape::Bytes => bytes_response(labelled.body.clone(), labelled.size_bytes, &options.filename, upload.permit),
        Shape::Json => Json(result(&event, &labelled)).into_response(),
    };
    add_facts(response.headers_mut(), &event, &labelled);
    Ok(response)
}

/// Labels the file and stores the event, together with what the request's key led to.
async fn labelled(
    app: &App,
    caller: &Caller,
    context: &RequestContext,
    file: Bytes,
    declared: Option<&str>,
    options: &LabelOptions,
    ticket: Option<&Ticket>,
) -> Result<(Event, Labelled), ApiError> {
    let signer = signer(app, caller, options).await?;
    let found = labeler_media::sniff(&file);
    if found.is_some_and(|found| labeler_labeling::ACCEPTED.contains(&found)) && media_type::contradicts(declared, found)
    {
        return Err(ApiError::contradiction("image", declared.unwrap_or_default(), found, Dialect::Label));
    }
    let labelled = labeler_labeling::label(file, options, &signer, dto::instant(app.clock.now_ms())?)
        .await
        .map_err(|error| ApiError::label(&error))?;
    let events = app.store().events();
    let event = events.prepare(new_event(caller, context, options, &labelled)).map_err(ApiError::events)?;
    match ticket {
        None => events.insert(&event).await,
        Some(ticket) => {
            let facts = serde_json::to_value(result(&event, &labelled));
            let facts = facts.map_err(|error| ApiError::internal(error.to_string()))?;
            events.insert_once(&event, ticket, 200, &facts).await
        }
    }
    .map_err(ApiError::events)?;
    Ok((event, labelled))
}

/// The certificate that the options ask for.
async fn signer(app: &App, caller: &Caller, options: &LabelOptions) -> Result<Arc<SigningIdentity>, ApiError> {
    let missing = |text: &str| ApiError::new(Code::SigningCertificateMissing, text).field("options.signingMode");
    match options.signing_mode {
        SigningMode::Byoc if !caller.scope.livemode => {
            Err(missing("In the sandbox only the test certificate signs; use signingMode 'managed'."))
        }
        SigningMode::Byoc => {
            let found = app.store().certificates().signer(caller.workspace_id()).await;
            let signer = found.map_err(|error| match error {
                CertificateError::NoneActive => {
                    missing("signingMode is 'byoc', and this workspace has no signing certificate in use.")
                }
                CertificateError::NotValidNow => missing("The signing certificate in use is not valid now."),
                other => ApiError::certificate(other),
            })?;
            let identity = SigningIdentity::from_pem(signer.certificate.chain.as_bytes(), &signer.key);
            identity.map(Arc::new).map_err(|error| ApiError::internal(format!("stored certificate: {error}")))
        }
        SigningMode::Managed => {
            let identity = if caller.scope.livemode { &app.signing.live } else { &app.signing.test };
            identity.clone().ok_or_else(|| {
                ApiError::new(Code::SigningUnavailable, "Managed signing is not configured.").field("options.signingMode")
            })
        }
    }
}

fn new_event(caller: &Caller, context: &RequestContext, options: &LabelOptions, labelled: &Labelled) -> NewEvent {
    NewEvent {
        scope: caller.scope.clone(),
        request_id: context.id().to_owned(),
        actor: caller.event_actor(),
        sha256_input: labelled.sha256_input.clone(),
        sha256_output: labelled.sha256_output.clone(),
        filename: options.filename.clone(),
        mime: labelled.format.mime().to_owned(),
        size_bytes: labelled.size_bytes,
        modality: match labelled.format.modality() {
            labeler_media::Modality::Video => Modality::Video,
            labeler_media::Modality::Audio => Modality::Audio,
            labeler_media::Modality::Image | labeler_media::Modality::Document => Modality::Image,
        },
        region_preset: options.region_preset.as_str().to_owned(),
        digital_source_type: options.digital_source_type.as_str().to_owned(),
        assertions: labelled.assertions.clone(),
        signer_fingerprint: labelled.signer_fingerprint.clone(),
        dnt_enabled: options.dnt_enabled,
        visible_overlay: options.visible_overlay(),
        watermark_payload_id: options.watermark_payload_id().map(str::to_owned),
    }
}

fn result(event: &Event, labelled: &Labelled) -> LabelResult {
    LabelResult {
        ok: true,
        sha256_output: labelled.sha256_output.clone(),
        filename: event.data.filename.clone(),
        applied_layers: labelled.applied_layers.clone(),
        signer_fingerprint: labelled.signer_fingerprint.clone(),
        event_id: event.id.clone(),
        warnings: labelled
            .warnings
            .iter()
            .map(|warning| WarningEntry { code: warning.code, message: warning.message.clone() })
            .collect(),
    }
}

/// The file as a download, in slices of the segments it is made of. The permit goes with the last of them.
fn bytes_response(segments: Vec<Bytes>, size: u64, name: &str, permit: Permit) -> Response {
    let slices = segments.into_iter().flat_map(|mut segment| {
        std::iter::from_fn(move || {
            let length = segment.len().min(CHUNK);
            (length > 0).then(|| segment.split_to(length))
        })
    });
    let body = stream::iter(slices).map(move |slice| {
        let _held = &permit;
        Ok::<_, Infallible>(slice)
    });
    let mut response = Body::from_stream(body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(size));
    headers.insert(header::CONTENT_DISPOSITION, file_name::attachment(name));
    response
}

/// The facts of the audit record as headers, for callers who receive the file.
fn add_facts(headers: &mut HeaderMap, event: &Event, labelled: &Labelled) {
    let warnings: Vec<&str> = labelled.warnings.iter().map(|warning| warning.code).collect();
    let facts = [
        (X_EVENT_ID, event.id.clone()),
        (X_SHA256_OUTPUT, labelled.sha256_output.clone()),
        (X_APPLIED_LAYERS, labelled.applied_layers.join(", ")),
        (X_SIGNER_FINGERPRINT, labelled.signer_fingerprint.clone()),
        (X_WARNINGS, warnings.join(", ")),
    ];
    for (name, value) in facts {
        if let (false, Ok(value)) = (value.is_empty(), HeaderValue::from_str(&value)) {
            headers.insert(name, value);
        }
    }
}
