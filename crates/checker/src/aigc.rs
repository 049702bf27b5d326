//! China's AIGC label: from what the reader found to the facts that the rules judge.

use std::fmt;

use labeler_media::{AIGC_NAMESPACE, AigcCarrier, AigcShape, AigcSite, CodeCheck, CodeProblem};
use labeler_rules::evidence as facts;
use labeler_rules::evidence::Site;
use serde::Deserializer;
use serde::de::{Deserialize, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

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

/// Keys and values in the order of the file, repeated keys included. Where the text is no JSON that can be read alone
/// (cut, with text around it, a structure of properties): the seven keys of Annex E in its order, then others.
fn fields(found: &AigcSite) -> Vec<facts::AigcField> {
    let Some(label) = &found.label else { return Vec::new() };
    if let Some(fields) = in_file_order(&found.raw) {
        return fields;
    }
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
    // Further values of a repeated key are not kept; that it stands again is.
    let repeated = found.repeated_keys.iter().map(|name| facts::AigcField {
        name: name.clone(),
        value: String::new(),
        json_type: facts::JsonType::String,
    });
    known.chain(unknown).chain(repeated).collect()
}

/// A JSON value whose objects keep the order and the repetitions of their keys.
enum Node {
    Object(Vec<(String, Node)>),
    Text(String),
    Other(Value),
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Node::Object(pairs))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = items.next_element::<Value>()? {
            values.push(value);
        }
        Ok(Node::Other(Value::Array(values)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Node, E> {
        Ok(Node::Other(flag.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Node, E> {
        Ok(Node::Other(number.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Node, E> {
        Ok(Node::Other(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Node, E> {
        Ok(Node::Other(number.into()))
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Other(Value::Null))
    }
}

/// The pairs of a label: bare, inside `AIGC`, or in a string that holds the JSON.
fn in_file_order(raw: &str) -> Option<Vec<facts::AigcField>> {
    let mut node: Node = serde_json::from_str(raw).ok()?;
    if let Node::Text(inner) = &node {
        node = serde_json::from_str(inner).ok()?;
    }
    let Node::Object(mut pairs) = node else { return None };
    if let [(name, _)] = pairs.as_slice()
        && name == "AIGC"
    {
        pairs = match pairs.pop()?.1 {
            Node::Object(inner) => inner,
            Node::Text(inner) => match serde_json::from_str(&inner).ok()? {
                Node::Object(inner) => inner,
                Node::Text(_) | Node::Other(_) => return None,
            },
            Node::Other(_) => return None,
        };
    }
    Some(pairs.into_iter().map(|(name, node)| field(name, node)).collect())
}

fn field(name: String, node: Node) -> facts::AigcField {
    let (value, json_type) = match node {
        Node::Text(text) => (text, facts::JsonType::String),
        Node::Object(_) => ("{…}".to_owned(), facts::JsonType::Object),
        Node::Other(value) => {
            let json_type = match value {
                Value::Number(_) => facts::JsonType::Number,
                Value::Bool(_) => facts::JsonType::Boolean,
                Value::Array(_) => facts::JsonType::Array,
                Value::Null | Value::String(_) | Value::Object(_) => facts::JsonType::Null,
            };
            (value.to_string(), json_type)
        }
    };
    facts::AigcField { name, value, json_type }
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn keeps_order_repetitions_and_types_of_keys() {
        let names = |raw: &str| {
            in_file_order(raw)
                .unwrap()
                .iter()
                .map(|f| (f.name.clone(), f.value.clone(), f.json_type))
                .collect::<Vec<_>>()
        };
        let text = |name: &str, value: &str| (name.to_owned(), value.to_owned(), facts::JsonType::String);
        assert_eq!(
            names(r#"{"ProduceID":"x","Label":"1","Label":"2"}"#),
            [text("ProduceID", "x"), text("Label", "1"), text("Label", "2"),]
        );
        assert_eq!(names(r#"{"AIGC":{"Label":1}}"#), [("Label".to_owned(), "1".to_owned(), facts::JsonType::Number)]);
        assert_eq!(names(r#""{\"Label\":\"1\"}""#), [text("Label", "1")]);
        assert!(in_file_order("AIGC{\"Label\":\"1\"}").is_none());
    }
}
