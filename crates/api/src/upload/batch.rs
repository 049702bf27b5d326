//! Reading a form of several files, one part at a time.
//!
//! Invariants: a body that is declared larger than the batch may be is refused before its first byte is read; one file is
//! held at a time unless the reader keeps more; a file that is too large is read to its end and thrown away, so that the
//! next one can still be had.

use axum::body::Body;
use bytes::Bytes;
use http::HeaderMap;

use super::{
    OVERHEAD, UNDECLARED_STEPS, UploadError, boundary, broken, declared_length,
    paced::{Allowance, Paced},
    printable, read_options,
};

/// What a form of several files may contain, beside a JSON part `options`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BatchForm {
    /// The names the file parts may have; the first is the canonical one.
    pub file_names: &'static [&'static str],
    /// Most files.
    pub max_files: usize,
    /// Largest file in bytes.
    pub max_file_bytes: u64,
    /// Most bytes of all files together.
    pub max_total_bytes: u64,
}

impl BatchForm {
    /// The name of the part that carries files.
    pub fn file_name(&self) -> &'static str {
        self.file_names.first().copied().unwrap_or("file")
    }
}

/// A file of a batch.
#[derive(Debug)]
pub(crate) struct BatchFile {
    /// The content; nothing when it was larger than a file may be.
    pub content: Option<Bytes>,
    /// The file name that the client gave, as sent.
    pub file_name: Option<String>,
    /// The media type that the client gave, in lower case without parameters.
    pub declared_type: Option<String>,
}

impl BatchFile {
    /// Bytes held.
    pub fn len(&self) -> u64 {
        self.content.as_ref().map_or(0, |content| content.len() as u64)
    }
}

/// One part.
#[derive(Debug)]
pub(crate) enum Part {
    /// A file.
    File(BatchFile),
    /// The text of `options`.
    Options(String),
}

/// The parts of a body, in the order in which they arrive.
pub(crate) struct Parts {
    parts: multer::Multipart<'static>,
    allowance: Allowance,
    form: BatchForm,
    declared: Option<u64>,
    files: usize,
    total: u64,
    has_options: bool,
}

impl Parts {
    /// Begins to read `body` as `form`.
    pub fn new(headers: &HeaderMap, body: Body, form: BatchForm) -> Result<Self, UploadError> {
        let boundary = boundary(headers)?;
        let declared = declared_length(headers);
        if declared.is_some_and(|length| length > form.max_total_bytes.saturating_add(OVERHEAD)) {
            return Err(UploadError::TotalTooLarge { limit: form.max_total_bytes });
        }
        let allowance = Allowance::new();
        let paced = Paced::new(body.into_data_stream(), allowance.clone());
        let parts = multer::Multipart::new(paced, boundary);
        Ok(Self { parts, allowance, form, declared, files: 0, total: 0, has_options: false })
    }

    /// The declared length of the body in bytes, if there is one.
    pub fn declared(&self) -> Option<u64> {
        self.declared
    }

    /// The next part; a file only if it has at most `room` bytes.
    pub async fn next(&mut self, room: u64) -> Result<Option<Part>, UploadError> {
        self.allowance.between_parts();
        let field = self.parts.next_field().await.map_err(|error| broken(error, &self.allowance))?;
        let Some(field) = field else { return Ok(None) };
        self.allowance.inside_part();
        match field.name() {
            Some(name) if self.form.file_names.contains(&name) => {
                self.files = self.files.saturating_add(1);
                if self.files > self.form.max_files {
                    return Err(UploadError::TooMany { limit: self.form.max_files, part: self.form.file_name() });
                }
                let file = read_file(field, &self.form, &mut self.total, room, &self.allowance).await?;
                Ok(Some(Part::File(file)))
            }
            Some("options") if self.has_options => Err(UploadError::Duplicate("options".to_owned())),
            Some("options") => {
                self.has_options = true;
                Ok(Some(Part::Options(read_options(field, &self.allowance).await?)))
            }
            Some(name) => Err(UploadError::Unknown(printable(name))),
            None => Err(UploadError::Malformed("a part has no name".to_owned())),
        }
    }
}

async fn read_file(
    mut field: multer::Field<'_>,
    form: &BatchForm,
    total: &mut u64,
    room: u64,
    allowance: &Allowance,
) -> Result<BatchFile, UploadError> {
    let file_name = field.file_name().map(str::to_owned);
    let declared_type = field.content_type().map(|mime| mime.essence_str().to_ascii_lowercase());
    let most = usize::try_from(form.max_file_bytes.min(room)).unwrap_or(usize::MAX);
    let mut content = Some(Vec::new());
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(error, allowance))? {
        *total = total.saturating_add(chunk.len() as u64);
        if *total > form.max_total_bytes {
            return Err(UploadError::TotalTooLarge { limit: form.max_total_bytes });
        }
        let Some(kept) = &mut content else { continue };
        let length = kept.len().saturating_add(chunk.len());
        if length as u64 > form.max_file_bytes {
            content = None;
            continue;
        }
        if length > most {
            return Err(UploadError::OptionsLate { limit: form.max_file_bytes });
        }
        if length > kept.capacity() {
            let step = UNDECLARED_STEPS.into_iter().find(|step| length <= *step).unwrap_or(most).min(most);
            kept.try_reserve_exact(step.saturating_sub(kept.len())).map_err(|_| UploadError::Busy)?;
        }
        kept.extend_from_slice(&chunk);
    }
    let content = content.map(|mut kept| {
        // Several files may wait at once: none keeps more than it is.
        kept.shrink_to_fit();
        Bytes::from(kept)
    });
    Ok(BatchFile { content, file_name, declared_type })
}
