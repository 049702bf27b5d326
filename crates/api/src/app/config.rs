//! Settings of a deployment.

use std::net::{Ipv4Addr, Ipv6Addr};

use http::{HeaderName, Uri, uri::Scheme};
use labeler_checker::law::Law;
use labeler_provenance::trust::TrustList;

/// Largest file of a label or check request: 50 MB of the reference, read as 50 MiB (52,428,800 bytes), so that both
/// readings of "50 MB" are accepted.
pub const MAX_FILE_BYTES: u64 = 50 * 1024 * 1024;

/// Settings of a deployment.
#[derive(Debug, Clone)]
pub struct Config {
    /// Scheme, host and port of the site as people reach it, without a trailing slash, for example `https://labeler.eu`
    /// or `http://localhost:8787`. Links, the token issuer and the passkey origin are built from it, never from a
    /// request. State-changing requests with a cookie must come from this origin. With `https` the session cookie is
    /// `Secure` and has the `__Host-` prefix, and requests over plain http are refused.
    pub public_origin: String,
    /// Request header in which the platform puts the client's address and which a client cannot set itself
    /// (`CF-Connecting-IP` on Cloudflare). Without it only [`crate::ClientAddress`] is used.
    pub client_address_header: Option<HeaderName>,
    /// Whether a proxy in front terminates TLS, so that requests arrive over plain http although the site is https.
    pub behind_tls_proxy: bool,
    /// Largest file in bytes. [`MAX_FILE_BYTES`], except in tests.
    pub max_file_bytes: u64,
    /// The operator's own trust lists. `POST /check` and `POST /verify` consult them after the official ones.
    pub own_lists: Vec<TrustList>,
    /// Law packs for verdicts: those of this build unless the operator configures newer ones.
    pub law: Law,
    /// Source of `law`, for the pages; none unless the operator configures a signed set.
    pub named_rules: Option<NamedRules>,
    /// Time-stamping authority for managed and own signatures; none unless the operator configures one.
    pub time_stamps: Option<TimeStampAuthority>,
}

impl Config {
    /// Creates the settings of a site at `public_origin`: `https://HOST[:PORT]`, or `http://` for this machine.
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

    /// Returns whether a request to this URI came over plain http although the site is https.
    pub(crate) fn is_insecure(&self, uri: &Uri) -> bool {
        self.is_https() && !self.behind_tls_proxy && uri.scheme() == Some(&Scheme::HTTP)
    }

    /// Returns whether the site is reached over TLS.
    pub(crate) fn is_https(&self) -> bool {
        self.public_origin.starts_with("https://")
    }
}

/// A signed set of law packs that the operator configured.
#[derive(Debug, Clone)]
pub struct NamedRules {
    /// Path of the set on this site, or its JSON.
    pub signed_set: String,
    /// The Ed25519 public key of its signer: PEM, or 64 hexadecimal digits.
    pub public_key: String,
}

/// A time-stamping authority (RFC 3161) that the operator configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeStampAuthority {
    /// URL that accepts `application/timestamp-query`.
    pub url: String,
    /// Whether labelling fails when no time stamp can be obtained; otherwise the file is signed without one.
    pub required: bool,
}

/// Error for an unusable public origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// No origin is configured.
    #[error("no public origin is set. Set it to the address that people use, for example https://labeler.example")]
    Missing,
    /// Not `scheme://host[:port]`.
    #[error("the public origin is malformed. Write it as https://HOST or https://HOST:PORT, without a path")]
    Form,
    /// Plain http for another host than this machine.
    #[error("the public origin does not begin with https://. Use https://; http:// is only allowed for localhost")]
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
    // Browsers leave the default port of the scheme out of an origin.
    let usual = if scheme == "https" { ":443" } else { ":80" };
    Ok(format!("{scheme}://{}", authority.strip_suffix(usual).unwrap_or(&authority)))
}

/// Returns whether `HOST` or `HOST:PORT` is this machine: `localhost` or a name below it, 127.0.0.0/8, `[::1]`.
pub(crate) fn is_loopback_host(authority: &str) -> bool {
    if let Some(rest) = authority.strip_prefix('[') {
        return rest.split_once(']').is_some_and(|(host, _)| host.parse() == Ok(Ipv6Addr::LOCALHOST));
    }
    let host = authority.split_once(':').map_or(authority, |(host, _)| host);
    host == "localhost" || host.ends_with(".localhost") || host.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn accepts_origins_over_https_or_on_this_machine() {
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
    fn refuses_plain_http_except_locally_and_behind_a_tls_proxy() {
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
