//! Tests `labeler check` with answers from options, from a file and from questions.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod common;

use std::path::Path;

use common::{Place, ai_picture, photo};
use labeler_checker::answers::{ANSWERS, AnswerKind};
use serde_json::{Value, json};

fn report(place: &Place, arguments: &[&str], file: &Path) -> Value {
    let output = place.labeler().args(["check", "--json"]).args(arguments).arg(file).output().unwrap();
    assert!(!output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn refused(place: &Place, arguments: &[&str], file: &Path) -> String {
    let output = place.labeler().arg("check").args(arguments).arg(file).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn every_question_is_an_option() {
    let place = Place::new();
    let photo = place.file("photo.jpg", &photo());
    for field in ANSWERS {
        let (text, wrong) = match field.kind() {
            AnswerKind::YesNo => ("no", "false"),
            AnswerKind::Involvement => ("altered", "yes"),
            AnswerKind::Day => ("2026-09-01", "1.9.2026"),
            AnswerKind::Name => ("Example AI", ""),
        };
        let option = format!("--{}", field.option());
        let context = report(&place, &[&option, text], &photo)["context"].clone();
        assert_eq!(context[field.name], text, "{option}");
        assert!(refused(&place, &[&option, wrong], &photo).contains(&option), "{option}");
    }
    // The older, shorter name.
    assert_eq!(report(&place, &["--ai", "yes"], &photo)["context"]["isAi"], "yes");
    let help = place.labeler().args(["check", "--help"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    for said in ["--device-first-sold-since-2028", "The default is `fail`", "--answers <FILE>", "--ask"] {
        assert!(help.contains(said), "{said} in {help}");
    }
}

#[test]
fn options_override_answers_from_a_file() {
    let place = Place::new();
    let photo = place.file("photo.jpg", &photo());
    let answers = r#"
        # What we know of this campaign.
        isAi = "yes"
        createdOn = 2026-09-01
        publishedOn = "2026-09-05"
        provider = "Example AI"
        role = "deployer"
        regions = ["eu", "china"]
        asOf = 2026-12-24
    "#;
    let file = place.file("answers.toml", answers.as_bytes());
    let path = file.to_str().unwrap();
    let context = report(&place, &["--answers", path], &photo)["context"].clone();
    let expected = json!({
        "isAi": "yes", "createdOn": "2026-09-01", "publishedOn": "2026-09-05", "provider": "Example AI",
        "role": "deployer", "regions": ["eu", "china"], "asOf": "2026-12-24",
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(context[name], *value, "{name}");
    }
    let winning = ["--answers", path, "--is-ai", "unknown", "--role", "provider", "--region", "california"];
    let context = report(&place, &winning, &photo)["context"].clone();
    assert_eq!((&context["isAi"], &context["role"]), (&json!("unknown"), &json!("provider")));
    assert_eq!((&context["regions"], &context["createdOn"]), (&json!(["california"]), &json!("2026-09-01")));

    for (wrong, said) in [
        ("madeByAi = \"yes\"", "madeByAi is not a known answer"),
        ("is-ai = \"yes\"", "is-ai is not a known answer"),
        ("isAi = true", "isAi must be yes, no or unknown"),
        ("createdOn = 2026-09-01T10:00:00Z", "createdOn must be a day written YYYY-MM-DD"),
        ("role = \"owner\"", "role must be one of provider, deployer"),
        ("regions = []", "regions must be a list of eu"),
        ("isAi = ", "line 1"),
    ] {
        let path = place.file("wrong.toml", wrong.as_bytes());
        let said_so = refused(&place, &["--answers", path.to_str().unwrap()], &photo);
        assert!(said_so.contains("wrong.toml") && said_so.contains(said), "{said_so}");
    }
    assert!(refused(&place, &["--answers", "nowhere.toml"], &photo).contains("nowhere.toml"));
}

#[test]
fn an_open_verdict_fails_the_run_only_with_fail_on_open() {
    let place = Place::new();
    let photo = place.file("photo.jpg", &photo());
    let code =
        |arguments: &[&str]| place.labeler().arg("check").args(arguments).arg(&photo).output().unwrap().status.code();
    assert_eq!(code(&[]), Some(0));
    assert_eq!(code(&["--fail-on", "open"]), Some(1));
    assert_eq!(code(&["--fail-on", "open", "--is-ai", "no"]), Some(0));
    assert_eq!(code(&["--fail-on", "never"]), Some(0));
}

#[test]
fn prints_a_common_open_reason_once() {
    let place = Place::new();
    let photo = place.file("photo.jpg", &photo());
    let table = |arguments: &[&str]| {
        let output = place.labeler().arg("check").args(arguments).arg(&photo).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let text = table(&["--region", "eu"]);
    let about_eu: Vec<&str> = text.lines().filter(|line| line.contains("Did AI make or alter this file?")).collect();
    assert_eq!(about_eu.len(), 1, "{text}");
    assert!(!text.contains("EU-01"), "{text}");
    assert!(text.contains("(--is-ai)"), "{text}");
    assert!(table(&["--region", "eu", "--all"]).contains("EU-01"));
    // The day of the law, with the reason for it.
    assert!(text.contains("the day of the check"), "{text}");
    let answered = table(&["--region", "eu", "--created-on", "2026-08-20", "--is-ai", "yes"]);
    assert!(answered.contains("2026-08-20") && answered.contains("You say that it was created"), "{answered}");
    assert!(answered.contains("Law packs     eu "), "{answered}");
}

#[test]
fn ask_requires_a_terminal() {
    let place = Place::new();
    let photo = place.file("photo.jpg", &photo());
    assert!(refused(&place, &["--ask"], &photo).contains("--ask needs a terminal"));
}

/// `script` (util-linux) lends a terminal. Elsewhere the questions are tested without one, in the program itself.
#[test]
#[cfg(target_os = "linux")]
fn questions_are_asked_until_nothing_is_open() {
    let place = Place::new();
    let (photo, marked) = (place.file("photo.jpg", &photo()), place.file("ai.png", &ai_picture()));
    let run = |typed: &str, files: &[&Path]| {
        let files: Vec<String> = files.iter().map(|file| format!("'{}'", file.display())).collect();
        let command = format!("'{}' check --region eu --ask {}", env!("CARGO_BIN_EXE_labeler"), files.join(" "));
        let mut script = assert_cmd::Command::new("script");
        script.args(["-qec", &command, "/dev/null"]).write_stdin(typed).env("LABELER_CONFIG", place.path("config"));
        let Ok(output) = script.output() else { return None };
        Some((output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned()))
    };
    let Some((code, said)) = run("no\n", &[&photo]) else {
        labeler_test_support::skip("questions_are_asked_until_nothing_is_open", "there is no program `script`");
        return;
    };
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(said.matches("q to stop").count(), 1, "{said}");
    assert!(said.contains("Options for the same result without questions: --is-ai no --region eu"), "{said}");
    assert!(said.contains("not applicable"), "{said}");
    // The answer applies to both files and decides the next question.
    let (_, said) = run("no\nq\n", &[&photo, &marked]).unwrap();
    assert!(said.contains("of 2 files"), "{said}");
}
