//! Fuzzes decoding within a pixel limit, followed by every reader of pixels.
#![no_main]

use labeler_pixels::decode::decode;
use labeler_pixels::mark::{Search, detect};
use labeler_pixels::probe::{self, stealth};
use libfuzzer_sys::fuzz_target;

/// Small, so that a run creates many images rather than large ones, but larger than the smallest readable marks
/// require.
const MOST_PIXELS: u64 = 400 * 400;

fuzz_target!(|file: &[u8]| {
    let Ok(decoded) = decode(file, MOST_PIXELS) else { return };
    let picture = decoded.picture.view();
    assert!(u64::from(picture.width()) * u64::from(picture.height()) <= MOST_PIXELS);
    let _ = stealth::read(&picture);
    for mark in probe::probe(&picture) {
        assert!((0.0..=1.01).contains(&mark.rho), "{mark:?}");
    }
    if let Some(found) = detect(&picture, None, Search::Whole) {
        assert!((0.0..=1.0).contains(&found.confidence), "{found:?}");
    }
});
