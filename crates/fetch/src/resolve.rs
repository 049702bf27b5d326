//! Resolution of names to addresses as a port.

use std::net::IpAddr;

use async_trait::async_trait;

/// Error for a name that could not be resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// The name does not exist.
    #[error("no such host")]
    NotFound,
    /// The resolver did not answer, or its answer is not reliable.
    #[error("the resolver failed")]
    Failed,
}

/// Resolves host names.
#[async_trait]
pub trait Resolver: Send + Sync {
    /// Returns every address of `host` in both families, following aliases. An answer that may be incomplete is an
    /// error, because the missing address may be the one that is not public.
    ///
    /// # Errors
    /// See [`ResolveError`].
    async fn resolve(&self, host: &str, timeout_ms: u32) -> Result<Vec<IpAddr>, ResolveError>;
}
