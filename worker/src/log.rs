//! [`Log`] on the runtime's console, which the platform's observability collects.

use labeler_api::Log;

/// The runtime's console.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ConsoleLog;

impl Log for ConsoleLog {
    fn incident(&self, request_id: &str, detail: &str) {
        worker::console_error!("{request_id} {detail}");
    }
}
