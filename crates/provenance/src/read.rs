//! Reads and validates a manifest store.

use std::io::{Cursor, Read, Seek, SeekFrom};

use c2pa::{Context, Reader, Settings};
use labeler_media::{Format, ManifestStore};
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::binding::{BindingOutcome, BindingPass, HardBinding};
use crate::identity::{fingerprint, is_development};
use crate::legacy_stamp;
use crate::manifests::{in_order, manifests};
use crate::store_limits::{StoreLimits, check_store};
use crate::summary::{CertificateTime, Integrity, Manifest, Provenance, Signer, Status, TimeStamp, Validation};
use crate::thumbnail;
use crate::trust::{self, ACCEPTED_EKUS, Chain, TrustList, TrustListInfo, time_stamping_setting};

/// Error for an asset that could not be read. A damaged manifest store is not an error but a finding.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The source could not be read.
    #[error("could not read the file: {0}")]
    Io(#[from] std::io::Error),
    /// The engine rejected its settings because a trust list is malformed.
    #[error("could not set up the C2PA engine: {0}")]
    Settings(String),
}

/// Returns the name and version of the engine for reports.
pub fn engine_version() -> (&'static str, &'static str) {
    ("c2pa-rs", c2pa::VERSION)
}

/// Maximum decompressed size of one manifest in megabytes: the same as [`StoreLimits::unpacked`] for all manifests
/// together.
pub(crate) const UNPACKED_MANIFEST_MB: u64 = 4;

/// The engine's format name for a manifest store without an asset.
const STORE_ALONE: &str = "application/c2pa";

/// Credentials whose signatures and assertions have been validated, but whose asset may still need to be hashed.
///
/// 1. [`Credentials::open`] reads the asset's structure.
/// 2. The caller feeds all bytes of the asset in order to [`Credentials::binding`], if there is one.
/// 3. [`Credentials::finish`] returns the result.
#[derive(Debug)]
pub struct Credentials {
    provenance: Provenance,
    crjson: Value,
    /// The hard binding's pass over the asset. If it is `None`, the engine has already read the asset.
    pub binding: Option<BindingPass>,
    /// JUMBF path of the hard binding's assertion.
    binding_path: String,
}

