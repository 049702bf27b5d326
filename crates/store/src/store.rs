//! The database, the clock, the randomness and the peppers in one handle.

use std::fmt;
use std::sync::Arc;

use crate::accounts::Accounts;
use crate::database::Database;
use crate::events::Events;
use crate::keys::Keys;
use crate::ports::{Clock, Rng};
use crate::secret::Peppers;

/// Entry to everything stored. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(crate) db: Arc<dyn Database>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) rng: Arc<dyn Rng>,
    pub(crate) peppers: Arc<Peppers>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("peppers", &self.peppers).finish_non_exhaustive()
    }
}

impl Store {
    /// A store over the host's ports.
    pub fn new(db: Arc<dyn Database>, clock: Arc<dyn Clock>, rng: Arc<dyn Rng>, peppers: Arc<Peppers>) -> Self {
        Self { db, clock, rng, peppers }
    }

    /// API keys.
    pub fn keys(&self) -> Keys {
        Keys::new(self.clone())
    }

    /// Labelling events.
    pub fn events(&self) -> Events {
        Events::new(self.clone())
    }

    /// People, workspaces and sessions.
    pub fn accounts(&self) -> Accounts {
        Accounts::new(self.clone())
    }
}
