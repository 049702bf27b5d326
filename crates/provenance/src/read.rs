//! Reads and validates a manifest store.

use std::collections::HashSet;
use std::io::{Cursor, Read, Seek, SeekFrom};

use c2pa::{Context, Reader, Settings};
use labeler_media::{Format, ManifestStore};
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::binding::{BindingOutcome, BindingPass, HardBinding};
use crate::identity::{fingerprint, is_development};
use crate::summary::{
    Action, AssertedSourceType, CertificateTime, Ingredient, Integrity, Manifest, Provenance, Signer, SoftBinding,
    Software, Status, TimeStamp, TrainingMining, Validation,
};
use crate::thumbnail;
use crate::trust::{self, ACCEPTED_EKUS, Chain, TrustList, TrustListInfo, time_stamping_setting};

/// Deepest chain of ingredients that is followed, and most manifests that are listed. Real files have fewer than twenty.
const MOST_MANIFESTS: usize = 256;

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
            reader.with_stream(format.mime(), &mut *source)
        };
        let reader = match reader {
            Ok(reader) => reader,
            Err(c2pa::Error::IoError(error)) => return Err(error.into()),
            Err(error) => return Ok(Self::unreadable(error.to_string())),
        };

        let validation = validation(&reader);
        let time_stamp = time_stamp(&reader, &validation);
        let mut signer = reader.active_manifest().and_then(signer_of);
        if let (Some(signer), Some(manifest)) = (signer.as_mut(), reader.active_manifest()) {
            signer.trusted_by = trusted_by(manifest, &validation, time_stamp.as_ref(), lists)?;
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
    manifest: &c2pa::Manifest,
    validation: &Validation,
    time_stamp: Option<&TimeStamp>,
    lists: &[TrustList],
) -> Result<Option<TrustListInfo>, ReadError> {
    // A certificate that may not sign claims, or not at that time, is not trusted to, whoever issued or allows it.
    if validation.has("signingCredential.invalid") || validation.has("signingCredential.expired") {
        return Ok(None);
    }
    let Some(chain) = manifest.signature_info().and_then(|info| Chain::from_pem(info.cert_chain())) else {
        return Ok(None);
    };
    let stamped = time_stamp.filter(|stamp| stamp.valid && stamp.trusted).and_then(|stamp| stamp.time.as_deref());
    let at = stamped.and_then(|time| OffsetDateTime::parse(time, &Rfc3339).ok()).map(OffsetDateTime::unix_timestamp);
    for (index, list) in lists.iter().enumerate() {
        if index == 0 && validation.has("signingCredential.untrusted") {
            continue;
        }
        let settled =
            index == 0 && validation.has("signingCredential.trusted") && !trust::time_stamping_may_vouch(&chain);
        if settled || list.vouches(&chain, at).map_err(ReadError::Settings)? {
            return Ok(Some(list.info.clone()));
        }
    }
    Ok(None)
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

/// The active manifest, then breadth-first through ingredients, each once: an order that does not depend on hashing.
fn manifests(reader: &Reader) -> Vec<Manifest> {
    let mut out = Vec::new();
    let Some(active) = reader.active_label() else { return out };
    let mut queue = std::collections::VecDeque::from([active.to_owned()]);
    let mut seen = HashSet::from([active.to_owned()]);
    while let Some(label) = queue.pop_front() {
        let Some(manifest) = reader.get_manifest(&label) else { continue };
        let summary = summarise(manifest, &label, label == active);
        for next in summary.ingredients.iter().filter_map(|i| i.active_manifest.as_ref()) {
            if seen.len() < MOST_MANIFESTS && seen.insert(next.clone()) {
                queue.push_back(next.clone());
            }
        }
        out.push(summary);
    }
    out
}

fn summarise(manifest: &c2pa::Manifest, label: &str, active: bool) -> Manifest {
    let mut summary = Manifest {
        label: label.to_owned(),
        active,
        title: manifest.title().map(str::to_owned),
        instance_id: Some(manifest.instance_id().to_owned()).filter(|id| !id.is_empty()),
        claim_generator: claim_generator(manifest),
        claim_version: manifest.claim_version(),
        signed_by: manifest.issuer().or_else(|| manifest.common_name()),
        signed_at: manifest.time(),
        ..Manifest::default()
    };
    for assertion in manifest.assertions() {
        let name = assertion.label();
        summary.assertions.push(name.to_owned());
        let Ok(data) = assertion.value() else { continue };
        if name.starts_with("c2pa.actions") {
            summary.actions.extend(data["actions"].as_array().into_iter().flatten().map(|a| action(a, data)));
        } else if name.starts_with("c2pa.soft-binding") {
            summary.soft_bindings.push(soft_binding(data));
        } else if name.ends_with(".training-mining") {
            summary.training_mining.extend(training_mining(name, data));
        } else if name.starts_with("c2pa.ai-disclosure") {
            summary.ai_disclosures.push(in_order(data.clone()));
        } else if name.starts_with("cawg.identity") {
            summary.identities.extend(identity(data));
        } else {
            summary.asserted_source_types.extend(source_types(name, data));
        }
    }
    summary.ingredients = manifest.ingredients().iter().map(ingredient).collect();
    summary
}

fn claim_generator(manifest: &c2pa::Manifest) -> Option<Software> {
    match manifest.claim_generator_info.as_deref() {
        Some([first, ..]) => Some(Software { name: first.name.clone(), version: first.version.clone() }),
        _ => manifest.claim_generator().map(|text| {
            // Claim version 1: `Product/1.0 (details)`, a user agent string.
            let product = text.split_whitespace().next().unwrap_or(text);
            match product.split_once('/') {
                Some((name, version)) => Software { name: name.to_owned(), version: Some(version.to_owned()) },
                None => Software { name: text.to_owned(), version: None },
            }
        }),
    }
}

fn action(action: &Value, assertion: &Value) -> Action {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let mut parameters = match in_order(action["parameters"].clone()) {
        Value::Object(parameters) => parameters,
        _ => serde_json::Map::new(),
    };
    let described = parameters.remove("description");
    // Ingredients are listed beside the actions; their references would only repeat them.
    parameters.retain(|key, _| !matches!(key.as_str(), "ingredient" | "ingredients" | "ingredientIds"));
    Action {
        action: text(&action["action"]).unwrap_or_default(),
        digital_source_type: text(&action["digitalSourceType"]),
        when: text(&action["when"]),
        software_agent: software(&action["softwareAgent"]).or_else(|| {
            let index = usize::try_from(action["softwareAgentIndex"].as_u64()?).ok()?;
            software(assertion["softwareAgents"].get(index)?)
        }),
        description: text(&action["description"]).or_else(|| described.as_ref().and_then(text)),
        parameters,
    }
}

/// Keys in alphabetical order at every level: the engine keeps some of them in maps whose order changes from run to run.
fn in_order(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.into_iter().map(|(key, value)| (key, in_order(value))).collect();
            entries.sort_by(|(a, _), (b, _)| a.cmp(b));
            Value::Object(entries.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(in_order).collect()),
        other => other,
    }
}

