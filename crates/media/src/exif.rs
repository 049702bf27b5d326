//! EXIF blocks (CIPA DC-008): the fields that speak of origin, and whether there is a position.

use serde::Serialize;

use crate::error::ParseError;
use crate::findings::{Location, WarningKind};
use crate::input::{Memory, View};
use crate::limits::Limits;
use crate::text;
use crate::tiff::{Directory, Entry, Header};

/// One EXIF block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Exif {
    /// The block, from its TIFF header on.
    pub location: Location,
    /// Orientation 1 to 8; 1 is upright.
    pub orientation: Option<u16>,
    /// Whether there is a GPS directory with a latitude.
    pub gps: bool,
    /// The text fields that were found, in file order.
    pub fields: Vec<ExifField>,
}

/// Text field of an EXIF block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ExifField {
    /// TIFF tag number.
    pub tag: u16,
    /// The tag's name in the EXIF specification, for example `UserComment`.
    pub name: &'static str,
    /// Decoded value without trailing zeros and spaces, cut to [`crate::Limits::max_text`].
    pub value: String,
    /// Declared character set of `UserComment`: `ascii`, `unicode`, `jis`, `undefined`; `None` for other fields.
    pub charset: Option<&'static str>,
    /// Place of the value.
    pub location: Location,
}

impl Exif {
    /// The first field with this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&ExifField> {
        self.fields.iter().find(|field| field.name == name)
    }
}

const USER_COMMENT: u16 = 0x9286;
const ORIENTATION: u16 = 0x0112;
const EXIF_DIRECTORY: u16 = 0x8769;
const GPS_DIRECTORY: u16 = 0x8825;
const GPS_LATITUDE: u16 = 2;

/// Text tags that are reported. The `XP…` tags are UTF-16 little-endian (Windows).
const TEXT_TAGS: &[(u16, &str)] = &[
    (0x010D, "DocumentName"),
    (0x010E, "ImageDescription"),
    (0x010F, "Make"),
    (0x0110, "Model"),
    (0x0131, "Software"),
    (0x0132, "DateTime"),
    (0x013B, "Artist"),
    (0x013C, "HostComputer"),
    (0x8298, "Copyright"),
    (0x9003, "DateTimeOriginal"),
    (0x9004, "DateTimeDigitized"),
    (0x9010, "OffsetTime"),
    (0x9011, "OffsetTimeOriginal"),
    (0x9C9B, "XPTitle"),
    (0x9C9C, "XPComment"),
    (0x9C9D, "XPAuthor"),
    (0x9C9E, "XPKeywords"),
    (0x9C9F, "XPSubject"),
    (USER_COMMENT, "UserComment"),
    (0xA420, "ImageUniqueID"),
    (0xA430, "CameraOwnerName"),
    (0xA436, "ImageTitle"),
    (0xA437, "Photographer"),
    (0xA438, "ImageEditor"),
    (0xA43A, "ImageEditingSoftware"),
    (0xA43C, "MetadataEditingSoftware"),
];

/// Whether entries with this tag are of interest.
fn is_read(tag: u16) -> bool {
    matches!(tag, ORIENTATION | EXIF_DIRECTORY | GPS_DIRECTORY) || TEXT_TAGS.iter().any(|(text, _)| *text == tag)
}

type Problems = Vec<(WarningKind, String)>;

/// Reads a block in memory; `location` is the block's place in the file.
pub(crate) fn parse(
    location: Location,
    bytes: &[u8],
    limits: &Limits,
    text_left: &mut usize,
) -> (Exif, Option<Location>, Problems) {
    let mut memory = Memory::new(bytes, limits);
    let contiguous = location.length == bytes.len() as u64;
    let mut reader = Reader::new(location, contiguous, limits, text_left);
    reader.run(&mut memory);
    (reader.exif, reader.gps, reader.problems)
}

/// Reads a TIFF file's directories as EXIF: the same tags in the file itself.
pub(crate) fn parse_file(
    location: Location,
    view: &mut dyn View,
    header: &Header,
    directory: u64,
    limits: &Limits,
    text_left: &mut usize,
) -> Result<(Exif, Option<Location>, Problems), ParseError> {
    let mut reader = Reader::new(location, true, limits, text_left);
    reader.chain(view, header, directory, "IFD0")?;
    Ok((reader.exif, reader.gps, reader.problems))
}

