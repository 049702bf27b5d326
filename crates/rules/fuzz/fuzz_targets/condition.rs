//! Fuzzes conditions of law packs: the first line is the condition, the other bytes choose the facts for its
//! evaluation.
#![no_main]

use labeler_rules::fuzzing;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let end = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
    let Ok(text) = std::str::from_utf8(&input[..end]) else { return };
    fuzzing::condition(text, input.get(end + 1..).unwrap_or_default());
});
