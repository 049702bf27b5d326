//! Reads a stream in blocks.

use std::io::{ErrorKind, Read};

/// Size of one read. With 256 KiB, the slice calls of a browser take little of the time, and memory stays small.
const BLOCK: usize = 256 << 10;

/// Reads `source` to its end and passes it to `take` in blocks of at most 256 KiB.
///
/// # Errors
/// If reading fails.
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    /// Source whose reads are interrupted before each block and fail at the end.
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
    fn passes_whole_blocks_and_returns_read_errors() {
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
}