impl Credentials {
    /// Validates the store that `labeler_media::manifest_store` found in the asset, as far as this is possible without
    /// hashing the asset.
    ///
    /// `lists` are consulted in order; the result names the first list that trusts the signer. The statuses in
    /// [`Provenance::validation`] use the first list only.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub fn open<R: Read + Seek + Send>(
        source: &mut R,
        format: Format,
        store: &ManifestStore,
        lists: &[TrustList],
    ) -> Result<Self, ReadError> {
        if let Err(error) = check_store(&store.jumbf, &StoreLimits::default()) {
            return Ok(Self::unreadable(error.to_string()));
        }
        let context = context(lists.first())?;
        let mut binding_path = String::new();
        let mut binding = None;
        if let Some(hard_binding) = HardBinding::find(format, store) {
            binding = hard_binding.plan(source)?;
            binding_path = hard_binding.path;
        }
        let reader = Reader::from_context(context);
        let reader = if binding.is_some() {
            reader.with_stream(STORE_ALONE, Cursor::new(store.jumbf.as_slice()))
        } else {
            source.seek(SeekFrom::Start(0))?;
            // Validates the checked store, not another one that the engine might find in the file.
            reader.with_manifest_data_and_stream(&store.jumbf, format.mime(), &mut *source)
        };
        let reader = match reader {
            Ok(reader) => reader,
            Err(c2pa::Error::IoError(error)) => return Err(error.into()),
            Err(error) => return Ok(Self::unreadable(error.to_string())),
        };

        let mut validation = validation(&reader);
        let chain = reader
            .active_manifest()
            .and_then(|manifest| manifest.signature_info())
            .and_then(|info| Chain::from_pem(info.cert_chain()));
        if reader.active_manifest().is_some_and(|manifest| manifest.claim_version() != Some(2)) {
            legacy_stamp::settle(&store.jumbf, chain.as_ref(), &mut validation);
        }
        let time_stamp = time_stamp(&reader, &validation);
        let mut signer = reader.active_manifest().and_then(signer_of);
        if let (Some(signer), Some(chain)) = (signer.as_mut(), &chain) {
            signer.trusted_by = trusted_by(chain, &validation, time_stamp.as_ref(), lists)?;
        }
        Ok(Self {
            provenance: Provenance {
                integrity: Integrity::None,
                error: None,
                active_manifest: reader.active_label().map(str::to_owned),
                certificate_time: certificate_time(&validation),
                time_stamp,
                signer,
                manifests: manifests(&reader),
                thumbnails: thumbnail::list(&store.jumbf),
                validation,
            },
            crjson: in_order(reader.to_crjson_value().unwrap_or_default()),
            binding,
            binding_path,
        })
    }

    fn unreadable(why: String) -> Self {
        Self {
            provenance: Provenance { integrity: Integrity::Unreadable, error: Some(why), ..Provenance::default() },
            crjson: Value::Null,
            binding: None,
            binding_path: String::new(),
        }
    }

    /// Returns the manifests of the store, the active one first. Their integrity is unknown before [`Self::finish`].
    pub fn manifests(&self) -> &[Manifest] {
        &self.provenance.manifests
    }

    /// Returns the result before the asset has been hashed.
    pub fn preview(&self) -> (Provenance, Value) {
        let (mut provenance, mut crjson) = (self.provenance.clone(), self.crjson.clone());
        if self.binding.is_some() {
            self.each_validation(&mut provenance, &mut crjson, |validation| {
                validation.take_mismatch(&self.binding_path);
            });
        }
        if provenance.integrity != Integrity::Unreadable {
            provenance.integrity = match integrity(&provenance.validation) {
                Integrity::Intact if self.binding.is_some() => Integrity::Unverified,
                settled => settled,
            };
        }
        (provenance, crjson)
    }

    /// Returns the result, and the same as crJSON, the form that C2PA's rubrics expect (`null` if the store cannot be
    /// read).
    pub fn finish(mut self) -> (Provenance, Value) {
        if let Some(pass) = self.binding.take() {
            let outcome = pass.finish();
            let (mut provenance, mut crjson) = (std::mem::take(&mut self.provenance), self.crjson.take());
            self.each_validation(&mut provenance, &mut crjson, |validation| {
                validation.settle(&self.binding_path, &outcome);
            });
            (self.provenance, self.crjson) = (provenance, crjson);
        }
        if self.provenance.integrity != Integrity::Unreadable {
            self.provenance.integrity = integrity(&self.provenance.validation);
        }
        (self.provenance, self.crjson)
    }
}

impl Credentials {
    /// Changes the statuses of the active manifest in both forms of the result.
    fn each_validation(&self, provenance: &mut Provenance, crjson: &mut Value, change: impl Fn(&mut Validation)) {
        change(&mut provenance.validation);
        let Some(results) = crjson.pointer_mut("/manifests/0/validationResults") else { return };
        let Ok(mut validation) = serde_json::from_value::<Validation>(results.clone()) else { return };
        change(&mut validation);
        if let Some(map) = results.as_object_mut() {
            for (key, statuses) in [
                ("success", validation.success),
                ("informational", validation.informational),
                ("failure", validation.failure),
            ] {
                map.insert(key.to_owned(), serde_json::to_value(statuses).unwrap_or_default());
            }
        }
    }
}

impl Validation {
    /// Removes the mismatch that the engine reports for the hard binding at `path` because it did not see the asset.
    /// Returns the URL in its status; `None` if the engine did not reach that check.
    fn take_mismatch(&mut self, path: &str) -> Option<String> {
        let about = |s: &Status| s.url.as_deref().is_some_and(|url| url.ends_with(path));
        let mismatch = |s: &Status| s.code.ends_with("Hash.mismatch") && about(s);
        let url = self.failure.iter().find(|s| mismatch(s)).and_then(|s| s.url.clone())?;
        self.failure.retain(|s| !mismatch(s));
        self.informational.retain(|s| !(s.code.ends_with("Hash.additionalExclusionsPresent") && about(s)));
        Some(url)
    }

