//! Tests every rule with at least one pass, one failure or open question, and one file to which it does not apply.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "situations/build.rs"]
mod build;
mod common;
#[allow(dead_code)]
#[path = "situations/table.rs"]
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use common::*;
use labeler_rules::evidence::*;
use labeler_rules::pack::{LintContext, PackSet, lint};
use labeler_rules::{Answer, Context, Evidence, Judgement, Outcome, Region, Role, Severity, catalogue, judge};
use time::macros::date;

/// Evidence, context, and the key of the expected message.
type Row = (Evidence, Context, &'static str);

/// The answers for most rows: a new system with many users, and a service under Article 17(1) that makes labelled
/// copies.
fn on(day: time::Date) -> Context {
    Context {
        placed_on_market_before: Answer::No,
        users_above_one_million: Answer::Yes,
        deep_synthesis_service: Answer::Yes,
        unlabelled_copy_requested: Answer::No,
        ..Context::new(day)
    }
}

fn today() -> Context {
    on(TODAY)
}

/// The same answers, with the additional answer that there is no watermark or register.
fn denied_on(day: time::Date) -> Context {
    Context { vendor_watermark: Answer::No, ..on(day) }
}

fn denied() -> Context {
    denied_on(TODAY)
}

fn edit(mut evidence: Evidence, change: impl FnOnce(&mut Evidence)) -> Evidence {
    change(&mut evidence);
    evidence
}

fn ask(change: impl FnOnce(&mut Context)) -> Context {
    let mut context = today();
    change(&mut context);
    context
}

fn as_platform(day: time::Date) -> Context {
    Context { role: Role::Platform, ..on(day) }
}

fn said_ai() -> Context {
    ask(|context| context.is_ai = Answer::Yes)
}

fn link(resolves: Option<bool>) -> Vec<Located<Link>> {
    vec![Located::new(Link { url: "https://example.org/p/1".to_owned(), resolves, ..Link::default() }, site("XMP"))]
}

fn with_state(integrity: Integrity, time: CertificateTime) -> Evidence {
    edit(firefly(), |evidence| {
        evidence.c2pa.integrity = integrity;
        evidence.c2pa.certificate_time = time;
    })
}

fn unread() -> Evidence {
    edit(photo(), |evidence| evidence.readings = Readings::default())
}

fn text_file() -> Evidence {
    edit(xmp(GENERATED), |evidence| evidence.file.modality = Modality::Text)
}

fn eu() -> BTreeMap<&'static str, Vec<Row>> {
    let deep_fake = || {
        ask(|context| {
            context.role = Role::Deployer;
            context.deep_fake = Answer::Yes;
            context.artistic = Answer::No;
        })
    };
    let stamped = |valid, trusted| {
        edit(firefly(), |evidence| {
            evidence.c2pa.time_stamp = Some(TimeStamp { valid, trusted, ..stamp("2026-01-01T00:00:00Z") });
        })
    };
    let mining = |usage: &str, constraint: Option<&str>| {
        edit(photo(), |evidence| {
            evidence.c2pa = manifest();
            evidence.c2pa.training_mining = vec![TrainingMining {
                label: "cawg.training-mining".to_owned(),
                entries: vec![TrainingEntry {
                    name: "cawg.ai_training".to_owned(),
                    usage: usage.to_owned(),
                    constraint_info: constraint.map(str::to_owned),
                }],
                site: site("cawg"),
            }];
        })
    };
    BTreeMap::from([
        (
            "EU-01",
            vec![
                (firefly(), today(), "EU-01.pass"),
                (doubao(), today(), "EU-01.pass"),
                (
                    Evidence { invisible_marks: vec![mark("SDXL", MarkState::Decoded)], ..photo() },
                    today(),
                    "EU-01.pass",
                ),
                (photo(), said_ai(), "EU-01.noMark"),
                (photo(), Context { vendor_watermark: Answer::No, ..said_ai() }, "EU-01.unmarked"),
                (photo(), Context { vendor_watermark: Answer::Yes, ..said_ai() }, "EU-01.vendorMark"),
                (unread(), Context { vendor_watermark: Answer::No, ..said_ai() }, "EU-01.notRead"),
                (tampered(), today(), "EU-01.brokenOnly"),
                (tampered(), ask(|context| context.vendor_watermark = Answer::No), "EU-01.broken"),
                (edit(photo(), |e| e.file.metadata = MetadataSupport::None), said_ai(), "EU-01.noPlace"),
                (photo(), today(), "common.ai.unknown"),
                (unread(), today(), "common.ai.notRead"),
                (photo(), ask(|context| context.is_ai = Answer::No), "common.ai.saidNotAi"),
                (xmp(GENERATED), ask(|context| context.is_ai = Answer::No), "common.ai.contradicted"),
            ],
        ),
        (
            "EU-02",
            vec![
                (firefly(), today(), "EU-02.pass"),
                (signed(vec![]), said_ai(), "EU-02.silent"),
                (tampered(), today(), "EU-02.invalid"),
                (with_state(Integrity::Valid, CertificateTime::Expired), today(), "EU-02.expired"),
                (with_state(Integrity::Valid, CertificateTime::NotYetValid), today(), "EU-02.notYetValid"),
                (with_state(Integrity::Unknown, CertificateTime::Unknown), today(), "EU-02.unverified"),
                (edit(firefly(), |e| e.c2pa.presence = C2paPresence::Unreadable), today(), "EU-02.unreadable"),
                (edit(photo(), |e| e.c2pa.presence = C2paPresence::Remote), said_ai(), "EU-02.remote"),
                (unread(), said_ai(), "EU-02.notRead"),
                (edit(photo(), |e| e.file.metadata = MetadataSupport::None), said_ai(), "EU-02.noPlace"),
                (xmp(GENERATED), today(), "EU-02.unsigned"),
                (photo(), said_ai(), "EU-02.none"),
                (text_file(), today(), "common.modality"),
            ],
        ),
        (
            "EU-03",
            vec![
                (firefly(), today(), "EU-03.pass"),
                (stamped(Some(true), None), today(), "EU-03.noList"),
                (chatgpt(), today(), "EU-03.missing"),
                (stamped(Some(false), None), today(), "EU-03.invalid"),
                (stamped(Some(true), Some(false)), today(), "EU-03.untrusted"),
                (stamped(None, None), today(), "EU-03.unverified"),
                (unread(), said_ai(), "EU-03.notRead"),
                (xmp(GENERATED), today(), "EU-03.noSignature"),
            ],
        ),
        (
            "EU-04",
            vec![
                (firefly(), today(), "EU-04.pass"),
                (flux(), today(), "EU-04.untrusted"),
                (edit(firefly(), |e| e.c2pa.trust = Trust::Unknown), today(), "EU-04.noList"),
                (
                    edit(firefly(), |e| e.c2pa.signer.as_mut().unwrap().test_certificate = true),
                    today(),
                    "EU-04.testCertificate",
                ),
                (tampered(), today(), "EU-04.invalid"),
                (unread(), said_ai(), "EU-04.notRead"),
                (xmp(GENERATED), today(), "EU-04.noSignature"),
            ],
        ),
        (
            "EU-05",
            vec![
                (labelled(), today(), "EU-05.pass"),
                (edit(labelled(), |e| e.invisible_marks.clear()), today(), "EU-05.verified"),
                (firefly(), today(), "EU-05.notFound"),
                (
                    edit(firefly(), |e| e.invisible_marks = vec![mark("SynthID", MarkState::NotCheckable)]),
                    today(),
                    "EU-05.notCheckable",
                ),
                (photo(), today(), "common.ai.unknown"),
            ],
        ),
        (
            "EU-06",
            vec![
                (labelled(), today(), "EU-06.pass"),
                (firefly(), today(), "EU-06.watermarkOpen"),
                (chatgpt(), today(), "EU-06.signatureOpen"),
                (midjourney(), today(), "EU-06.unsigned"),
                (photo(), today(), "common.ai.unknown"),
            ],
        ),
        (
            "EU-07",
            vec![
                (firefly(), today(), "EU-07.generated"),
                (xmp(EDITED), today(), "EU-07.manipulated"),
                (xmp(COMPOSITE), said_ai(), "EU-07.ambiguous"),
                (xmp("algorithmicallyEnhanced"), said_ai(), "EU-07.ambiguous"),
                (doubao(), today(), "EU-07.aigcOnly"),
                (tampered(), today(), "EU-07.unsaid"),
                (unread(), said_ai(), "EU-07.notRead"),
                (photo(), today(), "common.ai.unknown"),
            ],
        ),
        (
            "EU-08",
            vec![
                (compared(vec![change(MarkLayer::C2pa, LayerChange::Kept)]), today(), "EU-08.kept"),
                (compared(vec![change(MarkLayer::C2pa, LayerChange::Broken)]), today(), "EU-08.lost"),
                (compared(vec![change(MarkLayer::C2pa, LayerChange::Unknown)]), today(), "EU-08.unclear"),
                (compared(vec![change(MarkLayer::C2pa, LayerChange::Added)]), today(), "EU-08.nothingBefore"),
                (chatgpt(), today(), "EU-08.ingredient"),
                (edit(chatgpt(), |e| e.c2pa.ingredients.clear()), today(), "EU-08.noIngredient"),
                (firefly(), today(), "EU-08.created"),
                (xmp(GENERATED), today(), "EU-08.noEarlierVersion"),
            ],
        ),
        (
            "EU-09",
            vec![
                (
                    edit(firefly(), |e| {
                        e.survival = vec![
                            Survival { layer: MarkLayer::C2pa, treatment: "crop".into(), survived: false },
                            Survival { layer: MarkLayer::InvisibleMark, treatment: "crop".into(), survived: true },
                        ];
                    }),
                    today(),
                    "EU-09.pass",
                ),
                (
                    edit(firefly(), |e| {
                        e.survival =
                            vec![Survival { layer: MarkLayer::C2pa, treatment: "crop".into(), survived: false }];
                    }),
                    today(),
                    "EU-09.lost",
                ),
                (firefly(), today(), "EU-09.notMeasured"),
                (photo(), today(), "common.ai.unknown"),
            ],
        ),
        (
            "EU-10",
            vec![
                (labelled(), deep_fake(), "EU-10.pass"),
                (edit(labelled(), |e| e.visible_label.text = Some("人工智能生成".into())), deep_fake(), "EU-10.pass"),
                (edit(labelled(), |e| e.visible_label.text = Some("MAIN".into())), deep_fake(), "EU-10.wordsUnknown"),
                (edit(labelled(), |e| e.visible_label.text = None), deep_fake(), "EU-10.wordsUnknown"),
                (edit(firefly(), |e| e.visible_label.state = VisibleState::Absent), deep_fake(), "EU-10.missing"),
                (firefly(), Context { visible_label: Answer::Yes, ..deep_fake() }, "EU-10.stated"),
                (firefly(), Context { visible_label: Answer::No, ..deep_fake() }, "EU-10.missing"),
                (firefly(), deep_fake(), "EU-10.unseen"),
                (labelled(), Context { deep_fake: Answer::No, ..deep_fake() }, "EU.deployer.notDeepFake"),
                (labelled(), as_platform(TODAY), "common.binds.deployer"),
            ],
        ),
        (
            "EU-11",
            vec![
                (labelled(), today(), "EU-11.pass"),
                (firefly(), today(), "EU-11.single"),
                (
                    edit(firefly(), |e| e.metadata.source_types = xmp(CAPTURE).metadata.source_types),
                    today(),
                    "EU-11.contradiction",
                ),
                (
                    edit(xmp(GENERATED), |e| e.metadata.capture_devices = vec![found("Nikon Z 9")]),
                    today(),
                    "EU-11.contradiction",
                ),
                (edit(doubao(), |e| e.c2pa = signed(vec![created(CAPTURE)]).c2pa), today(), "EU-11.contradiction"),
                (edit(xmp(EDITED), |e| e.metadata.capture_devices = vec![found("Nikon Z 9")]), today(), "EU-11.single"),
                (grok(), today(), "EU-11.nothing"),
            ],
        ),
        (
            "EU-12",
            vec![
                (firefly(), today(), "EU-12.pass"),
                (midjourney(), today(), "EU-12.found"),
                (edit(doubao(), |e| e.readings.metadata = Reading::Partial), today(), "EU-12.notRead"),
                (photo(), today(), "common.ai.unknown"),
            ],
        ),
        (
            "EU-13",
            vec![
                (labelled(), today(), "EU-13.reserved"),
                (mining("constrained", None), today(), "EU-13.reserved"),
                (mining("constrained", Some("ask")), today(), "EU-13.constrained"),
                (mining("allowed", None), today(), "EU-13.allowed"),
                (
                    edit(mining("notAllowed", None), |e| e.metadata.data_mining = vec![found("DMI-ALLOWED")]),
                    today(),
                    "EU-13.contradiction",
                ),
                (
                    edit(mining("notAllowed", None), |e| e.c2pa.integrity = Integrity::Invalid),
                    today(),
                    "EU-13.unreliable",
                ),
                (
                    edit(photo(), |e| e.metadata.data_mining = vec![found("DMI-PROHIBITED-AIMLTRAINING")]),
                    today(),
                    "EU-13.reserved",
                ),
                (photo(), today(), "EU-13.none"),
            ],
        ),
    ])
}

