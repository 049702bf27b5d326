//! Writes the seed corpus from the crate's test data:
//! `cargo run --manifest-path crates/rubrics/fuzz/Cargo.toml --example seeds`

use std::fs;
use std::path::Path;

use serde_json::Value;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let data = folder.join("../tests/data");
    let (formula, evaluate) = (folder.join("corpus/formula"), folder.join("corpus/evaluate"));
    fs::create_dir_all(&formula)?;
    fs::create_dir_all(&evaluate)?;
    let cases: Vec<Value> = serde_json::from_slice(&fs::read(data.join("expressions.json"))?)?;
    for (number, case) in cases.iter().enumerate() {
        let expression = case["expression"].as_str().unwrap_or_default();
        fs::write(formula.join(format!("case-{number}")), format!("{expression}\n{}", case["data"]))?;
    }
    for entry in fs::read_dir(&data)? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".crjson.json") {
            // Without the white space that only people need.
            let document: Value = serde_json::from_slice(&fs::read(&path)?)?;
            fs::write(evaluate.join(path.file_name().unwrap_or_default()), document.to_string())?;
        }
    }
    Ok(())
}
