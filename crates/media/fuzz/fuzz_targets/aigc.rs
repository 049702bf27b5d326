//! China's label: the value in all its shapes, and the provider's code in it.
#![no_main]

use labeler_media::{CodeCheck, check_code, is_valid_uscc};
use labeler_media_fuzz::read_chunk;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|value: &[u8]| {
    read_chunk(b"WAVE", b"AIGC", value);
    if let Ok(text) = std::str::from_utf8(value)
        && let CodeCheck::Valid { uscc, suffix } = check_code(text)
    {
        assert!(is_valid_uscc(&uscc) && suffix.len() == 5 && text == format!("0011{uscc}{suffix}"));
    }
});
