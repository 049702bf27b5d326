//! `/api/v1/verify`: verifies the content credentials of a file, and looks its SHA-256 up in the audit log.
//!
//! Invariant: the answer to a hash names no person, workspace, key or file name, so that every holder of a hash may
//! ask.

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::HeaderMap;
use labeler_media::{IptcSummary, Modality};
use labeler_provenance::Provenance;
use labeler_store::{Event, HashMatch, Permission};
use serde::Serialize;

use crate::{
    app::App,
    auth::{Authorized, endpoint},
    endpoints::{
        assets::ModalityName,
        check::{FILE_ERRORS, Inspection, inspect},
    },
    http::{
        context::RequestContext,
        error::{ApiError, code::Code},
        route::{Route, reading},
        times::iso_time,
    },
};

/// Returns the routes of this resource.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route { path: "/api/v1/verify", methods: post(verify), errors: &[("verify", FILE_ERRORS)] },
        Route {
            path: "/api/v1/verify/{hash}",
            methods: get(verify_hash),
            errors: &[("verify_hash", reading![Code::InvalidHash])],
        },
    ]
}

endpoint! {
    /// Verifying one file.
    VerifyOne = "verify", Some(Permission::Verify), VERIFY
}

/// The form of a verification.
#[derive(utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "describes the form; the upload is read as a stream")]
pub(crate) struct VerifyForm {
    /// The file, of the types and sizes that `POST /check` takes.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
}

/// Report of a verification.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct VerifyReport<'a> {
    sha256: &'a str,
    filename: Option<&'a str>,
    mime: &'a str,
    modality: Modality,
    signed_by_platform: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256_matched_on: Option<MatchedOn>,
    c2pa: &'a Provenance,
    iptc: &'a IptcSummary,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    data: VerifyReport<'a>,
    request_id: &'a str,
}

/// A verification and the request it answers.
#[derive(utoipa::ToSchema)]
#[schema(as = VerifyAnswer)]
#[allow(dead_code, reason = "describes the answer; the engine's parts are serialised as they are")]
pub(crate) struct AnswerSchema {
    /// The report.
    data: VerifyReportSchema,
    /// The value of `X-Request-Id`.
    #[schema(rename = "requestId", example = "550e8400-e29b-41d4-a716-446655440000")]
    request_id: String,
}

/// Whether a credential is intact, and whether this platform made the file.
#[derive(utoipa::ToSchema)]
#[schema(as = VerifyReport, rename_all = "camelCase")]
#[allow(dead_code, reason = "describes the report")]
pub(crate) struct VerifyReportSchema {
    /// SHA-256 of the file, lower-case hexadecimal.
    sha256: String,
    /// Name of the file, if it was given.
    filename: Option<String>,
    /// Media type by content.
    #[schema(example = "image/jpeg")]
    mime: String,
    /// Kind of medium.
    #[schema(example = "image")]
    modality: String,
    /// Whether the audit log knows this very file, labelled or as it was before.
    signed_by_platform: bool,
    /// Which of the two it is: `output` is a file that was labelled here, `input` is the original of one, which itself
    /// bears no label. Absent when the file is not known.
    #[schema(required = false)]
    sha256_matched_on: MatchedOn,
    /// Content credentials and their validation, as in the report of `POST /check`.
    c2pa: serde_json::Value,
    /// IPTC and XMP statements about the origin.
    iptc: serde_json::Value,
}

/// Reads content credentials and metadata of one file and looks its SHA-256 up in the audit log. Narrower than
/// `POST /check`: no law is applied. Nothing is stored.
#[utoipa::path(
    post,
    path = "/api/v1/verify",
    tag = "verify",
    request_body(content = VerifyForm, content_type = "multipart/form-data"),
    responses((status = 200, description = "What is known.", body = AnswerSchema))
)]
pub(crate) async fn verify(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<VerifyOne>,
    context: RequestContext,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let report = inspect(&app, &caller, &headers, body, Inspection::Verify).await?;
    let sha256 = report.sha256.as_deref().ok_or_else(|| ApiError::internal("a finished report has a hash"))?;
    let known = app.store().events().by_hash(&caller.scope, sha256).await.map_err(ApiError::events)?;
    let data = VerifyReport {
        sha256,
        filename: report.filename.as_deref(),
        mime: &report.mime,
        modality: report.modality,
        signed_by_platform: known.is_some(),
        sha256_matched_on: known.map(|(_, matched)| matched.into()),
        c2pa: &report.c2pa,
        iptc: &report.iptc,
    };
    Ok(Json(Answer { data, request_id: context.id() }).into_response())
}

endpoint! {
    /// Looking a hash up.
    VerifyHash = "verify.hash", Some(Permission::Verify), VERIFY_HASH
}

