//! Synchronous `Read + Seek` over a `Blob`, inside a worker, or over its bytes if they are in memory, anywhere.
//!
//! Invariants: offsets are `u64` and are passed to JavaScript as `f64`, which is exact up to 2^53. A seek outside that
//! range is an error and never wraps. At most 8 MiB of the file is held in memory (see `cache`).

use std::io::{self, Read, Seek, SeekFrom};

use js_sys::Uint8Array;
use send_wrapper::SendWrapper;
use web_sys::{Blob, FileReaderSync};

use crate::cache::{BlockCache, seek_target};
use crate::error::CallError;

/// Largest integer below which `f64` represents every integer.
const MAX_SAFE: u64 = 1 << 53;

/// A file that the user chose, as a seekable stream.
pub struct BlobReader {
    // The checker requires `Send` because the server moves its source between threads. JavaScript values belong to the
    // thread that created them, and a worker has one thread. The wrapper checks this on each use and would stop the
    // call otherwise.
    js: SendWrapper<Handles>,
    size: u64,
    position: u64,
    cache: BlockCache,
    failure: Option<CallError>,
}

enum Handles {
    Blob(Blob, FileReaderSync),
    /// Outside of this module's memory, which never shrinks; copied in pieces.
    Bytes(Uint8Array),
}

impl BlobReader {
    /// Opens `blob`. Fails outside a worker, where synchronous reads are not available.
    pub fn new(blob: Blob) -> Result<Self, CallError> {
        let reader = FileReaderSync::new().map_err(|_| CallError::not_in_worker())?;
        let size = exact_u64(blob.size()).ok_or_else(CallError::too_large)?;
        Ok(Self::over(Handles::Blob(blob, reader), size))
    }

    /// Creates a reader over the bytes of a file.
    pub fn of_bytes(bytes: Uint8Array) -> Self {
        let size = u64::from(bytes.length());
        Self::over(Handles::Bytes(bytes), size)
    }

    fn over(handles: Handles, size: u64) -> Self {
        Self { js: SendWrapper::new(handles), size, position: 0, cache: BlockCache::new(size), failure: None }
    }

    /// Returns the reason of a failed read, if any. Parsers see only an `io::Error`, but the page needs the reason.
    pub fn take_failure(&mut self) -> Option<CallError> {
        self.failure.take()
    }
}

impl Handles {
    fn fetch(&self, start: u64, end: u64) -> Result<Vec<u8>, CallError> {
        let bytes = match self {
            Self::Blob(blob, reader) => {
                let slice = blob
                    .slice_with_f64_and_f64(to_f64(start), to_f64(end))
                    .map_err(|cause| CallError::unreadable(&cause))?;
                let buffer = reader.read_as_array_buffer(&slice).map_err(|cause| CallError::unreadable(&cause))?;
                Uint8Array::new(&buffer).to_vec()
            }
            Self::Bytes(bytes) => {
                // An array's length has 32 bits, and the cache reads within it.
                let at = |place: u64| u32::try_from(place).unwrap_or(u32::MAX);
                bytes.subarray(at(start), at(end)).to_vec()
            }
        };
        // A file that shrank after it was chosen returns a short slice instead of an error.
        if bytes.len() as u64 == end - start { Ok(bytes) } else { Err(CallError::changed()) }
    }
}

impl Read for BlobReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let js = &self.js;
        let result = self.cache.read(self.position, out, |start, end| js.fetch(start, end));
        match result {
            Ok(count) => {
                self.position = self.position.saturating_add(count as u64);
                Ok(count)
            }
            Err(failure) => {
                let error = io::Error::other(failure.message().to_owned());
                self.failure.get_or_insert(failure);
                Err(error)
            }
        }
    }
}

impl Seek for BlobReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = seek_target(self.position, self.size, to)
            .filter(|target| *target <= MAX_SAFE)
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "seek outside the file"))?;
        self.position = target;
        Ok(target)
    }
}

/// Converts a size or position to a JavaScript number. Every value is at most the blob's size, and `exact_u64` rejected
/// sizes that f64 cannot represent.
#[allow(clippy::cast_precision_loss)]
pub fn to_f64(value: u64) -> f64 {
    value as f64
}

// The range is checked before the cast.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn exact_u64(value: f64) -> Option<u64> {
    (0.0..=to_f64(MAX_SAFE)).contains(&value).then_some(value as u64)
}
