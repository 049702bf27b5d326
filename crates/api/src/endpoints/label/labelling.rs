//! Labelling a file for a caller, and the answer: shared by the three label endpoints.
//!
//! The order makes the audit log trustworthy: validate, label, store the event, answer. [`label`] is the only function
//! that labels a file and stores its event; only files that it returns may be sent. The manifest store is kept after
//! the event is stored. If that fails, the file is sent nevertheless.

use std::{borrow::Cow, convert::Infallible, sync::Arc};

use axum::{
    Json,
    body::{Body, Bytes},
    response::{IntoResponse, Response},
};
use futures_util::{StreamExt, stream};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use labeler_labeling::{LabelOptions, LabelRequest, Labelled, SigningMode};
use labeler_media::Limits;
use labeler_provenance::SigningIdentity;
use labeler_store::{CertificateError, Event, Modality, NewEvent, Ticket};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    app::{
        App,
        admission::{Permit, judging_memory},
    },
    auth::Caller,
    endpoints::label::{
        manifest_store,
        negotiate::{self, Shape},
        time_stamps::TimeStampClient,
    },
    http::{
        context::RequestContext,
        error::{ApiError, Dialect, code::Code},
        file_name, media_type, times,
    },
};

/// Error codes of an operation that labels files. Further codes are arguments.
macro_rules! labelling_errors {
    ($($code:expr),* $(,)?) => {
        &[
            Code::ValidationError,
            Code::MissingCredentials,
            Code::InvalidCredentials,
            Code::InsufficientScope,
            $($code,)*
            Code::CrossSiteRequest,
            Code::SigningCertificateMissing,
            Code::TooLarge,
            Code::Conflict,
            Code::IdempotencyMismatch,
            Code::SigningUnavailable,
            Code::Busy,
        ]
    };
}
pub(crate) use labelling_errors;

const X_EVENT_ID: HeaderName = HeaderName::from_static("x-labeler-event-id");
const X_SHA256_OUTPUT: HeaderName = HeaderName::from_static("x-labeler-sha256-output");
const X_APPLIED_LAYERS: HeaderName = HeaderName::from_static("x-labeler-applied-layers");
const X_SIGNER_FINGERPRINT: HeaderName = HeaderName::from_static("x-labeler-signer-fingerprint");
const X_WARNINGS: HeaderName = HeaderName::from_static("x-labeler-warnings");

/// Largest slice of a file that is passed to the connection, in bytes. Small compared to an image, because the host may
/// copy it.
const CHUNK: usize = 256 * 1024;

/// Bytes of the labelled image.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
#[allow(dead_code, reason = "describes the answer; the file is sent as a stream")]
pub(crate) struct LabelledFile(Vec<u8>);

/// Result of labelling one file. Returned to session callers, and stored for a repeat of the request.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LabelResult {
    /// Always true.
    #[schema(example = true)]
    ok: bool,
    /// SHA-256 of the labelled image, lower-case hexadecimal.
    #[schema(min_length = 64, max_length = 64)]
    pub sha256_output: String,
    /// File name from the options.
    #[schema(example = "photo.jpg")]
    pub filename: String,
    /// Layers that were written, in order.
    #[schema(example = json!(["c2pa"]))]
    applied_layers: Vec<String>,
    /// Fingerprint of the signing certificate.
    #[schema(example = "SHA256:Ab1Cd2")]
    signer_fingerprint: String,
    /// ID of the labelling event, for `GET /api/v1/assets/{id}`.
    pub event_id: String,
    /// Warnings about the labelled file.
    pub warnings: Vec<WarningEntry>,
}

/// Warning.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub(crate) struct WarningEntry {
    /// Stable, machine-readable code.
    #[schema(value_type = String, example = "development_certificate")]
    code: Cow<'static, str>,
    /// Description for people. The text can change.
    message: String,
}

/// Field of [`LabelResult`] with the file's name.
const NAME: &str = "filename";

/// A file to label.
pub(crate) struct Source<'a> {
    /// Bytes of the file.
    pub content: Bytes,
    /// The media type that the caller gave, if any.
    pub declared_type: Option<&'a str>,
    /// Name of the part or parameter with the file, for errors.
    pub part: &'static str,
}

/// A labelled file whose event is stored.
pub(crate) struct Done {
    /// The audit record.
    pub event: Event,
    /// The labelled file.
    pub labelled: Labelled,
}

/// Labels a file and stores the event, together with the facts for a replay of the request.
pub(crate) async fn label(
    app: &App,
    caller: &Caller,
    context: &RequestContext,
    options: &LabelOptions,
    signer: &SigningIdentity,
    source: Source<'_>,
    ticket: Option<&Ticket>,
) -> Result<Done, ApiError> {
    let Source { content, declared_type, part } = source;
    let found = labeler_media::sniff(&content);
    if found.is_some_and(|found| labeler_labeling::ACCEPTED.contains(&found))
        && media_type::contradicts(declared_type, found)
    {
        return Err(ApiError::contradiction(part, declared_type.unwrap_or_default(), found, Dialect::Label));
    }
    let judging = found.map_or(0, |format| judging_memory(&content, format));
    let _judging = app.in_flight.admit_judging(judging, app.clock.now_ms()).ok_or_else(ApiError::busy)?;
    let authority = TimeStampClient::new(app);
    let mut labelled = labeler_labeling::label_with(LabelRequest {
        input: content,
        options,
        signer,
        now: times::instant(app.clock.now_ms())?,
        pixels: None,
        time_stamping: authority.as_ref().map(TimeStampClient::time_stamping),
        limits: Limits::edge(),
    })
    .await
    .map_err(|error| ApiError::label(&error, part))?;
    let events = app.store().events();
    let event = events.prepare(new_event(caller, context, options, &labelled)).map_err(ApiError::events)?;
    match ticket {
        None => events.insert(&event).await,
        Some(ticket) => events.insert_once(&event, ticket, 200, &replay_facts(&result(&event, &labelled))?).await,
    }
    .map_err(ApiError::events)?;
    manifest_store::keep(app, context, &event, &mut labelled).await;
    Ok(Done { event, labelled })
}

