//! China: Measures for Labeling AI-Generated Synthetic Content (人工智能生成合成内容标识办法) and the mandatory standard
//! GB 45438-2025, both in force from 1 September 2025 (Article 14), with the TC260 guides of August 2025.
//!
//! The only regime that fixes where in the file the mark stands: a place that was read and is empty is a real failure.
//! A C2PA manifest does not replace the label.

use time::{Date, macros::date};

use crate::case::{Case, cite};
use crate::evidence::{
    AigcShape, AigcSite, CodeCheck, JsonType, LayerChange, MarkLayer, Modality, Placement, Reading,
    SpokenPrompt, VisibleLabel, VisibleState,
};
use crate::rule::{
    EVERY_MODALITY, EVERY_ROLE, Finding, IMAGES, Needs, PLATFORM, PROVIDER, PROVIDER_PLATFORM,
    Rule, TIMED, Vintage, fail, not_applicable, open, pass, usual,
};
use crate::{Answer, Citation, Region, Severity};

const IN_FORCE: Date = date!(2025 - 09 - 01);
const MEASURES: &str =
    "Measures for Labeling AI-Generated Synthetic Content (人工智能生成合成内容标识办法)";
const MEASURES_URL: &str = "https://www.cac.gov.cn/2025-03/14/c_1743654684782215.htm";
const STANDARD: &str = "GB 45438-2025";
const STANDARD_URL: &str = "https://www.tc260.org.cn/upload/2025-03-15/1742009439794081593.pdf";
const GUIDES: &str = "TC260-PG-20257A, 20258A, 20259A and 202510A (V1.0-202508)";
const GUIDES_URL: &str = "https://www.tc260.org.cn/tc260/sjzn/list_2.shtml";

/// Namespace and prefix of the XMP property in the TC260 guides.
const NAMESPACE: &str = "http://www.tc260.org.cn/ns/AIGC/1.0/";
const PREFIX: &str = "TC260";
/// The seven keys of Annex E, the three that the Measures ask of a producer first.
const KEYS: [&str; 7] = [
    "Label",
    "ContentProducer",
    "ProduceID",
    "ReservedCode1",
    "ContentPropagator",
    "PropagateID",
    "ReservedCode2",
];
const REQUIRED_KEYS: [&str; 3] = ["Label", "ContentProducer", "ProduceID"];
/// GB 45438-2025, 5.2 and 5.4: height of the characters against the shortest side.
const LEAST_HEIGHT: f64 = 0.05;
/// GB 45438-2025, 5.4: how long the label stays on the opening picture.
const LEAST_SECONDS: f64 = 2.0;

