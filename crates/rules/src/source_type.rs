//! IPTC's digital source types and what each says about AI (NewsCodes `digitalsourcetype`, release 2024-10-23).
//!
//! The class of a term is a legal reading, so it lives with the rules: a parser hands over the value and the term that
//! it names, in whatever form, and [`SourceType::new`] adds the class.

use serde::{Deserialize, Serialize};

/// What a digital source type says about AI.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum SourceClass {
    /// Generative AI made the content.
    AiGenerated,
    /// Generative AI altered existing content, or part of it is generated.
    AiEdited,
    /// Some of it may be generated: the term leaves it open.
    PossibleAi,
    /// Changed or made by an algorithm that is not generative AI; says neither generated nor manipulated.
    Algorithmic,
    /// Captured from real life or digitised from a carrier.
    Capture,
    /// Made by a person with tools that are not generative.
    Human,
    /// Says nothing about the origin, or is no known term.
    #[default]
    Unknown,
}

impl SourceClass {
    /// Whether the term says that generative AI made or altered the content.
    pub fn says_ai(self) -> bool {
        matches!(self, Self::AiGenerated | Self::AiEdited)
    }

    /// Whether the term says that it did not.
    pub fn says_not_ai(self) -> bool {
        matches!(self, Self::Capture | Self::Human)
    }
}

/// A digital source type as found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct SourceType {
    /// The value, verbatim.
    pub value: String,
    /// The bare term in the vocabulary's spelling; empty when it is no known term.
    pub term: String,
    /// What it says about AI.
    pub class: SourceClass,
}

/// The terms: IPTC's seventeen and its three retired ones, then C2PA's own two.
const CLASSES: [(&str, SourceClass); 22] = [
    ("trainedAlgorithmicMedia", SourceClass::AiGenerated),
    ("compositeWithTrainedAlgorithmicMedia", SourceClass::AiEdited),
    ("compositeSynthetic", SourceClass::AiEdited),
    ("virtualRecording", SourceClass::PossibleAi),
    ("composite", SourceClass::PossibleAi),
    ("algorithmicMedia", SourceClass::Algorithmic),
    // Its definition allows AI that does not alter the main content.
    ("algorithmicallyEnhanced", SourceClass::Algorithmic),
    ("dataDrivenMedia", SourceClass::Human),
    ("digitalCreation", SourceClass::Human),
    ("humanEdits", SourceClass::Human),
    ("digitalCapture", SourceClass::Capture),
    ("computationalCapture", SourceClass::Capture),
    ("compositeCapture", SourceClass::Capture),
    ("negativeFilm", SourceClass::Capture),
    ("positiveFilm", SourceClass::Capture),
    ("print", SourceClass::Capture),
    // What the screen showed may itself be made by AI.
    ("screenCapture", SourceClass::Unknown),
    ("minorHumanEdits", SourceClass::Human),
    ("digitalArt", SourceClass::Human),
    ("softwareImage", SourceClass::Unknown),
    ("trainedAlgorithmicData", SourceClass::AiGenerated),
    ("empty", SourceClass::Unknown),
];

impl SourceType {
    /// A value as written, and the bare term that it names in the vocabulary's spelling; no term, or one that is not
    /// known here, says nothing.
    pub fn new(value: impl Into<String>, term: Option<&str>) -> Self {
        let known = CLASSES.iter().find(|(code, _)| Some(*code) == term);
        let (term, class) = known.copied().unwrap_or_default();
        Self { value: value.into(), term: term.to_owned(), class }
    }

    /// Whether it says that generative AI made or altered the content.
    pub fn says_ai(&self) -> bool {
        self.class.says_ai()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_says_what_the_vocabulary_means() {
        let class = |term| SourceType::new("value", Some(term)).class;
        assert_eq!(class("trainedAlgorithmicMedia"), SourceClass::AiGenerated);
        assert_eq!(class("compositeSynthetic"), SourceClass::AiEdited);
        assert_eq!(class("composite"), SourceClass::PossibleAi);
        assert_eq!(class("compositeCapture"), SourceClass::Capture);
    }

    #[test]
    fn every_term_stands_once() {
        for (index, (term, _)) in CLASSES.iter().enumerate() {
            assert_eq!(CLASSES.iter().position(|(other, _)| other == term), Some(index), "{term}");
        }
    }

    #[test]
    fn an_unknown_value_is_kept_and_says_nothing() {
        for term in [None, Some("somethingNew"), Some("")] {
            let found = SourceType::new("http://example.org/somethingNew", term);
            assert_eq!((found.class, found.term.as_str()), (SourceClass::Unknown, ""));
            assert_eq!(found.value, "http://example.org/somethingNew");
            assert!(!found.says_ai());
        }
    }
}
