//! Reading a multipart upload: bounded before it is read, streamed, held once.
//!
//! Invariants:
//! - a body whose declared length cannot fit is refused before its first byte is read;
//! - the file is kept in one buffer that never moves when the length was declared, and there is no second copy;
//! - the bytes are counted against the process-wide budget of [`crate::InFlight`] for as long as the [`Upload`] lives.

pub(crate) mod batch;
mod paced;

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, header};

use self::paced::{Allowance, Paced, PacedError};
use crate::admission::{InFlight, Permit};

/// Room in a request body for boundaries, part headers and the options, beside the file itself.
const OVERHEAD: u64 = 128 * 1024;

/// Largest `options` part in bytes. The largest valid one is below 16 KiB.
const MAX_OPTIONS: usize = 64 * 1024;

/// Longest boundary (RFC 2046, section 5.1.1).
const MAX_BOUNDARY: usize = 70;

/// Buffer sizes for a file whose length was not declared: each step copies what is there, so there are few.
const UNDECLARED_STEPS: [usize; 2] = [1024 * 1024, 8 * 1024 * 1024];

/// What a form may contain.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Form {
    /// The names the file part may have; the first is the canonical one.
    pub file_names: &'static [&'static str],
    /// Whether there is a JSON part `options`.
    pub options: bool,
    /// Largest file in bytes.
    pub max_bytes: u64,
}

impl Form {
    fn file_name(&self) -> &'static str {
        self.file_names.first().copied().unwrap_or("file")
    }
}

/// A file that arrived whole.
#[derive(Debug)]
pub(crate) struct Upload {
    /// The content.
    pub file: Bytes,
    /// The file name that the client gave, as sent.
    pub file_name: Option<String>,
    /// The media type that the client gave, in lower case without parameters.
    pub declared_type: Option<String>,
    /// The text of the `options` part; empty when the form has none.
    pub options: String,
    /// The share of the budget; keep it as long as the bytes.
    pub permit: Permit,
}

/// Why an upload was refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UploadError {
    /// The request is not `multipart/form-data` with a usable boundary.
    #[error("Content-Type must be multipart/form-data with a boundary")]
    NotMultipart,
    /// The body does not follow RFC 7578, or ends in the middle.
    #[error("the multipart body is malformed: {0}")]
    Malformed(String),
    /// The body ended before the closing boundary.
    #[error("the request body ended before the upload was complete")]
    Truncated,
    /// A part that is required is absent.
    #[error("{0} is required")]
    Missing(&'static str),
    /// A part that this endpoint does not know.
    #[error("unknown part {0}")]
    Unknown(String),
    /// A part that came before, possibly under its other name.
    #[error("{0} was sent more than once")]
    Duplicate(String),
    /// A text part that is not UTF-8, or too long.
    #[error("{part} {problem}")]
    Text {
        /// The part's name.
        part: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The file is larger than the endpoint takes.
    #[error("the file exceeds {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
        /// The part that carries the file.
        part: &'static str,
    },
    /// More files than a batch may have.
    #[error("at most {limit} files are allowed")]
    TooMany {
        /// The limit.
        limit: usize,
        /// The part that carries files.
        part: &'static str,
    },
    /// The files of a batch exceed its limit together.
    #[error("the files exceed {limit} bytes together")]
    TotalTooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// Images came before the options, and more of them than can be kept until the options come.
    #[error("options must come before the images when these are more than {limit} bytes together")]
    OptionsLate {
        /// How much is kept, in bytes.
        limit: u64,
    },
    /// Other uploads hold the memory at this moment.
    #[error("too many uploads at this moment")]
    Busy,
}

/// The declared length of the body in bytes, if there is one.
fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.trim().parse().ok()
}

/// The boundary of a `multipart/form-data` request.
fn boundary(headers: &HeaderMap) -> Result<String, UploadError> {
    let value =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).ok_or(UploadError::NotMultipart)?;
    let boundary = multer::parse_boundary(value).map_err(|_| UploadError::NotMultipart)?;
    if boundary.is_empty() || boundary.len() > MAX_BOUNDARY {
        return Err(UploadError::NotMultipart);
    }
    Ok(boundary)
}