const fn text(
    instrument: &'static str,
    provision: &'static str,
    url: &'static str,
    severity: Severity,
    requirement: &'static str,
) -> Vintage {
    Vintage {
        from: IN_FORCE,
        until: None,
        severity,
        instrument,
        provision,
        url: Some(url),
        requirement,
    }
}

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "CN-01",
        region: Region::China,
        title: "CN-01.title",
        vintages: &[text(
            MEASURES,
            "Article 5; GB 45438-2025, 6.1",
            MEASURES_URL,
            Severity::Required,
            "CN-01.requirement",
        )],
        roles: PROVIDER_PLATFORM,
        modalities: EVERY_MODALITY,
        needs: Needs::AiClaim,
        weight: usual,
        logic: implicit_label,
    },
    Rule {
        id: "CN-02",
        region: Region::China,
        title: "CN-02.title",
        vintages: &[text(
            STANDARD,
            "Annex E b)",
            STANDARD_URL,
            Severity::Required,
            "CN-02.requirement",
        )],
        roles: PROVIDER_PLATFORM,
        modalities: EVERY_MODALITY,
        needs: Needs::AiClaim,
        weight: usual,
        logic: json_of_strings,
    },
    Rule {
        id: "CN-03",
        region: Region::China,
        title: "CN-03.title",
        vintages: &[text(
            STANDARD,
            "Annex E c)",
            STANDARD_URL,
            Severity::Required,
            "CN-03.requirement",
        )],
        roles: PROVIDER_PLATFORM,
        modalities: EVERY_MODALITY,
        needs: Needs::AiClaim,
        weight: usual,
        logic: label_value,
    },
    Rule {
        id: "CN-04",
        region: Region::China,
        title: "CN-04.title",
        vintages: &[text(
            STANDARD,
            "Annex E; Measures, Article 5",
            STANDARD_URL,
            Severity::Required,
            "CN-04.requirement",
        )],
        roles: PROVIDER_PLATFORM,
        modalities: EVERY_MODALITY,
        needs: Needs::AiClaim,
        weight: usual,
        logic: content_producer,
    },
    Rule {
        id: "CN-05",
        region: Region::China,
        title: "CN-05.title",
        vintages: &[text(
            STANDARD,
            "Annex E; Measures, Article 5",
            STANDARD_URL,
            Severity::Required,
            "CN-05.requirement",
        )],
        roles: PROVIDER_PLATFORM,
        modalities: EVERY_MODALITY,
        needs: Needs::AiClaim,
        weight: usual,
        logic: produce_id,
    },
    Rule {
        id: "CN-06",
        region: Region::China,
        title: "CN-06.title",
        vintages: &[text(
            STANDARD,
            "Annex E",
            STANDARD_URL,
            Severity::Required,
            "CN-06.requirement",
        )],
        roles: PROVIDER_PLATFORM,
        modalities: EVERY_MODALITY,
        needs: Needs::AiClaim,
        weight: usual,
        logic: complete_fields,
    },
    Rule {
        id: "CN-07",
        region: Region::China,
        title: "CN-07.title",
        vintages: &[text(
            STANDARD,
            "Annex E j)",
            STANDARD_URL,
            Severity::Required,
            "CN-07.requirement",
        )],
        roles: PROVIDER_PLATFORM,
        modalities: EVERY_MODALITY,
        needs: Needs::AiClaim,
        weight: usual,
        logic: character_set,
    },
    Rule {
        id: "CN-08",
        region: Region::China,
        title: "CN-08.title",
        vintages: &[text(
            STANDARD,
            "6.1 c)",
            STANDARD_URL,
            Severity::Required,
            "CN-08.requirement",
        )],
        roles: PROVIDER_PLATFORM,
        modalities: EVERY_MODALITY,
        needs: Needs::AiClaim,
        weight: usual,
        logic: single_copy,
    },
    Rule {
        id: "CN-09",
        region: Region::China,
        title: "CN-09.title",
        vintages: &[text(
            GUIDES,
            "clause 6",
            GUIDES_URL,
            Severity::Recommended,
            "CN-09.requirement",
        )],
        roles: PROVIDER_PLATFORM,
        modalities: EVERY_MODALITY,
        needs: Needs::AiClaim,
        weight: usual,
        logic: location,
    },
    Rule {
        id: "CN-10",
        region: Region::China,
        title: "CN-10.title",
        vintages: &[text(
            STANDARD,
            "5.2; Measures, Article 4",
            STANDARD_URL,
            Severity::Required,
            "CN-10.requirement",
        )],
        roles: PROVIDER,
        modalities: IMAGES,
        needs: Needs::AiClaim,
        weight: usual,
        logic: explicit_image_label,
    },
    Rule {
        id: "CN-11",
        region: Region::China,
        title: "CN-11.title",
        vintages: &[text(
            STANDARD,
            "5.3 and 5.4; Measures, Article 4",
            STANDARD_URL,
            Severity::Required,
            "CN-11.requirement",
        )],
        roles: PROVIDER,
        modalities: TIMED,
        needs: Needs::AiClaim,
        weight: usual,
        logic: explicit_timed_label,
    },
    Rule {
        id: "CN-12",
        region: Region::China,
        title: "CN-12.title",
        vintages: &[text(
            STANDARD,
            "Annex F.4",
            STANDARD_URL,
            Severity::Informational,
            "CN-12.requirement",
        )],
        roles: PROVIDER_PLATFORM,
        modalities: EVERY_MODALITY,
        needs: Needs::AiClaim,
        weight: usual,
        logic: reserved_code,
    },
    Rule {
        id: "CN-13",
        region: Region::China,
        title: "CN-13.title",
        vintages: &[text(
            MEASURES,
            "Article 6",
            MEASURES_URL,
            Severity::Required,
            "CN-13.requirement",
        )],
        roles: PLATFORM,
        modalities: EVERY_MODALITY,
        needs: Needs::AiClaim,
        weight: usual,
        logic: propagation,
    },
    Rule {
        id: "CN-14",
        region: Region::China,
        title: "CN-14.title",
        vintages: &[text(
            MEASURES,
            "Article 10",
            MEASURES_URL,
            Severity::Required,
            "CN-14.requirement",
        )],
        roles: EVERY_ROLE,
        modalities: EVERY_MODALITY,
        needs: Needs::Nothing,
        weight: usual,
        logic: labels_intact,
    },
];

