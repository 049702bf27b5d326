//! Small files, each of which declares something enormous in one structure, through check, label and verify.
//!
//! `natively` runs them in this process under a counting allocator. `site` runs them through a server (`LABELER_URL`,
//! `LABELER_LIVE_KEY`, `LABELER_TEST_KEY`, fresh), which must be a test build, and sends other requests meanwhile.
//! `write FOLDER` writes the files, `list` prints what each declares.
//!
//! Prints one line for each failure and ends with `N passed, N failed`; exit code 1 when something failed.

// It is test code: what cannot be is a failure. Indexing is of JSON and of bytes made here.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod files;
mod natively;
mod outcome;
mod site;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcomes = match arguments.as_slice() {
        ["natively", only @ ..] => natively::run(&files::all(), only),
        ["site", only @ ..] => match site::run(&files::all(), only) {
            Ok(outcomes) => outcomes,
            Err(error) => {
                eprintln!("labeler-hostile-tests: {error}");
                return ExitCode::from(2);
            }
        },
        ["write", folder] => {
            for file in files::all() {
                std::fs::write(Path::new(folder).join(file.name), &file.bytes).unwrap();
            }
            return ExitCode::SUCCESS;
        }
        ["list"] => {
            for file in files::all() {
                println!("| `{}` | {} bytes | {} |", file.name, file.bytes.len(), file.declares);
            }
            return ExitCode::SUCCESS;
        }
        _ => {
            eprintln!("labeler-hostile-tests: natively [PART…] | site [PART…] | write FOLDER | list");
            return ExitCode::from(2);
        }
    };
    let failed = outcomes.iter().filter(|outcome| outcome.is_err()).count();
    for outcome in &outcomes {
        match outcome {
            Ok(what) => println!("ok   {what}"),
            Err(what) => println!("FAIL {what}"),
        }
    }
    println!("{} passed, {failed} failed", outcomes.len() - failed);
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
