//! Character encodings of metadata, and cutting.

/// Decodes UTF-8, UTF-16 or UTF-32 by byte order mark or by the zeros around the first character (XML 1.0,
/// Appendix F); falls back to ISO 8859-1. Trailing zero bytes are dropped.
pub(crate) fn decode_unicode(bytes: &[u8]) -> String {
    let text = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => return utf8_or_latin1(rest),
        [0xFF, 0xFE, 0, 0, rest @ ..] => utf32(rest, false),
        [0, 0, 0xFE, 0xFF, rest @ ..] => utf32(rest, true),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, true),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, false),
        [0, 0, 0, b'<', ..] => utf32(bytes, true),
        [b'<', 0, 0, 0, ..] => utf32(bytes, false),
        [0, b'<', ..] => utf16(bytes, true),
        [b'<', 0, ..] => utf16(bytes, false),
        _ => return utf8_or_latin1(bytes),
    };
    text.trim_end_matches('\0').to_owned()
}

/// UTF-8 where it is valid, else ISO 8859-1: what writers really put into fields that are declared as either.
pub(crate) fn utf8_or_latin1(bytes: &[u8]) -> String {
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last.saturating_add(1));
    let bytes = bytes.get(..end).unwrap_or_default();
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => latin1(bytes),
    }
}

/// ISO 8859-1.
pub(crate) fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// UTF-16 in the given order; lone surrogates become U+FFFD, an odd last byte is dropped.
pub(crate) fn utf16(bytes: &[u8], big_endian: bool) -> String {
    let units = bytes.chunks_exact(2).map(|pair| {
        let pair: [u8; 2] = pair.try_into().unwrap_or_default();
        if big_endian { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }
    });
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

fn utf32(bytes: &[u8], big_endian: bool) -> String {
    bytes
        .chunks_exact(4)
        .map(|unit| {
            let unit: [u8; 4] = unit.try_into().unwrap_or_default();
            let code = if big_endian { u32::from_be_bytes(unit) } else { u32::from_le_bytes(unit) };
            char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
        })
        .collect()
}

/// The longest prefix of `text` of at most `max` bytes that ends at a character.
pub(crate) fn cut(text: &str, max: usize) -> &str {
    if text.len() <= max {
        return text;
    }
    let mut end = max;
    while end > 0 && !text.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    text.get(..end).unwrap_or_default()
}

/// Position of `needle` in `haystack`.
pub(crate) fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    if needle.is_empty() || haystack.len() < needle.len() {
        return None;
    }
    haystack.windows(needle.len()).position(|window| window == needle)
}

/// Splits at the first zero byte; without one everything is before it.
pub(crate) fn split_nul(bytes: &[u8]) -> (&[u8], &[u8]) {
    match bytes.iter().position(|byte| *byte == 0) {
        Some(end) => (bytes.get(..end).unwrap_or_default(), bytes.get(end.saturating_add(1)..).unwrap_or_default()),
        None => (bytes, &[]),
    }
}

/// Whether the bytes read as text: no control character but white space, in UTF-8.
pub(crate) fn looks_like_text(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes)
        .is_ok_and(|text| text.chars().all(|character| !character.is_control() || character.is_whitespace()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    #[test]
    fn recognises_text_encodings() {
        assert_eq!(decode_unicode(b"<a/>\0\0"), "<a/>");
        assert_eq!(decode_unicode(b"\xEF\xBB\xBF<a/>"), "<a/>");
        assert_eq!(decode_unicode(b"\0<\0a\0/\0>"), "<a/>");
        assert_eq!(decode_unicode(b"<\0a\0/\0>\0"), "<a/>");
        assert_eq!(decode_unicode(b"\0\0\0<\0\0\0a"), "<a");
        assert_eq!(decode_unicode(b"caf\xe9"), "café");
        assert_eq!(decode_unicode("café".as_bytes()), "café");
    }

    #[test]
    fn truncates_between_characters() {
        assert_eq!(cut("aé", 2), "a");
        assert_eq!(cut("aé", 3), "aé");
    }
}
