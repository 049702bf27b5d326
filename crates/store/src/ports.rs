//! What every handle works with: the database, the clock, randomness, peppers and sealing keys.

use std::fmt;
use std::sync::Arc;

use labeler_ports::{Clock, Rng};

use crate::database::Database;
use crate::sealing::SealingKeys;
use crate::secret::Peppers;

/// Everything that a handle needs from the host. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Ports {
    /// Error of the database.
    pub db: Arc<dyn Database>,
    /// The current time.
    pub clock: Arc<dyn Clock>,
    /// Cryptographic randomness.
    pub rng: Arc<dyn Rng>,
    /// Keys of the MACs of secrets.
    pub peppers: Arc<Peppers>,
    /// Keys that seal what must be read again.
    pub sealing: Arc<SealingKeys>,
}

impl fmt::Debug for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ports").field("peppers", &self.peppers).finish_non_exhaustive()
    }
}
