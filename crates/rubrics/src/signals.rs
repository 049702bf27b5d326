//! Evaluates the signals rubric over the graph of manifests and their ingredients.
//!
//! As in the reference evaluator: every manifest with a label is a node (of two with the same label the later counts),
//! an ingredient that names another manifest is an edge, and an ingredient without one that has a digital source type,
//! its own or that of a `c2pa.opened` action beside it, becomes a pseudo-manifest with a single `c2pa.created` action.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::{
    evaluate::{Allowance, manifest_check},
    formula::shortened,
    report::{Edge, ManifestNode, RubricReport},
    rubric::Program,
};

/// Maximum number of manifests, pseudo-manifests included, that the signals rubric evaluates.
pub const MAX_MANIFESTS: usize = 500;

const LABEL_CHARS: usize = 256;
const SHORT_CHARS: usize = 64;

/// Evaluates every manifest of `manifests`, the active one first.
pub(crate) fn evaluate(program: &Program, manifests: &[Value]) -> RubricReport {
    let graph = Graph::build(manifests);
    let mut allowance = Allowance::new();
    let mut checks = Vec::new();
    for (index, manifest) in graph.documents().enumerate() {
        for statement in &program.statements {
            let mut check = manifest_check(program, statement, manifest, &mut allowance);
            check.manifest = Some(index);
            checks.push(check);
        }
    }
    RubricReport { rubric: program.info.clone(), checks, manifests: graph.nodes, truncated: graph.truncated }
}

/// Nodes first for the manifests of the file, then for the pseudo-manifests.
struct Graph<'a> {
    real: Vec<&'a Value>,
    pseudo: Vec<Value>,
    nodes: Vec<ManifestNode>,
    truncated: bool,
}

impl<'a> Graph<'a> {
    fn build(manifests: &'a [Value]) -> Self {
        let mut graph = Self { real: Vec::new(), pseudo: Vec::new(), nodes: Vec::new(), truncated: false };
        let mut places: HashMap<&'a str, usize> = HashMap::new();
        for manifest in manifests {
            let Some(label) = text(manifest, "label").filter(|label| !label.is_empty()) else {
                continue;
            };
            if let Some(place) = places.get(label).and_then(|place| graph.real.get_mut(*place)) {
                *place = manifest;
            } else if graph.real.len() < MAX_MANIFESTS {
                places.insert(label, graph.real.len());
                graph.real.push(manifest);
                graph.nodes.push(node(label, false));
            } else {
                graph.truncated = true;
            }
        }
        for index in 0..graph.real.len() {
            graph.connect(index, &places);
        }
        graph
    }

    /// Adds the edges and pseudo-manifests of the manifest at `index`.
    fn connect(&mut self, index: usize, places: &HashMap<&'a str, usize>) {
        let Some(&manifest) = self.real.get(index) else {
            return;
        };
        let Some(assertions) = manifest.get("assertions").and_then(Value::as_object) else {
            return;
        };
        // Looked for once: a file may have many ingredients and many actions.
        let mut opened = None;
        let mut edges = Vec::new();
        for (_, ingredient) in assertions.iter().filter(|(key, _)| key.starts_with("c2pa.ingredient")) {
            let relationship = text(ingredient, "relationship").map(|text| shortened(text, SHORT_CHARS));
            let url = ingredient.get("activeManifest").and_then(|reference| text(reference, "url"));
            if let Some(url) = url.filter(|url| !url.is_empty()) {
                if let Some(&index) = places.get(manifest_label(url)) {
                    edges.push(Edge { index, relationship });
                }
                continue;
            }
            let source_type = match ingredient.get("digitalSourceType").filter(|value| is_set(value)) {
                Some(own) => Some(own),
                None => *opened.get_or_insert_with(|| opened_source_type(manifest)),
            };
            let Some(source_type) = source_type else {
                continue;
            };
            let next = self.real.len() + self.pseudo.len();
            if next >= MAX_MANIFESTS {
                self.truncated = true;
                break;
            }
            edges.push(Edge { index: next, relationship });
            let label = pseudo_label(text(manifest, "label").unwrap_or_default(), text(ingredient, "dc:title"), next);
            self.nodes.push(node(&label, true));
            self.pseudo.push(json!({
                "label": label,
                "assertions": {"c2pa.actions.v2": {
                    "allActionsIncluded": true,
                    "actions": [{"action": "c2pa.created", "digitalSourceType": source_type}],
                }},
            }));
        }
        if let Some(node) = self.nodes.get_mut(index) {
            node.ingredients = edges;
        }
    }

    fn documents(&self) -> impl Iterator<Item = &Value> {
        self.real.iter().copied().chain(&self.pseudo)
    }
}

fn node(label: &str, pseudo: bool) -> ManifestNode {
    ManifestNode { label: shortened(label, LABEL_CHARS), pseudo, ingredients: Vec::new() }
}

fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key)?.as_str()
}

/// Whether a value is true in Python, as the reference evaluator decides here.
fn is_set(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(value) => value.as_f64() != Some(0.0),
        Value::String(value) => !value.is_empty(),
        Value::Array(value) => !value.is_empty(),
        Value::Object(value) => !value.is_empty(),
    }
}

/// Returns the label in a JUMBF URI: from `urn:c2pa:` to the next slash. A URI of another form is looked up as it is.
fn manifest_label(url: &str) -> &str {
    let from = url.find("urn:c2pa:").and_then(|at| url.get(at..));
    from.and_then(|label| label.split('/').next()).unwrap_or(url)
}

/// The digital source type of the first `c2pa.opened` action that has one.
fn opened_source_type(manifest: &Value) -> Option<&Value> {
    manifest
        .get("assertions")?
        .as_object()?
        .iter()
        .filter(|(key, _)| key.starts_with("c2pa.actions"))
        .filter_map(|(_, assertion)| assertion.get("actions")?.as_array())
        .flatten()
        .filter(|action| text(action, "action") == Some("c2pa.opened"))
        .find_map(|action| action.get("digitalSourceType").filter(|value| is_set(value)))
}

fn pseudo_label(parent: &str, title: Option<&str>, index: usize) -> String {
    let title: String = title
        .unwrap_or("flat-ingredient")
        .chars()
        .take(SHORT_CHARS)
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.') { c } else { '_' })
        .collect();
    format!("urn:c2pa:pseudo:{}:{title}_{index}", shortened(parent, LABEL_CHARS / 2))
}
