//! SARIF 2.1.0 (OASIS standard of 2020-03-27), for code scanning and other result viewers.

use std::collections::BTreeMap;

use labeler_rules::{Outcome, RuleResult, Severity};
use serde_json::{Value, json};

use super::saved::SavedReport;

/// Returns one SARIF log with one run over all reports. Every rule of every region appears with its SARIF kind. An
/// undetermined rule is `open`, so that it is not mistaken for a passed one.
pub fn sarif(reports: &[SavedReport]) -> Value {
    let rules: BTreeMap<&str, Value> = reports
        .iter()
        .flat_map(|report| report.verdicts.values())
        .flat_map(|verdict| &verdict.rules)
        .map(|rule| (rule.id.as_str(), descriptor(rule)))
        .collect();
    let results: Vec<Value> = reports
        .iter()
        .enumerate()
        .flat_map(|(index, report)| {
            report.verdicts.values().flat_map(|verdict| &verdict.rules).map(move |rule| result(index, report, rule))
        })
        .collect();
    let version = reports.first().map(|report| report.engine.labeler.version.as_str()).unwrap_or_default();
    // The packs are the same for all files of a run.
    let packs = reports.first().map(|report| &report.engine.rules.packs);
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "labeler", "semanticVersion": version, "rules": rules.into_values().collect::<Vec<_>>()}},
            "columnKind": "utf16CodeUnits",
            "artifacts": reports.iter().map(artifact).collect::<Vec<_>>(),
            "results": results,
            "properties": {"lawPacks": packs},
        }],
    })
}

fn descriptor(rule: &RuleResult) -> Value {
    let mut descriptor = json!({
        "id": rule.id,
        "name": rule.title,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.requirement},
        "help": {"text": format!("{}, {}", rule.reference.instrument, rule.reference.provision)},
        "properties": {"region": rule.region.id()},
    });
    if let (Some(url), Some(map)) = (&rule.reference.url, descriptor.as_object_mut()) {
        map.insert("helpUri".to_owned(), json!(url));
    }
    descriptor
}

fn artifact(report: &SavedReport) -> Value {
    json!({
        "location": {"uri": uri(report)},
        "length": report.size_bytes,
        "mimeType": report.mime,
        "hashes": {"sha-256": report.sha256},
    })
}

fn result(index: usize, report: &SavedReport, rule: &RuleResult) -> Value {
    let (kind, level) = match (rule.outcome, rule.severity) {
        (Outcome::Pass, _) => ("pass", "none"),
        (Outcome::NotApplicable, _) => ("notApplicable", "none"),
        (Outcome::Undetermined, _) => ("open", "none"),
        (Outcome::Fail, Severity::Required) => ("fail", "error"),
        (Outcome::Fail, Severity::Recommended) => ("fail", "warning"),
        (Outcome::Fail, Severity::Informational) => ("fail", "note"),
    };
    let advice = rule.fix.as_ref().or(rule.settles.as_ref()).map(|m| format!(" {}", m.text)).unwrap_or_default();
    let mut physical = json!({"artifactLocation": {"uri": uri(report), "index": index}});
    let offset = rule.evidence.iter().find_map(|citation| citation.site.offset);
    if let (Some(offset), Some(map)) = (offset, physical.as_object_mut()) {
        map.insert("region".to_owned(), json!({"byteOffset": offset, "byteLength": 0}));
    }
    let logical: Vec<Value> = rule
        .evidence
        .iter()
        .filter(|citation| !citation.site.location.is_empty())
        .map(|citation| json!({"fullyQualifiedName": citation.site.location}))
        .collect();
    json!({
        "ruleId": rule.id,
        "kind": kind,
        "level": level,
        "message": {"text": format!("{}{advice}", rule.message.text)},
        "locations": [{"physicalLocation": physical, "logicalLocations": logical}],
        "partialFingerprints": {"file": report.sha256},
    })
}

/// Returns the file's name as a relative reference (RFC 3986). Everything except unreserved characters and `/` is
/// encoded.
fn uri(report: &SavedReport) -> String {
    let name = report.filename.as_deref().unwrap_or("unnamed");
    let mut uri = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}
