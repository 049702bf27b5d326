//! Reading of forms with several files, one part at a time.
//!
//! Invariants: a body whose declared length exceeds the limit of a batch is refused before its first byte is read;
//! memory is limited by [`FileStorage::memory`] or by one block of the spool; a file that is too large is read to its
//! end and discarded, so that the next one can be read.

use std::sync::Arc;

use axum::body::Body;
use bytes::Bytes;
use http::HeaderMap;
use labeler_media::Format;
use sha2::{Digest, Sha256};

use crate::{
    app::{
        ports::Background,
        spool::{BLOCK_BYTES, Spool, SpoolError, SpooledBlocks},
    },
    http::upload::{
        OVERHEAD, UNDECLARED_STEPS, declared_length,
        error::{UploadError, printable},
        parts::{Field, Multipart},
        read_options,
    },
};

/// Allowed content of a form with several files, beside a JSON part `options`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BatchForm {
    /// Names of the file parts. The first is canonical.
    pub file_names: &'static [&'static str],
    /// Maximum number of files.
    pub max_files: usize,
    /// Largest file in bytes.
    pub max_file_bytes: u64,
    /// Maximum number of bytes of all files together.
    pub max_total_bytes: u64,
}

impl BatchForm {
    /// Returns the canonical name of the file parts.
    pub fn file_name(&self) -> &'static str {
        self.file_names.first().copied().unwrap_or("file")
    }
}

/// A file of a batch.
#[derive(Debug)]
pub(crate) struct BatchFile {
    /// The content; `None` if the file was too large.
    pub content: Option<Content>,
    /// The client's file name, as sent.
    pub file_name: Option<String>,
    /// The client's media type, in lower case without parameters.
    pub declared_type: Option<String>,
}

/// The stored content of a file.
#[derive(Debug)]
pub(crate) struct Content {
    /// Bytes.
    pub length: u64,
    /// SHA-256 in lower-case hexadecimal.
    pub sha256: String,
    /// The format, by its first bytes.
    pub format: Option<Format>,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Memory(Bytes),
    /// Names of blocks in order.
    Spool(Vec<String>),
}

/// Storage for the files of a batch until they are labelled.
pub(crate) enum FileStorage {
    /// In memory.
    Memory {
        /// Maximum number of bytes of all files together.
        most: u64,
        /// Bytes kept.
        held: u64,
    },
    /// Outside of the process.
    Spool(SpooledBlocks),
}

impl FileStorage {
    /// Creates storage for up to `most` bytes in memory.
    pub fn memory(most: u64) -> Self {
        Self::Memory { most, held: 0 }
    }

    /// Creates storage in blocks of the spool, which are removed when it is dropped.
    pub fn spool(spool: &Arc<dyn Spool>, background: &Arc<dyn Background>, request_id: &str) -> Self {
        Self::Spool(SpooledBlocks::new(Arc::clone(spool), Arc::clone(background), request_id))
    }

    /// Loads the content of a file as one buffer.
    pub async fn load(&self, content: &Content) -> Result<Bytes, SpoolError> {
        let (names, blocks) = match (&content.place, self) {
            (Place::Memory(bytes), _) => return Ok(bytes.clone()),
            (Place::Spool(names), Self::Spool(blocks)) => (names, blocks),
            (Place::Spool(_), Self::Memory { .. }) => return Err(SpoolError("the blocks are gone".to_owned())),
        };
        let length = usize::try_from(content.length).unwrap_or(usize::MAX);
        let mut whole = Vec::new();
        whole.try_reserve_exact(length).map_err(|_| SpoolError("no memory to read it into".to_owned()))?;
        for name in names {
            let block = blocks.get(name).await?;
            if whole.len().saturating_add(block.len()) > length {
                return Err(SpoolError(format!("{name} is longer than it was")));
            }
            whole.extend_from_slice(&block);
        }
        if whole.len() == length {
            Ok(Bytes::from(whole))
        } else {
            Err(SpoolError("a block is shorter than it was".to_owned()))
        }
    }

