//! IPTC-IIM datasets (IPTC-NAA Information Interchange Model 4.2) and the Photoshop resources around them.

use serde::Serialize;

use crate::findings::Location;
use crate::text;

/// One dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct IimField {
    /// Record number; 2 is the application record.
    pub record: u8,
    /// Dataset number.
    pub dataset: u8,
    /// Name in IIM 4.2, for example `Credit`.
    pub name: &'static str,
    /// Decoded value.
    pub value: String,
    /// Place of the value.
    pub location: Location,
}

const NAMES: &[(u8, &str)] = &[
    (5, "ObjectName"),
    (25, "Keywords"),
    (40, "SpecialInstructions"),
    (55, "DateCreated"),
    (60, "TimeCreated"),
    (62, "DigitalCreationDate"),
    (65, "OriginatingProgram"),
    (70, "ProgramVersion"),
    (80, "By-line"),
    (85, "By-lineTitle"),
    (105, "Headline"),
    (110, "Credit"),
    (115, "Source"),
    (116, "CopyrightNotice"),
    (120, "Caption"),
    (122, "Writer"),
];

/// Reads at most `max` datasets; stops at the first byte that starts none. Values are cut to `max_text` bytes and taken
/// off `text_left`, how much text may still be kept from this file.
pub(crate) fn parse(
    location: &Location,
    bytes: &[u8],
    max: usize,
    max_text: usize,
    text_left: &mut usize,
) -> Vec<IimField> {
    let mut fields = Vec::new();
    let mut at = 0_usize;
    while let Some([0x1C, record, dataset, high, low, ..]) = bytes.get(at..) {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        // Extended lengths (bit 15) are for values above 32 KB, which none of the named datasets may have.
        if length > 0x7FFF || fields.len() >= max {
            break;
        }
        let start = at.saturating_add(5);
        let Some(value) = bytes.get(start..start.saturating_add(length)) else {
            break;
        };
        if *record == 2
            && let Some((_, name)) = NAMES.iter().find(|(number, _)| number == dataset)
        {
            let decoded = text::utf8_or_latin1(value);
            let decoded = text::cut(&decoded, max_text.min(*text_left));
            if decoded.is_empty() && !value.is_empty() {
                break;
            }
            *text_left = text_left.saturating_sub(decoded.len());
            fields.push(IimField {
                record: *record,
                dataset: *dataset,
                name,
                value: decoded.to_owned(),
                location: Location {
                    path: format!("{}/2:{dataset:03}", location.path),
                    offset: location.offset.saturating_add(start as u64),
                    length: length as u64,
                },
            });
        }
        at = start.saturating_add(length);
    }
    fields
}

/// The IPTC resource (0x0404) among Photoshop image resources: offset and length within `bytes`.
pub(crate) fn photoshop_resource(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut at = 0_usize;
    while bytes.get(at..at.checked_add(4)?)? == b"8BIM" {
        let id = u16::from_be_bytes(bytes.get(at.checked_add(4)?..at.checked_add(6)?)?.try_into().ok()?);
        let name_length = usize::from(*bytes.get(at.checked_add(6)?)?);
        // A Pascal string padded to an even length, its length byte included.
        let name_end = at.checked_add(7)?.checked_add(name_length)?;
        let size_at = name_end.checked_add((name_length.checked_add(1)?) % 2)?;
        let size = bytes.get(size_at..size_at.checked_add(4)?)?;
        let size = usize::try_from(u32::from_be_bytes(size.try_into().ok()?)).ok()?;
        let data = size_at.checked_add(4)?;
        if id == 0x0404 {
            bytes.get(data..data.checked_add(size)?)?;
            return Some((data, size));
        }
        at = data.checked_add(size)?.checked_add(size % 2)?;
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    #[test]
    fn reads_datasets_of_a_photoshop_resource_within_limits() {
        let mut iim = vec![0x1C, 2, 110, 0, 6];
        iim.extend_from_slice(b"Studio");
        iim.extend_from_slice(&[0x1C, 2, 80, 0, 2, b'M', b'e']);
        let mut resources = b"8BIM\x03\xED\0\0\0\0\0\x01x\0".to_vec();
        resources.extend_from_slice(b"8BIM\x04\x04\0\0");
        resources.extend_from_slice(&(iim.len() as u32).to_be_bytes());
        resources.extend_from_slice(&iim);
        let (start, length) = photoshop_resource(&resources).unwrap();
        let location = Location { path: "P".to_owned(), offset: 10, length: length as u64 };
        let fields = parse(&location, &resources[start..start + length], 100, 100, &mut 100);
        assert_eq!(fields.len(), 2);
        let mut left = 7;
        let cut = parse(&location, &resources[start..start + length], 100, 100, &mut left);
        assert_eq!((cut.len(), cut[1].value.as_str(), left), (2, "M", 0), "text of all fields has one limit");
        assert!(parse(&location, &resources[start..start + length], 100, 100, &mut left).is_empty());
        assert_eq!((fields[0].name, fields[0].value.as_str()), ("Credit", "Studio"));
        assert_eq!(fields[1].location.offset, 10 + 5 + 6 + 5);
        assert_eq!(photoshop_resource(b"8BIM\x04\x04\0\0\xff\xff\xff\xff"), None);
    }
}