fn california() -> BTreeMap<&'static str, Vec<Row>> {
    let today = denied;
    let said_ai = || Context { is_ai: Answer::Yes, ..denied() };
    let on = denied_on;
    let expect = |name: &str| Context { provider: Some(name.to_owned()), ..today() };
    let early = || on(date!(2026 - 09 - 01));
    let linked = |evidence: Evidence| edit(evidence, |e| e.metadata.links = link(None));
    let partly = |evidence: Evidence| edit(evidence, |e| e.readings.metadata = Reading::Partial);
    let platform = || Context {
        users_above_two_million: Answer::Yes,
        knowingly_removed: Answer::Yes,
        ..as_platform(date!(2027 - 01 - 01))
    };
    BTreeMap::from([
        (
            "CA-01",
            vec![
                (firefly(), today(), "CA-01.pass"),
                (doubao(), today(), "CA-01.pass"),
                (photo(), said_ai(), "CA-01.none"),
                (tampered(), today(), "CA-01.broken"),
                (photo(), Context { vendor_watermark: Answer::Yes, ..said_ai() }, "CA.elsewhere.vendorMark"),
                (
                    Evidence { invisible_marks: vec![mark("SDXL", MarkState::Decoded)], ..photo() },
                    today(),
                    "CA-01.markOnly",
                ),
                (linked(photo()), said_ai(), "CA.elsewhere.link"),
                (unread(), said_ai(), "CA.elsewhere.notRead"),
                (text_file(), today(), "common.modality"),
            ],
        ),
        (
            "CA-02",
            vec![
                (firefly(), today(), "CA-02.pass"),
                (
                    xmp(COMPOSITE),
                    ask(|context| {
                        context.is_ai = Answer::Yes;
                        context.minor_modification = Answer::Yes;
                    }),
                    "CA.minor.yes",
                ),
                (firefly(), expect("adobe"), "CA-02.matches"),
                (firefly(), expect("OpenAI"), "CA-02.other"),
                (
                    edit(xmp(GENERATED), |e| e.metadata.credits = vec![found("Made with Google AI")]),
                    expect("Google"),
                    "CA-02.matches",
                ),
                (
                    edit(xmp(GENERATED), |e| e.metadata.credits = vec![found("Made with Google AI")]),
                    today(),
                    "CA-02.creditOnly",
                ),
                (doubao(), today(), "CA-02.codeOnly"),
                (
                    aigc(vec![AigcSite {
                        producer_code: CodeCheck::Name,
                        ..set(aigc_site(), "ContentProducer", "doubao")
                    }]),
                    today(),
                    "CA-02.pass",
                ),
                (xmp(GENERATED), today(), "CA-02.none"),
                (linked(xmp(GENERATED)), today(), "CA.elsewhere.link"),
                (partly(xmp(GENERATED)), today(), "CA.elsewhere.notRead"),
                (photo(), today(), "common.ai.unknown"),
            ],
        ),
        (
            "CA-03",
            vec![
                (firefly(), today(), "CA-03.pass"),
                (signed(vec![with_agent(created(GENERATED), "Model X", Some("2"))]), today(), "CA-03.pass"),
                (
                    edit(xmp(GENERATED), |e| {
                        e.metadata.ai_system_used = vec![found("Model X")];
                        e.metadata.ai_system_version_used = vec![found("2")];
                    }),
                    today(),
                    "CA-03.pass",
                ),
                (
                    edit(signed(vec![]), |e| {
                        e.c2pa.ai_disclosures = vec![AiDisclosure {
                            model_name: Some("Model X".into()),
                            model_identifier: Some("model-x-2".into()),
                            ..AiDisclosure::default()
                        }];
                    }),
                    today(),
                    "CA-03.pass",
                ),
                (chatgpt(), today(), "CA-03.noVersion"),
                (signed(vec![with_agent(created(GENERATED), "c2pa-rs", Some("0.91"))]), today(), "CA-03.none"),
                (
                    edit(signed(vec![with_agent(created(GENERATED), "Model X", None)]), |e| {
                        e.c2pa.actions[0].parameters.insert("org.contentauth.c2pa_rs.version".into(), "0.78".into());
                    }),
                    today(),
                    "CA-03.noVersion",
                ),
                (
                    edit(xmp(GENERATED), |e| e.metadata.ai_system_used = vec![found("Model X")]),
                    today(),
                    "CA-03.noVersion",
                ),
                (linked(xmp(GENERATED)), today(), "CA.elsewhere.link"),
                (partly(xmp(GENERATED)), today(), "CA.elsewhere.notRead"),
                (photo(), today(), "common.ai.unknown"),
            ],
        ),
        (
            "CA-04",
            vec![
                (firefly(), today(), "CA-04.pass"),
                (flux(), today(), "CA-04.pass"),
                (midjourney(), today(), "CA-04.unsigned"),
                (
                    edit(xmp(GENERATED), |e| e.metadata.exif_dates = vec![found("2026:05:01 10:00:00")]),
                    today(),
                    "CA-04.unsigned",
                ),
                (
                    edit(xmp(GENERATED), |e| e.metadata.create_dates = vec![found("2026-05-01")]),
                    today(),
                    "CA-04.dateOnly",
                ),
                (chatgpt(), today(), "CA-04.none"),
                (linked(xmp(GENERATED)), today(), "CA.elsewhere.link"),
                (partly(xmp(GENERATED)), today(), "CA.elsewhere.notRead"),
                (photo(), today(), "common.ai.unknown"),
            ],
        ),
        (
            "CA-05",
            vec![
                (firefly(), today(), "CA-05.pass"),
                (midjourney(), today(), "CA-05.pass"),
                (doubao(), today(), "CA-05.pass"),
                (xmp(GENERATED), today(), "CA-05.none"),
                (linked(xmp(GENERATED)), today(), "CA.elsewhere.link"),
                (partly(xmp(GENERATED)), today(), "CA.elsewhere.notRead"),
                (photo(), today(), "common.ai.unknown"),
            ],
        ),
        (
            "CA-06",
            vec![
                (firefly(), today(), "CA-06.created"),
                (xmp(EDITED), today(), "CA-06.altered"),
                (
                    signed(vec![Action { action: "c2pa.created".into(), ..Action::default() }]),
                    said_ai(),
                    "CA-06.actionCreated",
                ),
                (xmp("algorithmicallyEnhanced"), said_ai(), "CA-06.ambiguous"),
                (doubao(), today(), "CA-06.aigcOnly"),
                (grok(), said_ai(), "CA-06.none"),
                (linked(grok()), said_ai(), "CA.elsewhere.link"),
                (partly(grok()), said_ai(), "CA.elsewhere.notRead"),
                (firefly(), early(), "common.notYetInForce"),
            ],
        ),
        (
            "CA-07",
            vec![
                (labelled(), today(), "CA-07.pass"),
                (firefly(), today(), "CA-07.metadataOnly"),
                (
                    edit(firefly(), |e| e.invisible_marks = vec![mark("TrustMark", MarkState::Decoded)]),
                    today(),
                    "CA-07.unbound",
                ),
                (grok(), said_ai(), "CA-07.nothing"),
            ],
        ),
        (
            "CA-08",
            vec![
                (firefly(), today(), "CA-08.pass"),
                (midjourney(), today(), "CA-08.pass"),
                (doubao(), today(), "CA-08.aigcOnly"),
                (grok(), said_ai(), "CA-08.vendorOnly"),
                (partly(grok()), said_ai(), "CA.elsewhere.notRead"),
                (photo(), said_ai(), "CA-08.nothing"),
            ],
        ),
        (
            "CA-09",
            vec![
                (edit(firefly(), |e| e.metadata.links = link(Some(true))), today(), "CA-09.answers"),
                (edit(firefly(), |e| e.metadata.links = link(Some(false))), today(), "CA-09.dead"),
                (linked(firefly()), today(), "CA-09.notFetched"),
                (firefly(), today(), "CA-09.none"),
                (photo(), today(), "common.ai.unknown"),
            ],
        ),
        (
            "CA-10",
            vec![
                (firefly(), today(), "CA-10.pass"),
                (tampered(), today(), "CA-10.invalid"),
                (chatgpt(), today(), "CA-10.expired"),
                (with_state(Integrity::Valid, CertificateTime::NotYetValid), today(), "CA-10.notYetValid"),
                (with_state(Integrity::Unknown, CertificateTime::Unknown), today(), "CA-10.unverified"),
                (edit(photo(), |e| e.c2pa.presence = C2paPresence::Remote), said_ai(), "CA-10.remote"),
                (unread(), said_ai(), "CA-10.notRead"),
                (midjourney(), today(), "CA-10.none"),
            ],
        ),
        (
            "CA-11",
            vec![
                (labelled(), early(), "CA-11.pass"),
                (firefly(), Context { visible_label: Answer::Yes, ..early() }, "CA-11.attested"),
                (firefly(), Context { visible_label: Answer::No, ..early() }, "CA-11.absent"),
                (edit(firefly(), |e| e.visible_label.state = VisibleState::Absent), early(), "CA-11.absent"),
                (firefly(), early(), "CA-11.unknown"),
                (labelled(), today(), "common.repealed"),
            ],
        ),
        (
            "CA-12",
            vec![
                (
                    edit(firefly(), |e| e.metadata.assistive_technology = Some(Located::new(false, site("XMP")))),
                    on(date!(2029 - 01 - 01)),
                    "CA-12.pass",
                ),
                (firefly(), on(date!(2029 - 01 - 01)), "CA-12.none"),
                (linked(firefly()), on(date!(2029 - 01 - 01)), "CA.elsewhere.link"),
                (partly(firefly()), on(date!(2029 - 01 - 01)), "CA.elsewhere.notRead"),
                (firefly(), today(), "common.notYetInForce"),
            ],
        ),
        (
            "CA-13",
            vec![
                (compared(vec![change(MarkLayer::C2pa, LayerChange::Kept)]), platform(), "CA-13.pass"),
                (compared(vec![change(MarkLayer::C2pa, LayerChange::Removed)]), platform(), "CA-13.stripped"),
                (compared(vec![change(MarkLayer::C2pa, LayerChange::Unknown)]), platform(), "CA-13.unclear"),
                (compared(vec![]), platform(), "CA-13.nothingBefore"),
                (firefly(), platform(), "CA-13.noEarlierVersion"),
                (photo(), platform(), "CA-13.nothing"),
                (firefly(), on(date!(2027 - 01 - 01)), "common.binds.platform"),
            ],
        ),
        (
            "CA-14",
            vec![
                (firefly(), today(), "CA-14.pass"),
                (edit(firefly(), |e| e.metadata.gps = vec![found("GPSLatitude")]), today(), "CA-14.found"),
                (partly(firefly()), today(), "CA-14.notRead"),
                (photo(), today(), "common.ai.unknown"),
            ],
        ),
    ])
}

