//! Converts the results of the readers to the facts that the rules judge.

use std::collections::HashMap;

use labeler_media::{Format, GeneratorField, Metadata, Modality, TextBody, WarningKind, digital_source_type, identify};
use labeler_pixels::sight::{MOST_STATED, Place};
use labeler_pixels::{Findings, LabelSearch, StatedLabel};
use labeler_provenance as c2pa;
use labeler_provenance::trust::TrustListInfo;
use labeler_provenance::{Integrity, Provenance};
use labeler_rules::SourceType;
use labeler_rules::evidence as facts;
use labeler_rules::evidence::{Evidence, Located, Reading, Readings, Site};
use serde_json::Value;

use crate::compare::{EarlierVersion, seen_text};
use crate::report::{MarkReport, WatermarkReport};

/// Watermarks in practical use that no open reader decodes. A report names them, so that no result is not mistaken for
/// absence.
const NOT_CHECKABLE: [&str; 5] = ["SynthID", "Digimarc", "TrustMark", "Content Seal", "Imatag"];

/// Results of the readers.
#[derive(Clone, Copy)]
pub(crate) struct Found<'a> {
    pub format: Format,
    pub metadata: &'a Metadata,
    pub provenance: &'a Provenance,
    /// The credentials as crJSON, which contains details that the summary omits.
    pub crjson: &'a Value,
    pub lists: &'a [TrustListInfo],
    pub pixels: &'a Findings,
    /// The text of a text file or document, if it was read.
    pub text: Option<&'a TextBody>,
}

/// Gathers the evidence.
pub(crate) fn gather(found: Found<'_>) -> Evidence {
    let Found { format, metadata, provenance, crjson, lists, pixels, text } = found;
    Evidence {
        file: file_facts(format),
        readings: readings(metadata, provenance),
        c2pa: checked_statements(c2pa_facts(metadata, provenance, crjson, lists), pixels),
        metadata: metadata_facts(metadata, crjson),
        aigc: metadata.aigc.iter().map(crate::aigc::facts).collect(),
        traces: metadata.generators.iter().map(trace).collect(),
        invisible_marks: invisible_marks(provenance, pixels),
        visible_label: visible_label(pixels),
        text_label: text_label(text),
        ..Evidence::default()
    }
}

/// Converts the watermarks in the evidence to their form in the report.
pub(crate) fn marks(evidence: &Evidence, pixels: &Findings) -> WatermarkReport {
    let (open, closed): (Vec<_>, Vec<_>) =
        evidence.invisible_marks.iter().partition(|m| m.state != facts::MarkState::NotCheckable);
    WatermarkReport {
        probed: pixels.not_probed.is_none(),
        not_probed: pixels.not_probed.clone(),
        not_searched: pixels.not_searched.clone(),
        false_positive_rate: pixels.false_positive_rate,
        marks: open
            .into_iter()
            .map(|mark| MarkReport {
                name: mark.name.clone(),
                decoded: mark.state == facts::MarkState::Decoded,
                payload: Some(mark.detail.clone()).filter(|detail| !detail.is_empty()),
                source: mark.site.location.clone(),
            })
            .collect(),
        not_checkable: closed.into_iter().map(|mark| mark.name.clone()).collect(),
    }
}

fn file_facts(format: Format) -> facts::FileFacts {
    facts::FileFacts {
        modality: match (format, format.modality()) {
            (Format::Text | Format::Markdown, _) => facts::Modality::Text,
            (_, Modality::Image) => facts::Modality::Image,
            (_, Modality::Video) => facts::Modality::Video,
            (_, Modality::Audio) => facts::Modality::Audio,
            (_, Modality::Document) => facts::Modality::Document,
        },
        container: format.extension().to_owned(),
        metadata: match format {
            Format::Text => facts::MetadataSupport::None,
            _ => facts::MetadataSupport::Carries,
        },
    }
}

