//! FLAC (RFC 9639): comment block, and an ID3v2 tag in front, where C2PA's store may be.

use crate::container::{id3, vorbis};
use crate::error::Stop;
use crate::walk::Walk;

pub(crate) fn read(walk: &mut Walk<'_>) -> Result<(), Stop> {
    let length = walk.input.length();
    let mut at = id3::read_tag(walk, "FLAC/ID3v2", 0, length)?;
    if walk.input.array::<4>(at)? != *b"fLaC" {
        return Err(Stop::Malformed(at, "no FLAC stream marker where it must be"));
    }
    at = at.saturating_add(4);
    loop {
        walk.input.step("FLAC blocks")?;
        let [kind, high, middle, low] = walk.input.array::<4>(at)?;
        let size = u64::from(u32::from_be_bytes([0, high, middle, low]));
        let data = at.saturating_add(4);
        at = data.saturating_add(size);
        if at > length {
            return Err(Stop::Truncated(data));
        }
        if kind & 0x7F == 4
            && walk.everything()
            && let Some(bytes) = walk.part("FLAC/VORBIS_COMMENT", data, size)?
        {
            vorbis::read(walk, "FLAC/VORBIS_COMMENT", &bytes, data, true);
        }
        // The last block's flag.
        if kind & 0x80 != 0 {
            return Ok(());
        }
    }
}
