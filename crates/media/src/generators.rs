//! Traces that known generators leave outside C2PA: one table, and how a field is compared with it.
//!
//! Tiers: 3 a field that declares the AI system, 4 a field that only this generator writes, 5 a name in a field for
//! software names. (1 and 2, C2PA with and without trust, are given where C2PA is read.) A tier says how strong the
//! trace is, not that it is genuine: all of it can be forged or removed.

#[path = "generators_table.rs"]
mod table;

use serde::Serialize;

use crate::exif::Exif;
use crate::findings::{Location, TextEntry, TextKind};
use crate::iim::IimField;
use crate::text;
use crate::xmp::XmpPacket;

pub use table::GENERATORS;

/// Longest excerpt of a value, in bytes.
const EXCERPT: usize = 160;

/// Which field a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum GeneratorField {
    /// XMP property; the key is its path with the usual prefixes, array indices left out.
    Xmp,
    /// EXIF field; the key is its name.
    Exif,
    /// IPTC-IIM dataset; the key is its name.
    Iim,
    /// PNG text chunk; the key is the keyword.
    Png,
    /// Any other text field of a container; the key is as in [`crate::TextEntry::key`].
    Text,
    /// Samsung's trailer; the key is the entry's name.
    Samsung,
    /// Name in a C2PA claim generator or its info. Not found here; for callers of [`identify`].
    C2paClaimGenerator,
    /// C2PA software agent of an action. Not found here; for callers of [`identify`].
    C2paSoftwareAgent,
    /// Description of a C2PA action. Not found here; for callers of [`identify`].
    C2paActionDescription,
    /// Organisation of a C2PA signer. Not found here; for callers of [`identify`].
    C2paSigner,
}

/// How a rule compares a value. Text is compared without regard to ASCII case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum GeneratorTest {
    /// Any value.
    Present,
    /// The whole value, white space at its ends left out.
    Equals(&'static str),
    /// The value's beginning.
    StartsWith(&'static str),
    /// All of these anywhere in the value.
    Contains(&'static [&'static str]),
    /// This prefix, then nothing but at least so many Base64 characters.
    Base64After(&'static str, usize),
    /// A JSON number after this key that is not 0.
    NonZeroNumber(&'static str),
}

/// One line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct GeneratorRule {
    /// Name of the generator for people.
    pub generator: &'static str,
    /// Confidence tier, see the module.
    pub tier: u8,
    /// Field it looks at.
    pub field: GeneratorField,
    /// Keys it looks at; empty for any.
    pub keys: &'static [&'static str],
    /// Test that the value must pass.
    pub test: GeneratorTest,
}

/// Trace of a generator in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct GeneratorTrace {
    /// Name of the generator.
    pub generator: String,
    /// Confidence tier, see the module.
    pub tier: u8,
    /// Name of the field.
    pub field: String,
    /// Place of the trace.
    pub location: Location,
    /// Beginning of the value, or its part around the match, at most 160 bytes.
    pub excerpt: String,
}

/// The rules that a field with this key and value satisfies, in the table's order.
pub fn identify<'a>(
    field: GeneratorField,
    key: &'a str,
    value: &'a str,
) -> impl Iterator<Item = &'static GeneratorRule> + 'a {
    GENERATORS.iter().filter(move |rule| rule.field == field && rule.matches(key, value))
}

impl GeneratorRule {
    fn matches(&self, key: &str, value: &str) -> bool {
        (self.keys.is_empty() || self.keys.iter().any(|known| known.eq_ignore_ascii_case(key)))
            && self.test.find(value).is_some()
    }
}

