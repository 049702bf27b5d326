//! Parser of `multipart/form-data` bodies, and the mapping of its errors.

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, header};

use crate::http::upload::{
    error::{UploadError, printable},
    paced::{Allowance, Paced, PacedError},
};

/// Longest boundary (RFC 2046, section 5.1.1).
const MAX_BOUNDARY: usize = 70;

/// Parser of a body.
pub(super) struct Multipart {
    parts: multer::Multipart<'static>,
    allowance: Allowance,
    has_parts: bool,
}

/// A part that is being read.
pub(super) struct Field<'a> {
    field: multer::Field<'static>,
    allowance: &'a Allowance,
}

impl Multipart {
    /// Starts to read `body`.
    pub fn new(headers: &HeaderMap, body: Body) -> Result<Self, UploadError> {
        refuse_encoding(headers)?;
        let boundary = boundary(headers)?;
        let allowance = Allowance::new(&boundary);
        let paced = Paced::new(body.into_data_stream(), allowance.clone());
        Ok(Self { parts: multer::Multipart::new(paced, boundary), allowance, has_parts: false })
    }

    /// Reads the next part.
    pub async fn next(&mut self) -> Result<Option<Field<'_>>, UploadError> {
        self.allowance.between_parts();
        match self.parts.next_field().await {
            Ok(Some(field)) => {
                self.has_parts = true;
                self.allowance.inside_part();
                Ok(Some(Field { field, allowance: &self.allowance }))
            }
            Ok(None) => Ok(None),
            Err(error) if !self.has_parts && self.allowance.is_boundary_missing() && is_about_parts(&error) => {
                Err(UploadError::BoundaryMismatch)
            }
            Err(error) => Err(broken(error, &self.allowance)),
        }
    }
}

impl Field<'_> {
    /// Returns the part's name.
    pub fn name(&self) -> Option<&str> {
        self.field.name()
    }

    /// Returns the client's file name, as sent.
    pub fn file_name(&self) -> Option<String> {
        self.field.file_name().map(str::to_owned)
    }

    /// Returns the client's media type, in lower case without parameters.
    pub fn declared_type(&self) -> Option<String> {
        self.field.content_type().map(|mime| mime.essence_str().to_ascii_lowercase())
    }

    /// Reads the next bytes of the content.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, UploadError> {
        self.field.chunk().await.map_err(|error| broken(error, self.allowance))
    }
}

/// Refuses a body with `Content-Encoding`. Media files do not shrink, and the size of a compressed body cannot be
/// limited before it is unpacked.
pub(crate) fn refuse_encoding(headers: &HeaderMap) -> Result<(), UploadError> {
    for value in headers.get_all(header::CONTENT_ENCODING) {
        let text = value.to_str().unwrap_or("an unreadable value").trim();
        if !text.is_empty() && !text.eq_ignore_ascii_case("identity") {
            return Err(UploadError::Encoded(printable(text)));
        }
    }
    Ok(())
}

/// Returns the boundary of a `multipart/form-data` request.
fn boundary(headers: &HeaderMap) -> Result<String, UploadError> {
    let value =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).ok_or(UploadError::NotMultipart)?;
    let boundary = multer::parse_boundary(value).map_err(|_| UploadError::NotMultipart)?;
    if boundary.is_empty() || boundary.len() > MAX_BOUNDARY {
        return Err(UploadError::NotMultipart);
    }
    Ok(boundary)
}

/// Returns whether the parser failed because of the body's content, not because of reading it.
fn is_about_parts(error: &multer::Error) -> bool {
    match error {
        multer::Error::StreamReadFailed(cause) => {
            matches!(cause.downcast_ref::<PacedError>(), Some(PacedError::HeadTooLarge))
        }
        _ => true,
    }
}

/// Maps an error of the parser.
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
