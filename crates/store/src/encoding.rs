//! IDs and random text.
//!
//! Two alphabets: base62 for what a person copies (keys, session cookies; one double-click selects it), and lower-case
//! Crockford base32 for IDs, which begin with their time and sort by it.

use labeler_ports::{Rng, RngError};

/// Base62 alphabet, in the order of values 0..=61.
pub const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Crockford's base32 alphabet in lower case; its order is its ASCII order, so encoded text sorts like the number.
const BASE32: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Characters of an encoded 128-bit number.
const ID_CHARS: usize = 26;
/// Latest time that fits an ID: the year 10889.
const MAX_ID_MS: i64 = (1 << 48) - 1;

/// Creates random base62 text. Bytes of 248 and more are rejected (248 = 4 × 62), so every character is equally likely.
///
/// # Errors
/// [`RngError`] from the source, or when it only ever yields bytes that must be rejected (a broken source; a sound one
/// does so 64 times in a row with probability 2^-320 per character).
pub fn random_base62(rng: &dyn Rng, length: usize) -> Result<String, RngError> {
    let mut text = String::with_capacity(length);
    let mut rejected_in_a_row = 0_u32;
    let mut buffer = [0_u8; 64];
    while text.len() < length {
        rng.fill(&mut buffer)?;
        for byte in buffer {
            if text.len() == length {
                break;
            }
            if byte >= 248 {
                rejected_in_a_row += 1;
                if rejected_in_a_row >= 64 {
                    return Err(RngError);
                }
                continue;
            }
            rejected_in_a_row = 0;
            let character = BASE62.get(usize::from(byte % 62)).ok_or(RngError)?;
            text.push(char::from(*character));
        }
    }
    Ok(text)
}

/// Encodes a number as six base62 characters, padded with `0`. Every `u32` fits, because 2^32 is below 62^6.
pub fn base62_of_u32(mut number: u32) -> String {
    let mut characters = ['0'; 6];
    for slot in characters.iter_mut().rev() {
        if let Some(character) = BASE62.get((number % 62) as usize) {
            *slot = char::from(*character);
        }
        number /= 62;
    }
    characters.iter().collect()
}

/// Creates an ID: the prefix, then 48 bits of milliseconds and 80 random bits in lower-case base32. IDs sort by time.
///
/// # Errors
/// [`RngError`] from the source, or for a time before 1970 or after the year 10889.
pub fn new_id(prefix: &str, now_ms: i64, rng: &dyn Rng) -> Result<String, RngError> {
    if !(0..=MAX_ID_MS).contains(&now_ms) {
        return Err(RngError);
    }
    let mut random = [0_u8; 10];
    rng.fill(&mut random)?;
    let tail = random.iter().fold(0_u128, |number, byte| (number << 8) | u128::from(*byte));
    let number = (u128::from(now_ms.unsigned_abs()) << 80) | tail;
    let mut id = String::with_capacity(prefix.len() + ID_CHARS);
    id.push_str(prefix);
    for position in (0..ID_CHARS).rev() {
        let value = (number >> (position * 5)) & 31;
        if let Some(character) = BASE32.get(value as usize) {
            id.push(char::from(*character));
        }
    }
    Ok(id)
}

/// Whether the text is an ID with this prefix, as [`new_id`] creates them. Other text need not be looked up.
pub fn is_id(prefix: &str, text: &str) -> bool {
    text.strip_prefix(prefix)
        .is_some_and(|rest| rest.len() == ID_CHARS && rest.bytes().all(|byte| BASE32.contains(&byte)))
}

/// Whether the text is a SHA-256 digest as stored: 64 lower-case hexadecimal digits.
pub fn is_sha256_hex(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    struct Bytes(std::sync::Mutex<Box<dyn Iterator<Item = u8> + Send>>);

    impl Rng for Bytes {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), RngError> {
            let mut source = self.0.lock().unwrap();
            bytes.iter_mut().for_each(|byte| *byte = source.next().unwrap());
            Ok(())
        }
    }

    fn bytes(source: impl Iterator<Item = u8> + Send + 'static) -> Bytes {
        Bytes(std::sync::Mutex::new(Box::new(source)))
    }

    #[test]
    fn base62_is_uniform_over_all_byte_values() {
        // Every byte value once: 248 accepted ones give each character exactly four times.
        let text = random_base62(&bytes((0..=255).cycle()), 248).unwrap();
        for character in BASE62 {
            assert_eq!(text.bytes().filter(|byte| byte == character).count(), 4);
        }
    }

    #[test]
    fn a_source_that_only_yields_rejects_is_an_error_and_no_endless_loop() {
        assert_eq!(random_base62(&bytes(std::iter::repeat(255)), 8), Err(RngError));
    }

    #[test]
    fn a_checksum_always_has_six_characters() {
        assert_eq!(base62_of_u32(0), "000000");
        assert_eq!(base62_of_u32(61), "00000z");
        assert_eq!(base62_of_u32(62), "000010");
        // 4294967295 = 4·62^5 + 42·62^4 + 41·62^3 + 15·62^2 + 12·62 + 3
        assert_eq!(base62_of_u32(u32::MAX), "4gfFC3");
    }

    #[test]
    fn ids_sort_by_time_whatever_the_random_part() {
        let early = new_id("evt_", 1_700_000_000_000, &bytes(std::iter::repeat(255))).unwrap();
        let late = new_id("evt_", 1_700_000_000_001, &bytes(std::iter::repeat(0))).unwrap();
        assert!(early < late, "{early} {late}");
        assert!(is_id("evt_", &early) && is_id("evt_", &late));
        assert_eq!(early.len(), 30);
        for wrong in ["evt_", "evt_0123", "usr_0000000000000000000000000", &late.to_uppercase(), &format!("{late}0")] {
            assert!(!is_id("evt_", wrong), "{wrong}");
        }
    }

    #[test]
    fn the_greatest_id_still_fits() {
        let id = new_id("", MAX_ID_MS, &bytes(std::iter::repeat(255))).unwrap();
        assert_eq!(id, "7zzzzzzzzzzzzzzzzzzzzzzzzz");
        assert!(new_id("", MAX_ID_MS + 1, &bytes(std::iter::repeat(0))).is_err());
        assert!(new_id("", -1, &bytes(std::iter::repeat(0))).is_err());
    }
}