/// Returns how completely each signal was read. A reading is complete if nothing was skipped; a truncated or damaged
/// file was read in part.
fn readings(metadata: &Metadata, provenance: &Provenance) -> Readings {
    let partial = metadata.warnings.iter().any(|w| {
        matches!(w.kind, WarningKind::Truncated | WarningKind::Malformed | WarningKind::Limit | WarningKind::Unread)
    });
    let reading = if partial { Reading::Partial } else { Reading::Complete };
    Readings {
        c2pa: if provenance.integrity == Integrity::Unreadable { Reading::Partial } else { reading },
        metadata: reading,
        aigc: reading,
    }
}

fn site(location: &labeler_media::Location) -> Site {
    Site::at(location.path.clone(), location.offset)
}

fn in_manifest(label: &str, part: &str) -> Site {
    Site::new(format!("manifest {label} / {part}"))
}

/// Returns whether a `dcterms:provenance` value refers to the file itself.
fn is_internal(reference: &str) -> bool {
    reference.starts_with("self#")
}

fn c2pa_facts(
    metadata: &Metadata,
    provenance: &Provenance,
    crjson: &Value,
    lists: &[TrustListInfo],
) -> facts::C2paFacts {
    let reference = metadata.iptc.provenance.as_ref().map(|f| Located::new(f.value.clone(), site(&f.location)));
    let (leftover, remote) = match reference {
        Some(reference) if is_internal(&reference.value) => (Some(reference), None),
        other => (None, other),
    };
    let store = metadata.c2pa.first().map(|c| site(&c.location)).unwrap_or_default();
    let presence = match provenance.integrity {
        Integrity::None if remote.is_some() => facts::C2paPresence::Remote,
        Integrity::None => facts::C2paPresence::Absent,
        Integrity::Unreadable => facts::C2paPresence::Unreadable,
        Integrity::Intact | Integrity::Unverified | Integrity::Broken => facts::C2paPresence::Present,
    };
    let listed = |list: &TrustListInfo| format!("{} ({})", list.name, list.date);
    let trusted_by = provenance.signer.as_ref().and_then(|s| s.trusted_by.as_ref());
    let present = presence == facts::C2paPresence::Present;
    let positions = positions(provenance);
    let active = provenance.manifests.iter().find(|m| m.active);

    let mut out = facts::C2paFacts {
        presence,
        site: store,
        integrity: match provenance.integrity {
            Integrity::Intact => facts::Integrity::Valid,
            Integrity::Broken => facts::Integrity::Invalid,
            Integrity::None | Integrity::Unverified | Integrity::Unreadable => facts::Integrity::Unknown,
        },
        failure_codes: provenance.validation.failure.iter().map(|s| s.code.clone()).collect(),
        signer: provenance.signer.as_ref().map(signer),
        certificate_class: provenance
            .signer
            .as_ref()
            .map_or(facts::CertificateClass::Unknown, |signer| certificate_class(signer, provenance)),
        trust: match (present, trusted_by) {
            (false, _) => facts::Trust::Unknown,
            (true, Some(_)) => facts::Trust::Trusted,
            (true, None) => facts::Trust::Untrusted,
        },
        trusted_by: trusted_by.map(listed),
        trust_list_kind: trusted_by.map(|list| match list.id.as_str() {
            "c2pa" => facts::TrustListKind::Official,
            "itl" => facts::TrustListKind::Interim,
            _ => facts::TrustListKind::Operator,
        }),
        lists_consulted: if present { lists.iter().map(listed).collect() } else { Vec::new() },
        certificate_time: match provenance.certificate_time {
            c2pa::CertificateTime::Unknown => facts::CertificateTime::Unknown,
            c2pa::CertificateTime::InTime => facts::CertificateTime::Inside,
            c2pa::CertificateTime::Expired => facts::CertificateTime::Expired,
            c2pa::CertificateTime::NotYetValid => facts::CertificateTime::NotYetValid,
        },
        time_stamp: provenance.time_stamp.as_ref().map(|stamp| facts::TimeStamp {
            valid: Some(stamp.valid),
            trusted: Some(stamp.trusted),
            time: stamp.time.clone(),
            authority: None,
            site: in_manifest(provenance.active_manifest.as_deref().unwrap_or_default(), "c2pa.signature"),
        }),
        manifest_label: provenance.active_manifest.clone(),
        instance_id: active.and_then(|m| m.instance_id.clone()),
        claim_generator: active.and_then(|m| {
            let generator = m.claim_generator.as_ref()?;
            Some(facts::ClaimGenerator {
                name: generator.name.clone(),
                version: generator.version.clone(),
                site: in_manifest(&m.label, "claim"),
            })
        }),
        ingredients: active
            .map(|m| m.ingredients.iter().map(|i| ingredient(&m.label, i)).collect())
            .unwrap_or_default(),
        provider_statements: provider_statements(crjson, &positions),
        remote_manifest: remote.filter(|_| presence == facts::C2paPresence::Remote),
        leftover_reference: leftover.filter(|_| presence == facts::C2paPresence::Absent),
        ..facts::C2paFacts::default()
    };
    for manifest in &provenance.manifests {
        let position = positions.get(manifest.label.as_str()).copied().unwrap_or_default();
        manifest_facts(&mut out, manifest, position);
    }
    out
}

