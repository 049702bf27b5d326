//! FLV (Adobe Flash Video File Format Specification 10.1, Annex E): the script data `onMetaData`, and `onXMPData`,
//! where the XMP specification part 3 puts the packet.

use crate::collector::MetadataCollector;
use crate::container::location;
use crate::error::ParseError;
use crate::findings::{TextKind, WarningKind};
use crate::text;

/// Maximum number of tags that are read. Script data precedes the first frame.
const MAX_TAGS: usize = 1024;
/// Deepest nesting of objects that is followed. Honest metadata has two levels.
const MAX_DEPTH: usize = 8;

pub(crate) fn read(collector: &mut MetadataCollector<'_>) -> Result<(), ParseError> {
    if !collector.everything() {
        return Ok(());
    }
    // Length of the header, then the size of the tag before the first, of which there is none.
    let mut at = u64::from(collector.input.u32_be(5)?).saturating_add(4);
    for _ in 0..MAX_TAGS {
        if at.saturating_add(11) > collector.input.length() {
            break;
        }
        collector.input.step("FLV tags")?;
        let [kind, high, middle, low] = collector.input.array::<4>(at)?;
        let size = u64::from(u32::from_be_bytes([0, high, middle, low]));
        let data = at.saturating_add(11);
        at = data.saturating_add(size);
        if at > collector.input.length() {
            return Err(ParseError::Truncated(data));
        }
        // The lower five bits are the type; bit 5 says that the tag is encrypted.
        if kind & 0x3F == 18
            && let Some(bytes) = collector.part("FLV/script", data, size)?
        {
            let mut reader = Amf { bytes: &bytes, at: 0, start: data };
            let outcome = reader.script(collector);
            collector.tolerate("FLV/script", outcome)?;
        }
        at = at.saturating_add(4);
    }
    Ok(())
}

/// Values in AMF0 (Action Message Format 0, 2007).
struct Amf<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Offset of the first byte in the file.
    start: u64,
}

impl<'a> Amf<'a> {
    /// The name of an event, then its value.
    fn script(&mut self, collector: &mut MetadataCollector<'_>) -> Result<(), ParseError> {
        if self.take(1)? != [2] {
            return Err(self.malformed());
        }
        let (name, _) = self.short_string()?;
        let path = format!("FLV/{}", text::cut(&text::utf8_or_latin1(name), 64));
        self.value(collector, &path, "", 0)
    }

    fn value(
        &mut self,
        collector: &mut MetadataCollector<'_>,
        path: &str,
        key: &str,
        depth: usize,
    ) -> Result<(), ParseError> {
        collector.input.step("FLV values")?;
        if depth > MAX_DEPTH {
            let place = location(path, self.start, self.bytes.len() as u64);
            collector.warn(WarningKind::Limit, "values nested deeper than is read", Some(place));
            return Err(ParseError::Malformed(self.start, "script data nested too deeply"));
        }
        let kind = self.take(1)?;
        match kind {
            [0] => self.take(8).map(drop),
            [1] => self.take(1).map(drop),
            [2] => {
                let (value, at) = self.short_string()?;
                self.keep(collector, path, key, value, at);
                Ok(())
            }
            // Long strings and XML documents.
            [12 | 15] => {
                let length = self.length()?;
                let at = self.at;
                let value = self.take(length)?;
                self.keep(collector, path, key, value, at);
                Ok(())
            }
            [3] => self.fields(collector, path, depth),
            // An array with names: how many is only a hint.
            [8] => {
                self.length()?;
                self.fields(collector, path, depth)
            }
            [10] => {
                for _ in 0..self.length()? {
                    self.value(collector, path, key, depth.saturating_add(1))?;
                }
                Ok(())
            }
            [5 | 6] => Ok(()),
            [7] => self.take(2).map(drop),
            [11] => self.take(10).map(drop),
            _ => Err(self.malformed()),
        }
    }

    /// Names and values up to the end mark, an empty name before type 9, or to the end of the data.
    fn fields(&mut self, collector: &mut MetadataCollector<'_>, path: &str, depth: usize) -> Result<(), ParseError> {
        while self.at < self.bytes.len() {
            let (name, _) = self.short_string()?;
            if self.bytes.get(self.at) == Some(&9) {
                self.at = self.at.saturating_add(1);
                return Ok(());
            }
            let key = text::utf8_or_latin1(text::split_nul(name).0);
            let inner = format!("{path}/{}", text::cut(&key, 64));
            self.value(collector, text::cut(&inner, 256), &key, depth.saturating_add(1))?;
        }
        Ok(())
    }

    fn keep(&self, collector: &mut MetadataCollector<'_>, path: &str, key: &str, value: &[u8], at: usize) {
        let place = location(path, self.start.saturating_add(at as u64), value.len() as u64);
        if key == "liveXML" {
            collector.add_xmp(place, value, true);
        } else if !value.is_empty() {
            collector.add_text(TextKind::Flv, key, &text::utf8_or_latin1(value), place);
        }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], ParseError> {
        let end = self.at.checked_add(count);
        let taken = end.and_then(|end| self.bytes.get(self.at..end)).ok_or_else(|| self.malformed())?;
        self.at = self.at.saturating_add(count);
        Ok(taken)
    }

    /// A string with a length of 16 bits, and its position.
    fn short_string(&mut self) -> Result<(&'a [u8], usize), ParseError> {
        let length = self.take(2)?.iter().fold(0_usize, |length, byte| length << 8 | usize::from(*byte));
        let at = self.at;
        Ok((self.take(length)?, at))
    }

    fn length(&mut self) -> Result<usize, ParseError> {
        Ok(self.take(4)?.iter().fold(0_usize, |length, byte| length << 8 | usize::from(*byte)))
    }

    fn malformed(&self) -> ParseError {
        ParseError::Malformed(self.start.saturating_add(self.at as u64), "script data that cannot be read")
    }
}
