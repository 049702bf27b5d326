//! Facts about China's `AIGC` label, checked against Annex E of GB 45438-2025.

use super::schema::FACTS;
use super::standing::Standing;
use super::table::{Facts, Value, cite};
use crate::Citation;
use crate::evidence::{AigcShape, AigcSite, CodeCheck, Evidence, JsonType, Place};

/// Namespace of the XMP property in the TC260 guides.
const NAMESPACE: &str = "http://www.tc260.org.cn/ns/AIGC/1.0/";
const PREFIX: &str = "TC260";
/// The seven keys of Annex E.
const KEYS: [&str; 7] =
    ["Label", "ContentProducer", "ProduceID", "ReservedCode1", "ContentPropagator", "PropagateID", "ReservedCode2"];
const PRODUCER_KEYS: [&str; 3] = ["Label", "ContentProducer", "ProduceID"];
const PLATFORM_KEYS: [&str; 3] = ["Label", "ContentPropagator", "PropagateID"];

/// Returns whether Annex E j) allows the character, as quoted by two public copies: 0x21, 0x23 to 0x5B, 0x5D to 0x7E,
/// and an escaped quotation mark.
fn allowed(letter: char) -> bool {
    matches!(letter, '!'..='~') && letter != '\\'
}

fn field(label: &AigcSite, name: &str) -> Citation {
    let value = label.field(name).map_or("missing", |field| field.value.as_str());
    cite(&format!("AIGC {name}"), value, &label.site, Standing::StatedUnsigned)
}

fn listed(keys: Vec<&str>) -> Value {
    if keys.is_empty() { Value::Absent } else { Value::Text(keys.join(", ")) }
}

/// Sets the facts about the label.
pub(super) fn label(facts: &mut Facts, evidence: &Evidence) {
    let labels = &evidence.aigc;
    let found: Vec<Citation> = labels
        .iter()
        .map(|label| {
            let value = label.value("Label").map_or_else(|| "no Label".to_owned(), |label| format!("Label {label}"));
            cite("AIGC label", &value, &label.site, Standing::StatedUnsigned)
        })
        .collect();
    facts.put("aigc", labels.len(), found.clone());
    let Some(first) = labels.first() else {
        return absent(facts);
    };
    shape(facts, labels, &found);
    attribute(facts, labels);
    producer(facts, evidence, first);
    keys(facts, labels);
    charset(facts, labels);
    place(facts, labels, &found);
    propagator(facts, labels, first);
    let values = |label: &AigcSite| KEYS.map(|key| label.value(key).map(str::to_owned));
    facts.set("aigc.same", labels.iter().all(|label| values(label) == values(first)));
    let reserved = labels.iter().find(|label| label.value("ReservedCode1").is_some());
    let word = reserved.map_or("empty", |label| match label.reserved_code_verified {
        Some(true) => "verified",
        Some(false) => "mismatch",
        None => "unverified",
    });
    facts.put("aigc.reserved", word, reserved.map(|label| field(label, "ReservedCode1")).into_iter().collect());
}

fn absent(facts: &mut Facts) {
    let names: Vec<&str> = FACTS.iter().map(|info| info.name).filter(|name| name.starts_with("aigc.")).collect();
    for name in names {
        facts.set(name, Value::Absent);
    }
}

fn shape(facts: &mut Facts, labels: &[AigcSite], found: &[Citation]) {
    let any = |shape: AigcShape| labels.iter().any(|label| label.shape == shape);
    let odd =
        labels.iter().flat_map(|label| label.fields.iter().map(move |field| (label, field))).find(|(label, f)| {
            matches!(label.shape, AigcShape::Object | AigcShape::Wrapped)
                && !matches!(f.json_type, JsonType::String | JsonType::Number)
        });
    let word = if any(AigcShape::DoubleEncoded) {
        "double-encoded"
    } else if any(AigcShape::Malformed) {
        "malformed"
    } else if any(AigcShape::VendorKeys) {
        "vendor-keys"
    } else if odd.is_some() {
        "not-string"
    } else {
        "object"
    };
    facts.put("aigc.shape", word, found.to_vec());
    facts.set("aigc.field", odd.map(|(_, field)| field.name.clone()));
    facts.set("aigc.wrapped", any(AigcShape::Wrapped));
    let number = |label: &AigcSite| label.fields.iter().any(|field| field.json_type == JsonType::Number);
    facts.set("aigc.number", labels.iter().any(number));
}

