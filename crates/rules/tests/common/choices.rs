//! Decodes random bytes to evidence and contexts, for property tests and fuzz targets.
#![allow(dead_code, clippy::indexing_slicing)]

use labeler_rules::evidence::*;
use labeler_rules::{AiInvolvement, Answer, Context, Evidence, Region, Role, SourceType};
use time::{Date, Duration, macros::date};

use crate::common::*;

const LAYERS: [MarkLayer; 5] =
    [MarkLayer::C2pa, MarkLayer::SourceType, MarkLayer::Aigc, MarkLayer::InvisibleMark, MarkLayer::VisibleLabel];

/// Reads choices from random bytes. When the bytes run out, every choice is the first one.
pub struct Choices<'a>(&'a [u8]);

impl<'a> Choices<'a> {
    /// Creates choices from these bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Returns the next byte.
    pub fn byte(&mut self) -> u8 {
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

    fn moment(&mut self) -> LabelMoment {
        self.of(&[
            LabelMoment::Unknown,
            LabelMoment::Start,
            LabelMoment::Middle,
            LabelMoment::End,
            LabelMoment::Throughout,
        ])
    }

    fn source_of_label(&mut self) -> VisibleSource {
        self.of(&[VisibleSource::Recognised, VisibleSource::EditAction, VisibleSource::Sidecar])
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
            storage: self.of(&[ManifestStorage::Embedded, ManifestStorage::Embedded, ManifestStorage::Sidecar]),
            integrity: self.of(&[Integrity::Unknown, Integrity::Valid, Integrity::Valid, Integrity::Invalid]),
            failure_codes: self.some(|choices| choices.text()),
            signer: self.maybe(|choices| Signer {
                organisation: choices.maybe(Self::text),
                test_certificate: choices.byte() % 2 == 1,
                ..Signer::default()
            }),
            certificate_class: self.of(&[
                CertificateClass::Unknown,
                CertificateClass::Listed,
                CertificateClass::UnlistedAuthority,
                CertificateClass::SelfSigned,
                CertificateClass::Test,
                CertificateClass::Development,
            ]),
            trust: self.of(&[Trust::Unknown, Trust::Trusted, Trust::Untrusted]),
            trust_list_kind: self.of(&[
                None,
                Some(TrustListKind::Official),
                Some(TrustListKind::Interim),
                Some(TrustListKind::Operator),
            ]),
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
                relationship: choices.of(&[Relationship::ParentOf, Relationship::ComponentOf, Relationship::InputTo]),
                ..Ingredient::default()
            }),
            soft_bindings: self.some(|choices| SoftBinding {
                alg: choices
                    .of(&["org.labeler.spread-spectrum.1", "castLabs.watermark.1", "io.iscc.v0", "?"])
                    .to_owned(),
                position: choices.position(),
                ..SoftBinding::default()
            }),
            identities: self.some(|choices| Identity {
                name: choices.text(),
                valid: choices.flag(),
                position: choices.position(),
                ..Identity::default()
            }),
            provider_statements: self.some(|choices| ProviderStatement {
                name: choices.text(),
                position: choices.position(),
                ..ProviderStatement::default()
            }),
            mark_statements: self.some(|choices| MarkStatement {
                layer: choices.of(&LAYERS),
                pre_applied: choices.byte() % 2 == 1,
                text: choices.maybe(Self::text),
                ink_height_ratio: choices.of(&[None, Some(0.06), Some(0.01), Some(f64::NAN)]),
                position: choices.position(),
                ..MarkStatement::default()
            }),
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
            leftover_reference: self.maybe(|choices| found(&choices.text())),
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

