//! `cargo xtask test`: every suite, one closing line.

use crate::context::Context;
use crate::counts::Counts;
use crate::error::Result;
use crate::fail;
use crate::process::seconds;
use crate::suites::{Bench, Suite};
use crate::toolchain::Toolchain;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Runs the named suites, or all; true when nothing failed.
pub fn run(ctx: &Context, names: &[String]) -> Result<bool> {
    let mut suites = Vec::new();
    for name in names {
        match Suite::named(name) {
            Some(suite) => suites.push(suite),
            None => fail!("there is no suite {name}; `cargo xtask test --list` names them"),
        }
    }
    if suites.is_empty() {
        suites.extend(Suite::ALL);
    }
    let toolchain = Toolchain::find(ctx)?;
    let corpus = corpus(ctx)?;
    ctx.progress.say(match &corpus {
        Some(corpus) => format!("  Corpus: {}", corpus.display()),
        None => "  Corpus: none (LABELER_CORPUS is not set and ../shared/corpus does not exist); its tests are skipped"
            .to_owned(),
    });

    let started = Instant::now();
    let bench = Bench::new(ctx, &toolchain, corpus);
    let mut results: Vec<(Suite, Counts, Duration)> = Vec::new();
    for suite in suites {
        let began = Instant::now();
        let counts = bench.run(suite).unwrap_or_else(|failure| {
            crate::process::stay_if_stopping();
            ctx.progress.say(format!("✗ {}: {failure}", suite.name()));
            Counts::single(false)
        });
        results.push((suite, counts, began.elapsed()));
    }
    drop(bench);

    println!();
    for (suite, counts, took) in &results {
        println!("{:<10} {:>12}   {counts}", suite.name(), seconds(*took));
    }
    println!("{:<10} {:>12}", "all", seconds(started.elapsed()));
    let total: Counts = results.iter().map(|(_, counts, _)| *counts).sum();
    println!("{total}");
    Ok(total.failed == 0)
}

/// Prints the suites.
pub fn list() {
    for suite in Suite::ALL {
        println!("{:<10} {}", suite.name(), suite.about());
    }
}

/// The folder of real files: `$LABELER_CORPUS`, else `../shared/corpus` when it exists.
pub fn corpus(ctx: &Context) -> Result<Option<PathBuf>> {
    if let Some(named) = std::env::var_os("LABELER_CORPUS").filter(|path| !path.is_empty()) {
        let named = PathBuf::from(named);
        if !named.is_dir() {
            fail!("LABELER_CORPUS names {}, which is no folder", named.display());
        }
        return Ok(Some(named.canonicalize()?));
    }
    Ok(ctx.root.join("../shared/corpus").canonicalize().ok())
}
