//! FLV: tags and script data.
#![no_main]

use labeler_media::Format;
use labeler_media_fuzz::read_as;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &[u8]| read_as(file, &[Format::Flv]));
