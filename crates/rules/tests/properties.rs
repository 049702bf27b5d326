//! What holds for any evidence.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use common::*;
use labeler_rules::evidence::*;
use labeler_rules::{
    AiClaimState, Answer, Context, Evidence, Judgement, Outcome, Role, Severity, SourceType, Verdict, judge,
};
use proptest::prelude::*;
use time::{Date, Duration, macros::date};

/// Reads choices off random bytes; when they run out, every choice is the first.
struct Choices<'a>(&'a [u8]);

impl Choices<'_> {
    fn byte(&mut self) -> u8 {
        match self.0.split_first() {
            Some((first, rest)) => {
                self.0 = rest;
                *first
            }
            None => 0,
        }
    }

    fn of<T: Clone>(&mut self, options: &[T]) -> T {
        options[usize::from(self.byte()) % options.len()].clone()
    }

    fn text(&mut self) -> String {
        self.of(&[
            "",
            "1",
            "AI生成",
            "2026-05-01T10:00:00Z",
            "2026-05-01",
            "{x}",
            "é{",
            "Model X",
            "c2pa-rs",
            "DMI-PROHIBITED",
            "DMI-ALLOWED",
            "DMI-UNSPECIFIED",
        ])
        .to_owned()
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.byte() % 2 == 1 { Some(make(self)) } else { None }
    }

    fn some<T>(&mut self, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.byte() % 3).map(|_| make(self)).collect()
    }

    fn located(&mut self) -> Vec<Located<String>> {
        self.some(|choices| found(&choices.text()))
    }

    fn source(&mut self) -> SourceType {
        source_type(self.of(&[GENERATED, EDITED, COMPOSITE, CAPTURE, "algorithmicallyEnhanced", "?"]))
    }

    fn position(&mut self) -> ManifestPosition {
        self.of(&[
            ManifestPosition::Active,
            ManifestPosition::Parent,
            ManifestPosition::Component,
            ManifestPosition::Input,
        ])
    }

    fn answer(&mut self) -> Answer {
        self.of(&[Answer::Unknown, Answer::Yes, Answer::No])
    }

    fn flag(&mut self) -> Option<bool> {
        self.of(&[None, Some(true), Some(false)])
    }

    fn c2pa(&mut self) -> C2paFacts {
        C2paFacts {
            presence: self.of(&[
                C2paPresence::Absent,
                C2paPresence::Present,
                C2paPresence::Present,
                C2paPresence::Remote,
                C2paPresence::Unreadable,
            ]),
            integrity: self.of(&[Integrity::Unknown, Integrity::Valid, Integrity::Valid, Integrity::Invalid]),
            failure_codes: self.some(|choices| choices.text()),
            signer: self.maybe(|choices| Signer {
                organisation: choices.maybe(Self::text),
                test_certificate: choices.byte() % 2 == 1,
                ..Signer::default()
            }),
            trust: self.of(&[Trust::Unknown, Trust::Trusted, Trust::Untrusted]),
            certificate_time: self.of(&[
                CertificateTime::Unknown,
                CertificateTime::Inside,
                CertificateTime::Expired,
                CertificateTime::NotYetValid,
            ]),
            time_stamp: self.maybe(|choices| TimeStamp {
                valid: choices.flag(),
                trusted: choices.flag(),
                time: choices.maybe(Self::text),
                ..TimeStamp::default()
            }),
            manifest_label: self.maybe(Self::text),
            actions: self.some(|choices| Action {
                action: choices
                    .of(&["c2pa.created", "c2pa.opened", "c2pa.edited", "c2pa.watermarked.bound"])
                    .to_owned(),
                source_type: choices.maybe(Self::source),
                when: choices.maybe(Self::text),
                software_agent: choices
                    .maybe(|choices| SoftwareAgent { name: choices.text(), version: choices.maybe(Self::text) }),
                position: choices.position(),
                ..Action::default()
            }),
            asserted_source_types: self.some(|choices| AssertedSourceType {
                source_type: choices.source(),
                position: choices.position(),
                ..AssertedSourceType::default()
            }),
            ingredients: self.some(|choices| Ingredient {
                relationship: choices.of(&[Relationship::ParentOf, Relationship::ComponentOf]),
                ..Ingredient::default()
            }),
            soft_bindings: self.some(|choices| SoftBinding { alg: choices.text(), ..SoftBinding::default() }),
            training_mining: self.some(|choices| TrainingMining {
                entries: choices.some(|choices| TrainingEntry {
                    usage: choices.of(&["allowed", "notAllowed", "constrained", "?"]).to_owned(),
                    constraint_info: choices.maybe(Self::text),
                    ..TrainingEntry::default()
                }),
                ..TrainingMining::default()
            }),
            ai_disclosures: self.some(|choices| AiDisclosure {
                model_name: choices.maybe(Self::text),
                model_identifier: choices.maybe(Self::text),
                ..AiDisclosure::default()
            }),
            remote_manifest: self.maybe(|choices| found(&choices.text())),
            ..C2paFacts::default()
        }
    }

    fn label(&mut self) -> AigcSite {
        AigcSite {
            place: self.of(&[Place::Unknown, Place::Standard, Place::NonStandard]),
            shape: self.of(&[
                AigcShape::Object,
                AigcShape::Wrapped,
                AigcShape::DoubleEncoded,
                AigcShape::VendorKeys,
                AigcShape::Malformed,
            ]),
            fields: self.some(|choices| AigcField {
                name: choices.of(&KEYS).to_owned(),
                value: choices.text(),
                json_type: choices.of(&[JsonType::String, JsonType::Number, JsonType::Null]),
            }),
            charset_problems: self.some(|choices| CharsetProblem { field: choices.text(), character: choices.text() }),
            producer_code: self.of(&[CodeCheck::Empty, CodeCheck::Name, CodeCheck::Valid, CodeCheck::WrongLength]),
            reserved_code_verified: self.flag(),
            ..if self.byte() % 2 == 1 { aigc_site() } else { AigcSite::default() }
        }
    }

    fn evidence(&mut self) -> Evidence {
        let readings = [Reading::NotRead, Reading::Complete, Reading::Complete, Reading::Partial];
        let layers = [
            MarkLayer::C2pa,
            MarkLayer::SourceType,
            MarkLayer::Aigc,
            MarkLayer::InvisibleMark,
            MarkLayer::VisibleLabel,
        ];
        Evidence {
            file: FileFacts {
                modality: self.of(&[
                    Modality::Image,
                    Modality::Video,
                    Modality::Audio,
                    Modality::Text,
                    Modality::Document,
                    Modality::Unknown,
                ]),
                metadata: self.of(&[MetadataSupport::Unknown, MetadataSupport::Carries, MetadataSupport::None]),
                ..FileFacts::default()
            },
            readings: Readings { c2pa: self.of(&readings), metadata: self.of(&readings), aigc: self.of(&readings) },
            c2pa: self.c2pa(),
            metadata: MetadataFacts {
                source_types: self.some(|choices| Located::new(choices.source(), Site::default())),
                ai_system_used: self.located(),
                ai_system_version_used: self.located(),
                prompts: self.located(),
                unique_ids: self.located(),
                create_dates: self.located(),
                exif_dates: self.located(),
                gps: self.located(),
                credits: self.located(),
                capture_devices: self.located(),
                data_mining: self.located(),
                links: self.some(|choices| {
                    Located::new(
                        Link { url: choices.text(), resolves: choices.flag(), ..Link::default() },
                        Site::default(),
                    )
                }),
                ..MetadataFacts::default()
            },
            aigc: self.some(Self::label),
            traces: self.some(|choices| trace("Some", choices.of(&[0, 3, 4, 5, 255]), "field")),
            invisible_marks: self.some(|choices| InvisibleMark {
                says_ai: choices.byte() % 2 == 1,
                ..mark("mark", choices.of(&[MarkState::Decoded, MarkState::Declared, MarkState::NotCheckable]))
            }),
            visible_label: VisibleLabel {
                state: self.of(&[VisibleState::Unknown, VisibleState::Present, VisibleState::Absent]),
                text: self.maybe(Self::text),
                placement: self.of(&[Placement::Unknown, Placement::Corner, Placement::Interior]),
                ink_height_ratio: self.of(&[
                    None,
                    Some(0.06),
                    Some(0.01),
                    Some(f64::NAN),
                    Some(f64::INFINITY),
                    Some(-1.0),
                ]),
                start_seconds: self.of(&[None, Some(0.0), Some(f64::NAN)]),
                duration_seconds: self.of(&[None, Some(3.0), Some(f64::NAN)]),
                spoken: self.of(&[SpokenPrompt::Unknown, SpokenPrompt::VoiceAtStart, SpokenPrompt::Elsewhere]),
                ..VisibleLabel::default()
            },
            comparison: self.maybe(|choices| Comparison {
                before_said_ai: choices.byte() % 2 == 1,
                changes: choices.some(|choices| {
                    change(
                        choices.of(&layers),
                        choices.of(&[
                            LayerChange::Kept,
                            LayerChange::Added,
                            LayerChange::Changed,
                            LayerChange::Removed,
                            LayerChange::Unknown,
                        ]),
                    )
                }),
            }),
            survival: self.some(|choices| Survival {
                treatment: choices.text(),
                survived: choices.byte() % 2 == 1,
                ..Survival::default()
            }),
            batch: BatchFacts { same_produce_id: self.some(|choices| choices.text()) },
            ..Evidence::default()
        }
    }

    fn day(&mut self) -> Date {
        date!(2025 - 01 - 01) + Duration::days(i64::from(self.byte()) * 8)
    }

    fn context(&mut self) -> Context {
        let day = self.day();
        Context {
            role: self.of(&Role::ALL),
            created_on: self.maybe(Self::day),
            published_on: self.maybe(Self::day),
            altered_slightly: self.answer(),
            artistic: self.answer(),
            public_interest_text: self.answer(),
            human_review: self.answer(),
            editorial_responsibility: self.answer(),
            users_above_one_million: self.answer(),
            users_above_two_million: self.answer(),
            deep_synthesis_service: self.answer(),
            unlabelled_copy_requested: self.answer(),
            label_duties_agreed: self.answer(),
            logs_kept: self.answer(),
            user_declared_ai: self.answer(),
            platform_found_traces: self.answer(),
            notice_beside_post: self.answer(),
            is_ai: self.answer(),
            placed_on_market_before: self.answer(),
            provider: self.maybe(Self::text),
            deep_fake: self.answer(),
            signatory: self.answer(),
            vendor_watermark: self.answer(),
            visible_label: self.answer(),
            ..Context::new(day)
        }
    }
}