fn china() -> BTreeMap<&'static str, Vec<Row>> {
    let one = |label: AigcSite| (aigc(vec![label]), today());
    let row = |label: AigcSite, key: &'static str| {
        let (evidence, context) = one(label);
        (evidence, context, key)
    };
    let shaped = |shape| AigcSite { shape, ..aigc_site() };
    let typed = |name: &str, json_type| {
        let mut label = aigc_site();
        label.fields.iter_mut().find(|field| field.name == name).unwrap().json_type = json_type;
        label
    };
    let code = |producer_code| AigcSite { producer_code, ..aigc_site() };
    let seen = |change: fn(&mut VisibleLabel)| {
        edit(doubao(), |e| {
            e.visible_label = visible("AI生成", 0.055);
            change(&mut e.visible_label);
        })
    };
    let video = |change: fn(&mut VisibleLabel)| {
        edit(seen(|_| {}), |e| {
            e.file.modality = Modality::Video;
            e.visible_label.start_seconds = Some(0.0);
            e.visible_label.duration_seconds = Some(2.0);
            change(&mut e.visible_label);
        })
    };
    let audio = |spoken| {
        edit(seen(|_| {}), |e| {
            e.file.modality = Modality::Audio;
            e.visible_label.spoken = spoken;
        })
    };
    let attest = |visible_label| Context { visible_label, ..today() };
    let platform = || as_platform(TODAY);
    let propagated = || set(set(aigc_site(), "ContentPropagator", "site"), "PropagateID", "P1");
    BTreeMap::from([
        (
            "CN-01",
            vec![
                (doubao(), today(), "CN-01.pass"),
                (firefly(), today(), "CN-01.none"),
                (edit(firefly(), |e| e.readings.aigc = Reading::Partial), today(), "CN-01.notRead"),
                (edit(firefly(), |e| e.file.metadata = MetadataSupport::None), today(), "CN-01.noPlace"),
                (photo(), today(), "common.ai.unknown"),
                (doubao(), ask(|c| c.role = Role::Deployer), "common.binds.provider"),
            ],
        ),
        (
            "CN-02",
            vec![
                row(aigc_site(), "CN-02.pass"),
                row(shaped(AigcShape::Wrapped), "CN-02.pass"),
                row(typed("Label", JsonType::Number), "CN-02.pass"),
                row(typed("ProduceID", JsonType::Null), "CN-02.notString"),
                row(shaped(AigcShape::DoubleEncoded), "CN-02.doubleEncoded"),
                row(shaped(AigcShape::Malformed), "CN-02.malformed"),
                row(shaped(AigcShape::VendorKeys), "CN-02.vendorKeys"),
                (firefly(), today(), "CN-02.noLabel"),
            ],
        ),
        (
            "CN-03",
            vec![
                row(aigc_site(), "CN-03.is"),
                (aigc(vec![set(aigc_site(), "Label", "2")]), as_platform(TODAY), "CN-03.may"),
                (aigc(vec![set(aigc_site(), "Label", "3")]), as_platform(TODAY), "CN-03.suspected"),
                (aigc(vec![set(aigc_site(), "Label", "2")]), said_ai(), "CN.attribute.platformsWords"),
                (aigc(vec![set(aigc_site(), "Label", "3")]), said_ai(), "CN.attribute.platformsWords"),
                row(set(aigc_site(), "Label", "2"), "CN.label.aiOpen"),
                row(set(aigc_site(), "Label", "4"), "CN.label.aiOpen"),
                row(typed("Label", JsonType::Number), "CN-03.is"),
                row(typed("Label", JsonType::Boolean), "CN-03.unknown"),
                (aigc(vec![set(aigc_site(), "Label", "4")]), said_ai(), "CN-03.unknown"),
                row(without(aigc_site(), "Label"), "CN-03.missing"),
                (firefly(), today(), "CN-03.noLabel"),
            ],
        ),
        (
            "CN-04",
            vec![
                row(aigc_site(), "CN-04.code"),
                row(code(CodeCheck::Name), "CN-04.name"),
                row(code(CodeCheck::WrongLength), "CN-04.wrongLength"),
                row(code(CodeCheck::WrongStructure), "CN-04.wrongStructure"),
                row(code(CodeCheck::WrongCheckDigit), "CN-04.wrongCheckDigit"),
                row(set(aigc_site(), "ContentProducer", ""), "CN-04.missing"),
                (firefly(), today(), "CN-04.noLabel"),
            ],
        ),
        (
            "CN-05",
            vec![
                row(aigc_site(), "CN-05.pass"),
                row(without(aigc_site(), "ProduceID"), "CN-05.missing"),
                (edit(doubao(), |e| e.batch.same_produce_id = vec!["b.png".into()]), today(), "CN-05.repeated"),
                (firefly(), today(), "CN-05.noLabel"),
            ],
        ),
        (
            "CN-06",
            vec![
                row(aigc_site(), "CN-06.pass"),
                row(without(aigc_site(), "ProduceID"), "CN-06.required"),
                row(without(aigc_site(), "ReservedCode2"), "CN-06.missing"),
                row(
                    {
                        let mut label = aigc_site();
                        label.fields.push(AigcField { name: "Extra".into(), ..AigcField::default() });
                        label
                    },
                    "CN-06.unknown",
                ),
                (firefly(), today(), "CN-06.noLabel"),
            ],
        ),
        (
            "CN-07",
            vec![
                row(aigc_site(), "CN-07.pass"),
                row(
                    AigcSite {
                        charset_problems: vec![CharsetProblem {
                            field: "ContentProducer".into(),
                            character: "U+8C46".into(),
                        }],
                        ..aigc_site()
                    },
                    "CN-07.some",
                ),
                row(set(aigc_site(), "ContentProducer", "腾讯云"), "CN-07.fail"),
                (firefly(), today(), "CN-07.noLabel"),
            ],
        ),
        (
            "CN-08",
            vec![
                (doubao(), today(), "CN-08.pass"),
                (aigc(vec![aigc_site(), aigc_site()]), today(), "CN-08.repeated"),
                (aigc(vec![aigc_site(), set(aigc_site(), "ProduceID", "B2")]), today(), "CN-08.conflict"),
                (edit(doubao(), |e| e.readings.aigc = Reading::Partial), today(), "CN-08.notRead"),
                (firefly(), today(), "CN-08.noLabel"),
            ],
        ),
        (
            "CN-09",
            vec![
                (doubao(), today(), "CN-09.pass"),
                row(AigcSite { namespace: Some("http://example.org/".into()), ..aigc_site() }, "CN-09.namespace"),
                row(AigcSite { prefix: Some("ns1".into()), ..aigc_site() }, "CN-09.prefix"),
                row(
                    AigcSite { place: Place::NonStandard, namespace: None, prefix: None, ..aigc_site() },
                    "CN-09.place",
                ),
                row(AigcSite { place: Place::Unknown, ..aigc_site() }, "CN-09.unknownPlace"),
                (firefly(), today(), "CN-09.noLabel"),
            ],
        ),
        (
            "CN-10",
            vec![
                (seen(|_| {}), today(), "CN-10.pass"),
                (seen(|label| label.ink_height_ratio = Some(0.05)), today(), "CN-10.pass"),
                (seen(|label| label.ink_height_ratio = Some(0.0499)), today(), "CN-10.small"),
                (seen(|label| label.ink_height_ratio = Some(f64::NAN)), today(), "CN-10.unmeasured"),
                (seen(|label| label.text = Some("AI GENERATED".into())), today(), "CN-10.words"),
                (seen(|label| label.text = Some("人工智能合成".into())), today(), "CN-10.pass"),
                (seen(|label| label.placement = Placement::Interior), today(), "CN-10.place"),
                (seen(|label| label.placement = Placement::Unknown), today(), "CN-10.unmeasured"),
                (
                    seen(|label| {
                        label.state = VisibleState::Absent;
                        label.source = VisibleSource::Sidecar;
                    }),
                    today(),
                    "CN-10.missing",
                ),
                (doubao(), attest(Answer::No), "CN-10.missing"),
                (doubao(), attest(Answer::Yes), "CN-10.attested"),
                (doubao(), today(), "CN-10.unseen"),
                (video(|_| {}), today(), "common.modality"),
            ],
        ),
        (
            "CN-11",
            vec![
                (video(|_| {}), today(), "CN-11.pass"),
                (video(|label| label.duration_seconds = Some(1.9)), today(), "CN-11.short"),
                (video(|label| label.start_seconds = Some(1.0)), today(), "CN-11.late"),
                (video(|label| label.text = Some("AI".into())), today(), "CN-11.words"),
                (video(|label| label.ink_height_ratio = Some(0.01)), today(), "CN-11.small"),
                (video(|label| label.start_seconds = None), today(), "CN-11.unmeasured"),
                (
                    video(|label| {
                        label.state = VisibleState::Absent;
                        label.source = VisibleSource::Sidecar;
                    }),
                    today(),
                    "CN-11.missing",
                ),
                (video(|label| label.state = VisibleState::Absent), today(), "CN-11.unseen"),
                (video(|label| label.state = VisibleState::Unknown), today(), "CN-11.unseen"),
                (video(|label| label.state = VisibleState::Unknown), attest(Answer::Yes), "CN-11.attested"),
                (audio(SpokenPrompt::MorseAtStart), today(), "CN-11.heard"),
                (audio(SpokenPrompt::Elsewhere), today(), "CN-11.heard"),
                (audio(SpokenPrompt::Unknown), today(), "CN-11.unseen"),
                (doubao(), today(), "common.modality"),
            ],
        ),
        (
            "CN-12",
            vec![
                row(
                    AigcSite { reserved_code_verified: Some(true), ..set(aigc_site(), "ReservedCode1", "e8") },
                    "CN-12.pass",
                ),
                row(
                    AigcSite { reserved_code_verified: Some(false), ..set(aigc_site(), "ReservedCode1", "e8") },
                    "CN-12.mismatch",
                ),
                row(set(aigc_site(), "ReservedCode1", "e8"), "CN-12.unverified"),
                row(aigc_site(), "CN-12.empty"),
            ],
        ),
        (
            "CN-13",
            vec![
                (aigc(vec![propagated()]), platform(), "CN-13.pass"),
                (doubao(), platform(), "CN-13.missing"),
                (
                    aigc(vec![AigcSite { propagator_code: CodeCheck::WrongLength, ..propagated() }]),
                    platform(),
                    "CN-13.wrongCode",
                ),
                (firefly(), Context { user_declared_ai: Answer::Yes, ..platform() }, "CN-13.noLabel"),
                (doubao(), today(), "common.binds.platform"),
            ],
        ),
        (
            "CN-14",
            vec![
                (compared(vec![change(MarkLayer::Aigc, LayerChange::Kept)]), today(), "CN-14.pass"),
                (compared(vec![change(MarkLayer::Aigc, LayerChange::Changed)]), today(), "CN-14.changed"),
                (compared(vec![change(MarkLayer::VisibleLabel, LayerChange::Removed)]), today(), "CN-14.removed"),
                (compared(vec![change(MarkLayer::Aigc, LayerChange::Unknown)]), today(), "CN-14.unclear"),
                (compared(vec![change(MarkLayer::C2pa, LayerChange::Removed)]), today(), "CN-14.nothingBefore"),
                (doubao(), today(), "CN-14.noEarlierVersion"),
            ],
        ),
    ])
}

