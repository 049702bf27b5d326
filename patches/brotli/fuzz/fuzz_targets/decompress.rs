//! Whatever the bytes, decompression ends, does not panic, and takes no more than the largest window that is read: run
//! with `-malloc_limit_mb=8`, above the 4 MiB of a window of 22 bits.
#![no_main]

use std::io::{self, Write};

use libfuzzer_sys::fuzz_target;

/// Takes so many bytes, keeps none.
struct Sink(usize);

impl Write for Sink {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(piece.len()).ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fuzz_target!(|data: &[u8]| {
    let outcome = brotli::BrotliDecompress(&mut &data[..], &mut Sink(4 << 20));
    if let [first, ..] = data
        && first & 1 == 1
        && (first >> 1) & 7 > 5
    {
        assert!(outcome.is_err(), "a window of more than 22 bits");
    }
    // Stored again, it reads back.
    let mut stored = Vec::new();
    brotli::BrotliCompress(&mut &data[..], &mut stored, &brotli::enc::BrotliEncoderParams::default()).unwrap();
    let mut back = Vec::new();
    brotli::BrotliDecompress(&mut stored.as_slice(), &mut back).unwrap();
    assert_eq!(back, data);
});
