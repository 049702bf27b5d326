//! State and standing of the manifest store.

use super::standing::Standing;
use crate::evidence::{C2paPresence, CertificateTime, Evidence, Integrity, Reading, Trust};

/// Returns the state of the manifest store as one word.
pub(super) fn manifest_state(evidence: &Evidence) -> &'static str {
    let c2pa = &evidence.c2pa;
    match c2pa.presence {
        C2paPresence::Absent if evidence.readings.c2pa != Reading::Complete => "not-read",
        C2paPresence::Absent if c2pa.leftover_reference.is_some() => "removed",
        C2paPresence::Absent => "none",
        C2paPresence::Remote => "remote",
        C2paPresence::Unreadable => "unreadable",
        C2paPresence::Present => match (c2pa.integrity, c2pa.certificate_time) {
            (Integrity::Unknown, _) => "unverified",
            (Integrity::Invalid, _) => "invalid",
            (Integrity::Valid, CertificateTime::Expired) => "expired",
            (Integrity::Valid, CertificateTime::NotYetValid) => "not-yet-valid",
            (Integrity::Valid, CertificateTime::Inside | CertificateTime::Unknown) => "intact",
        },
    }
}

/// Returns whether hashes and signature are valid.
pub(super) fn holds(evidence: &Evidence) -> bool {
    matches!(manifest_state(evidence), "intact" | "expired" | "not-yet-valid")
}

/// Returns whether the certificate is a test, development or self-signed one.
pub(super) fn names_nobody(evidence: &Evidence) -> bool {
    evidence.c2pa.certificate_class.names_nobody()
        || evidence.c2pa.signer.as_ref().is_some_and(|signer| signer.test_certificate)
}

/// Returns the standing of the active manifest's statements.
pub(super) fn manifest_standing(evidence: &Evidence) -> Standing {
    match manifest_state(evidence) {
        "intact" if evidence.c2pa.trust == Trust::Trusted && !names_nobody(evidence) => Standing::Verified,
        "intact" | "expired" => Standing::Intact,
        _ => Standing::StatedUnsigned,
    }
}
