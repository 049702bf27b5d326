//! Real files, read with c2pa: every check has a value, and the signals tell what made the picture.
//!
//! Ignored unless asked for, so that a run without the corpus does not count them as passed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::{fs, path::Path};

use labeler_rubrics::{Outcome, Rubric, evaluate};
use serde_json::Value;

fn present(crjson: &Value) -> Vec<Vec<String>> {
    let report = evaluate(Rubric::Signals, crjson);
    let mut out = vec![Vec::new(); report.manifests.len()];
    for check in report.with_outcome(Outcome::Present) {
        out[check.manifest.unwrap()].push(check.id.rsplit('_').next().unwrap().to_owned());
    }
    out
}

#[test]
#[ignore = "needs the corpus: set LABELER_CORPUS and run with --include-ignored"]
fn the_corpus_is_evaluated_without_an_error() {
    let corpus = support::corpus().expect("no corpus: set LABELER_CORPUS");
    let mut evaluated = 0;
    for folder in ["signed", "generators", "plain", "hostile"] {
        let mut files: Vec<_> = fs::read_dir(corpus.join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        for file in files {
            let Ok(crjson) = support::crjson(&file).unwrap() else { continue };
            for rubric in Rubric::ALL {
                let report = evaluate(rubric, &crjson);
                for outcome in [Outcome::Error, Outcome::NotApplicable] {
                    assert_eq!(report.with_outcome(outcome).next(), None, "{}", file.display());
                }
            }
            evaluated += 1;
        }
    }
    println!("{evaluated} files with a manifest in {}", corpus.display());
    assert!(evaluated >= 20, "{evaluated}");
}

#[test]
#[ignore = "needs the corpus: set LABELER_CORPUS and run with --include-ignored"]
fn the_signals_say_what_the_generators_say() {
    let corpus = support::corpus().expect("no corpus: set LABELER_CORPUS");
    let signals =
        |name: &str| present(&support::crjson(Path::new(&corpus.join("generators").join(name))).unwrap().unwrap());
    assert_eq!(signals("firefly-1.png"), [["fullyGenAIMedia"]]);
    assert_eq!(signals("chatgpt-2026-05-30.png"), [["fullyGenAIMedia", "ambiguousActions", "nonEditorial"]]);
    assert_eq!(signals("flux-1.jpg"), [["fullyGenAIMedia", "ambiguousActions"]]);
    // Here the active manifest only opens what an ingredient's manifest says was generated.
    let chatgpt = signals("chatgpt-1.png");
    assert_eq!(chatgpt[0], ["ambiguousActions"]);
    assert_eq!(chatgpt[1], ["fullyGenAIMedia", "ambiguousActions", "nonEditorial"]);
    // The rubric reads `c2pa.actions.v2` only: the older assertion, which does say generated, is no signal.
    assert_eq!(signals("dall-e-2024.webp"), [["ambiguousActions"], ["ambiguousActions"]]);
}
