//! `POST /api/v1/matches/byContent`: finds kept manifest stores by the watermark in a picture (C2PA Soft Binding
//! Resolution API). The picture is read in memory and not stored.

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::{RawQuery, State},
    routing::post,
};
use http::HeaderMap;
use labeler_checker::DEFAULT_MAX_PIXELS;
use labeler_media::Format;
use labeler_pixels::{
    decode::{self, DecodeError},
    mark::{self, Search},
};

use crate::{
    app::{App, admission::ANONYMOUS},
    auth::anonymous::{Anonymous, anonymous},
    endpoints::soft_binding::lookup::{self, SoftBindingQueryResult},
    http::{
        error::{ApiError, Dialect, code::Code},
        media_type, query,
        route::Route,
        upload::{self, Form, OptionsPart},
    },
};

/// Largest file in bytes. A Worker can decode as much beside its other work, as for `POST /check`.
const MAX_BYTES: u64 = 8_000_000;
/// Accepted formats, for error messages.
const ACCEPTED: &str = "JPEG, PNG, WebP, GIF and TIFF images";

/// Returns the routes of this resource.
pub(crate) fn routes() -> Vec<Route> {
    vec![Route {
        path: "/api/v1/matches/byContent",
        methods: post(query_by_content),
        errors: &[(
            "query_by_content",
            &[
                Code::ValidationError,
                Code::InvalidRequest,
                Code::MagicMismatch,
                Code::EmptyFile,
                Code::FileTooLarge,
                Code::MimeNotAllowed,
                Code::Busy,
            ],
        )],
    }]
}

/// Form of a look-up by content.
#[derive(utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "describes the form; the upload is read as a stream")]
pub(crate) struct AssetForm {
    /// Image: JPEG, PNG, WebP, GIF or TIFF, at most 8 MB (8,000,000 bytes) and 2.5 million pixels.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
}

anonymous! {
    /// Looking manifest stores up by the watermark in a picture.
    QueryByContent = "matches.content", MATCH_CONTENT_ADDRESS
}

/// Finds kept manifest stores by the watermark in an image.
///
/// Reads Labeler's public watermark from the image and returns the kept manifest stores of files that contain it.
/// Watermarks that were written with a workspace's key are not read. As in the C2PA specification, the body can also be
/// the image itself, with its media type as `Content-Type` (`image/png`). An image without a watermark, or with an
/// unknown one, is not an error: `matches` is empty. The image is not stored. No credentials are needed.
#[utoipa::path(
    post,
    path = "/api/v1/matches/byContent",
    tag = "soft-binding",
    security(()),
    params(
        ("alg" = Option<String>, Query, description = "Name of the soft binding algorithm. Only Labeler's own algorithm is supported.", example = "org.labeler.spread-spectrum.1"),
        ("maxResults" = Option<u32>, Query, description = "Maximum number of matches. Default: 10.", minimum = 1, maximum = 100),
        ("hintAlg" = Option<String>, Query, description = "Accepted but not used: the watermark is read without a hint."),
        ("hintValue" = Option<String>, Query, description = "Accepted but not used."),
    ),
    request_body(content = AssetForm, content_type = "multipart/form-data"),
    responses((status = 200, description = "The matching manifest stores.", body = SoftBindingQueryResult))
)]
pub(crate) async fn query_by_content(
    State(app): State<Arc<App>>,
    _: Anonymous<QueryByContent>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<SoftBindingQueryResult>, ApiError> {
    let parameters = query::parse(raw.as_deref(), &["alg", "maxResults", "hintAlg", "hintValue"])?;
    if let Some(alg) = parameters.get("alg") {
        lookup::check_algorithm("alg", alg)?;
    }
    let max = lookup::parse_max_results(parameters.get("maxResults").map(String::as_str))?;

    let max_bytes = app.config.max_file_bytes.min(MAX_BYTES);
    let now = app.clock.now_ms();
    let is_form = upload::is_form(&headers);
    // The place of the picture, for errors.
    let part = if is_form { "file" } else { "body" };
    let upload = if is_form {
        let form = Form { file_names: &["file"], options: OptionsPart::None, max_bytes };
        upload::read(&headers, body, form, &app.in_flight, ANONYMOUS, now).await
    } else {
        upload::read_body(&headers, body, max_bytes, &app.in_flight, ANONYMOUS, now).await
    };
    let upload = upload.map_err(|error| ApiError::upload(&error, Dialect::Check))?;
    if upload.file.is_empty() {
        return Err(ApiError::empty(part, Dialect::Check));
    }
    let found = labeler_media::sniff(&upload.file);
    let declared = upload.declared_type.as_deref();
    if media_type::contradicts(declared, found) {
        return Err(ApiError::contradiction(part, declared.unwrap_or_default(), found, Dialect::Check));
    }
    if !matches!(found, Some(Format::Jpeg | Format::Png | Format::Webp | Format::Gif | Format::Tiff)) {
        return Err(ApiError::mime_not_allowed(part, found.map(Format::mime).or(declared), ACCEPTED));
    }
    let picture = match decode::decode(&upload.file, DEFAULT_MAX_PIXELS) {
        Ok(decoded) => decoded.picture,
        Err(DecodeError::TooManyPixels { pixels, limit }) => {
            let text = format!("The picture has {pixels} pixels, and the limit is {limit}. Send a smaller version.");
            return Err(ApiError::new(Code::FileTooLarge, text).field(part));
        }
        Err(error) => return Err(ApiError::new(Code::InvalidRequest, error.to_string()).field(part)),
    };
    // The file is no longer needed, and the picture takes more than it.
    drop(upload);
    let detected = mark::detect(&picture.view(), None, Search::Whole);
    drop(picture);
    let Some(detected) = detected else { return Ok(Json(SoftBindingQueryResult { matches: Vec::new() })) };
    Ok(Json(lookup::find_matches(&app, detected.payload, max).await?))
}
