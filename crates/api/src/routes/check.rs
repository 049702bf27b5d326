//! `POST /api/v1/check`: what a file says about its origin, and what three bodies of law make of it.

use std::{io::Cursor, sync::Arc};

use axum::{
    Json,
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
    routing::post,
};
use http::HeaderMap;
use labeler_checker::{CheckRequest, CheckerReport, DEFAULT_MAX_PIXELS};
use labeler_media::{Format, Limits};
use labeler_store::{Permission, RatePolicy};
use serde::Serialize;

use super::Route;
use crate::{
    App,
    admission::judging_memory,
    auth::{Authorized, Caller, Endpoint},
    context::RequestContext,
    dto,
    error::{ApiError, Code, Dialect},
    file_name, limits, media_type,
    upload::{self, Form},
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/check",
        methods: post(check),
        errors: &[("check", FILE_ERRORS)],
    }
}

/// Checking one file.
pub(crate) struct CheckOne;

impl Endpoint for CheckOne {
    const NAME: &'static str = "check";
    const PERMISSION: Option<Permission> = Some(Permission::Check);
    const POLICY: RatePolicy = limits::CHECK;
}

/// The form of a check request.
#[derive(utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "describes the form; the upload is read as a stream")]
pub(crate) struct CheckForm {
    /// The file: images (JPEG, PNG, WebP, AVIF, HEIC, HEIF, TIFF, GIF, JPEG XL) and video (MP4, MOV, AVI, WebM,
    /// Matroska, FLV) of at most 50 MB (52,428,800 bytes), audio (MP3, M4A, WAV, FLAC, Ogg) of at most 25 MB (26,214,400
    /// bytes). Larger files can be checked in the browser or with the command line, which read them in parts. Pixels
    /// are looked at in pictures of at most 2.5 million pixels and 8 MB.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
}

/// A report. Serialised straight from the engine's types, so that it is byte for byte what the browser shows.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    data: &'a CheckerReport,
    request_id: &'a str,
}

/// A report and the request it answers.
#[derive(utoipa::ToSchema)]
#[schema(as = CheckAnswer)]
#[allow(dead_code, reason = "describes the answer; the engine's report is serialised as it is")]
pub(crate) struct AnswerSchema {
    /// The report.
    data: ReportSchema,
    /// The value of `X-Request-Id`.
    #[schema(rename = "requestId", example = "550e8400-e29b-41d4-a716-446655440000")]
    request_id: String,
}

/// A `CheckerReport`. Its schema comes from the published one ([`crate::openapi`]); this is its place in the document.
#[derive(utoipa::ToSchema)]
#[schema(as = CheckerReport, rename_all = "camelCase")]
#[allow(dead_code, reason = "describes the report")]
pub(crate) struct ReportSchema {
    /// Version of this shape.
    #[schema(example = 1)]
    schema_version: u32,
}

/// Reads content credentials, metadata and marks of one file and judges them by the rules of the EU AI Act, California
/// SB 942 and China's labelling measures. Nothing is stored.
#[utoipa::path(
    post,
    path = "/api/v1/check",
    tag = "check",
    request_body(content = CheckForm, content_type = "multipart/form-data"),
    responses((status = 200, description = "The report.", body = AnswerSchema))
)]
pub(crate) async fn check(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<CheckOne>,
    context: RequestContext,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let report = inspect(&app, &caller, &headers, body, DEFAULT_MAX_PIXELS).await?;
    Ok(Json(Answer { data: &report, request_id: context.id() }).into_response())
}

/// Reads the one file of a form and checks it, looking into pictures of at most `max_pixels` pixels. What `POST /check`
/// and `POST /verify` share.
pub(super) async fn inspect(
    app: &App,
    caller: &Caller,
    headers: &HeaderMap,
    body: Body,
    max_pixels: u64,
) -> Result<CheckerReport, ApiError> {
    let form = Form { file_names: &["file"], options: false, max_bytes: app.config.max_file_bytes };
    let upload = upload::read(headers, body, form, &app.in_flight, caller.workspace_id(), app.clock.now_ms())
        .await
        .map_err(|error| ApiError::upload(&error, Dialect::Check))?;
    if upload.file.is_empty() {
        return Err(ApiError::empty("file", Dialect::Check));
    }
    let found = labeler_media::sniff(&upload.file);
    let declared = upload.declared_type.as_deref();
    if media_type::contradicts(declared, found) {
        return Err(ApiError::contradiction("file", declared.unwrap_or_default(), found, Dialect::Check));
    }
    let Some(format) = found.filter(|format| media_type::is_checkable(*format)) else {
        let shown = found.map(Format::mime).or(declared);
        return Err(ApiError::mime_not_allowed("file", shown, media_type::CHECK_TEXT));
    };
    let cap = media_type::check_cap(format, app.config.max_file_bytes);
    if upload.file.len() as u64 > cap {
        return Err(ApiError::above_cap("file", format, cap));
    }

    let judging = judging_memory(&upload.file, format);
    let _judging = app.in_flight.admit_judging(judging, app.clock.now_ms()).ok_or_else(ApiError::busy)?;
    let mut request = CheckRequest::at(dto::instant(app.clock.now_ms())?);
    request.limits = Limits::edge();
    request.filename = upload.file_name.as_deref().map(file_name::safe);
    request.declared_mime = upload.declared_type.clone();
    request.max_pixels = max_pixels;
    request.own_lists.clone_from(&app.config.own_lists);
    labeler_checker::check(&mut Cursor::new(&upload.file), &request)
        .map_err(|error| ApiError::check(&error, Some(format.mime()), media_type::CHECK_TEXT))
}

/// The errors of an endpoint that takes one file to look at.
pub(super) const FILE_ERRORS: &[Code] = &[
    Code::InvalidRequest,
    Code::MagicMismatch,
    Code::EmptyFile,
    Code::MissingCredentials,
    Code::InvalidCredentials,
    Code::InsufficientScope,
    Code::CrossSiteRequest,
    Code::FileTooLarge,
    Code::MimeNotAllowed,
    Code::Busy,
];