    /// Replaces the engine's outcome with that of our own pass over the asset. The engine saw only the store and
    /// therefore reported a mismatch for every hard binding. Adds nothing if the engine did not reach that check.
    pub(crate) fn settle(&mut self, path: &str, outcome: &BindingOutcome) {
        let codes = outcome.codes;
        let Some(url) = self.take_mismatch(path) else { return };
        let status = |code: &str, explanation: &str| Status {
            code: code.to_owned(),
            url: Some(url.clone()),
            explanation: Some(explanation.to_owned()),
        };
        if outcome.extra_exclusions {
            self.informational.push(status(codes.extra, "more than the manifest is left out of the hash"));
        }
        if outcome.matched {
            self.success.push(status(codes.matched, "the asset's bytes are those that were signed"));
        } else {
            self.failure.push(status(codes.mismatch, "the asset's bytes are not those that were signed"));
        }
    }
}

/// Validates a store together with its asset: [`Credentials`] in one call.
///
/// # Errors
/// See [`ReadError`].
pub fn read<R: Read + Seek + Send>(
    source: &mut R,
    format: Format,
    store: &ManifestStore,
    lists: &[TrustList],
) -> Result<Provenance, ReadError> {
    let mut credentials = Credentials::open(source, format, store, lists)?;
    if let Some(pass) = credentials.binding.as_mut() {
        source.seek(SeekFrom::Start(0))?;
        labeler_media::read_blocks(source, |block| pass.update(block))?;
    }
    Ok(credentials.finish().0)
}

/// Returns the engine's settings for validation with one list. Other users of the engine need them for the same
/// results.
pub fn engine_settings(list: Option<&TrustList>) -> Value {
    let mut anchors: Vec<Value> = list.map(TrustList::setting).into_iter().collect();
    anchors.push(time_stamping_setting());
    serde_json::json!({
        "trust": {"trust_config": ACCEPTED_EKUS, "anchors": anchors},
        "verify": {"remote_manifest_fetch": false, "ocsp_fetch": false},
        "core": {"max_decompressed_manifest_size_in_mb": UNPACKED_MANIFEST_MB},
    })
}

fn context(list: Option<&TrustList>) -> Result<Context, ReadError> {
    Settings::new()
        .with_json(&engine_settings(list).to_string())
        .and_then(|settings| Context::new().with_settings(settings))
        .map_err(|e| ReadError::Settings(e.to_string()))
}

/// Returns the first list that trusts the signer. The engine validated the store with the first list and the
/// time-stamping authorities, and it accepts any anchor for a signer. Therefore a negative result holds for the first
/// list, and a positive one holds only if no authority could be the reason. Every other list is consulted separately.
fn trusted_by(
    chain: &Chain,
    validation: &Validation,
    time_stamp: Option<&TimeStamp>,
    lists: &[TrustList],
) -> Result<Option<TrustListInfo>, ReadError> {
    if excludes_trust(validation) {
        return Ok(None);
    }
    let stamped = time_stamp.filter(|stamp| stamp.valid && stamp.trusted).and_then(|stamp| stamp.time.as_deref());
    let at = stamped.and_then(|time| OffsetDateTime::parse(time, &Rfc3339).ok()).map(OffsetDateTime::unix_timestamp);
    for (index, list) in lists.iter().enumerate() {
        if index == 0 && validation.has("signingCredential.untrusted") {
            continue;
        }
        let settled =
            index == 0 && validation.has("signingCredential.trusted") && !trust::time_stamping_may_vouch(chain);
        if settled || list.vouches(chain, at).map_err(ReadError::Settings)? {
            return Ok(Some(list.info.clone()));
        }
    }
    Ok(None)
}

/// Returns whether no list may trust the signer. A certificate that must not sign claims, or is outside its validity or
/// revoked, is not trusted, regardless of its issuer and of lists that allow it.
fn excludes_trust(validation: &Validation) -> bool {
    validation.has("signingCredential.invalid")
        || validation.has("signingCredential.expired")
        || validation.is_signer_revoked()
}

fn validation(reader: &Reader) -> Validation {
    let convert = |statuses: &[c2pa::validation_status::ValidationStatus]| {
        statuses
            .iter()
            .map(|s| Status {
                code: s.code().to_owned(),
                url: s.url().map(str::to_owned),
                explanation: s.explanation().map(str::to_owned),
            })
            .collect()
    };
    reader.validation_results().and_then(|r| r.active_manifest()).map_or_else(Validation::default, |codes| Validation {
        success: convert(codes.success()),
        informational: convert(codes.informational()),
        failure: convert(codes.failure()),
    })
}

