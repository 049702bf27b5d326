//! Names to addresses, as a port.

use std::net::IpAddr;

use async_trait::async_trait;

/// Why a name has no addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// The name does not exist.
    #[error("no such host")]
    NotFound,
    /// The resolver did not answer, or not in a way that can be relied on.
    #[error("the resolver failed")]
    Failed,
}

/// Resolves host names.
#[async_trait]
pub trait Resolver: Send + Sync {
    /// Every address of `host` in both families, aliases followed. An answer that may be incomplete is an error: the
    /// address that is missing may be the one that matters.
    ///
    /// # Errors
    /// See [`ResolveError`].
    async fn resolve(&self, host: &str, timeout_ms: u32) -> Result<Vec<IpAddr>, ResolveError>;
}
