//! Converts the manifests of a store, the active one and those of its ingredients, to our own types.

use std::collections::{HashSet, VecDeque};

use c2pa::Reader;
use serde_json::Value;

use crate::summary::{Action, AssertedSourceType, Ingredient, Manifest, SoftBinding, Software, TrainingMining};

/// Maximum depth of ingredients and maximum number of manifests. Real files have fewer than twenty.
const MOST_MANIFESTS: usize = 256;

/// Returns the active manifest and then, breadth-first, the manifests of ingredients, each once. The order does not
/// depend on hashing.
pub(crate) fn manifests(reader: &Reader) -> Vec<Manifest> {
    let mut out = Vec::new();
    let Some(active) = reader.active_label() else { return out };
    let mut queue = VecDeque::from([active.to_owned()]);
    let mut seen = HashSet::from([active.to_owned()]);
    while let Some(label) = queue.pop_front() {
        let Some(manifest) = reader.get_manifest(&label) else { continue };
        let summary = summarise(manifest, &label, label == active);
        for next in summary.ingredients.iter().filter_map(|i| i.active_manifest.as_ref()) {
            if seen.len() < MOST_MANIFESTS && seen.insert(next.clone()) {
                queue.push_back(next.clone());
            }
        }
        out.push(summary);
    }
    out
}

fn summarise(manifest: &c2pa::Manifest, label: &str, active: bool) -> Manifest {
    let mut summary = Manifest {
        label: label.to_owned(),
        active,
        title: manifest.title().map(str::to_owned),
        instance_id: Some(manifest.instance_id().to_owned()).filter(|id| !id.is_empty()),
        claim_generator: claim_generator(manifest),
        claim_version: manifest.claim_version(),
        signed_by: manifest.issuer().or_else(|| manifest.common_name()),
        signed_at: manifest.time(),
        ..Manifest::default()
    };
    for assertion in manifest.assertions() {
        let name = assertion.label();
        summary.assertions.push(name.to_owned());
        let Ok(data) = assertion.value() else { continue };
        if name.starts_with("c2pa.actions") {
            summary.actions.extend(data["actions"].as_array().into_iter().flatten().map(|a| action(a, data)));
        } else if name.starts_with("c2pa.soft-binding") {
            summary.soft_bindings.push(soft_binding(data));
        } else if name.ends_with(".training-mining") {
            summary.training_mining.extend(training_mining(name, data));
        } else if name.starts_with("c2pa.ai-disclosure") {
            summary.ai_disclosures.push(in_order(data.clone()));
        } else if name.starts_with("cawg.identity") {
            summary.identities.extend(identity(data));
        } else {
            summary.asserted_source_types.extend(source_types(name, data));
        }
    }
    summary.ingredients = manifest.ingredients().iter().map(ingredient).collect();
    summary
}

fn claim_generator(manifest: &c2pa::Manifest) -> Option<Software> {
    match manifest.claim_generator_info.as_deref() {
        Some([first, ..]) => Some(Software { name: first.name.clone(), version: first.version.clone() }),
        _ => manifest.claim_generator().map(|text| {
            // In claim version 1 this is a user agent string: `Product/1.0 (details)`.
            let product = text.split_whitespace().next().unwrap_or(text);
            match product.split_once('/') {
                Some((name, version)) => Software { name: name.to_owned(), version: Some(version.to_owned()) },
                None => Software { name: text.to_owned(), version: None },
            }
        }),
    }
}

fn action(action: &Value, assertion: &Value) -> Action {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let mut parameters = match in_order(action["parameters"].clone()) {
        Value::Object(parameters) => parameters,
        _ => serde_json::Map::new(),
    };
    let described = parameters.remove("description");
    // Ingredients are listed separately from the actions, so these references would only repeat them.
    parameters.retain(|key, _| !matches!(key.as_str(), "ingredient" | "ingredients" | "ingredientIds"));
    Action {
        action: text(&action["action"]).unwrap_or_default(),
        digital_source_type: text(&action["digitalSourceType"]),
        when: text(&action["when"]),
        software_agent: software(&action["softwareAgent"]).or_else(|| {
            let index = usize::try_from(action["softwareAgentIndex"].as_u64()?).ok()?;
            software(assertion["softwareAgents"].get(index)?)
        }),
        description: text(&action["description"]).or_else(|| described.as_ref().and_then(text)),
        parameters,
    }
}

