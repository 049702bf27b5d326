//! The label in the metadata: CN-01 to CN-09, CN-12 and CN-13.

use crate::case::{Case, cite};
use crate::evidence::{AigcShape, AigcSite, CodeCheck, JsonType, Place, Reading};
use crate::rule::{Finding, fail, not_applicable, open, pass};
use crate::{Citation, Severity};

/// Namespace and prefix of the XMP property in the TC260 guides.
const NAMESPACE: &str = "http://www.tc260.org.cn/ns/AIGC/1.0/";
const PREFIX: &str = "TC260";
/// The seven keys of Annex E, the three that the Measures ask of a producer first.
const KEYS: [&str; 7] =
    ["Label", "ContentProducer", "ProduceID", "ReservedCode1", "ContentPropagator", "PropagateID", "ReservedCode2"];
const REQUIRED_KEYS: [&str; 3] = ["Label", "ContentProducer", "ProduceID"];

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

pub(super) fn implicit_label(case: &Case<'_>) -> Finding {
    let found = case.aigc();
    if !found.is_empty() {
        return pass("CN-01.pass").with("count", found.len().to_string()).cites(found);
    }
    if case.cannot_carry() {
        open("CN-01.noPlace")
    } else if case.evidence.readings.aigc == Reading::Complete {
        fail("CN-01.none").note_if(!case.c2pa_ai().is_empty() || !case.xmp_ai().is_empty(), "CN-01.note.otherMarks")
    } else {
        open("CN-01.notRead")
    }
}

pub(super) fn json_of_strings(case: &Case<'_>) -> Finding {
    if case.evidence.aigc.is_empty() {
        return not_applicable("CN-02.noLabel");
    }
    let wrong = first_of(case, |label| {
        let shown = cite("AIGC label", "present", &label.site);
        match label.shape {
            AigcShape::DoubleEncoded => Some(fail("CN-02.doubleEncoded").cite(shown)),
            AigcShape::Malformed => Some(fail("CN-02.malformed").cite(shown)),
            AigcShape::VendorKeys => Some(fail("CN-02.vendorKeys").cite(shown)),
            AigcShape::Object | AigcShape::Wrapped => {
                label.fields.iter().find(|field| !matches!(field.json_type, JsonType::String | JsonType::Number)).map(
                    |field| {
                        fail("CN-02.notString").with("field", field.name.clone()).cite(cite(
                            &format!("AIGC {}", field.name),
                            &field.value,
                            &label.site,
                        ))
                    },
                )
            }
        }
    });
    let any = |wanted: fn(&AigcSite) -> bool| case.evidence.aigc.iter().any(wanted);
    wrong.unwrap_or_else(|| {
        pass("CN-02.pass")
            .note_if(any(|label| label.shape == AigcShape::Wrapped), "CN-02.note.wrapped")
            .note_if(
                any(|label| label.fields.iter().any(|field| field.json_type == JsonType::Number)),
                "CN-02.note.number",
            )
            .cites(case.aigc())
    })
}

pub(super) fn label_value(case: &Case<'_>) -> Finding {
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
        Some(field) => Some(fail("CN-03.unknown").with("value", field.value.clone()).cite(cite_field(label, "Label"))),
    });
    let number = case
        .evidence
        .aigc
        .iter()
        .any(|label| label.field("Label").is_some_and(|field| field.json_type == JsonType::Number));
    wrong.unwrap_or_else(|| {
        pass(match first.value("Label") {
            Some("2") => "CN-03.may",
            Some("3") => "CN-03.suspected",
            _ => "CN-03.is",
        })
        .note_if(number, "CN-03.note.number")
        .cites(case.evidence.aigc.iter().map(|label| cite_field(label, "Label")))
    })
}

pub(super) fn content_producer(case: &Case<'_>) -> Finding {
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
        Some(fail(key).with("value", value).cite(cite_field(label, "ContentProducer")))
    });
    wrong.unwrap_or_else(|| {
        let value = first.value("ContentProducer").unwrap_or_default();
        let key = if first.producer_code == CodeCheck::Valid { "CN-04.code" } else { "CN-04.name" };
        pass(key).with("value", value).cite(cite_field(first, "ContentProducer"))
    })
}

