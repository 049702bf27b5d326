//! What the API needs from its host.

use std::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr},
    sync::Arc,
};

use futures_util::future::BoxFuture;
use http::{HeaderName, Uri, uri::Scheme};
use labeler_checker::law::Law;
use labeler_fetch::{Http, Resolver};
use labeler_provenance::SigningIdentity;
use labeler_provenance::trust::TrustList;
use labeler_store::{Clock, Database, Mailer, ManifestStorage, Peppers, RateLimiter, Rng, SealingKeys, Store};

use crate::{admission::InFlight, shield::Shield, spool::Spool, time_stamps::TimeStampAuthority};

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
    /// Waits: deadlines of request bodies.
    pub timer: Arc<dyn Timer>,
    /// Where the images of a large batch wait until the request has arrived whole. Without one a batch has at most as
    /// many bytes as one file.
    pub spool: Option<Arc<dyn Spool>>,
    /// Where manifest stores of live labels are kept. Without one none are kept.
    pub manifests: Option<Arc<dyn ManifestStorage>>,
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
        .with_manifest_storage(self.manifests.clone())
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
    /// `https://labeler.eu` or `http://localhost:8787`. Links, the token issuer and the passkey origin come from it and
    /// never from a request. Requests that change something with a cookie must come from here; with `https` the session
    /// cookie is `Secure` and carries the `__Host-` prefix, and requests over plain http are refused.
    pub public_origin: String,
    /// Request header in which the platform states the client's address, and which a client cannot set itself
    /// (`CF-Connecting-IP` on Cloudflare). Without one only [`crate::ClientAddress`] counts.
    pub client_address_header: Option<HeaderName>,
    /// Whether a proxy in front terminates TLS, so that requests arrive over plain http although the site is https.
    pub behind_tls_proxy: bool,
    /// Largest file in bytes; [`MAX_FILE_BYTES`] unless a test wants less.
    pub max_file_bytes: u64,
    /// The operator's own trust lists, consulted after the official ones by `POST /check` and `POST /verify`.
    pub own_lists: Vec<TrustList>,
    /// The law packs that judge; those of this build unless the operator names newer ones.
    pub law: Law,
    /// Where `law` comes from, for the pages; nothing unless the operator names a set.
    pub named_rules: Option<NamedRules>,
    /// Who stamps the time of managed and own signatures; nobody unless the operator names one.
    pub time_stamps: Option<TimeStampAuthority>,
}

impl Config {
    /// Settings for a site at `public_origin`: `https://HOST[:PORT]`, or `http://` for this machine.
    ///
    /// # Errors
    /// [`OriginError`].
    pub fn new(public_origin: &str) -> Result<Self, OriginError> {
        Ok(Self {
            public_origin: checked_origin(public_origin)?,
            client_address_header: None,
            behind_tls_proxy: false,
            max_file_bytes: MAX_FILE_BYTES,
            own_lists: Vec::new(),
            law: Law::default(),
            named_rules: None,
            time_stamps: None,
        })
    }

    /// Whether a request that arrived at this URI came over plain http although the site is https.
    pub(crate) fn is_insecure(&self, uri: &Uri) -> bool {
        self.is_https() && !self.behind_tls_proxy && uri.scheme() == Some(&Scheme::HTTP)
    }

    /// Whether the site is reached over TLS.
    pub(crate) fn is_https(&self) -> bool {
        self.public_origin.starts_with("https://")
    }
}

/// A signed set of law packs, as the operator names it.
#[derive(Debug, Clone)]
pub struct NamedRules {
    /// Path of the set on this site, or its JSON.
    pub signed_set: String,
    /// The Ed25519 public key of its signer: PEM, or 64 hexadecimal digits.
    pub public_key: String,
}

/// Error for a public origin that people must not be sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// Nothing is configured.
    #[error("no public origin is set; it is the address people use, for example https://labeler.example")]
    Missing,
    /// Not `scheme://host[:port]`.
    #[error("the public origin must read https://HOST or https://HOST:PORT, without a path")]
    Form,
    /// Plain http outside this machine.
    #[error("the public origin must begin with https:// (http:// only for localhost)")]
    Insecure,
}