fn washington() -> BTreeMap<&'static str, Vec<Row>> {
    let later = || denied_on(date!(2027 - 02 - 01));
    let later_ai = || Context { is_ai: Answer::Yes, ..later() };
    BTreeMap::from([
        (
            "WA-01",
            vec![
                (firefly(), later(), "WA-01.pass"),
                (tampered(), later(), "WA-01.none"),
                (unread(), later_ai(), "WA-01.notRead"),
                (photo(), later(), "common.ai.unknown"),
                (firefly(), Context { users_above_one_million: Answer::No, ..later() }, "WA.small.notCovered"),
                (firefly(), Context { business_only: Answer::Yes, ..later() }, "WA.small.businessOnly"),
                (firefly(), Context { users_above_one_million: Answer::Unknown, ..later() }, "WA.users.open"),
            ],
        ),
        (
            "WA-02",
            vec![
                (firefly(), later(), "WA-02.pass"),
                (tampered(), later(), "WA-02.invalid"),
                (chatgpt(), later(), "WA-02.unclear"),
                (midjourney(), later(), "WA-02.none"),
            ],
        ),
        (
            "WA-03",
            vec![
                (labelled(), later(), "WA-03.deemed"),
                (edit(labelled(), |e| e.c2pa.storage = ManifestStorage::Sidecar), later(), "WA-03.pass"),
                (midjourney(), later(), "WA-03.metadataOnly"),
                (tampered(), later(), "WA-03.nothing"),
            ],
        ),
        (
            "WA-04",
            vec![
                (firefly(), later(), "WA-04.pass"),
                (midjourney(), later(), "WA-04.prompt"),
                (edit(firefly(), |e| e.metadata.gps = vec![found("GPSLatitude")]), later(), "WA-04.found"),
                (edit(firefly(), |e| e.readings.metadata = Reading::Partial), later(), "WA-04.notRead"),
                (photo(), later(), "common.ai.unknown"),
            ],
        ),
    ])
}

