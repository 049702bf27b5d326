//! Exposes the payload code and the model's input to tests/interop/trustmark.py.
//!
//! Without arguments: reads one command per line from standard input and answers each on one line.
//! ```text
//! encode SCHEMA BITS    the packet of 100 bits
//! decode PACKET         SCHEMA*BITS and the number of corrected bits, or "none"
//! ```
//!
//! With `input VARIANT SIDE FILE`: writes the input of a model with this side for an image, as 32-bit floats in little
//! endian.

#![allow(clippy::expect_used, reason = "a test program")]

use std::io::{BufRead, Write};

use labeler_trustmark::{PACKET_BITS, Payload, Schema, Variant, model_input};

/// Maximum number of pixels of an image.
const MAX_PIXELS: u64 = 50_000_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["input", variant, side, file] => {
            let variant: Variant = variant.parse().expect("a variant");
            let bytes = std::fs::read(file).expect("a readable file");
            let picture = labeler_pixels::decode::decode(&bytes, MAX_PIXELS).expect("a picture").picture;
            let samples = model_input(&picture.view(), variant, side.parse().expect("a number"));
            let bytes: Vec<u8> = samples.into_iter().flatten().flat_map(f32::to_le_bytes).collect();
            std::io::stdout().write_all(&bytes).expect("an open standard output");
        }
        _ => std::io::stdin().lock().lines().for_each(|line| println!("{}", answer(&line.expect("text")))),
    }
}

fn answer(line: &str) -> String {
    match line.split_whitespace().collect::<Vec<_>>().as_slice() {
        ["encode", schema, text] => {
            let schema = Schema::ALL.into_iter().find(|known| known.number().to_string() == *schema);
            let payload = schema.and_then(|schema| Payload::new(schema, &bits(text)));
            payload.map_or_else(
                || "wrong schema or number of bits".to_owned(),
                |payload| payload.to_packet().map(|bit| if bit { '1' } else { '0' }).iter().collect(),
            )
        }
        ["decode", text] => match <[bool; PACKET_BITS]>::try_from(bits(text)) {
            Ok(packet) => Payload::from_packet(&packet)
                .map_or_else(|| "none".to_owned(), |(payload, corrected)| format!("{payload} {corrected}")),
            Err(_) => "wrong number of bits".to_owned(),
        },
        _ => "unknown command".to_owned(),
    }
}

fn bits(text: &str) -> Vec<bool> {
    text.chars().map(|bit| bit == '1').collect()
}
