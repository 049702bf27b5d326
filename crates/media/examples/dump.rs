//! Prints what a file says about itself, as JSON: `cargo run -p labeler-media --example dump -- FILE…`
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::io::{Read, Seek};

fn main() {
    for name in std::env::args().skip(1) {
        let mut file = std::fs::File::open(&name).expect("a file that can be opened");
        let mut head = Vec::new();
        (&mut file).take(labeler_media::SNIFF_LENGTH as u64).read_to_end(&mut head).expect("a readable file");
        file.rewind().expect("a seekable file");
        let Some(format) = labeler_media::sniff(&head) else {
            println!("{name}: unknown format");
            continue;
        };
        let limits = labeler_media::Limits::default();
        match labeler_media::read_metadata(&mut file, format, &limits) {
            Ok(metadata) => println!("{name}: {}", serde_json::to_string_pretty(&metadata).unwrap()),
            Err(error) => println!("{name}: {error}"),
        }
    }
}
