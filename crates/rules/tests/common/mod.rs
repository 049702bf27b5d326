//! Evidence as a checker would gather it from real files, built in code.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use labeler_rules::evidence::*;
use labeler_rules::{Answer, Context, Evidence, Judgement, Region, RuleResult, SourceType};
use time::{Date, macros::date};

pub const TODAY: Date = date!(2026 - 11 - 21);
pub const GENERATED: &str = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";
pub const EDITED: &str = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia";
pub const COMPOSITE: &str = "http://cv.iptc.org/newscodes/digitalsourcetype/composite";
pub const CAPTURE: &str = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture";

pub fn site(location: &str) -> Site {
    Site::at(location, 41)
}

pub fn found(value: &str) -> Located<String> {
    Located::new(value.to_owned(), site("XMP"))
}

/// An image that was read completely and contains no marks.
pub fn photo() -> Evidence {
    Evidence {
        file: FileFacts { modality: Modality::Image, container: "jpeg".to_owned(), metadata: MetadataSupport::Carries },
        readings: Readings::complete(),
        ..Evidence::default()
    }
}

/// A digital source type from its URI or its term.
pub fn source_type(value: &str) -> SourceType {
    SourceType::new(value, value.rsplit('/').next())
}

pub fn created(source: &str) -> Action {
    Action {
        action: "c2pa.created".to_owned(),
        source_type: Some(source_type(source)),
        site: site("c2pa.actions.v2"),
        ..Action::default()
    }
}

pub fn with_agent(mut action: Action, name: &str, version: Option<&str>) -> Action {
    action.software_agent = Some(SoftwareAgent { name: name.to_owned(), version: version.map(str::to_owned) });
    action
}

pub fn at(mut action: Action, when: &str) -> Action {
    action.when = Some(when.to_owned());
    action
}

/// A valid manifest of a trusted signer, without actions or a time stamp.
pub fn manifest() -> C2paFacts {
    C2paFacts {
        presence: C2paPresence::Present,
        site: site("PNG caBX"),
        integrity: Integrity::Valid,
        signer: Some(Signer {
            common_name: Some("Example Signing".to_owned()),
            organisation: Some("Example Ltd".to_owned()),
            issuer: Some("Example CA".to_owned()),
            test_certificate: false,
        }),
        trust: Trust::Trusted,
        trusted_by: Some("C2PA trust list 2026-08-05".to_owned()),
        trust_list_kind: Some(TrustListKind::Official),
        certificate_time: CertificateTime::Inside,
        manifest_label: Some("urn:c2pa:6d1c".to_owned()),
        instance_id: Some("xmp:iid:1".to_owned()),
        claim_generator: Some(ClaimGenerator {
            name: "Example".to_owned(),
            version: Some("1.0".to_owned()),
            site: site("claim"),
        }),
        ..C2paFacts::default()
    }
}

pub fn stamp(time: &str) -> TimeStamp {
    TimeStamp {
        valid: Some(true),
        trusted: Some(true),
        time: Some(time.to_owned()),
        authority: Some("Example TSA".to_owned()),
        site: site("sigTst2"),
    }
}

pub fn signed(actions: Vec<Action>) -> Evidence {
    Evidence { c2pa: C2paFacts { actions, ..manifest() }, ..photo() }
}

pub fn xmp(source: &str) -> Evidence {
    let mut evidence = photo();
    evidence.metadata.source_types = vec![Located::new(source_type(source), site("PNG iTXt XML:com.adobe.xmp"))];
    evidence
}

pub const KEYS: [&str; 7] =
    ["Label", "ContentProducer", "ProduceID", "ReservedCode1", "ContentPropagator", "PropagateID", "ReservedCode2"];

pub fn aigc_site() -> AigcSite {
    let values = ["1", "001191110102MACQD9K64010000", "A1", "", "", "", ""];
    AigcSite {
        site: site("XMP TC260:AIGC"),
        place: Place::Standard,
        namespace: Some("http://www.tc260.org.cn/ns/AIGC/1.0/".to_owned()),
        prefix: Some("TC260".to_owned()),
        shape: AigcShape::Object,
        fields: KEYS
            .iter()
            .zip(values)
            .map(|(name, value)| AigcField {
                name: (*name).to_owned(),
                value: value.to_owned(),
                json_type: JsonType::String,
            })
            .collect(),
        producer_code: CodeCheck::Valid,
        ..AigcSite::default()
    }
}