struct Reader<'a> {
    exif: Exif,
    gps: Option<Location>,
    problems: Problems,
    /// Whether offsets in the block are offsets in the file; not so when it was compressed or split.
    contiguous: bool,
    limits: &'a Limits,
    /// How much text may still be kept from this file.
    text_left: &'a mut usize,
    /// Tags seen in the current directory: a directory has each once, and a repeated one may cost no more work.
    seen: Vec<u16>,
}

impl<'a> Reader<'a> {
    fn new(location: Location, contiguous: bool, limits: &'a Limits, text_left: &'a mut usize) -> Self {
        Self {
            exif: Exif { location, orientation: None, gps: false, fields: Vec::new() },
            gps: None,
            problems: Vec::new(),
            contiguous,
            limits,
            text_left,
            seen: Vec::new(),
        }
    }

    fn run(&mut self, view: &mut dyn View) {
        let outcome = Header::read(view).and_then(|header| self.chain(view, &header, header.first, "IFD0"));
        self.note(outcome);
    }

    fn note(&mut self, outcome: Result<(), ParseError>) {
        let problem = match outcome {
            Ok(()) => return,
            Err(ParseError::Malformed(_, what)) => (WarningKind::Malformed, what.to_owned()),
            Err(ParseError::Truncated(_)) => (WarningKind::Truncated, "an offset points outside the block".to_owned()),
            Err(ParseError::Budget(error)) => (WarningKind::Limit, error.to_string()),
            Err(ParseError::Io(error)) => (WarningKind::Unread, error.to_string()),
        };
        self.problems.push(problem);
    }

    /// The first directory and those it points at; the thumbnail's directory holds nothing of interest.
    fn chain(&mut self, view: &mut dyn View, header: &Header, offset: u64, name: &str) -> Result<(), ParseError> {
        let Directory { entries, outside, .. } = header.directory(view, offset, is_read)?;
        self.count_outside(name, outside);
        self.seen.clear();
        let mut sub_read = false;
        for entry in &entries {
            match entry.tag {
                ORIENTATION => {
                    let value = header.number(view, entry)?;
                    self.exif.orientation =
                        value.and_then(|value| u16::try_from(value).ok()).filter(|value| (1..=8).contains(value));
                }
                EXIF_DIRECTORY if !sub_read => {
                    sub_read = true;
                    if let Some(offset) = header.number(view, entry)? {
                        let outcome = self.sub(view, header, offset);
                        if let Err(ParseError::Io(error)) = outcome {
                            return Err(ParseError::Io(error));
                        }
                        self.note(outcome);
                    }
                }
                GPS_DIRECTORY if !self.exif.gps => {
                    if let Some(offset) = header.number(view, entry)?
                        && let Ok(gps) = header.directory(view, offset, |tag| tag == GPS_LATITUDE)
                        && !gps.entries.is_empty()
                    {
                        self.exif.gps = true;
                        self.gps = Some(self.place("GPS", offset, 0));
                    }
                }
                _ => self.field(view, header, entry, name)?,
            }
        }
        Ok(())
    }

    fn sub(&mut self, view: &mut dyn View, header: &Header, offset: u64) -> Result<(), ParseError> {
        let Directory { entries, outside, .. } = header.directory(view, offset, is_read)?;
        self.count_outside("ExifIFD", outside);
        self.seen.clear();
        for entry in &entries {
            self.field(view, header, entry, "ExifIFD")?;
        }
        Ok(())
    }

    fn count_outside(&mut self, name: &str, outside: usize) {
        if outside > 0 {
            self.problems.push((WarningKind::Malformed, format!("{outside} entries of {name} have no readable value")));
        }
    }

    fn field(
        &mut self,
        view: &mut dyn View,
        header: &Header,
        entry: &Entry,
        directory: &str,
    ) -> Result<(), ParseError> {
        let Some((tag, name)) = TEXT_TAGS.iter().find(|(tag, _)| *tag == entry.tag) else {
            return Ok(());
        };
        // ASCII, bytes, undefined or UTF-8 (EXIF 3.0 type 129).
        if !matches!(entry.kind, 1 | 2 | 7 | 129) || self.seen.contains(tag) {
            return Ok(());
        }
        self.seen.push(*tag);
        // UTF-16 takes two bytes for what may become one.
        let length = entry.length.min((self.limits.max_text as u64).saturating_mul(2));
        let bytes = view.view(entry.offset, length)?;
        let (value, charset) = match *tag {
            USER_COMMENT => user_comment(&bytes, header.big_endian()),
            0x9C9B..=0x9C9F => (text::utf16(&bytes, false), None),
            _ => (text::utf8_or_latin1(&bytes), None),
        };
        let value = text::cut(&value, self.limits.max_text.min(*self.text_left)).trim_end_matches(['\0', ' ']);
        if value.is_empty() {
            return Ok(());
        }
        *self.text_left = self.text_left.saturating_sub(value.len());
        let location = self.place(&format!("{directory}/{name}"), entry.offset, entry.length);
        self.exif.fields.push(ExifField { tag: *tag, name, value: value.to_owned(), charset, location });
        Ok(())
    }

