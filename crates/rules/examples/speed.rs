//! Measures how long all packs need to judge one file: `cargo run --release -p labeler-rules --example speed`
#![allow(clippy::print_stdout, missing_docs)]

#[path = "../tests/common/mod.rs"]
mod common;

use std::time::{Duration, Instant};

use labeler_rules::{Context, Evidence, Region, judge};
use time::macros::date;

const RUNS: usize = 2_000;

fn main() {
    let context = Context { regions: Region::ALL.into(), ..Context::new(date!(2027 - 03 - 01)) };
    let files = [
        ("nothing in the file", common::photo()),
        ("every layer", common::labelled()),
        ("ChatGPT", common::chatgpt()),
        ("not read", Evidence::default()),
    ];
    for (name, evidence) in files {
        let mut times: Vec<Duration> = (0..RUNS)
            .map(|_| {
                let start = Instant::now();
                std::hint::black_box(judge(&evidence, &context));
                start.elapsed()
            })
            .collect();
        times.sort();
        let at = |part: usize| times.get(RUNS * part / 100).map_or(0, Duration::as_micros);
        println!("{name}: median {} µs, 99 of 100 under {} µs", at(50), at(99));
    }
}