pub fn set(mut label: AigcSite, name: &str, value: &str) -> AigcSite {
    label.fields.iter_mut().find(|field| field.name == name).unwrap().value = value.to_owned();
    label
}

pub fn without(mut label: AigcSite, name: &str) -> AigcSite {
    label.fields.retain(|field| field.name != name);
    label
}

pub fn aigc(labels: Vec<AigcSite>) -> Evidence {
    Evidence { aigc: labels, ..photo() }
}

pub fn visible(text: &str, ratio: f64) -> VisibleLabel {
    VisibleLabel {
        state: VisibleState::Present,
        source: VisibleSource::Recognised,
        text: Some(text.to_owned()),
        placement: Placement::Corner,
        ink_height_ratio: Some(ratio),
        site: site("sidecar"),
        ..VisibleLabel::default()
    }
}

pub fn trace(generator: &str, tier: u8, field: &str) -> GeneratorTrace {
    GeneratorTrace {
        generator: generator.to_owned(),
        tier,
        field: field.to_owned(),
        value: "…".to_owned(),
        site: site(field),
    }
}

pub fn mark(name: &str, state: MarkState) -> InvisibleMark {
    InvisibleMark { name: name.to_owned(), state, says_ai: true, ..InvisibleMark::default() }
}

pub fn change(layer: MarkLayer, change: LayerChange) -> MarkChange {
    MarkChange { layer, change, before: "before".to_owned(), ..MarkChange::default() }
}

pub fn compared(changes: Vec<MarkChange>) -> Evidence {
    Evidence { comparison: Some(Comparison { before_said_ai: true, changes }), ..photo() }
}

/// A file with every layer that this product writes.
pub fn labelled() -> Evidence {
    let action = at(with_agent(created(GENERATED), "Model X", Some("1.0")), "2026-11-20T10:00:00Z");
    let mut evidence = signed(vec![action]);
    evidence.c2pa.time_stamp = Some(stamp("2026-11-20T10:00:05Z"));
    evidence.c2pa.soft_bindings = vec![SoftBinding {
        alg: "org.labeler.spread-spectrum.1".to_owned(),
        site: site("c2pa.soft-binding"),
        ..SoftBinding::default()
    }];
    evidence.c2pa.training_mining = vec![TrainingMining {
        label: "cawg.training-mining".to_owned(),
        entries: vec![TrainingEntry {
            name: "cawg.ai_training".to_owned(),
            usage: "notAllowed".to_owned(),
            constraint_info: None,
        }],
        site: site("cawg.training-mining"),
    }];
    evidence.metadata = MetadataFacts {
        ai_system_used: vec![found("Model X")],
        ai_system_version_used: vec![found("1.0")],
        unique_ids: vec![found("2b6e053b")],
        create_dates: vec![found("2026-11-20T10:00:00Z")],
        ..xmp(GENERATED).metadata
    };
    evidence.aigc = vec![aigc_site()];
    evidence.invisible_marks = vec![mark("Labeler", MarkState::Decoded)];
    evidence.visible_label = visible("AI生成 · AI GENERATED", 0.055);
    evidence
}

/// ChatGPT, 2025: the AI statement is in the ingredient; no time stamp, no `when`, no version; the certificate has
/// expired.
pub fn chatgpt() -> Evidence {
    let mut ingredient = with_agent(created(GENERATED), "GPT-4o", None);
    ingredient.position = ManifestPosition::Parent;
    let opened = Action { action: "c2pa.opened".to_owned(), site: site("c2pa.actions.v2"), ..Action::default() };
    let mut evidence = signed(vec![opened, ingredient]);
    evidence.c2pa.signer = Some(Signer {
        organisation: Some("OpenAI".to_owned()),
        common_name: Some("Truepic Lens CLI in Sora".to_owned()),
        issuer: Some("Truepic".to_owned()),
        test_certificate: false,
    });
    evidence.c2pa.claim_generator =
        Some(ClaimGenerator { name: "ChatGPT".to_owned(), version: Some("0.78.5".to_owned()), site: site("claim") });
    evidence.c2pa.certificate_time = CertificateTime::Expired;
    evidence.c2pa.failure_codes = vec!["signingCredential.expired".to_owned()];
    evidence.c2pa.trust = Trust::Untrusted;
    evidence.c2pa.ingredients = vec![Ingredient {
        title: Some("image.png".to_owned()),
        relationship: Relationship::ParentOf,
        validity: IngredientValidity::Valid,
        ..Ingredient::default()
    }];
    evidence
}