/// Parses a digital source type as manifests write it.
fn source_type(raw: &str) -> SourceType {
    SourceType::new(raw, digital_source_type::parse(raw).map(|(term, _)| term.code))
}

/// Adds the statements of one manifest.
fn manifest_facts(out: &mut facts::C2paFacts, manifest: &c2pa::Manifest, position: facts::ManifestPosition) {
    let label = manifest.label.as_str();
    out.actions.extend(manifest.actions.iter().map(|action| {
        facts::Action {
            action: action.action.clone(),
            source_type: action.digital_source_type.as_deref().map(source_type),
            when: action.when.clone(),
            software_agent: action
                .software_agent
                .as_ref()
                .map(|agent| facts::SoftwareAgent { name: agent.name.clone(), version: agent.version.clone() }),
            parameters: action
                .parameters
                .iter()
                .filter_map(|(key, value)| {
                    let text = match value {
                        serde_json::Value::String(text) => text.clone(),
                        serde_json::Value::Number(_) | serde_json::Value::Bool(_) => value.to_string(),
                        _ => return None,
                    };
                    Some((key.clone(), text))
                })
                .collect(),
            position,
            site: in_manifest(label, "c2pa.actions"),
        }
    }));
    out.mark_statements.extend(manifest.actions.iter().filter_map(|action| mark_statement(label, action, position)));
    out.asserted_source_types.extend(manifest.asserted_source_types.iter().map(|a| facts::AssertedSourceType {
        source_type: source_type(&a.value),
        position,
        site: in_manifest(label, &a.assertion),
    }));
    let bound = manifest.soft_bindings.iter().filter(|binding| !is_pre_applied(manifest, binding));
    out.soft_bindings.extend(bound.map(|b| facts::SoftBinding {
        alg: b.alg.clone(),
        position,
        site: in_manifest(label, "c2pa.soft-binding"),
    }));
    out.identities.extend(manifest.identities.iter().map(|name| facts::Identity {
        name: name.clone(),
        valid: None,
        position,
        site: in_manifest(label, "cawg.identity"),
    }));
    out.ai_disclosures.extend(manifest.ai_disclosures.iter().map(|data| {
        let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
        facts::AiDisclosure {
            model_type: text(&data["modelType"]),
            model_name: text(&data["modelName"]),
            model_identifier: text(&data["modelIdentifier"]),
            human_oversight: data.pointer("/contentProfile/humanOversightLevel").and_then(text),
            position,
            site: in_manifest(label, "c2pa.ai-disclosure"),
        }
    }));
    for entry in &manifest.training_mining {
        let new = facts::TrainingEntry {
            name: entry.entry.clone(),
            usage: entry.permission.clone(),
            constraint_info: entry.constraint_info.clone(),
        };
        let place = in_manifest(label, &entry.assertion);
        match out.training_mining.iter_mut().find(|t| t.site == place) {
            Some(assertion) => assertion.entries.push(new),
            None => out.training_mining.push(facts::TrainingMining {
                label: entry.assertion.clone(),
                entries: vec![new],
                site: place,
            }),
        }
    }
}

