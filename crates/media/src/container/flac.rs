//! FLAC (RFC 9639): comment block, and an ID3v2 tag in front, where C2PA's store may be.

use crate::collector::MetadataCollector;
use crate::container::{id3, vorbis};
use crate::error::ParseError;

pub(crate) fn read(collector: &mut MetadataCollector<'_>) -> Result<(), ParseError> {
    let length = collector.input.length();
    let mut at = id3::read_tag(collector, "FLAC/ID3v2", 0, length)?;
    if collector.input.array::<4>(at)? != *b"fLaC" {
        return Err(ParseError::Malformed(at, "no FLAC stream marker where it must be"));
    }
    at = at.saturating_add(4);
    loop {
        collector.input.step("FLAC blocks")?;
        let [kind, high, middle, low] = collector.input.array::<4>(at)?;
        let size = u64::from(u32::from_be_bytes([0, high, middle, low]));
        let data = at.saturating_add(4);
        at = data.saturating_add(size);
        if at > length {
            return Err(ParseError::Truncated(data));
        }
        if kind & 0x7F == 4
            && collector.everything()
            && let Some(bytes) = collector.part("FLAC/VORBIS_COMMENT", data, size)?
        {
            vorbis::read(collector, "FLAC/VORBIS_COMMENT", &bytes, data, true);
        }
        // The last block's flag.
        if kind & 0x80 != 0 {
            return Ok(());
        }
    }
}