/// Reads `body` as `form`. `now` is Unix milliseconds, for the lease on the budget.
pub(crate) async fn read(
    headers: &HeaderMap,
    body: Body,
    form: Form,
    in_flight: &InFlight,
    now: i64,
) -> Result<Upload, UploadError> {
    let boundary = boundary(headers)?;
    let too_large = UploadError::TooLarge { limit: form.max_bytes, part: form.file_name() };
    let declared = declared_length(headers);
    if declared.is_some_and(|length| length > form.max_bytes.saturating_add(OVERHEAD)) {
        return Err(too_large);
    }
    // An undeclared length may turn out to be the largest allowed.
    let expected = declared.unwrap_or(form.max_bytes).min(form.max_bytes);
    let permit = in_flight.admit(expected, now).ok_or(UploadError::Busy)?;

    let allowance = Allowance::new();
    let paced = Paced::new(body.into_data_stream(), allowance.clone());
    let mut parts = multer::Multipart::new(paced, boundary);
    let mut file: Option<Received> = None;
    let mut options: Option<String> = None;
    loop {
        allowance.between_parts();
        let field = parts.next_field().await.map_err(|error| broken(error, &allowance))?;
        let Some(field) = field else { break };
        allowance.inside_part();
        match field.name() {
            Some(name) if form.file_names.contains(&name) => {
                if file.is_some() {
                    return Err(UploadError::Duplicate(name.to_owned()));
                }
                file = Some(read_file(field, form, declared, &allowance).await?);
            }
            Some("options") if form.options => {
                if options.is_some() {
                    return Err(UploadError::Duplicate("options".to_owned()));
                }
                options = Some(read_options(field, &allowance).await?);
            }
            Some(name) => return Err(UploadError::Unknown(printable(name))),
            None => return Err(UploadError::Malformed("a part has no name".to_owned())),
        }
    }
    let file = file.ok_or(UploadError::Missing(form.file_name()))?;
    let options = match options {
        Some(options) => options,
        None if form.options => return Err(UploadError::Missing("options")),
        None => String::new(),
    };
    Ok(Upload {
        file: Bytes::from(file.content),
        file_name: file.name,
        declared_type: file.declared_type,
        options,
        permit,
    })
}

struct Received {
    content: Vec<u8>,
    name: Option<String>,
    declared_type: Option<String>,
}

async fn read_file(
    mut field: multer::Field<'_>,
    form: Form,
    declared: Option<u64>,
    allowance: &Allowance,
) -> Result<Received, UploadError> {
    let name = field.file_name().map(str::to_owned);
    let declared_type = field.content_type().map(|mime| mime.essence_str().to_ascii_lowercase());
    let limit = usize::try_from(form.max_bytes).unwrap_or(usize::MAX);
    let mut content = Vec::new();
    if let Some(length) = declared {
        let length = usize::try_from(length).unwrap_or(usize::MAX).min(limit);
        content.try_reserve_exact(length).map_err(|_| UploadError::Busy)?;
    }
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(error, allowance))? {
        let length = content.len().saturating_add(chunk.len());
        if length > limit {
            return Err(UploadError::TooLarge { limit: form.max_bytes, part: form.file_name() });
        }
        if length > content.capacity() {
            let step = UNDECLARED_STEPS.into_iter().find(|step| length <= *step).unwrap_or(limit).min(limit);
            content.try_reserve_exact(step.saturating_sub(content.len())).map_err(|_| UploadError::Busy)?;
        }
        content.extend_from_slice(&chunk);
    }
    Ok(Received { content, name, declared_type })
}

async fn read_options(mut field: multer::Field<'_>, allowance: &Allowance) -> Result<String, UploadError> {
    let mut text = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(error, allowance))? {
        if text.len().saturating_add(chunk.len()) > MAX_OPTIONS {
            return Err(UploadError::Text { part: "options", problem: "is longer than 65536 bytes" });
        }
        text.extend_from_slice(&chunk);
    }
    String::from_utf8(text).map_err(|_| UploadError::Text { part: "options", problem: "is not UTF-8" })
}

/// What a failure of the parser means to the caller.
fn broken(error: multer::Error, allowance: &Allowance) -> UploadError {
    match error {
        multer::Error::IncompleteFieldData { .. } | multer::Error::IncompleteStream => UploadError::Truncated,
        multer::Error::StreamReadFailed(cause) => match cause.downcast_ref::<PacedError>() {
            Some(PacedError::HeadTooLarge) => UploadError::Malformed(PacedError::HeadTooLarge.to_string()),
            _ if allowance.is_spent() => UploadError::Malformed(PacedError::HeadTooLarge.to_string()),
            _ => UploadError::Truncated,
        },
        other => UploadError::Malformed(printable(&other.to_string())),
    }
}

/// A client's own text, made fit to be repeated in an answer.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}

#[cfg(test)]
mod tests;
