//! Facts about the label that people see, hear or read.

use super::manifest::manifest_standing;
use super::standing::Standing;
use super::table::{Facts, Value, cite, shorten};
use crate::evidence::{
    AudibleForm, Evidence, LabelMoment, ManifestPosition, MarkLayer, MarkStatement, Modality, Placement, Reading, Site,
    SpokenPrompt, VisibleSource, VisibleState, discloses_ai,
};
use crate::{Citation, Context};

/// Findings about one kind of label.
struct Found<'a> {
    state: VisibleState,
    source: VisibleSource,
    text: Option<&'a str>,
    moment: LabelMoment,
    looked: bool,
    form: AudibleForm,
    site: &'a Site,
}

/// Capital acronyms, and words for "artificial" in the languages of the European Union. Other words are left to a
/// person: a label with other words stays open and never counts as missing.
const ACRONYMS: [&str; 3] = ["AI", "KI", "IA"];
const WORDS: [&str; 19] = [
    "artificial",
    "artificiel",
    "künstlich",
    "kuenstlich",
    "synthetic",
    "synthetisch",
    "sintétic",
    "sintetic",
    "deepfake",
    "deep fake",
    "kunstmatig",
    "sztuczn",
    "umělá inteligence",
    "konstgjord",
    "tekoäly",
    "mesterséges",
    "mākslīg",
    "dirbtin",
    "τεχνητ",
];

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_ascii_alphanumeric())
}

/// Returns whether the words tell people that the content is artificial. A long text may mention AI without being a
/// label, so an acronym alone counts only in a short text.
pub(super) fn names_ai(text: &str) -> bool {
    const SHORT: usize = 60;
    let lower = text.to_lowercase();
    let short = text.chars().count() <= SHORT;
    let hint = || words(text).any(|word| ACRONYMS.contains(&word)) || WORDS.iter().any(|word| lower.contains(word));
    discloses_ai(text) || short && (text.contains("人工智能") || hint())
}

/// Returns whether the words name AI and generation or synthesis (GB 45438-2025, clause 5).
pub(super) fn has_both_elements(text: &str) -> bool {
    let ai = text.contains("人工智能") || words(text).any(|word| word == "AI");
    ai && (text.contains("生成") || text.contains("合成"))
}

/// Returns [`has_both_elements`] as a fact. "AIGC" contains both elements in one abbreviation, which the standard does
/// not mention.
fn chinas_words(text: &str) -> Value {
    let both = has_both_elements(text);
    if !both && words(text).any(|word| word == "AIGC") { Value::Unknown } else { both.into() }
}

fn found(evidence: &Evidence) -> Vec<Found<'_>> {
    let visible = &evidence.visible_label;
    let audible = &evidence.audible_label;
    let text = &evidence.text_label;
    let looked = |reading: Reading| reading == Reading::Complete;
    let spoken = visible.spoken != SpokenPrompt::Unknown;
    let seen = Found {
        state: visible.state,
        source: visible.source,
        text: visible.text.as_deref(),
        moment: match (visible.moment, visible.spoken) {
            (LabelMoment::Unknown, SpokenPrompt::VoiceAtStart | SpokenPrompt::MorseAtStart) => LabelMoment::Start,
            (LabelMoment::Unknown, SpokenPrompt::Elsewhere) => LabelMoment::Middle,
            (LabelMoment::Unknown, _) if visible.start_seconds.is_some_and(|start| start <= 0.0) => LabelMoment::Start,
            (LabelMoment::Unknown, _) if visible.start_seconds.is_some_and(|start| start > 0.0) => LabelMoment::Middle,
            (moment, _) => moment,
        },
        looked: looked(visible.looked),
        form: match visible.spoken {
            SpokenPrompt::MorseAtStart => AudibleForm::MorseRhythm,
            SpokenPrompt::VoiceAtStart | SpokenPrompt::Elsewhere => AudibleForm::Voice,
            SpokenPrompt::Unknown => AudibleForm::Unknown,
        },
        site: &visible.site,
    };
    let heard = Found {
        state: audible.state,
        source: audible.source,
        text: audible.text.as_deref(),
        moment: audible.moment,
        looked: looked(audible.listened),
        form: audible.form,
        site: &audible.site,
    };
    let read = Found {
        state: text.state,
        source: text.source,
        text: text.text.as_deref(),
        moment: LabelMoment::Unknown,
        looked: looked(text.read),
        form: AudibleForm::Unknown,
        site: &text.site,
    };
    match evidence.file.modality {
        Modality::Image => vec![seen],
        Modality::Video => vec![seen, heard],
        Modality::Audio if spoken => vec![heard, seen],
        Modality::Audio => vec![heard],
        Modality::Text | Modality::Document => vec![read, seen],
        Modality::Unknown => vec![seen, heard, read],
    }
}

