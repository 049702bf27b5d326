//! Stands in for the crate `brotli` in the C2PA engine.
//!
//! The engine decompresses (compressed manifests, `brob` boxes of JPEG XL) and can compress the same. The product reads
//! such files and never writes one, yet the compressor with its tables would be a seventh of the browser's module, since
//! it hangs on a table of functions that the linker cannot see through. So decompression is the well-kept library's, and
//! "compression" writes valid Brotli of stored meta-blocks (RFC 7932, 9.2): every decoder reads it, it only saves nothing.

use std::io::{self, Read, Write};

pub use brotli_decompressor::BrotliDecompress;

/// Options of the compressor.
pub mod enc {
    /// Accepted and without effect: stored data has no options.
    #[derive(Clone, Debug, Default)]
    pub struct BrotliEncoderParams {}
}

/// Longest stored meta-block: its length less one fits four nibbles (MNIBBLES 0).
const LONGEST: usize = 1 << 16;

/// Writes everything that `input` has to give as stored Brotli; returns the number of bytes written.
///
/// # Errors
/// Those of `input` and `output`.
#[allow(non_snake_case, reason = "the name that the engine calls")]
pub fn BrotliCompress<R: Read, W: Write>(
    input: &mut R,
    output: &mut W,
    _parameters: &enc::BrotliEncoderParams,
) -> io::Result<usize> {
    let mut data = Vec::new();
    input.read_to_end(&mut data)?;
    let mut written = 0;
    // The stream's header is one zero bit: a window of 16 bits. It shares a byte with what follows.
    let mut before = 1;
    for block in data.chunks(LONGEST) {
        // ISLAST 0, MNIBBLES 0 (two bits), MLEN - 1 (sixteen), ISUNCOMPRESSED 1, then zeros to the byte's end.
        let length = u32::try_from(block.len().saturating_sub(1)).unwrap_or_default();
        let header = ((length << 3) | (1 << 19)) << before;
        let [first, second, third, _] = header.to_le_bytes();
        output.write_all(&[first, second, third])?;
        output.write_all(block)?;
        written += 3 + block.len();
        before = 0;
    }
    // ISLAST 1, ISLASTEMPTY 1.
    output.write_all(&[0b11 << before])?;
    Ok(written + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(data: &[u8]) {
        let mut stored = Vec::new();
        let written = BrotliCompress(&mut &data[..], &mut stored, &enc::BrotliEncoderParams::default()).unwrap();
        assert_eq!(written, stored.len());
        let mut back = Vec::new();
        BrotliDecompress(&mut stored.as_slice(), &mut back).unwrap();
        assert_eq!(back, data);
    }

    #[test]
    fn stored_data_reads_back() {
        for length in [0, 1, 2, 255, 65_535, 65_536, 65_537, 200_000] {
            round_trip(&(0..length).map(|i| (i * 7 % 251) as u8).collect::<Vec<_>>());
        }
    }
}
