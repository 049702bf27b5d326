//! IPTC digital source types and their statements about AI (NewsCodes `digitalsourcetype`, release 2024-10-23).
//!
//! The class of a term is a legal interpretation, so it belongs to the rules: a parser supplies the value, in any form,
//! together with the term that it names, and [`SourceType::new`] adds the class.

use serde::{Deserialize, Serialize};

/// Statement of a digital source type about AI.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum SourceClass {
    /// Generative AI made the content.
    AiGenerated,
    /// Generative AI altered existing content, or part of it is generated.
    AiEdited,
    /// Some of the content may be generated; the term leaves it open.
    PossibleAi,
    /// Changed or made by an algorithm that is not generative AI. Says neither generated nor manipulated.
    Algorithmic,
    /// Captured from real life or digitised from a carrier.
    Capture,
    /// Made by a person with non-generative tools.
    Human,
    /// Says nothing about the origin, or the term is unknown.
    #[default]
    Unknown,
}

impl SourceClass {
    /// Returns whether the term says that generative AI made or altered the content.
    pub fn says_ai(self) -> bool {
        matches!(self, Self::AiGenerated | Self::AiEdited)
    }

    /// Returns whether the term says that generative AI did not make or alter the content.
    pub fn says_not_ai(self) -> bool {
        matches!(self, Self::Capture | Self::Human)
    }
}

/// Digital source type as found in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct SourceType {
    /// The value, verbatim.
    pub value: String,
    /// The term without its namespace in the vocabulary's spelling; empty if it is not a known term.
    pub term: String,
    /// Its statement about AI.
    pub class: SourceClass,
}

/// All terms: 17 of IPTC, 3 retired terms of IPTC, and 2 of C2PA.
const CLASSES: [(&str, SourceClass); 22] = [
    ("trainedAlgorithmicMedia", SourceClass::AiGenerated),
    ("compositeWithTrainedAlgorithmicMedia", SourceClass::AiEdited),
    ("compositeSynthetic", SourceClass::AiEdited),
    ("virtualRecording", SourceClass::PossibleAi),
    ("composite", SourceClass::PossibleAi),
    ("algorithmicMedia", SourceClass::Algorithmic),
    // The definition allows AI that does not alter the main content.
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
    // The content of the screen may itself be made by AI.
    ("screenCapture", SourceClass::Unknown),
    ("minorHumanEdits", SourceClass::Human),
    ("digitalArt", SourceClass::Human),
    ("softwareImage", SourceClass::Unknown),
    ("trainedAlgorithmicData", SourceClass::AiGenerated),
    ("empty", SourceClass::Unknown),
];

impl SourceType {
    /// Creates a source type from the value as written and the term that it names, in the vocabulary's spelling. A
    /// missing or unknown term says nothing.
    pub fn new(value: impl Into<String>, term: Option<&str>) -> Self {
        let known = CLASSES.iter().find(|(code, _)| Some(*code) == term);
        let (term, class) = known.copied().unwrap_or_default();
        Self { value: value.into(), term: term.to_owned(), class }
    }

    /// Returns whether it says that generative AI made or altered the content.
    pub fn says_ai(&self) -> bool {
        self.class.says_ai()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classifies_terms_as_the_vocabulary_defines_them() {
        let class = |term| SourceType::new("value", Some(term)).class;
        assert_eq!(class("trainedAlgorithmicMedia"), SourceClass::AiGenerated);
        assert_eq!(class("compositeSynthetic"), SourceClass::AiEdited);
        assert_eq!(class("composite"), SourceClass::PossibleAi);
        assert_eq!(class("compositeCapture"), SourceClass::Capture);
    }

    #[test]
    fn lists_every_term_once() {
        for (index, (term, _)) in CLASSES.iter().enumerate() {
            assert_eq!(CLASSES.iter().position(|(other, _)| other == term), Some(index), "{term}");
        }
    }

    #[test]
    fn keeps_an_unknown_value_without_a_class() {
        for term in [None, Some("somethingNew"), Some("")] {
            let found = SourceType::new("http://example.org/somethingNew", term);
            assert_eq!((found.class, found.term.as_str()), (SourceClass::Unknown, ""));
            assert_eq!(found.value, "http://example.org/somethingNew");
            assert!(!found.says_ai());
        }
    }
}
