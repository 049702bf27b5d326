//! [`Background`] on the runtime's `waitUntil`: the task continues after the response has been sent.

use futures_util::future::BoxFuture;
use labeler_api::Background;
use worker::Context;
use worker::send::SendWrapper;

/// The context of one request.
pub(crate) struct WaitUntil(SendWrapper<Context>);

impl WaitUntil {
    pub(crate) const fn new(context: Context) -> Self {
        Self(SendWrapper(context))
    }
}

impl Background for WaitUntil {
    fn spawn(&self, task: BoxFuture<'static, ()>) {
        self.0.wait_until(task);
    }
}
