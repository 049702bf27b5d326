//! IPTC's digital source types and what each says about AI (NewsCodes `digitalsourcetype`, release 2024-10-23).
//!
//! The class of a term is a legal reading, so it lives with the rules: a parser hands over the verbatim value and
//! [`SourceType::read`] does the rest.

use serde::{Deserialize, Serialize};

/// What a digital source type says about AI.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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

/// How a digital source type was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SourceTypeForm {
    /// The URI of the vocabulary, as XMP and C2PA want it.
    Uri,
    /// `digsrctype:…` or `digitalsourcetype:…`.
    QCode,
    /// The bare term.
    Bare,
    /// None of these.
    #[default]
    Unknown,
}

/// A digital source type as found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SourceType {
    /// The value, verbatim.
    pub value: String,
    /// The bare term in the vocabulary's spelling; empty when it is no known term.
    pub term: String,
    /// What it says about AI.
    pub class: SourceClass,
    /// How it was written.
    pub form: SourceTypeForm,
    /// Whether the vocabulary has retired the term.
    pub retired: bool,
}

const PREFIXES: [(&str, SourceTypeForm); 8] = [
    ("http://cv.iptc.org/newscodes/digitalsourcetype/", SourceTypeForm::Uri),
    ("https://cv.iptc.org/newscodes/digitalsourcetype/", SourceTypeForm::Uri),
    ("http://c2pa.org/digitalsourcetype/", SourceTypeForm::Uri),
    ("https://c2pa.org/digitalsourcetype/", SourceTypeForm::Uri),
    ("http://schema.org/", SourceTypeForm::Uri),
    ("https://schema.org/", SourceTypeForm::Uri),
    ("digsrctype:", SourceTypeForm::QCode),
    ("digitalsourcetype:", SourceTypeForm::QCode),
];

/// Term, class, retired.
const TERMS: [(&str, SourceClass, bool); 22] = [
    ("trainedAlgorithmicMedia", SourceClass::AiGenerated, false),
    ("trainedAlgorithmicData", SourceClass::AiGenerated, false),
    ("compositeWithTrainedAlgorithmicMedia", SourceClass::AiEdited, false),
    ("compositeSynthetic", SourceClass::AiEdited, false),
    ("virtualRecording", SourceClass::PossibleAi, false),
    ("composite", SourceClass::PossibleAi, false),
    ("algorithmicMedia", SourceClass::Algorithmic, false),
    ("algorithmicallyEnhanced", SourceClass::Algorithmic, false),
    ("dataDrivenMedia", SourceClass::Human, false),
    ("digitalCreation", SourceClass::Human, false),
    ("humanEdits", SourceClass::Human, false),
    ("minorHumanEdits", SourceClass::Human, true),
    ("digitalArt", SourceClass::Human, true),
    ("softwareImage", SourceClass::Unknown, true),
    ("digitalCapture", SourceClass::Capture, false),
    ("computationalCapture", SourceClass::Capture, false),
    ("compositeCapture", SourceClass::Capture, false),
    ("negativeFilm", SourceClass::Capture, false),
    ("positiveFilm", SourceClass::Capture, false),
    ("print", SourceClass::Capture, false),
    ("screenCapture", SourceClass::Unknown, false),
    ("empty", SourceClass::Unknown, false),
];

impl SourceType {
    /// A value as written, and the bare term that it names in the vocabulary's spelling; no term, or one that is not
    /// known here, says nothing.
    pub fn new(value: impl Into<String>, term: Option<&str>) -> Self {
        Self { value: value.into(), form: SourceTypeForm::default(), ..term.map(Self::read).unwrap_or_default() }
    }

    /// Reads a value in any form seen in files: URI with http or https and with or without a trailing slash, QCode,
    /// bare term, C2PA's own terms, schema.org's mirror (`…DigitalSource`). Case is ignored.
    pub fn read(value: &str) -> Self {
        let trimmed = value.trim();
        let (rest, form) = PREFIXES
            .iter()
            .find_map(|(prefix, form)| strip_ignoring_case(trimmed, prefix).map(|rest| (rest, *form)))
            .unwrap_or((trimmed, SourceTypeForm::Bare));
        let rest = rest.trim_end_matches('/');
        let known = TERMS.iter().find(|(term, ..)| {
            term.eq_ignore_ascii_case(rest)
                || strip_ignoring_case(rest, term).is_some_and(|tail| tail.eq_ignore_ascii_case("DigitalSource"))
        });
        match known {
            Some((term, class, retired)) => {
                Self { value: value.to_owned(), term: (*term).to_owned(), class: *class, form, retired: *retired }
            }
            None => Self { value: value.to_owned(), ..Self::default() },
        }
    }

    /// Whether it says that generative AI made or altered the content.
    pub fn says_ai(&self) -> bool {
        self.class.says_ai()
    }
}

fn strip_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    if head.eq_ignore_ascii_case(prefix) { text.get(prefix.len()..) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_written_form_of_a_term_is_read() {
        for (value, form) in [
            ("http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia", SourceTypeForm::Uri),
            ("https://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia/", SourceTypeForm::Uri),
            ("digsrctype:trainedAlgorithmicMedia", SourceTypeForm::QCode),
            (" trainedalgorithmicmedia ", SourceTypeForm::Bare),
            ("https://schema.org/TrainedAlgorithmicMediaDigitalSource", SourceTypeForm::Uri),
        ] {
            let read = SourceType::read(value);
            assert_eq!(read.term, "trainedAlgorithmicMedia", "{value}");
            assert_eq!(read.form, form, "{value}");
            assert_eq!(read.class, SourceClass::AiGenerated);
            assert_eq!(read.value, value);
        }
    }

    #[test]
    fn composite_is_not_mistaken_for_its_longer_relatives() {
        assert_eq!(SourceType::read("composite").class, SourceClass::PossibleAi);
        assert_eq!(SourceType::read("compositeCapture").class, SourceClass::Capture);
        assert_eq!(SourceType::read("compositeSynthetic").class, SourceClass::AiEdited);
    }

    #[test]
    fn the_vocabulary_has_seventeen_active_and_three_retired_terms_and_two_of_c2pa() {
        let retired = TERMS.iter().filter(|(_, _, retired)| *retired).count();
        assert_eq!((TERMS.len() - retired - 2, retired), (17, 3));
    }

    #[test]
    fn an_unknown_value_is_kept_and_says_nothing() {
        let read = SourceType::read("http://cv.iptc.org/newscodes/digitalsourcetype/somethingNew");
        assert_eq!((read.class, read.term.as_str()), (SourceClass::Unknown, ""));
        assert!(!SourceType::read("é").says_ai());
    }
}
