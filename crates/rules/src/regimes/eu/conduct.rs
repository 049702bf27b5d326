//! What happens around the marks: inputs, robustness, people, agreement, privacy, reservations. EU-08 to EU-13.

use crate::case::{Case, Layer, cite};
use crate::evidence::{LayerChange, ManifestPosition, Reading, Relationship, VisibleState};
use crate::regimes::shared::{kinds, personal_facts};
use crate::rule::{Finding, fail, not_applicable, open, pass};
use crate::{Answer, Citation};

/// Characters that make a text's label "AI" in the languages whose acronym the Code's drafts named.
const ACRONYMS: [&str; 3] = ["AI", "KI", "IA"];

pub(super) fn input_marks_kept(case: &Case<'_>) -> Finding {
    if let Some(comparison) = &case.evidence.comparison {
        let existing: Vec<_> = comparison.changes.iter().filter(|change| change.change != LayerChange::Added).collect();
        let cited = |wanted: fn(LayerChange) -> bool| {
            existing
                .iter()
                .filter(move |change| wanted(change.change))
                .map(|change| cite("mark of the earlier version", &change.before, &change.site))
                .collect::<Vec<_>>()
        };
        let lost = cited(LayerChange::is_loss);
        return if !lost.is_empty() {
            fail("EU-08.lost").with("count", lost.len().to_string()).cites(lost)
        } else if existing.is_empty() {
            not_applicable("EU-08.nothingBefore")
        } else if existing.iter().any(|change| change.change == LayerChange::Unknown) {
            open("EU-08.unclear")
        } else {
            pass("EU-08.kept").cites(cited(|change| change == LayerChange::Kept))
        };
    }
    if case.manifest_holds() {
        let parent =
            case.c2pa().ingredients.iter().find(|ingredient| ingredient.relationship == Relationship::ParentOf);
        let active = |name: &str| {
            case.actions().any(|action| action.action == name && action.position == ManifestPosition::Active)
        };
        if let Some(parent) = parent {
            return pass("EU-08.ingredient").cite(cite(
                "parent ingredient",
                parent.title.as_deref().unwrap_or("present"),
                &parent.site,
            ));
        }
        if active("c2pa.opened") {
            return fail("EU-08.noIngredient").cite(case.c2pa_citation());
        }
        if active("c2pa.created") {
            return not_applicable("EU-08.created").cite(case.c2pa_citation());
        }
    }
    open("EU-08.noEarlierVersion")
}

pub(super) fn robustness(case: &Case<'_>) -> Finding {
    let survival = &case.evidence.survival;
    if survival.is_empty() {
        return open("EU-09.notMeasured");
    }
    let mut lost: Vec<&str> = Vec::new();
    for measured in survival {
        let treatment = measured.treatment.as_str();
        let any = survival.iter().any(|other| other.treatment == treatment && other.survived);
        if !any && !lost.contains(&treatment) {
            lost.push(treatment);
        }
    }
    if lost.is_empty() { pass("EU-09.pass") } else { fail("EU-09.lost").with("treatments", lost.join(", ")) }
}

/// Whether a label's words hold the capital acronym as a word of its own.
fn has_acronym(text: &str) -> bool {
    text.split(|letter: char| !letter.is_ascii_alphabetic()).any(|word| ACRONYMS.contains(&word))
}

pub(super) fn visible_label(case: &Case<'_>) -> Finding {
    if case.context.deep_fake != Answer::Yes {
        return not_applicable("EU-10.notDeepFake");
    }
    let label = &case.evidence.visible_label;
    let found = cite("visible label", label.text.as_deref().unwrap_or("words not known"), &label.site);
    match (label.state, label.text.as_deref()) {
        (VisibleState::Present, Some(text)) if has_acronym(text) => pass("EU-10.pass").with("text", text).cite(found),
        (VisibleState::Present, Some(text)) => fail("EU-10.noAcronym").with("text", text).cite(found),
        (VisibleState::Present, None) => open("EU-10.wordsUnknown").cite(found),
        (VisibleState::Absent, _) => fail("EU-10.missing"),
        (VisibleState::Unknown, _) => match case.context.visible_label {
            Answer::No => fail("EU-10.missing"),
            Answer::Yes => pass("EU-10.attested").note("EU-10.note.attested"),
            Answer::Unknown => open("EU-10.unseen"),
        },
    }
}