/// Returns a watermark or a visible label that an action states. `org.labeler.preApplied` marks a customer's statement.
fn mark_statement(
    label: &str,
    action: &c2pa::Action,
    position: facts::ManifestPosition,
) -> Option<facts::MarkStatement> {
    let overlay = action.parameters.get("org.labeler.overlay");
    let watermarked = action.action.starts_with("c2pa.watermarked");
    let applied_before = action.parameters.get("org.labeler.preApplied");
    let layer = match (overlay, watermarked || applied_before.is_some()) {
        (Some(_), _) => facts::MarkLayer::VisibleLabel,
        (None, true) => facts::MarkLayer::InvisibleMark,
        (None, false) => return None,
    };
    Some(facts::MarkStatement {
        layer,
        pre_applied: applied_before.is_some_and(|value| *value != Value::Bool(false)),
        text: overlay.and_then(|record| record["text"].as_str()).map(str::to_owned),
        // The record names a corner. A stated position was not seen in the pixels.
        placement: match overlay.and_then(|record| record["corner"].as_str()) {
            Some(_) => facts::Placement::Corner,
            None => facts::Placement::Unknown,
        },
        ink_height_ratio: overlay.and_then(|record| record["inkHeightRatio"].as_f64()),
        check: facts::StatementCheck::Unchecked,
        position,
        site: in_manifest(label, "c2pa.actions"),
    })
}

/// Returns the visible labels to search for in the pixels: those that the manifests state, and the one found in an
/// earlier version.
pub(crate) fn label_search(
    metadata: &Metadata,
    manifests: &[c2pa::Manifest],
    earlier: Option<&EarlierVersion>,
) -> LabelSearch {
    let records = manifests
        .iter()
        .flat_map(|manifest| &manifest.actions)
        .filter_map(|action| action.parameters.get("org.labeler.overlay"));
    let stated = records.filter_map(|record| {
        Some(StatedLabel {
            text: record["text"].as_str()?.to_owned(),
            corner: serde_json::from_value(record["corner"].clone()).ok(),
            ink_height_ratio: record["inkHeightRatio"].as_f64().map(|ratio| ratio as f32),
        })
    });
    let seen_before = earlier.and_then(|earlier| seen_text(&earlier.evidence)).map(|text| StatedLabel {
        text: text.to_owned(),
        corner: None,
        ink_height_ratio: None,
    });
    let mut search = LabelSearch {
        orientation: metadata.exif.iter().find_map(|block| block.orientation).unwrap_or(1),
        stated: Vec::new(),
    };
    for label in seen_before.into_iter().chain(stated) {
        if search.stated.len() == MOST_STATED {
            break;
        }
        if !search.stated.iter().any(|other| other.text == label.text) {
            search.stated.push(label);
        }
    }
    search
}

/// Adds the results of the pixel search to the statements.
fn checked_statements(mut c2pa: facts::C2paFacts, pixels: &Findings) -> facts::C2paFacts {
    for statement in c2pa.mark_statements.iter_mut().filter(|s| s.layer == facts::MarkLayer::VisibleLabel) {
        let Some(text) = &statement.text else { continue };
        if pixels.visible.iter().any(|seen| seen.text == *text) {
            statement.check = facts::StatementCheck::Seen;
        } else if pixels.not_seen.contains(text) {
            statement.check = facts::StatementCheck::NotSeen;
        }
    }
    c2pa
}

/// Returns the label that was found in the pixels of an image.
fn visible_label(pixels: &Findings) -> facts::VisibleLabel {
    if pixels.not_probed.is_some() {
        return facts::VisibleLabel::default();
    }
    let looked = facts::VisibleLabel {
        source: facts::VisibleSource::Recognised,
        looked: Reading::Complete,
        ..facts::VisibleLabel::default()
    };
    let says_ai = pixels.visible.iter().find(|seen| facts::discloses_ai(&seen.text));
    let Some(seen) = says_ai.or(pixels.visible.first()) else { return looked };
    facts::VisibleLabel {
        state: facts::VisibleState::Present,
        text: Some(seen.text.clone()),
        placement: match seen.place {
            Place::Middle => facts::Placement::Interior,
            place if place.is_corner() => facts::Placement::Corner,
            _ => facts::Placement::Edge,
        },
        ink_height_ratio: Some(seen.ink_height_ratio),
        site: Site::new(format!(
            "pixels, {}, ink height {:.1} % of the shortest side",
            seen.place.as_str(),
            seen.ink_height_ratio * 100.0
        )),
        ..looked
    }
}

