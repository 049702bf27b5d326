//! [`Timer`] on the runtime's `setTimeout`.
//!
//! workerd closes a connection that was idle for five seconds. Its event loop reads the clock only when it has nothing
//! else to do. After a long upload or computation, the five seconds can therefore start in the past, and the connection
//! is closed directly after the response, even if the client has already sent its next request. [`settle`] waits until
//! the event loop has read the clock.

use std::time::Duration;

use futures_util::future::BoxFuture;
use labeler_api::Timer;
use worker::Delay;
use worker::send::SendFuture;

/// Returns after the event loop has read the clock. Call it before a response ends; see the module documentation.
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