impl GeneratorTest {
    /// Byte position of the match in the value.
    fn find(&self, value: &str) -> Option<usize> {
        match self {
            Self::Present => Some(0),
            Self::Equals(text) => value.trim().eq_ignore_ascii_case(text).then_some(0),
            Self::StartsWith(text) => starts_with(value.trim_start(), text).then_some(0),
            Self::Contains(texts) => {
                let mut first = None;
                for text in *texts {
                    let at = position(value, text)?;
                    first = first.or(Some(at));
                }
                first
            }
            Self::Base64After(prefix, least) => {
                let rest = value.trim().strip_prefix(prefix)?;
                let base64 =
                    |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_');
                (rest.len() >= *least && rest.bytes().all(base64)).then_some(0)
            }
            Self::NonZeroNumber(key) => {
                let at = position(value, key)?;
                let rest = value.get(at.saturating_add(key.len())..)?;
                let digits = rest.trim_start_matches(['"', '\\', ' ', ':']);
                let end = digits.find(|character: char| !character.is_ascii_digit()).unwrap_or(digits.len());
                let digits = digits.get(..end)?;
                (digits.bytes().any(|digit| digit != b'0')).then_some(at)
            }
        }
    }
}

fn starts_with(value: &str, prefix: &str) -> bool {
    value.as_bytes().get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix.as_bytes()))
}

fn position(value: &str, needle: &str) -> Option<usize> {
    let needle = needle.as_bytes();
    value.as_bytes().windows(needle.len().max(1)).position(|window| window.eq_ignore_ascii_case(needle))
}

/// Compares everything that was read with the table.
pub(crate) fn find(xmp: &[XmpPacket], exif: &[Exif], iim: &[IimField], entries: &[TextEntry]) -> Vec<GeneratorTrace> {
    let mut traces = Vec::new();
    for packet in xmp {
        for property in &packet.properties {
            let key = without_indices(&property.path);
            collect(&mut traces, GeneratorField::Xmp, &key, &property.path, &property.value, &packet.location);
            if key == "Iptc4xmpExt:AISystemUsed" && !property.value.is_empty() {
                // The file names its system itself, whatever it is.
                traces.push(GeneratorTrace {
                    generator: text::cut(&property.value, EXCERPT).to_owned(),
                    tier: 3,
                    field: property.path.clone(),
                    location: packet.location.clone(),
                    excerpt: text::cut(&property.value, EXCERPT).to_owned(),
                });
            }
        }
    }
    for field in exif.iter().flat_map(|block| &block.fields) {
        collect(&mut traces, GeneratorField::Exif, field.name, field.name, &field.value, &field.location);
    }
    for field in iim {
        collect(&mut traces, GeneratorField::Iim, field.name, field.name, &field.value, &field.location);
    }
    for entry in entries {
        let field = match entry.kind {
            TextKind::PngText => GeneratorField::Png,
            TextKind::SamsungTrailer => GeneratorField::Samsung,
            _ => GeneratorField::Text,
        };
        collect(&mut traces, field, &entry.key, &entry.key, &entry.value, &entry.location);
    }
    traces
}

fn collect(
    traces: &mut Vec<GeneratorTrace>,
    field: GeneratorField,
    key: &str,
    name: &str,
    value: &str,
    location: &Location,
) {
    let mut named: Vec<&str> = Vec::new();
    for rule in identify(field, key, value) {
        // The table's first match for a generator in a field is its strongest.
        if named.contains(&rule.generator) || traces.len() >= 256 {
            continue;
        }
        named.push(rule.generator);
        let at = rule.test.find(value).unwrap_or(0);
        traces.push(GeneratorTrace {
            generator: rule.generator.to_owned(),
            tier: rule.tier,
            field: name.to_owned(),
            location: location.clone(),
            excerpt: excerpt(value, at),
        });
    }
}

/// `xmpMM:History[2]/stEvt:softwareAgent` without `[2]`.
fn without_indices(path: &str) -> String {
    let mut depth = 0_usize;
    path.chars()
        .filter(|character| match character {
            '[' => {
                depth = depth.saturating_add(1);
                false
            }
            ']' => {
                depth = depth.saturating_sub(1);
                false
            }
            _ => depth == 0,
        })
        .collect()
}

