//! Outgoing HTTP as a port, and reading a body within limits.

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
    /// Time limit of the whole exchange in milliseconds, including the body.
    pub timeout_ms: u32,
}

impl HttpRequest {
    /// Creates a GET request for this URL.
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

/// The body of a response, in the pieces in which it arrives, after decoding the content coding: a compressed body
/// arrives decompressed. Dropping it ends the exchange.
pub type HttpBody = Pin<Box<dyn Stream<Item = Result<Bytes, HttpError>> + Send>>;

/// The response to an [`HttpRequest`]. A redirect is a response too.
pub struct HttpResponse {
    /// HTTP status.
    pub status: u16,
    /// Header names and values.
    pub headers: Vec<(String, String)>,
    /// The body, which has not been read yet.
    pub body: HttpBody,
}

impl HttpResponse {
    /// Returns the value of the first header with this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Returns the announced length of the body that will arrive, if there is one. A compressed body is longer than
    /// announced.
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

/// Error of an exchange. Contains no text of the remote host, so nothing of it can leak to a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// The URL or a header is invalid.
    #[error("the request cannot be sent")]
    InvalidRequest,
    /// Connection failure, TLS failure or malformed response.
    #[error("the remote host could not be reached")]
    Unreachable,
    /// The time limit was exceeded.
    #[error("the answer took longer than allowed")]
    TimedOut,
    /// The response has more bytes than the reader accepts.
    #[error("the answer is larger than allowed")]
    TooLarge,
}

/// Outgoing HTTP. Implementations must not follow redirects or send cookies or credentials of their own. They must read
/// the body only on demand, and end the exchange, including the body, after `timeout_ms`.
#[async_trait]
pub trait Http: Send + Sync {
    /// Sends one request and returns its response with an unread body.
    ///
    /// # Errors
    /// See [`HttpError`].
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError>;
}

/// Deadline of an exchange. The clock is read after each piece: a remote host that sends single bytes would never
/// trigger a timer that restarts with each of them.
#[derive(Clone, Copy)]
pub(crate) struct Deadline<'a> {
    clock: &'a dyn Clock,
    at_ms: i64,
}

impl<'a> Deadline<'a> {
    pub fn after(clock: &'a dyn Clock, timeout_ms: u32) -> Self {
        Self { clock, at_ms: clock.now_ms().saturating_add(i64::from(timeout_ms)) }
    }

    /// Returns the remaining time in milliseconds, at least one.
    pub fn left_ms(&self) -> Result<u32, HttpError> {
        match u32::try_from(self.at_ms.saturating_sub(self.clock.now_ms())) {
            Ok(left) if left > 0 => Ok(left),
            _ => Err(HttpError::TimedOut),
        }
    }
}

/// Sends one request and reads the whole response, of at most `max_bytes` after decoding the content coding. For small
/// responses: the body is collected in a growing buffer.
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
