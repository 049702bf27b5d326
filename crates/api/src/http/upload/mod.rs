//! Reading of multipart uploads: limits apply before the body is read, the file is streamed, and it is held once.
//!
//! Invariants:
//! - a body whose declared length cannot fit is refused before its first byte is read;
//! - the file is kept in one buffer that never moves when the length was declared, and there is no second copy;
//! - the bytes are counted against the process-wide budget of [`crate::app::admission::InFlight`] for as long as the
//!   [`Upload`] lives.

pub(crate) mod batch;
pub(crate) mod error;
mod paced;
pub(crate) mod parts;

use axum::body::Body;
use bytes::Bytes;
use futures_util::StreamExt;
use http::{HeaderMap, header};

use self::{
    error::{UploadError, printable},
    parts::{Field, Multipart, refuse_encoding},
};
use crate::app::admission::{InFlight, Permit};

/// Bytes in a request body for boundaries, part headers and the options, in addition to the file.
pub(crate) const OVERHEAD: u64 = 128 * 1024;

/// Largest `options` part in bytes. The largest valid one is below 16 KiB.
const MAX_OPTIONS: usize = 64 * 1024;

/// Buffer sizes for a file without a declared length. Each step copies the content, so there are few.
const UNDECLARED_STEPS: [usize; 2] = [1024 * 1024, 8 * 1024 * 1024];

/// Whether a form has a JSON part `options`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OptionsPart {
    /// No such part.
    None,
    /// The part is optional.
    Optional,
    /// The part is required.
    Required,
}

/// Allowed content of a form.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Form {
    /// Names of the file part. The first is canonical.
    pub file_names: &'static [&'static str],
    /// Whether there is a JSON part `options`.
    pub options: OptionsPart,
    /// Largest file in bytes.
    pub max_bytes: u64,
}

impl Form {
    fn file_name(&self) -> &'static str {
        self.file_names.first().copied().unwrap_or("file")
    }
}

/// A complete uploaded file.
#[derive(Debug)]
pub(crate) struct Upload {
    /// The content.
    pub file: Bytes,
    /// The client's file name, as sent.
    pub file_name: Option<String>,
    /// The client's media type, in lower case without parameters.
    pub declared_type: Option<String>,
    /// The text of the `options` part; an empty object when there is none.
    pub options: String,
    /// The lease on the budget. Keep it as long as the bytes.
    pub permit: Permit,
}

/// Returns the declared length of the body in bytes, if there is one.
pub(crate) fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.trim().parse().ok()
}

/// Reads `body` as `form`, within the budget and the workspace's share of it. `now` is Unix milliseconds, for the
/// lease.
pub(crate) async fn read(
    headers: &HeaderMap,
    body: Body,
    form: Form,
    in_flight: &InFlight,
    workspace_id: &str,
    now: i64,
) -> Result<Upload, UploadError> {
    let mut parts = Multipart::new(headers, body)?;
    let too_large = UploadError::TooLarge { limit: form.max_bytes, part: form.file_name() };
    let declared = declared_length(headers);
    if declared.is_some_and(|length| length > form.max_bytes.saturating_add(OVERHEAD)) {
        return Err(too_large);
    }
    // An undeclared length may be up to the limit.
    let expected = declared.unwrap_or(form.max_bytes).min(form.max_bytes);
    let permit = in_flight.admit(workspace_id, expected, now).ok_or(UploadError::Busy)?;

    let mut file: Option<Received> = None;
    let mut options: Option<String> = None;
    while let Some(field) = parts.next().await? {
        match field.name() {
            Some(name) if form.file_names.contains(&name) => {
                if file.is_some() {
                    return Err(UploadError::Duplicate(name.to_owned()));
                }
                file = Some(read_file(field, form, declared).await?);
            }
            Some("options") if form.options != OptionsPart::None => {
                if options.is_some() {
                    return Err(UploadError::Duplicate("options".to_owned()));
                }
                options = Some(read_options(field).await?);
            }
            Some(name) => return Err(UploadError::Unknown(printable(name))),
            None => return Err(UploadError::Malformed("a part has no name".to_owned())),
        }
    }
    let file = file.ok_or(UploadError::Missing(form.file_name()))?;
    let options = match options {
        Some(options) => options,
        None if form.options == OptionsPart::Required => return Err(UploadError::Missing("options")),
        None => "{}".to_owned(),
    };
    Ok(Upload {
        file: Bytes::from(file.content),
        file_name: file.name,
        declared_type: file.declared_type,
        options,
        permit,
    })
}

