//! Outgoing HTTP as a port, and reading a body within bounds.

use std::{fmt, pin::Pin};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use labeler_ports::Clock;

/// One outgoing request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// `GET`, `POST`, ….
    pub method: &'static str,
    /// Absolute URL.
    pub url: String,
    /// Header names and values.
    pub headers: Vec<(&'static str, String)>,
    /// Body, absent for GET.
    pub body: Option<Vec<u8>>,
    /// Time for the whole exchange in milliseconds, the body included.
    pub timeout_ms: u32,
}

impl HttpRequest {
    /// A GET of this URL.
    pub fn get(url: impl Into<String>, timeout_ms: u32) -> Self {
        Self { method: "GET", url: url.into(), headers: Vec::new(), body: None, timeout_ms }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// The body of an answer, in the pieces in which it arrives, after content coding: what a compressed body unpacks to is
/// what arrives here. Dropping it ends the exchange.
pub type HttpBody = Pin<Box<dyn Stream<Item = Result<Bytes, HttpError>> + Send>>;

/// The answer to an [`HttpRequest`], redirects included.
pub struct HttpResponse {
    /// HTTP status.
    pub status: u16,
    /// Header names and values.
    pub headers: Vec<(String, String)>,
    /// The body, not read yet.
    pub body: HttpBody,
}

impl HttpResponse {
    /// The value of the first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The announced length of the body that will arrive, if there is one. A coded body arrives longer than announced.
    pub fn announced_length(&self) -> Option<u64> {
        match self.header("content-encoding") {
            Some(coding) if !coding.trim().eq_ignore_ascii_case("identity") => None,
            _ => self.header("content-length")?.trim().parse().ok(),
        }
    }
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("headers", &self.headers)
            .finish_non_exhaustive()
    }
}

/// Why an exchange failed. Carries no text of the far side, so nothing of it can leak to a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// URL or header could not be used.
    #[error("the request cannot be sent")]
    InvalidRequest,
    /// No connection, TLS failure, broken answer.
    #[error("the remote host could not be reached")]
    Unreachable,
    /// The time is over.
    #[error("the answer took longer than allowed")]
    TimedOut,
    /// More bytes than the reader takes.
    #[error("the answer is larger than allowed")]
    TooLarge,
}

/// Outgoing HTTP. An implementation follows no redirect, sends no cookies or credentials of its own, reads the body only
/// as far as it is asked for, and ends the exchange, body included, after `timeout_ms`.
#[async_trait]
pub trait Http: Send + Sync {
    /// Sends one request; the answer's body is still to be read.
    ///
    /// # Errors
    /// See [`HttpError`].
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError>;
}

/// When an exchange must be over, by a clock that is asked after each piece: a far side that drips bytes never runs into
/// a timer that starts anew with each of them.
#[derive(Clone, Copy)]
pub(crate) struct Deadline<'a> {
    clock: &'a dyn Clock,
    at_ms: i64,
}

impl<'a> Deadline<'a> {
    pub fn after(clock: &'a dyn Clock, timeout_ms: u32) -> Self {
        Self { clock, at_ms: clock.now_ms().saturating_add(i64::from(timeout_ms)) }
    }

    /// What is left in milliseconds, at least one.
    pub fn left_ms(&self) -> Result<u32, HttpError> {
        match u32::try_from(self.at_ms.saturating_sub(self.clock.now_ms())) {
            Ok(left) if left > 0 => Ok(left),
            _ => Err(HttpError::TimedOut),
        }
    }
}

/// Sends one request and reads the whole answer, of at most `max_bytes` after content coding. For small answers: the body
/// is gathered in a buffer that grows.
///
/// # Errors
/// See [`HttpError`].
pub async fn read_whole(
    http: &dyn Http,
    clock: &dyn Clock,
    request: HttpRequest,
    max_bytes: usize,
) -> Result<(u16, Vec<u8>), HttpError> {
    let deadline = Deadline::after(clock, request.timeout_ms);
    let mut response = http.send(request).await?;
    let mut whole = Vec::new();
    while let Some(chunk) = response.body.next().await {
        let chunk = chunk?;
        deadline.left_ms()?;
        if whole.len().saturating_add(chunk.len()) > max_bytes {
            return Err(HttpError::TooLarge);
        }
        whole.extend_from_slice(&chunk);
    }
    Ok((response.status, whole))
}
