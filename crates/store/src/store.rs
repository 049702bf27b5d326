//! The entry to everything stored: one handle for each resource.

use std::fmt;
use std::sync::Arc;

use labeler_ports::{Clock, Rng};

use crate::audit::Audit;
use crate::database::Database;
use crate::events::Events;
use crate::first_run::FirstRun;
use crate::idempotency::Idempotency;
use crate::invitations::Invitations;
use crate::keys::Keys;
use crate::links::Links;
use crate::manifests::Manifests;
use crate::manifests::storage::ManifestStorage;
use crate::members::Members;
use crate::oauth::OAuth;
use crate::passkeys::Passkeys;
use crate::passwords::Passwords;
use crate::people::People;
use crate::plans::Plans;
use crate::ports::Ports;
use crate::privacy::Privacy;
use crate::retirement::Retirement;
use crate::sealing::SealingKeys;
use crate::secret::Peppers;
use crate::sessions::Sessions;
use crate::signing::Certificates;
use crate::watermark_keys::WatermarkKeys;
use crate::workspaces::Workspaces;

/// Entry to everything stored. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(crate) ports: Ports,
    manifest_storage: Option<Arc<dyn ManifestStorage>>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("ports", &self.ports).finish_non_exhaustive()
    }
}

impl Store {
    /// Creates a store over the host's ports. It seals with keys derived from the peppers.
    pub fn new(db: Arc<dyn Database>, clock: Arc<dyn Clock>, rng: Arc<dyn Rng>, peppers: Arc<Peppers>) -> Self {
        let sealing = Arc::new(SealingKeys::derived(&peppers));
        Self { ports: Ports { db, clock, rng, peppers, sealing }, manifest_storage: None }
    }

    /// Returns the same store with these sealing keys.
    #[must_use]
    pub fn with_sealing_keys(mut self, keys: Arc<SealingKeys>) -> Self {
        self.ports.sealing = keys;
        self
    }

    /// Returns the same store with a storage for manifest stores. Without a storage none are kept or found.
    #[must_use]
    pub fn with_manifest_storage(mut self, storage: Option<Arc<dyn ManifestStorage>>) -> Self {
        self.manifest_storage = storage;
        self
    }

    /// Returns the current time in milliseconds since the Unix epoch.
    pub(crate) fn now_ms(&self) -> i64 {
        self.ports.clock.now_ms()
    }

    /// Returns the handle for people.
    pub fn people(&self) -> People {
        People::new(self.ports.clone())
    }

    /// Returns the handle for memberships and roles.
    pub fn members(&self) -> Members {
        Members::new(self.ports.clone())
    }

    /// Returns the handle for workspaces and their settings.
    pub fn workspaces(&self) -> Workspaces {
        Workspaces::new(self.ports.clone())
    }

    /// Returns the handle for sessions and signing in.
    pub fn sessions(&self) -> Sessions {
        Sessions::new(self.ports.clone())
    }

    /// Returns the handle for invitations.
    pub fn invitations(&self) -> Invitations {
        Invitations::new(self.ports.clone())
    }

    /// Returns the handle for changing and resetting passwords.
    pub fn passwords(&self) -> Passwords {
        Passwords::new(self.ports.clone())
    }

    /// Returns the handle for passkeys.
    pub fn passkeys(&self) -> Passkeys {
        Passkeys::new(self.ports.clone())
    }

    /// Returns the handle for the first owner.
    pub fn first_run(&self) -> FirstRun {
        FirstRun::new(self.ports.clone())
    }

    /// Returns the handle for API keys.
    pub fn keys(&self) -> Keys {
        Keys::new(self.ports.clone())
    }

    /// Returns the handle for OAuth2 clients and tokens.
    pub fn oauth(&self) -> OAuth {
        OAuth::new(self.ports.clone())
    }

    /// Returns the handle for signing certificates of workspaces.
    pub fn certificates(&self) -> Certificates {
        Certificates::new(self.ports.clone())
    }

    /// Returns the handle for watermark keys of workspaces.
    pub fn watermark_keys(&self) -> WatermarkKeys {
        WatermarkKeys::new(self.ports.clone())
    }

    /// Returns the handle for labelling events.
    pub fn events(&self) -> Events {
        Events::new(self.ports.clone())
    }

    /// Returns the handle for idempotency keys.
    pub fn idempotency(&self) -> Idempotency {
        Idempotency::new(self.ports.clone())
    }

    /// Returns the handle for plans and quotas.
    pub fn plans(&self) -> Plans {
        Plans::new(self.ports.clone())
    }

    /// Returns the handle for the audit chain, admin events and the request log.
    pub fn audit(&self) -> Audit {
        Audit::new(self.ports.clone())
    }

    /// Returns the handle for export and erasure.
    pub fn privacy(&self) -> Privacy {
        Privacy::new(self.ports.clone())
    }

    /// Returns the handle for sealing keys and peppers that are being retired.
    pub fn retirement(&self) -> Retirement {
        Retirement::new(self.ports.clone())
    }

    /// Returns the handle for one-time links of all kinds.
    pub(crate) fn links(&self) -> Links {
        Links::new(self.ports.clone())
    }

    /// Returns the handle for kept manifest stores.
    pub fn manifests(&self) -> Manifests {
        Manifests::new(self.ports.clone(), self.manifest_storage.clone())
    }
}