fn attribute(facts: &mut Facts, labels: &[AigcSite]) {
    let word = |label: &AigcSite| match label.field("Label") {
        None => "missing",
        Some(field) if !matches!(field.json_type, JsonType::String | JsonType::Number) => "other",
        Some(field) => match field.value.as_str() {
            "1" => "1",
            "2" => "2",
            "3" => "3",
            _ => "other",
        },
    };
    let worst = labels.iter().find(|label| matches!(word(label), "missing" | "other")).or(labels.first());
    let Some(label) = worst else { return };
    facts.put("aigc.label", word(label), vec![field(label, "Label")]);
    facts.set("aigc.label-value", label.field("Label").map(|field| field.value.clone()));
    let number = |label: &AigcSite| label.field("Label").is_some_and(|field| field.json_type == JsonType::Number);
    facts.set("aigc.label-number", labels.iter().any(number));
}

fn code_word(check: CodeCheck, empty: bool) -> &'static str {
    match check {
        _ if empty => "missing",
        CodeCheck::Valid => "code",
        CodeCheck::WrongLength => "wrong-length",
        CodeCheck::WrongStructure => "wrong-structure",
        CodeCheck::WrongCheckDigit => "wrong-check-digit",
        CodeCheck::Empty | CodeCheck::Name => "name",
    }
}

fn producer(facts: &mut Facts, evidence: &Evidence, first: &AigcSite) {
    let labels = &evidence.aigc;
    let word = |label: &AigcSite| code_word(label.producer_code, label.value("ContentProducer").is_none());
    let rank = |label: &&AigcSite| match word(label) {
        "missing" => 4,
        "wrong-length" | "wrong-structure" => 3,
        "wrong-check-digit" => 2,
        _ => 1,
    };
    let worst = labels.iter().rev().max_by_key(rank).unwrap_or(first);
    facts.put("aigc.producer", word(worst), vec![field(worst, "ContentProducer")]);
    facts.set("aigc.producer-value", worst.value("ContentProducer"));
    let without = labels.iter().find(|label| label.value("ProduceID").is_none());
    let id = without.unwrap_or(first);
    facts.put("aigc.produce-id", id.value("ProduceID"), vec![field(id, "ProduceID")]);
    let same = &evidence.batch.same_produce_id;
    facts.set("aigc.produce-id-also-in", same.first().cloned());
    facts.set("aigc.produce-id-repeats", same.len());
}

fn keys(facts: &mut Facts, labels: &[AigcSite]) {
    let missing = |wanted: &[&'static str]| -> Vec<&str> {
        wanted.iter().copied().filter(|key| labels.iter().any(|label| label.field(key).is_none())).collect()
    };
    facts.set("aigc.keys-missing", listed(missing(&KEYS)));
    facts.set("aigc.producer-keys-missing", listed(missing(&PRODUCER_KEYS)));
    let empty = PLATFORM_KEYS.iter().copied().filter(|key| labels.iter().any(|label| label.value(key).is_none()));
    facts.set("aigc.platform-keys-missing", listed(empty.collect()));
    let mut unknown: Vec<&str> = Vec::new();
    for name in labels.iter().flat_map(|label| &label.fields).map(|field| field.name.as_str()) {
        if !KEYS.contains(&name) && !unknown.contains(&name) {
            unknown.push(name);
        }
    }
    facts.set("aigc.keys-unknown", listed(unknown));
}

