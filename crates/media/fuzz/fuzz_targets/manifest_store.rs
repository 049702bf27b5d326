//! As `read_metadata`, for the extraction of the manifest store; what comes out is never longer than the file can
//! hold.
#![no_main]

use std::io::Cursor;

use labeler_media::{Format, Limits, manifest_store};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((choice, file)) = data.split_first() else { return };
    let format = Format::ALL[usize::from(*choice) % Format::ALL.len()];
    let limits = Limits { max_manifest_store: 1 << 20, ..Limits::default() };
    if let Ok(Some(store)) = manifest_store(&mut Cursor::new(file), format, &limits) {
        assert!(store.jumbf.len() as u64 <= limits.max_manifest_store);
        assert!(store.ranges.iter().all(|range| range.end <= file.len() as u64));
    }
});
