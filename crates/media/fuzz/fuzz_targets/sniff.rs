//! Sniffing and the small text parsers.
#![no_main]

use labeler_media::{check_code, digital_source_type, is_valid_uscc, sniff};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = sniff(data);
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = digital_source_type::parse(text);
        let _ = check_code(text);
        let _ = is_valid_uscc(text);
    }
});
