//! The named and dated trust lists in which signers are looked up.
//!
//! Each list is consulted separately. The engine trusts a claim signer if *any* of its anchors matches, so a merged set
//! could not tell which list contains the signer. Time-stamping authorities are the one exception: the engine separates
//! them by kind.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock, OnceLock};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use c2pa::crypto::cose::{CertificateTrustPolicy, TrustAnchorType};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use x509_parser::pem::Pem;
use x509_parser::prelude::{FromDer, X509Certificate};

/// Extended key usages that a claim signing certificate may have (C2PA 2.2, 14.4.1, and the interim lists).
///
/// The engine clears its built-in list when it receives settings, so this list must be passed each time. Without it,
/// even a valid file results in `signingCredential.invalid`.
pub(crate) const ACCEPTED_EKUS: &str = "\
// emailProtection
1.3.6.1.5.5.7.3.4
// documentSigning
1.3.6.1.5.5.7.3.36
// timeStamping
1.3.6.1.5.5.7.3.8
// OCSPSigning
1.3.6.1.5.5.7.3.9
// Microsoft C2PA signing
1.3.6.1.4.1.311.76.59.1.9
// C2PA claim signing
1.3.6.1.4.1.62558.2.1
";

/// A trust list with its name, date and anchors.
#[derive(Clone, Debug)]
pub struct TrustList {
    /// Name, date and source, as shown in reports.
    pub info: TrustListInfo,
    /// PEM bundle of anchors.
    anchors: String,
    /// End-entity certificates that are trusted directly: PEM, or base64 SHA-256 of the DER, one per line.
    allowed: Option<String>,
    /// Data shared by clones.
    read: Arc<Read>,
}

/// Certificates of a list, parsed on first use.
#[derive(Debug, Default)]
struct Read {
    /// Subject names of the anchors.
    subjects: OnceLock<HashSet<Vec<u8>>>,
    /// The list in the engine's form, or the engine's reason for rejecting it.
    policy: OnceLock<Result<CertificateTrustPolicy, String>>,
}

/// A claim signer's certificates, leaf first.
#[derive(Debug)]
pub(crate) struct Chain {
    certificates: Vec<Vec<u8>>,
    /// Every issuer and subject, DER.
    names: Vec<Vec<u8>>,
    /// SHA-256 of the leaf's DER, base64.
    leaf_digest: String,
}

impl Chain {
    /// Parses a chain; `None` if it contains no certificate.
    pub(crate) fn from_pem(pem: &str) -> Option<Self> {
        let certificates: Vec<Vec<u8>> =
            Pem::iter_from_buffer(pem.as_bytes()).filter_map(Result::ok).map(|pem| pem.contents).collect();
        let leaf_digest = STANDARD.encode(Sha256::digest(certificates.first()?));
        let names = certificates
            .iter()
            .filter_map(|der| Some(X509Certificate::from_der(der).ok()?.1))
            .flat_map(|c| [c.issuer().as_raw().to_vec(), c.subject().as_raw().to_vec()])
            .collect();
        Some(Self { certificates, names, leaf_digest })
    }

    /// Returns the signer's own certificate in DER.
    pub(crate) fn leaf(&self) -> Option<&[u8]> {
        self.certificates.first().map(Vec::as_slice)
    }
}

/// Identification of a trust list in reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TrustListInfo {
    /// Stable id, for example `c2pa`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Date of issue or snapshot, ISO 8601 (`2026-09-24`).
    pub date: String,
    /// Place of publication.
    pub source: String,
}

impl TrustList {
    /// Creates a list of the operator's own. `anchors_pem` contains one or more certificates.
    pub fn own(id: &str, name: &str, date: &str, anchors_pem: &str) -> Self {
        Self {
            info: TrustListInfo {
                id: id.to_owned(),
                name: name.to_owned(),
                date: date.to_owned(),
                source: "operator".to_owned(),
            },
            anchors: anchors_pem.to_owned(),
            allowed: None,
            read: Arc::default(),
        }
    }

    /// Returns whether the list trusts a claim signer: it allows the leaf, or the chain ends at one of its anchors and
    /// was valid at `at` (seconds since 1970; `None` means now). Checks nothing else of a signature.
    ///
    /// # Errors
    /// If the list is malformed.
    pub(crate) fn vouches(&self, chain: &Chain, at: Option<i64>) -> Result<bool, String> {
        if !self.may_vouch(chain) {
            return Ok(false);
        }
        let policy = self.read.policy.get_or_init(|| self.policy()).as_ref().map_err(Clone::clone)?;
        let Some((leaf, issuers)) = chain.certificates.split_first() else { return Ok(false) };
        Ok(policy.check_certificate_trust(issuers, leaf, at).is_ok())
    }

