//! Metadata layer: the IPTC properties and China's label in one XMP packet.
//!
//! Existing metadata stays. A complete label in China's form is never replaced, no matter who wrote it: the Measures
//! (Article 10) forbid tampering with labels, and GB 45438-2025 (6.1 c) allows one copy only.

use labeler_media::{AIGC_NAMESPACE, AigcCarrier, AigcShape, AigcSite, CodeCheck, Format, Metadata};
use labeler_splice::xmp::{self, Property};
use labeler_splice::{Packet, Rope, SpliceError, write_packet};
use serde_json::json;

use crate::options::{LabelOptions, RegionPreset};
use crate::outcome::{LabelError, Warning};

const IPTC_EXT: &str = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";
const PLUS: &str = "http://ns.useplus.org/ldf/xmp/1.0/";
const PHOTOSHOP: &str = "http://ns.adobe.com/photoshop/1.0/";
/// End of the path that the reader gives extended XMP.
const EXTENDED: &str = "/ExtendedXMP";
/// Bytes of a packet that fit into a JPEG segment after XMP's own header.
const MOST_JPEG_PACKET: usize = 65_502;
/// PLUS vocabulary: no data mining (training included).
const PROHIBITED: &str = "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED";

/// Result of writing the layer.
#[derive(Debug)]
pub(crate) struct Written {
    pub rope: Rope,
    /// `iptc`, and `aigc` when the file carries China's label now.
    pub layers: Vec<String>,
    pub warnings: Vec<Warning>,
}

/// Writes the layer. `metadata` was read from `source`; `unique` holds the lower-case hex digits that make this label's
/// identifiers unique.
pub(crate) fn write(
    source: &Rope,
    metadata: &Metadata,
    options: &LabelOptions,
    unique: &str,
) -> Result<Written, LabelError> {
    let format = metadata.format;
    let mut warnings = Vec::new();
    let mut set = statements(options, unique);
    let mut layers = vec!["iptc".to_owned()];
    let mut packet = Packet::default();
    if options.region_preset.wants_aigc() {
        let label = aigc(metadata, format, options, unique, &mut packet, &mut warnings);
        match label {
            Label::Write(text) => {
                set.push(Property::new(AIGC_NAMESPACE, "TC260", "AIGC", text));
                layers.push("aigc".to_owned());
            }
            Label::Keep => layers.push("aigc".to_owned()),
            Label::Lacking => {}
        }
    }
    let (main, extended, keep) = packets(metadata, format, &set, &mut warnings);
    packet.main = &main;
    packet.extended = extended.as_deref();
    packet.keep_extended = keep;
    let rope = write_packet(source, format, &packet).map_err(|error| match error {
        SpliceError::Unsupported(format) => LabelError::Unsupported { found: Some(format) },
        other => LabelError::Malformed(other.to_string()),
    })?;
    Ok(Written { rope, layers, warnings })
}

/// Returns the properties of IPTC Photo Metadata 2025.1 and PLUS.
fn statements(options: &LabelOptions, unique: &str) -> Vec<Property> {
    let extension = |name, value: String| Property::new(IPTC_EXT, "Iptc4xmpExt", name, value);
    let profile = &options.profile;
    let mut set = vec![extension("DigitalSourceType", options.digital_source_type.uri())];
    if let Some(system) = &profile.ai_system {
        set.push(extension("AISystemUsed", system.clone()));
    }
    if let Some(version) = &profile.ai_system_version {
        set.push(extension("AISystemVersionUsed", version.clone()));
    }
    let mut id = extension("DigImageGUID", format!("urn:uuid:{}", uuid(unique)));
    id.only_if_absent = true;
    set.push(id);
    if let Some(provider) = &profile.provider {
        let mut credit = Property::new(PHOTOSHOP, "photoshop", "Credit", provider.clone());
        credit.only_if_absent = true;
        set.push(credit);
    }
    if options.dnt_enabled {
        set.push(Property::new(PLUS, "plus", "DataMining", PROHIBITED));
    }
    set
}

