//! The named, dated trust lists that a signer is looked up in.
//!
//! Each list is consulted on its own, never merged: the engine makes a claim signer trusted by *any* anchor it is given,
//! so a merged set could not say which list vouches for a file. Time-stamping authorities are the one exception: the
//! engine keeps them apart by kind.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock, OnceLock};

use serde::{Deserialize, Serialize};

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
    /// Names of the anchors, read when first asked for and shared by clones.
    subjects: Arc<OnceLock<HashSet<Vec<u8>>>>,
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
            subjects: Arc::default(),
        }
    }

    /// Whether the list could vouch for a chain at all: it allows the leaf (`leaf_digest`, base64 SHA-256 of its DER), or
    /// one of its anchors bears a name of the chain. A no saves asking the engine; a yes decides nothing.
    pub(crate) fn may_vouch(&self, names: &[Vec<u8>], leaf_digest: &str) -> bool {
        // An allowed list may hold whole certificates too: those are not compared here.
        let allowed = self.allowed.as_ref().is_some_and(|a| a.contains("BEGIN") || a.lines().any(|l| l == leaf_digest));
        allowed || names.iter().any(|name| self.subjects.get_or_init(|| subjects(&self.anchors)).contains(name))
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
        subjects: Arc::default(),
    });
    LIST.clone()
}

/// The Interim Trust List, frozen on 2026-01-01: a class of its own, for files signed before the official list.
pub fn interim() -> TrustList {
    static LIST: LazyLock<TrustList> = LazyLock::new(|| TrustList {
        info: info("itl", "Interim Trust List", "2026-01-01", "https://contentcredentials.org/trust"),
        anchors: include_str!("../trust/itl-anchors.pem").to_owned(),
        allowed: Some(include_str!("../trust/itl-allowed.sha256").to_owned()),
        subjects: Arc::default(),
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
pub(crate) fn time_stamping_may_vouch(names: &[Vec<u8>]) -> bool {
    static SUBJECTS: LazyLock<HashSet<Vec<u8>>> = LazyLock::new(|| subjects(include_str!("../trust/c2pa-tsa.pem")));
    names.iter().any(|name| SUBJECTS.contains(name))
}

/// Subject names of the certificates of a PEM bundle, DER.
fn subjects(pem: &str) -> HashSet<Vec<u8>> {
    x509_parser::pem::Pem::iter_from_buffer(pem.as_bytes())
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

fn info(id: &str, name: &str, date: &str, source: &str) -> TrustListInfo {
    TrustListInfo { id: id.to_owned(), name: name.to_owned(), date: date.to_owned(), source: source.to_owned() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn certificates(pem: &str) -> usize {
        x509_parser::pem::Pem::iter_from_buffer(pem.as_bytes())
            .filter(|p| p.as_ref().unwrap().parse_x509().is_ok())
            .count()
    }

    #[test]
    fn lists_hold_the_published_number_of_anchors() {
        assert_eq!(certificates(&c2pa().anchors), 30);
        assert_eq!(certificates(include_str!("../trust/c2pa-tsa.pem")), 22);
        assert_eq!(certificates(&interim().anchors), 27);
        assert_eq!(interim().allowed.unwrap().lines().count(), 117);
    }
}