/// The first label for which a question has an answer.
fn first_of(case: &Case<'_>, question: impl Fn(&AigcSite) -> Option<Finding>) -> Option<Finding> {
    case.evidence.aigc.iter().find_map(question)
}

fn cite_field(label: &AigcSite, name: &str) -> Citation {
    match label.field(name) {
        Some(field) => cite(&format!("AIGC {name}"), &field.value, &label.site),
        None => cite("AIGC label", "present", &label.site),
    }
}

fn implicit_label(case: &Case<'_>) -> Finding {
    let found = case.aigc();
    if !found.is_empty() {
        return pass("CN-01.pass")
            .with("count", found.len().to_string())
            .cites(found);
    }
    if case.cannot_carry() {
        open("CN-01.noPlace")
    } else if case.evidence.readings.aigc == Reading::Complete {
        fail("CN-01.none").note_if(
            !case.c2pa_ai().is_empty() || !case.xmp_ai().is_empty(),
            "CN-01.note.otherMarks",
        )
    } else {
        open("CN-01.notRead")
    }
}

fn json_of_strings(case: &Case<'_>) -> Finding {
    if case.evidence.aigc.is_empty() {
        return not_applicable("CN-02.noLabel");
    }
    let wrong = first_of(case, |label| {
        let shown = cite("AIGC label", "present", &label.site);
        match label.shape {
            AigcShape::DoubleEncoded => Some(fail("CN-02.doubleEncoded").cite(shown)),
            AigcShape::Malformed => Some(fail("CN-02.malformed").cite(shown)),
            AigcShape::VendorKeys => Some(fail("CN-02.vendorKeys").cite(shown)),
            AigcShape::Object | AigcShape::Wrapped => label
                .fields
                .iter()
                .find(|field| !matches!(field.json_type, JsonType::String | JsonType::Number))
                .map(|field| {
                    fail("CN-02.notString")
                        .with("field", field.name.clone())
                        .cite(cite(
                            &format!("AIGC {}", field.name),
                            &field.value,
                            &label.site,
                        ))
                }),
        }
    });
    let any = |wanted: fn(&AigcSite) -> bool| case.evidence.aigc.iter().any(wanted);
    wrong.unwrap_or_else(|| {
        pass("CN-02.pass")
            .note_if(
                any(|label| label.shape == AigcShape::Wrapped),
                "CN-02.note.wrapped",
            )
            .note_if(
                any(|label| {
                    label
                        .fields
                        .iter()
                        .any(|field| field.json_type == JsonType::Number)
                }),
                "CN-02.note.number",
            )
            .cites(case.aigc())
    })
}

fn label_value(case: &Case<'_>) -> Finding {
    let Some(first) = case.evidence.aigc.first() else {
        return not_applicable("CN-03.noLabel");
    };
    let wrong = first_of(case, |label| match label.field("Label") {
        None => Some(fail("CN-03.missing").cite(cite_field(label, "Label"))),
        Some(field)
            if matches!(field.value.as_str(), "1" | "2" | "3")
                && matches!(field.json_type, JsonType::String | JsonType::Number) =>
        {
            None
        }
        Some(field) => Some(
            fail("CN-03.unknown")
                .with("value", field.value.clone())
                .cite(cite_field(label, "Label")),
        ),
    });
    let number = case.evidence.aigc.iter().any(|label| {
        label
            .field("Label")
            .is_some_and(|field| field.json_type == JsonType::Number)
    });
    wrong.unwrap_or_else(|| {
        pass(match first.value("Label") {
            Some("2") => "CN-03.may",
            Some("3") => "CN-03.suspected",
            _ => "CN-03.is",
        })
        .note_if(number, "CN-03.note.number")
        .cites(
            case.evidence
                .aigc
                .iter()
                .map(|label| cite_field(label, "Label")),
        )
    })
}

