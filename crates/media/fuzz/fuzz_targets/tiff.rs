//! TIFF directories, as a file and as an EXIF block.
#![no_main]

use labeler_media::Format;
use labeler_media_fuzz::{read_as, read_chunk};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &[u8]| {
    read_as(file, &[Format::Tiff]);
    read_chunk(b"WEBP", b"EXIF", file);
});
