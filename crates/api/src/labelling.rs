//! Labelling a file for a caller, and the answer to it: what the three label endpoints share.
//!
//! The order is what makes the audit log trustworthy: validate, label, store the event, answer. [`label`] is the one place
//! where a file is labelled and its event stored; what it returns may be sent, and nothing else may. The manifest store is
//! kept after the event is stored, and a file goes out also when that fails.

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
    App,
    admission::{Permit, judging_memory},
    auth::Caller,
    context::RequestContext,
    dto,
    error::{ApiError, Code, Dialect},
    file_name, kept_manifests, media_type,
    negotiate::{self, Shape},
    time_stamps::Asked,
};

const X_EVENT_ID: HeaderName = HeaderName::from_static("x-labeler-event-id");
const X_SHA256_OUTPUT: HeaderName = HeaderName::from_static("x-labeler-sha256-output");
const X_APPLIED_LAYERS: HeaderName = HeaderName::from_static("x-labeler-applied-layers");
const X_SIGNER_FINGERPRINT: HeaderName = HeaderName::from_static("x-labeler-signer-fingerprint");
const X_WARNINGS: HeaderName = HeaderName::from_static("x-labeler-warnings");

/// Bytes handed to the connection at a time: small beside an image, so that a copy made by the host stays small.
const CHUNK: usize = 256 * 1024;

/// The labelled image, as bytes.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
#[allow(dead_code, reason = "describes the answer; the file is sent as a stream")]
pub(crate) struct LabelledFile(Vec<u8>);

/// What was done, for session callers; and what is kept for a repeat of the request.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LabelResult {
    /// Always true.
    #[schema(example = true)]
    ok: bool,
    /// SHA-256 of the labelled image, lower-case hexadecimal.
    #[schema(min_length = 64, max_length = 64)]
    pub sha256_output: String,
    /// The name given in the options.
    #[schema(example = "photo.jpg")]
    pub filename: String,
    /// Layers written here, in order.
    #[schema(example = json!(["c2pa"]))]
    applied_layers: Vec<String>,
    /// Fingerprint of the signing certificate.
    #[schema(example = "SHA256:Ab1Cd2")]
    signer_fingerprint: String,
    /// Id of the audit record, for `GET /api/v1/assets/{id}`.
    pub event_id: String,
    /// What the caller should know although the label was made.
    pub warnings: Vec<WarningEntry>,
}

/// One warning.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub(crate) struct WarningEntry {
    /// Stable and machine-readable.
    #[schema(value_type = String, example = "development_certificate")]
    code: Cow<'static, str>,
    /// For people.
    message: String,
}

/// The field of [`LabelResult`] with the file's name.
const NAME: &str = "filename";

/// A file to label.
pub(crate) struct Source<'a> {
    /// The bytes.
    pub content: Bytes,
    /// The media type that the caller gave, if any.
    pub declared_type: Option<&'a str>,
    /// The part or parameter that the file came by, for errors.
    pub part: &'static str,
}

/// A labelled file whose event is stored.
pub(crate) struct Done {
    /// The audit record.
    pub event: Event,
    /// The file and what was done to it.
    pub labelled: Labelled,
}

/// Labels a file and stores the event, together with what the request's ticket led to.
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
    let authority = Asked::of(app);
    let mut labelled = labeler_labeling::label_with(LabelRequest {
        input: content,
        options,
        signer,
        now: dto::instant(app.clock.now_ms())?,
        pixels: None,
        time_stamping: authority.as_ref().map(Asked::time_stamping),
        limits: Limits::edge(),
    })
    .await
    .map_err(|error| ApiError::label(&error, part))?;
    let events = app.store().events();
    let event = events.prepare(new_event(caller, context, options, &labelled)).map_err(ApiError::events)?;
    match ticket {
        None => events.insert(&event).await,
        Some(ticket) => events.insert_once(&event, ticket, 200, &kept(&result(&event, &labelled))?).await,
    }
    .map_err(ApiError::events)?;
    kept_manifests::keep(app, context, &event, &mut labelled).await;
    Ok(Done { event, labelled })
}

impl Done {
    /// What was done.
    pub fn result(&self) -> LabelResult {
        result(&self.event, &self.labelled)
    }
}

/// The answer about one file, in the shape that the caller asks for. The permit is held until the file is sent.
pub(crate) fn answer(headers: &HeaderMap, caller: &Caller, done: &Done, permit: Permit) -> Response {
    let Done { event, labelled } = done;
    let mut response = match negotiate::shape(headers, caller.default_shape()) {
        Shape::Bytes => bytes_response(labelled.body.clone(), labelled.size_bytes, &event.data.filename, permit),
        Shape::Json => Json(result(event, labelled)).into_response(),
    };
    add_facts(response.headers_mut(), event, labelled);
    response
}

/// Segments of a file, in slices for the connection.
pub(crate) fn slices(segments: Vec<Bytes>) -> impl Iterator<Item = Bytes> + Send {
    segments.into_iter().flat_map(|mut segment| {
        std::iter::from_fn(move || {
            let length = segment.len().min(CHUNK);
            (length > 0).then(|| segment.split_to(length))
        })
    })
}

impl WarningEntry {
    /// The warnings about a labelled file.
    pub fn of(labelled: &Labelled) -> Vec<Self> {
        let entry = |warning: &labeler_labeling::Warning| Self {
            code: Cow::Borrowed(warning.code),
            message: warning.message.clone(),
        };
        labelled.warnings.iter().map(entry).collect()
    }
}

/// The certificate that the options ask for.
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

/// What is kept of a result, for repeats of its request: all but the file's name. That has one place in the database, the
/// event, where it stands as the workspace wishes it: sealed, as a pseudonym, or not at all.
fn kept(result: &LabelResult) -> Result<Value, ApiError> {
    let mut facts = serde_json::to_value(result).map_err(|error| ApiError::internal(error.to_string()))?;
    if let Some(facts) = facts.as_object_mut() {
        facts.remove(NAME);
    }
    Ok(facts)
}

/// The result that [`kept`] made these facts of, with the file's name as the repeated request gives it.
pub(crate) fn again(mut facts: Value, filename: &str) -> Result<LabelResult, ApiError> {
    if let Some(facts) = facts.as_object_mut() {
        facts.insert(NAME.to_owned(), filename.into());
    }
    serde_json::from_value(facts).map_err(|error| ApiError::internal(error.to_string()))
}

/// The file as a download, in slices of the segments it is made of. The permit goes with the last of them.
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
