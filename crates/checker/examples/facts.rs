//! Prints the facts about files as JSON, one object per line: `cargo run -p labeler-checker --example facts -- FILE…`
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs::File;
use std::io::BufReader;

use labeler_checker::{CheckRequest, evidence};
use time::OffsetDateTime;

fn main() {
    for name in std::env::args().skip(1) {
        let mut request = CheckRequest::at(OffsetDateTime::from(std::time::SystemTime::now()));
        request.filename = Some(name.clone());
        request.max_pixels = 50_000_000;
        let mut source = BufReader::new(File::open(&name).expect("a file that can be opened"));
        match evidence(&mut source, &request) {
            Ok(facts) => println!("{}", serde_json::to_string(&facts).expect("facts are JSON")),
            Err(error) => eprintln!("{name}: {error}"),
        }
    }
}
