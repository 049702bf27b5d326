//! The expression language: the first line is an expression, the rest the JSON that it is evaluated over.
#![no_main]

use labeler_rubrics::evaluate_expression;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

fuzz_target!(|input: &str| {
    let (expression, document) = input.split_once('\n').unwrap_or((input, ""));
    let data = serde_json::from_str::<Value>(document).unwrap_or_else(|_| json!({"a": [{"b": "c"}, 1, null], "d": 2}));
    if let Some(value) = evaluate_expression(expression, &data) {
        assert!(value.to_string().len() < 4 << 20);
    }
});
