//! Photoshop's image resources, and IPTC-IIM datasets in one of them.
#![no_main]

use labeler_media::Format;
use labeler_media::fixtures::jpeg_segment;
use labeler_media_fuzz::read_as;
use libfuzzer_sys::fuzz_target;

/// What one JPEG segment holds besides its own headers.
const LONGEST: usize = 60_000;

fuzz_target!(|bytes: &[u8]| {
    let bytes = bytes.get(..LONGEST).unwrap_or(bytes);
    let signature = b"Photoshop 3.0\0";
    let resource = [&b"8BIM\x04\x04\0\0"[..], &(bytes.len() as u32).to_be_bytes()].concat();
    for body in [[&signature[..], bytes].concat(), [&signature[..], &resource, bytes].concat()] {
        read_as(&[&[0xFF, 0xD8][..], &jpeg_segment(0xED, &body), &[0xFF, 0xD9]].concat(), &[Format::Jpeg]);
    }
});
