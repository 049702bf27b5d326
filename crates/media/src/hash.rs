//! Reading a stream in blocks, and hexadecimal.

use std::io::{ErrorKind, Read};

/// Size of one read. With 256 KiB, the slice calls of a browser take little of the time, and memory stays small.
const BLOCK: usize = 256 << 10;

/// Reads `source` to its end and passes it to `take` in blocks of at most 256 KiB.
///
/// # Errors
/// When the source fails.
pub fn read_blocks(source: &mut impl Read, mut take: impl FnMut(&[u8])) -> std::io::Result<()> {
    let mut block = vec![0_u8; BLOCK];
    loop {
        match source.read(&mut block) {
            Ok(0) => return Ok(()),
            Ok(read) => take(block.get(..read).unwrap_or_default()),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Lower-case hexadecimal of `bytes`.
#[must_use]
pub fn to_hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().saturating_mul(2));
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
    }
    text
}

/// Bytes of a hexadecimal string in either case; `None` for an odd length or any other character.
#[must_use]
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let value = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    digits
        .chunks_exact(2)
        .map(|pair| match pair {
            [high, low] => Some(value(*high)? << 4 | value(*low)?),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    /// A source that is interrupted before each block, and fails at its end.
    struct Interrupted<'a>(&'a [u8], bool);

    impl Read for Interrupted<'_> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            self.1 = !self.1;
            match (self.1, self.0.is_empty()) {
                (true, _) => Err(ErrorKind::Interrupted.into()),
                (false, true) => Err(ErrorKind::BrokenPipe.into()),
                (false, false) => self.0.read(into),
            }
        }
    }

    #[test]
    fn blocks_come_whole_and_failures_are_told() {
        let data: Vec<u8> = (0..BLOCK * 2 + 5).map(|at| u8::try_from(at % 251).unwrap()).collect();
        let (mut seen, mut sizes) = (Vec::new(), Vec::new());
        let mut take = |block: &[u8]| {
            seen.extend_from_slice(block);
            sizes.push(block.len());
        };
        read_blocks(&mut &data[..], &mut take).unwrap();
        assert_eq!(sizes, [BLOCK, BLOCK, 5]);
        assert_eq!(seen, data);

        seen.clear();
        let failed = read_blocks(&mut Interrupted(&data, false), |block| seen.extend_from_slice(block));
        assert_eq!(failed.unwrap_err().kind(), ErrorKind::BrokenPipe);
        assert_eq!(seen, data);
    }

    #[test]
    fn hexadecimal_round_trip() {
        assert_eq!(from_hex("00FFa1").unwrap(), [0, 255, 0xa1]);
        assert_eq!(to_hex(&[0, 255, 0xa1]), "00ffa1");
        assert!(from_hex("0").is_none());
        assert!(from_hex("0g").is_none());
        assert!(from_hex("+1").is_none());
    }
}
