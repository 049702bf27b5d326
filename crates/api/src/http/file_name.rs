//! File names from clients: sanitized for storage, display and answers.
//!
//! A name is untrusted data that ends up on disks and screens. Kept is the last path component, without control
//! characters, without characters that change the reading direction (a name that is displayed as `gpj.exe`), and
//! without characters that Windows forbids.

use http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// ASCII characters that are not `attr-char` of RFC 8187, section 3.2.1.
const NOT_ATTR_CHAR: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// Longest name in characters (the reference allows 1 to 255).
const MAX_CHARS: usize = 255;

/// Name in place of one without any allowed characters.
const FALLBACK: &str = "file";

/// Returns whether a character reorders or hides text: bidirectional controls, zero-width characters, line separators,
/// BOM.
fn is_deceptive(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Longest extension in characters, including its dot. A longer text is not treated as an extension.
const MAX_EXTENSION: usize = 20;

/// Returns the last path component, sanitized.
pub(crate) fn safe(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).find(|part| !part.trim().is_empty()).unwrap_or_default();
    let cleaned: String = last
        .chars()
        .filter(|c| !c.is_control() && !is_deceptive(*c))
        .map(|c| if matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*') { '_' } else { c })
        .collect();
    let cleaned = cut(cleaned);
    // A leading dot hides the file, a trailing dot or space is dropped by Windows.
    let trimmed = cleaned.trim_start_matches(['.', ' ']).trim_end_matches(['.', ' ']);
    if trimmed.is_empty() { FALLBACK.to_owned() } else { trimmed.to_owned() }
}

/// Shortens a name to [`MAX_CHARS`] characters. It keeps its extension.
fn cut(name: String) -> String {
    let length = name.chars().count();
    if length <= MAX_CHARS {
        return name;
    }
    let extension: &str = name
        .rfind('.')
        .and_then(|dot| name.get(dot..))
        .filter(|extension| (2..=MAX_EXTENSION).contains(&extension.chars().count()))
        .unwrap_or_default();
    let stem = MAX_CHARS.saturating_sub(extension.chars().count());
    name.chars().take(stem).chain(extension.chars()).collect()
}

/// Returns `Content-Disposition: attachment` with a client's name (RFC 6266; RFC 8187 for non-ASCII characters).
pub(crate) fn attachment(name: &str) -> HeaderValue {
    let name = safe(name);
    let ascii: String = name.chars().map(|c| if c.is_ascii() && c != '%' { c } else { '_' }).collect();
    let mut value = format!("attachment; filename=\"{ascii}\"");
    if ascii != name {
        value.push_str("; filename*=UTF-8''");
        value.extend(utf8_percent_encode(&name, NOT_ATTR_CHAR));
    }
    HeaderValue::from_str(&value).unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn keeps_plain_names() {
        assert_eq!(attachment("photo.jpg"), "attachment; filename=\"photo.jpg\"");
        assert_eq!(attachment("my photo (1).png"), "attachment; filename=\"my photo (1).png\"");
    }

    #[test]
    fn sends_non_ascii_names_in_both_forms() {
        assert_eq!(
            attachment("Фото 100%.jpg"),
            "attachment; filename=\"____ 100_.jpg\"; filename*=UTF-8''%D0%A4%D0%BE%D1%82%D0%BE%20100%25.jpg"
        );
    }

    #[test]
    fn sanitizes_hostile_names() {
        for (hostile, harmless) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\Windows\\system32\\evil.dll", "evil.dll"),
            ("a\r\nSet-Cookie: x=1.jpg", "aSet-Cookie_ x=1.jpg"),
            ("photo\u{202e}gpj.exe", "photogpj.exe"),
            ("\"; filename=\"evil.exe", "_; filename=_evil.exe"),
            ("...", "file"),
            ("", "file"),
            ("dir/", "dir"),
            (".htaccess", "htaccess"),
            ("con\u{0}.jpg", "con.jpg"),
        ] {
            assert_eq!(safe(hostile), harmless, "{hostile:?}");
            let header = attachment(hostile);
            assert!(header.to_str().unwrap().matches('"').count() == 2, "{header:?}");
        }
        assert_eq!(safe(&"é".repeat(400)).chars().count(), MAX_CHARS);
        assert_eq!(safe(&format!("{}.jpg", "é".repeat(400))), format!("{}.jpg", "é".repeat(251)));
        assert_eq!(safe(&format!("{}.{}", "a".repeat(300), "b".repeat(300))).chars().count(), MAX_CHARS);
    }
}