/// California's items that were not found, each with the message for the case that no other place may contain them.
fn not_found() -> Vec<(&'static str, Evidence, &'static str)> {
    vec![
        ("CA-01", photo(), "CA-01.none"),
        ("CA-02", photo(), "CA-02.none"),
        ("CA-03", edit(photo(), |e| e.metadata.ai_system_used = vec![found("Model X")]), "CA-03.noVersion"),
        ("CA-03", photo(), "CA-03.none"),
        ("CA-04", edit(photo(), |e| e.metadata.create_dates = vec![found("2026-11-01")]), "CA-04.dateOnly"),
        ("CA-04", edit(xmp(EDITED), |e| e.metadata.exif_dates = vec![found("2024:05:01 10:00:00")]), "CA-04.otherTime"),
        ("CA-04", photo(), "CA-04.none"),
        ("CA-05", photo(), "CA-05.none"),
        ("CA-06", xmp(COMPOSITE), "CA-06.ambiguous"),
        ("CA-06", photo(), "CA-06.none"),
        ("CA-07", photo(), "CA-07.nothing"),
        ("CA-09", photo(), "CA-09.nothing"),
        ("CA-08", grok(), "CA-08.vendorOnly"),
        ("CA-08", photo(), "CA-08.nothing"),
    ]
}