    /// Removes everything outside of the process. Nothing can be loaded afterwards.
    pub async fn clear(&mut self) {
        if let Self::Spool(blocks) = self {
            blocks.remove().await;
        }
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

/// Reader of the parts of a body, in their order.
pub(crate) struct Parts {
    parts: Multipart,
    form: BatchForm,
    declared: Option<u64>,
    files: usize,
    total: u64,
    has_options: bool,
}

impl Parts {
    /// Starts to read `body` as `form`.
    pub fn new(headers: &HeaderMap, body: Body, form: BatchForm) -> Result<Self, UploadError> {
        let parts = Multipart::new(headers, body)?;
        let declared = declared_length(headers);
        if declared.is_some_and(|length| length > form.max_total_bytes.saturating_add(OVERHEAD)) {
            return Err(UploadError::TotalTooLarge { limit: form.max_total_bytes });
        }
        Ok(Self { parts, form, declared, files: 0, total: 0, has_options: false })
    }

    /// Returns the declared length of the body in bytes, if there is one.
    pub fn declared(&self) -> Option<u64> {
        self.declared
    }

    /// Reads the next part. A file is written to the storage.
    pub async fn next(&mut self, storage: &mut FileStorage) -> Result<Option<Part>, UploadError> {
        let Some(field) = self.parts.next().await? else { return Ok(None) };
        match field.name() {
            Some(name) if self.form.file_names.contains(&name) => {
                self.files = self.files.saturating_add(1);
                if self.files > self.form.max_files {
                    return Err(UploadError::TooMany { limit: self.form.max_files, part: self.form.file_name() });
                }
                let file = read_file(field, &self.form, &mut self.total, storage).await?;
                Ok(Some(Part::File(file)))
            }
            Some("options") if self.has_options => Err(UploadError::Duplicate("options".to_owned())),
            Some("options") => {
                self.has_options = true;
                Ok(Some(Part::Options(read_options(field).await?)))
            }
            Some(name) => Err(UploadError::Unknown(printable(name))),
            None => Err(UploadError::Malformed("a part has no name".to_owned())),
        }
    }
}

async fn read_file(
    mut field: Field<'_>,
    form: &BatchForm,
    total: &mut u64,
    storage: &mut FileStorage,
) -> Result<BatchFile, UploadError> {
    let (file_name, declared_type) = (field.file_name(), field.declared_type());
    let mut receiver = Some(Receiver::default());
    while let Some(chunk) = field.chunk().await? {
        *total = total.saturating_add(chunk.len() as u64);
        if *total > form.max_total_bytes {
            return Err(UploadError::TotalTooLarge { limit: form.max_total_bytes });
        }
        let Some(receiving) = &mut receiver else { continue };
        if receiving.length.saturating_add(chunk.len() as u64) > form.max_file_bytes {
            receiving.give_up(storage);
            receiver = None;
            continue;
        }
        receiving.take(&chunk, storage).await?;
    }
    let content = match receiver {
        Some(receiver) => Some(receiver.finish(storage).await?),
        None => None,
    };
    Ok(BatchFile { content, file_name, declared_type })
}

/// A file that is being received.
#[derive(Default)]
struct Receiver {
    length: u64,
    digest: Sha256,
    format: Option<Format>,
    buffer: Vec<u8>,
    names: Vec<String>,
}

impl Receiver {
    async fn take(&mut self, chunk: &[u8], storage: &mut FileStorage) -> Result<(), UploadError> {
        self.digest.update(chunk);
        self.length = self.length.saturating_add(chunk.len() as u64);
        match storage {
            FileStorage::Memory { most, held } => {
                *held = held.saturating_add(chunk.len() as u64);
                if *held > *most {
                    return Err(UploadError::NoSpool { limit: *most });
                }
                let most = usize::try_from(*most).unwrap_or(usize::MAX);
                reserve(&mut self.buffer, chunk.len(), most)?;
                self.buffer.extend_from_slice(chunk);
            }
            FileStorage::Spool(blocks) => {
                let mut rest = chunk;
                while !rest.is_empty() {
                    let room = BLOCK_BYTES.saturating_sub(self.buffer.len());
                    let (now, later) = rest.split_at_checked(room).unwrap_or((rest, &[]));
                    reserve(&mut self.buffer, now.len(), BLOCK_BYTES)?;
                    self.buffer.extend_from_slice(now);
                    rest = later;
                    if self.buffer.len() >= BLOCK_BYTES {
                        self.put(blocks).await?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Moves the buffer to the spool.
    async fn put(&mut self, blocks: &mut SpooledBlocks) -> Result<(), UploadError> {
        if self.names.is_empty() {
            self.format = labeler_media::sniff(&self.buffer);
        }
        let block = Bytes::from(std::mem::take(&mut self.buffer));
        self.names.push(blocks.put(block).await.map_err(UploadError::Spool)?);
        Ok(())
    }

    /// Releases the memory of the file for other files.
    fn give_up(&self, storage: &mut FileStorage) {
        if let FileStorage::Memory { held, .. } = storage {
            *held = held.saturating_sub(self.length);
        }
    }

    async fn finish(mut self, storage: &mut FileStorage) -> Result<Content, UploadError> {
        let place = match storage {
            FileStorage::Memory { .. } => {
                self.format = labeler_media::sniff(&self.buffer);
                // Several files wait at once, so their buffers must not be larger than their contents.
                self.buffer.shrink_to_fit();
                Place::Memory(Bytes::from(self.buffer))
            }
            FileStorage::Spool(blocks) => {
                if !self.buffer.is_empty() {
                    self.put(blocks).await?;
                }
                Place::Spool(self.names)
            }
        };
        let sha256 = hex::encode(self.digest.finalize());
        Ok(Content { length: self.length, sha256, format: self.format, place })
    }
}

/// Reserves `more` bytes in few steps, because each step copies the content.
fn reserve(buffer: &mut Vec<u8>, more: usize, most: usize) -> Result<(), UploadError> {
    let length = buffer.len().saturating_add(more);
    if length > buffer.capacity() {
        let step = UNDECLARED_STEPS.into_iter().find(|step| length <= *step).unwrap_or(most).min(most).max(length);
        buffer.try_reserve_exact(step.saturating_sub(buffer.len())).map_err(|_| UploadError::Busy)?;
    }
    Ok(())
}