/// Formats the first 30 digits as a UUID of version 8 (RFC 9562, 5.8).
pub(crate) fn uuid(unique: &str) -> String {
    let digit = |range: std::ops::Range<usize>| unique.get(range).unwrap_or("0");
    format!("{}-{}-8{}-a{}-{}", digit(0..8), digit(8..12), digit(12..15), digit(15..18), digit(18..30))
}

enum Label {
    Write(String),
    Keep,
    Lacking,
}

/// Decides about China's label: keeps a complete one, otherwise returns a new one.
fn aigc(
    metadata: &Metadata,
    format: Format,
    options: &LabelOptions,
    unique: &str,
    packet: &mut Packet<'_>,
    warnings: &mut Vec<Warning>,
) -> Label {
    if let [only] = metadata.aigc.as_slice()
        && only.standard_place
        && is_complete(only)
    {
        return Label::Keep;
    }
    let good = metadata.aigc.iter().find(|site| is_complete(site));
    // Every other place is emptied, where that can be done without touching anything else.
    let mut elsewhere = 0_usize;
    for site in &metadata.aigc {
        match site.carrier {
            AigcCarrier::Xmp => {}
            AigcCarrier::PngText => packet.drop_text_labels = true,
            AigcCarrier::ExifUserComment if format != Format::Png && site.location.length > 8 => {
                let end = site.location.offset.saturating_add(site.location.length);
                packet.blank.push(site.location.offset..end);
            }
            _ => elsewhere = elsewhere.saturating_add(1),
        }
    }
    if elsewhere > 0 {
        warnings.push(Warning::new(
            "aigc_elsewhere",
            "The file holds an AIGC label in a field of no standard, which is left as it is; GB 45438-2025 (6.1 c) \
             allows one copy only.",
        ));
    }
    if let Some(site) = good {
        return site.label.as_ref().map_or(Label::Keep, |label| {
            let value = |value: &Option<String>| value.clone().unwrap_or_default();
            Label::Write(json(
                &value(&label.label),
                &value(&label.content_producer),
                &value(&label.produce_id),
                &value(&label.reserved_code1),
                [&value(&label.content_propagator), &value(&label.propagate_id), &value(&label.reserved_code2)],
            ))
        });
    }
    let profile = &options.profile;
    let named = profile.provider.as_deref().filter(|name| in_character_set(name));
    let Some(producer) = profile.producer_code.as_deref().or(named) else {
        warnings.push(Warning::new(
            "missing_producer_code",
            "options.producerCode is missing: China's AIGC label names the provider by its code (GB 45438-2025, Annex \
             E), so none was written.",
        ));
        return Label::Lacking;
    };
    if profile.producer_code.is_none() {
        warnings.push(Warning::new(
            "missing_producer_code",
            "options.producerCode is missing: China's AIGC label names the provider by name instead of by code.",
        ));
    }
    Label::Write(json("1", producer, unique.get(..32).unwrap_or(unique), "", ["", "", ""]))
}

/// The seven keys in the order of Annex E, without white space.
fn json(label: &str, producer: &str, id: &str, reserved: &str, [propagator, propagated, other]: [&str; 3]) -> String {
    let pairs = [
        ("Label", label),
        ("ContentProducer", producer),
        ("ProduceID", id),
        ("ReservedCode1", reserved),
        ("ContentPropagator", propagator),
        ("PropagateID", propagated),
        ("ReservedCode2", other),
    ];
    let fields: Vec<String> = pairs.iter().map(|(key, value)| format!("\"{key}\":{}", json!(value))).collect();
    format!("{{{}}}", fields.join(","))
}

/// Whether a label needs no correction.
fn is_complete(site: &AigcSite) -> bool {
    let filled = |value: &Option<String>| value.as_deref().is_some_and(|text| !text.is_empty());
    matches!(site.shape, AigcShape::Bare | AigcShape::Wrapped)
        && site.meaning.is_some()
        && site.charset_violations.is_empty()
        && site.non_string_keys.is_empty()
        && site.repeated_keys.is_empty()
        && !matches!(site.producer_code, CodeCheck::Absent | CodeCheck::Malformed { .. })
        && site.label.as_ref().is_some_and(|label| filled(&label.content_producer) && filled(&label.produce_id))
}

