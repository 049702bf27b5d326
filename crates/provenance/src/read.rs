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

/// The asset could not be read. A damaged manifest store is no error: it is a finding.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The source failed.
    #[error("could not read the file: {0}")]
    Io(#[from] std::io::Error),
    /// The engine refused its settings: a trust list is malformed.
    #[error("could not set up the C2PA engine: {0}")]
    Settings(String),
}

/// Name and version of the engine, for reports.
pub fn engine_version() -> (&'static str, &'static str) {
    ("c2pa-rs", c2pa::VERSION)
}

/// Most that one compressed manifest gives, in megabytes: as much as [`StoreLimits::unpacked`] allows for all.
pub(crate) const UNPACKED_MANIFEST_MB: u64 = 4;

/// The engine's name for a manifest store without an asset around it.
const STORE_ALONE: &str = "application/c2pa";

/// Credentials whose signatures and assertions are judged, and whose asset may still have to be hashed.
///
/// 1. [`Credentials::open`] reads the asset's structure;
/// 2. whoever reads the asset from first byte to last feeds [`Credentials::binding`], if there is one;
/// 3. [`Credentials::finish`] says what came out.
#[derive(Debug)]
pub struct Credentials {
    provenance: Provenance,
    crjson: Value,
    /// The hard binding's pass over the asset. Where there is none, the engine has already read the asset itself.
    pub binding: Option<BindingPass>,
    /// JUMBF path of the hard binding's assertion.
    binding_path: String,
}

impl Credentials {
    /// Judges the store that `labeler_media::manifest_store` found in the asset, as far as it can be judged without
    /// hashing the asset.
    ///
    /// `lists` are consulted in order; the first that trusts the signer is named. Only the first is used for the
    /// statuses in [`Provenance::validation`].
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
            // The store that was checked, not what else the engine might find in the file.
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

    /// The manifests of the store, active one first. Whether they are intact is not known before [`Self::finish`].
    pub fn manifests(&self) -> &[Manifest] {
        &self.provenance.manifests
    }

    /// What can be said before the asset has been hashed.
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

    /// What the credentials say, and the same as crJSON, the form that C2PA's rubrics are written for (`null` where the
    /// store cannot be read).
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
    /// Changes the statuses of the active manifest, which stand in both forms of the result.
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
    /// Takes out the mismatch that the engine reports for a hard binding at `path` whose asset it did not see, and says
    /// which URL it gave; `None` where the engine did not get that far.
    fn take_mismatch(&mut self, path: &str) -> Option<String> {
        let about = |s: &Status| s.url.as_deref().is_some_and(|url| url.ends_with(path));
        let mismatch = |s: &Status| s.code.ends_with("Hash.mismatch") && about(s);
        let url = self.failure.iter().find(|s| mismatch(s)).and_then(|s| s.url.clone())?;
        self.failure.retain(|s| !mismatch(s));
        self.informational.retain(|s| !(s.code.ends_with("Hash.additionalExclusionsPresent") && about(s)));
        Some(url)
    }

    /// Puts the outcome of our own pass over the asset in the place of the engine's, which saw the store alone and so
    /// called every hard binding a mismatch. Where the engine did not get that far, nothing is added.
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

/// Judges a store and its asset at once: [`Credentials`] in one call.
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

/// The engine's settings for judging with one list: also what anybody else who uses the engine needs to judge the same.
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

/// The first list that trusts the signer. The pass over the store was given the first list and the time-stamping
/// authorities, and the engine lets any anchor vouch for a signer: so its no to the first list stands, and its yes does
/// where no authority comes into question. Every other list is asked alone.
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

/// Whether no list may trust the signer: a certificate that may not sign claims, not at that time, or not any more, is not
/// trusted to, whoever issued or allows it.
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

/// Failures that say nothing about the bytes: who signed, whether somebody trusts them, and certificate time.
fn is_about_trust_or_time(code: &str) -> bool {
    code.starts_with("signingCredential.") || code.starts_with("timeStamp.") || code.starts_with("cawg.")
}

fn integrity(validation: &Validation) -> Integrity {
    // The engine withholds the success code once the credential has expired, although it has verified the signature; a
    // signature that does not match has a failure code of its own.
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
    fn a_revoked_signer_is_trusted_by_no_list_and_leaves_the_bytes_intact() {
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
