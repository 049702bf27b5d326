//! Taking the rest of a small body that a refusal left unread.
//!
//! A refusal is decided before the body is read. But a connection whose request was not taken to its end cannot carry
//! the next request: servers and proxies close it, and a proxy that already sent another request down the same
//! connection reports a failure that has nothing to do with it. So what is small is read and thrown away before the
//! refusal goes out; what is not small costs the client the connection.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use axum::body::{Body, BodyDataStream};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};

/// Most bytes that are thrown away for the sake of a connection.
pub(crate) const MOST: usize = 64 * 1024;

type Slot = Arc<Mutex<Option<BodyDataStream>>>;

/// Where the rest of a body is found once its reader let go of it.
pub(crate) struct Rest(Slot);

impl Rest {
    /// Reads what is left, up to [`MOST`] bytes.
    pub async fn discard(self) {
        let left = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut left) = left else { return };
        let mut discarded = 0_usize;
        while let Some(Ok(chunk)) = left.next().await {
            discarded = discarded.saturating_add(chunk.len());
            if discarded >= MOST {
                return;
            }
        }
    }
}

/// The same body, which leaves its rest behind when it is dropped before its end.
pub(crate) fn returning(body: Body) -> (Body, Rest) {
    let slot = Slot::default();
    let stream = Returning { inner: Some(body.into_data_stream()), slot: Arc::clone(&slot) };
    (Body::from_stream(stream), Rest(slot))
}

struct Returning {
    inner: Option<BodyDataStream>,
    slot: Slot,
}

impl Stream for Returning {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(inner) = &mut self.inner else { return Poll::Ready(None) };
        let item = Pin::new(inner).poll_next(cx);
        if !matches!(item, Poll::Pending | Poll::Ready(Some(Ok(_)))) {
            self.inner = None;
        }
        item
    }
}

impl Drop for Returning {
    fn drop(&mut self) {
        if let Some(inner) = self.inner.take() {
            *self.slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(inner);
        }
    }
}
