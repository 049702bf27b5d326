//! The database, the clock, the randomness and the peppers in one handle.

use std::fmt;
use std::sync::Arc;

use crate::accounts::Accounts;
use crate::audit::Audit;
use crate::database::Database;
use crate::events::Events;
use crate::idempotency::Idempotency;
use crate::keys::Keys;
use crate::manifests::{ManifestStorage, Manifests};
use crate::oauth::OAuth;
use crate::passkeys::Passkeys;
use crate::plans::Plans;
use crate::privacy::Privacy;
use crate::sealing::SealingKeys;
use crate::secret::Peppers;
use crate::signing::Certificates;
use crate::watermark_keys::WatermarkKeys;
use labeler_ports::{Clock, Rng};

/// Entry to everything stored. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(crate) db: Arc<dyn Database>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) rng: Arc<dyn Rng>,
    pub(crate) peppers: Arc<Peppers>,
    pub(crate) sealing: Arc<SealingKeys>,
    pub(crate) manifest_storage: Option<Arc<dyn ManifestStorage>>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("peppers", &self.peppers).finish_non_exhaustive()
    }
}

impl Store {
    /// A store over the host's ports. It seals under keys derived from the peppers.
    pub fn new(db: Arc<dyn Database>, clock: Arc<dyn Clock>, rng: Arc<dyn Rng>, peppers: Arc<Peppers>) -> Self {
        let sealing = Arc::new(SealingKeys::derived(&peppers));
        Self { db, clock, rng, peppers, sealing, manifest_storage: None }
    }

    /// The same store, sealing under these keys.
    #[must_use]
    pub fn with_sealing_keys(mut self, keys: Arc<SealingKeys>) -> Self {
        self.sealing = keys;
        self
    }

    /// The same store, keeping manifest stores here. Without a storage none are kept or found.
    #[must_use]
    pub fn with_manifest_storage(mut self, storage: Option<Arc<dyn ManifestStorage>>) -> Self {
        self.manifest_storage = storage;
        self
    }

    /// Kept manifest stores.
    pub fn manifests(&self) -> Manifests {
        Manifests::new(self.clone())
    }

    /// The audit chain, admin events and the request log.
    pub fn audit(&self) -> Audit {
        Audit::new(self.clone())
    }

    /// Plans and quotas.
    pub fn plans(&self) -> Plans {
        Plans::new(self.clone())
    }

    /// OAuth2 clients and tokens.
    pub fn oauth(&self) -> OAuth {
        OAuth::new(self.clone())
    }

    /// Passkeys.
    pub fn passkeys(&self) -> Passkeys {
        Passkeys::new(self.clone())
    }

    /// Signing certificates that workspaces bring.
    pub fn certificates(&self) -> Certificates {
        Certificates::new(self.clone())
    }

    /// Keys of watermarks that workspaces bring.
    pub fn watermark_keys(&self) -> WatermarkKeys {
        WatermarkKeys::new(self.clone())
    }

    /// Idempotency keys.
    pub fn idempotency(&self) -> Idempotency {
        Idempotency::new(self.clone())
    }

    /// Export and erasure.
    pub fn privacy(&self) -> Privacy {
        Privacy::new(self.clone())
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
