//! China's implicit label: the `AIGC` metadata field of GB 45438-2025 clause 6.1 and Annex E, in every place where
//! the TC260 practice guides (TC260-PG-20257A video, 20258A text, 20259A image, 202510A audio) or real files put it.
//!
//! This module reads and describes; whether a label complies is judged elsewhere.

mod json;

use serde::Serialize;

pub use json::{AigcShape, AigcValueType};
use json::{KEYS, Node, parse};

use crate::exif::Exif;
use crate::findings::{Location, TextEntry, TextKind};
use crate::format::Format;
use crate::text;
use crate::uscc::is_valid_uscc;
use crate::xmp::{XmpPacket, ns};

/// Namespace of the XMP property (TC260 guides, clause 6).
pub const AIGC_NAMESPACE: &str = ns::TC260;

/// Longest raw label kept, in bytes. Real ones are below 1 KiB.
const MAX_RAW: usize = 16 << 10;
/// Longest namespace that is kept, in bytes.
const MAX_NAMESPACE: usize = 256;
/// Longest key that is kept, in bytes.
const MAX_KEY: usize = 256;
/// Maximum number of keys of a label that are read.
const MAX_PAIRS: usize = 64;

/// Maximum number of sites reported; one is allowed.
const MAX_SITES: usize = 64;

/// Kind of field that holds a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum AigcCarrier {
    /// XMP property `AIGC`.
    Xmp,
    /// Another XMP property whose value is a label.
    XmpOther,
    /// EXIF `UserComment`.
    ExifUserComment,
    /// Another EXIF field.
    ExifOther,
    /// PNG text chunk.
    PngText,
    /// JPEG application segment or comment.
    JpegSegment,
    /// GIF comment.
    GifComment,
    /// MP4 or QuickTime metadata.
    Mp4,
    /// ID3v2 frame.
    Id3,
    /// RIFF `LIST/INFO` entry.
    RiffInfo,
    /// RIFF chunk.
    RiffChunk,
    /// Vorbis comment.
    VorbisComment,
    /// Matroska tag.
    MatroskaTag,
    /// PDF document information.
    PdfInfo,
    /// FLV script data.
    Flv,
    /// Custom property of an Office Open XML document.
    DocumentProperty,
    /// Front matter of a Markdown file.
    FrontMatter,
    /// Anything else.
    Other,
}

/// Meaning of `Label` (Annex E c).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum AigcMeaning {
    /// `"1"` 属于: is generated.
    Is,
    /// `"2"` 可能: may be generated.
    MayBe,
    /// `"3"` 疑似: suspected to be generated.
    Suspected,
}

/// The seven values; numbers and booleans are kept as text, see [`AigcSite::non_string_keys`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AigcLabel {
    /// `Label`.
    pub label: Option<String>,
    /// `ContentProducer`: name or code of the provider of the generation service.
    pub content_producer: Option<String>,
    /// `ProduceID`: the provider's number for the content.
    pub produce_id: Option<String>,
    /// `ReservedCode1`: reserved for the provider, for integrity.
    pub reserved_code1: Option<String>,
    /// `ContentPropagator`: name or code of the provider of the distribution service.
    pub content_propagator: Option<String>,
    /// `PropagateID`: number of the content at the distribution service.
    pub propagate_id: Option<String>,
    /// `ReservedCode2`: reserved for the distribution service, for integrity.
    pub reserved_code2: Option<String>,
}

/// A character outside the set of Annex E j): printable 0x21 to 0x7E without the backslash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CharsetViolation {
    /// Key of the value.
    pub key: &'static str,
    /// First character outside the set.
    pub character: char,
    /// Position of that character in the value, in characters, from 0.
    pub position: usize,
    /// Number of characters of the value outside the set.
    pub count: usize,
}

/// Content of a provider field: `001` + `1` + 18-character unified social credit code + 5-character suffix, or a name
/// (provider coding rules guide of 2025-03-14).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum CodeCheck {
    /// The key is missing or its value empty.
    Absent,
    /// A name rather than a code.
    Name,
    /// A code with the right structure and check character.
    Valid {
        /// The unified social credit code in it.
        uscc: String,
        /// The provider's suffix.
        suffix: String,
    },
    /// Starts like a code, but is not valid.
    Malformed {
        /// Problem of the code.
        problem: CodeProblem,
    },
}