/// Returns whether the binding names a watermark that only the signer's customer stated: its payload is that of an
/// action marked `org.labeler.preApplied`. The binding is then a statement, not a binding made by the signer.
fn is_pre_applied(manifest: &c2pa::Manifest, binding: &c2pa::SoftBinding) -> bool {
    let mut declared =
        manifest.actions.iter().filter_map(|action| action.parameters.get("org.labeler.preApplied")?.as_str());
    // A payload is stored as text or, if it consists of bytes, in hexadecimal.
    declared.any(|payload| {
        let bytes = hex::encode(payload);
        binding.value.as_deref().is_some_and(|value| value == payload || value.eq_ignore_ascii_case(&bytes))
    })
}

/// Returns the provider names in claims (`org.labeler.provider` in the claim generator info).
fn provider_statements(
    crjson: &Value,
    positions: &HashMap<&str, facts::ManifestPosition>,
) -> Vec<facts::ProviderStatement> {
    let mut found = Vec::new();
    for manifest in crjson["manifests"].as_array().into_iter().flatten() {
        let Some(label) = manifest["label"].as_str() else { continue };
        let position = positions.get(label).copied().unwrap_or(facts::ManifestPosition::Input);
        let mut names = Vec::new();
        let is_provider = |name: &str, text: &str| name == "org.labeler.provider" && !text.is_empty();
        texts_where(&is_provider, manifest, 0, &mut names);
        names.dedup();
        found.extend(names.into_iter().map(|name| facts::ProviderStatement {
            name,
            position,
            site: in_manifest(label, "claim"),
        }));
    }
    found
}

/// Collects the texts whose key and value pass a test, at most eight levels deep.
fn texts_where(test: &dyn Fn(&str, &str) -> bool, value: &Value, depth: usize, out: &mut Vec<String>) {
    const DEEPEST: usize = 8;
    if depth > DEEPEST {
        return;
    }
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if test(name, text) => out.push(text.clone()),
                    other => texts_where(test, other, depth + 1, out),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| texts_where(test, item, depth + 1, out)),
        _ => {}
    }
}

/// Words in the names of test certificates and their authorities, in lower case. The private keys of the published ones
/// are distributed with C2PA tools and validators.
const TEST_NAMES: [&str; 12] = [
    "c2pa test",
    "c2pa extension validator",
    "for testing only",
    "for testing_only",
    "test cert",
    "test expired signer",
    "test intermediate",
    "test only",
    "test root",
    "test signer",
    "test signing",
    "test use only",
];

fn certificate_class(signer: &c2pa::Signer, provenance: &Provenance) -> facts::CertificateClass {
    let names = [&signer.common_name, &signer.organization, &signer.issuer];
    let is_test = names
        .into_iter()
        .flatten()
        .map(|name| name.to_lowercase())
        .any(|name| TEST_NAMES.iter().any(|words| name.contains(words)));
    let validation = &provenance.validation;
    if signer.development {
        facts::CertificateClass::Development
    } else if is_test {
        facts::CertificateClass::Test
    } else if signer.trusted_by.is_some() {
        facts::CertificateClass::Listed
    } else if signer.self_signed {
        facts::CertificateClass::SelfSigned
    } else if validation.has("signingCredential.expired")
        || validation.has("signingCredential.invalid")
        || validation.is_signer_revoked()
    {
        // No list was consulted for a certificate that may no longer sign.
        facts::CertificateClass::Unknown
    } else {
        facts::CertificateClass::UnlistedAuthority
    }
}

