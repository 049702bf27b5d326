//! Checks URLs before any name is resolved.
//!
//! The text is parsed once, with the WHATWG rules that the runtime's `fetch` uses, and only the parser's result is used
//! afterwards. Such checks are usually bypassed with two parsers that disagree about the end of the host.

use percent_encoding::percent_decode_str;
use url::{Host, Url};

use crate::error::FetchError;

/// Maximum length of a URL in bytes.
pub const MAX_URL: usize = 2048;

/// Top-level names that are never delegated: IANA's Special-Use Domain Names (RFC 6761 and others), `internal` (ICANN,
/// 2024), names of home and office routers (RFC 6762, appendix G), and internal names of clusters.
const LOCAL_SUFFIXES: [&str; 18] = [
    "alt",
    "arpa",
    "cluster",
    "corp",
    "example",
    "home",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "mail",
    "onion",
    "private",
    "svc",
    "test",
];

/// Public names of a cloud's metadata service.
const METADATA_HOSTS: [&str; 1] = ["metadata.goog"];

/// A URL that passed every check that needs no network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    url: Url,
    host: String,
}

impl Target {
    /// Checks a URL given by a caller.
    ///
    /// # Errors
    /// [`FetchError::Invalid`] if it is not an `https` URL, [`FetchError::Blocked`] if it is an `https` URL with a
    /// forbidden target.
    pub fn parse(text: &str) -> Result<Self, FetchError> {
        plain(text)?;
        Self::check(Url::parse(text).map_err(|_| FetchError::Invalid("is not a valid URL"))?)
    }

    /// Checks the target of a redirect (`Location`, which may be relative).
    ///
    /// # Errors
    /// As for [`Target::parse`].
    pub fn redirect(&self, location: &str) -> Result<Self, FetchError> {
        plain(location)?;
        Self::check(self.url.join(location).map_err(|_| FetchError::Invalid("is not a valid URL"))?)
    }

    /// Returns the URL to request: normalised, without a fragment.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Returns the host name to resolve: lower case, in ASCII, without a trailing dot.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Returns the decoded last segment of the path, which is the file's name on the remote host. Empty if the path
    /// ends with a slash.
    pub fn file_name(&self) -> String {
        let last = self.url.path_segments().and_then(|mut segments| segments.next_back()).unwrap_or_default();
        // If the decoded name is not UTF-8, it stays encoded.
        percent_decode_str(last).decode_utf8().map_or_else(|_| last.to_owned(), |name| name.into_owned())
    }

    fn check(mut url: Url) -> Result<Self, FetchError> {
        // Checked first, because a host has another meaning in other schemes, where `127.0.0.1` parses as a name.
        let is_https = url.scheme() == "https";
        if !is_https && url.scheme() != "http" {
            return Err(FetchError::Invalid("must begin with https://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(FetchError::Blocked("credentials"));
        }
        let Some(Host::Domain(name)) = url.host() else { return Err(FetchError::Blocked("address instead of a name")) };
        let host = name.strip_suffix('.').unwrap_or(name).to_owned();
        let name = host_name(&host);
        if let Err(reason) = name {
            return Err(FetchError::Blocked(reason));
        }
        // The parser omits the scheme's default port.
        if url.port().is_some() {
            return Err(FetchError::Blocked("port"));
        }
        // Reported as a mistake rather than as an attack.
        if !is_https {
            return Err(FetchError::Invalid("must begin with https://"));
        }
        // Without its trailing dot, the name is parsed again and must still be a name.
        url.set_host(Some(&host)).map_err(|_| FetchError::Blocked("host name"))?;
        if url.host() != Some(Host::Domain(host.as_str())) {
            return Err(FetchError::Blocked("host name"));
        }
        url.set_fragment(None);
        if url.as_str().len() > MAX_URL {
            return Err(FetchError::Invalid("is longer than 2048 bytes"));
        }
        Ok(Self { url, host })
    }
}

/// Returns an error if the text contains characters that parsers silently drop or replace.
fn plain(text: &str) -> Result<(), FetchError> {
    if text.len() > MAX_URL {
        return Err(FetchError::Invalid("is longer than 2048 bytes"));
    }
    if text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
        return Err(FetchError::Invalid("must not contain spaces, control characters or backslashes"));
    }
    Ok(())
}

/// Checks whether the public DNS could contain a name: letters, digits, hyphens and underscores in at least two labels.
fn host_name(host: &str) -> Result<(), &'static str> {
    let labels = host.split('.');
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'))
    };
    if host.len() > 253 || !labels.clone().all(is_label) {
        return Err("host name");
    }
    if labels.count() < 2 {
        return Err("host name of one label");
    }
    let last = host.rsplit('.').next().unwrap_or_default();
    if LOCAL_SUFFIXES.contains(&last) || METADATA_HOSTS.contains(&host) {
        return Err("name reserved for local use");
    }
    Ok(())
}
