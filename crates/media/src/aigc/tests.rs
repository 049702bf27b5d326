//! The label in all its shapes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
use super::*;

const LABEL: &str = r#"{"Label":"1","ContentProducer":"001191110102MACQD9K64010000","ProduceID":"a-1","ReservedCode1":"","ContentPropagator":"","PropagateID":"","ReservedCode2":""}"#;

fn read(raw: &str) -> AigcSite {
    site(AigcCarrier::PngText, "AIGC", true, raw, Location { path: String::new(), offset: 0, length: 0 })
}

#[test]
fn reads_a_complete_label() {
    let site = read(LABEL);
    assert_eq!(site.shape, AigcShape::Bare);
    assert_eq!(site.meaning, Some(AigcMeaning::Is));
    assert!(site.missing_keys.is_empty() && site.unknown_keys.is_empty() && site.charset_violations.is_empty());
    assert_eq!(
        site.producer_code,
        CodeCheck::Valid { uscc: "91110102MACQD9K640".to_owned(), suffix: "10000".to_owned() }
    );
    assert_eq!(site.propagator_code, CodeCheck::Absent);
}

#[test]
fn recognises_each_shape_of_a_label() {
    let wrapped = format!("{{\"AIGC\":{LABEL}}}");
    let twice = serde_json::to_string(LABEL).unwrap();
    let wrapped_twice = format!("{{\"AIGC\":{twice}}}");
    for (raw, shape, parsed) in [
        (wrapped.as_str(), AigcShape::Wrapped, true),
        (&twice, AigcShape::DoubleEncoded, true),
        (&wrapped_twice, AigcShape::DoubleEncoded, true),
        (&format!("AIGC{LABEL}"), AigcShape::NonStandard, true),
        (&LABEL.replace('"', "&quot;"), AigcShape::NonStandard, true),
        (r#"{"AIGC":{"ServiceProvider":"x","ContentId":"y"}}"#, AigcShape::NonStandard, true),
        ("true", AigcShape::NotJson, false),
        ("yes", AigcShape::NotJson, false),
        ("", AigcShape::NotJson, false),
        ("{", AigcShape::NotJson, false),
    ] {
        let site = read(raw);
        assert_eq!((site.shape, site.label.is_some()), (shape, parsed), "{raw}");
    }
    assert_eq!(read(&wrapped_twice).label.unwrap().produce_id.as_deref(), Some("a-1"));
}

#[test]
fn reports_each_fault_by_name() {
    let site = read(r#"{"Label":1,"ContentProducer":"腾讯 云","ProduceID":"a b","Label":"2","Extra":"x"}"#);
    assert_eq!(site.non_string_keys, ["Label"]);
    assert_eq!(site.meaning, Some(AigcMeaning::Is));
    assert_eq!(site.repeated_keys, ["Label"]);
    assert_eq!(site.unknown_keys, ["Extra"]);
    assert_eq!(site.missing_keys, ["ReservedCode1", "ContentPropagator", "PropagateID", "ReservedCode2"]);
    assert_eq!(site.charset_violations.len(), 2);
    assert_eq!((site.charset_violations[0].character, site.charset_violations[0].count), ('腾', 4));
    assert_eq!((site.charset_violations[1].character, site.charset_violations[1].position), (' ', 1));
    assert_eq!(site.producer_code, CodeCheck::Name);
    assert_eq!(read(r#"{"Label":"4"}"#).meaning, None);
}

#[test]
fn distinguishes_valid_codes_names_and_malformed_codes() {
    assert!(matches!(check_code("001191440300708461136T1308L"), CodeCheck::Valid { .. }));
    assert_eq!(check_code("doubao"), CodeCheck::Name);
    for bad in ["0011", "001191440300708461136X1308L", "001291440300708461136T1308L", "00119144030070846113 T1308L"] {
        assert!(matches!(check_code(bad), CodeCheck::Malformed { .. }), "{bad}");
    }
}

#[test]
fn does_not_read_a_prompt_that_mentions_aigc_as_a_label() {
    assert!(!mentions_label("a poster about AIGC, {wildcard}, best quality"));
    assert!(!mentions_label(r#"{"text": "AIGC", "class_type": "x"}"#));
    assert!(mentions_label(r#"{"AIGC":{"Label":"1"}}"#));
    assert!(mentions_label(r#"{\"AIGC\" : "{\"Label\"}"#));
}

#[test]
fn rejects_deep_json_without_stack_overflow() {
    let deep = "[".repeat(100_000);
    assert_eq!(read(&deep).shape, AigcShape::NotJson);
    let deep = "{\"AIGC\":".repeat(100_000);
    assert_eq!(read(&deep).shape, AigcShape::NotJson);
}

#[test]
fn keeps_order_repetitions_and_types_of_keys() {
    let pairs = |raw: &str| {
        let pairs = read(raw).pairs.into_iter().map(|pair| (pair.name, pair.value, pair.value_type));
        pairs.collect::<Vec<_>>()
    };
    let pair = |name: &str, value: &str, value_type| (name.to_owned(), value.to_owned(), value_type);
    let text = |name: &str, value: &str| pair(name, value, AigcValueType::String);
    assert_eq!(
        pairs(r#"{"ProduceID":"x","Label":"1","Label":"2"}"#),
        [text("ProduceID", "x"), text("Label", "1"), text("Label", "2")]
    );
    assert_eq!(pairs(r#"{"AIGC":{"Label":1}}"#), [pair("Label", "1", AigcValueType::Number)]);
    assert_eq!(pairs(r#""{\"Label\":\"1\"}""#), [text("Label", "1")]);
    assert_eq!(pairs("AIGC{\"Label\":null}"), [pair("Label", "null", AigcValueType::Null)], "text around it");
    assert!(pairs("Label=1").is_empty());
}
