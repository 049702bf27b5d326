//! Compares a judgement, as JSON, with the expectation of a case.

use serde_json::Value;

use super::table::{Expectation, Word};

/// Returns the JSON spelling of a verdict or outcome.
fn json_word(word: Word) -> &'static str {
    match word {
        Word::Pass => "pass",
        Word::Fail => "fail",
        Word::Undetermined => "undetermined",
        Word::NotApplicable => "notApplicable",
    }
}

/// Returns all strings in a value in lower case.
fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.to_lowercase()],
        Value::Array(items) => items.iter().flat_map(strings).collect(),
        Value::Object(fields) => fields.values().flat_map(strings).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

fn says(value: &Value, words: &str) -> bool {
    let words = words.to_lowercase();
    strings(value).iter().any(|text| text.contains(&words))
}

/// Returns the sentences of a region that people read, without the words of the law itself.
fn sentences(region: &Value) -> Value {
    let of_rules = region["rules"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|rule| ["message", "notes", "severityReason", "settles", "fix"].map(|part| rule[part].clone()));
    std::iter::once(region["sentence"].clone()).chain(of_rules).collect()
}

fn text(value: &Value) -> String {
    value["text"].as_str().unwrap_or_default().to_owned()
}

/// Finds the rule in the regions of a judgement.
fn rule<'a>(regions: &'a Value, id: &str) -> Option<&'a Value> {
    regions.as_object()?.values().flat_map(|region| region["rules"].as_array()).flatten().find(|rule| rule["id"] == id)
}

/// Formats the result of a rule as one line.
fn line(rule: &Value) -> String {
    format!(
        "{} {} ({}): {}",
        rule["id"].as_str().unwrap_or_default(),
        rule["outcome"].as_str().unwrap_or_default(),
        rule["severity"].as_str().unwrap_or_default(),
        text(&rule["message"]),
    )
}

/// Returns the differences, one line each, followed by the deciding rules for the person who reads the output.
pub fn differences(judgement: &Value, expected: &Expectation) -> Vec<String> {
    let mut found = Vec::new();
    let regions = &judgement["regions"];
    for words in expected.reports.iter().filter(|words| !says(&judgement["notes"], words)) {
        found.push(format!("the judgement must report {words:?}, got {}", judgement["notes"]));
    }
    let asked = |id: &&String| {
        judgement["questions"].as_array().into_iter().flatten().any(|question| question["id"] == id.as_str())
    };
    found.extend(expected.asks.iter().filter(|id| !asked(id)).map(|id| format!("must ask `{id}`")));
    found.extend(expected.never_asks.iter().filter(asked).map(|id| format!("must not ask `{id}`")));
    for (region, word) in &expected.verdicts {
        let got = &regions[region];
        if got["verdict"] == json_word(*word) {
            continue;
        }
        let verdict = got["verdict"].as_str().unwrap_or("no verdict");
        found.push(format!("{region}: expected {word}, got {verdict}: {}", text(&got["sentence"])));
        let decisive = got["rules"].as_array().into_iter().flatten().filter(|rule| {
            rule["severity"] == "required" && (rule["outcome"] != "notApplicable" || verdict == "notApplicable")
        });
        found.extend(decisive.take(12).map(|rule| format!("    {}", line(rule))));
    }
    for (id, word) in &expected.rules {
        match rule(regions, id) {
            None => found.push(format!("{id}: expected {word}, no such rule")),
            Some(rule) if rule["outcome"] != json_word(*word) => {
                found.push(format!("{id}: expected {word}, got {}", line(rule)));
            }
            Some(_) => {}
        }
    }
    let rules = || regions.as_object().into_iter().flat_map(|all| all.values()).flat_map(|one| one["rules"].as_array());
    for row in &expected.reaches {
        if !rules().flatten().any(|rule| rule["trace"]["case"] == row.as_str()) {
            found.push(format!("expected a rule to end in the row {row}, none does"));
        }
    }
    for (id, standing) in &expected.standing {
        let wanted = standing.to_string();
        let cited: Vec<_> = rule(regions, id)
            .and_then(|rule| rule["evidence"].as_array())
            .into_iter()
            .flatten()
            .map(|citation| format!("{} {}", citation["fact"], citation["standing"]))
            .collect();
        if !cited.iter().any(|citation| citation.ends_with(&format!("\"{wanted}\""))) {
            found.push(format!("{id}: expected evidence with the standing {wanted}, got [{}]", cited.join(", ")));
        }
    }
    for (id, weight) in &expected.weight {
        let got = rule(regions, id).map(|rule| rule["severity"].clone()).unwrap_or_default();
        if got != weight.to_string().as_str() {
            found.push(format!("{id}: expected the weight {weight}, got {got}"));
        }
    }
    for (region, words) in &expected.says {
        if !words.all().iter().any(|words| says(&regions[region], words)) {
            let sentence = text(&regions[region]["sentence"]);
            found.push(format!("{region}: expected the words {:?}, got {sentence}", words.all()));
        }
    }
    for (region, words) in &expected.never_says {
        for words in words.all().iter().filter(|words| says(&sentences(&regions[region]), words)) {
            found.push(format!("{region}: must not say {words:?}"));
        }
    }
    for (id, words) in &expected.rule_says {
        let Some(rule) = rule(regions, id) else { continue };
        if !words.all().iter().any(|words| says(rule, words)) {
            found.push(format!("{id}: expected the words {:?}, got {}", words.all(), line(rule)));
        }
    }
    for (id, words) in &expected.fix_says {
        let Some(rule) = rule(regions, id) else { continue };
        if !words.all().iter().any(|words| says(&rule["fix"], words)) {
            found.push(format!("{id}: expected the fix to say {:?}, got {}", words.all(), text(&rule["fix"])));
        }
    }
    for (id, words) in &expected.fix_order {
        let fix = rule(regions, id).map(|rule| text(&rule["fix"])).unwrap_or_default().to_lowercase();
        let places: Vec<_> = words.iter().map(|word| fix.find(&word.to_lowercase())).collect();
        if places.contains(&None) || !places.is_sorted() {
            found.push(format!("{id}: expected the fix to name {words:?} in this order, got {fix}"));
        }
    }
    found
}
