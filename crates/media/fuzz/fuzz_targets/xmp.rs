//! XMP packets in every encoding, and the XML reader under them.
#![no_main]

use labeler_media_fuzz::read_chunk;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|packet: &[u8]| read_chunk(b"WEBP", b"XMP ", packet));
