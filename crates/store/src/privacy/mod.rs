//! Export and erasure of personal data, and suspension.

pub(crate) mod erasure;
pub(crate) mod export;
pub mod operator;
pub(crate) mod sql;

use crate::ports::Ports;

/// Export and erasure. From [`crate::Store::privacy`].
#[derive(Debug, Clone)]
pub struct Privacy {
    ports: Ports,
}

impl Privacy {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }
}
