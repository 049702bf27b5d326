//! `POST /api/v1/verify`: is this content credential intact, and is the file known here?

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
    routing::post,
};
use http::HeaderMap;
use labeler_media::{IptcSummary, Modality};
use labeler_provenance::Provenance;
use labeler_store::{Permission, RatePolicy};
use serde::Serialize;

use super::{
    Route,
    check::{FILE_ERRORS, Inspection, inspect},
    verify_hash::MatchedOn,
};
use crate::{
    App,
    auth::{Authorized, Endpoint},
    context::RequestContext,
    error::ApiError,
    limits,
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route { path: "/api/v1/verify", methods: post(verify), errors: &[("verify", FILE_ERRORS)] }
}

/// Verifying one file.
pub(crate) struct VerifyOne;

impl Endpoint for VerifyOne {
    const NAME: &'static str = "verify";
    const PERMISSION: Option<Permission> = Some(Permission::Verify);
    const POLICY: RatePolicy = limits::VERIFY;
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

/// What is known about the file.
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