    fn place(&self, name: &str, offset: u64, length: u64) -> Location {
        let block = &self.exif.location;
        let path = format!("{}/{name}", block.path);
        if self.contiguous {
            Location { path, offset: block.offset.saturating_add(offset), length }
        } else {
            Location { path, offset: block.offset, length: block.length }
        }
    }
}

/// EXIF 2.32 section 4.6.5, UserComment: eight bytes name the character set. `UNICODE` does not fix a byte order:
/// writers use the block's, big-endian, or a byte order mark; the order with more characters below U+0100, or more
/// that are neither unassigned nor private, is the right one.
fn user_comment(bytes: &[u8], big_endian: bool) -> (String, Option<&'static str>) {
    let (code, body) = bytes.split_at_checked(8).unwrap_or((bytes, &[]));
    match code {
        b"ASCII\0\0\0" => (text::utf8_or_latin1(body), Some("ascii")),
        b"UNICODE\0" => (unicode(body, big_endian), Some("unicode")),
        // JIS X 0208 is not decoded; its ASCII subset is.
        b"JIS\0\0\0\0\0" => (text::utf8_or_latin1(body), Some("jis")),
        b"\0\0\0\0\0\0\0\0" => (text::utf8_or_latin1(body), Some("undefined")),
        // Writers that leave the code out.
        _ => (text::utf8_or_latin1(bytes), None),
    }
}

fn unicode(body: &[u8], big_endian: bool) -> String {
    match body {
        [0xFE, 0xFF, rest @ ..] => return text::utf16(rest, true),
        [0xFF, 0xFE, rest @ ..] => return text::utf16(rest, false),
        // UTF-8 under the wrong name: no zero among the first bytes of what would be mostly ASCII.
        _ if body.len() > 3 && !body.contains(&0) && body.iter().take(64).all(u8::is_ascii) => {
            return text::utf8_or_latin1(body);
        }
        _ => {}
    }
    let sample = body.get(..body.len().min(512)).unwrap_or_default();
    let low = |first: bool| {
        sample
            .chunks_exact(2)
            .filter(|pair| if first { pair.first() == Some(&0) } else { pair.last() == Some(&0) })
            .count()
    };
    let (high_first, low_first) = (low(true), low(false));
    let order = if high_first == low_first { big_endian } else { high_first > low_first };
    text::utf16(body, order)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;
    use crate::fixtures;

    fn location(length: usize) -> Location {
        Location { path: "X".to_owned(), offset: 100, length: length as u64 }
    }

    fn read(block: &[u8]) -> Exif {
        parse(location(block.len()), block, &Limits::default(), &mut 1000).0
    }

    #[test]
    fn decodes_each_character_set_of_user_comment() {
        let utf16 = |text: &str, big: bool| -> Vec<u8> {
            text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
        };
        for big in [false, true] {
            for order in [false, true] {
                let comment = [b"UNICODE\0".to_vec(), utf16("Steps: 20, é", order)].concat();
                let exif = read(&fixtures::exif_block(big, &[(0x9286, comment)]));
                let field = exif.get("UserComment").unwrap();
                assert_eq!((field.value.as_str(), field.charset), ("Steps: 20, é", Some("unicode")));
            }
        }
        let exif = read(&fixtures::exif_block(false, &[(0x9286, b"ASCII\0\0\0hello\0".to_vec())]));
        assert_eq!(exif.get("UserComment").unwrap().value, "hello");
        let exif = read(&fixtures::exif_block(false, &[(0x9286, b"no code at all".to_vec())]));
        assert_eq!(exif.get("UserComment").unwrap().value, "no code at all");
    }

    #[test]
    fn reports_the_file_offset_of_each_field() {
        let block = fixtures::exif_block(true, &[(0x0131, b"Some Software\0".to_vec())]);
        let exif = read(&block);
        let field = exif.get("Software").unwrap();
        let start = field.location.offset as usize - 100;
        assert_eq!(&block[start..start + 13], b"Some Software");
    }
}