fn signer(signer: &c2pa::Signer) -> facts::Signer {
    facts::Signer {
        common_name: signer.common_name.clone(),
        organisation: signer.organization.clone(),
        issuer: signer.issuer.clone(),
        test_certificate: signer.development || signer.self_signed,
    }
}

fn ingredient(manifest: &str, ingredient: &c2pa::Ingredient) -> facts::Ingredient {
    // The signer's identity and the certificate's end do not affect whether hashes and signature are valid.
    let is_about_trust_or_time =
        |code: &String| ["signingCredential.", "timeStamp.", "cawg."].iter().any(|start| code.starts_with(start));
    let validity = match (&ingredient.active_manifest, ingredient.failures.iter().all(is_about_trust_or_time)) {
        (None, _) => facts::IngredientValidity::NoManifest,
        (Some(_), true) => facts::IngredientValidity::Valid,
        (Some(_), false) => facts::IngredientValidity::Invalid,
    };
    facts::Ingredient {
        title: ingredient.title.clone(),
        relationship: relationship(&ingredient.relationship),
        validity,
        manifest_label: ingredient.active_manifest.clone(),
        site: in_manifest(manifest, "c2pa.ingredient"),
    }
}

fn relationship(text: &str) -> facts::Relationship {
    match text {
        "componentOf" => facts::Relationship::ComponentOf,
        "inputTo" => facts::Relationship::InputTo,
        _ => facts::Relationship::ParentOf,
    }
}

/// Returns how each manifest is reached. The ancestors of a component or input are reached in the same way as the
/// component or input itself.
fn positions(provenance: &Provenance) -> HashMap<&str, facts::ManifestPosition> {
    let mut positions = HashMap::new();
    // The manifests are listed breadth-first from the active one, so every parent's position is known before its
    // children's.
    for manifest in &provenance.manifests {
        let own = if manifest.active {
            facts::ManifestPosition::Active
        } else {
            positions.get(manifest.label.as_str()).copied().unwrap_or(facts::ManifestPosition::Parent)
        };
        positions.insert(manifest.label.as_str(), own);
        for ingredient in &manifest.ingredients {
            let Some(child) = ingredient.active_manifest.as_deref() else { continue };
            let reached = match (own, relationship(&ingredient.relationship)) {
                (facts::ManifestPosition::Component | facts::ManifestPosition::Input, _) => own,
                (_, facts::Relationship::ParentOf) => facts::ManifestPosition::Parent,
                (_, facts::Relationship::ComponentOf) => facts::ManifestPosition::Component,
                (_, facts::Relationship::InputTo) => facts::ManifestPosition::Input,
            };
            positions.entry(child).or_insert(reached);
        }
    }
    positions
}