/// Returns whether a failure is unrelated to the bytes: it concerns the signer, trust or certificate time.
fn is_about_trust_or_time(code: &str) -> bool {
    code.starts_with("signingCredential.") || code.starts_with("timeStamp.") || code.starts_with("cawg.")
}

fn integrity(validation: &Validation) -> Integrity {
    // The engine omits the success code for an expired credential although it has verified the signature. A signature
    // that does not match has its own failure code.
    let signature_holds = validation.has("claimSignature.validated") || validation.has("signingCredential.expired");
    let damaged = validation.failure.iter().any(|s| !is_about_trust_or_time(&s.code));
    if signature_holds && !damaged { Integrity::Intact } else { Integrity::Broken }
}

fn certificate_time(validation: &Validation) -> CertificateTime {
    if validation.has("signingCredential.expired") {
        CertificateTime::Expired
    } else if validation.has("claimSignature.outsideValidity") {
        CertificateTime::NotYetValid
    } else if validation.has("claimSignature.insideValidity") {
        CertificateTime::InTime
    } else {
        CertificateTime::Unknown
    }
}

fn time_stamp(reader: &Reader, validation: &Validation) -> Option<TimeStamp> {
    let any = [&validation.success, &validation.informational, &validation.failure]
        .into_iter()
        .flatten()
        .any(|s| s.code.starts_with("timeStamp."));
    any.then(|| TimeStamp {
        time: reader.active_manifest().and_then(|m| m.time()),
        valid: validation.has("timeStamp.validated"),
        trusted: validation.has("timeStamp.trusted"),
    })
}

fn signer_of(manifest: &c2pa::Manifest) -> Option<Signer> {
    let info = manifest.signature_info()?;
    let mut signer = Signer {
        common_name: info.common_name.clone(),
        organization: info.issuer.clone(),
        algorithm: info.alg.map(|alg| alg.to_string().to_lowercase()),
        ..Signer::default()
    };
    let leaf = x509_parser::pem::Pem::iter_from_buffer(info.cert_chain().as_bytes()).next().and_then(Result::ok);
    if let Some(leaf) = leaf
        && let Ok((_, certificate)) = X509Certificate::from_der(&leaf.contents)
    {
        let text = |a: &x509_parser::x509::AttributeTypeAndValue<'_>| a.as_str().ok().map(str::to_owned);
        signer.common_name = certificate.subject().iter_common_name().find_map(text);
        signer.organization = certificate.subject().iter_organization().find_map(text);
        signer.issuer = certificate
            .issuer()
            .iter_organization()
            .find_map(text)
            .or_else(|| certificate.issuer().iter_common_name().find_map(text));
        signer.fingerprint = Some(fingerprint(&leaf.contents));
        signer.not_before = rfc3339(certificate.validity().not_before.timestamp());
        signer.not_after = rfc3339(certificate.validity().not_after.timestamp());
        signer.development = is_development(&certificate);
        signer.self_signed = certificate.subject() == certificate.issuer();
    }
    Some(signer)
}

fn rfc3339(timestamp: i64) -> Option<String> {
    OffsetDateTime::from_unix_timestamp(timestamp).ok()?.format(&Rfc3339).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(code: &str) -> Validation {
        let status = Status { code: code.to_owned(), url: None, explanation: None };
        Validation { failure: vec![status], ..Validation::default() }
    }

    #[test]
    fn a_revoked_signer_is_untrusted_but_the_bytes_stay_intact() {
        for code in ["signingCredential.ocsp.revoked", "signingCredential.expired", "signingCredential.invalid"] {
            assert!(excludes_trust(&failed(code)), "{code}");
        }
        for code in
            ["signingCredential.untrusted", "signingCredential.ocsp.notRevoked", "signingCredential.ocsp.unknown"]
        {
            assert!(!excludes_trust(&failed(code)), "{code}");
        }
        let mut revoked = failed("signingCredential.ocsp.revoked");
        revoked.success.push(Status { code: "claimSignature.validated".to_owned(), url: None, explanation: None });
        assert!(revoked.is_signer_revoked());
        assert_eq!(integrity(&revoked), Integrity::Intact);
    }
}