/// Rows for the rules that the tables above do not cover.
fn others() -> BTreeMap<&'static str, Vec<Row>> {
    let mut rows: BTreeMap<&'static str, Vec<Row>> = BTreeMap::new();
    let rows_of = std::cell::RefCell::new(&mut rows);
    let gated = |id: &'static str, evidence: Evidence, context: Context, key: &'static str| {
        rows_of.borrow_mut().entry(id).or_default().push((evidence, context, key));
    };
    let add = |evidence: Evidence, context: Context, key: &'static str| {
        gated(key.split_once('.').unwrap().0, evidence, context, key);
    };
    let ai = |change: fn(&mut Context)| {
        let mut context = said_ai();
        change(&mut context);
        context
    };
    let vendor = |answer| Context { vendor_watermark: answer, ..said_ai() };
    for (id, evidence, none) in not_found() {
        let mut linked = evidence.clone();
        linked.metadata.links = link(None);
        let mut partly = evidence.clone();
        partly.readings.metadata = Reading::Partial;
        let behind_link = if id == "CA-09" { "CA-09.notFetched" } else { "CA.elsewhere.link" };
        gated(id, linked, vendor(Answer::No), behind_link);
        gated(id, partly, vendor(Answer::No), "CA.elsewhere.notRead");
        if id != "CA-07" {
            gated(id, evidence.clone(), vendor(Answer::Yes), "CA.elsewhere.vendorMark");
        }
        gated(id, evidence.clone(), vendor(Answer::Unknown), "CA.elsewhere.markOpen");
        gated(id, evidence, vendor(Answer::No), none);
    }
    let expect = |answer| Context { provider: Some("OpenAI".to_owned()), vendor_watermark: answer, ..today() };
    gated("CA-02", edit(firefly(), |e| e.metadata.links = link(None)), expect(Answer::No), "CA.elsewhere.link");
    gated("CA-02", firefly(), expect(Answer::Unknown), "CA.elsewhere.markOpen");

    let removed = || edit(photo(), |e| e.c2pa.leftover_reference = Some(found("self#jumbf=/c2pa/urn:c2pa:1")));
    let sidecar = || edit(firefly(), |e| e.c2pa.storage = ManifestStorage::Sidecar);
    let remote = || edit(photo(), |e| e.c2pa.presence = C2paPresence::Remote);
    let bound = |alg: &str, position| {
        let mut evidence = firefly();
        evidence.c2pa.soft_bindings = vec![SoftBinding { alg: alg.to_owned(), position, ..SoftBinding::default() }];
        evidence
    };
    let untrusted = || edit(firefly(), |e| e.c2pa.trust = Trust::Untrusted);

    gated("EU-01", photo(), ai(|c| c.assistive_editing = Answer::Yes), "EU.exempt.assistive");
    gated("EU-01", photo(), ai(|c| c.authorised_by_law = Answer::Yes), "EU.exempt.authorised");
    gated("EU-01", photo(), ai(|c| c.altered_slightly = Answer::Yes), "EU.exempt.slight");
    gated("EU-01", photo(), ai(|c| c.placed_on_market_before = Answer::Yes), "EU.exempt.grace");
    add(photo(), ai(|c| c.placed_on_market_before = Answer::Unknown), "EU-01.markAndGrace");
    add(photo(), Context { placed_on_market_before: Answer::Unknown, ..vendor(Answer::No) }, "EU-01.graceOpen");
    add(remote(), said_ai(), "EU-01.remote");
    add(removed(), vendor(Answer::No), "EU-01.removed");
    add(sidecar(), today(), "EU-01.sidecar");
    add(untrusted(), today(), "EU-02.intact");
    add(removed(), said_ai(), "EU-02.removed");
    add(sidecar(), today(), "EU-02.sidecar");
    let test = || edit(firefly(), |e| e.c2pa.certificate_class = CertificateClass::Test);
    add(test(), today(), "EU-02.testCertificate");
    add(test(), today(), "EU-04.testCertificate");
    add(with_state(Integrity::Valid, CertificateTime::NotYetValid), today(), "EU-04.notYetValid");
    add(bound("io.iscc.v0", ManifestPosition::Active), today(), "EU-05.fingerprint");
    add(bound("com.adobe.trustmark.P", ManifestPosition::Component), today(), "EU-05.stated");
    add(
        edit(bound("com.adobe.trustmark.P", ManifestPosition::Active), |e| e.c2pa.trust = Trust::Untrusted),
        today(),
        "EU-05.intact",
    );
    add(firefly(), ask(|c| c.vendor_watermark = Answer::Yes), "EU-05.vendorMark");
    add(firefly(), denied(), "EU-05.none");
    add(firefly(), denied(), "EU-06.noWatermark");

    let deployer = |change: fn(&mut Context)| {
        let mut context = Context { role: Role::Deployer, ..today() };
        change(&mut context);
        context
    };
    let shown = |moment| {
        edit(labelled(), |e| {
            e.file.modality = Modality::Video;
            e.visible_label.moment = moment;
        })
    };
    let text = || edit(doubao(), |e| e.file.modality = Modality::Text);
    gated("EU-10", firefly(), deployer(|c| c.deployer_professional = Answer::No), "EU.deployer.notProfessional");
    gated("EU-10", firefly(), deployer(|c| c.authorised_by_law = Answer::Yes), "EU.deployer.authorised");
    add(firefly(), deployer(|_| {}), "EU-10.deepFakeOpen");
    add(text(), deployer(|_| {}), "EU-10.publicInterestOpen");
    gated("EU-10", text(), deployer(|c| c.public_interest_text = Answer::No), "EU.deployer.notPublicInterest");
    add(text(), deployer(|c| c.public_interest_text = Answer::Yes), "EU-10.reviewOpen");
    gated(
        "EU-10",
        text(),
        deployer(|c| {
            c.public_interest_text = Answer::Yes;
            c.human_review = Answer::Yes;
            c.editorial_responsibility = Answer::Yes;
        }),
        "EU.deployer.reviewed",
    );
    add(edit(doubao(), |e| e.file.modality = Modality::Unknown), deployer(|_| {}), "EU-10.kindOpen");
    let fake = |artistic| Context { deep_fake: Answer::Yes, artistic, ..Context { role: Role::Deployer, ..today() } };
    add(shown(LabelMoment::End), fake(Answer::No), "EU-10.late");
    add(shown(LabelMoment::End), fake(Answer::Yes), "EU-10.limited");
    add(shown(LabelMoment::End), fake(Answer::Unknown), "EU-10.lateOpen");
    add(firefly(), Context { visible_label: Answer::No, ..fake(Answer::Unknown) }, "EU-10.missingArtistic");

    add(sidecar(), today(), "CA-01.sidecar");
    add(tampered(), today(), "CA-01.brokenOpen");
    add(tampered(), ask(|c| c.vendor_watermark = Answer::Yes), "CA-10.invalidOpen");
    add(tampered(), today(), "CA-10.invalidUnknown");
    add(removed(), said_ai(), "CA-10.removed");
    let action = |name: &str| Action { action: name.to_owned(), ..Action::default() };
    add(signed(vec![action("c2pa.opened"), action("c2pa.edited")]), said_ai(), "CA-06.actionAltered");
    add(bound("io.iscc.v0", ManifestPosition::Active), today(), "CA-07.fingerprint");
    add(
        edit(bound("com.adobe.trustmark.P", ManifestPosition::Active), |e| e.c2pa.trust = Trust::Untrusted),
        today(),
        "CA-07.intact",
    );
    add(bound("com.adobe.trustmark.P", ManifestPosition::Component), today(), "CA-07.stated");
    add(firefly(), ask(|c| c.vendor_watermark = Answer::Yes), "CA-07.vendorMark");
    let identified = |resolves| {
        edit(firefly(), |e| {
            e.metadata.links = link(resolves);
            e.metadata.links[0].value.identifies_file = Some(true);
        })
    };
    add(identified(Some(true)), today(), "CA-09.pass");
    add(firefly(), ask(|c| c.verification_tool_reads = Answer::Yes), "CA-09.tried");
    add(firefly(), ask(|c| c.verification_tool_reads = Answer::No), "CA-09.failed");
    let in_2029 = |answer| Context { vendor_watermark: answer, ..on(date!(2029 - 01 - 01)) };
    gated("CA-12", firefly(), in_2029(Answer::Yes), "CA.elsewhere.vendorMark");
    gated("CA-12", firefly(), in_2029(Answer::Unknown), "CA.elsewhere.markOpen");
    let lost = || compared(vec![change(MarkLayer::C2pa, LayerChange::Removed)]);
    let platform = |users, knowingly| Context {
        users_above_two_million: users,
        knowingly_removed: knowingly,
        ..as_platform(date!(2027 - 01 - 01))
    };
    add(lost(), platform(Answer::No, Answer::Yes), "CA-13.notLarge");
    add(lost(), platform(Answer::Unknown, Answer::Yes), "CA-13.usersOpen");
    add(lost(), platform(Answer::Yes, Answer::Unknown), "CA-13.knowledgeOpen");
    add(lost(), platform(Answer::Yes, Answer::No), "CA-13.notKnowingly");
    add(midjourney(), today(), "CA-14.prompt");
    let maker = |answer| Context {
        role: Role::CaptureDeviceMaker,
        device_first_sold_since_2028: answer,
        ..on(date!(2028 - 01 - 01))
    };
    add(photo(), maker(Answer::No), "CA-15.before");
    add(photo(), maker(Answer::Unknown), "CA-15.deviceOpen");
    add(photo(), maker(Answer::Yes), "CA-15.empty");
    add(signed(vec![created(CAPTURE)]), maker(Answer::Yes), "CA-15.signed");
    let hosting = || Context { role: Role::HostingPlatform, ..on(date!(2027 - 01 - 01)) };
    add(firefly(), hosting(), "CA-16.carries");
    add(photo(), hosting(), "CA-16.open");

    let mut collage = signed(vec![action("c2pa.created"), created(GENERATED)]);
    collage.c2pa.actions[1].position = ManifestPosition::Component;
    add(collage, vendor(Answer::No), "EU-01.partOnly");
    add(photo(), ai(|c| c.altered_slightly = Answer::Yes), "CN-01.slight");
    let site = |label: AigcSite| aigc(vec![label]);
    let operator = |change: fn(&mut Context)| {
        let mut context = as_platform(TODAY);
        change(&mut context);
        context
    };
    let same = || {
        let label = set(aigc_site(), "ContentPropagator", "001191110102MACQD9K64010000");
        site(set(label, "PropagateID", "A1"))
    };
    add(doubao(), operator(|_| {}), "CN-04.platform");
    add(doubao(), operator(|_| {}), "CN-05.platform");
    add(site(set(aigc_site(), "ProduceID", "IMG 1")), today(), "CN-07.some");
    add(photo(), operator(|_| {}), "CN-13.declarationOpen");
    add(photo(), operator(|c| c.is_ai = Answer::No), "CN-13.notAi");
    add(unread(), operator(|_| {}), "CN-13.notRead");
    let nothing = |c: &mut Context| {
        c.user_declared_ai = Answer::No;
        c.platform_found_traces = Answer::No;
    };
    add(photo(), operator(nothing), "CN-13.nothingFound");
    add(same(), operator(|c| c.platform_is_producer = Answer::Yes), "CN-13.ownProducer");
    add(same(), operator(|c| c.platform_is_producer = Answer::No), "CN-13.same");
    add(same(), operator(|_| {}), "CN-13.sameOpen");
    add(photo(), operator(|_| {}), "CN-17.dutyOpen");
    add(photo(), operator(|c| c.is_ai = Answer::No), "CN-17.notAi");
    add(photo(), operator(nothing), "CN-17.nothingFound");
    add(doubao(), operator(|_| {}), "CN-17.open");
    add(doubao(), operator(|c| c.notice_beside_post = Answer::Yes), "CN-17.shown");
    add(doubao(), operator(|c| c.notice_beside_post = Answer::No), "CN-17.notShown");
    add(doubao(), deployer(|_| {}), "CN-16.open");
    add(doubao(), deployer(|c| c.declared_on_platform = Answer::Yes), "CN-16.declared");
    add(doubao(), deployer(|c| c.declared_on_platform = Answer::No), "CN-16.notDeclared");

    for (id, modality) in [("CN-10", Modality::Image), ("CN-11", Modality::Audio), ("CN-15", Modality::Document)] {
        let file = || edit(doubao(), |e| e.file.modality = modality);
        let keys: Vec<&'static str> = labeler_rules::messages()
            .map(|(key, _)| key)
            .filter(|key| key.starts_with(id) && key.matches('.').count() == 1)
            .collect();
        let key = |name: &str| *keys.iter().find(|key| key.ends_with(&format!(".{name}"))).unwrap();
        let context = |label, requested, duties, logs| Context {
            visible_label: label,
            unlabelled_copy_requested: requested,
            label_duties_agreed: duties,
            logs_kept: logs,
            ..today()
        };
        let (yes, no, unknown) = (Answer::Yes, Answer::No, Answer::Unknown);
        add(file(), ask(|c| c.deep_synthesis_service = Answer::Unknown), key("serviceOpen"));
        add(file(), context(no, unknown, unknown, unknown), key("requestOpen"));
        add(file(), context(no, yes, yes, no), key("article9Failed"));
        add(file(), context(no, yes, yes, unknown), key("article9Open"));
        add(file(), context(no, no, unknown, unknown), key("missing"));
        add(file(), context(yes, no, unknown, unknown), key("attested"));
        add(file(), context(unknown, no, unknown, unknown), key("unseen"));
    }
    let written = |text: Option<&str>| {
        let mut evidence = edit(doubao(), |e| e.file.modality = Modality::Document);
        evidence.text_label = TextLabel {
            state: VisibleState::Present,
            source: VisibleSource::Recognised,
            text: text.map(str::to_owned),
            ..TextLabel::default()
        };
        evidence
    };
    add(written(Some("本文由AI生成")), today(), "CN-15.pass");
    add(written(Some("AI")), today(), "CN-15.words");
    add(written(None), today(), "CN-15.unmeasured");
    let late = edit(doubao(), |e| {
        e.file.modality = Modality::Video;
        e.visible_label = VisibleLabel { moment: LabelMoment::End, ..visible("AI生成", 0.06) };
    });
    add(late, today(), "CN-11.notAtStart");

    let later = |change: fn(&mut Context)| {
        let mut context = Context { is_ai: Answer::Yes, ..on(date!(2027 - 02 - 01)) };
        change(&mut context);
        context
    };
    add(remote(), later(|_| {}), "WA-01.link");
    add(photo(), later(|_| {}), "WA-01.markOpen");
    add(sidecar(), later(|_| {}), "WA-01.sidecar");
    add(photo(), later(|c| c.altered_slightly = Answer::Yes), "WA-01.slight");
    add(photo(), later(|c| c.vendor_watermark = Answer::Yes), "WA-01.vendorMark");
    add(photo(), later(|_| {}), "WA-03.open");
    let informed = |region: Region, role: Role, change: fn(&mut Context)| {
        let mut context = Context { role, ..on(date!(2028 - 01 - 01)) };
        context.is_ai = Answer::Yes;
        context.regions = [region].into();
        change(&mut context);
        context
    };
    let (provider, deployer) = (Role::Provider, Role::Deployer);
    gated("UT-01", firefly(), informed(Region::Utah, provider, |_| {}), "info.machine.pass");
    gated(
        "UT-01",
        photo(),
        informed(Region::Utah, provider, |c| c.users_above_one_million = Answer::No),
        "info.small.notCovered",
    );
    gated(
        "CT-01",
        photo(),
        informed(Region::Connecticut, provider, |c| c.users_above_one_million = Answer::Unknown),
        "info.users.open",
    );
    gated("CT-01", xmp(GENERATED), informed(Region::Connecticut, provider, |_| {}), "info.machine.pass");
    add(photo(), informed(Region::Utah, Role::CaptureDeviceMaker, |_| {}), "UT-02.open");
    gated(
        "KZ-01",
        photo(),
        informed(Region::Kazakhstan, provider, |c| c.vendor_watermark = Answer::No),
        "info.machine.none",
    );
    gated("KZ-02", labelled(), informed(Region::Kazakhstan, provider, |_| {}), "info.people.pass");
    gated(
        "VN-01",
        photo(),
        informed(Region::Vietnam, provider, |c| c.vendor_watermark = Answer::Yes),
        "info.machine.vendorMark",
    );
    gated("VN-01", photo(), informed(Region::Vietnam, provider, |_| {}), "info.machine.markOpen");
    add(photo(), informed(Region::Vietnam, deployer, |c| c.deep_fake = Answer::No), "VN-02.notRealistic");
    add(photo(), informed(Region::Vietnam, deployer, |_| {}), "VN-02.realisticOpen");
    gated(
        "VN-02",
        photo(),
        informed(Region::Vietnam, deployer, |c| {
            c.deep_fake = Answer::Yes;
            c.visible_label = Answer::No;
        }),
        "info.people.missing",
    );
    gated("IN-01", photo(), informed(Region::India, provider, |_| {}), "info.people.unseen");
    gated("IN-01", photo(), informed(Region::India, provider, |c| c.visible_label = Answer::Yes), "info.people.stated");
    gated("IN-02", unread(), informed(Region::India, provider, |_| {}), "info.machine.notRead");
    gated(
        "KR-01",
        edit(labelled(), |e| e.visible_label.text = None),
        informed(Region::Korea, provider, |_| {}),
        "info.people.words",
    );
    gated("KR-01", labelled(), informed(Region::Korea, provider, |_| {}), "info.people.pass");
    add(labelled(), informed(Region::NewYork, deployer, |_| {}), "NY-01.labelled");
    add(photo(), informed(Region::NewYork, deployer, |_| {}), "NY-01.advertisement");
    rows
}