    /// Decodes evidence.
    pub fn evidence(&mut self) -> Evidence {
        let readings = [Reading::NotRead, Reading::Complete, Reading::Complete, Reading::Partial];
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
                ai_remarks: self.located(),
                prompts: self.located(),
                person_names: self.located(),
                unique_ids: self.located(),
                create_dates: self.located(),
                exif_dates: self.located(),
                gps: self.located(),
                credits: self.located(),
                capture_devices: self.located(),
                data_mining: self.located(),
                links: self.some(|choices| {
                    Located::new(
                        Link { url: choices.text(), resolves: choices.flag(), identifies_file: choices.flag() },
                        Site::default(),
                    )
                }),
                assistive_technology: self.maybe(|choices| Located::new(choices.byte() % 2 == 1, Site::default())),
            },
            aigc: self.some(Self::label),
            traces: self.some(|choices| trace("Some", choices.of(&[0, 3, 4, 5, 255]), "field")),
            invisible_marks: self.some(|choices| InvisibleMark {
                says_ai: choices.byte() % 2 == 1,
                ..mark("mark", choices.of(&[MarkState::Decoded, MarkState::Declared, MarkState::NotCheckable]))
            }),
            audible_label: AudibleLabel {
                state: self.of(&[VisibleState::Unknown, VisibleState::Present, VisibleState::Absent]),
                source: self.source_of_label(),
                listened: self.of(&readings),
                form: self.of(&[AudibleForm::Unknown, AudibleForm::Voice, AudibleForm::MorseRhythm]),
                text: self.maybe(Self::text),
                moment: self.moment(),
                ..AudibleLabel::default()
            },
            text_label: TextLabel {
                state: self.of(&[VisibleState::Unknown, VisibleState::Present, VisibleState::Absent]),
                source: self.source_of_label(),
                read: self.of(&readings),
                text: self.maybe(Self::text),
                place: self.of(&[TextPlace::Unknown, TextPlace::Start, TextPlace::Middle, TextPlace::End]),
                ..TextLabel::default()
            },
            visible_label: VisibleLabel {
                source: self.source_of_label(),
                looked: self.of(&readings),
                moment: self.moment(),
                state: self.of(&[VisibleState::Unknown, VisibleState::Present, VisibleState::Absent]),
                text: self.maybe(Self::text),
                placement: self.of(&[Placement::Unknown, Placement::Corner, Placement::Edge, Placement::Interior]),
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
                spoken: self.of(&[
                    SpokenPrompt::Unknown,
                    SpokenPrompt::VoiceAtStart,
                    SpokenPrompt::MorseAtStart,
                    SpokenPrompt::Elsewhere,
                ]),
                ..VisibleLabel::default()
            },
            comparison: self.maybe(|choices| Comparison {
                before_said_ai: choices.byte() % 2 == 1,
                changes: choices.some(|choices| {
                    change(
                        choices.of(&LAYERS),
                        choices.of(&[
                            LayerChange::Kept,
                            LayerChange::Added,
                            LayerChange::Changed,
                            LayerChange::Removed,
                            LayerChange::Broken,
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
        }
    }

    fn day(&mut self) -> Date {
        date!(2025 - 01 - 01) + Duration::days(i64::from(self.byte()) * 8)
    }

    /// Decodes a context: answers, a role and days.
    pub fn context(&mut self) -> Context {
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
            ai_involvement: self.of(&[AiInvolvement::Unknown, AiInvolvement::Created, AiInvolvement::Altered]),
            distributed_on: self.maybe(Self::day),
            placed_on_market: self.maybe(Self::day),
            assistive_editing: self.answer(),
            minor_modification: self.answer(),
            deployer_professional: self.answer(),
            authorised_by_law: self.answer(),
            verification_tool_reads: self.answer(),
            knowingly_removed: self.answer(),
            device_first_sold_since_2028: self.answer(),
            business_only: self.answer(),
            declared_on_platform: self.answer(),
            platform_is_producer: self.answer(),
            regions: self
                .of(&[Region::DEFAULT.as_slice(), &Region::DEFAULT, &Region::DEFAULT, &Region::ALL])
                .iter()
                .copied()
                .collect(),
            ..Context::new(day)
        }
    }
}