fn check(judgement: &Judgement, claimed: AiClaimState) {
    for (region, verdict) in &judgement.regions {
        let required = verdict.counts.required;
        let expected = match (required.fail, required.undetermined, required.pass) {
            (0, 0, 0) => Verdict::NotApplicable,
            (0, 0, _) => Verdict::Pass,
            (0, _, _) => Verdict::Undetermined,
            _ => Verdict::Fail,
        };
        // A policy may withhold a pass; nothing else differs from the counts.
        let withheld = expected == Verdict::Pass
            && verdict.verdict == Verdict::Undetermined
            && verdict.sentence.key.ends_with("pass-withheld");
        for result in verdict
            .rules
            .iter()
            .filter(|rule| verdict.verdict == Verdict::Undetermined && rule.severity == Severity::Required)
        {
            for ask in &result.asks {
                assert!(judgement.questions.iter().any(|question| question.id == *ask), "{ask} is not asked");
            }
        }
        assert!(verdict.verdict == expected || withheld, "{:?} instead of {expected:?}", verdict.verdict);
        for result in &verdict.rules {
            assert_eq!(result.region, *region);
            assert_eq!(result.fix.is_some(), result.outcome == Outcome::Fail, "{}", result.message.key);
            assert_eq!(result.settles.is_some(), result.outcome == Outcome::Undetermined, "{}", result.message.key);
            // Without a claim, nothing is judged as AI-made: what is not answered is open.
            let mark_rule = ["EU-01", "CA-01", "CN-01"].contains(&result.id.as_str());
            if claimed == AiClaimState::None && mark_rule {
                assert!(!matches!(result.outcome, Outcome::Pass | Outcome::Fail), "{} without a claim", result.id);
            }
            let words =
                [Some(&result.message), result.fix.as_ref(), result.settles.as_ref(), result.severity_reason.as_ref()];
            for message in words.into_iter().flatten().chain(&result.notes) {
                assert!(!message.text.is_empty());
                assert_ne!(message.text, message.key);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_evidence_gets_a_consistent_judgement(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut choices = Choices(&bytes);
        let context = choices.context();
        let evidence = choices.evidence();
        let judgement = judge(&evidence, &context);
        check(&judgement, judgement.ai.state);
        prop_assert_eq!(&judgement, &judge(&evidence, &context));
    }

    #[test]
    fn adding_an_ai_mark_never_makes_a_passing_region_not_applicable(bytes in prop::collection::vec(any::<u8>(), 0..400), which in 0_u8..5) {
        let mut choices = Choices(&bytes);
        let context = choices.context();
        // A passing file is rare among random ones: half of the time the start is a labelled one.
        let mut evidence = if choices.byte() % 2 == 1 { labelled() } else { choices.evidence() };
        let before = judge(&evidence, &context);
        match which {
            0 => evidence.metadata.source_types.push(Located::new(source_type(GENERATED), Site::default())),
            1 => evidence.aigc.push(aigc_site()),
            2 => evidence.invisible_marks.push(mark("SDXL", MarkState::Decoded)),
            3 => evidence.c2pa.actions.push(created(GENERATED)),
            _ => evidence.traces.push(trace("ComfyUI", 4, "prompt")),
        }
        let after = judge(&evidence, &context);
        // A hint does not outweigh an answer.
        let answered_no = which == 4 && context.is_ai == Answer::No;
        prop_assert!(after.ai.state != AiClaimState::None || answered_no);
        for (region, verdict) in &before.regions {
            if verdict.verdict == Verdict::Pass {
                prop_assert_ne!(after.regions[region].verdict, Verdict::NotApplicable);
            }
        }
    }

    #[test]
    fn a_judgement_reads_back_from_its_json(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut choices = Choices(&bytes);
        let context = choices.context();
        let evidence = choices.evidence();
        let judgement = judge(&evidence, &context);
        let text = serde_json::to_string(&judgement).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Judgement>(&text).unwrap(), &judgement);
        let context_text = serde_json::to_string(&context).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Context>(&context_text).unwrap(), &context);
        let evidence_text = serde_json::to_string(&evidence).unwrap();
        let read: Evidence = serde_json::from_str(&evidence_text).unwrap();
        // JSON has no infinity and no NaN; a judgement must not depend on them.
        prop_assert_eq!(&judge(&read, &context), &judgement);
    }
}

#[test]
fn the_json_has_the_promised_shape() {
    let json = serde_json::to_value(judge(&firefly(), &today())).unwrap();
    assert_eq!(json["asOf"], "2026-11-21");
    assert_eq!(json["role"], "provider");
    assert_eq!(json["ai"]["state"], "claimed");
    // Whether a JSON object keeps its order is up to the features of the build.
    let mut keys: Vec<&String> = json["regions"].as_object().unwrap().keys().collect();
    keys.sort();
    assert_eq!(keys, ["california", "china", "eu", "washington"]);
    let rule = &json["regions"]["california"]["rules"][2];
    assert_eq!(rule["id"], "CA-03");
    assert_eq!(rule["outcome"], "pass");
    assert_eq!(rule["validFrom"], "2026-09-30");
    assert_eq!(rule["evidence"][0]["site"]["offset"], 41);
    // Text order is the regions' order, not the alphabet's.
    let text = serde_json::to_string(&judge(&firefly(), &today())).unwrap();
    assert!(text.find("\"eu\":").unwrap() < text.find("\"california\":").unwrap());
    let context: Context = serde_json::from_str(r#"{"asOf":"2026-11-21"}"#).unwrap();
    assert_eq!(context, today());
}
