#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::*;

fn evaluate(expression: &str, definitions: &Definitions, data: &Value, steps: u64) -> Result<Value, FormulaError> {
    let tree = parse(expression)?;
    let mut budget = Budget::new(steps);
    let value = Evaluator::new(definitions, &mut budget).eval(&tree, &Val::from(data))?;
    Ok(value.excerpt(64, 1_000_000, 1_000_000))
}

fn run(expression: &str, data: &Value) -> Result<Value, FormulaError> {
    evaluate(expression, &Definitions::default(), data, 100_000)
}

fn named(expressions: &[(&str, &str)]) -> Definitions {
    let expressions = expressions.iter().map(|(name, body)| ((*name).to_owned(), parse(body))).collect();
    Definitions::new(Map::new(), expressions)
}

#[derive(Deserialize)]
struct Case {
    about: String,
    expression: String,
    data: Value,
    #[serde(default)]
    globals: Map<String, Value>,
    #[serde(default)]
    result: Value,
    #[serde(default)]
    error: bool,
}

/// The same table is run through Adobe's json-formula in `tests/interop/rubrics`.
#[test]
fn expressions_mean_what_the_table_says() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("../../tests/data/expressions.json")).unwrap();
    assert!(cases.len() > 100);
    for case in cases {
        let definitions = Definitions::new(case.globals, BTreeMap::new());
        let result = evaluate(&case.expression, &definitions, &case.data, 100_000);
        match (&result, case.error) {
            (Ok(value), false) => {
                assert_eq!(value, &case.result, "{}: {}", case.about, case.expression)
            }
            (Err(_), true) => {}
            _ => panic!("{}: {} gave {result:?}", case.about, case.expression),
        }
    }
}

#[test]
fn a_named_expression_sees_its_arguments_and_the_callers_current_value() {
    let definitions = named(&[
        ("_first", "$args[0]"),
        ("_both", "[$args[0], $args[1], here]"),
        ("_outer", "_both($args[0], \"o\")"),
        ("_bare", "here"),
        ("_leaks", "$args"),
    ]);
    let data = json!({"here": 1, "list": [{"here": 2}]});
    let run = |expression: &str| evaluate(expression, &definitions, &data, 100_000);
    assert_eq!(run("_first(\"x\")"), Ok(json!("x")));
    assert_eq!(run("_outer(\"x\")"), Ok(json!(["x", "o", 1])));
    assert_eq!(run("list[?_bare() == 2].here"), Ok(json!([2])));
    assert_eq!(run("[_first(\"x\"), _first(\"y\")]"), Ok(json!(["x", "y"])));
    assert_eq!(run("$args"), Ok(Value::Null));
    assert!(matches!(run("_both(\"x\")"), Err(FormulaError::Arguments { expected: 2, found: 1, .. })));
    assert!(matches!(run("_bare(\"x\")"), Err(FormulaError::Arguments { expected: 0, found: 1, .. })));
    assert!(matches!(run("_leaks()"), Err(FormulaError::Arguments { expected: 1, found: 0, .. })));
    assert_eq!(run("_nobody()"), Err(FormulaError::UnknownFunction("_nobody".to_owned())));
}

#[test]
fn arguments_stay_visible_inside_a_filter_and_in_expressions_without_parameters() {
    let definitions = named(&[
        ("_with", "list[?name == $args[0]].name"),
        ("_via", "_plain()[?@ == $args[0]]"),
        ("_plain", "list[].name"),
    ]);
    let data = json!({"list": [{"name": "a"}, {"name": "b"}]});
    assert_eq!(evaluate("_with(\"b\")", &definitions, &data, 100_000), Ok(json!(["b"])));
    assert_eq!(evaluate("_via(\"a\")", &definitions, &data, 100_000), Ok(json!(["a"])));
}

#[test]
fn a_named_expression_that_calls_itself_ends_in_an_error() {
    let definitions = named(&[("_again", "_again()"), ("_grow", "[_grow(), _grow()]")]);
    assert_eq!(evaluate("_again()", &definitions, &json!({}), 1_000_000), Err(FormulaError::Limit));
    assert_eq!(evaluate("_grow()", &definitions, &json!({}), 1_000_000), Err(FormulaError::Limit));
}

#[test]
fn work_is_bounded_by_the_budget() {
    let data = json!({"a": vec![0; 10_000]});
    assert_eq!(evaluate("a[?@ == 1]", &Definitions::default(), &data, 5_000), Err(FormulaError::Limit));
    assert_eq!(evaluate("a[?@ == 1]", &Definitions::default(), &data, 100_000), Ok(json!([])));
    let text = json!({"a": "_".repeat(100_000)});
    assert_eq!(evaluate("split(a, \"_\")", &Definitions::default(), &text, 50_000), Err(FormulaError::Limit));
    // Once spent, a budget stays spent.
    let mut budget = Budget::new(5);
    assert!(budget.spend(6).is_err() && budget.spend(1).is_err());
}

#[test]
fn deeply_nested_values_are_not_followed_to_the_end() {
    let deep = |levels| (0..levels).fold(json!(1), |inner, _| json!([inner]));
    let data = json!({"a": deep(2_000), "b": deep(2_000)});
    assert_eq!(run("a == b", &data), Err(FormulaError::Limit));
    assert_eq!(run("startsWith(a, \"x\")", &data), Err(FormulaError::Limit));
    let data = json!({"a": deep(20), "b": deep(20)});
    assert_eq!(run("a == b", &data), Ok(json!(true)));
}

#[test]
fn what_the_rubrics_do_not_use_is_refused_when_it_is_read() {
    for expression in
        ["a[*]", "*", "a.*", "a[1:2]", "a + 1", "a & b", "a ~ b", "a / 2", "-a", "sort(a)", "map(a, &b)", "a[b]"]
    {
        assert!(parse(expression).is_err(), "{expression}");
    }
    assert!(parse(&"(".repeat(1_000)).is_err());
    assert!(parse(&"!".repeat(1_000)).is_err());
    assert!(parse(&vec!["a"; 1_500].join(".")).is_err());
}

#[test]
fn an_excerpt_is_bounded_in_every_direction() {
    let data = json!({"list": [1, 2, 3], "deep": {"er": {"est": 1}}, "text": "äöü", "half": 0.5});
    let excerpt = Val::from(&data).excerpt(2, 2, 2);
    assert_eq!(excerpt, json!({"li…": [1, 2], "de…": {"er": "object"}}));
    assert_eq!(Val::from(&data["half"]).excerpt(0, 0, 0), json!(0.5));
    assert_eq!(shortened("äöü", 2), "äö…");
    assert_eq!(shortened("äöü", 3), "äöü");
}

/// Text made of the pieces that expressions are made of.
fn expression() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "b",
        "'c d'",
        "$g",
        "@",
        ".",
        "[",
        "]",
        "[]",
        "[?",
        "(",
        ")",
        "{",
        "}",
        ",",
        ":",
        "|",
        "||",
        "&&",
        "!",
        "==",
        "!=",
        "<",
        ">=",
        "*",
        "1",
        "-2",
        "2.5",
        "\"s\"",
        "`[1]`",
        "`",
        "'",
        "\"",
        "keys(",
        "contains(",
        "length(",
        "split(",
        "if(",
        "_f(",
        "é",
        "\\",
        " ",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn document() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec(("[ab]|c d|null|é", inner), 0..4)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_text_is_an_expression_or_an_error(expression in prop_oneof![expression(), ".{0,60}"], data in document()) {
        let definitions = named(&[("_f", "[$args[0], a]")]);
        let _ = evaluate(&expression, &definitions, &data, 20_000);
    }
}
