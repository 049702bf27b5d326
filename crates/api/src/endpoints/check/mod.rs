//! `POST /api/v1/check`: reads content credentials, metadata and watermarks of a file and judges them by law packs.

pub(crate) mod options;

use std::{io::Cursor, sync::Arc};

use axum::{
    Json,
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
    routing::post,
};
use http::HeaderMap;
use labeler_checker::{CheckRequest, CheckerReport, DEFAULT_MAX_PIXELS, WatermarkKey};
use labeler_media::{Format, Limits};
use labeler_rules::Context;
use labeler_store::Permission;
use serde::Serialize;
use utoipa::openapi::Ref;

use crate::{
    app::{App, admission::judging_memory},
    auth::{Authorized, Caller, endpoint},
    endpoints::check::options::{CheckOptions, Origin},
    http::{
        context::RequestContext,
        error::{ApiError, Dialect, code::Code},
        file_name, media_type,
        route::Route,
        times,
        upload::{self, Form, OptionsPart},
    },
};

/// Returns the routes of this resource.
pub(crate) fn routes() -> Vec<Route> {
    vec![Route { path: "/api/v1/check", methods: post(check), errors: &[("check", FILE_ERRORS)] }]
}

endpoint! {
    /// Checking one file.
    CheckOne = "check", Some(Permission::Check), CHECK
}

/// Form of a check request.
#[derive(utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "describes the form; the upload is read as a stream")]
pub(crate) struct CheckForm {
    /// File to check. Images (JPEG, PNG, WebP, AVIF, HEIC, HEIF, TIFF, GIF, JPEG XL) and video (MP4, MOV, AVI, WebM,
    /// Matroska, FLV) of at most 50 MB (52,428,800 bytes), audio (MP3, M4A, WAV, FLAC, Ogg) of at most 25 MB
    /// (26,214,400 bytes). Larger files can be checked in the browser or on the command line, which read them in parts.
    /// Watermarks are searched for in the pixels of images of at most 2.5 million pixels and 8 MB.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
    /// Facts that the file does not show, as described by `CheckOptions`: `answers` to the questions of the laws,
    /// `role`, `regions`, `asOf` and `language`. Absent options come from the `checkDefaults` of the workspace; an
    /// answer that is in neither is unknown. The `questions` of the report list the answers that would settle open
    /// verdicts.
    #[schema(
        content_media_type = "application/json",
        example = r#"{"answers":{"isAi":"yes","createdOn":"2026-09-01"},"role":"deployer"}"#
    )]
    options: Option<String>,
}

/// Check report with the ID of the request.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CheckAnswer<'a> {
    /// Check report.
    #[schema(schema_with = report_schema)]
    data: &'a CheckerReport,
    /// Value of `X-Request-Id`.
    #[schema(example = "550e8400-e29b-41d4-a716-446655440000")]
    request_id: &'a str,
}

/// Refers to the published schema of a report, which the document contains.
fn report_schema() -> Ref {
    Ref::builder().ref_location_from_schema_name("CheckerReport").description(Some("Check report.")).build()
}

/// Checks a file against the laws.
///
/// Reads content credentials, metadata and watermarks, and judges them by the rules of the EU AI Act, California SB 942
/// and China's labelling measures. `options` can contain a role, a day and answers to the questions of the laws. In
/// addition to the public watermark, watermarks of the workspace's own watermark keys are read. The file is not stored.
#[utoipa::path(
    post,
    path = "/api/v1/check",
    tag = "check",
    request_body(content = CheckForm, content_type = "multipart/form-data"),
    responses((status = 200, description = "The check report.", body = CheckAnswer))
)]
pub(crate) async fn check(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<CheckOne>,
    context: RequestContext,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let report = inspect(&app, &caller, &headers, body, Inspection::Check).await?;
    Ok(Json(CheckAnswer { data: &report, request_id: context.id() }).into_response())
}

/// Purpose of an inspection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inspection {
    /// Judges the file under the options of the request. Pixels are searched for watermarks.
    Check,
    /// Verifies the credentials of the file only.
    Verify,
}

/// Reads the file of a form and checks it, for `POST /check` and `POST /verify`.
pub(crate) async fn inspect(
    app: &App,
    caller: &Caller,
    headers: &HeaderMap,
    body: Body,
    purpose: Inspection,
) -> Result<CheckerReport, ApiError> {
    let options = match purpose {
        Inspection::Check => OptionsPart::Optional,
        Inspection::Verify => OptionsPart::None,
    };
    let form = Form { file_names: &["file"], options, max_bytes: app.config.max_file_bytes };
    let upload = upload::read(headers, body, form, &app.in_flight, caller.workspace_id(), app.clock.now_ms())
        .await
        .map_err(|error| ApiError::upload(&error, Dialect::Check))?;
    // Before the file is read: an invalid option must not cost the reading.
    let options = CheckOptions::from_json(&upload.options)?;
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

    let mut request = CheckRequest::at(times::instant(app.clock.now_ms())?);
    request.limits = Limits::edge();
    request.filename = upload.file_name.as_deref().map(file_name::safe);
    request.declared_mime = upload.declared_type.clone();
    request.law = app.config.law.clone();
    match purpose {
        Inspection::Verify => request.max_pixels = 0,
        Inspection::Check => {
            request.max_pixels = DEFAULT_MAX_PIXELS;
            let mut context = Context::new(request.now.date());
            let defaults = options::defaults_for(app, caller).await?;
            defaults.apply(&mut context, &mut request.language, Origin::Workspace)?;
            options.apply(&mut context, &mut request.language, Origin::Request)?;
            request.context = Some(context);
            let keys = app.store().watermark_keys().opened(caller.workspace_id()).await;
            let keys = keys.map_err(|error| ApiError::database(&error))?;
            request.watermark_keys = keys.iter().map(|opened| WatermarkKey::new(opened.key)).collect();
        }
    }
    request.own_lists.clone_from(&app.config.own_lists);
    let judging = judging_memory(&upload.file, format);
    let _judging = app.in_flight.admit_judging(judging, app.clock.now_ms()).ok_or_else(ApiError::busy)?;
    labeler_checker::check(&mut Cursor::new(&upload.file), &request)
        .map_err(|error| ApiError::check(&error, Some(format.mime()), media_type::CHECK_TEXT))
}

/// Error codes of an operation that inspects one file.
pub(crate) const FILE_ERRORS: &[Code] = &[
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
