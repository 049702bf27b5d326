//! Deadlines of request bodies, and draining of unread bodies.
//!
//! HTTP/1.1 cannot stop an upload without closing the connection. A server that answers before it has read the body
//! closes the connection soon after, and the unread bytes turn the close into a reset. The reset can destroy the answer
//! (in particular the end of a large one), fails the client's own sending, and, where a proxy has already put the
//! connection back into its pool, fails the next request of another client. So every answer waits until the body was
//! read to its end: [`Rest::discard`] discards the rest within limits of bytes and time. A larger body costs its sender
//! the connection; a server cannot prevent that.
//!
//! Time is counted in ticks of one second, and only while a reader waits for bytes: there is one pending timer per
//! body, however many chunks it has.

use std::{
    future::poll_fn,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

use axum::body::{Body, BodyDataStream};
use bytes::Bytes;
use futures_util::{Stream, future::BoxFuture};

use crate::app::ports::Timer;

/// Length of a tick in milliseconds.
const TICK_MS: u64 = 1000;

/// Time limits of a body, in seconds of waiting for its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Deadlines {
    /// Longest wait without a byte.
    pub idle_s: u32,
    /// Longest wait in all.
    pub total_s: u32,
}

impl Deadlines {
    /// Limits for a body with one file. Shorter than the lease of its memory (see [`crate::app::admission`]).
    pub const FILE: Self = Self { idle_s: 10, total_s: 150 };
    /// Limits for a batch, which may be four times as large.
    pub const BATCH: Self = Self { idle_s: 10, total_s: 600 };
    /// Limits for the rest of a body after the answer is ready. Three seconds without a byte, because curl waits one
    /// second before it sends a body above 1 MB (it asks for `100 Continue`, which the runtime never sends).
    const REST: Self = Self { idle_s: 3, total_s: 20 };
}

/// Error for a body that did not arrive in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the request body did not arrive in time")]
struct BodyTimeoutError;

/// Counts the seconds without new bytes.
struct Pace {
    timer: Arc<dyn Timer>,
    deadlines: Deadlines,
    tick: Option<BoxFuture<'static, ()>>,
    idle_s: u32,
    total_s: u32,
}

impl Pace {
    fn new(timer: Arc<dyn Timer>, deadlines: Deadlines) -> Self {
        Self { timer, deadlines, tick: None, idle_s: 0, total_s: 0 }
    }

    /// Returns ready when a deadline has passed. Call it while no byte is ready.
    fn poll_expired(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            let tick = self.tick.get_or_insert_with(|| self.timer.sleep(TICK_MS));
            if tick.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            self.tick = None;
            self.idle_s = self.idle_s.saturating_add(1);
            self.total_s = self.total_s.saturating_add(1);
            // The first tick may have begun long before the wait did.
            if self.idle_s > self.deadlines.idle_s || self.total_s > self.deadlines.total_s {
                return Poll::Ready(());
            }
        }
    }

    /// Returns the next bytes of a stream, or [`BodyTimeoutError`].
    fn poll_next<S>(
        &mut self,
        stream: &mut S,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Result<Bytes, axum::Error>, BodyTimeoutError>>>
    where
        S: Stream<Item = Result<Bytes, axum::Error>> + Unpin,
    {
        match Pin::new(stream).poll_next(cx) {
            Poll::Ready(item) => {
                self.idle_s = 0;
                Poll::Ready(item.map(Ok))
            }
            Poll::Pending => self.poll_expired(cx).map(|()| Some(Err(BodyTimeoutError))),
        }
    }
}

#[derive(Default)]
struct State {
    left: Option<BodyDataStream>,
    is_late: bool,
}

type Shared = Arc<Mutex<State>>;

fn lock(state: &Shared) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The unread rest of a body, once its reader dropped it.
pub(crate) struct Rest(Shared);

impl Rest {
    /// Returns whether a reader reached a deadline. Nothing more is read then.
    pub fn is_late(&self) -> bool {
        lock(&self.0).is_late
    }

    /// Discards the rest: at most `most` bytes, within [`Deadlines::REST`].
    pub async fn discard(self, most: u64, timer: &Arc<dyn Timer>) {
        let left = lock(&self.0).left.take();
        let Some(mut left) = left else { return };
        let mut pace = Pace::new(Arc::clone(timer), Deadlines::REST);
        let mut discarded = 0_u64;
        while let Some(Ok(Ok(chunk))) = poll_fn(|cx| pace.poll_next(&mut left, cx)).await {
            discarded = discarded.saturating_add(chunk.len() as u64);
            if discarded > most {
                return;
            }
        }
    }
}

/// Wraps a body: the returned body has deadlines, and leaves its rest in [`Rest`] when it is dropped early.
pub(crate) fn drainable(body: Body, timer: &Arc<dyn Timer>, deadlines: Deadlines) -> (Body, Rest) {
    let state = Shared::default();
    let stream = DrainableBody {
        inner: Some(body.into_data_stream()),
        pace: Pace::new(Arc::clone(timer), deadlines),
        state: Arc::clone(&state),
    };
    (Body::from_stream(stream), Rest(state))
}