/// Returns a label that was seen, heard or read and whose words say AI.
pub(super) fn seen_ai_label(evidence: &Evidence) -> Option<(String, Site)> {
    found(evidence)
        .into_iter()
        .find(|label| {
            label.state == VisibleState::Present
                && label.source == VisibleSource::Recognised
                && label.text.is_some_and(names_ai)
        })
        .map(|label| (label.text.unwrap_or_default().to_owned(), label.site.clone()))
}

/// Sets the facts about the label for people.
pub(super) fn labels(facts: &mut Facts, evidence: &Evidence, context: &Context) {
    let all = found(evidence);
    let rank = |label: &Found<'_>| match (label.state, label.source) {
        (VisibleState::Present, VisibleSource::Recognised) => 3,
        (VisibleState::Present, _) => 2,
        // A search without a result does not prove that no label exists: its words may be unknown, or it may be outside
        // the file.
        (VisibleState::Absent, VisibleSource::Recognised) | (VisibleState::Unknown, _) => 0,
        (VisibleState::Absent, _) => 1,
    };
    facts.set("label.looked", all.iter().any(|label| label.looked));
    // The best label, and the first one among equals.
    let best = all.iter().rev().max_by_key(|label| rank(label)).filter(|label| rank(label) > 0);
    let stated = stated(evidence);
    facts.missing_label = missing(evidence);
    let state = match best.map(rank) {
        Some(3) => "seen",
        Some(2) => "stated",
        Some(_) if stated.is_none() => "denied",
        _ if stated.is_some() || context.visible_label == crate::Answer::Yes => "stated",
        _ => "",
    };
    let cited = match (best, &stated) {
        (Some(label), _) if label.state == VisibleState::Present => {
            let standing = match (label.source, state) {
                (VisibleSource::Recognised, _) => Standing::Seen,
                (VisibleSource::EditAction, _) => manifest_standing(evidence),
                (VisibleSource::Sidecar, _) => Standing::StatedUnsigned,
            };
            vec![cite("label for people", label.text.unwrap_or("words not known"), label.site, standing)]
        }
        (_, Some(stated)) => vec![stated.clone()],
        _ => Vec::new(),
    };
    facts.put("label.state", if state.is_empty() { Value::Unknown } else { state.into() }, cited);
    let Some(label) = best.filter(|_| state == "seen") else {
        return;
    };
    let known = |value: Option<f64>| value.filter(|value| value.is_finite()).map_or(Value::Unknown, Value::Number);
    facts.set("label.text", label.text.map_or(Value::Unknown, Value::from));
    // Outside China, the rhythm is not clear to people.
    facts.set("label.names-ai", label.text.map_or(Value::Unknown, |text| names_ai(text).into()));
    facts.set(
        "label.acronym",
        label.text.map_or(Value::Unknown, |text| words(text).any(|word| ["AI", "KI", "IA"].contains(&word)).into()),
    );
    facts.set("label.cn-words", label.text.map_or(Value::Unknown, chinas_words));
    facts.set(
        "label.moment",
        match label.moment {
            LabelMoment::Start => Value::from("start"),
            LabelMoment::Middle => "middle".into(),
            LabelMoment::End => "end".into(),
            LabelMoment::Throughout => "throughout".into(),
            LabelMoment::Unknown => Value::Unknown,
        },
    );
    facts.set(
        "label.form",
        match label.form {
            AudibleForm::Voice => Value::from("voice"),
            AudibleForm::MorseRhythm => "morse".into(),
            AudibleForm::Unknown => Value::Unknown,
        },
    );
    let visible = &evidence.visible_label;
    if std::ptr::eq(label.site, &raw const visible.site) {
        facts.set("label.height", known(visible.ink_height_ratio));
        facts.set("label.start", known(visible.start_seconds));
        facts.set("label.seconds", known(visible.duration_seconds));
        facts.set(
            "label.placement",
            match visible.placement {
                Placement::Corner => Value::from("corner"),
                Placement::Edge => "edge".into(),
                Placement::Interior => "interior".into(),
                Placement::Unknown => Value::Unknown,
            },
        );
    }
}