fn metadata_facts(metadata: &Metadata, crjson: &Value) -> facts::MetadataFacts {
    let iptc = &metadata.iptc;
    let one = |field: &Option<labeler_media::IptcField>| -> Vec<Located<String>> {
        field.iter().map(|f| Located::new(f.value.clone(), site(&f.location))).collect()
    };
    let exif = |names: &[&str]| -> Vec<Located<String>> {
        metadata
            .exif
            .iter()
            .flat_map(|block| &block.fields)
            .filter(|f| names.contains(&f.name) && !f.value.is_empty())
            .map(|f| Located::new(f.value.clone(), site(&f.location)))
            .collect()
    };
    let xmp = |paths: &[&str]| -> Vec<Located<String>> {
        metadata
            .xmp
            .iter()
            .flat_map(|packet| packet.properties.iter().map(move |p| (packet, p)))
            .filter(|(_, p)| !p.value.is_empty() && paths.iter().any(|path| is_property(&p.path, path)))
            .map(|(packet, p)| Located::new(p.value.clone(), site(&packet.location)))
            .collect()
    };

    let mut unique_ids = one(&iptc.digital_image_guid);
    unique_ids.extend(xmp(&["xmpMM:InstanceID", "xmpMM:DocumentID"]));
    unique_ids.extend(exif(&["ImageUniqueID"]));
    let mut person_names = one(&iptc.ai_prompt_writer_name);
    person_names.extend(xmp(&["dc:creator", "Iptc4xmpExt:PersonInImage"]));
    person_names.extend(exif(&["Artist", "CameraOwnerName", "Photographer"]));
    person_names.retain(|found| facts::is_person_name(&found.value) && !names_a_generator(&found.value));

    facts::MetadataFacts {
        source_types: iptc
            .digital_source_types
            .iter()
            .map(|f| Located::new(SourceType::new(&f.raw, f.term), site(&f.location)))
            .collect(),
        ai_system_used: one(&iptc.ai_system_used),
        ai_system_version_used: one(&iptc.ai_system_version_used),
        ai_remarks: ai_remarks(metadata),
        prompts: prompts(metadata, crjson),
        unique_ids,
        create_dates: one(&iptc.create_date),
        exif_dates: exif(&["DateTimeOriginal", "DateTimeDigitized"]),
        gps: metadata.gps.iter().map(|l| Located::new(l.path.clone(), site(l))).collect(),
        person_names,
        credits: one(&iptc.credit),
        capture_devices: capture_devices(metadata),
        data_mining: one(&iptc.data_mining),
        links: iptc
            .provenance
            .iter()
            .filter(|f| !is_internal(&f.value))
            .map(|f| Located::new(facts::Link { url: f.value.clone(), ..facts::Link::default() }, site(&f.location)))
            .collect(),
        assistive_technology: None,
    }
}

/// Returns whether a value is the name of a known generator.
fn names_a_generator(value: &str) -> bool {
    identify(GeneratorField::Exif, "Software", value).next().is_some()
}

/// Collects prompts from text fields, EXIF, XMP descriptions and assertions of manifests.
fn prompts(metadata: &Metadata, crjson: &Value) -> Vec<Located<String>> {
    let iptc = metadata.iptc.ai_prompt_information.iter().map(|f| Located::new(f.value.clone(), site(&f.location)));
    let text = metadata.text.iter().map(|t| (t.key.as_str(), t.value.as_str(), &t.location));
    let exif = metadata.exif.iter().flat_map(|block| &block.fields).map(|f| (f.name, f.value.as_str(), &f.location));
    let xmp = metadata.xmp.iter().flat_map(|packet| {
        // The IPTC field is already among the first ones.
        let fields = packet.properties.iter().filter(|p| p.name != "AIPromptInformation");
        fields.map(move |p| (p.path.as_str(), p.value.as_str(), &packet.location))
    });
    let fields = text
        .chain(exif)
        .chain(xmp)
        .filter(|(name, value, _)| facts::is_prompt(name, value))
        .map(|(_, value, location)| Located::new(value.to_owned(), site(location)));
    let manifests = crjson["manifests"].as_array().into_iter().flatten();
    let in_manifests = manifests.flat_map(|manifest| {
        let label = manifest["label"].as_str().unwrap_or_default();
        let mut found = Vec::new();
        texts_where(&|name, value| facts::is_prompt(name, value), manifest, 0, &mut found);
        found.dedup();
        found.into_iter().map(|text| Located::new(text, in_manifest(label, "assertions"))).collect::<Vec<_>>()
    });
    iptc.chain(fields).chain(in_manifests).collect()
}

/// Returns whether a property path is `path` itself or an item of it (`dc:creator[2]`).
fn is_property(actual: &str, path: &str) -> bool {
    actual
        .strip_prefix(path)
        .is_some_and(|rest| rest.is_empty() || (rest.starts_with('[') && rest.ends_with(']') && !rest.contains('/')))
}

/// Returns the text fields whose words say that AI made or altered the content.
fn ai_remarks(metadata: &Metadata) -> Vec<Located<String>> {
    let texts = metadata.text.iter().map(|t| (t.value.as_str(), &t.location));
    let exif = metadata
        .exif
        .iter()
        .flat_map(|block| &block.fields)
        .filter(|f| matches!(f.name, "UserComment" | "ImageDescription" | "XPComment" | "XPTitle"))
        .map(|f| (f.value.as_str(), &f.location));
    texts
        .chain(exif)
        .filter(|(value, _)| facts::discloses_ai(value))
        .map(|(value, location)| Located::new(value.to_owned(), site(location)))
        .collect()
}

