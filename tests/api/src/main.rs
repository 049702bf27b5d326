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
//! `labeler-api-tests [early] FILTER` runs the tests whose names contain the filter; `labeler-api-tests list [early]`
//! prints the names.
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
    if let Some((_, rest)) = arguments.split_first().filter(|(first, _)| *first == "durable") {
        return match durable::run(rest) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                println!("FAIL durable: {error}");
                ExitCode::FAILURE
            }
        };
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (is_list, arguments) = match arguments.as_slice() {
        ["list", rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let (mut cases, arguments) = match arguments {
        ["early", rest @ ..] => (early::cases().into_iter().map(|case| (case.0.to_owned(), case)).collect(), rest),
        rest => (cases::all(), rest),
    };
    cases.retain(|(name, _)| arguments.iter().all(|filter| name.contains(filter)));
    if is_list {
        cases.iter().for_each(|(name, _)| println!("{name}"));
        return ExitCode::SUCCESS;
    }
    let suite = match suite::Suite::from_env() {
        Ok(suite) => suite,
        Err(error) => {
            eprintln!("labeler-api-tests: {error}");
            return ExitCode::from(2);
        }
    };
    let (mut passed, mut failed) = (0_u32, 0_u32);
    for (name, (_, case)) in cases {
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
