//! RFC 3161 time stamps, asked for through the caller: this crate never touches the network.

use async_trait::async_trait;

/// `Send + Sync` where threads exist; everything on wasm32, which has one.
#[cfg(not(target_arch = "wasm32"))]
pub trait Shared: Send + Sync {}
#[cfg(not(target_arch = "wasm32"))]
impl<T: Send + Sync + ?Sized> Shared for T {}

/// `Send + Sync` where threads exist; everything on wasm32, which has one.
#[cfg(target_arch = "wasm32")]
pub trait Shared {}
#[cfg(target_arch = "wasm32")]
impl<T: ?Sized> Shared for T {}

/// Reaches a time-stamping authority.
#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
pub trait TimeStamper: Shared {
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
