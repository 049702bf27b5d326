//! The label for people, and labels across an edit: CN-10, CN-11 and CN-14.

use crate::case::{Case, cite};
use crate::evidence::{LayerChange, MarkLayer, Modality, Placement, SpokenPrompt, VisibleLabel, VisibleState};
use crate::rule::{Finding, fail, not_applicable, open, pass};
use crate::{Answer, Citation};

/// GB 45438-2025, 5.2 and 5.4: height of the characters against the shortest side.
const LEAST_HEIGHT: f64 = 0.05;
/// GB 45438-2025, 5.4: how long the label stays on the opening picture.
const LEAST_SECONDS: f64 = 2.0;

/// Whether the words name AI and generation or synthesis (GB 45438-2025, clause 5).
fn has_both_elements(text: &str) -> bool {
    let ai = text.contains("人工智能")
        || text.split(|letter: char| !letter.is_ascii_alphanumeric()).any(|word| word == "AI");
    ai && (text.contains("生成") || text.contains("合成"))
}

fn cite_visible(label: &VisibleLabel) -> Citation {
    cite("visible label", label.text.as_deref().unwrap_or("words not known"), &label.site)
}

fn percent(ratio: f64) -> String {
    format!("{:.1} %", ratio * 100.0)
}

/// Words and height, which pictures and video share; nothing to object to gives `None`.
fn words_and_height(
    label: &VisibleLabel,
    words: &'static str,
    small: &'static str,
    unknown: &'static str,
) -> Option<Finding> {
    let shown = cite_visible(label);
    let Some(text) = label.text.as_deref() else {
        return Some(open(unknown).cite(shown));
    };
    if !has_both_elements(text) {
        return Some(fail(words).with("text", text).cite(shown));
    }
    match label.ink_height_ratio.filter(|ratio| ratio.is_finite()) {
        Some(ratio) if ratio >= LEAST_HEIGHT => None,
        Some(ratio) if ratio < LEAST_HEIGHT => Some(fail(small).with("height", percent(ratio)).cite(shown)),
        _ => Some(open(unknown).cite(shown)),
    }
}

/// Nothing is known of a label: what the asker attests decides how that is said.
fn unseen(case: &Case<'_>, missing: &'static str, attested: &'static str, unknown: &'static str) -> Finding {
    match (case.evidence.visible_label.state, case.context.visible_label) {
        (VisibleState::Absent, _) | (_, Answer::No) => fail(missing),
        (_, Answer::Yes) => open(attested),
        (_, Answer::Unknown) => open(unknown),
    }
}

pub(super) fn explicit_image_label(case: &Case<'_>) -> Finding {
    let label = &case.evidence.visible_label;
    if label.state != VisibleState::Present {
        return unseen(case, "CN-10.missing", "CN-10.attested", "CN-10.unseen");
    }
    if let Some(objection) = words_and_height(label, "CN-10.words", "CN-10.small", "CN-10.unmeasured") {
        return objection;
    }
    match label.placement {
        Placement::Corner | Placement::Edge => pass("CN-10.pass")
            .with("text", label.text.clone().unwrap_or_default())
            .with("height", percent(label.ink_height_ratio.unwrap_or_default()))
            .cite(cite_visible(label)),
        Placement::Interior => fail("CN-10.place").cite(cite_visible(label)),
        Placement::Unknown => open("CN-10.unmeasured").cite(cite_visible(label)),
    }
}

pub(super) fn explicit_timed_label(case: &Case<'_>) -> Finding {
    let label = &case.evidence.visible_label;
    if label.state != VisibleState::Present {
        return unseen(case, "CN-11.missing", "CN-11.attested", "CN-11.unseen");
    }
    if case.evidence.file.modality == Modality::Audio {
        return match label.spoken {
            SpokenPrompt::VoiceAtStart | SpokenPrompt::MorseAtStart => pass("CN-11.heard").cite(cite_visible(label)),
            SpokenPrompt::Elsewhere => fail("CN-11.notAtStart").cite(cite_visible(label)),
            SpokenPrompt::Unknown => open("CN-11.unmeasured").cite(cite_visible(label)),
        };
    }
    if let Some(objection) = words_and_height(label, "CN-11.words", "CN-11.small", "CN-11.unmeasured") {
        return objection;
    }
    let shown = cite_visible(label);
    let known = |seconds: Option<f64>| seconds.filter(|seconds| seconds.is_finite());
    match (known(label.start_seconds), known(label.duration_seconds)) {
        (Some(start), _) if start > 0.0 => fail("CN-11.late").with("start", format!("{start:.1}")).cite(shown),
        (_, Some(seconds)) if seconds < LEAST_SECONDS => {
            fail("CN-11.short").with("seconds", format!("{seconds:.1}")).cite(shown)
        }
        (Some(start), Some(seconds)) if start <= 0.0 && seconds >= LEAST_SECONDS => pass("CN-11.pass")
            .with("text", label.text.clone().unwrap_or_default())
            .with("seconds", format!("{seconds:.1}"))
            .cite(shown),
        _ => open("CN-11.unmeasured").cite(shown),
    }
}

pub(super) fn labels_intact(case: &Case<'_>) -> Finding {
    // Without an earlier version there is no reason to suppose that anybody tampered: not applicable, not open.
    let Some(comparison) = &case.evidence.comparison else {
        return not_applicable("CN-14.noEarlierVersion");
    };
    let labels: Vec<_> = comparison
        .changes
        .iter()
        .filter(|change| {
            matches!(change.layer, MarkLayer::Aigc | MarkLayer::VisibleLabel) && change.change != LayerChange::Added
        })
        .collect();
    let cited = || labels.iter().map(|change| cite("label of the earlier version", &change.before, &change.site));
    if labels.is_empty() {
        not_applicable("CN-14.nothingBefore")
    } else if let Some(lost) = labels.iter().find(|change| change.change.is_loss()) {
        fail("CN-14.lost").with("before", lost.before.clone()).cites(cited())
    } else if labels.iter().any(|change| change.change == LayerChange::Unknown) {
        open("CN-14.unclear").cites(cited())
    } else {
        pass("CN-14.pass").cites(cited())
    }
}
