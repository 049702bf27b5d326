//! The text of an API key: `lbl_live_`, `lbl_test_` or `lbl_sk_`, then 12 base62 characters of id, 32 of secret and 6
//! of CRC-32 over everything before them.
//!
//! The checksum is no security: it lets a typing error or garbage be refused without a query, and lets a scanner for
//! leaked keys work offline. 32 base62 characters are 190 random bits, so a plain MAC (no password hash) is enough to
//! store (OWASP ASVS 5.0, 6.5.2: from 112 bits).

use labeler_ports::{Rng, RngError};

use crate::encoding::{base62_of_u32, random_base62};
use crate::model::KeyKind;

/// Characters of the id part.
pub const ID_CHARS: usize = 12;
/// Characters of the secret part.
pub const SECRET_CHARS: usize = 32;
/// Characters of the checksum part.
pub const CHECKSUM_CHARS: usize = 6;

/// Key whose text is well formed. It need not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParsedKey<'a> {
    /// Kind, by its prefix.
    pub kind: KeyKind,
    /// Public part, by which the row is found. Safe to log.
    pub id: &'a str,
}

/// Parses the text of a key: prefix, alphabet, length and checksum. Makes no query.
pub fn parse_key(text: &str) -> Option<ParsedKey<'_>> {
    let kind = KeyKind::ALL.iter().copied().find(|kind| text.starts_with(kind.prefix()))?;
    let body = text.get(kind.prefix().len()..)?;
    if body.len() != ID_CHARS + SECRET_CHARS + CHECKSUM_CHARS || !body.bytes().all(|byte| byte.is_ascii_alphanumeric())
    {
        return None;
    }
    let (covered, checksum) = text.split_at_checked(text.len() - CHECKSUM_CHARS)?;
    if checksum != base62_of_u32(crc32fast::hash(covered.as_bytes())) {
        return None;
    }
    Some(ParsedKey { kind, id: body.get(..ID_CHARS)? })
}

/// Creates the ID and the full text of a new key.
///
/// # Errors
/// [`RngError`] from the source.
pub fn mint_key(kind: KeyKind, rng: &dyn Rng) -> Result<(String, String), RngError> {
    let id = random_base62(rng, ID_CHARS)?;
    let secret = random_base62(rng, SECRET_CHARS)?;
    let mut text = format!("{}{id}{secret}", kind.prefix());
    let checksum = base62_of_u32(crc32fast::hash(text.as_bytes()));
    text.push_str(&checksum);
    Ok((id, text))
}

/// Returns the text that lists show of a key: prefix, and first and last four characters of the ID. No character of the
/// secret.
pub fn masked_key(kind: KeyKind, id: &str) -> String {
    let head = id.get(..4).unwrap_or_default();
    let tail = id.len().checked_sub(4).and_then(|start| id.get(start..)).unwrap_or_default();
    format!("{}{head}…{tail}", kind.prefix())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use proptest::prelude::{prop_assert, proptest};

    use super::*;

    /// A fixed stream: xorshift, enough to be different every time.
    struct Stream(std::sync::Mutex<u64>);

    impl Rng for Stream {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), RngError> {
            let mut state = self.0.lock().unwrap();
            for byte in bytes {
                *state ^= *state << 13;
                *state ^= *state >> 7;
                *state ^= *state << 17;
                *byte = (*state >> 24) as u8;
            }
            Ok(())
        }
    }

    fn stream() -> Stream {
        Stream(std::sync::Mutex::new(0x9e37_79b9_7f4a_7c15))
    }

    #[test]
    fn parses_a_minted_key() {
        for kind in KeyKind::ALL {
            let (id, text) = mint_key(*kind, &stream()).unwrap();
            assert_eq!(parse_key(&text), Some(ParsedKey { kind: *kind, id: &id }));
            assert_eq!(text.len(), kind.prefix().len() + 50);
            assert!(!masked_key(*kind, &id).contains(&text[kind.prefix().len() + 12..]));
        }
        assert_eq!(masked_key(KeyKind::Live, "AbCd5678wxyz"), "lbl_live_AbCd…wxyz");
    }

    /// The CRC is the common one (IEEE 802.3): its check value over "123456789" is cbf43926.
    #[test]
    fn uses_the_common_crc32() {
        assert_eq!(crc32fast::hash(b"123456789"), 0xcbf4_3926);
        let text = format!(
            "lbl_live_{}{}",
            "0".repeat(44),
            base62_of_u32(crc32fast::hash(format!("lbl_live_{}", "0".repeat(44)).as_bytes()))
        );
        assert!(parse_key(&text).is_some());
    }

    #[test]
    fn refuses_every_change_of_one_character() {
        let (_, text) = mint_key(KeyKind::Live, &stream()).unwrap();
        for position in 0..text.len() {
            for replacement in ["0", "Z", "_", "é", ""] {
                let mut changed = text.clone();
                changed.replace_range(position..=position, replacement);
                assert!(changed == text || parse_key(&changed).is_none(), "{changed}");
            }
        }
        for other in [
            "",
            "lbl_live_",
            "lbl_prod_",
            "Bearer",
            &text.to_lowercase(),
            &format!("{text} "),
            &text.replace("live", "test"),
        ] {
            assert!(parse_key(other).is_none(), "{other}");
        }
    }

    proptest! {
        #[test]
        fn never_panics_on_any_text(text in ".*") {
            prop_assert!(parse_key(&text).is_none());
            let prefixed = ["lbl_live_", &text].concat();
            prop_assert!(parse_key(&prefixed).is_none());
        }
    }
}
