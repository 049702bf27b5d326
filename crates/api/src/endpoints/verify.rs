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
use labeler_media::IptcSummary;
use labeler_provenance::Provenance;
use labeler_store::{Event, HashMatch, Modality, Permission};
use serde::Serialize;
use utoipa::openapi::Ref;

use crate::{
    app::App,
    auth::{Authorized, endpoint},
    endpoints::check::{FILE_ERRORS, Inspection, inspect},
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

/// Form of a verification request.
#[derive(utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "describes the form; the upload is read as a stream")]
pub(crate) struct VerifyForm {
    /// File to verify. Accepts the types and sizes of `POST /check`.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
}

/// Result of a verification: state of the content credentials, and whether this platform labelled the file.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VerifyReport<'a> {
    /// SHA-256 of the file, lower-case hexadecimal.
    sha256: &'a str,
    /// Name of the file, if it was given.
    filename: Option<&'a str>,
    /// Media type, determined from the content.
    #[schema(example = "image/jpeg")]
    mime: &'a str,
    /// Type of media.
    #[schema(value_type = String, example = "image")]
    modality: labeler_media::Modality,
    /// Whether the audit log contains this file, either as labelled or as the original.
    signed_by_platform: bool,
    /// `output` if the file was labelled here, `input` if it is the original of a labelled file and has no label
    /// itself. Absent if the file is not in the audit log.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, value_type = HashMatch)]
    sha256_matched_on: Option<HashMatch>,
    /// Content credentials and their validation, as in the report of `POST /check`.
    #[schema(schema_with = provenance_schema)]
    c2pa: &'a Provenance,
    /// IPTC and XMP statements about the origin.
    #[schema(schema_with = iptc_schema)]
    iptc: &'a IptcSummary,
}

/// Refers to the part of a report with the content credentials. The document contains the parts of the published schema.
fn provenance_schema() -> Ref {
    Ref::from_schema_name("Provenance")
}

/// Refers to the part of a report with the IPTC and XMP statements.
fn iptc_schema() -> Ref {
    Ref::from_schema_name("IptcSummary")
}

/// Verification report with the ID of the request.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VerifyAnswer<'a> {
    /// Verification report.
    data: VerifyReport<'a>,
    /// Value of `X-Request-Id`.
    #[schema(example = "550e8400-e29b-41d4-a716-446655440000")]
    request_id: &'a str,
}

/// Verifies the content credentials of a file.
///
/// Reads content credentials and metadata, and looks up the SHA-256 of the file in the audit log. Unlike `POST /check`,
/// it applies no law. The file is not stored.
#[utoipa::path(
    post,
    path = "/api/v1/verify",
    tag = "verify",
    request_body(content = VerifyForm, content_type = "multipart/form-data"),
    responses((status = 200, description = "The verification report.", body = VerifyAnswer))
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
        sha256_matched_on: known.map(|(_, matched)| matched),
        c2pa: &report.c2pa,
        iptc: &report.iptc,
    };
    Ok(Json(VerifyAnswer { data, request_id: context.id() }).into_response())
}

endpoint! {
    /// Looking a hash up.
    VerifyHash = "verify.hash", Some(Permission::Verify), VERIFY_HASH
}

/// Public facts about a labelled file.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PublicFacts {
    /// Hash that matched. `output` takes precedence if both match. Absent if the request contained no hash.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, value_type = HashMatch)]
    sha256_matched_on: Option<HashMatch>,
    /// Type of media.
    #[schema(required = false)]
    modality: Modality,
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
    /// Labels of the assertions in the manifest.
    #[schema(required = false)]
    assertions: Vec<String>,
    /// Payload ID of the watermark, if there is one.
    #[schema(example = "wm_abcdefghijklm", required = false)]
    watermark_payload_id: Option<String>,
    /// Whether the image has a visible label.
    #[schema(required = false)]
    visible_overlay: bool,
    /// Whether the manifest reserves the content from AI training and data mining ("do not train").
    #[schema(required = false)]
    dnt_enabled: bool,
    /// Fingerprint of the signing certificate.
    #[schema(example = "SHA256:Ab1Cd2", required = false)]
    signer_fingerprint: String,
    /// Time of signing.
    #[schema(format = DateTime, example = "2026-05-19T10:24:11.000Z", required = false)]
    signed_at: String,
}

/// Result of a hash look-up. Contains the public facts if the hash is known.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HashReport {
    /// Whether the audit log contains the hash.
    signed_by_platform: bool,
    /// Requested hash.
    #[schema(min_length = 64, max_length = 64)]
    sha256: String,
    #[serde(flatten)]
    #[schema(inline, value_type = PublicFacts)]
    facts: Option<PublicFacts>,
}

/// Result of a hash look-up with the ID of the request.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = VerifyHashAnswer)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HashAnswer {
    /// Result of the look-up.
    data: HashReport,
    /// Value of `X-Request-Id`.
    #[schema(example = "550e8400-e29b-41d4-a716-446655440000")]
    request_id: String,
}

/// Looks up a SHA-256 in the audit log.
///
/// Live keys search all files that were labelled on this deployment; test keys search their own sandbox. An unknown
/// hash is not an error: `signedByPlatform` is false.
#[utoipa::path(
    get,
    path = "/api/v1/verify/{hash}",
    tag = "verify",
    params(("hash" = String, Path, description = "SHA-256, 64 lower-case hexadecimal digits.", min_length = 64, max_length = 64, pattern = "^[0-9a-f]{64}$")),
    responses((status = 200, description = "The result of the look-up.", body = HashAnswer))
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
            sha256_matched_on: matched,
            modality: data.modality,
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
