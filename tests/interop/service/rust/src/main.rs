//! `labeler-samples OPERATION` runs the sample of that operation. The samples are written by `samples.py`.

include!(env!("LABELER_SAMPLES"));

fn main() {
    let operation = std::env::args().nth(1).unwrap_or_default();
    if let Err(error) = run(&operation) {
        eprintln!("{error}");
        std::process::exit(1);
    }
}
