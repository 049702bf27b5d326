//! Tests the command line of xtask.

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
    for command in ["dev", "test", "build", "check", "coverage", "bench", "setup", "deploy"] {
        assert!(text.lines().any(|line| line.trim_start().starts_with(command)), "{command} is not in:\n{text}");
    }
}

#[test]
fn an_unknown_command_fails_with_the_help() {
    let output = xtask(&["serve"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("cargo xtask COMMAND"));
}

#[test]
fn lists_suites_and_parts_one_per_line() {
    let suites = String::from_utf8(xtask(&["test", "--list"]).stdout).unwrap();
    assert!(suites.lines().any(|line| line.starts_with("api ")), "{suites}");
    let parts = String::from_utf8(xtask(&["bench", "--list"]).stdout).unwrap();
    assert!(parts.lines().any(|line| line.starts_with("size ")), "{parts}");
}

/// A replacement for `node` that never responds: ending xtask must end it too.
#[cfg(target_os = "linux")]
#[test]
fn a_signal_ends_the_children_too() {
    use std::os::unix::fs::PermissionsExt;
    use std::time::Duration;

    let folder = std::env::temp_dir().join(format!("labeler-xtask-signal-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (node, pid) = (folder.join("node"), folder.join("pid"));
    std::fs::write(&node, format!("#!/bin/sh\necho $$ > '{0}.new'\nmv '{0}.new' '{0}'\nsleep 300\n", pid.display()))
        .unwrap();
    std::fs::set_permissions(&node, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = std::env::join_paths(
        std::iter::once(folder.clone()).chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    );
    let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("setup")
        .env("PATH", path.unwrap())
        .env("LABELER_CACHE", folder.join("cache"))
        .spawn()
        .unwrap();
    let until = |done: &dyn Fn() -> bool| {
        (0..600).any(|_| {
            done() || {
                std::thread::sleep(Duration::from_millis(50));
                false
            }
        })
    };
    assert!(until(&|| pid.exists()), "the child did not start");
    let child = std::fs::read_to_string(&pid).unwrap();
    let killed = Command::new("sh").args(["-c", &format!("kill -TERM {}", xtask.id())]).status().unwrap();
    assert!(killed.success());
    assert_eq!(xtask.wait().unwrap().code(), Some(130));
    let stat = format!("/proc/{}/stat", child.trim());
    let gone = || std::fs::read_to_string(&stat).map_or(true, |stat| stat.contains(") Z "));
    assert!(until(&gone), "the child {child} outlived xtask");
    std::fs::remove_dir_all(&folder).unwrap();
}