/// Which hash of a labelling matched.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum MatchedOn {
    /// The labelled file.
    Output,
    /// The file as it was before.
    Input,
}

impl From<HashMatch> for MatchedOn {
    fn from(matched: HashMatch) -> Self {
        match matched {
            HashMatch::Output => Self::Output,
            HashMatch::Input => Self::Input,
        }
    }
}

/// What anybody may know about a labelled file.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PublicFacts {
    /// Which hash matched; the output is preferred when both do. Absent when no hash was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, value_type = MatchedOn)]
    sha256_matched_on: Option<MatchedOn>,
    /// Kind of medium.
    #[schema(required = false)]
    modality: ModalityName,
    /// Media type of the file.
    #[schema(example = "image/jpeg", required = false)]
    mime: String,
    /// Size of the labelled file in bytes.
    #[schema(example = 482_311, required = false)]
    size_bytes: u64,
    /// Jurisdiction profile.
    #[schema(example = "eu_strict", required = false)]
    region_preset: String,
    /// IPTC digital source type.
    #[schema(example = "trainedAlgorithmicMedia", required = false)]
    digital_source_type: String,
    /// Assertions of the manifest.
    #[schema(required = false)]
    assertions: Vec<String>,
    /// Payload of the invisible mark, if there is one.
    #[schema(example = "wm_abcdefghijklm", required = false)]
    watermark_payload_id: Option<String>,
    /// Whether a visible label is on the picture.
    #[schema(required = false)]
    visible_overlay: bool,
    /// Whether "do not train" was written.
    #[schema(required = false)]
    dnt_enabled: bool,
    /// Fingerprint of the signing certificate.
    #[schema(example = "SHA256:Ab1Cd2", required = false)]
    signer_fingerprint: String,
    /// When it was signed.
    #[schema(format = DateTime, example = "2026-05-19T10:24:11.000Z", required = false)]
    signed_at: String,
}

/// Whether a hash is known; with the public facts when it is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HashReport {
    /// Whether the audit log knows the hash.
    signed_by_platform: bool,
    /// The hash that was asked for.
    #[schema(min_length = 64, max_length = 64)]
    sha256: String,
    #[serde(flatten)]
    #[schema(inline, value_type = PublicFacts)]
    facts: Option<PublicFacts>,
}

/// The look-up and the request it answers.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = VerifyHashAnswer)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HashAnswer {
    /// What is known.
    data: HashReport,
    /// The value of `X-Request-Id`.
    #[schema(example = "550e8400-e29b-41d4-a716-446655440000")]
    request_id: String,
}

/// Looks a SHA-256 up in the audit log. A live key asks about everything that was ever labelled here, a test key about
/// its own sandbox. An unknown hash is no error: `signedByPlatform` is false.
#[utoipa::path(
    get,
    path = "/api/v1/verify/{hash}",
    tag = "verify",
    params(("hash" = String, Path, description = "SHA-256, 64 lower-case hexadecimal digits.", min_length = 64, max_length = 64, pattern = "^[0-9a-f]{64}$")),
    responses((status = 200, description = "What is known.", body = HashAnswer))
)]
pub(crate) async fn verify_hash(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<VerifyHash>,
    context: RequestContext,
    hash: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let sha256 = hash.ok().map(|Path(hash)| hash).filter(|hash| is_sha256(hash)).ok_or_else(|| {
        ApiError::new(Code::InvalidHash, "The hash must be a SHA-256 of 64 lower-case hexadecimal digits.")
            .field("hash")
    })?;
    let found = app.store().events().by_hash(&caller.scope, &sha256).await.map_err(ApiError::events)?;
    let facts = found.map(|(event, matched)| PublicFacts::new(event, Some(matched))).transpose()?;
    let data = HashReport { signed_by_platform: facts.is_some(), sha256, facts };
    Ok(Json(HashAnswer { data, request_id: context.id().to_owned() }).into_response())
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

impl PublicFacts {
    /// Returns the public facts of an event. `matched` is the hash by which it was found, if it was found by a hash.
    pub fn new(event: Event, matched: Option<HashMatch>) -> Result<Self, ApiError> {
        let signed_at = iso_time(event.created_at_ms)?;
        let data = event.data;
        Ok(Self {
            sha256_matched_on: matched.map(MatchedOn::from),
            modality: data.modality.into(),
            mime: data.mime,
            size_bytes: data.size_bytes,
            region_preset: data.region_preset,
            digital_source_type: data.digital_source_type,
            assertions: data.assertions,
            watermark_payload_id: data.watermark_payload_id,
            visible_overlay: data.visible_overlay,
            dnt_enabled: data.dnt_enabled,
            signer_fingerprint: data.signer_fingerprint,
            signed_at,
        })
    }
}