impl Done {
    /// Result of labelling.
    pub fn result(&self) -> LabelResult {
        result(&self.event, &self.labelled)
    }
}

/// Returns the answer about one file, in the shape that the caller prefers. The permit is held until the file is sent.
pub(crate) fn answer(headers: &HeaderMap, caller: &Caller, done: &Done, permit: Permit) -> Response {
    let Done { event, labelled } = done;
    let mut response = match negotiate::shape(headers, default_shape(caller)) {
        Shape::Bytes => bytes_response(labelled.body.clone(), labelled.size_bytes, &event.data.filename, permit),
        Shape::Json => Json(result(event, labelled)).into_response(),
    };
    add_facts(response.headers_mut(), event, labelled);
    response
}

/// Returns the shape for a caller without a preference: programs receive bytes, pages receive JSON.
fn default_shape(caller: &Caller) -> Shape {
    if caller.session().is_some() { Shape::Json } else { Shape::Bytes }
}

/// Splits the segments of a file into slices for the connection.
pub(crate) fn slices(segments: Vec<Bytes>) -> impl Iterator<Item = Bytes> + Send {
    segments.into_iter().flat_map(|mut segment| {
        std::iter::from_fn(move || {
            let length = segment.len().min(CHUNK);
            (length > 0).then(|| segment.split_to(length))
        })
    })
}

impl WarningEntry {
    /// Returns the warnings about a labelled file.
    pub fn of(labelled: &Labelled) -> Vec<Self> {
        let entry = |warning: &labeler_labeling::Warning| Self {
            code: Cow::Borrowed(warning.code),
            message: warning.message.clone(),
        };
        labelled.warnings.iter().map(entry).collect()
    }
}

/// Returns the certificate that the options select.
pub(crate) async fn signer(
    app: &App,
    caller: &Caller,
    options: &LabelOptions,
) -> Result<Arc<SigningIdentity>, ApiError> {
    let missing = |text: &str| ApiError::new(Code::SigningCertificateMissing, text).field("options.signingMode");
    match options.signing_mode {
        SigningMode::Byoc => {
            let found = app.store().certificates().signer(caller.workspace_id()).await;
            let signer = found.map_err(|error| match error {
                CertificateError::NoneActive => missing(
                    "signingMode is 'byoc', and this workspace has no active signing certificate. Upload and activate \
                         one, or use 'managed'.",
                ),
                CertificateError::NotValidNow => missing(
                    "The active signing certificate is not valid at this time. Upload and activate a valid one.",
                ),
                other => ApiError::certificate(other),
            })?;
            let identity = SigningIdentity::from_pem(signer.certificate.chain.as_bytes(), &signer.key);
            identity.map(Arc::new).map_err(|error| ApiError::internal(format!("stored certificate: {error}")))
        }
        SigningMode::Managed => {
            let identity = if caller.scope.livemode { &app.signing.live } else { &app.signing.test };
            identity.clone().ok_or_else(|| {
                ApiError::new(Code::SigningUnavailable, "Managed signing is not configured.")
                    .field("options.signingMode")
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
        warnings: WarningEntry::of(labelled),
    }
}

/// Returns the facts of a result that are stored for replays of its request: all but the file's name. The name is
/// stored only in the event, as the workspace's settings require: encrypted, as a pseudonym, or not at all.
fn replay_facts(result: &LabelResult) -> Result<Value, ApiError> {
    let mut facts = serde_json::to_value(result).map_err(|error| ApiError::internal(error.to_string()))?;
    if let Some(facts) = facts.as_object_mut() {
        facts.remove(NAME);
    }
    Ok(facts)
}

impl LabelResult {
    /// Restores the result of a replayed request from its [`replay_facts`]. `filename` is the name in the repeated
    /// request.
    pub fn from_replay(mut facts: Value, filename: &str) -> Result<Self, ApiError> {
        if let Some(facts) = facts.as_object_mut() {
            facts.insert(NAME.to_owned(), filename.into());
        }
        serde_json::from_value(facts).map_err(|error| ApiError::internal(error.to_string()))
    }
}

/// Returns the file as a download, in slices of its segments. The permit is released with the last slice.
fn bytes_response(segments: Vec<Bytes>, size: u64, name: &str, permit: Permit) -> Response {
    let body = stream::iter(slices(segments)).map(move |slice| {
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

/// Adds the facts of the audit record as headers, for callers who receive the file.
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
