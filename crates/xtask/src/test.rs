//! `cargo xtask test`: every suite, one closing line.

use crate::context::Context;
use crate::counts::Counts;
use crate::error::Result;
use crate::fail;
use crate::process::seconds;
use crate::suites::{Suite, TestEnv};
use crate::toolchain::Toolchain;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Runs the named suites, or all, or those tests of one suite whose names contain a filter. True when nothing failed.
pub fn run(ctx: &Context, arguments: &[String]) -> Result<bool> {
    let (suites, filter) = selection(arguments)?;
    let toolchain = Toolchain::find(ctx)?;
    let corpus = corpus(ctx)?;
    ctx.progress.say(match &corpus {
        Some(corpus) => format!("  Corpus: {}", corpus.display()),
        None => "  Corpus: none (LABELER_CORPUS is not set and ../shared/corpus does not exist); its tests are skipped"
            .to_owned(),
    });

    let started = Instant::now();
    let env = TestEnv::new(ctx, &toolchain, corpus, filter);
    let mut results: Vec<(Suite, Counts, Duration)> = Vec::new();
    for suite in suites {
        let began = Instant::now();
        let counts = env.run(suite).unwrap_or_else(|failure| {
            crate::process::stay_if_stopping();
            ctx.progress.say(format!("✗ {}: {failure}", suite.name()));
            Counts::single(false)
        });
        results.push((suite, counts, began.elapsed()));
    }
    drop(env);

    println!();
    for (suite, counts, took) in &results {
        println!("{:<10} {:>12}   {counts}", suite.name(), seconds(*took));
    }
    println!("{:<10} {:>12}", "all", seconds(started.elapsed()));
    let total: Counts = results.iter().map(|(_, counts, _)| *counts).sum();
    if let Some(sentence) = without_corpus(total) {
        println!("{sentence}");
    }
    println!("{total}");
    Ok(total.failed == 0)
}

/// The suites to run, and the filter that may follow a single one.
fn selection(arguments: &[String]) -> Result<(Vec<Suite>, Option<String>)> {
    let suites: Vec<Suite> = arguments.iter().map_while(|name| Suite::named(name)).collect();
    match (suites.as_slice(), arguments.get(suites.len()..).unwrap_or_default()) {
        ([], []) => Ok((Suite::ALL.to_vec(), None)),
        (_, []) => Ok((suites, None)),
        ([], [name, ..]) => fail!("There is no suite `{name}`. `cargo xtask test --list` lists the suites."),
        ([_], [filter]) => Ok((suites, Some(filter.clone()))),
        ([suite], _) => {
            fail!("A filter is one argument. Quote it: cargo xtask test {} \"part of a name\".", suite.name())
        }
        (_, [name, ..]) => fail!("`{name}` is no suite, and a filter needs exactly one suite before it."),
    }
}

/// How many of the skipped tests lack the corpus, and the way out.
fn without_corpus(total: Counts) -> Option<String> {
    let Counts { skipped, without_corpus, .. } = total;
    (without_corpus > 0).then(|| {
        format!("{without_corpus} of the {skipped} skipped tests lack the corpus: set LABELER_CORPUS to a folder of real files")
    })
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
    beside(&ctx.root.join("../shared"), ctx.ci)
}

/// The corpus in the folder `shared` beside the repository. In CI that folder without a corpus is a failure: a run that
/// tests less must not look like one that passed.
fn beside(shared: &Path, ci: bool) -> Result<Option<PathBuf>> {
    let corpus = shared.join("corpus");
    if ci && shared.is_dir() && !corpus.is_dir() {
        fail!("{} holds no folder `corpus`, whose files the tests need", shared.display());
    }
    Ok(corpus.canonicalize().ok())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    #[test]
    fn a_shared_folder_without_a_corpus_fails_in_ci_only() {
        let shared = std::env::temp_dir().join(format!("labeler-xtask-shared-{}", std::process::id()));
        assert_eq!(beside(&shared, true).unwrap(), None, "no shared folder at all");
        std::fs::create_dir_all(&shared).unwrap();
        assert_eq!(beside(&shared, false).unwrap(), None);
        assert!(beside(&shared, true).is_err());
        std::fs::create_dir_all(shared.join("corpus")).unwrap();
        assert_eq!(beside(&shared, true).unwrap(), Some(shared.join("corpus").canonicalize().unwrap()));
        std::fs::remove_dir_all(&shared).unwrap();
    }

    #[test]
    fn a_filter_follows_exactly_one_suite() {
        let select = |arguments: &[&str]| {
            let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
            selection(&arguments).ok()
        };
        assert_eq!(select(&[]), Some((Suite::ALL.to_vec(), None)));
        assert_eq!(select(&["api", "web"]), Some((vec![Suite::Api, Suite::Web], None)));
        assert_eq!(select(&["unit", "store::keys"]), Some((vec![Suite::Unit], Some("store::keys".to_owned()))));
        assert_eq!(select(&["browser", "journey: on a phone"]).unwrap().1.as_deref(), Some("journey: on a phone"));
        for wrong in [&["everything"][..], &["api", "web", "label"], &["api", "label", "batch"]] {
            assert_eq!(select(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn the_closing_sentence_counts_what_lacks_the_corpus() {
        let total = Counts { passed: 3, skipped: 4, without_corpus: 2, ..Counts::default() };
        let sentence = without_corpus(total).unwrap();
        assert!(sentence.starts_with("2 of the 4 skipped tests lack the corpus"), "{sentence}");
        assert_eq!(without_corpus(Counts { skipped: 4, ..Counts::default() }), None);
    }
}
