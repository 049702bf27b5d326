//! Everything that the API needs from its host, and the counters of one process.

pub(crate) mod address_throttle;
pub(crate) mod admission;
pub(crate) mod config;
pub(crate) mod ports;
pub(crate) mod spool;

use std::{fmt, sync::Arc};

use labeler_fetch::{Http, Resolver};
use labeler_ports::{Clock, Mailer, RateLimiter, Rng};
use labeler_provenance::SigningIdentity;
use labeler_store::{Database, ManifestStorage, Peppers, SealingKeys, Store};

use crate::app::{
    address_throttle::AddressThrottle,
    admission::InFlight,
    config::Config,
    ports::{Background, Log, Timer},
    spool::Spool,
};

/// Everything that the router runs on. The host builds one per process, or per request from long-lived parts. Cheap to
/// clone. Every `App` of a process must share one [`InFlight`] (the memory of the process) and one [`AddressThrottle`]
/// (its counters).
#[derive(Clone)]
pub struct App {
    /// Database with keys, accounts, sessions and events.
    pub database: Arc<dyn Database>,
    /// Current time.
    pub clock: Arc<dyn Clock>,
    /// Randomness for IDs and session secrets.
    pub rng: Arc<dyn Rng>,
    /// Exact rate limiter per caller and endpoint.
    pub limiter: Arc<dyn RateLimiter>,
    /// Outgoing HTTP.
    pub http: Arc<dyn Http>,
    /// DNS resolver for `POST /label/url`.
    pub resolver: Arc<dyn Resolver>,
    /// Server-side keys (peppers) of the MACs under which secrets are stored.
    pub peppers: Arc<Peppers>,
    /// Keys that encrypt private keys and personal fields in the database.
    pub sealing: Arc<SealingKeys>,
    /// Outgoing mail.
    pub mailer: Arc<dyn Mailer>,
    /// Runs tasks that no answer waits for.
    pub background: Arc<dyn Background>,
    /// Throttle per address. Runs before anything else is done for a request.
    pub address_throttle: AddressThrottle,
    /// Managed signing certificates.
    pub signing: Signing,
    /// Budget of upload memory of this process.
    pub in_flight: InFlight,
    /// Timer for the deadlines of request bodies.
    pub timer: Arc<dyn Timer>,
    /// Temporary storage for the images of a large batch, until the request has arrived completely. Without it a batch
    /// is limited to the size of one file.
    pub spool: Option<Arc<dyn Spool>>,
    /// Storage for the manifest stores of live labels. Without it none are kept.
    pub manifests: Option<Arc<dyn ManifestStorage>>,
    /// Log for internal failures.
    pub log: Arc<dyn Log>,
    /// Settings of the deployment.
    pub config: Config,
}

impl App {
    /// Returns the store over the ports of this `App`.
    pub(crate) fn store(&self) -> Store {
        Store::new(
            Arc::clone(&self.database),
            Arc::clone(&self.clock),
            Arc::clone(&self.rng),
            Arc::clone(&self.peppers),
        )
        .with_sealing_keys(Arc::clone(&self.sealing))
        .with_manifest_storage(self.manifests.clone())
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("config", &self.config).finish_non_exhaustive()
    }
}

/// Certificates of `signingMode: managed`. Without one, labelling fails with 503 `signing_unavailable`.
#[derive(Clone, Default)]
pub struct Signing {
    /// Certificate for live keys and sessions.
    pub live: Option<Arc<SigningIdentity>>,
    /// Certificate for test keys, whose subject identifies it as a test certificate. There is no fallback to `live`.
    pub test: Option<Arc<SigningIdentity>>,
}
