//! `Read + Seek` over a `Blob`, synchronously, inside a worker.
//!
//! Invariants: offsets are `u64` and cross into JavaScript as `f64`, exact up to 2^53; a seek that would leave that
//! range is an error, never a wrap; at most 8 MiB of the file is held (see `cache`).

use std::io::{self, Read, Seek, SeekFrom};

use js_sys::{Function, Uint8Array};
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, FileReaderSync};

use crate::cache::{BlockCache, seek_target};
use crate::error::CallError;

/// Largest integer that `f64` holds without gaps.
const MAX_SAFE: u64 = 1 << 53;
/// Bytes between two progress calls.
const PROGRESS_STEP: u64 = 1024 * 1024;

/// A file that the user chose, as a seekable stream.
pub struct BlobReader {
    // The checker asks for `Send` because the server moves its source between threads. JavaScript values belong to
    // the thread that made them, and a worker is one thread: the wrapper checks that at each use and would stop the
    // call if it were ever untrue.
    js: SendWrapper<Handles>,
    size: u64,
    position: u64,
    fetched: u64,
    next_progress: u64,
    cache: BlockCache,
    failure: Option<CallError>,
}

struct Handles {
    blob: Blob,
    reader: FileReaderSync,
    on_progress: Option<Function>,
}

impl BlobReader {
    /// Opens `blob`. Fails outside a worker, where synchronous reads do not exist.
    pub fn new(blob: Blob, on_progress: Option<Function>) -> Result<Self, CallError> {
        let reader = FileReaderSync::new().map_err(|_| CallError::not_in_worker())?;
        let size = exact_u64(blob.size()).ok_or_else(CallError::too_large)?;
        Ok(Self {
            js: SendWrapper::new(Handles { blob, reader, on_progress }),
            size,
            position: 0,
            fetched: 0,
            next_progress: 0,
            cache: BlockCache::new(size),
            failure: None,
        })
    }

    /// Why a read failed, if one did. Parsers only see an `io::Error`; the page wants to say what happened.
    pub fn take_failure(&mut self) -> Option<CallError> {
        self.failure.take()
    }
}

impl Handles {
    fn fetch(&self, start: u64, end: u64) -> Result<Vec<u8>, CallError> {
        let slice = self
            .blob
            .slice_with_f64_and_f64(to_f64(start), to_f64(end))
            .map_err(|cause| CallError::unreadable(&cause))?;
        let buffer = self.reader.read_as_array_buffer(&slice).map_err(|cause| CallError::unreadable(&cause))?;
        let bytes = Uint8Array::new(&buffer).to_vec();
        // A file that shrank since it was chosen gives a short slice instead of an error.
        if bytes.len() as u64 == end - start { Ok(bytes) } else { Err(CallError::changed()) }
    }

    fn report(&self, fetched: u64, size: u64) {
        if let Some(callback) = &self.on_progress {
            // A failing progress callback is the page's own fault and no reason to stop the check.
            let _ = callback.call2(&JsValue::NULL, &to_f64(fetched).into(), &to_f64(size).into());
        }
    }
}

impl Read for BlobReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let js = &self.js;
        let fetched = &mut self.fetched;
        let result = self.cache.read(self.position, out, |start, end| {
            let bytes = js.fetch(start, end)?;
            *fetched = fetched.saturating_add(end - start);
            Ok::<_, CallError>(bytes)
        });
        if self.fetched >= self.next_progress {
            self.next_progress = self.fetched.saturating_add(PROGRESS_STEP);
            self.js.report(self.fetched, self.size);
        }
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

// Every value passed is at most the blob's size, and `exact_u64` refused sizes that f64 cannot hold.
#[allow(clippy::cast_precision_loss)]
fn to_f64(value: u64) -> f64 {
    value as f64
}

// Range checked before the cast.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn exact_u64(value: f64) -> Option<u64> {
    (0.0..=to_f64(MAX_SAFE)).contains(&value).then_some(value as u64)
}
