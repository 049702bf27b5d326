//! [`Timer`] on the runtime's `setTimeout`.

use std::time::Duration;

use futures_util::future::BoxFuture;
use labeler_api::Timer;
use worker::Delay;
use worker::send::SendFuture;

/// The runtime's timer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RuntimeTimer;

impl Timer for RuntimeTimer {
    fn sleep(&self, ms: u64) -> BoxFuture<'static, ()> {
        Box::pin(SendFuture::new(Delay::from(Duration::from_millis(ms))))
    }
}
