//! Converts the law packs from TOML to canonical JSON, which the crate embeds.
//!
//! Each `packs/*.toml` is one pack. `packs/shared/common.toml` holds the gates, questions and sentences that all packs
//! share. A pack lists other shared files under `include`. `packs/text/LANGUAGE.toml` holds the translations into one
//! language.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

#[path = "src/canonical.rs"]
mod canonical;

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    println!("cargo::rerun-if-changed=packs");
    println!("cargo::rerun-if-changed=src/canonical.rs");
    let common = read(&root.join("packs/shared/common.toml"))?;
    let mut names = Vec::new();
    for path in files(&root.join("packs"))? {
        let mut pack = read(&path)?;
        // `include` names additional shared files. The common file always comes first.
        let included = pack.as_object_mut().and_then(|map| map.remove("include"));
        for name in included.iter().flat_map(|list| list.as_array().into_iter().flatten()).rev() {
            let name = name.as_str().ok_or("`include` must be a list of file names")?;
            let shared = read(&root.join("packs/shared").join(format!("{name}.toml")))?;
            for list in ["gate", "question"] {
                prepend(&mut pack, &shared, list);
            }
        }
        for list in ["gate", "question"] {
            prepend(&mut pack, &common, list);
        }
        merge_text(&mut pack, &common);
        let name =
            path.file_stem().and_then(|name| name.to_str()).ok_or("a pack file has no valid file name")?.to_owned();
        fs::write(out.join(format!("{name}.json")), canonical::canonical(&pack))?;
        names.push(name);
    }
    let mut list = String::from("[\n");
    for name in order(&names) {
        list.push_str(&format!("    include_str!(concat!(env!(\"OUT_DIR\"), \"/{name}.json\")),\n"));
    }
    list.push(']');
    fs::write(out.join("packs.rs"), list)?;

    let mut languages = String::from("[\n");
    for path in files(&root.join("packs/text"))? {
        let language = path
            .file_stem()
            .and_then(|name| name.to_str())
            .ok_or("a translation file has no valid file name")?
            .to_owned();
        fs::write(out.join(format!("text.{language}.json")), canonical::canonical(&read(&path)?))?;
        languages.push_str(&format!(
            "    ({language:?}, include_str!(concat!(env!(\"OUT_DIR\"), \"/text.{language}.json\"))),\n"
        ));
    }
    languages.push(']');
    fs::write(out.join("translations.rs"), languages)?;
    Ok(())
}

/// Orders the packs as reports do: the European Union first, then the others by name.
fn order(names: &[String]) -> Vec<&String> {
    let first = ["eu", "us-ca", "cn", "us-wa", "us-ut", "us-ct", "kz", "vn", "in", "kr", "us-ny"];
    let known: BTreeSet<&str> = first.into_iter().collect();
    let named = |name: &&str| names.iter().find(|other| other.as_str() == *name);
    first.iter().filter_map(named).chain(names.iter().filter(|name| !known.contains(name.as_str()))).collect()
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn read(path: &Path) -> Result<Value, Box<dyn Error>> {
    let text = fs::read_to_string(path)?;
    let table: toml::Table = text.parse().map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(json(toml::Value::Table(table)))
}

/// Converts TOML to JSON. Dates become `YYYY-MM-DD`.
fn json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(flag) => flag.into(),
        toml::Value::Datetime(day) => day.to_string().into(),
        toml::Value::Array(items) => items.into_iter().map(json).collect(),
        toml::Value::Table(table) => {
            Value::Object(table.into_iter().map(|(key, value)| (key, json(value))).collect::<Map<_, _>>())
        }
    }
}

fn prepend(pack: &mut Value, common: &Value, list: &str) {
    let items = |value: &Value| value.get(list).and_then(Value::as_array).cloned().unwrap_or_default();
    let merged: Vec<Value> = items(common).into_iter().chain(items(pack)).collect();
    if let Some(map) = pack.as_object_mut() {
        map.insert(list.to_owned(), merged.into());
    }
}

fn merge_text(pack: &mut Value, common: &Value) {
    let texts = |value: &Value| value.get("text").and_then(|text| text.get("en")).and_then(Value::as_object).cloned();
    let mut merged = texts(common).unwrap_or_default();
    merged.extend(texts(pack).unwrap_or_default());
    let mut english = Map::new();
    english.insert("en".to_owned(), Value::Object(merged));
    if let Some(map) = pack.as_object_mut() {
        map.insert("text".to_owned(), Value::Object(english));
    }
}
