//! Stands in for the crate `brotli` in the C2PA engine.
//!
//! The engine decompresses (compressed manifests, `brob` boxes of JPEG XL) and can compress the same. The product reads
//! such files and never writes one, yet the compressor with its tables would be a seventh of the browser's module, since
//! it hangs on a table of functions that the linker cannot see through. So decompression is the well-kept library's, and
//! "compression" writes valid Brotli of stored meta-blocks (RFC 7932, 9.2): every decoder reads it, it only saves nothing.

use std::io::{self, ErrorKind, Read, Write};

use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};

/// Largest window that is read, in bits: 4 MiB, what encoders take unless told otherwise. The decoder takes the whole
/// window's memory at once, whatever comes out of it.
const MAX_WINDOW_BITS: u8 = 22;

/// Decompresses `input` to `output`.
///
/// Stricter than the crate that this one replaces: rejects windows of more than 22 bits. This excludes the extension of
/// large windows, whose first bytes make a decoder allocate up to 1 GiB.
///
/// # Errors
/// Those of `input` and `output`; [`ErrorKind::InvalidData`] for data that is damaged or has too large a window.
#[allow(non_snake_case, reason = "the name that the engine calls")]
pub fn BrotliDecompress<R: Read, W: Write>(input: &mut R, output: &mut W) -> io::Result<()> {
    let mut block = [0_u8; 4096];
    let mut piece = [0_u8; 4096];
    let alloc = StandardAlloc::default;
    // Strict: without the extension of large windows.
    let mut state = BrotliState::new_strict(alloc(), alloc(), alloc());
    let (mut left, mut at, mut total) = (0, 0, 0);
    let mut started = false;
    loop {
        if left == 0 {
            left = read_some(input, &mut block)?;
            at = 0;
            if !started {
                check_window(block.first().copied().filter(|_| left > 0))?;
                started = true;
            }
        }
        let (mut room, mut written) = (piece.len(), 0);
        let outcome = BrotliDecompressStream(
            &mut left,
            &mut at,
            &block,
            &mut room,
            &mut written,
            &mut piece,
            &mut total,
            &mut state,
        );
        output.write_all(piece.get(..written).unwrap_or_default())?;
        match outcome {
            BrotliResult::ResultSuccess => return Ok(()),
            BrotliResult::NeedsMoreOutput if written > 0 => {}
            BrotliResult::NeedsMoreInput if left == 0 => {
                left = read_some(input, &mut block)?;
                at = 0;
                if left == 0 {
                    return Err(io::Error::new(ErrorKind::InvalidData, "Brotli data ends too early"));
                }
            }
            _ => return Err(io::Error::new(ErrorKind::InvalidData, "Brotli data is damaged")),
        }
    }
}

fn read_some(input: &mut impl Read, block: &mut [u8]) -> io::Result<usize> {
    loop {
        match input.read(block) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            outcome => return outcome,
        }
    }
}

/// RFC 7932 section 9.1: the window's bits are 17 plus the value of the three bits behind a set first one, unless they
/// are all 0.
fn check_window(first: Option<u8>) -> io::Result<()> {
    let first = first.ok_or_else(|| io::Error::new(ErrorKind::InvalidData, "Brotli data is empty"))?;
    if first & 1 == 1 && (first >> 1) & 7 > MAX_WINDOW_BITS - 17 {
        let message = format!("Brotli data with a window of more than {MAX_WINDOW_BITS} bits is not read");
        return Err(io::Error::new(ErrorKind::InvalidData, message));
    }
    Ok(())
}

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

    /// Google's encoder, quality 11: sixteen times "Labeler " and a line end.
    const COMPRESSED: [u8; 28] = [
        0x1b, 0x80, 0x00, 0xf8, 0x1d, 0xa9, 0x53, 0x9f, 0x3b, 0x5e, 0x2b, 0x30, 0x85, 0x89, 0x29, 0x36, 0xb9, 0x02,
        0x29, 0x2b, 0x45, 0x72, 0x0b, 0x07, 0x92, 0x76, 0x03, 0x00,
    ];

    fn decompress(stream: &[u8]) -> io::Result<Vec<u8>> {
        let mut output = Vec::new();
        BrotliDecompress(&mut &stream[..], &mut output).map(|()| output)
    }

    #[test]
    fn reads_what_another_encoder_compressed() {
        let text = format!("{}\n", "Labeler ".repeat(16));
        assert_eq!(decompress(&COMPRESSED[..27]).unwrap(), text.as_bytes());
        assert_eq!(decompress(&COMPRESSED).unwrap(), text.as_bytes(), "what follows the stream is left alone");
        for cut in 0..27 {
            assert!(decompress(&COMPRESSED[..cut]).is_err(), "{cut}");
        }
    }

    #[test]
    fn refuses_windows_of_more_than_22_bits_and_large_windows() {
        // 22 bits, then an empty last block.
        assert_eq!(decompress(&[0x3B]).unwrap(), b"");
        // 23 and 24 bits.
        for first in [0x3D, 0x3F] {
            let message = decompress(&[first]).unwrap_err().to_string();
            assert!(message.contains("more than 22 bits"), "{message}");
        }
        // Large windows of 10 to 62 bits, then an empty last block: the plain decoder accepts up to 30 of them.
        for bits in 10..63_u8 {
            assert!(decompress(&[0x11, bits | 0b1100_0000]).is_err(), "{bits}");
        }
        // A large window of 30 bits in front of a stored block of one byte.
        assert!(decompress(&[0x11, 30, 0, 0x10, b'a', 3]).is_err());
    }
}
