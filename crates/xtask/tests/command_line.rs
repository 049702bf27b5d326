//! The command as a person starts it.

#![allow(clippy::unwrap_used)]

use std::process::{Command, Output};

fn xtask(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask")).args(args).output().unwrap()
}

#[test]
fn help_names_every_command() {
    let output = xtask(&[]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success());
    for command in ["dev", "test", "build", "check", "bench", "setup", "deploy"] {
        assert!(text.lines().any(|line| line.trim_start().starts_with(command)), "{command} is not in:\n{text}");
    }
}

#[test]
fn an_unknown_command_fails_and_shows_the_help() {
    let output = xtask(&["serve"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("cargo xtask COMMAND"));
}

#[test]
fn suites_and_parts_are_listed_one_a_line() {
    let suites = String::from_utf8(xtask(&["test", "--list"]).stdout).unwrap();
    assert!(suites.lines().any(|line| line.starts_with("api ")), "{suites}");
    let parts = String::from_utf8(xtask(&["bench", "--list"]).stdout).unwrap();
    assert!(parts.lines().any(|line| line.starts_with("size ")), "{parts}");
}
