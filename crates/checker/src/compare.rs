//! Compares the marks of an earlier version of a file with those of the current version.
//!
//! Each layer is compared separately, by its content and not by its position: an editor may move a packet, and may keep
//! the old credentials as an ingredient.

use labeler_pixels::Findings;
use labeler_rules::evidence::{
    C2paPresence, Comparison, Evidence, Integrity, LayerChange, ManifestPosition, MarkChange, MarkLayer, MarkState,
    Site, VisibleSource, VisibleState,
};

/// Marks of an earlier version, from [`crate::earlier_version`].
#[derive(Clone, Debug)]
pub struct EarlierVersion {
    pub(crate) evidence: Box<Evidence>,
    pub(crate) says_ai: bool,
}

/// One layer in one version, with its content and position.
struct Layer {
    text: String,
    site: Site,
}

/// Compares two versions. Layers that neither version has get no entry.
pub(crate) fn compare(before: &EarlierVersion, after: &Evidence, chain: &[String], pixels: &Findings) -> Comparison {
    let old = before.evidence.as_ref();
    let changes = [
        credentials(old, after, chain),
        plain(MarkLayer::SourceType, source_type(old), source_type(after), LayerChange::Removed),
        plain(MarkLayer::Aigc, aigc(old), aigc(after), LayerChange::Removed),
        plain(
            MarkLayer::InvisibleMark,
            invisible(old),
            invisible(after),
            // A watermark that a quick search does not find may still be present.
            if pixels.not_probed.is_none() && pixels.not_searched.is_none() {
                LayerChange::Removed
            } else {
                LayerChange::Unknown
            },
        ),
        plain(
            MarkLayer::VisibleLabel,
            visible(old),
            visible(after),
            if is_visibly_gone(old, after, pixels) { LayerChange::Removed } else { LayerChange::Unknown },
        ),
    ];
    Comparison { before_said_ai: before.says_ai, changes: changes.into_iter().flatten().collect() }
}

/// Returns whether the visible label is known to be absent now: a record denies it, or it was found in the earlier
/// version and not found in this one by a search.
fn is_visibly_gone(before: &Evidence, after: &Evidence, pixels: &Findings) -> bool {
    let was_seen = seen_text(before).is_some_and(|text| pixels.not_seen.iter().any(|not_seen| not_seen == text));
    after.visible_label.state == VisibleState::Absent || was_seen
}

/// Returns the text of a visible label that was found in the pixels.
pub(crate) fn seen_text(evidence: &Evidence) -> Option<&str> {
    let label = &evidence.visible_label;
    let is_seen = label.state == VisibleState::Present && label.source == VisibleSource::Recognised;
    label.text.as_deref().filter(|_| is_seen)
}

fn plain(layer: MarkLayer, before: Option<Layer>, after: Option<Layer>, gone: LayerChange) -> Option<MarkChange> {
    let (change, before, after, site) = match (before, after) {
        (None, None) => return None,
        (Some(old), None) => (gone, old.text, String::new(), old.site),
        (None, Some(new)) => (LayerChange::Added, String::new(), new.text, new.site),
        (Some(old), Some(new)) if old.text == new.text => (LayerChange::Kept, old.text, new.text, new.site),
        (Some(old), Some(new)) => (LayerChange::Changed, old.text, new.text, new.site),
    };
    Some(MarkChange { layer, change, before, after, site })
}

/// Compares the credentials. They are kept if the new file's manifests still contain the old active manifest.
fn credentials(before: &Evidence, after: &Evidence, chain: &[String]) -> Option<MarkChange> {
    let label = |evidence: &Evidence| {
        (evidence.c2pa.presence != C2paPresence::Absent).then(|| Layer {
            text: evidence.c2pa.manifest_label.clone().unwrap_or_else(|| "not readable".to_owned()),
            site: evidence.c2pa.site.clone(),
        })
    };
    let (old, new) = (label(before), label(after));
    let carried = old.as_ref().is_some_and(|old| chain.contains(&old.text));
    let mut change = plain(MarkLayer::C2pa, old, new, LayerChange::Removed)?;
    if matches!(change.change, LayerChange::Kept | LayerChange::Changed) {
        change.change = match after.c2pa.integrity {
            Integrity::Invalid => LayerChange::Broken,
            _ if carried => LayerChange::Kept,
            _ => LayerChange::Changed,
        };
    }
    Some(change)
}

fn source_type(evidence: &Evidence) -> Option<Layer> {
    let mut all: Vec<_> = evidence.metadata.source_types.iter().collect();
    all.sort_by_key(|t| !t.value.says_ai());
    let first = all.first()?;
    let text = if first.value.term.is_empty() { &first.value.value } else { &first.value.term };
    Some(Layer { text: text.clone(), site: first.site.clone() })
}

/// Returns the producer's fields. A propagator adds its own fields without changing these.
fn aigc(evidence: &Evidence) -> Option<Layer> {
    let label = evidence.aigc.first()?;
    let fields = ["Label", "ContentProducer", "ProduceID", "ReservedCode1"];
    let text: Vec<_> = fields.iter().filter_map(|name| Some(format!("{name} {}", label.value(name)?))).collect();
    Some(Layer { text: text.join(", "), site: label.site.clone() })
}

fn invisible(evidence: &Evidence) -> Option<Layer> {
    let marks: Vec<_> = evidence.invisible_marks.iter().filter(|m| m.state == MarkState::Decoded).collect();
    let first = marks.first()?;
    let names: Vec<_> = marks.iter().map(|m| m.name.as_str()).collect();
    Some(Layer { text: names.join(", "), site: first.site.clone() })
}

fn visible(evidence: &Evidence) -> Option<Layer> {
    let label = &evidence.visible_label;
    if label.state == VisibleState::Present {
        return Some(Layer { text: label.text.clone().unwrap_or_default(), site: label.site.clone() });
    }
    let mut stated = evidence.c2pa.mark_statements.iter();
    let stated = stated.find(|s| {
        s.layer == MarkLayer::VisibleLabel && s.position == ManifestPosition::Active && !s.is_contradicted()
    })?;
    Some(Layer { text: stated.text.clone().unwrap_or_default(), site: stated.site.clone() })
}
