//! RFC 3161 time stamps, requested through the caller: this crate never accesses the network.

use async_trait::async_trait;

/// Access to a time-stamping authority. On wasm32, which has one thread, the future need not be `Send`. JavaScript
/// values that it keeps must be in a `SendWrapper`, because a request that waits for it must stay `Send`.
#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
pub trait TimeStamper: Send + Sync {
    /// Posts a DER `TimeStampReq` (`Content-Type: application/timestamp-query`) and returns the body of the answer, a
    /// DER `TimeStampResp` (`application/timestamp-reply`).
    ///
    /// # Errors
    /// A description of the problem for people: connection, status, size or time.
    async fn stamp(&self, request: Vec<u8>) -> Result<Vec<u8>, String>;
}

/// Time-stamping authority, and the behaviour without a time stamp.
#[derive(Clone, Copy)]
pub struct TimeStamping<'a> {
    /// Time-stamp authority to ask.
    pub authority: &'a dyn TimeStamper,
    /// Whether to fail rather than sign without a time stamp.
    pub required: bool,
}

impl std::fmt::Debug for TimeStamping<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TimeStamping").field("required", &self.required).finish_non_exhaustive()
    }
}