/// Returns the text of a label that the active manifest states but the pixels do not show.
fn missing(evidence: &Evidence) -> Option<String> {
    let mut statements = evidence.c2pa.mark_statements.iter();
    let missing = statements.find(|statement| {
        let is_own = statement.position == ManifestPosition::Active;
        is_own && statement.layer == MarkLayer::VisibleLabel && statement.is_contradicted()
    })?;
    Some(shorten(missing.text.as_deref().unwrap_or_default()))
}

/// Returns a label that is stated only by an assertion and not contradicted by the pixels.
fn stated(evidence: &Evidence) -> Option<Citation> {
    let standing = manifest_standing(evidence);
    let is_stated =
        |statement: &&MarkStatement| statement.layer == MarkLayer::VisibleLabel && !statement.is_contradicted();
    evidence.c2pa.mark_statements.iter().find(is_stated).map(|statement| {
        let text = statement.text.as_deref().unwrap_or("words not given");
        cite("label that an assertion states", text, &statement.site, standing)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn label_words_of_the_union_name_ai() {
        for text in ["AI GENERATED", "Künstlich erzeugt", "KI-generiert", "Contenu généré par IA", "AI生成"] {
            assert!(names_ai(text), "{text}");
        }
        for text in ["Sample", "PAID", "Kino", "© Agence"] {
            assert!(!names_ai(text), "{text}");
        }
    }

    #[test]
    fn a_statement_that_the_pixels_contradict_does_not_count() {
        use crate::evidence::StatementCheck;
        let facts = |check, pre_applied| {
            let mut evidence = Evidence::default();
            evidence.file.modality = Modality::Image;
            evidence.c2pa.mark_statements.push(MarkStatement {
                layer: MarkLayer::VisibleLabel,
                text: Some("AI GENERATED".to_owned()),
                position: ManifestPosition::Active,
                check,
                pre_applied,
                ..MarkStatement::default()
            });
            let day = time::macros::date!(2026 - 11 - 30);
            let facts = Facts::new(&evidence, &Context::new(day));
            (facts.text("label.state").to_owned(), facts.missing_label)
        };
        let stated = ("stated".to_owned(), None);
        assert_eq!(facts(StatementCheck::Unchecked, false), stated);
        assert_eq!(facts(StatementCheck::NotSeen, true), stated);
        let (state, missing) = facts(StatementCheck::NotSeen, false);
        assert_eq!((state.as_str(), missing.as_deref()), ("", Some("AI GENERATED")));
    }

    #[test]
    fn chinas_label_names_both_elements() {
        assert!(has_both_elements("AI生成") && has_both_elements("人工智能合成"));
        assert!(!has_both_elements("AI") && !has_both_elements("生成") && !has_both_elements("PAID生成"));
    }
}
