//! Unified Social Credit Code of a Chinese organisation (GB 32100-2015).

/// The code's alphabet; a character's value is its position. I, O, S, V and Z are left out (GB 32100-2015 table 2).
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Whether `code` has 18 characters of the alphabet and the right check character (GB 32100-2015 section 4.6:
/// weights are 3 to the power of the position modulo 31, check = 31 - sum modulo 31, 31 counting as 0).
#[must_use]
pub fn is_valid_uscc(code: &str) -> bool {
    let bytes = code.as_bytes();
    let Some((check, body)) = bytes.split_last() else {
        return false;
    };
    if body.len() != 17 {
        return false;
    }
    let value = |byte: &u8| ALPHABET.iter().position(|known| known == byte);
    let mut weight = 1_usize;
    let mut sum = 0_usize;
    for byte in body {
        let Some(value) = value(byte) else {
            return false;
        };
        sum = sum.saturating_add(value.saturating_mul(weight));
        weight = weight.saturating_mul(3) % 31;
    }
    let expected = (31_usize.saturating_sub(sum % 31)) % 31;
    value(check) == Some(expected)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    #[test]
    fn accepts_registered_codes() {
        // Codes that appear in published labels and company registers.
        for code in ["91110108335469089C", "91110000802100433B", "91440300708461136T", "91110102MACQD9K640"] {
            assert!(is_valid_uscc(code), "{code}");
        }
    }

    #[test]
    fn rejects_any_changed_character() {
        let code = b"91440300708461136T";
        for at in 0..18 {
            for replacement in ALPHABET {
                let mut changed = code.to_vec();
                changed[at] = *replacement;
                let changed = String::from_utf8(changed).unwrap();
                assert_eq!(is_valid_uscc(&changed), changed.as_bytes() == code, "{changed}");
            }
        }
        assert!(!is_valid_uscc(""));
        assert!(!is_valid_uscc("91440300708461136"));
        assert!(!is_valid_uscc("9144030070846113IT"));
        assert!(!is_valid_uscc("九144030070846113T"));
    }
}