/// Sorts keys alphabetically at every level, because the engine keeps some of them in maps with a random order.
pub(crate) fn in_order(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.into_iter().map(|(key, value)| (key, in_order(value))).collect();
            entries.sort_by(|(a, _), (b, _)| a.cmp(b));
            Value::Object(entries.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(in_order).collect()),
        other => other,
    }
}

fn software(agent: &Value) -> Option<Software> {
    match agent {
        Value::String(name) => Some(Software { name: name.clone(), version: None }),
        Value::Object(map) => Some(Software {
            name: map.get("name")?.as_str()?.to_owned(),
            version: map.get("version").and_then(Value::as_str).map(str::to_owned),
        }),
        _ => None,
    }
}

fn soft_binding(data: &Value) -> SoftBinding {
    let value = data.pointer("/blocks/0/value").unwrap_or(&Value::Null);
    SoftBinding {
        alg: data["alg"].as_str().unwrap_or_default().to_owned(),
        value: match value {
            Value::String(text) => Some(text.clone()),
            Value::Array(bytes) => {
                let bytes: Option<Vec<u8>> =
                    bytes.iter().map(|b| b.as_u64().and_then(|b| u8::try_from(b).ok())).collect();
                bytes.map(hex::encode)
            }
            _ => None,
        },
    }
}

fn training_mining(label: &str, data: &Value) -> Vec<TrainingMining> {
    let mut entries: Vec<_> = data["entries"]
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(entry, value)| {
            Some(TrainingMining {
                assertion: label.to_owned(),
                entry: entry.clone(),
                permission: value["use"].as_str()?.to_owned(),
                constraint_info: value["constraint_info"].as_str().map(str::to_owned),
            })
        })
        .collect();
    entries.sort_by(|a, b| a.entry.cmp(&b.entry));
    entries
}

/// Returns the names in a CAWG identity assertion: those of its verified identities, or that of the credential's
/// subject.
fn identity(data: &Value) -> Vec<String> {
    data["verifiedIdentities"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|identity| identity["name"].as_str().or_else(|| identity["username"].as_str()))
        .chain(data.pointer("/signature_info/issuer").and_then(Value::as_str))
        .map(str::to_owned)
        .collect()
}

/// Returns the values of `DigitalSourceType` fields in a metadata assertion (XMP in JSON-LD with any prefix), at the
/// top level and one level of structures, as in the IPTC schema.
fn source_types(label: &str, data: &Value) -> Vec<AssertedSourceType> {
    let fields = data.as_object().into_iter().flatten();
    let nested = fields.clone().filter_map(|(_, value)| value.as_object()).flatten();
    fields
        .chain(nested)
        .filter(|(key, _)| key.rsplit(':').next().is_some_and(|name| name.eq_ignore_ascii_case("digitalSourceType")))
        .filter_map(|(_, value)| {
            Some(AssertedSourceType { assertion: label.to_owned(), value: value.as_str()?.to_owned() })
        })
        .collect()
}

fn ingredient(ingredient: &c2pa::Ingredient) -> Ingredient {
    let mut failures: Vec<String> = ingredient
        .validation_results()
        .and_then(|results| results.active_manifest())
        .map(|codes| codes.failure().iter().map(|s| s.code().to_owned()).collect())
        .unwrap_or_default();
    failures.sort();
    failures.dedup();
    Ingredient {
        title: ingredient.title().map(str::to_owned),
        format: ingredient.format().map(str::to_owned),
        relationship: serde_json::to_value(ingredient.relationship())
            .ok()
            .and_then(|v| v.as_str().map(str::to_owned))
            .unwrap_or_default(),
        active_manifest: ingredient.active_manifest().map(str::to_owned),
        failures,
    }
}
