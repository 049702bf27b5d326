//! A response body that leaves in slices.
//!
//! The runtime copies every frame of a body out of wasm memory before it is sent. A labelled file is one frame of up to
//! 50 MB; as slices, copies of 64 KiB follow each other instead of one that doubles the file.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};

/// Largest slice in bytes.
const SLICE: usize = 64 * 1024;

/// See the module header.
#[derive(Debug)]
pub struct Sliced {
    inner: Body,
    rest: Bytes,
}

impl Sliced {
    pub(crate) const fn new(inner: Body) -> Self {
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
    fn a_large_body_leaves_in_order_and_in_slices() {
        let whole: Vec<u8> = (0..200_000_u32).map(|number| (number % 251) as u8).collect();
        let frames = frames(Body::from(whole.clone()));
        assert_eq!(frames.iter().map(Bytes::len).collect::<Vec<_>>(), [65_536, 65_536, 65_536, 3_392]);
        assert_eq!(frames.concat(), whole);
    }

    #[test]
    fn small_and_empty_bodies_stay_as_they_are() {
        assert_eq!(frames(Body::from("abc")), [Bytes::from("abc")]);
        assert_eq!(frames(Body::empty()).len(), 0);
        assert_eq!(Sliced::new(Body::from("abc")).size_hint().exact(), Some(3));
    }
}