pub(super) fn no_contradiction(case: &Case<'_>) -> Finding {
    let contradictions = &case.ai.contradictions;
    if let Some(first) = contradictions.first() {
        return fail("EU-11.contradiction")
            .with("ai", first.ai.fact.clone())
            .with("other", first.other.fact.clone())
            .cites(contradictions.iter().flat_map(|pair| [pair.ai.clone(), pair.other.clone()]));
    }
    let statements = case.statements();
    let layer = |wanted: Layer| statements.iter().any(|statement| statement.layer == wanted);
    let layers = [layer(Layer::C2pa), layer(Layer::Xmp), !case.evidence.aigc.is_empty()];
    match layers.iter().filter(|present| **present).count() {
        0 => not_applicable("EU-11.nothing"),
        1 => pass("EU-11.single"),
        count => pass("EU-11.pass").with("count", count.to_string()),
    }
}

pub(super) fn privacy(case: &Case<'_>) -> Finding {
    let found = personal_facts(case);
    if !found.is_empty() {
        fail("EU-12.found").with("kinds", kinds(&found)).cites(found)
    } else if case.evidence.readings.metadata == Reading::Complete {
        pass("EU-12.pass")
    } else {
        open("EU-12.notRead")
    }
}

pub(super) fn mining_reservation(case: &Case<'_>) -> Finding {
    let c2pa = case.c2pa();
    let (mut reserved, mut constrained, mut allowed) = (Vec::new(), Vec::new(), Vec::new());
    if case.manifest_holds() {
        for assertion in &c2pa.training_mining {
            for entry in &assertion.entries {
                let found = cite(&assertion.label, &format!("{}: {}", entry.name, entry.usage), &assertion.site);
                match entry.usage.as_str() {
                    "allowed" => allowed.push((found, true)),
                    "constrained" if entry.constraint_info.is_some() => constrained.push(found),
                    // CAWG: constrained without a text means notAllowed.
                    "notAllowed" | "constrained" => reserved.push((found, true)),
                    _ => {}
                }
            }
        }
    }
    for mining in &case.evidence.metadata.data_mining {
        let found = cite("plus:DataMining", &mining.value, &mining.site);
        if mining.value.contains("DMI-PROHIBITED") {
            reserved.push((found, false));
        } else if mining.value.contains("DMI-ALLOWED") {
            allowed.push((found, false));
        }
    }
    // Within one assertion, different uses may differ; across manifest and XMP they contradict each other.
    let across = reserved.iter().any(|(_, signed)| allowed.iter().any(|(_, other)| signed != other))
        && !reserved.iter().any(|(_, signed)| allowed.iter().any(|(_, other)| signed == other));
    let strip = |found: Vec<(Citation, bool)>| found.into_iter().map(|(citation, _)| citation);
    if across {
        fail("EU-13.contradiction").cites(strip(reserved)).cites(strip(allowed))
    } else if !reserved.is_empty() {
        pass("EU-13.reserved").cites(strip(reserved)).cites(constrained)
    } else if !constrained.is_empty() {
        pass("EU-13.constrained").cites(constrained)
    } else if !allowed.is_empty() {
        not_applicable("EU-13.allowed").cites(strip(allowed))
    } else if !c2pa.training_mining.is_empty() {
        open("EU-13.unreliable").cite(case.c2pa_citation())
    } else {
        not_applicable("EU-13.none")
    }
}
