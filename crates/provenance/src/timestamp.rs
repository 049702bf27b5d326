//! RFC 3161 time stamps, asked for through the caller: this crate never touches the network.

use async_trait::async_trait;

/// Reaches a time-stamping authority. On wasm32, which has one thread, the future need not be `Send`; what it keeps of
/// JavaScript's goes into a `SendWrapper`, because a request that waits for it must stay `Send`.
#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
pub trait TimeStamper: Send + Sync {
    /// Posts a DER `TimeStampReq` (`Content-Type: application/timestamp-query`) and returns the body of the answer, a
    /// DER `TimeStampResp` (`application/timestamp-reply`).
    ///
    /// # Errors
    /// What went wrong, for people: connection, status, size, time.
    async fn stamp(&self, request: Vec<u8>) -> Result<Vec<u8>, String>;
}

/// Whom to ask for a time stamp, and what to do when none comes.
#[derive(Clone, Copy)]
pub struct TimeStamping<'a> {
    /// The authority.
    pub authority: &'a dyn TimeStamper,
    /// Fail rather than sign without a stamp.
    pub required: bool,
}

impl std::fmt::Debug for TimeStamping<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TimeStamping").field("required", &self.required).finish_non_exhaustive()
    }
}