fn content_producer(case: &Case<'_>) -> Finding {
    let Some(first) = case.evidence.aigc.first() else {
        return not_applicable("CN-04.noLabel");
    };
    let wrong = first_of(case, |label| {
        let Some(value) = label.value("ContentProducer") else {
            return Some(fail("CN-04.missing").cite(cite_field(label, "ContentProducer")));
        };
        let key = match label.producer_code {
            CodeCheck::WrongLength => "CN-04.wrongLength",
            CodeCheck::WrongStructure => "CN-04.wrongStructure",
            CodeCheck::WrongCheckDigit => "CN-04.wrongCheckDigit",
            CodeCheck::Empty | CodeCheck::Name | CodeCheck::Valid => return None,
        };
        Some(
            fail(key)
                .with("value", value)
                .cite(cite_field(label, "ContentProducer")),
        )
    });
    wrong.unwrap_or_else(|| {
        let value = first.value("ContentProducer").unwrap_or_default();
        let key = if first.producer_code == CodeCheck::Valid {
            "CN-04.code"
        } else {
            "CN-04.name"
        };
        pass(key)
            .with("value", value)
            .cite(cite_field(first, "ContentProducer"))
    })
}

fn produce_id(case: &Case<'_>) -> Finding {
    let Some(first) = case.evidence.aigc.first() else {
        return not_applicable("CN-05.noLabel");
    };
    let wrong = first_of(case, |label| {
        label
            .value("ProduceID")
            .is_none()
            .then(|| fail("CN-05.missing").cite(cite_field(label, "ProduceID")))
    });
    if let Some(wrong) = wrong {
        return wrong;
    }
    let same = &case.evidence.batch.same_produce_id;
    let id = first.value("ProduceID").unwrap_or_default();
    if let Some(other) = same.first() {
        return fail("CN-05.repeated")
            .with("id", id)
            .with("other", other.clone())
            .with("count", same.len().to_string())
            .cite(cite_field(first, "ProduceID"));
    }
    pass("CN-05.pass")
        .with("id", id)
        .cite(cite_field(first, "ProduceID"))
}

fn complete_fields(case: &Case<'_>) -> Finding {
    if case.evidence.aigc.is_empty() {
        return not_applicable("CN-06.noLabel");
    }
    let missing = |label: &AigcSite, keys: &[&str]| -> Vec<String> {
        keys.iter()
            .filter(|key| label.field(key).is_none())
            .map(|key| (*key).to_owned())
            .collect()
    };
    let required = first_of(case, |label| {
        let keys = missing(label, &REQUIRED_KEYS);
        (!keys.is_empty()).then(|| {
            fail("CN-06.required")
                .with("keys", keys.join(", "))
                .cite(cite_field(label, "Label"))
        })
    });
    let other = || {
        first_of(case, |label| {
            let keys = missing(label, &KEYS);
            if !keys.is_empty() {
                return Some(
                    fail("CN-06.missing")
                        .with("keys", keys.join(", "))
                        .cite(cite_field(label, "Label")),
                );
            }
            let unknown: Vec<&str> = label
                .fields
                .iter()
                .map(|field| field.name.as_str())
                .filter(|name| !KEYS.contains(name))
                .collect();
            (!unknown.is_empty()).then(|| {
                fail("CN-06.unknown")
                    .with("keys", unknown.join(", "))
                    .cite(cite_field(label, "Label"))
            })
        })
        .map(|finding| finding.weigh(Severity::Recommended, "CN-06.weight.optional"))
    };
    required
        .or_else(other)
        .unwrap_or_else(|| pass("CN-06.pass").cites(case.aigc()))
}

fn character_set(case: &Case<'_>) -> Finding {
    if case.evidence.aigc.is_empty() {
        return not_applicable("CN-07.noLabel");
    }
    let wrong = first_of(case, |label| {
        label.charset_problems.first().map(|problem| {
            fail("CN-07.fail")
                .with("field", problem.field.clone())
                .with("character", problem.character.clone())
                .cite(cite_field(label, &problem.field))
        })
    });
    wrong.unwrap_or_else(|| pass("CN-07.pass").cites(case.aigc()))
}

fn single_copy(case: &Case<'_>) -> Finding {
    let labels = &case.evidence.aigc;
    let Some((first, rest)) = labels.split_first() else {
        return not_applicable("CN-08.noLabel");
    };
    let found = case.aigc();
    if rest.is_empty() {
        if case.evidence.readings.aigc == Reading::Complete {
            pass("CN-08.pass").cites(found)
        } else {
            open("CN-08.notRead").cites(found)
        }
    } else {
        let values = |label: &AigcSite| KEYS.map(|key| label.value(key).map(str::to_owned));
        let same = rest.iter().all(|label| values(label) == values(first));
        fail(if same {
            "CN-08.repeated"
        } else {
            "CN-08.conflict"
        })
        .with("count", labels.len().to_string())
        .cites(found)
    }
}

