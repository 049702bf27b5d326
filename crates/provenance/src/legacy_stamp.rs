//! Time stamps of version 1 claims.
//!
//! The first versions of the specification defined no list of time-stamping authorities. Therefore the engine trusts
//! every time stamp that matches its signature, even from an authority that someone created for this purpose. A time
//! stamp decides which day's law applies and whether an expired certificate counts, so its authority must be on the
//! time-stamping list or on the Interim Trust List, which contains the authorities of that time.

use std::sync::LazyLock;

use c2pa::crypto::cose::{CertificateTrustPolicy, TrustAnchorType, check_end_entity_certificate_profile};
use c2pa::crypto::time_stamp::verify_time_stamp;
use c2pa::status_tracker::StatusTracker;
use c2pa_cbor::Value;

use crate::jumbf;
use crate::summary::{Status, Validation};
use crate::trust::{ACCEPTED_EKUS, Chain, legacy_time_stamping_anchors};

const TRUSTED: &str = "timeStamp.trusted";
const UNTRUSTED: &str = "timeStamp.untrusted";
const EXPIRED: &str = "signingCredential.expired";
const IN_TIME: &str = "claimSignature.insideValidity";

/// Corrects the engine's statuses about the time stamp of a version 1 claim. `chain` is the signer's.
pub(crate) fn settle(store: &[u8], chain: Option<&Chain>, validation: &mut Validation) {
    if !validation.has(TRUSTED) || is_listed(store).unwrap_or(false) {
        return;
    }
    let Some(position) = validation.success.iter().position(|status| status.code == TRUSTED) else { return };
    let stamp = validation.success.remove(position);
    validation.informational.push(Status {
        code: UNTRUSTED.to_owned(),
        explanation: Some("no trust list names the time-stamping authority".to_owned()),
        ..stamp
    });
    if validation.has(EXPIRED) || chain.is_some_and(is_valid_now) {
        return;
    }
    validation.success.retain(|status| status.code != IN_TIME);
    validation.failure.push(Status {
        code: EXPIRED.to_owned(),
        url: validation.informational.last().and_then(|status| status.url.clone()),
        explanation: Some("certificate expired, and no trusted time stamp shows an earlier signature".to_owned()),
    });
}

fn is_valid_now(chain: &Chain) -> bool {
    let mut policy = CertificateTrustPolicy::new();
    policy.add_valid_ekus(ACCEPTED_EKUS.as_bytes());
    let mut log = StatusTracker::default();
    let Some(leaf) = chain.leaf() else { return false };
    check_end_entity_certificate_profile(leaf, &policy, &mut log, None).is_ok() || !log.has_status(EXPIRED)
}

/// Returns whether a list contains the authority of the active manifest's time stamp; `None` if the time stamp cannot
/// be read.
fn is_listed(store: &[u8]) -> Option<bool> {
    static POLICY: LazyLock<Option<CertificateTrustPolicy>> = LazyLock::new(|| {
        let mut policy = CertificateTrustPolicy::new();
        for (anchors, source) in legacy_time_stamping_anchors() {
            policy.add_trust_anchors(anchors.as_bytes(), &source, TrustAnchorType::TSA, None).ok()?;
        }
        Some(policy)
    });
    let manifest = jumbf::manifests(store).pop()?;
    let claim = manifest.child("c2pa.claim")?.content(*b"cbor")?;
    let signature = manifest.child("c2pa.signature")?.content(*b"cbor")?;
    let (token, stamped) = token_and_data(signature, claim)?;
    let found = verify_time_stamp(&token, &stamped, POLICY.as_ref()?, &mut StatusTracker::default(), true);
    Some(found.is_ok())
}

/// Returns the token of a COSE signature and the bytes that it stamps: the counter-signature structure around the claim
/// (`sigTst`) or around the signature (`sigTst2`).
fn token_and_data(signature: &[u8], claim: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let parts = match c2pa_cbor::from_slice(signature).ok()? {
        Value::Tag(_, inner) => *inner,
        other => other,
    };
    let Value::Array(parts) = parts else { return None };
    let [Value::Bytes(protected), Value::Map(unprotected), _, Value::Bytes(signed)] = parts.as_slice() else {
        return None;
    };
    let header = |name: &str| unprotected.get(&Value::Text(name.to_owned()));
    let (container, payload) = match (header("sigTst"), header("sigTst2")) {
        (Some(container), None) => (container, claim.to_vec()),
        (None, Some(container)) => (container, c2pa_cbor::to_vec(&Value::Bytes(signed.clone())).ok()?),
        _ => return None,
    };
    let Value::Map(container) = container else { return None };
    let Value::Array(tokens) = container.get(&Value::Text("tstTokens".to_owned()))? else { return None };
    let [Value::Map(token)] = tokens.as_slice() else { return None };
    let Value::Bytes(token) = token.get(&Value::Text("val".to_owned()))? else { return None };
    let structure = Value::Array(vec![
        Value::Text("CounterSignature".to_owned()),
        Value::Bytes(protected.clone()),
        Value::Bytes(Vec::new()),
        Value::Bytes(payload),
    ]);
    Some((token.clone(), c2pa_cbor::to_vec(&structure).ok()?))
}