/// Returns whether a request's body is a form.
pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    essence(headers).is_some_and(|essence| essence == "multipart/form-data")
}

/// Returns the media type of a body, in lower case without parameters.
fn essence(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(text.split(';').next()?.trim().to_ascii_lowercase())
}

/// Reads a body that is the file itself, of at most `max_bytes`, within the budget and the holder's share of it. `now`
/// is Unix milliseconds, for the lease.
pub(crate) async fn read_body(
    headers: &HeaderMap,
    body: Body,
    max_bytes: u64,
    in_flight: &InFlight,
    holder: &str,
    now: i64,
) -> Result<Upload, UploadError> {
    refuse_encoding(headers)?;
    let too_large = || UploadError::TooLarge { limit: max_bytes, part: "body" };
    let declared = declared_length(headers);
    if declared.is_some_and(|length| length > max_bytes) {
        return Err(too_large());
    }
    let expected = declared.unwrap_or(max_bytes);
    let permit = in_flight.admit(holder, expected, now).ok_or(UploadError::Busy)?;
    let limit = usize::try_from(expected).unwrap_or(usize::MAX);
    let mut content = Vec::new();
    if declared.is_some() {
        content.try_reserve_exact(limit).map_err(|_| UploadError::Busy)?;
    }
    let mut stream = body.into_data_stream();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| UploadError::Truncated)?;
        if content.len().saturating_add(chunk.len()) > limit {
            return Err(if declared.is_some() { UploadError::Outgrown } else { too_large() });
        }
        content.extend_from_slice(&chunk);
    }
    Ok(Upload {
        file: Bytes::from(content),
        file_name: None,
        declared_type: essence(headers),
        options: "{}".to_owned(),
        permit,
    })
}

struct Received {
    content: Vec<u8>,
    name: Option<String>,
    declared_type: Option<String>,
}

async fn read_file(mut field: Field<'_>, form: Form, declared: Option<u64>) -> Result<Received, UploadError> {
    let (name, declared_type) = (field.file_name(), field.declared_type());
    let limit = usize::try_from(form.max_bytes).unwrap_or(usize::MAX);
    let declared = declared.map(|length| usize::try_from(length).unwrap_or(usize::MAX));
    let mut content = Vec::new();
    if let Some(length) = declared {
        content.try_reserve_exact(length.min(limit)).map_err(|_| UploadError::Busy)?;
    }
    while let Some(chunk) = field.chunk().await? {
        let length = content.len().saturating_add(chunk.len());
        if length > limit {
            return Err(UploadError::TooLarge { limit: form.max_bytes, part: form.file_name() });
        }
        // The lease covers only the declared length.
        if declared.is_some_and(|declared| length > declared) {
            return Err(UploadError::Outgrown);
        }
        if length > content.capacity() {
            let step = UNDECLARED_STEPS.into_iter().find(|step| length <= *step).unwrap_or(limit).min(limit);
            content.try_reserve_exact(step.saturating_sub(content.len())).map_err(|_| UploadError::Busy)?;
        }
        content.extend_from_slice(&chunk);
    }
    Ok(Received { content, name, declared_type })
}

async fn read_options(mut field: Field<'_>) -> Result<String, UploadError> {
    let mut text = Vec::new();
    while let Some(chunk) = field.chunk().await? {
        if text.len().saturating_add(chunk.len()) > MAX_OPTIONS {
            return Err(UploadError::Text { part: "options", problem: "is longer than 65536 bytes" });
        }
        text.extend_from_slice(&chunk);
    }
    String::from_utf8(text).map_err(|_| UploadError::Text { part: "options", problem: "is not UTF-8" })
}

#[cfg(test)]
mod tests;