fn checked_origin(text: &str) -> Result<String, OriginError> {
    let text = text.trim().trim_end_matches('/');
    if text.is_empty() {
        return Err(OriginError::Missing);
    }
    let uri: Uri = text.parse().map_err(|_| OriginError::Form)?;
    let (scheme, authority) = (uri.scheme_str().unwrap_or_default(), uri.authority());
    let authority = authority.map(|authority| authority.as_str().to_ascii_lowercase()).unwrap_or_default();
    let is_bare = uri.path() == "/" && uri.query().is_none() && !authority.contains('@');
    if !is_bare || authority.is_empty() || !matches!(scheme, "http" | "https") {
        return Err(OriginError::Form);
    }
    if scheme == "http" && !is_loopback_host(&authority) {
        return Err(OriginError::Insecure);
    }
    // As browsers write an origin: the port of the scheme is left out.
    let usual = if scheme == "https" { ":443" } else { ":80" };
    Ok(format!("{scheme}://{}", authority.strip_suffix(usual).unwrap_or(&authority)))
}

/// Whether `HOST` or `HOST:PORT` is this machine: `localhost` or a name below it, 127.0.0.0/8, `[::1]`.
pub(crate) fn is_loopback_host(authority: &str) -> bool {
    if let Some(rest) = authority.strip_prefix('[') {
        return rest.split_once(']').is_some_and(|(host, _)| host.parse() == Ok(Ipv6Addr::LOCALHOST));
    }
    let host = authority.split_once(':').map_or(authority, |(host, _)| host);
    host == "localhost" || host.ends_with(".localhost") || host.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
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

/// Waits.
pub trait Timer: Send + Sync {
    /// Completes after `ms` milliseconds. Dropping the future ends the wait.
    fn sleep(&self, ms: u64) -> BoxFuture<'static, ()>;
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_origin_is_https_or_this_machine() {
        for (text, expected) in [
            ("https://labeler.example", Ok("https://labeler.example")),
            (" https://Labeler.example:8443/ ", Ok("https://labeler.example:8443")),
            ("https://labeler.example:443", Ok("https://labeler.example")),
            ("http://localhost:8787", Ok("http://localhost:8787")),
            ("http://127.0.0.1:80", Ok("http://127.0.0.1")),
            ("http://[::1]:8787", Ok("http://[::1]:8787")),
            ("http://labeler.localhost", Ok("http://labeler.localhost")),
            ("", Err(OriginError::Missing)),
            ("  ", Err(OriginError::Missing)),
            ("labeler.example", Err(OriginError::Form)),
            ("https://labeler.example/app", Err(OriginError::Form)),
            ("https://labeler.example?x", Err(OriginError::Form)),
            ("https://me@labeler.example", Err(OriginError::Form)),
            ("ftp://labeler.example", Err(OriginError::Form)),
            ("http://labeler.example", Err(OriginError::Insecure)),
            ("http://localhost.labeler.example", Err(OriginError::Insecure)),
            ("http://10.0.0.1", Err(OriginError::Insecure)),
        ] {
            let origin = Config::new(text).map(|config| config.public_origin);
            assert_eq!(origin.as_deref(), expected.as_ref().copied(), "{text:?}");
        }
    }

    #[test]
    fn plain_http_is_for_this_machine_and_for_a_proxy_that_terminates_tls() {
        let at = |uri: &str| uri.parse::<Uri>().unwrap();
        let mut config = Config::new("https://labeler.example").unwrap();
        assert!(config.is_insecure(&at("http://labeler.example/api/v1/health")));
        assert!(!config.is_insecure(&at("https://labeler.example/api/v1/health")));
        config.behind_tls_proxy = true;
        assert!(!config.is_insecure(&at("http://labeler.example/api/v1/health")));
        let local = Config::new("http://localhost:8787").unwrap();
        assert!(!local.is_insecure(&at("http://localhost:8787/api/v1/health")));
    }
}