/// Adobe Firefly: `when`, a vendor-specific version parameter, a time stamp.
pub fn firefly() -> Evidence {
    let mut action = at(with_agent(created(GENERATED), "Adobe Firefly", None), "2026-11-10T00:14:26Z");
    action.parameters.insert("com.adobe.firefly.version".to_owned(), "image3".to_owned());
    let mut evidence = signed(vec![action]);
    evidence.c2pa.time_stamp = Some(stamp("2026-11-10T00:14:27Z"));
    evidence.c2pa.trust_list_kind = Some(TrustListKind::Interim);
    evidence.c2pa.signer = Some(Signer {
        organisation: Some("Adobe Inc.".to_owned()),
        common_name: Some("Adobe Firefly C2PA".to_owned()),
        issuer: Some("Adobe".to_owned()),
        test_certificate: false,
    });
    evidence.c2pa.manifest_label = Some("urn:uuid:1f".to_owned());
    evidence
}

/// FLUX of Black Forest Labs: a time stamp, no `when`, an agent without a version, a prompt in the manifest.
pub fn flux() -> Evidence {
    let mut evidence = signed(vec![with_agent(created(GENERATED), "Flux.2", None)]);
    evidence.c2pa.time_stamp = Some(stamp("2026-11-10T10:00:00Z"));
    evidence.c2pa.trust = Trust::Untrusted;
    evidence.metadata.prompts = vec![found("a cat")];
    evidence
}

/// Midjourney: XMP source type and GUID, a prompt in PNG text, nothing signed.
pub fn midjourney() -> Evidence {
    let mut evidence = xmp(GENERATED);
    evidence.metadata.unique_ids = vec![found("2b6e053b-1")];
    evidence.metadata.prompts = vec![found("a cat --ar 4:3 --v 5.2")];
    evidence.metadata.create_dates = vec![found("Sat, 01 Mar 2025 10:00:00 GMT")];
    evidence.traces = vec![trace("Midjourney", 4, "Description")];
    evidence
}

/// Doubao: only a TC260 label in XMP.
pub fn doubao() -> Evidence {
    aigc(vec![aigc_site()])
}

/// Grok: only an EXIF signature and a UUID.
pub fn grok() -> Evidence {
    Evidence { traces: vec![trace("Grok", 4, "EXIF ImageDescription")], ..photo() }
}

/// A signed AI image whose pixels were changed after signing.
pub fn tampered() -> Evidence {
    let mut evidence = firefly();
    evidence.c2pa.integrity = Integrity::Invalid;
    evidence.c2pa.failure_codes = vec!["assertion.dataHash.mismatch".to_owned()];
    evidence
}

pub fn today() -> Context {
    Context::new(TODAY)
}

pub fn on(day: Date) -> Context {
    Context::new(day)
}

pub fn rule<'a>(judgement: &'a Judgement, id: &str) -> &'a RuleResult {
    judgement.regions.values().flat_map(|region| &region.rules).find(|rule| rule.id == id).unwrap()
}

/// Returns the ids of a region's rules with this outcome.
pub fn ids(judgement: &Judgement, region: Region, outcome: labeler_rules::Outcome) -> Vec<&str> {
    judgement.regions[&region]
        .rules
        .iter()
        .filter(|rule| rule.outcome == outcome)
        .map(|rule| rule.id.as_str())
        .collect()
}

/// Removes the time stamp, which would decide the day of the law.
pub fn unstamped(mut evidence: Evidence) -> Evidence {
    evidence.c2pa.time_stamp = None;
    evidence
}

/// Answers of a provider of a new system who made the file with AI and uses no watermark.
pub fn answered() -> Context {
    Context { is_ai: Answer::Yes, placed_on_market_before: Answer::No, vendor_watermark: Answer::No, ..today() }
}
