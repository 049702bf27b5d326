//! China's AIGC label: from what the reader found to the facts that the rules judge.

use labeler_media::{AIGC_NAMESPACE, AigcCarrier, AigcShape, AigcSite, CodeCheck, CodeProblem};
use labeler_rules::evidence as facts;
use labeler_rules::evidence::Site;

pub(crate) fn facts(found: &AigcSite) -> facts::AigcSite {
    let in_xmp = found.carrier == AigcCarrier::Xmp;
    facts::AigcSite {
        site: Site::at(found.location.path.clone(), found.location.offset),
        place: if found.standard_place { facts::Place::Standard } else { facts::Place::NonStandard },
        namespace: in_xmp.then(|| AIGC_NAMESPACE.to_owned()),
        prefix: found.field.split_once(':').filter(|_| in_xmp).map(|(prefix, _)| prefix.to_owned()),
        shape: match found.shape {
            AigcShape::Bare => facts::AigcShape::Object,
            AigcShape::Wrapped => facts::AigcShape::Wrapped,
            AigcShape::DoubleEncoded => facts::AigcShape::DoubleEncoded,
            AigcShape::NonStandard if found.label.is_some() => facts::AigcShape::VendorKeys,
            AigcShape::NonStandard | AigcShape::NotJson => facts::AigcShape::Malformed,
        },
        fields: fields(found),
        charset_problems: found
            .charset_violations
            .iter()
            .map(|v| facts::CharsetProblem {
                field: v.key.to_owned(),
                character: format!("U+{:04X}", u32::from(v.character)),
            })
            .collect(),
        producer_code: code(&found.producer_code),
        propagator_code: code(&found.propagator_code),
        reserved_code_verified: None,
    }
}

/// The seven keys of Annex E in its order, then keys that it does not know.
fn fields(found: &AigcSite) -> Vec<facts::AigcField> {
    let Some(label) = &found.label else { return Vec::new() };
    let known = [
        ("Label", &label.label),
        ("ContentProducer", &label.content_producer),
        ("ProduceID", &label.produce_id),
        ("ReservedCode1", &label.reserved_code1),
        ("ContentPropagator", &label.content_propagator),
        ("PropagateID", &label.propagate_id),
        ("ReservedCode2", &label.reserved_code2),
    ];
    let known = known.into_iter().filter_map(|(name, value)| {
        let json_type =
            if found.non_string_keys.contains(&name) { facts::JsonType::Number } else { facts::JsonType::String };
        Some(facts::AigcField { name: name.to_owned(), value: value.clone()?, json_type })
    });
    let unknown = found.unknown_keys.iter().map(|name| facts::AigcField {
        name: name.clone(),
        value: String::new(),
        json_type: facts::JsonType::String,
    });
    known.chain(unknown).collect()
}

fn code(check: &CodeCheck) -> facts::CodeCheck {
    match check {
        CodeCheck::Absent => facts::CodeCheck::Empty,
        CodeCheck::Name => facts::CodeCheck::Name,
        CodeCheck::Valid { .. } => facts::CodeCheck::Valid,
        CodeCheck::Malformed { problem: CodeProblem::Structure } => facts::CodeCheck::WrongStructure,
        CodeCheck::Malformed { problem: CodeProblem::Length } => facts::CodeCheck::WrongLength,
        CodeCheck::Malformed { problem: CodeProblem::CheckCharacter } => facts::CodeCheck::WrongCheckDigit,
    }
}
