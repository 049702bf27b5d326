//! The first byte chooses the format, so that every parser is reached whatever the content looks like; with the
//! byte's highest bit set the content's own format is taken. Every place that is reported lies in the file.
#![no_main]

use std::io::Cursor;

use labeler_media::{Format, Limits, read_metadata, sniff};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((choice, file)) = data.split_first() else { return };
    let format = if choice & 0x80 != 0 {
        let Some(format) = sniff(file) else { return };
        format
    } else {
        Format::ALL[usize::from(*choice) % Format::ALL.len()]
    };
    let Ok(metadata) = read_metadata(&mut Cursor::new(file), format, &Limits::default()) else { return };
    let length = file.len() as u64;
    for place in metadata.text.iter().map(|entry| &entry.location).chain(metadata.xmp.iter().map(|packet| &packet.location)) {
        assert!(place.offset + place.length <= length, "{place:?}");
    }
});
