//! [`Clock`] on the runtime's `Date`, which does not advance during a computation, but at every I/O operation.

use labeler_ports::Clock;

/// The runtime's clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RuntimeClock;

impl Clock for RuntimeClock {
    fn now_ms(&self) -> i64 {
        i64::try_from(worker::Date::now().as_millis()).unwrap_or(i64::MAX)
    }
}
