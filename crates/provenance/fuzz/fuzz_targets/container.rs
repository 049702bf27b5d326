//! Fuzzes whole files: a manifest store in the file is validated together with the file.
#![no_main]

use std::io::Cursor;

use labeler_media::{Limits, manifest_store, sniff};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(format) = sniff(data) else { return };
    let mut source = Cursor::new(data);
    let Ok(Some(found)) = manifest_store(&mut source, format, &Limits::edge()) else { return };
    let provenance = labeler_provenance::read(&mut source, format, &found, &[]).unwrap();
    serde_json::to_string(&provenance).unwrap();
});