fn software(agent: &Value) -> Option<Software> {
    match agent {
        Value::String(name) => Some(Software { name: name.clone(), version: None }),
        Value::Object(map) => Some(Software {
            name: map.get("name")?.as_str()?.to_owned(),
            version: map.get("version").and_then(Value::as_str).map(str::to_owned),
        }),
        _ => None,
    }
}

fn soft_binding(data: &Value) -> SoftBinding {
    let value = data.pointer("/blocks/0/value").unwrap_or(&Value::Null);
    SoftBinding {
        alg: data["alg"].as_str().unwrap_or_default().to_owned(),
        value: match value {
            Value::String(text) => Some(text.clone()),
            Value::Array(bytes) => {
                let bytes: Option<Vec<u8>> =
                    bytes.iter().map(|b| b.as_u64().and_then(|b| u8::try_from(b).ok())).collect();
                bytes.map(hex::encode)
            }
            _ => None,
        },
    }
}

fn training_mining(label: &str, data: &Value) -> Vec<TrainingMining> {
    let mut entries: Vec<_> = data["entries"]
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(entry, value)| {
            Some(TrainingMining {
                assertion: label.to_owned(),
                entry: entry.clone(),
                permission: value["use"].as_str()?.to_owned(),
            })
        })
        .collect();
    entries.sort_by(|a, b| a.entry.cmp(&b.entry));
    entries
}

/// The name in a CAWG identity assertion: of its verified identities, or of the credential's subject.
fn identity(data: &Value) -> Vec<String> {
    data["verifiedIdentities"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|identity| identity["name"].as_str().or_else(|| identity["username"].as_str()))
        .chain(data.pointer("/signature_info/issuer").and_then(Value::as_str))
        .map(str::to_owned)
        .collect()
}

/// Values of `DigitalSourceType` fields in a metadata assertion: XMP in JSON-LD, where the prefix is free. Top level and
/// one level of structures, as the IPTC schema has it.
fn source_types(label: &str, data: &Value) -> Vec<AssertedSourceType> {
    let fields = data.as_object().into_iter().flatten();
    let nested = fields.clone().filter_map(|(_, value)| value.as_object()).flatten();
    fields
        .chain(nested)
        .filter(|(key, _)| key.rsplit(':').next().is_some_and(|name| name.eq_ignore_ascii_case("digitalSourceType")))
        .filter_map(|(_, value)| {
            Some(AssertedSourceType { assertion: label.to_owned(), value: value.as_str()?.to_owned() })
        })
        .collect()
}

fn ingredient(ingredient: &c2pa::Ingredient) -> Ingredient {
    let mut failures: Vec<String> = ingredient
        .validation_results()
        .and_then(|results| results.active_manifest())
        .map(|codes| codes.failure().iter().map(|s| s.code().to_owned()).collect())
        .unwrap_or_default();
    failures.sort();
    failures.dedup();
    Ingredient {
        title: ingredient.title().map(str::to_owned),
        format: ingredient.format().map(str::to_owned),
        relationship: serde_json::to_value(ingredient.relationship())
            .ok()
            .and_then(|v| v.as_str().map(str::to_owned))
            .unwrap_or_default(),
        active_manifest: ingredient.active_manifest().map(str::to_owned),
        failures,
    }
}
