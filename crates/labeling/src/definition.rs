//! The manifest definition that a set of options asks for.

use labeler_media::Format;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::layers::{AppliedOverlay, MARK_ALGORITHM};
use crate::options::{LabelOptions, PreApplied};

/// The specification that the manifests are written to; the conformance programme wants it in every claim.
const SPEC_VERSION: &str = "2.4.0";

/// Facts that the manifest states.
pub(crate) struct Facts<'a> {
    pub options: &'a LabelOptions,
    pub format: Format,
    pub has_parent: bool,
    pub now: OffsetDateTime,
    /// Visible label that was drawn here.
    pub overlay: Option<&'a AppliedOverlay>,
    /// Payload ID of a watermark that was written here.
    pub mark: Option<&'a str>,
}

/// Builds the definition. With a parent the inception action (`c2pa.opened`) is written by the signing step; without one
/// it is `c2pa.created` with the digital source type (C2PA 2.2, 18.14.2).
pub(crate) fn definition(facts: &Facts<'_>) -> Value {
    let options = facts.options;
    let when = facts.now.replace_nanosecond(0).unwrap_or(facts.now).format(&Rfc3339).unwrap_or_default();
    let source_type = options.digital_source_type.uri();
    let mut first = if facts.has_parent {
        json!({
            "action": "c2pa.edited",
            "digitalSourceType": source_type,
            "when": when,
            "description": "Origin declared by the labeller",
        })
    } else {
        json!({"action": "c2pa.created", "digitalSourceType": source_type, "when": when})
    };
    if let (Some(agent), Some(map)) = (software_agent(options), first.as_object_mut()) {
        map.insert("softwareAgent".to_owned(), agent);
    }
    let mut actions = vec![first];

    let edited = |description: &str, parameters: Value| {
        json!({
            "action": "c2pa.edited",
            "digitalSourceType": source_type,
            "when": when,
            "description": description,
            "parameters": parameters,
        })
    };
    if let Some(overlay) = facts.overlay {
        let record = json!({
            "text": overlay.text,
            "inkHeightRatio": overlay.ink_height_ratio,
            "corner": overlay.corner.as_str(),
        });
        let description = if overlay.kept { "Visible label kept" } else { "Visible label added" };
        actions.push(edited(description, json!({"org.labeler.overlay": record})));
    }
    for layer in &options.pre_applied {
        if let PreApplied::Overlay { position, text, ink_height_ratio } = layer {
            let mut record = json!({"text": text, "corner": position.as_str()});
            // How large it is drawn only the caller knows.
            if let (Some(ratio), Some(map)) = (ink_height_ratio, record.as_object_mut()) {
                map.insert("inkHeightRatio".to_owned(), (*ratio).into());
            }
            // Nobody here saw it: a reader must be able to tell the caller's word from our own act.
            let parameters = json!({"org.labeler.overlay": record, "org.labeler.preApplied": true});
            actions.push(edited("Visible label declared by the caller", parameters));
        }
    }
    let declared: Vec<&str> = options
        .pre_applied
        .iter()
        .filter_map(|layer| match layer {
            PreApplied::Watermark { payload_id } => Some(payload_id.as_str()),
            PreApplied::Overlay { .. } => None,
        })
        .collect();
    actions.extend(facts.mark.iter().map(|_| json!({"action": "c2pa.watermarked.bound", "when": when})));
    actions.extend(declared.iter().map(|payload| {
        json!({
            "action": "c2pa.watermarked.bound",
            "when": when,
            "description": "Watermark declared by the caller",
            "parameters": {"org.labeler.preApplied": payload},
        })
    }));
    let marks: Vec<&str> = facts.mark.into_iter().chain(declared).collect();

    let mut assertions = vec![json!({
        "label": "c2pa.actions",
        "created": true,
        "data": {"actions": actions, "allActionsIncluded": true},
    })];
    assertions.extend(marks.iter().map(|payload| soft_binding(payload)));
    if options.dnt_enabled {
        assertions.extend(["cawg", "c2pa"].map(training_opt_out));
    }
    let mut generator = json!({
        "name": "Labeler",
        "version": env!("CARGO_PKG_VERSION"),
        "specVersion": SPEC_VERSION,
    });
    if let (Some(provider), Some(map)) = (&options.profile.provider, generator.as_object_mut()) {
        map.insert("org.labeler.provider".to_owned(), provider.as_str().into());
    }
    json!({
        "claim_generator_info": [generator],
        "title": title(options, facts.format),
        "assertions": assertions,
    })
}

/// Returns the file name, or a neutral title.
fn title(options: &LabelOptions, format: Format) -> String {
    if options.profile.neutral_title { format!("image.{}", format.extension()) } else { options.filename.clone() }
}

/// Returns the AI system that made or changed the picture.
fn software_agent(options: &LabelOptions) -> Option<Value> {
    let mut agent = Map::new();
    agent.insert("name".to_owned(), options.profile.ai_system.as_deref()?.into());
    if let Some(version) = &options.profile.ai_system_version {
        agent.insert("version".to_owned(), version.as_str().into());
    }
    Some(Value::Object(agent))
}

/// Returns the soft binding of a watermark over the whole picture; its value is the payload ID as text.
fn soft_binding(payload: &str) -> Value {
    json!({
        "label": "c2pa.soft-binding",
        "created": true,
        "data": {"alg": MARK_ALGORITHM, "blocks": [{"scope": {}, "value": payload.as_bytes()}]},
    })
}

/// Reserves the content from training and data mining: `cawg.training-mining` (CAWG 1.1) and its predecessor
/// `c2pa.training-mining`, which older readers look for.
fn training_opt_out(namespace: &str) -> Value {
    let entries: Map<String, Value> = ["ai_generative_training", "ai_training", "ai_inference", "data_mining"]
        .into_iter()
        .map(|entry| (format!("{namespace}.{entry}"), json!({"use": "notAllowed"})))
        .collect();
    json!({"label": format!("{namespace}.training-mining"), "created": true, "data": {"entries": entries}})
}
