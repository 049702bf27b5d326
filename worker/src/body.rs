//! Sends responses.
//!
//! The runtime copies everything that it sends out of wasm memory. A labelled file is one frame of up to 50 MB. Sent as
//! slices, it causes a sequence of 64 KiB copies instead of one copy that doubles the memory of the file. A body of
//! known length gets a `Content-Length`: small bodies are passed as a whole, large ones through the runtime's
//! `FixedLengthStream`. A stream ends after the runtime has read the clock ([`crate::timer`]), because a batch takes
//! seconds.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::future::ready;
use futures_util::stream::{self, poll_fn};
use http_body::{Body as HttpBody, Frame, SizeHint};
use worker::{Error, FixedLengthStream, Headers, Response, ResponseBuilder, Result};

/// Maximum size of a slice, and of a body that is passed as a whole, in bytes.
const SLICE: usize = 64 * 1024;

/// Converts a response of the router to a response of the runtime.
///
/// # Errors
/// If a header value is not ASCII, or the runtime rejects the response.
pub(crate) async fn into_runtime(response: http::Response<Body>) -> Result<Response> {
    let (parts, body) = response.into_parts();
    let headers = Headers::new();
    for (name, value) in &parts.headers {
        let value = value.to_str().map_err(|_| Error::RustError(format!("header {name} is not ASCII")))?;
        headers.append(name.as_str(), value)?;
    }
    let builder = ResponseBuilder::new().with_status(parts.status.as_u16()).with_headers(headers);
    match body.size_hint().exact() {
        Some(0) => Ok(builder.empty()),
        Some(length) if length <= SLICE as u64 => {
            let whole = axum::body::to_bytes(body, SLICE).await.map_err(runtime_error)?;
            Ok(builder.fixed(whole.into()))
        }
        Some(length) => {
            let fixed = FixedLengthStream::wrap(settled(body), length);
            let fixed: worker::worker_sys::FixedLengthStream = fixed.into();
            Ok(builder.stream(fixed.readable()))
        }
        None => builder.from_stream(settled(body)),
    }
}

fn settled(body: Body) -> impl futures_util::Stream<Item = Result<Vec<u8>>> {
    slices(body).chain(stream::once(crate::timer::settle()).filter_map(|()| ready(None)))
}

fn slices(body: Body) -> impl futures_util::Stream<Item = Result<Vec<u8>>> {
    let mut sliced = Sliced::new(body);
    poll_fn(move |context| {
        loop {
            match Pin::new(&mut sliced).poll_frame(context) {
                // The runtime's responses do not support trailers.
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(data) => return Poll::Ready(Some(Ok(data.to_vec()))),
                    Err(_) => continue,
                },
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(runtime_error(error)))),
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            }
        }
    })
}

#[allow(clippy::needless_pass_by_value)]
fn runtime_error(error: axum::Error) -> Error {
    Error::RustError(error.to_string())
}

/// A body whose frames have at most [`SLICE`] bytes.
#[derive(Debug)]
struct Sliced {
    inner: Body,
    rest: Bytes,
}

impl Sliced {
    const fn new(inner: Body) -> Self {
        Self { inner, rest: Bytes::new() }
    }
}

impl HttpBody for Sliced {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.rest.is_empty() {
            match Pin::new(&mut self.inner).poll_frame(context) {
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(data) => self.rest = data,
                    Err(other) => return Poll::Ready(Some(Ok(other))),
                },
                other => return other,
            }
        }
        let length = self.rest.len().min(SLICE);
        let slice = self.rest.split_to(length);
        Poll::Ready(Some(Ok(Frame::data(slice))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let inner = self.inner.size_hint();
        let rest = self.rest.len() as u64;
        let mut hint = SizeHint::new();
        if let Some(upper) = inner.upper().and_then(|upper| upper.checked_add(rest)) {
            hint.set_upper(upper);
        }
        hint.set_lower(inner.lower().saturating_add(rest).min(hint.upper().unwrap_or(u64::MAX)));
        hint
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;
    use std::task::Waker;

    fn frames(body: Body) -> Vec<Bytes> {
        let mut sliced = Sliced::new(body);
        let mut frames = Vec::new();
        let mut context = Context::from_waker(Waker::noop());
        while let Poll::Ready(Some(frame)) = Pin::new(&mut sliced).poll_frame(&mut context) {
            frames.push(frame.unwrap().into_data().unwrap());
        }
        assert!(sliced.is_end_stream());
        frames
    }

    #[test]
    fn sends_a_large_body_in_ordered_slices() {
        let whole: Vec<u8> = (0..200_000_u32).map(|number| (number % 251) as u8).collect();
        let frames = frames(Body::from(whole.clone()));
        assert_eq!(frames.iter().map(Bytes::len).collect::<Vec<_>>(), [65_536, 65_536, 65_536, 3_392]);
        assert_eq!(frames.concat(), whole);
    }

    #[test]
    fn does_not_change_small_and_empty_bodies() {
        assert_eq!(frames(Body::from("abc")), [Bytes::from("abc")]);
        assert_eq!(frames(Body::empty()).len(), 0);
        assert_eq!(Sliced::new(Body::from("abc")).size_hint().exact(), Some(3));
    }
}
