//! Questions that several regimes ask.

use crate::Citation;
use crate::case::{Case, cite};

/// Prompts, positions and persons' names in the metadata.
pub(super) fn personal_facts(case: &Case<'_>) -> Vec<Citation> {
    let metadata = &case.evidence.metadata;
    [("prompt", &metadata.prompts), ("GPS position", &metadata.gps), ("person's name", &metadata.person_names)]
        .into_iter()
        .flat_map(|(fact, values)| values.iter().map(move |located| cite(fact, &located.value, &located.site)))
        .collect()
}

/// The distinct kinds of facts, for a sentence.
pub(super) fn kinds(found: &[Citation]) -> String {
    let mut kinds: Vec<&str> = Vec::new();
    for citation in found {
        if !kinds.contains(&citation.fact.as_str()) {
            kinds.push(&citation.fact);
        }
    }
    kinds.join(", ")
}

/// Marks in the content that lead back to a manifest that holds.
pub(super) fn bound_marks(case: &Case<'_>) -> Vec<Citation> {
    if !case.manifest_holds() {
        return Vec::new();
    }
    case.c2pa()
        .soft_bindings
        .iter()
        .map(|binding| cite("C2PA soft binding", &binding.alg, &binding.site))
        .chain(
            case.actions()
                .filter(|action| action.action == "c2pa.watermarked.bound")
                .map(|action| cite("C2PA action", &action.action, &action.site)),
        )
        .collect()
}