struct DrainableBody {
    inner: Option<BodyDataStream>,
    pace: Pace,
    state: Shared,
}

impl Stream for DrainableBody {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let Some(inner) = &mut this.inner else { return Poll::Ready(None) };
        let item = this.pace.poll_next(inner, cx);
        if !matches!(item, Poll::Pending | Poll::Ready(Some(Ok(Ok(_))))) {
            this.inner = None;
        }
        item.map(|item| {
            item.map(|item| {
                item.unwrap_or_else(|late| {
                    lock(&this.state).is_late = true;
                    Err(axum::Error::new(late))
                })
            })
        })
    }
}

impl Drop for DrainableBody {
    fn drop(&mut self) {
        if let Some(inner) = self.inner.take() {
            lock(&self.state).left = Some(inner);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::atomic::{AtomicU32, Ordering};

    use futures_util::{FutureExt, StreamExt, stream};

    use super::*;

    /// Timer that completes with the second poll. Counts its sleeps.
    #[derive(Default)]
    struct FastTimer(AtomicU32);

    impl Timer for FastTimer {
        fn sleep(&self, ms: u64) -> BoxFuture<'static, ()> {
            assert_eq!(ms, TICK_MS);
            self.0.fetch_add(1, Ordering::Relaxed);
            let mut was_seen = false;
            poll_fn(move |cx| {
                if std::mem::replace(&mut was_seen, true) {
                    return Poll::Ready(());
                }
                cx.waker().wake_by_ref();
                Poll::Pending
            })
            .boxed()
        }
    }

    /// An endless body that sends one byte after every `pause` polls.
    fn dripping(pause: u32) -> Body {
        let mut polls = 0_u32;
        Body::from_stream(stream::poll_fn(move |_| {
            polls += 1;
            if polls.is_multiple_of(pause + 1) {
                Poll::Ready(Some(Ok::<_, std::io::Error>(Bytes::from_static(b"x"))))
            } else {
                Poll::Pending
            }
        }))
    }

    #[tokio::test]
    async fn gives_up_a_stalled_body_after_the_idle_time() {
        let (fast, deadlines) = (Arc::new(FastTimer::default()), Deadlines { idle_s: 10, total_s: 150 });
        let timer: Arc<dyn Timer> = fast.clone();
        let (body, rest) =
            drainable(Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>()), &timer, deadlines);
        let mut body = body.into_data_stream();
        let error = body.next().await.unwrap().unwrap_err();
        assert!(error.to_string().contains("did not arrive in time"), "{error}");
        assert!(body.next().await.is_none());
        assert!(rest.is_late());
        assert_eq!(fast.0.load(Ordering::Relaxed), 11);
        // Nothing is left to be thrown away.
        rest.discard(100, &timer).await;
        assert_eq!(fast.0.load(Ordering::Relaxed), 11);
    }

    #[tokio::test]
    async fn gives_up_the_rest_of_a_stalled_body_sooner() {
        let fast = Arc::new(FastTimer::default());
        let timer: Arc<dyn Timer> = fast.clone();
        let body = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
        let (body, rest) = drainable(body, &timer, Deadlines::FILE);
        drop(body);
        rest.discard(100, &timer).await;
        assert_eq!(fast.0.load(Ordering::Relaxed), 4);
    }

    #[tokio::test]
    async fn discards_the_rest_up_to_its_limit() {
        let timer: Arc<dyn Timer> = Arc::new(FastTimer::default());
        let taken = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&taken);
        let endless = stream::repeat_with(move || {
            counter.fetch_add(1, Ordering::Relaxed);
            Ok::<_, std::io::Error>(Bytes::from_static(b"0123456789"))
        });
        let (body, rest) = drainable(Body::from_stream(endless), &timer, Deadlines::FILE);
        drop(body);
        rest.discard(95, &timer).await;
        assert_eq!(taken.load(Ordering::Relaxed), 10);
        // A body whose bytes are always ready needs no timer.
        let (body, rest) = drainable(Body::from(vec![0_u8; 1000]), &timer, Deadlines::FILE);
        drop(body);
        rest.discard(1000, &timer).await;
    }

    #[tokio::test]
    async fn gives_up_a_slow_body_after_the_total_time() {
        let fast = Arc::new(FastTimer::default());
        let timer: Arc<dyn Timer> = fast.clone();
        let (body, rest) = drainable(dripping(3), &timer, Deadlines { idle_s: 10, total_s: 25 });
        let mut body = body.into_data_stream();
        let mut received = 0;
        let error = loop {
            match body.next().await.unwrap() {
                Ok(_) => received += 1,
                Err(error) => break error,
            }
        };
        assert!(error.to_string().contains("did not arrive in time"), "{error}");
        assert!(rest.is_late());
        assert!((1..=26).contains(&received), "{received}");
        assert_eq!(fast.0.load(Ordering::Relaxed), 26);
    }
}