fn charset(facts: &mut Facts, labels: &[AigcSite]) {
    let values = || labels.iter().flat_map(|label| label.fields.iter().map(move |field| (label, field)));
    let odd = |text: &str| text.chars().find(|letter| !allowed(*letter));
    // A value without any allowed character cannot "mainly consist of" allowed characters.
    let none = values().find(|(_, f)| !f.value.is_empty() && !f.value.chars().any(allowed));
    let some = values().find(|(_, f)| odd(&f.value).is_some());
    let reported = labels.iter().find_map(|label| label.charset_problems.first().map(|problem| (label, problem)));
    let (word, found) = match (none, some) {
        (Some(found), _) => ("none", Some(found)),
        (None, Some(found)) => ("some", Some(found)),
        (None, None) if reported.is_some() => ("some", None),
        (None, None) => ("allowed", None),
    };
    let cited = found.map(|(label, f)| field(label, &f.name));
    facts.put("aigc.charset", word, cited.into_iter().collect());
    let name = found.map(|(_, f)| f.name.clone()).or_else(|| reported.map(|(_, problem)| problem.field.clone()));
    facts.set("aigc.charset-field", name);
    let letter = found.and_then(|(_, f)| odd(&f.value)).map(|letter| format!("U+{:04X}", u32::from(letter)));
    facts.set("aigc.charset-character", letter.or_else(|| reported.map(|(_, problem)| problem.character.clone())));
}

fn place(facts: &mut Facts, labels: &[AigcSite], found: &[Citation]) {
    let mut worst = ("standard", String::new());
    let rank =
        |word: &str| ["standard", "unlisted", "non-standard", "prefix", "namespace"].iter().position(|w| *w == word);
    for label in labels {
        let namespace = label.namespace.as_deref().filter(|namespace| *namespace != NAMESPACE);
        let prefix = label.prefix.as_deref().filter(|prefix| *prefix != PREFIX);
        let own = match (namespace, prefix, label.place) {
            (Some(namespace), _, _) => ("namespace", namespace.to_owned()),
            (None, Some(prefix), _) => ("prefix", prefix.to_owned()),
            (None, None, Place::NonStandard) => ("non-standard", label.site.location.clone()),
            (None, None, Place::Unknown) => ("unlisted", label.site.location.clone()),
            (None, None, Place::Standard) => continue,
        };
        if rank(own.0) > rank(worst.0) {
            worst = own;
        }
    }
    facts.put("aigc.place", worst.0, found.to_vec());
    facts.set("aigc.place-detail", worst.1);
}

fn propagator(facts: &mut Facts, labels: &[AigcSite], first: &AigcSite) {
    let word = |label: &AigcSite| {
        let (propagator, number) = (label.value("ContentPropagator"), label.value("PropagateID"));
        if propagator.is_none() || number.is_none() {
            "missing"
        } else if matches!(
            label.propagator_code,
            CodeCheck::WrongLength | CodeCheck::WrongStructure | CodeCheck::WrongCheckDigit
        ) {
            "wrong-code"
        } else if propagator == label.value("ContentProducer") {
            "same-as-producer"
        } else {
            "own"
        }
    };
    let order = ["own", "same-as-producer", "wrong-code", "missing"];
    let worst = labels.iter().max_by_key(|label| order.iter().position(|w| *w == word(label))).unwrap_or(first);
    let cited = vec![field(worst, "ContentPropagator"), field(worst, "PropagateID")];
    facts.put("aigc.propagator", word(worst), cited);
    facts.set("aigc.propagator-value", worst.value("ContentPropagator"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annex_e_allows_printable_ascii_without_space_and_backslash() {
        assert!("AZaz09-._!\"~[]".chars().all(allowed));
        assert!(!['\\', ' ', '腾', '\u{7f}'].into_iter().any(allowed));
    }
}
