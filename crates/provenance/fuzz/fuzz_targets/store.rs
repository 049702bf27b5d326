//! Fuzzes manifest stores inside a real JPEG, PNG, TIFF, AVIF or MP3: reads, validates and reports them.
#![no_main]

use std::io::Cursor;

use labeler_media::fixtures::{self as make, Parts};
use labeler_media::{Limits, manifest_store, sniff};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((which, store)) = data.split_first() else { return };
    let parts = Parts { c2pa: Some(store), ..Parts::default() };
    let file = match which % 4 {
        0 if (8..60_000).contains(&store.len()) => make::jpeg(&parts),
        1 => make::avif(&parts, false),
        2 => make::jxl(&parts),
        _ => make::png(&parts),
    };
    let Some(format) = sniff(&file) else { return };
    let mut source = Cursor::new(&file);
    let Ok(Some(found)) = manifest_store(&mut source, format, &Limits::edge()) else { return };
    let provenance = labeler_provenance::read(&mut source, format, &found, &[]).unwrap();
    serde_json::to_string(&provenance).unwrap();
    let _ = labeler_provenance::thumbnails(&found.jumbf);
});