pub(super) fn produce_id(case: &Case<'_>) -> Finding {
    let Some(first) = case.evidence.aigc.first() else {
        return not_applicable("CN-05.noLabel");
    };
    let wrong = first_of(case, |label| {
        label.value("ProduceID").is_none().then(|| fail("CN-05.missing").cite(cite_field(label, "ProduceID")))
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
    pass("CN-05.pass").with("id", id).cite(cite_field(first, "ProduceID"))
}

pub(super) fn complete_fields(case: &Case<'_>) -> Finding {
    if case.evidence.aigc.is_empty() {
        return not_applicable("CN-06.noLabel");
    }
    let missing = |label: &AigcSite, keys: &[&str]| -> Vec<String> {
        keys.iter().filter(|key| label.field(key).is_none()).map(|key| (*key).to_owned()).collect()
    };
    let required = first_of(case, |label| {
        let keys = missing(label, &REQUIRED_KEYS);
        (!keys.is_empty())
            .then(|| fail("CN-06.required").with("keys", keys.join(", ")).cite(cite_field(label, "Label")))
    });
    let other = || {
        first_of(case, |label| {
            let keys = missing(label, &KEYS);
            if !keys.is_empty() {
                return Some(fail("CN-06.missing").with("keys", keys.join(", ")).cite(cite_field(label, "Label")));
            }
            let unknown: Vec<&str> =
                label.fields.iter().map(|field| field.name.as_str()).filter(|name| !KEYS.contains(name)).collect();
            (!unknown.is_empty())
                .then(|| fail("CN-06.unknown").with("keys", unknown.join(", ")).cite(cite_field(label, "Label")))
        })
        .map(|finding| finding.weigh(Severity::Recommended, "CN-06.weight.optional"))
    };
    required.or_else(other).unwrap_or_else(|| pass("CN-06.pass").cites(case.aigc()))
}

pub(super) fn character_set(case: &Case<'_>) -> Finding {
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

pub(super) fn single_copy(case: &Case<'_>) -> Finding {
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
        fail(if same { "CN-08.repeated" } else { "CN-08.conflict" })
            .with("count", labels.len().to_string())
            .cites(found)
    }
}

pub(super) fn location(case: &Case<'_>) -> Finding {
    if case.evidence.aigc.is_empty() {
        return not_applicable("CN-09.noLabel");
    }
    let wrong = first_of(case, |label| {
        let shown = || cite_field(label, "Label");
        let namespace = label.namespace.as_deref();
        if namespace.is_some_and(|namespace| namespace != NAMESPACE) {
            return Some(fail("CN-09.namespace").with("namespace", namespace.unwrap_or_default()).cite(shown()));
        }
        let prefix = label.prefix.as_deref();
        if prefix.is_some_and(|prefix| prefix != PREFIX) {
            return Some(fail("CN-09.prefix").with("prefix", prefix.unwrap_or_default()).cite(shown()));
        }
        (label.place == Place::NonStandard)
            .then(|| fail("CN-09.place").with("place", label.site.location.clone()).cite(shown()))
    });
    if let Some(wrong) = wrong {
        return wrong;
    }
    if case.evidence.aigc.iter().any(|label| label.place == Place::Unknown) {
        return open("CN-09.unknownPlace").cites(case.aigc());
    }
    pass("CN-09.pass").cites(case.aigc())
}

pub(super) fn reserved_code(case: &Case<'_>) -> Finding {
    let filled = case.evidence.aigc.iter().find(|label| label.value("ReservedCode1").is_some());
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

pub(super) fn propagation(case: &Case<'_>) -> Finding {
    let Some(first) = case.evidence.aigc.first() else {
        return not_applicable("CN-13.noLabel");
    };
    let wrong = first_of(case, |label| {
        let missing: Vec<&str> =
            ["ContentPropagator", "PropagateID"].into_iter().filter(|key| label.value(key).is_none()).collect();
        if !missing.is_empty() {
            return Some(
                fail("CN-13.missing").with("keys", missing.join(", ")).cite(cite_field(label, "ContentPropagator")),
            );
        }
        matches!(label.propagator_code, CodeCheck::WrongLength | CodeCheck::WrongStructure | CodeCheck::WrongCheckDigit)
            .then(|| fail("CN-13.wrongCode").cite(cite_field(label, "ContentPropagator")))
    });
    wrong.unwrap_or_else(|| {
        pass("CN-13.pass")
            .with("propagator", first.value("ContentPropagator").unwrap_or_default())
            .cite(cite_field(first, "ContentPropagator"))
            .cite(cite_field(first, "PropagateID"))
    })
}
