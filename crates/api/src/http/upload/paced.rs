//! A body stream in small steps, with a limit on bytes outside of file content.
//!
//! The multipart parser reads its source until nothing is ready. If the whole body is ready, it would buffer the whole
//! upload in addition to our copy. It also searches its buffer from the start on every step while it looks for a
//! boundary or the end of part headers, which is quadratic in the length of a hostile preamble. This stream limits
//! both: it yields at most [`SLICE`] bytes and then reports "pending" once, and it fails when more than [`MAX_HEAD`]
//! bytes pass while no part is being read.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll},
};

use axum::body::BodyDataStream;
use bytes::Bytes;
use futures_util::Stream;

/// Maximum number of bytes per step.
const SLICE: usize = 64 * 1024;

/// Maximum number of bytes between two parts: boundary, part headers, preamble, and what is already buffered of the
/// next part.
const MAX_HEAD: u64 = 16 * 1024 + SLICE as u64;

/// Number of bytes that the stream may still yield before a part begins, and a check of the first bytes. Shared between
/// the stream, which is inside the parser, and the reader, which knows the current position.
#[derive(Debug, Clone)]
pub(super) struct Allowance(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    left: AtomicU64,
    delimiter: String,
    is_boundary_missing: AtomicBool,
}

impl Allowance {
    pub(super) fn new(boundary: &str) -> Self {
        Self(Arc::new(Shared {
            left: AtomicU64::new(MAX_HEAD),
            delimiter: format!("--{boundary}"),
            is_boundary_missing: AtomicBool::new(false),
        }))
    }

    /// Returns whether the body begins with another line than the boundary.
    pub(super) fn is_boundary_missing(&self) -> bool {
        self.0.is_boundary_missing.load(Ordering::Relaxed)
    }

    /// Compares the first bytes of the body with the boundary. Fewer bytes than a boundary decide nothing unless they
    /// differ.
    fn look_at_start(&self, start: &[u8]) {
        let start = start.strip_prefix(b"\r").unwrap_or(start);
        let start = start.strip_prefix(b"\n").unwrap_or(start);
        let differs = start.iter().zip(self.0.delimiter.as_bytes()).any(|(found, expected)| found != expected);
        self.0.is_boundary_missing.store(differs, Ordering::Relaxed);
    }

    /// Marks that the reader looks for the next part.
    pub(super) fn between_parts(&self) {
        self.0.left.store(MAX_HEAD, Ordering::Relaxed);
    }

    /// Marks that the reader reads the content of a part, which has its own limit.
    pub(super) fn inside_part(&self) {
        self.0.left.store(u64::MAX, Ordering::Relaxed);
    }

    /// Returns whether the limit was reached, which distinguishes this failure from a broken connection.
    pub(super) fn is_spent(&self) -> bool {
        self.0.left.load(Ordering::Relaxed) == 0
    }
}

/// Error that ends the stream early.
#[derive(Debug, thiserror::Error)]
pub(super) enum PacedError {
    /// The bytes between parts exceed [`MAX_HEAD`].
    #[error("too many bytes before a part")]
    HeadTooLarge,
    /// The client or the runtime aborted the body.
    #[error("the body could not be read")]
    Read(#[source] axum::Error),
}

/// A body in steps.
pub(super) struct Paced {
    inner: BodyDataStream,
    rest: Bytes,
    allowance: Allowance,
    is_started: bool,
    pause: bool,
}

impl Paced {
    pub(super) fn new(inner: BodyDataStream, allowance: Allowance) -> Self {
        Self { inner, rest: Bytes::new(), allowance, is_started: false, pause: false }
    }
}

impl Stream for Paced {
    type Item = Result<Bytes, PacedError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if std::mem::take(&mut self.pause) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        while self.rest.is_empty() {
            match Pin::new(&mut self.inner).poll_next(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(PacedError::Read(error)))),
                Poll::Ready(Some(Ok(bytes))) => self.rest = bytes,
            }
        }
        if !std::mem::replace(&mut self.is_started, true) {
            self.allowance.look_at_start(&self.rest);
        }
        let length = self.rest.len().min(SLICE);
        let slice = self.rest.split_to(length);
        let left = self.allowance.0.left.load(Ordering::Relaxed);
        if left != u64::MAX {
            let left = left.saturating_sub(length as u64);
            self.allowance.0.left.store(left, Ordering::Relaxed);
            if left == 0 {
                return Poll::Ready(Some(Err(PacedError::HeadTooLarge)));
            }
        }
        self.pause = true;
        Poll::Ready(Some(Ok(slice)))
    }
}
