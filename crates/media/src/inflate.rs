//! Zlib with an output bound.

use std::io::Read;

use flate2::read::ZlibDecoder;

/// Why compressed data gave nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InflateError {
    /// Output would exceed the bound.
    TooLarge,
    /// Not a zlib stream, or a damaged one.
    Damaged,
}

/// Inflates a zlib stream (RFC 1950) to at most `max` bytes. What was inflated, in vain or not, is taken off `budget`,
/// which bounds the output too.
pub(crate) fn zlib(data: &[u8], max: u64, budget: &mut u64) -> Result<Vec<u8>, InflateError> {
    let max = max.min(*budget);
    let mut output = Vec::new();
    let outcome = ZlibDecoder::new(data).take(max.saturating_add(1)).read_to_end(&mut output);
    *budget = budget.saturating_sub(output.len() as u64);
    outcome.map_err(|_| InflateError::Damaged)?;
    if output.len() as u64 > max {
        return Err(InflateError::TooLarge);
    }
    Ok(output)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;
    use std::io::Write;

    #[test]
    fn output_is_bounded() {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&vec![0_u8; 1 << 20]).unwrap();
        let packed = encoder.finish().unwrap();
        assert!(packed.len() < 4096);
        let mut budget = 3 << 20;
        assert_eq!(zlib(&packed, 1000, &mut budget), Err(InflateError::TooLarge));
        assert_eq!(zlib(&packed, 1 << 20, &mut budget).unwrap().len(), 1 << 20);
        assert_eq!(budget, (2 << 20) - 1001);
        assert_eq!(zlib(b"nonsense", 1000, &mut budget), Err(InflateError::Damaged));
        budget = 10;
        assert_eq!(zlib(&packed, 1 << 20, &mut budget), Err(InflateError::TooLarge));
    }
}
