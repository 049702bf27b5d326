//! [`Timer`] on the runtime's `setTimeout`.
//!
//! workerd closes a connection that was idle for five seconds. Its event loop reads the time only when nothing is left to
//! do, so that after a long upload, or a long computation, the five seconds may begin in the past: the connection is then
//! closed right after the answer, under the next request that a client has already sent. [`settle`] waits for the event
//! loop to read the time.

use std::time::Duration;

use futures_util::future::BoxFuture;
use labeler_api::Timer;
use worker::Delay;
use worker::send::SendFuture;

/// Returns after the event loop has read the time. For the end of an answer that took long; see above.
pub(crate) async fn settle() {
    Delay::from(Duration::from_millis(1)).await;
}

/// The runtime's timer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RuntimeTimer;

impl Timer for RuntimeTimer {
    fn sleep(&self, ms: u64) -> BoxFuture<'static, ()> {
        Box::pin(SendFuture::new(Delay::from(Duration::from_millis(ms))))
    }
}
