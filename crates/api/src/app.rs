//! What the API needs from its host.

use std::{fmt, sync::Arc};

use futures_util::future::BoxFuture;
use labeler_fetch::{Http, Resolver};
use labeler_provenance::SigningIdentity;
use labeler_provenance::trust::TrustList;
use labeler_store::{Clock, Database, Mailer, Peppers, RateLimiter, Rng, SealingKeys, Store};

use crate::{admission::InFlight, shield::Shield, time_stamps::TimeStampAuthority};

/// Largest file of a label or check request: 50 MB of the reference, read as 50 MiB (52,428,800 bytes), so that both
/// readings of "50 MB" are accepted.
pub const MAX_FILE_BYTES: u64 = 50 * 1024 * 1024;

/// Everything that the router runs on. The host builds one per process, or per request from long-lived parts; it is
/// cheap to clone. [`InFlight`] and [`Shield`] must be the same in every `App` of a process: the one because memory is, the
/// other because it counts there.
#[derive(Clone)]
pub struct App {
    /// Keys, accounts, sessions, events.
    pub database: Arc<dyn Database>,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Randomness for ids and session secrets.
    pub rng: Arc<dyn Rng>,
    /// Exact counting per caller and endpoint.
    pub limiter: Arc<dyn RateLimiter>,
    /// Outgoing HTTP.
    pub http: Arc<dyn Http>,
    /// Where host names lead, for `POST /label/url`.
    pub resolver: Arc<dyn Resolver>,
    /// The server's share of stored secrets.
    pub peppers: Arc<Peppers>,
    /// What seals keys and personal fields in the database.
    pub sealing: Arc<SealingKeys>,
    /// Outgoing mail.
    pub mailer: Arc<dyn Mailer>,
    /// Work that no answer waits for.
    pub background: Arc<dyn Background>,
    /// The first look at an address, before anything else is done for it.
    pub shield: Shield,
    /// The managed signing certificates.
    pub signing: Signing,
    /// The upload memory of this process.
    pub in_flight: InFlight,
    /// Where failures on our side are written down.
    pub log: Arc<dyn Log>,
    /// Settings of the deployment.
    pub config: Config,
}

impl App {
    /// The stored things.
    pub(crate) fn store(&self) -> Store {
        Store::new(
            Arc::clone(&self.database),
            Arc::clone(&self.clock),
            Arc::clone(&self.rng),
            Arc::clone(&self.peppers),
        )
        .with_sealing_keys(Arc::clone(&self.sealing))
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("config", &self.config).finish_non_exhaustive()
    }
}

/// The certificates of `signingMode: managed`. Without one the answer is 503 `signing_unavailable`.
#[derive(Clone, Default)]
pub struct Signing {
    /// For live keys and sessions.
    pub live: Option<Arc<SigningIdentity>>,
    /// For test keys: a certificate whose name says that it is one. There is no fallback to `live`.
    pub test: Option<Arc<SigningIdentity>>,
}

/// Settings of a deployment.
#[derive(Debug, Clone)]
pub struct Config {
    /// Scheme, host and port under which people reach the site, without a trailing slash, for example
    /// `https://labeler.eu` or `http://localhost:8787`. Requests that change something with a cookie must come from
    /// here; with `https` the session cookie is `Secure` and carries the `__Host-` prefix.
    pub public_origin: String,
    /// Largest file in bytes; [`MAX_FILE_BYTES`] unless a test wants less.
    pub max_file_bytes: u64,
    /// The operator's own trust lists, consulted after the official ones by `POST /check` and `POST /verify`.
    pub own_lists: Vec<TrustList>,
    /// Who stamps the time of managed and own signatures; nobody unless the operator names one.
    pub time_stamps: Option<TimeStampAuthority>,
}

impl Config {
    /// Settings for a site at `public_origin`.
    pub fn new(public_origin: impl Into<String>) -> Self {
        let mut public_origin = public_origin.into();
        while public_origin.ends_with('/') {
            public_origin.pop();
        }
        Self { public_origin, max_file_bytes: MAX_FILE_BYTES, own_lists: Vec::new(), time_stamps: None }
    }

    /// Whether the site is reached over TLS.
    pub(crate) fn is_https(&self) -> bool {
        self.public_origin.starts_with("https://")
    }
}

/// The host's log for failures that are ours. Details never reach a caller, who gets the request id instead.
pub trait Log: Send + Sync {
    /// Writes down one failure of the request with this id.
    fn incident(&self, request_id: &str, detail: &str);
}

/// Runs what no answer waits for. A host that is stopped may lose a task; so nothing that was promised is done here.
pub trait Background: Send + Sync {
    /// Takes a task and returns at once.
    fn spawn(&self, task: BoxFuture<'static, ()>);
}