/// Returns make and model from EXIF blocks that also state an exposure date. Generators write a lone `Make` with their
/// own name.
fn capture_devices(metadata: &Metadata) -> Vec<Located<String>> {
    metadata
        .exif
        .iter()
        .filter_map(|block| {
            let (make, model) = (block.get("Make")?, block.get("Model")?);
            block.get("DateTimeOriginal")?;
            Some(Located::new(format!("{} {}", make.value, model.value), site(&make.location)))
        })
        .collect()
}

fn trace(found: &labeler_media::GeneratorTrace) -> facts::GeneratorTrace {
    facts::GeneratorTrace {
        generator: found.generator.clone(),
        tier: found.tier,
        field: found.field.clone(),
        value: found.excerpt.clone(),
        site: site(&found.location),
    }
}

/// Returns the watermarks. Declarations count only if their manifest is intact, belongs to the asset itself, and names
/// a watermark algorithm: a fingerprint leaves nothing in the content, and an ingredient's binding is about the
/// ingredient.
fn invisible_marks(provenance: &Provenance, pixels: &Findings) -> Vec<facts::InvisibleMark> {
    let believed = provenance.integrity == Integrity::Intact;
    let read = pixels.marks.iter().map(|mark| facts::InvisibleMark {
        name: mark.name.clone(),
        state: facts::MarkState::Decoded,
        says_ai: mark.says_ai,
        detail: mark.detail.clone(),
        site: Site::new(mark.method.clone()),
    });
    let declared = provenance
        .manifests
        .iter()
        .filter(|manifest| believed && manifest.active)
        .flat_map(|manifest| manifest.soft_bindings.iter().map(move |binding| (manifest, binding)))
        .filter(|(_, binding)| facts::soft_binding_kind(&binding.alg) == facts::SoftBindingKind::Watermark)
        .filter(|(manifest, binding)| !is_pre_applied(manifest, binding))
        .map(|(manifest, binding)| facts::InvisibleMark {
            name: binding.alg.clone(),
            state: facts::MarkState::Declared,
            says_ai: false,
            detail: binding.value.clone().unwrap_or_default(),
            site: in_manifest(&manifest.label, "c2pa.soft-binding"),
        });
    let mut marks: Vec<_> = read.chain(declared).collect();
    marks.extend(NOT_CHECKABLE.map(|name| facts::InvisibleMark {
        name: name.to_owned(),
        state: facts::MarkState::NotCheckable,
        ..facts::InvisibleMark::default()
    }));
    marks
}

/// Returns the label that people read: a short paragraph which says that AI made the text, or the absence of one.
fn text_label(text: Option<&TextBody>) -> facts::TextLabel {
    /// Maximum length of a paragraph that counts as a label, in characters. An article about AI is not a label.
    const LONGEST: usize = 200;
    let Some(body) = text else { return facts::TextLabel::default() };
    let read = if body.complete { Reading::Complete } else { Reading::Partial };
    let label = body
        .paragraphs
        .iter()
        .enumerate()
        .find(|(_, words)| words.chars().count() <= LONGEST && facts::discloses_ai(words));
    let Some((index, words)) = label else {
        let state = if body.complete { facts::VisibleState::Absent } else { facts::VisibleState::Unknown };
        let source = facts::VisibleSource::Recognised;
        return facts::TextLabel { state, source, read, site: site(&body.location), ..facts::TextLabel::default() };
    };
    facts::TextLabel {
        state: facts::VisibleState::Present,
        source: facts::VisibleSource::Recognised,
        read,
        text: Some(words.clone()),
        // The first paragraph is often a headline and the second the label.
        place: if index <= 1 {
            facts::TextPlace::Start
        } else if body.complete && index + 1 == body.paragraphs.len() {
            facts::TextPlace::End
        } else {
            facts::TextPlace::Middle
        },
        site: site(&body.location),
    }
}
