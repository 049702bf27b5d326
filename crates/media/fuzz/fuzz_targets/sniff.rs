//! Sniffing, and the small readers of names: media types, digital source types, generators' traces.
#![no_main]

use labeler_media::{Format, GENERATORS, digital_source_type, identify, sniff};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = sniff(data);
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = Format::from_mime(text);
    if let Some((term, _)) = digital_source_type::parse(text) {
        assert!(digital_source_type::parse(&term.uri()).is_some_and(|(again, _)| again == term));
    }
    for rule in GENERATORS {
        let key = rule.keys.first().copied().unwrap_or("key");
        assert!(identify(rule.field, key, text).all(|found| found.field == rule.field));
    }
});
