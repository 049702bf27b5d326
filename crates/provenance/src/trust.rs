//! The named, dated trust lists that a signer is looked up in.
//!
//! Each list is consulted on its own, never merged: the engine makes a claim signer trusted by *any* anchor it is given,
//! so a merged set could not say which list vouches for a file. Time-stamping authorities are the one exception: the
//! engine keeps them apart by kind.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock, OnceLock};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use c2pa::crypto::cose::{CertificateTrustPolicy, TrustAnchorType};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use x509_parser::pem::Pem;
use x509_parser::prelude::{FromDer, X509Certificate};

/// Extended key usages that a claim signing certificate may carry (C2PA 2.2, 14.4.1, and the interim lists).
///
/// The engine's built-in list is cleared as soon as settings are given, so it has to be passed along every time: without
/// it even a good file reads as `signingCredential.invalid`.
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

/// One trust list: what it is called, when it was issued, and its anchors.
#[derive(Clone, Debug)]
pub struct TrustList {
    /// Name, date and source, as shown in reports.
    pub info: TrustListInfo,
    /// PEM bundle of anchors.
    anchors: String,
    /// End-entity certificates that are trusted as they are: PEM, or base64 SHA-256 of the DER, one a line.
    allowed: Option<String>,
    /// What clones share.
    read: Arc<Read>,
}

/// A list's certificates, read when first asked for.
#[derive(Debug, Default)]
struct Read {
    /// Names of the anchors.
    subjects: OnceLock<HashSet<Vec<u8>>>,
    /// The engine's form, or why it does not take the list.
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
    /// `None` where there is no certificate.
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

    /// The signer's own certificate, DER.
    pub(crate) fn leaf(&self) -> Option<&[u8]> {
        self.certificates.first().map(Vec::as_slice)
    }
}

/// What a report says about a trust list.
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
    /// Where the list is published.
    pub source: String,
}

impl TrustList {
    /// A list of the operator's own: `anchors_pem` holds one or more certificates.
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

    /// Whether the list vouches for a claim signer: it allows the leaf, or the chain ends at one of its anchors and was
    /// valid at `at` (seconds since 1970; without it, now). Nothing else of a signature is looked at.
    ///
    /// # Errors
    /// The list is malformed.
    pub(crate) fn vouches(&self, chain: &Chain, at: Option<i64>) -> Result<bool, String> {
        if !self.may_vouch(chain) {
            return Ok(false);
        }
        let policy = self.read.policy.get_or_init(|| self.policy()).as_ref().map_err(Clone::clone)?;
        let Some((leaf, issuers)) = chain.certificates.split_first() else { return Ok(false) };
        Ok(policy.check_certificate_trust(issuers, leaf, at).is_ok())
    }

    /// Whether the list could vouch for a chain at all: it allows the leaf, or one of its anchors bears a name of the
    /// chain. A no saves verifying signatures; a yes decides nothing.
    fn may_vouch(&self, chain: &Chain) -> bool {
        // An allowed list may hold whole certificates too: those are not compared here.
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

/// The official C2PA trust list.
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

/// The Interim Trust List, frozen on 2026-01-01: a class of its own, for files signed before the official list.
pub fn interim() -> TrustList {
    static LIST: LazyLock<TrustList> = LazyLock::new(|| TrustList {
        info: info("itl", "Interim Trust List", "2026-01-01", "https://contentcredentials.org/trust"),
        anchors: include_str!("../trust/itl-anchors.pem").to_owned(),
        allowed: Some(include_str!("../trust/itl-allowed.sha256").to_owned()),
        read: Arc::default(),
    });
    LIST.clone()
}

/// Name and date of the list that time-stamping authorities are looked up in.
pub fn time_stamping() -> TrustListInfo {
    info(
        "c2pa-tsa",
        "C2PA time-stamping trust list",
        "2026-09-24",
        "https://github.com/c2pa-org/conformance-public/tree/main/trust-list",
    )
}

/// Whether a time-stamping authority bears a name of the chain: the engine would let it vouch for the
/// signer.
pub(crate) fn time_stamping_may_vouch(chain: &Chain) -> bool {
    static SUBJECTS: LazyLock<HashSet<Vec<u8>>> = LazyLock::new(|| subjects(include_str!("../trust/c2pa-tsa.pem")));
    chain.names.iter().any(|name| SUBJECTS.contains(name))
}

/// Subject names of the certificates of a PEM bundle, DER.
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

/// Anchors (PEM) and address of the lists that name time-stamping authorities of version 1 claims.
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
