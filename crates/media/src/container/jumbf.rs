//! Telling C2PA's JUMBF superbox from other JUMBF and from noise (ISO/IEC 19566-5; C2PA specification, "JUMBF").

use std::ops::Range;

use crate::error::ParseError;
use crate::input::Input;

/// UUID of the C2PA manifest store's description box.
const C2PA_UUID: [u8; 16] =
    [0x63, 0x32, 0x70, 0x61, 0x00, 0x11, 0x00, 0x10, 0x80, 0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71];

/// How many bytes [`is_store`] needs.
pub(crate) const HEAD: u64 = 40;

/// Whether `head` starts a superbox `jumb` whose description box `jumd` has C2PA's UUID.
pub(crate) fn is_store(head: &[u8]) -> bool {
    let header = match head {
        [0, 0, 0, 1, b'j', b'u', b'm', b'b', ..] => 16,
        [_, _, _, _, b'j', b'u', b'm', b'b', ..] => 8,
        _ => return false,
    };
    matches!(
        head.get(header..),
        Some([_, _, _, _, b'j', b'u', b'm', b'd', uuid @ ..]) if uuid.starts_with(&C2PA_UUID)
    )
}

/// Whether a store starts at the beginning of `range`.
pub(crate) fn starts_store(input: &mut Input<'_>, range: &Range<u64>) -> Result<bool, ParseError> {
    let length = HEAD.min(range.end.saturating_sub(range.start));
    Ok(is_store(&input.peek(range.start, length)?))
}
