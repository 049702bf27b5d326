//! The value of a label: JSON with repeated keys kept, in the shapes that files have it in.

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// The seven keys of Annex E, in its order.
pub(super) const KEYS: [&str; 7] =
    ["Label", "ContentProducer", "ProduceID", "ReservedCode1", "ContentPropagator", "PropagateID", "ReservedCode2"];

/// Shape of a label's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum AigcShape {
    /// `{"Label":…}`: the form of Annex E under a field named AIGC.
    Bare,
    /// `{"AIGC":{"Label":…}}`.
    Wrapped,
    /// A JSON string that holds the JSON.
    DoubleEncoded,
    /// JSON with other keys, text before or after the JSON, or a structure of properties instead of JSON.
    NonStandard,
    /// No JSON at all.
    NotJson,
}

/// JSON type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum AigcValueType {
    String,
    Number,
    Boolean,
    Null,
    Object,
    Array,
}

/// JSON with repeated keys kept.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    Object(Vec<(String, Node)>),
    Text(String),
    /// Neither object nor string: its text and its type. The items of an array are not kept.
    Other(String, AigcValueType),
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("JSON")
    }
    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Text(value.to_owned()))
    }
    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Other(value.to_string(), AigcValueType::Boolean))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Other(value.to_string(), AigcValueType::Number))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Other(value.to_string(), AigcValueType::Number))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Other(value.to_string(), AigcValueType::Number))
    }
    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Other("null".to_owned(), AigcValueType::Null))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        while items.next_element::<Node>()?.is_some() {}
        Ok(Node::Other("[…]".to_owned(), AigcValueType::Array))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = entries.next_entry::<String, Node>()? {
            pairs.push(pair);
        }
        Ok(Node::Object(pairs))
    }
}

pub(super) type Pairs = Vec<(String, Node)>;

/// Shape and key-value pairs of a raw value.
pub(super) fn parse(raw: &str) -> (AigcShape, Option<Pairs>) {
    let text = raw.trim_matches(|character: char| character.is_whitespace() || character == '\0');
    if let Ok(node) = serde_json::from_str::<Node>(text) {
        return unwrap(node, AigcShape::Bare, 0);
    }
    // JSON escaped once too often for XML, or with text around it.
    let unescaped = text.replace("&quot;", "\"").replace("&#34;", "\"").replace("&amp;", "&");
    if let Ok(node) = serde_json::from_str::<Node>(&unescaped) {
        return (AigcShape::NonStandard, unwrap(node, AigcShape::NonStandard, 0).1);
    }
    let Some(start) = unescaped.find('{') else {
        return (AigcShape::NotJson, None);
    };
    let inner = unescaped.get(start..).unwrap_or_default();
    match serde_json::Deserializer::from_str(inner).into_iter::<Node>().next() {
        Some(Ok(node)) => (AigcShape::NonStandard, unwrap(node, AigcShape::NonStandard, 0).1),
        _ => (AigcShape::NotJson, None),
    }
}

fn unwrap(node: Node, shape: AigcShape, depth: usize) -> (AigcShape, Option<Pairs>) {
    // Encoded twice, and wrapped inside it: deeper than three is nothing anyone writes.
    if depth > 3 {
        return (AigcShape::NonStandard, None);
    }
    match node {
        Node::Text(inner) => match serde_json::from_str::<Node>(inner.trim()) {
            Ok(node @ (Node::Object(_) | Node::Text(_))) => {
                (AigcShape::DoubleEncoded, unwrap(node, AigcShape::DoubleEncoded, depth.saturating_add(1)).1)
            }
            _ => (AigcShape::NotJson, None),
        },
        Node::Object(mut pairs) => {
            if let Some(index) = pairs.iter().position(|(key, _)| key == "AIGC") {
                let (_, inner) = pairs.swap_remove(index);
                let shape = if shape == AigcShape::Bare { AigcShape::Wrapped } else { shape };
                return unwrap(inner, shape, depth.saturating_add(1));
            }
            let known = pairs.iter().any(|(key, _)| KEYS.contains(&key.as_str()));
            (if known { shape } else { AigcShape::NonStandard }, Some(pairs))
        }
        Node::Other(..) => (AigcShape::NotJson, None),
    }
}