/// Problem of a provider code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum CodeProblem {
    /// Characters other than letters and digits, or a fourth character that is not 1.
    Structure,
    /// Not 27 characters long.
    Length,
    /// The check character of the unified social credit code does not match (GB 32100-2015).
    CheckCharacter,
}

/// Key and value of a label, as the file has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AigcPair {
    /// Key, cut to 256 bytes.
    pub name: String,
    /// Content of a string; text of a number, a boolean or null; `{…}` for an object and `[…]` for an array. At most
    /// 16 KiB.
    pub value: String,
    /// JSON type of the value.
    pub value_type: AigcValueType,
}

/// Place that contains an AIGC label, or an attempt at one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AigcSite {
    /// Place of the label.
    pub location: Location,
    /// Kind of field.
    pub carrier: AigcCarrier,
    /// Name of the field as written: XMP path, keyword, frame.
    pub field: String,
    /// XMP namespace of the field, where it is one.
    #[serde(skip)]
    pub namespace: Option<String>,
    /// Whether a TC260 guide gives this place for the format.
    pub standard_place: bool,
    /// Value of the field, cut to 16 KiB.
    pub raw: String,
    /// Shape of the value.
    pub shape: AigcShape,
    /// The first 64 keys with their values, in the order of the file, repeated keys included.
    #[serde(skip)]
    pub pairs: Vec<AigcPair>,
    /// The seven values; `None` when no JSON object was found.
    pub label: Option<AigcLabel>,
    /// Meaning of `Label`; `None` for any other value.
    pub meaning: Option<AigcMeaning>,
    /// Missing keys of Annex E, in the order of the annex.
    pub missing_keys: Vec<&'static str>,
    /// Keys that are not in Annex E.
    pub unknown_keys: Vec<String>,
    /// Keys that occur more than once. The first value counts.
    pub repeated_keys: Vec<String>,
    /// Keys of Annex E whose value is not a JSON string.
    pub non_string_keys: Vec<&'static str>,
    /// Values with characters outside Annex E j).
    pub charset_violations: Vec<CharsetViolation>,
    /// Structure of `ContentProducer`.
    pub producer_code: CodeCheck,
    /// Structure of `ContentPropagator`.
    pub propagator_code: CodeCheck,
}

/// Finds all labels in what was read.
pub(crate) fn find(format: Format, xmp: &[XmpPacket], exif: &[Exif], entries: &[TextEntry]) -> Vec<AigcSite> {
    // Each site keeps up to 16 KiB; nobody needs to see more of them.
    let mut sites = Vec::new();
    for packet in xmp {
        find_in_xmp(packet, &mut sites);
    }
    for field in exif.iter().flat_map(|block| &block.fields) {
        if mentions_label(&field.value) {
            let comment = field.name == "UserComment";
            // TC260-PG-20259A Annex B: the alternative for JPEG and WebP.
            let standard = comment && matches!(format, Format::Jpeg | Format::Webp);
            let carrier = if comment { AigcCarrier::ExifUserComment } else { AigcCarrier::ExifOther };
            sites.push(site(carrier, field.name, standard, &field.value, field.location.clone()));
        }
    }
    for entry in entries {
        let named = is_label_key(&entry.key);
        if named || mentions_label(&entry.value) {
            let (carrier, place) = carrier(entry, format);
            sites.push(site(carrier, &entry.key, named && place, &entry.value, entry.location.clone()));
        }
        if sites.len() >= MAX_SITES {
            break;
        }
    }
    sites.truncate(MAX_SITES);
    sites
}

fn find_in_xmp(packet: &XmpPacket, sites: &mut Vec<AigcSite>) {
    let mut structures: Vec<&str> = Vec::new();
    for property in &packet.properties {
        if sites.len() >= MAX_SITES {
            return;
        }
        let named = property.name == "AIGC" && property.parent.is_none();
        if named {
            let standard = packet.standard_place && property.namespace == AIGC_NAMESPACE;
            let mut found = site(AigcCarrier::Xmp, &property.path, standard, &property.value, packet.location.clone());
            found.namespace = Some(text::cut(&property.namespace, MAX_NAMESPACE).to_owned());
            sites.push(found);
            continue;
        }
        // A structure instead of JSON: its fields are properties of their own.
        if let Some(parent) = property.parent.as_deref()
            && parent.rsplit([':', '/']).next() == Some("AIGC")
            && KEYS.contains(&property.name.as_str())
        {
            if !structures.contains(&parent) {
                structures.push(parent);
                sites.push(structure(packet, parent));
            }
        } else if mentions_label(&property.value) {
            sites.push(site(AigcCarrier::XmpOther, &property.path, false, &property.value, packet.location.clone()));
        }
    }
}