#[test]
fn places_that_were_not_read_decide_nothing() {
    let context = Context { regions: Region::ALL.into(), vendor_watermark: Answer::No, ..on(date!(2028 - 01 - 01)) };
    let judgement = judge(&photo(), &Context { is_ai: Answer::Yes, ..context });
    for region in Region::ALL.into_iter().filter(|region| !Region::DEFAULT.contains(region)) {
        let verdict = &judgement.regions[&region];
        assert_eq!(verdict.verdict, labeler_rules::Verdict::NotApplicable, "{region:?}");
        assert_eq!(verdict.sentence.key, "verdict.informational");
        assert!(verdict.rules.iter().all(|rule| rule.severity == Severity::Informational));
    }
}

/// Every row of every table: the rule, the file, the answers, and the expected message.
fn golden() -> Vec<(&'static str, Vec<Row>)> {
    let mut all: Vec<_> = [eu(), california(), china(), washington(), others()].into_iter().flatten().collect();
    for (evidence, context, _) in all.iter_mut().flat_map(|(_, rows)| rows) {
        // The time stamps in these files are from this month. Rows of other days test the day of the context.
        if context.as_of != TODAY {
            evidence.c2pa.time_stamp = None;
        }
    }
    all
}

#[test]
fn every_rule_gives_the_expected_message() {
    let catalogue = catalogue();
    let mut outcomes: BTreeMap<&str, BTreeSet<Outcome>> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (id, rows) in golden() {
        for (evidence, context, key) in rows {
            let judgement = judge(&evidence, &context);
            let result = rule(&judgement, id);
            outcomes.entry(id).or_default().insert(result.outcome);
            if result.message.key != key {
                wrong.push(format!("{id}: wanted {key}, got {}", result.message.key));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    for (judgement, case) in situations() {
        for id in case.expected.rules.keys() {
            let id = catalogue.iter().map(|info| info.id.as_str()).find(|known| known == id).unwrap();
            outcomes.entry(id).or_default().insert(rule(&judgement, id).outcome);
        }
    }
    let not_ai = judge(&photo(), &ask(|context| context.is_ai = Answer::No));
    for result in not_ai.regions.values().flat_map(|region| &region.rules) {
        let id = catalogue.iter().map(|info| info.id.as_str()).find(|id| *id == result.id).unwrap();
        outcomes.entry(id).or_default().insert(result.outcome);
    }
    let rows: Vec<(String, Outcome)> = PackSet::embedded().packs().iter().flat_map(|pack| pack.cases()).collect();
    for info in &catalogue {
        let Some(seen) = outcomes.get(info.id.as_str()) else { panic!("{} has no test", info.id) };
        // One file cannot show that some duties are met, such as the default settings of a device. Their tables have no
        // passing row.
        let passes = rows.iter().any(|(key, outcome)| {
            *outcome == Outcome::Pass && key.split_once('.').is_some_and(|(rule, _)| rule == info.id)
        });
        // Laws for information share tables, which are tested on their own.
        if !Region::DEFAULT.contains(&info.region) {
            continue;
        }
        assert!(seen.contains(&Outcome::Pass) == passes, "no test reaches a passing row of {}", info.id);
        let fails = seen.contains(&Outcome::Fail) || seen.contains(&Outcome::Undetermined);
        assert!(fails, "no test reaches a failed or open row of {}", info.id);
        assert!(seen.contains(&Outcome::NotApplicable), "no test has a file to which {} does not apply", info.id);
    }
}

/// The judgement of each file in the situations, with the case's expectation, which tests/situations.rs compares.
fn situations() -> Vec<(Judgement, table::Case)> {
    let table = table::Situations::parse(include_str!("situations.toml"))
        .unwrap_or_else(|error| panic!("tests/situations.toml: {error}"));
    let judged = |case: table::Case| {
        let day = build::date(case.day);
        let context = |answers| {
            let mut context = build::context(answers, day);
            // The default regions and additional ones for which the case expects a verdict.
            context.regions.extend(case.expected.verdicts.keys().map(|id| id.parse::<Region>().expect("a region")));
            context
        };
        let judgements: Vec<Judgement> =
            case.inputs.iter().map(|(file, answers)| judge(&build::evidence(file, day), &context(answers))).collect();
        judgements.into_iter().map(move |judgement| (judgement, case.clone()))
    };
    table.cases.into_iter().flat_map(judged).collect()
}

/// The table rows that are reached by the rows above and by those situations that say which outcome is correct.
fn reached() -> BTreeSet<String> {
    let row = |judgement: &Judgement, id: &str| rule(judgement, id).trace.as_ref().unwrap().case.clone();
    let mut reached = BTreeSet::new();
    for (id, rows) in golden() {
        reached.extend(rows.iter().map(|(evidence, context, _)| row(&judge(evidence, context), id)));
    }
    for (judgement, case) in situations() {
        reached.extend(case.expected.rules.keys().map(|id| row(&judgement, id)));
        reached.extend(case.expected.reaches.iter().cloned());
    }
    let rows: BTreeSet<String> =
        PackSet::embedded().packs().iter().flat_map(|pack| pack.cases()).map(|(key, _)| key).collect();
    reached.intersection(&rows).cloned().collect()
}

#[test]
fn parses_the_example_situation_in_the_documentation() {
    let page = include_str!("../../../docs/law-packs.md");
    let mut blocks = page.split("```toml\n").filter_map(|part| part.split_once("```")).map(|(block, _)| block);
    let example = blocks.find(|block| block.contains("[[situation]]")).unwrap();
    let table = format!("[totals]\nsituations = 1\ncases = 2\nverdicts = 2\n{example}");
    let table = table::Situations::parse(&table).unwrap_or_else(|error| panic!("docs/law-packs.md: {error}"));
    assert_eq!(table.cases.len(), 2);
}

#[test]
fn every_row_of_every_pack_has_a_test() {
    let reached = reached();
    let missing: BTreeSet<String> = PackSet::embedded()
        .packs()
        .iter()
        .flat_map(|pack| pack.cases())
        .map(|(key, _)| key)
        .filter(|key| !reached.contains(key))
        .collect();
    assert!(missing.is_empty(), "no situation and no row of this file reaches these rows: {missing:#?}");
}

/// `labeler rules lint` treats the rows in this list as tested.
#[test]
fn the_list_of_tested_rows_is_current() {
    let mut list = String::from(
        "# The rows of the tables that a situation or a row of tests/rules.rs reaches, for the lint. Made by\n\
         # `UPDATE_TESTED=1 cargo test -p labeler-rules --test rules`; never changed by hand.\n",
    );
    for key in reached() {
        writeln!(list, "{key}").unwrap();
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("packs/shared/tested.txt");
    if std::env::var_os("UPDATE_TESTED").is_some() {
        std::fs::write(&path, &list).unwrap();
    }
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        known == list,
        "packs/shared/tested.txt is out of date: run `UPDATE_TESTED=1 cargo test -p labeler-rules --test rules`"
    );
}

#[test]
fn the_lint_finds_no_problem_in_the_embedded_packs() {
    let tested = reached();
    for pack in PackSet::embedded().packs() {
        let mut context = LintContext::new(date!(2026 - 11 - 30));
        context.tested.clone_from(&tested);
        if cfg!(not(feature = "translations")) {
            context.languages = vec!["en".to_owned()];
        }
        assert_eq!(lint(pack, &context), [], "{}", pack.id);
    }
}

#[test]
fn format_errors_of_the_label_weigh_less_than_missing_core_fields() {
    let weigh = |label: AigcSite| {
        let judgement = judge(&aigc(vec![label]), &today());
        rule(&judgement, "CN-06").severity
    };
    assert_eq!(weigh(without(aigc_site(), "ReservedCode2")), Severity::Recommended);
    assert_eq!(weigh(without(aigc_site(), "Label")), Severity::Required);
}

#[test]
fn an_unknown_source_type_says_nothing() {
    let evidence = edit(photo(), |e| {
        e.metadata.source_types = vec![Located::new(source_type("nonsense"), site("XMP"))];
    });
    assert_eq!(rule(&judge(&evidence, &today()), "EU-01").message.key, "common.ai.unknown");
}