fn excerpt(value: &str, at: usize) -> String {
    let mut start = at.saturating_sub(EXCERPT / 4);
    while start > 0 && !value.is_char_boundary(start) {
        start = start.saturating_sub(1);
    }
    text::cut(value.get(start..).unwrap_or_default(), EXCERPT).to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    fn names(field: GeneratorField, key: &str, value: &str) -> Vec<(&'static str, u8)> {
        identify(field, key, value).map(|rule| (rule.generator, rule.tier)).collect()
    }

    #[test]
    fn recognises_fields_of_real_generators() {
        use GeneratorField::{C2paActionDescription, Exif, Png, Samsung, Text, Xmp};
        let signature = format!("Signature: {}", "Ab+/".repeat(100));
        for (field, key, value, generator, tier) in [
            (
                Png,
                "parameters",
                "a cat\nNegative prompt: dog\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1",
                "Stable Diffusion WebUI",
                4,
            ),
            (
                Exif,
                "UserComment",
                "a cat\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1",
                "Stable Diffusion WebUI",
                4,
            ),
            (Png, "prompt", r#"{"3": {"class_type": "KSampler"}}"#, "ComfyUI", 4),
            (Exif, "Make", r#"prompt:{"3": {"class_type": "KSampler"}}"#, "ComfyUI", 4),
            (Png, "invokeai_metadata", "{}", "InvokeAI", 4),
            (Png, "sd-metadata", "{}", "InvokeAI", 4),
            (Png, "Software", "NovelAI", "NovelAI", 4),
            (
                Png,
                "Description",
                "a man --ar 4:3 --v 5.2 Job ID: 2b6e053b-9a65-4ca9-9e13-b6f4465164d4",
                "Midjourney",
                4,
            ),
            (Xmp, "photoshop:Credit", "Made with Google AI", "Google AI (Gemini, Imagen)", 4),
            (Exif, "ImageDescription", &signature, "xAI Grok", 4),
            (Exif, "Make", "Ideogram AI", "Ideogram", 4),
            (Xmp, "xmp:CreatorTool", "reve.com", "Reve", 4),
            (Png, "Source", "Luma AI", "Luma", 4),
            (Exif, "Make", "Aphrodite AI", "Aphrodite AI", 4),
            (Samsung, "PhotoEditor_Re_Edit_Data", r#"{"isBlending":false,"genAIType":1}"#, "Samsung Galaxy AI", 4),
            (Png, "hf-job-id", "abc", "Hugging Face", 5),
            (Exif, "Software", "Adobe Firefly 3", "Adobe Firefly", 5),
            (C2paActionDescription, "", "Created by Google Generative AI.", "Google AI (Gemini, Imagen)", 5),
            (Text, "TXXX:comment", "made with suno; created=2026", "Suno", 5),
        ] {
            assert!(names(field, key, value).contains(&(generator, tier)), "{generator}: {key}");
        }
    }

    #[test]
    fn ignores_ordinary_fields() {
        use GeneratorField::{Exif, Png, Samsung, Xmp};
        for (field, key, value) in [
            (Exif, "Software", "Adobe Photoshop 25.0 (Macintosh)"),
            (Exif, "Software", "Firefly Camera Firmware"),
            (Exif, "Artist", "Flux Imagen"),
            (Exif, "ImageDescription", "Signature: by hand"),
            (Exif, "UserComment", "Ten steps to the beach"),
            (Xmp, "xmp:CreatorTool", "Adobe Illustrator"),
            (Png, "Software", "ImageMagick"),
            (Png, "prompt", "what to say"),
            (Png, "Description", "a job"),
            (Samsung, "PhotoEditor_Re_Edit_Data", r#"{"genAIType":0}"#),
        ] {
            assert_eq!(names(field, key, value), [], "{key} {value}");
        }
    }

    #[test]
    fn excerpts_contain_the_match() {
        let value = format!("{}Job ID: 1 --v 5{}", "é".repeat(200), "x".repeat(500));
        let at = position(&value, "job id:").unwrap();
        assert!(excerpt(&value, at).contains("Job ID:"));
        assert!(excerpt(&value, at).len() <= EXCERPT);
    }
}
