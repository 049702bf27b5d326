//! The digital source type vocabulary: IPTC's terms, C2PA's own two, schema.org's mirrors, and the forms in which
//! files name them. Used for XMP here and for C2PA actions elsewhere. What a term says about AI is a legal reading, and
//! no business of a reader of files.

use serde::{Deserialize, Serialize};

pub use crate::digital_source_type_table::TERMS;

/// One term of the vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DigitalSourceTerm {
    /// Base URI of the vocabulary, with its final slash.
    pub base: &'static str,
    /// Code within the vocabulary, for example `trainedAlgorithmicMedia`.
    pub code: &'static str,
    /// The term's English name.
    pub label: &'static str,
    /// Date of retirement (ISO 8601): to be read, not written.
    pub retired: Option<&'static str>,
    /// Name of schema.org's mirror of the term.
    pub schema_org: Option<&'static str>,
}

impl DigitalSourceTerm {
    /// The term's URI, in the form that files shall hold (`http`, no final slash).
    #[must_use]
    pub fn uri(&self) -> String {
        format!("{}{}", self.base, self.code)
    }
}

/// The form in which a file names a term. XMP shall hold [`Self::Http`]; the others are understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DigitalSourceTypeForm {
    /// The `http` URI, the form of the specification.
    Http,
    /// The same URI with `https`.
    Https,
    /// A URI with a final slash, or with different capitalisation.
    Variant,
    /// `digsrctype:code`, or with the vocabulary's full name in front.
    Qcode,
    /// The code alone.
    Bare,
    /// A schema.org URI or name.
    SchemaOrg,
    /// Not a known term in any form.
    Unknown,
}

/// The term that `raw` names and the form it uses; `None` for anything else.
#[must_use]
pub fn parse(raw: &str) -> Option<(&'static DigitalSourceTerm, DigitalSourceTypeForm)> {
    let text = raw.trim();
    let qcode = ["digsrctype:", "digitalsourcetype:"].iter().find_map(|alias| strip_prefix_ignore_case(text, alias));
    if let Some(rest) = qcode {
        return by_code_ignore_case(rest).map(|term| (term, DigitalSourceTypeForm::Qcode));
    }
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, text),
    };
    if let Some(name) = strip_prefix_ignore_case(rest, "schema.org/") {
        return by_schema_org(name.trim_end_matches('/')).map(|term| (term, DigitalSourceTypeForm::SchemaOrg));
    }
    let Some(scheme) = scheme else {
        return by_code_ignore_case(text)
            .map(|term| (term, DigitalSourceTypeForm::Bare))
            .or_else(|| by_schema_org(text).map(|term| (term, DigitalSourceTypeForm::SchemaOrg)));
    };
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return None;
    }
    TERMS.iter().find_map(|term| {
        let path = term.base.strip_prefix("http://")?;
        let code = strip_prefix_ignore_case(rest, path)?.trim_end_matches('/');
        if !code.eq_ignore_ascii_case(term.code) {
            return None;
        }
        let exact = rest.strip_prefix(path) == Some(term.code);
        let form = match scheme {
            "http" if exact => DigitalSourceTypeForm::Http,
            "https" if exact => DigitalSourceTypeForm::Https,
            _ => DigitalSourceTypeForm::Variant,
        };
        Some((term, form))
    })
}

/// The term with this code, compared exactly.
#[must_use]
pub fn by_code(code: &str) -> Option<&'static DigitalSourceTerm> {
    TERMS.iter().find(|term| term.code == code)
}

fn by_code_ignore_case(code: &str) -> Option<&'static DigitalSourceTerm> {
    TERMS.iter().find(|term| term.code.eq_ignore_ascii_case(code))
}

fn by_schema_org(name: &str) -> Option<&'static DigitalSourceTerm> {
    TERMS.iter().find(|term| term.schema_org.is_some_and(|mirror| mirror.eq_ignore_ascii_case(name)))
}

fn strip_prefix_ignore_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    if head.eq_ignore_ascii_case(prefix) { text.get(prefix.len()..) } else { None }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    #[test]
    fn has_as_many_terms_as_the_release() {
        let iptc: Vec<_> = TERMS.iter().filter(|term| term.base.contains("cv.iptc.org")).collect();
        assert_eq!(iptc.iter().filter(|term| term.retired.is_none()).count(), 17);
        assert_eq!(iptc.iter().filter(|term| term.retired.is_some()).count(), 3);
        assert_eq!(TERMS.iter().filter(|term| term.base.contains("c2pa.org")).count(), 2);
    }

    #[test]
    fn parses_every_form_of_every_term() {
        for term in TERMS {
            let uri = term.uri();
            let found = |raw: &str| parse(raw).map(|(found, form)| (found.code, form));
            assert_eq!(found(&uri), Some((term.code, DigitalSourceTypeForm::Http)));
            assert_eq!(found(&uri.replace("http:", "https:")), Some((term.code, DigitalSourceTypeForm::Https)));
            assert_eq!(found(&format!("{uri}/")), Some((term.code, DigitalSourceTypeForm::Variant)));
            assert_eq!(found(&format!("digsrctype:{}", term.code)), Some((term.code, DigitalSourceTypeForm::Qcode)));
            assert_eq!(
                found(&format!("digitalsourcetype:{}", term.code)),
                Some((term.code, DigitalSourceTypeForm::Qcode))
            );
            assert_eq!(found(term.code), Some((term.code, DigitalSourceTypeForm::Bare)));
            if let Some(mirror) = term.schema_org {
                for raw in [format!("https://schema.org/{mirror}"), format!("http://schema.org/{mirror}")] {
                    assert_eq!(found(&raw), Some((term.code, DigitalSourceTypeForm::SchemaOrg)));
                }
            }
        }
    }

    #[test]
    fn rejects_other_text() {
        for raw in [
            "",
            "http://cv.iptc.org/newscodes/digitalsourcetype/",
            "http://cv.iptc.org/newscodes/digitalsourcetype/unheardOf",
            "ftp://cv.iptc.org/newscodes/digitalsourcetype/print",
            "http://example.org/trainedAlgorithmicMedia",
            "é",
        ] {
            assert!(parse(raw).is_none(), "{raw}");
        }
    }
}
