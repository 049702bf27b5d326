//! The text of an API key: `lbl_live_`, `lbl_test_` or `lbl_sk_`, then 12 base62 characters of id, 32 of secret and 6
//! of CRC-32 over everything before them.
//!
//! The checksum is no security: it lets a typing error or garbage be refused without a query, and lets a scanner for
//! leaked keys work offline. 32 base62 characters are 190 random bits, so a plain MAC (no password hash) is enough to
//! store (OWASP ASVS 5.0, 6.5.2: from 112 bits).

use crate::encoding::{base62_of_u32, random_base62};
use crate::roles::named;
use labeler_ports::{Rng, RngError};

/// Characters of the id part.
pub const ID_CHARS: usize = 12;
/// Characters of the secret part.
pub const SECRET_CHARS: usize = 32;
/// Characters of the checksum part.
pub const CHECKSUM_CHARS: usize = 6;

named! {
    /// What a key is, told by its prefix.
    KeyKind {
        /// `lbl_live_`: production, carries scopes.
        Live = "live",
        /// `lbl_test_`: sandbox, carries scopes.
        Test = "test",
        /// `lbl_sk_`: a workspace key for production, carries a role.
        Workspace = "sk",
    }
}

impl KeyKind {
    /// How the key's text begins.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Live => "lbl_live_",
            Self::Test => "lbl_test_",
            Self::Workspace => "lbl_sk_",
        }
    }

    /// Whether the key works on production rows.
    pub const fn livemode(self) -> bool {
        !matches!(self, Self::Test)
    }
}

/// A key whose text is well formed. Whether it exists is another question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParsedKey<'a> {
    /// By prefix.
    pub kind: KeyKind,
    /// The public part: where the row is found, safe to log.
    pub id: &'a str,
}

/// Takes a key apart: prefix, alphabet, length and checksum. Runs no query and says nothing about why it refuses.
pub fn parse(text: &str) -> Option<ParsedKey<'_>> {
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

/// A new key's id and full text.
///
/// # Errors
/// [`RngError`] from the source.
pub fn mint(kind: KeyKind, rng: &dyn Rng) -> Result<(String, String), RngError> {
    let id = random_base62(rng, ID_CHARS)?;
    let secret = random_base62(rng, SECRET_CHARS)?;
    let mut text = format!("{}{id}{secret}", kind.prefix());
    let checksum = base62_of_u32(crc32fast::hash(text.as_bytes()));
    text.push_str(&checksum);
    Ok((id, text))
}

/// What a list shows of a key: prefix, and first and last four characters of the id. No secret character.
pub fn masked(kind: KeyKind, id: &str) -> String {
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
    fn a_minted_key_parses_and_shows_its_kind() {
        for kind in KeyKind::ALL {
            let (id, text) = mint(*kind, &stream()).unwrap();
            assert_eq!(parse(&text), Some(ParsedKey { kind: *kind, id: &id }));
            assert_eq!(text.len(), kind.prefix().len() + 50);
            assert!(!masked(*kind, &id).contains(&text[kind.prefix().len() + 12..]));
        }
        assert_eq!(masked(KeyKind::Live, "AbCd5678wxyz"), "lbl_live_AbCd…wxyz");
    }

    /// The CRC is the common one (IEEE 802.3): its check value over "123456789" is cbf43926.
    #[test]
    fn the_checksum_is_the_common_crc32() {
        assert_eq!(crc32fast::hash(b"123456789"), 0xcbf4_3926);
        let text = format!(
            "lbl_live_{}{}",
            "0".repeat(44),
            base62_of_u32(crc32fast::hash(format!("lbl_live_{}", "0".repeat(44)).as_bytes()))
        );
        assert!(parse(&text).is_some());
    }

    #[test]
    fn every_change_of_one_character_is_refused() {
        let (_, text) = mint(KeyKind::Live, &stream()).unwrap();
        for position in 0..text.len() {
            for replacement in ["0", "Z", "_", "é", ""] {
                let mut changed = text.clone();
                changed.replace_range(position..=position, replacement);
                assert!(changed == text || parse(&changed).is_none(), "{changed}");
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
            assert!(parse(other).is_none(), "{other}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*") {
            prop_assert!(parse(&text).is_none());
            let prefixed = ["lbl_live_", &text].concat();
            prop_assert!(parse(&prefixed).is_none());
        }
    }
}