fn location(case: &Case<'_>) -> Finding {
    if case.evidence.aigc.is_empty() {
        return not_applicable("CN-09.noLabel");
    }
    let wrong = first_of(case, |label| {
        let shown = || cite_field(label, "Label");
        let namespace = label.namespace.as_deref();
        if namespace.is_some_and(|namespace| namespace != NAMESPACE) {
            return Some(
                fail("CN-09.namespace")
                    .with("namespace", namespace.unwrap_or_default())
                    .cite(shown()),
            );
        }
        let prefix = label.prefix.as_deref();
        if prefix.is_some_and(|prefix| prefix != PREFIX) {
            return Some(
                fail("CN-09.prefix")
                    .with("prefix", prefix.unwrap_or_default())
                    .cite(shown()),
            );
        }
        (label.place == crate::evidence::Place::NonStandard).then(|| {
            fail("CN-09.place")
                .with("place", label.site.location.clone())
                .cite(shown())
        })
    });
    if let Some(wrong) = wrong {
        return wrong;
    }
    if case
        .evidence
        .aigc
        .iter()
        .any(|label| label.place == crate::evidence::Place::Unknown)
    {
        return open("CN-09.unknownPlace").cites(case.aigc());
    }
    pass("CN-09.pass").cites(case.aigc())
}

/// Whether the words name AI and generation or synthesis (GB 45438-2025, clause 5).
fn has_both_elements(text: &str) -> bool {
    let ai = text.contains("人工智能")
        || text
            .split(|letter: char| !letter.is_ascii_alphanumeric())
            .any(|word| word == "AI");
    ai && (text.contains("生成") || text.contains("合成"))
}

fn cite_visible(label: &VisibleLabel) -> Citation {
    cite(
        "visible label",
        label.text.as_deref().unwrap_or("words not known"),
        &label.site,
    )
}

fn percent(ratio: f64) -> String {
    format!("{:.1} %", ratio * 100.0)
}

/// Words and height, which pictures and video share; nothing to object to gives `None`.
fn words_and_height(
    label: &VisibleLabel,
    words: &'static str,
    small: &'static str,
    unknown: &'static str,
) -> Option<Finding> {
    let shown = cite_visible(label);
    let Some(text) = label.text.as_deref() else {
        return Some(open(unknown).cite(shown));
    };
    if !has_both_elements(text) {
        return Some(fail(words).with("text", text).cite(shown));
    }
    match label.ink_height_ratio {
        Some(ratio) if ratio >= LEAST_HEIGHT => None,
        Some(ratio) if ratio < LEAST_HEIGHT => {
            Some(fail(small).with("height", percent(ratio)).cite(shown))
        }
        _ => Some(open(unknown).cite(shown)),
    }
}

/// Nothing is known of a label: what the asker attests decides how that is said.
fn unseen(
    case: &Case<'_>,
    missing: &'static str,
    attested: &'static str,
    unknown: &'static str,
) -> Finding {
    match (
        case.evidence.visible_label.state,
        case.context.visible_label,
    ) {
        (VisibleState::Absent, _) | (_, Answer::No) => fail(missing),
        (_, Answer::Yes) => open(attested),
        (_, Answer::Unknown) => open(unknown),
    }
}

fn explicit_image_label(case: &Case<'_>) -> Finding {
    let label = &case.evidence.visible_label;
    if label.state != VisibleState::Present {
        return unseen(case, "CN-10.missing", "CN-10.attested", "CN-10.unseen");
    }
    if let Some(objection) =
        words_and_height(label, "CN-10.words", "CN-10.small", "CN-10.unmeasured")
    {
        return objection;
    }
    match label.placement {
        Placement::Corner | Placement::Edge => pass("CN-10.pass")
            .with("text", label.text.clone().unwrap_or_default())
            .with(
                "height",
                percent(label.ink_height_ratio.unwrap_or_default()),
            )
            .cite(cite_visible(label)),
        Placement::Interior => fail("CN-10.place").cite(cite_visible(label)),
        Placement::Unknown => open("CN-10.unmeasured").cite(cite_visible(label)),
    }
}

