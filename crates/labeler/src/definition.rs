//! The manifest definition that a set of options asks for.

use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::options::{LabelOptions, PreApplied};

/// The specification that the manifests are written to; the conformance programme wants it in every claim.
const SPEC_VERSION: &str = "2.4.0";

/// Builds the definition. With a parent the inception action (`c2pa.opened`) is written by the signing step; without one
/// it is `c2pa.created` with the digital source type (C2PA 2.2, 18.14.2).
pub(crate) fn definition(options: &LabelOptions, has_parent: bool, now: OffsetDateTime) -> Value {
    let when = now.replace_nanosecond(0).unwrap_or(now).format(&Rfc3339).unwrap_or_default();
    let mut actions = vec![if has_parent {
        json!({
            "action": "c2pa.edited",
            "digitalSourceType": options.digital_source_type.uri(),
            "when": when,
            "description": "Origin declared by the labeller",
        })
    } else {
        json!({
            "action": "c2pa.created",
            "digitalSourceType": options.digital_source_type.uri(),
            "when": when,
        })
    }];
    for layer in &options.pre_applied {
        if let PreApplied::Overlay { position, text } = layer {
            actions.push(json!({
                "action": "c2pa.edited",
                "digitalSourceType": options.digital_source_type.uri(),
                "when": when,
                "description": "Visible label added",
                "parameters": {"org.labeler.overlay": {"position": position, "text": text}},
            }));
        }
    }

    let mut assertions = vec![json!({
        "label": "c2pa.actions",
        "created": true,
        "data": {"actions": actions, "allActionsIncluded": true},
    })];
    if options.dnt_enabled {
        assertions.extend(["cawg", "c2pa"].map(training_opt_out));
    }
    json!({
        "claim_generator_info": [{
            "name": "Labeler",
            "version": env!("CARGO_PKG_VERSION"),
            "specVersion": SPEC_VERSION,
        }],
        "title": options.filename,
        "assertions": assertions,
    })
}

/// Reserves the content from training and data mining: `cawg.training-mining` (CAWG 1.1) and its predecessor
/// `c2pa.training-mining`, which older readers look for.
fn training_opt_out(namespace: &str) -> Value {
    let entries: serde_json::Map<String, Value> =
        ["ai_generative_training", "ai_training", "ai_inference", "data_mining"]
            .into_iter()
            .map(|entry| (format!("{namespace}.{entry}"), json!({"use": "notAllowed"})))
            .collect();
    json!({"label": format!("{namespace}.training-mining"), "created": true, "data": {"entries": entries}})
}
