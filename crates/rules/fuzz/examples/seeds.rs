//! Writes the seed corpus from the embedded packs:
//! `cargo run --manifest-path crates/rules/fuzz/Cargo.toml --example seeds`

use std::fs;
use std::path::Path;

use labeler_rules::pack::PackSet;
use serde_json::Value;

/// Collects every condition in a pack.
fn conditions(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| conditions(item, found)),
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(text) if name == "when" => found.push(text.clone()),
                    field => conditions(field, found),
                }
            }
        }
        _ => {}
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for target in ["condition", "pack", "judge"] {
        fs::create_dir_all(corpus.join(target))?;
    }
    let mut texts = Vec::new();
    for (number, json) in PackSet::embedded_json().iter().enumerate() {
        let pack: Value = serde_json::from_str(json)?;
        conditions(&pack, &mut texts);
        fs::write(corpus.join(format!("pack/json-{number}")), [b"\0", json.as_bytes()].concat())?;
        let toml = toml::to_string(&pack)?;
        fs::write(corpus.join(format!("pack/toml-{number}")), [b"\x01", toml.as_bytes()].concat())?;
        for mode in [2u8, 3] {
            let choices: Vec<u8> = (0..40u8).map(|step| step.wrapping_mul(37).wrapping_add(number as u8)).collect();
            let input = [&[mode, number as u8], choices.as_slice()].concat();
            fs::write(corpus.join(format!("pack/changed-{mode}-{number}")), input)?;
        }
    }
    fs::write(corpus.join("pack/signed"), b"\x04{\"packs\":[],\"signature\":\"00\"}")?;
    texts.sort();
    texts.dedup();
    for (number, text) in texts.iter().enumerate() {
        let mut input = format!("{text}\n").into_bytes();
        input.extend((0..60u8).map(|step| step.wrapping_mul(11).wrapping_add(number as u8)));
        fs::write(corpus.join(format!("condition/case-{number}")), input)?;
    }
    for number in 0..40u8 {
        let input: Vec<u8> = (0..400u16).map(|step| (step.wrapping_mul(97 + u16::from(number)) >> 3) as u8).collect();
        fs::write(corpus.join(format!("judge/any-{number}")), input)?;
    }
    Ok(())
}