    /// Returns whether the list could trust a chain at all: it allows the leaf, or one of its anchors has a name in the
    /// chain. `false` saves verifying signatures; `true` decides nothing.
    fn may_vouch(&self, chain: &Chain) -> bool {
        // An allowed list may also contain whole certificates. These are not compared here.
        let allowed =
            self.allowed.as_ref().is_some_and(|a| a.contains("BEGIN") || a.lines().any(|l| l == chain.leaf_digest));
        let subjects = self.read.subjects.get_or_init(|| subjects(&self.anchors));
        allowed || chain.names.iter().any(|name| subjects.contains(name))
    }

    fn policy(&self) -> Result<CertificateTrustPolicy, String> {
        let mut policy = CertificateTrustPolicy::new();
        policy.add_valid_ekus(ACCEPTED_EKUS.as_bytes());
        let kind = TrustAnchorType::Manifest;
        policy
            .add_trust_anchors(self.anchors.as_bytes(), &self.info.source, kind, None)
            .map_err(|error| error.to_string())?;
        if let Some(allowed) = &self.allowed {
            policy.add_end_entity_credentials(allowed.as_bytes()).map_err(|error| error.to_string())?;
        }
        Ok(policy)
    }

    pub(crate) fn setting(&self) -> serde_json::Value {
        let mut entry = serde_json::json!({
            "trust_anchors": self.anchors,
            "trust_uri": self.info.source,
            "trust_kind": "manifest",
        });
        if let (Some(allowed), Some(map)) = (&self.allowed, entry.as_object_mut()) {
            map.insert("allowed_list".to_owned(), allowed.clone().into());
        }
        entry
    }
}

/// Returns the official C2PA trust list.
pub fn c2pa() -> TrustList {
    static LIST: LazyLock<TrustList> = LazyLock::new(|| TrustList {
        info: info(
            "c2pa",
            "C2PA trust list",
            "2026-09-24",
            "https://github.com/c2pa-org/conformance-public/tree/main/trust-list",
        ),
        anchors: include_str!("../trust/c2pa.pem").to_owned(),
        allowed: None,
        read: Arc::default(),
    });
    LIST.clone()
}

/// Returns the Interim Trust List, frozen on 2026-01-01. It is a separate list for files signed before the official
/// one.
pub fn interim() -> TrustList {
    static LIST: LazyLock<TrustList> = LazyLock::new(|| TrustList {
        info: info("itl", "Interim Trust List", "2026-01-01", "https://contentcredentials.org/trust"),
        anchors: include_str!("../trust/itl-anchors.pem").to_owned(),
        allowed: Some(include_str!("../trust/itl-allowed.sha256").to_owned()),
        read: Arc::default(),
    });
    LIST.clone()
}

/// Returns the name and date of the list of time-stamping authorities.
pub fn time_stamping() -> TrustListInfo {
    info(
        "c2pa-tsa",
        "C2PA time-stamping trust list",
        "2026-09-24",
        "https://github.com/c2pa-org/conformance-public/tree/main/trust-list",
    )
}

/// Returns whether a time-stamping authority has a name in the chain, in which case the engine would accept it for the
/// signer.
pub(crate) fn time_stamping_may_vouch(chain: &Chain) -> bool {
    static SUBJECTS: LazyLock<HashSet<Vec<u8>>> = LazyLock::new(|| subjects(include_str!("../trust/c2pa-tsa.pem")));
    chain.names.iter().any(|name| SUBJECTS.contains(name))
}

/// Returns the DER subject names of the certificates in a PEM bundle.
fn subjects(pem: &str) -> HashSet<Vec<u8>> {
    Pem::iter_from_buffer(pem.as_bytes())
        .filter_map(Result::ok)
        .filter_map(|pem| Some(pem.parse_x509().ok()?.subject().as_raw().to_vec()))
        .collect()
}

pub(crate) fn time_stamping_setting() -> serde_json::Value {
    serde_json::json!({
        "trust_anchors": include_str!("../trust/c2pa-tsa.pem"),
        "trust_uri": time_stamping().source,
        "trust_kind": "tsa",
    })
}

/// Returns the anchors (PEM) and URL of the lists with time-stamping authorities of version 1 claims.
pub(crate) fn legacy_time_stamping_anchors() -> [(String, String); 2] {
    let interim = interim();
    [(include_str!("../trust/c2pa-tsa.pem").to_owned(), time_stamping().source), (interim.anchors, interim.info.source)]
}

fn info(id: &str, name: &str, date: &str, source: &str) -> TrustListInfo {
    TrustListInfo { id: id.to_owned(), name: name.to_owned(), date: date.to_owned(), source: source.to_owned() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn certificates(pem: &str) -> usize {
        Pem::iter_from_buffer(pem.as_bytes()).filter(|p| p.as_ref().unwrap().parse_x509().is_ok()).count()
    }

    #[test]
    fn lists_hold_the_published_number_of_anchors() {
        assert_eq!(certificates(&c2pa().anchors), 30);
        assert_eq!(certificates(include_str!("../trust/c2pa-tsa.pem")), 22);
        assert_eq!(certificates(&interim().anchors), 27);
        assert_eq!(interim().allowed.unwrap().lines().count(), 117);
    }
}
