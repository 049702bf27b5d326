//! Measures the engine's own reader over files in memory, for `cargo xtask bench`: no metadata, no marks, no rules.
//!
//! `read_speed SETTINGS FILE...` prints one JSON object with the median in milliseconds for each file. It writes the
//! engine's settings (the official trust lists) to SETTINGS, so that other readers can use the same ones.

use std::io::Cursor;
use std::time::Instant;

use labeler_provenance::{engine_settings, trust};

/// Runs for each file.
const RUNS: usize = 9;

fn main() -> Result<(), String> {
    let mut arguments = std::env::args().skip(1);
    let settings = engine_settings(Some(&trust::c2pa())).to_string();
    std::fs::write(arguments.next().ok_or("give a path for the settings, followed by files")?, &settings)
        .map_err(|e| e.to_string())?;
    let mut results = Vec::new();
    for path in arguments {
        let bytes = std::fs::read(&path).map_err(|e| format!("{path}: {e}"))?;
        let format = labeler_media::sniff(&bytes).ok_or_else(|| format!("{path} is of no known type"))?;
        let mut times = Vec::new();
        for _ in 0..RUNS {
            let start = Instant::now();
            let reader = c2pa::Settings::new()
                .with_json(&settings)
                .and_then(|settings| c2pa::Context::new().with_settings(settings))
                .and_then(|context| {
                    c2pa::Reader::from_context(context).with_stream(format.mime(), Cursor::new(bytes.as_slice()))
                })
                .map_err(|e| format!("{path}: {e}"))?;
            let json = reader.json();
            times.push(start.elapsed().as_secs_f64() * 1000.0);
            drop(json);
        }
        times.sort_by(f64::total_cmp);
        results.push(serde_json::json!({"file": path, "median": times.get(RUNS / 2)}));
    }
    println!("{}", serde_json::json!({ "files": results }));
    Ok(())
}