fn structure(packet: &XmpPacket, parent: &str) -> AigcSite {
    let pairs: Vec<(String, Node)> = packet
        .properties
        .iter()
        .filter(|property| property.parent.as_deref() == Some(parent))
        .map(|property| (property.name.clone(), Node::Text(property.value.clone())))
        .collect();
    let raw: Vec<String> = packet
        .properties
        .iter()
        .filter(|property| property.parent.as_deref() == Some(parent))
        .map(|property| format!("{}={}", property.name, property.value))
        .collect();
    let mut site = describe(AigcShape::NonStandard, Some(&pairs));
    site.carrier = AigcCarrier::Xmp;
    site.field = parent.to_owned();
    site.raw = text::cut(&raw.join("\n"), MAX_RAW).to_owned();
    site.location = packet.location.clone();
    site
}

/// Whether a field's name, without its frame or domain, is `AIGC`.
fn is_label_key(key: &str) -> bool {
    key.rsplit([':', '/', '.']).next().is_some_and(|last| last.trim().eq_ignore_ascii_case("AIGC"))
}

/// Whether a value holds something in the form of a label: `AIGC` followed by an object, or Annex E's keys. The bare
/// word occurs in prompts and names and is not enough.
fn mentions_label(value: &str) -> bool {
    if value.contains("ContentProducer") && value.contains("Label") && value.contains('{') {
        return true;
    }
    value.match_indices("AIGC").any(|(at, word)| {
        let after = value.get(at.saturating_add(word.len())..).unwrap_or_default();
        let rest = after.trim_start_matches(['"', '\\', ' ', ':', '=', '\t', '\r', '\n']);
        // Not more than a few signs between name and object.
        rest.starts_with('{') && after.len().saturating_sub(rest.len()) <= 8
    })
}

fn carrier(entry: &TextEntry, format: Format) -> (AigcCarrier, bool) {
    match entry.kind {
        TextKind::PngText => (AigcCarrier::PngText, entry.key == "AIGC"),
        TextKind::JpegComment | TextKind::JpegSegment => (AigcCarrier::JpegSegment, false),
        TextKind::GifComment => (AigcCarrier::GifComment, false),
        // The guide's place is `keys`/`ilst` in `moov/udta/meta`.
        TextKind::Mp4 => {
            (AigcCarrier::Mp4, entry.key == "AIGC" && entry.location.path.contains("/moov/udta/meta/keys["))
        }
        TextKind::Id3 => (AigcCarrier::Id3, entry.key == "TXXX:AIGC" && format == Format::Mp3),
        TextKind::RiffInfo => (AigcCarrier::RiffInfo, format == Format::Avi),
        TextKind::RiffChunk => (AigcCarrier::RiffChunk, format == Format::Wav && entry.key == "AIGC"),
        TextKind::Vorbis => (AigcCarrier::VorbisComment, true),
        TextKind::Matroska => (AigcCarrier::MatroskaTag, entry.key == "AIGC"),
        TextKind::PdfInfo => (AigcCarrier::PdfInfo, entry.key == "AIGC"),
        TextKind::Flv => (AigcCarrier::Flv, entry.key == "AIGC" && entry.location.path == "FLV/onMetaData/AIGC"),
        TextKind::DocumentProperty => (AigcCarrier::DocumentProperty, entry.key == "AIGC"),
        TextKind::FrontMatter => (AigcCarrier::FrontMatter, entry.key == "AIGC"),
        TextKind::SamsungTrailer | TextKind::Svg => (AigcCarrier::Other, false),
    }
}

fn site(carrier: AigcCarrier, field: &str, standard_place: bool, raw: &str, location: Location) -> AigcSite {
    let (shape, pairs) = parse(raw);
    AigcSite {
        location,
        carrier,
        field: field.to_owned(),
        standard_place,
        raw: text::cut(raw, MAX_RAW).to_owned(),
        ..describe(shape, pairs.as_deref())
    }
}

