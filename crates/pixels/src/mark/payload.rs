//! The payload of a watermark, and its text form `wm_` + 13 base32 characters.

use std::fmt;
use std::str::FromStr;

/// RFC 4648 base32 alphabet in lower case.
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
/// Number of characters after the prefix: 13 * 5 = 65 bits, of which the lowest 61 contain the payload and the top four
/// are zero.
const CHARACTERS: u32 = 13;
const PREFIX: &str = "wm_";

/// Payload of a watermark: 61 bits that identify the label of an image. They have no meaning of their own but are a key
/// to the issuer's records.
///
/// Text form: `wm_` followed by 13 characters of RFC 4648's base32 alphabet in lower case, most significant first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Payload(u64);

/// Error for a text that is not a payload id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a payload id is `wm_` and 13 characters out of a-z and 2-7, at most 61 bits")]
pub struct PayloadError;

impl Payload {
    /// Number of bits of a payload.
    pub const BITS: u32 = 61;

    /// Creates a payload from the lowest 61 bits. Higher bits of `value` are dropped, so that 64 random bits may be
    /// given.
    #[must_use]
    pub const fn new(value: u64) -> Self {
        Self(value & ((1 << Self::BITS) - 1))
    }

    /// Returns the payload as a number below 2^61.
    #[must_use]
    pub const fn value(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(PREFIX)?;
        for i in (0..CHARACTERS).rev() {
            let five = (u128::from(self.0) >> (5 * i)) & 31;
            let c = ALPHABET.get(five as usize).copied().unwrap_or(b'a');
            write!(f, "{}", char::from(c))?;
        }
        Ok(())
    }
}

impl FromStr for Payload {
    type Err = PayloadError;

    fn from_str(text: &str) -> Result<Self, PayloadError> {
        let code = text.strip_prefix(PREFIX).ok_or(PayloadError)?;
        if code.len() != CHARACTERS as usize {
            return Err(PayloadError);
        }
        let mut value = 0u128;
        for c in code.bytes() {
            let five = ALPHABET.iter().position(|&a| a == c).ok_or(PayloadError)?;
            value = (value << 5) | five as u128;
        }
        if value >> Self::BITS != 0 {
            return Err(PayloadError);
        }
        u64::try_from(value).map(Self).map_err(|_| PayloadError)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn converts_between_text_and_number() {
        for value in [0, 1, 0x1234_5678_9abc_def0, (1 << 61) - 1] {
            let payload = Payload::new(value);
            let text = payload.to_string();
            assert_eq!(text.len(), 16);
            assert_eq!(text.parse::<Payload>().unwrap(), payload);
        }
        assert_eq!(Payload::new(1).to_string(), "wm_aaaaaaaaaaaab");
    }

    #[test]
    fn rejects_other_texts() {
        for text in [
            "",
            "wm_",
            "wm_aaaaaaaaaaaa",
            "aaaaaaaaaaaaaaaa",
            "wm_AAAAAAAAAAAAA",
            "wm_aaaaaaaaaaaa1",
            "wm_7777777777777",
        ] {
            assert_eq!(text.parse::<Payload>(), Err(PayloadError), "{text}");
        }
    }
}