fn explicit_timed_label(case: &Case<'_>) -> Finding {
    let label = &case.evidence.visible_label;
    if label.state != VisibleState::Present {
        return unseen(case, "CN-11.missing", "CN-11.attested", "CN-11.unseen");
    }
    if case.evidence.file.modality == Modality::Audio {
        return match label.spoken {
            SpokenPrompt::VoiceAtStart | SpokenPrompt::MorseAtStart => {
                pass("CN-11.heard").cite(cite_visible(label))
            }
            SpokenPrompt::Elsewhere => fail("CN-11.notAtStart").cite(cite_visible(label)),
            SpokenPrompt::Unknown => open("CN-11.unmeasured").cite(cite_visible(label)),
        };
    }
    if let Some(objection) =
        words_and_height(label, "CN-11.words", "CN-11.small", "CN-11.unmeasured")
    {
        return objection;
    }
    let shown = cite_visible(label);
    match (label.start_seconds, label.duration_seconds) {
        (Some(start), _) if start > 0.0 => fail("CN-11.late")
            .with("start", format!("{start:.1}"))
            .cite(shown),
        (_, Some(seconds)) if seconds < LEAST_SECONDS => fail("CN-11.short")
            .with("seconds", format!("{seconds:.1}"))
            .cite(shown),
        (Some(start), Some(seconds)) if start <= 0.0 && seconds >= LEAST_SECONDS => {
            pass("CN-11.pass")
                .with("text", label.text.clone().unwrap_or_default())
                .with("seconds", format!("{seconds:.1}"))
                .cite(shown)
        }
        _ => open("CN-11.unmeasured").cite(shown),
    }
}

fn reserved_code(case: &Case<'_>) -> Finding {
    let filled = case
        .evidence
        .aigc
        .iter()
        .find(|label| label.value("ReservedCode1").is_some());
    let Some(label) = filled else {
        return not_applicable("CN-12.empty");
    };
    let shown = cite_field(label, "ReservedCode1");
    match label.reserved_code_verified {
        Some(true) => pass("CN-12.pass").cite(shown),
        Some(false) => fail("CN-12.mismatch").cite(shown),
        None => open("CN-12.unverified").cite(shown),
    }
}

fn propagation(case: &Case<'_>) -> Finding {
    let Some(first) = case.evidence.aigc.first() else {
        return not_applicable("CN-13.noLabel");
    };
    let wrong = first_of(case, |label| {
        let missing: Vec<&str> = ["ContentPropagator", "PropagateID"]
            .into_iter()
            .filter(|key| label.value(key).is_none())
            .collect();
        if !missing.is_empty() {
            return Some(
                fail("CN-13.missing")
                    .with("keys", missing.join(", "))
                    .cite(cite_field(label, "ContentPropagator")),
            );
        }
        matches!(
            label.propagator_code,
            CodeCheck::WrongLength | CodeCheck::WrongStructure | CodeCheck::WrongCheckDigit
        )
        .then(|| fail("CN-13.wrongCode").cite(cite_field(label, "ContentPropagator")))
    });
    wrong.unwrap_or_else(|| {
        pass("CN-13.pass")
            .with(
                "propagator",
                first.value("ContentPropagator").unwrap_or_default(),
            )
            .cite(cite_field(first, "ContentPropagator"))
            .cite(cite_field(first, "PropagateID"))
    })
}

fn labels_intact(case: &Case<'_>) -> Finding {
    // Without an earlier version there is no reason to suppose that anybody tampered: not applicable, not open.
    let Some(comparison) = &case.evidence.comparison else {
        return not_applicable("CN-14.noEarlierVersion");
    };
    let labels: Vec<_> = comparison
        .changes
        .iter()
        .filter(|change| {
            matches!(change.layer, MarkLayer::Aigc | MarkLayer::VisibleLabel)
                && change.change != LayerChange::Added
        })
        .collect();
    let cited = || {
        labels
            .iter()
            .map(|change| cite("label of the earlier version", &change.before, &change.site))
    };
    if labels.is_empty() {
        not_applicable("CN-14.nothingBefore")
    } else if let Some(lost) = labels.iter().find(|change| change.change.is_loss()) {
        fail("CN-14.lost")
            .with("before", lost.before.clone())
            .cites(cited())
    } else if labels
        .iter()
        .any(|change| change.change == LayerChange::Unknown)
    {
        open("CN-14.unclear").cites(cited())
    } else {
        pass("CN-14.pass").cites(cited())
    }
}
