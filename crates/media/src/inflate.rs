//! Decompression with an output bound.

use std::io::Read;

use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};
use flate2::read::{DeflateDecoder, GzDecoder, ZlibDecoder};

/// How a part is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    /// A zlib stream (RFC 1950).
    Zlib,
    /// Deflate data without a header (RFC 1951).
    Raw,
    /// What HTTP calls `deflate`: a zlib stream, or, as many write it, deflate data without zlib's header (RFC 1951).
    Deflate,
    /// A gzip member (RFC 1952).
    Gzip,
    /// A Brotli stream (RFC 7932).
    Brotli,
}

/// Error of decompression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InflateError {
    /// Output or memory would exceed the bound.
    TooLarge,
    /// Not a stream of this kind, or a damaged one.
    Damaged,
}

/// Unpacks `data` to at most `max` bytes. What was unpacked, in vain or not, is taken off `budget`, which bounds the
/// output too.
pub(crate) fn unpack(packing: Packing, data: &[u8], max: u64, budget: &mut u64) -> Result<Vec<u8>, InflateError> {
    match packing {
        Packing::Zlib => read(ZlibDecoder::new(data), max, budget),
        Packing::Deflate if is_zlib(data) => read(ZlibDecoder::new(data), max, budget),
        Packing::Raw | Packing::Deflate => read(DeflateDecoder::new(data), max, budget),
        Packing::Gzip => read(GzDecoder::new(data), max, budget),
        Packing::Brotli => brotli(data, max, budget),
    }
}

fn read(decoder: impl Read, max: u64, budget: &mut u64) -> Result<Vec<u8>, InflateError> {
    let max = max.min(*budget);
    let mut output = Vec::new();
    let outcome = decoder.take(max.saturating_add(1)).read_to_end(&mut output);
    *budget = budget.saturating_sub(output.len() as u64);
    outcome.map_err(|_| InflateError::Damaged)?;
    if output.len() as u64 > max {
        return Err(InflateError::TooLarge);
    }
    Ok(output)
}

/// RFC 1950 section 2.2: method 8, and a header that is a multiple of 31.
fn is_zlib(data: &[u8]) -> bool {
    matches!(data, [method, flags, ..] if method & 15 == 8 && u16::from_be_bytes([*method, *flags]) % 31 == 0)
}

/// The decoder takes as much memory at once as the stream's window has, whatever comes out of it. Windows above 4 MiB
/// (22 bits, what encoders take unless told otherwise) are of no use to a part that is read, and are refused.
fn brotli(data: &[u8], max: u64, budget: &mut u64) -> Result<Vec<u8>, InflateError> {
    // RFC 7932 section 9.1: a set bit, then three that are not all zero: 17 plus their value.
    let window = data.first().ok_or(InflateError::Damaged)?;
    if window & 1 == 1 && (window >> 1) & 7 > 5 {
        return Err(InflateError::TooLarge);
    }
    let max = max.min(*budget);
    let alloc = StandardAlloc::default;
    // Strict: without the extension of windows up to a gigabyte.
    let mut state = BrotliState::new_strict(alloc(), alloc(), alloc());
    let mut output = Vec::new();
    let mut piece = [0_u8; 4096];
    let (mut left, mut read, mut total) = (data.len(), 0, 0);
    loop {
        let (mut room, mut written) = (piece.len(), 0);
        let result = BrotliDecompressStream(
            &mut left,
            &mut read,
            data,
            &mut room,
            &mut written,
            &mut piece,
            &mut total,
            &mut state,
        );
        output.extend_from_slice(piece.get(..written).unwrap_or_default());
        *budget = budget.saturating_sub(written as u64);
        if output.len() as u64 > max {
            return Err(InflateError::TooLarge);
        }
        match result {
            BrotliResult::ResultSuccess => return Ok(output),
            BrotliResult::NeedsMoreOutput if written > 0 => {}
            // All of the input was there from the start.
            _ => return Err(InflateError::Damaged),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use std::io::Write;

    fn packed(packing: Packing, data: &[u8]) -> Vec<u8> {
        let best = Compression::best();
        match packing {
            Packing::Zlib => {
                let mut encoder = ZlibEncoder::new(Vec::new(), best);
                encoder.write_all(data).unwrap();
                encoder.finish().unwrap()
            }
            Packing::Raw | Packing::Deflate => {
                let mut encoder = DeflateEncoder::new(Vec::new(), best);
                encoder.write_all(data).unwrap();
                encoder.finish().unwrap()
            }
            Packing::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), best);
                encoder.write_all(data).unwrap();
                encoder.finish().unwrap()
            }
            Packing::Brotli => crate::fixtures::brotli_stored(data),
        }
    }

    #[test]
    fn limits_the_decompressed_size() {
        let data = vec![0_u8; 1 << 20];
        for packing in [Packing::Zlib, Packing::Raw, Packing::Deflate, Packing::Gzip, Packing::Brotli] {
            let packed = packed(packing, &data);
            let mut budget = 3 << 20;
            assert_eq!(unpack(packing, &packed, 1000, &mut budget), Err(InflateError::TooLarge), "{packing:?}");
            assert!(budget > (3 << 20) - 8192, "{packing:?}");
            assert_eq!(unpack(packing, &packed, 1 << 20, &mut budget).unwrap(), data, "{packing:?}");
            assert!(budget <= 2 << 20, "{packing:?}");
            assert_eq!(unpack(packing, b"nonsense", 1000, &mut budget), Err(InflateError::Damaged), "{packing:?}");
            assert_eq!(unpack(packing, b"", 1000, &mut budget), Err(InflateError::Damaged), "{packing:?}");
            budget = 10;
            assert_eq!(unpack(packing, &packed, 1 << 20, &mut budget), Err(InflateError::TooLarge), "{packing:?}");
        }
    }

    #[test]
    fn reads_deflate_with_and_without_a_zlib_header() {
        for packing in [Packing::Zlib, Packing::Deflate] {
            assert_eq!(unpack(Packing::Deflate, &packed(packing, b"text"), 100, &mut 100).unwrap(), b"text");
        }
    }

    #[test]
    fn decompresses_brotli_and_rejects_large_windows() {
        // Google's encoder, quality 11: sixteen times "Labeler " and a line end.
        let stream = hex::decode("1b8000f81da9539f3b5e2b3085892936b902292b45720b07927603").unwrap();
        let text = format!("{}\n", "Labeler ".repeat(16));
        assert_eq!(unpack(Packing::Brotli, &stream, 200, &mut 200).unwrap(), text.as_bytes());
        for cut in 0..stream.len() {
            assert_eq!(unpack(Packing::Brotli, &stream[..cut], 200, &mut 200), Err(InflateError::Damaged), "{cut}");
        }
        // The same with a window of 24 bits, then an empty stream with one of 22.
        let large = [&[0x1F], &stream[1..]].concat();
        assert_eq!(unpack(Packing::Brotli, &large, 200, &mut 200), Err(InflateError::TooLarge));
        assert_eq!(unpack(Packing::Brotli, &[0x3B], 100, &mut 100).unwrap(), b"");
    }
}