/// Annex E j): printable characters of one byte, no space.
pub(crate) fn in_character_set(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| (0x21..=0x7E).contains(&byte))
}

/// The packet to write, extended XMP to write, and whether the file's own extended XMP stays.
fn packets(
    metadata: &Metadata,
    format: Format,
    set: &[Property],
    warnings: &mut Vec<Warning>,
) -> (String, Option<String>, bool) {
    let (extended, plain): (Vec<_>, Vec<_>) =
        metadata.xmp.iter().partition(|packet| packet.location.path.ends_with(EXTENDED));
    let texts = |list: &[&labeler_media::XmpPacket]| -> Vec<String> { list.iter().map(|p| p.raw.clone()).collect() };
    let (extended, plain) = (texts(&extended), texts(&plain));
    let mut tell = |unreadable: usize| {
        if unreadable > 0 {
            warnings.push(Warning::new(
                "xmp_unreadable",
                "The file held an XMP packet that is not well-formed and could not be kept.",
            ));
        }
    };

    // Extended XMP that states nothing of ours stays as it is, if there is room for ours beside its announcement.
    let untouched = extended.iter().all(|text| !set.iter().any(|property| xmp::has(text, property)));
    if !extended.is_empty() && untouched && extended.len() == 1 && !plain.is_empty() {
        let merged = xmp::merge(&refs(&plain), set);
        let announced = plain.iter().any(|text| xmp::has(text, &Property::extended(None)));
        if announced && merged.packet().len() <= MOST_JPEG_PACKET {
            tell(merged.unreadable);
            return (merged.packet(), None, true);
        }
    }
    let mut all = refs(&plain);
    all.extend(refs(&extended));
    let mut with_note = set.to_vec();
    with_note.push(Property::extended(None));
    let merged = xmp::merge(&all, if extended.is_empty() { set } else { &with_note });
    tell(merged.unreadable);
    if format != Format::Jpeg || merged.packet().len() <= MOST_JPEG_PACKET {
        return (merged.packet(), None, false);
    }
    // Too long for one segment: ours, and all the rest as extended XMP.
    let none: Vec<Property> = with_note.iter().map(|p| Property { value: None, ..p.clone() }).collect();
    let kept: Vec<&Property> = set.iter().filter(|p| p.only_if_absent && all.iter().any(|t| xmp::has(t, p))).collect();
    let without: Vec<Property> = none.into_iter().filter(|p| !kept.iter().any(|k| k.name == p.name)).collect();
    let rest = xmp::merge(&all, &without).text;
    let mut own: Vec<Property> = set.iter().filter(|p| !kept.contains(p)).cloned().collect();
    own.push(Property::extended(Some(xmp::guid(&rest))));
    (xmp::merge(&[], &own).packet(), Some(rest), false)
}

fn refs(list: &[String]) -> Vec<&str> {
    list.iter().map(String::as_str).collect()
}

impl RegionPreset {
    /// Whether the preset writes China's label.
    fn wants_aigc(self) -> bool {
        matches!(self, Self::China | Self::GlobalMinimum)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_uuid_has_its_form() {
        assert_eq!(uuid("0123456789abcdef0123456789abcdef"), "01234567-89ab-8cde-af01-23456789abcd");
    }

    #[test]
    fn annex_e_wants_seven_strings_in_order() {
        assert_eq!(
            json("1", "a\"b", "i", "", ["", "", ""]),
            r#"{"Label":"1","ContentProducer":"a\"b","ProduceID":"i","ReservedCode1":"","ContentPropagator":"","PropagateID":"","ReservedCode2":""}"#
        );
        assert!(in_character_set("001191110102MACQD9K64010000") && !in_character_set("a b") && !in_character_set("中"));
    }
}
