//! Ports of a native host, as far as the API needs more than fakes: clock, randomness, tasks, timer and log.

use std::time::Duration;

use futures_util::future::BoxFuture;
use labeler_api::{Background, Log, Timer};
use labeler_ports::{Clock, Rng, RngError};

/// The system's clock, randomness, tasks, timer and log.
pub struct Host;

impl Clock for Host {
    fn now_ms(&self) -> i64 {
        i64::try_from(time::OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
    }
}

impl Rng for Host {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RngError> {
        getrandom::fill(bytes).map_err(|_| RngError)
    }
}

impl Background for Host {
    fn spawn(&self, task: BoxFuture<'static, ()>) {
        tokio::spawn(task);
    }
}

impl Timer for Host {
    fn sleep(&self, ms: u64) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(Duration::from_millis(ms)))
    }
}

impl Log for Host {
    fn incident(&self, request_id: &str, detail: &str) {
        eprintln!("{request_id}: {detail}");
    }
}
