//! SHA-256 over a stream, with progress, and hexadecimal.

use std::io::{ErrorKind, Read};
use std::ops::ControlFlow;

use sha2::{Digest, Sha256};

use crate::MediaError;

/// Block read at a time: 256 KiB is large enough that a browser's slice calls do not dominate, small enough for flat
/// memory.
const BLOCK: usize = 256 << 10;

/// The progress callback's answer: `Continue(())` or `Break(())` to cancel.
pub type Progress = ControlFlow<()>;

/// SHA-256 (FIPS 180-4) of everything that `source` still has to give.
///
/// `progress` is called after each block of at most 256 KiB with the number of bytes hashed so far.
///
/// # Errors
/// [`MediaError::Io`] when the source fails, [`MediaError::Cancelled`] when `progress` breaks.
pub fn sha256(source: &mut impl Read, mut progress: impl FnMut(u64) -> Progress) -> Result<[u8; 32], MediaError> {
    let mut hasher = Sha256::new();
    read_blocks(source, |block, done| {
        hasher.update(block);
        progress(done)
    })?;
    Ok(hasher.finalize().into())
}

/// Hands everything that `source` still has to give to `take`, in blocks of at most 256 KiB, each with the number of
/// bytes up to and with it.
///
/// # Errors
/// [`MediaError::Io`] when the source fails, [`MediaError::Cancelled`] when `take` breaks.
pub fn read_blocks(source: &mut impl Read, mut take: impl FnMut(&[u8], u64) -> Progress) -> Result<(), MediaError> {
    let mut block = vec![0_u8; BLOCK];
    let mut done: u64 = 0;
    loop {
        let read = match source.read(&mut block) {
            Ok(0) => return Ok(()),
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error.into()),
        };
        done = done.saturating_add(read as u64);
        if take(block.get(..read).unwrap_or_default(), done).is_break() {
            return Err(MediaError::Cancelled);
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

    #[test]
    fn known_digests() {
        // FIPS 180-4 example vectors.
        let digest = sha256(&mut &b"abc"[..], |_| Progress::Continue(())).unwrap();
        assert_eq!(to_hex(&digest), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        let digest = sha256(&mut &b""[..], |_| Progress::Continue(())).unwrap();
        assert_eq!(to_hex(&digest), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    #[test]
    fn progress_counts_and_cancels() {
        let data = vec![7_u8; BLOCK * 2 + 5];
        let mut seen = Vec::new();
        sha256(&mut &data[..], |done| {
            seen.push(done);
            Progress::Continue(())
        })
        .unwrap();
        assert_eq!(seen, [BLOCK as u64, 2 * BLOCK as u64, data.len() as u64]);
        let cancelled = sha256(&mut &data[..], |_| Progress::Break(()));
        assert!(matches!(cancelled, Err(MediaError::Cancelled)));
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
