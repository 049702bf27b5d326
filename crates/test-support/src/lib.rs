//! Helpers that the tests of several crates share. Only a dev-dependency.

use std::io::Write as _;

/// Reports a test that cannot run on this machine, for example because a program is not installed. `cargo xtask test`
/// counts it as skipped. The caller returns afterwards.
///
/// # Panics
/// If the environment variable `CI` is set, because no test may be skipped there.
pub fn skip(test: &str, reason: &str) {
    let is_ci = std::env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"));
    assert!(!is_ci, "{test}: {reason}");
    // Standard error itself, because the test harness captures `eprintln!`, and a line of its own, because the harness
    // may have printed the beginning of one.
    let written = writeln!(std::io::stderr(), "\nskip {test}: {reason}");
    assert!(written.is_ok(), "{test}: standard error cannot be written");
}
