//! Converts China's AIGC labels from the reader's form to the facts that the rules judge.

use labeler_media::{
    AIGC_NAMESPACE, AigcCarrier, AigcPair, AigcShape, AigcSite, AigcValueType, CodeCheck, CodeProblem,
};
use labeler_rules::evidence as facts;
use labeler_rules::evidence::Site;

pub(crate) fn facts(found: &AigcSite) -> facts::AigcSite {
    let in_xmp = found.carrier == AigcCarrier::Xmp;
    facts::AigcSite {
        site: Site::at(found.location.path.clone(), found.location.offset),
        place: if found.standard_place { facts::Place::Standard } else { facts::Place::NonStandard },
        namespace: found.namespace.clone().or_else(|| in_xmp.then(|| AIGC_NAMESPACE.to_owned())),
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

fn fields(found: &AigcSite) -> Vec<facts::AigcField> {
    let json_type = |value_type: AigcValueType| match value_type {
        AigcValueType::String => facts::JsonType::String,
        AigcValueType::Number => facts::JsonType::Number,
        AigcValueType::Boolean => facts::JsonType::Boolean,
        AigcValueType::Null => facts::JsonType::Null,
        AigcValueType::Object => facts::JsonType::Object,
        AigcValueType::Array => facts::JsonType::Array,
    };
    let field = |pair: &AigcPair| facts::AigcField {
        name: pair.name.clone(),
        value: pair.value.clone(),
        json_type: json_type(pair.value_type),
    };
    found.pairs.iter().map(field).collect()
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
