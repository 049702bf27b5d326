//! `GET /api/v1/verify/{hash}`: is a file with this SHA-256 known here? No byte of the file is sent.
//!
//! Invariant: the answer names no person, workspace, key or file name, so that anybody who holds a hash may ask.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
    response::{IntoResponse, Response},
    routing::get,
};
use labeler_store::{Event, HashMatch, Permission, RatePolicy};
use serde::Serialize;

use super::Route;
use crate::{
    App,
    auth::{Authorized, Endpoint},
    context::RequestContext,
    dto::{ModalityName, iso_time},
    error::{ApiError, Code},
    limits,
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/verify/{hash}",
        methods: get(verify_hash),
        errors: &[(
            "verify_hash",
            &[Code::InvalidHash, Code::MissingCredentials, Code::InvalidCredentials, Code::InsufficientScope],
        )],
    }
}

/// Looking a hash up.
pub(crate) struct VerifyHash;

impl Endpoint for VerifyHash {
    const NAME: &'static str = "verify.hash";
    const PERMISSION: Option<Permission> = Some(Permission::Verify);
    const POLICY: RatePolicy = limits::VERIFY_HASH;
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
pub(crate) struct Answer {
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
    responses((status = 200, description = "What is known.", body = Answer))
)]
pub(crate) async fn verify_hash(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<VerifyHash>,
    context: RequestContext,
    hash: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let sha256 = hash.ok().map(|Path(hash)| hash).filter(|hash| is_sha256(hash)).ok_or_else(|| {
        ApiError::new(Code::InvalidHash, "The hash must be a SHA-256 of 64 lower-case hexadecimal digits.").field("hash")
    })?;
    let found = app.store().events().by_hash(&caller.scope, &sha256).await.map_err(ApiError::events)?;
    let facts = found.map(|(event, matched)| PublicFacts::new(event, Some(matched))).transpose()?;
    let data = HashReport { signed_by_platform: facts.is_some(), sha256, facts };
    Ok(Json(Answer { data, request_id: context.id().to_owned() }).into_response())
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

impl PublicFacts {
    /// The public part of an event, and which hash it was found by, if it was found by one.
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
