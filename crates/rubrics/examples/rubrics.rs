//! Evaluates the rubrics over files and prints one JSON object a line: `{file, crjson, reports}`.
//!
//! `cargo run -p labeler-rubrics --example rubrics -- [--trim] FILE…`
//!
//! A file that ends in `.json` is crJSON already; any other is read with c2pa, which knows the trust lists of this
//! repository and fetches nothing. `--trim` leaves out what no check reads and takes most of the room, which is how the
//! fixtures in `tests/data` were made. Files without a manifest are named on standard error.

#[path = "../tests/support/mod.rs"]
mod support;

use std::{env, error::Error, fs, path::Path};

use labeler_rubrics::{Rubric, evaluate};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let (options, files): (Vec<_>, Vec<_>) = env::args().skip(1).partition(|argument| argument.starts_with("--"));
    for file in files {
        let mut crjson: Value = if file.ends_with(".json") {
            serde_json::from_slice(&fs::read(&file)?)?
        } else {
            match support::crjson(Path::new(&file))? {
                Ok(crjson) => crjson,
                Err(reason) => {
                    eprintln!("{file}: {reason}");
                    continue;
                }
            }
        };
        if options.iter().any(|option| option == "--trim") {
            support::trim(&mut crjson);
        }
        let [conformance, integrity, signals] = Rubric::ALL.map(|rubric| evaluate(rubric, &crjson));
        let reports = json!({"conformance": conformance, "integrity": integrity, "signals": signals});
        println!("{}", json!({"file": file, "crjson": crjson, "reports": reports}));
    }
    Ok(())
}
