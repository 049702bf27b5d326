//! The message catalogue against the code that uses it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use labeler_rules::{catalogue, messages};

fn sources(folder: &Path, into: &mut String) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            if !path.ends_with("messages") {
                sources(&path, into);
            }
        } else {
            into.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
    if folder.ends_with("src") {
        into.push_str(&std::fs::read_to_string(folder.join("messages/mod.rs")).unwrap());
    }
}

/// Keys as they stand in the code, each with the function that takes it (`fail`, `open`, …).
fn used() -> BTreeMap<String, BTreeSet<String>> {
    let mut code = String::new();
    sources(&PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("src"), &mut code);
    let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut rest = code.as_str();
    while let Some((head, tail)) = rest.split_once('"') {
        let Some((literal, after)) = tail.split_once('"') else {
            break;
        };
        let first = literal.split('.').next().unwrap_or_default();
        let rule = first.len() == 5 && first.as_bytes()[2] == b'-' && first[3..].bytes().all(|b| b.is_ascii_digit());
        let shared = ["common", "verdict", "judgement", "law"].contains(&first);
        if (rule || shared) && literal.contains('.') && !literal.contains(' ') {
            let function: String = head
                .trim_end()
                .trim_end_matches('(')
                .chars()
                .rev()
                .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
                .collect();
            keys.entry(literal.to_owned()).or_default().insert(function.chars().rev().collect());
            rest = after;
        } else {
            // Step over one quote only: an odd quote in a comment must not hide the keys behind it.
            rest = tail;
        }
    }
    keys
}

#[test]
fn every_key_in_the_code_exists_and_none_is_unused() {
    let known: BTreeSet<&str> = messages().map(|(key, _)| key).collect();
    assert_eq!(known.len(), messages().count(), "a key is there twice");
    let used = used();
    assert!(used.len() > 250, "only {} keys found in the code", used.len());
    let missing: Vec<_> = used.keys().filter(|key| !known.contains(key.as_str())).collect();
    assert!(missing.is_empty(), "missing: {missing:?}");
    let unused: Vec<_> = known
        .iter()
        .filter(|key| {
            let base = key.strip_suffix(".fix").or_else(|| key.strip_suffix(".settles"));
            let of_rule = |base: &str| base.len() == 5;
            match base {
                Some(base) => !of_rule(base) && !used.contains_key(base),
                None => !used.contains_key(**key),
            }
        })
        .collect();
    assert!(unused.is_empty(), "unused: {unused:?}");
}

#[test]
fn every_failure_has_a_fix_and_every_open_question_says_what_settles_it() {
    let known: BTreeSet<&str> = messages().map(|(key, _)| key).collect();
    let mut missing = Vec::new();
    for (key, functions) in used() {
        for (function, suffix) in [("fail", "fix"), ("open", "settles")] {
            let own = format!("{key}.{suffix}");
            let general = format!("{}.{suffix}", &key.split('.').next().unwrap());
            if functions.contains(function) && !known.contains(own.as_str()) && !known.contains(general.as_str()) {
                missing.push(own);
            }
        }
    }
    assert!(missing.is_empty(), "missing: {missing:?}");
}

#[test]
fn the_catalogue_lists_every_rule_with_words_and_a_source() {
    let rules = catalogue();
    let ids: BTreeSet<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
    let count = |prefix: &str| ids.iter().filter(|id| id.starts_with(prefix)).count();
    assert_eq!((count("EU-"), count("CA-"), count("CN-"), count("WA-")), (13, 14, 14, 4));
    for rule in &rules {
        assert!(!rule.title.is_empty() && !rule.requirement.is_empty(), "{}", rule.id);
        assert!(!rule.reference.instrument.is_empty() && !rule.reference.provision.is_empty(), "{}", rule.id);
        assert!(rule.reference.url.as_deref().is_some_and(|url| url.starts_with("https://")), "{}", rule.id);
        assert!(rule.valid_until.is_none_or(|until| rule.valid_from <= until));
    }
    for pair in rules.windows(2) {
        if pair[0].id == pair[1].id {
            assert_eq!(pair[0].valid_until.unwrap().next_day().unwrap(), pair[1].valid_from, "{}", pair[0].id);
        }
    }
}
