//! [`Resolver`] with DNS over HTTPS in JSON (the `application/dns-json` of Cloudflare and Google), for hosts whose
//! runtime resolves names but does not reveal the addresses.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::Arc,
};

use async_trait::async_trait;
use futures_util::future;
use labeler_ports::Clock;
use serde::Deserialize;

use crate::{
    http::{Http, HttpRequest, read_whole},
    resolve::{ResolveError, Resolver},
};

/// Cloudflare's public resolver.
pub const CLOUDFLARE: &str = "https://cloudflare-dns.com/dns-query";

/// Maximum size of an answer in bytes. A DNS message has at most 65,535, and its JSON form is longer.
const MAX_ANSWER: usize = 128 * 1024;

/// Maximum number of addresses of a host. A host for images does not have more.
const MAX_ADDRESSES: usize = 64;

const NO_ERROR: u16 = 0;
const NX_DOMAIN: u16 = 3;

/// Resolves names through a server that supports `application/dns-json`.
pub struct DnsOverHttps {
    http: Arc<dyn Http>,
    clock: Arc<dyn Clock>,
    endpoint: String,
}

impl DnsOverHttps {
    /// Creates a resolver that uses `endpoint`, for example [`CLOUDFLARE`].
    pub fn new(http: Arc<dyn Http>, clock: Arc<dyn Clock>, endpoint: impl Into<String>) -> Self {
        Self { http, clock, endpoint: endpoint.into() }
    }

    async fn ask(&self, host: &str, family: Family, timeout_ms: u32) -> Result<Vec<IpAddr>, ResolveError> {
        let mut url = url::Url::parse(&self.endpoint).map_err(|_| ResolveError::Failed)?;
        url.query_pairs_mut().append_pair("name", host).append_pair("type", family.name());
        let request = HttpRequest::get(url, timeout_ms).header("accept", "application/dns-json");
        let (status, body) = read_whole(self.http.as_ref(), self.clock.as_ref(), request, MAX_ANSWER)
            .await
            .map_err(|_| ResolveError::Failed)?;
        if status != 200 {
            return Err(ResolveError::Failed);
        }
        let answer: Answer = serde_json::from_slice(&body).map_err(|_| ResolveError::Failed)?;
        match answer.status {
            _ if answer.truncated => Err(ResolveError::Failed),
            NO_ERROR => family.addresses(&answer.records),
            NX_DOMAIN => Err(ResolveError::NotFound),
            _ => Err(ResolveError::Failed),
        }
    }
}

impl std::fmt::Debug for DnsOverHttps {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DnsOverHttps").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

#[async_trait]
impl Resolver for DnsOverHttps {
    async fn resolve(&self, host: &str, timeout_ms: u32) -> Result<Vec<IpAddr>, ResolveError> {
        let (four, six) =
            future::join(self.ask(host, Family::V4, timeout_ms), self.ask(host, Family::V6, timeout_ms)).await;
        let mut addresses = four?;
        addresses.extend(six?);
        match addresses.len() {
            0 => Err(ResolveError::NotFound),
            1..=MAX_ADDRESSES => Ok(addresses),
            _ => Err(ResolveError::Failed),
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Family {
    V4,
    V6,
}

impl Family {
    const fn name(self) -> &'static str {
        match self {
            Self::V4 => "A",
            Self::V6 => "AAAA",
        }
    }

    /// Returns the addresses among the records; the other records are aliases and signatures. A record of this type
    /// without a valid address makes the whole answer unusable.
    fn addresses(self, records: &[Record]) -> Result<Vec<IpAddr>, ResolveError> {
        let number = match self {
            Self::V4 => 1,
            Self::V6 => 28,
        };
        let of_type = records.iter().filter(|record| record.kind == number);
        let parsed = of_type.map(|record| match self {
            Self::V4 => record.data.parse::<Ipv4Addr>().map(IpAddr::from),
            Self::V6 => record.data.parse::<Ipv6Addr>().map(IpAddr::from),
        });
        parsed.collect::<Result<_, _>>().map_err(|_| ResolveError::Failed)
    }
}

/// The fields of the answer that are used.
#[derive(Debug, Deserialize)]
struct Answer {
    /// The DNS response code.
    #[serde(rename = "Status")]
    status: u16,
    #[serde(rename = "TC", default)]
    truncated: bool,
    #[serde(rename = "Answer", default)]
    records: Vec<Record>,
}

#[derive(Debug, Deserialize)]
struct Record {
    #[serde(rename = "type")]
    kind: u16,
    data: String,
}
