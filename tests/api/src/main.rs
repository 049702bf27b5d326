//! Black-box tests of the API against a running server.
//!
//! Settings: `LABELER_URL` (for example `http://localhost:8787`), `LABELER_LIVE_KEY` and `LABELER_TEST_KEY` (all scopes,
//! one workspace), `LABELER_OWNER_EMAIL` and `LABELER_OWNER_PASSWORD`; optionally `LABELER_CORPUS`, a folder with real
//! files. The server should be fresh: the suite spends a good part of the rate limits, and more than one run within
//! five minutes exceeds them.
//!
//! With the argument `durable` it proves instead that nothing answered is lost when the server is killed, and with the
//! argument `early` that an answer given before its request's body was read arrives and breaks no connection.
//!
//! Prints one line for each test and ends with `N passed, N failed`; exit code 1 when something failed, 2 when the
//! settings are incomplete.

// Indexing is of JSON, where what is missing reads as null.
#![allow(clippy::indexing_slicing, missing_docs)]

mod cases;
mod client;
mod durable;
mod early;
mod people;
mod suite;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let cases = match arguments.first().map(String::as_str) {
        Some("early") => early::cases(),
        _ => cases::all(),
    };
    if let Some((first, rest)) = arguments.split_first().filter(|(first, _)| *first != "early") {
        let outcome = if first == "durable" { durable::run(rest) } else { Err(format!("{first} is not known")) };
        return match outcome {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                println!("FAIL durable: {error}");
                ExitCode::FAILURE
            }
        };
    }
    let suite = match suite::Suite::from_env() {
        Ok(suite) => suite,
        Err(error) => {
            eprintln!("labeler-api-tests: {error}");
            return ExitCode::from(2);
        }
    };
    let (mut passed, mut failed) = (0_u32, 0_u32);
    for (name, case) in cases {
        match case(&suite) {
            Ok(()) => {
                passed = passed.saturating_add(1);
                println!("ok   {name}");
            }
            Err(error) => {
                failed = failed.saturating_add(1);
                println!("FAIL {name}: {error}");
            }
        }
    }
    println!("{passed} passed, {failed} failed");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