/// Everything that follows from the pairs.
fn describe(shape: AigcShape, pairs: Option<&[(String, Node)]>) -> AigcSite {
    let mut site = AigcSite {
        location: Location { path: String::new(), offset: 0, length: 0 },
        carrier: AigcCarrier::Other,
        field: String::new(),
        namespace: None,
        standard_place: false,
        raw: String::new(),
        shape,
        pairs: Vec::new(),
        label: None,
        meaning: None,
        missing_keys: KEYS.to_vec(),
        unknown_keys: Vec::new(),
        repeated_keys: Vec::new(),
        non_string_keys: Vec::new(),
        charset_violations: Vec::new(),
        producer_code: CodeCheck::Absent,
        propagator_code: CodeCheck::Absent,
    };
    let Some(pairs) = pairs else { return site };
    let mut label = AigcLabel::default();
    for (key, node) in pairs.iter().take(MAX_PAIRS) {
        let (value, value_type) = match node {
            Node::Text(value) => (value.as_str(), AigcValueType::String),
            Node::Other(value, value_type) => (value.as_str(), *value_type),
            Node::Object(_) => ("{…}", AigcValueType::Object),
        };
        site.pairs.push(AigcPair {
            name: text::cut(key, MAX_KEY).to_owned(),
            value: text::cut(value, MAX_RAW).to_owned(),
            value_type,
        });
        let Some(known) = KEYS.iter().find(|known| *known == key) else {
            site.unknown_keys.push(text::cut(key, MAX_KEY).to_owned());
            continue;
        };
        if !site.missing_keys.contains(known) {
            site.repeated_keys.push(key.clone());
            continue;
        }
        site.missing_keys.retain(|missing| missing != known);
        if value_type != AigcValueType::String {
            site.non_string_keys.push(known);
        }
        if let Node::Text(value) = node {
            // Annex E j): 0x21, 0x23-0x5B, 0x5D-0x7E, and a quotation mark (escaped in the JSON). A backslash is outside.
            let outside = |character: &char| !matches!(character, '!'..='[' | ']'..='~');
            if let Some((position, character)) = value.chars().enumerate().find(|(_, character)| outside(character)) {
                let count = value.chars().filter(outside).count();
                site.charset_violations.push(CharsetViolation { key: known, character, position, count });
            }
        }
        let slot = match *known {
            "Label" => &mut label.label,
            "ContentProducer" => &mut label.content_producer,
            "ProduceID" => &mut label.produce_id,
            "ReservedCode1" => &mut label.reserved_code1,
            "ContentPropagator" => &mut label.content_propagator,
            "PropagateID" => &mut label.propagate_id,
            _ => &mut label.reserved_code2,
        };
        *slot = Some(value.to_owned());
    }
    site.meaning = match label.label.as_deref() {
        Some("1") => Some(AigcMeaning::Is),
        Some("2") => Some(AigcMeaning::MayBe),
        Some("3") => Some(AigcMeaning::Suspected),
        _ => None,
    };
    site.producer_code = label.content_producer.as_deref().map_or(CodeCheck::Absent, check_code);
    site.propagator_code = label.content_propagator.as_deref().map_or(CodeCheck::Absent, check_code);
    site.label = Some(label);
    site
}

/// Checks the structure of a provider code. Anything that does not start with `001` is a name.
#[must_use]
pub fn check_code(value: &str) -> CodeCheck {
    if value.is_empty() {
        return CodeCheck::Absent;
    }
    let Some(rest) = value.strip_prefix("001") else {
        return CodeCheck::Name;
    };
    let malformed = |problem| CodeCheck::Malformed { problem };
    if !value.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return malformed(CodeProblem::Structure);
    }
    if value.len() != 27 {
        return malformed(CodeProblem::Length);
    }
    let Some(rest) = rest.strip_prefix('1') else {
        return malformed(CodeProblem::Structure);
    };
    let (uscc, suffix) = rest.split_at_checked(18).unwrap_or((rest, ""));
    if !is_valid_uscc(uscc) {
        return malformed(CodeProblem::CheckCharacter);
    }
    CodeCheck::Valid { uscc: uscc.to_owned(), suffix: suffix.to_owned() }
}

#[cfg(test)]
mod tests;
