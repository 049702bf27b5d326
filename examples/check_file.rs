//! Checks a file and prints the verdict of each region and the watermarks.
//!
//! `cargo run -p labeler-examples --example check_file -- FILE`

use std::error::Error;
use std::fmt::Write;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use labeler_checker::{CheckRequest, Search};
use time::OffsetDateTime;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).ok_or("no file was given. Usage: check_file FILE")?;
    print!("{}", check_file(Path::new(&path))?);
    Ok(())
}

/// Checks a file and returns what this program prints.
///
/// # Errors
/// When the file cannot be read or has no format that Labeler knows.
pub fn check_file(path: &Path) -> Result<String, Box<dyn Error>> {
    // The checker reads no clock: the caller passes the time, which decides which law applies. Same bytes, time and
    // settings, same report.
    let mut request = CheckRequest::at(OffsetDateTime::now_utc());
    // The extension tells text formats apart. The content decides about all others.
    request.filename = path.file_name().map(|name| name.to_string_lossy().into_owned());
    // Defaults suit a server with little memory. A native program can decode larger images and search longer for
    // Labeler's own watermark, so that it also finds it in a cropped or rotated image.
    request.max_pixels = 50_000_000;
    request.search = Search::Deep;

    // Any `Read + Seek` is a source. It is read in blocks; only an image to decode is held in memory.
    let report = labeler_checker::check(&mut BufReader::new(File::open(path)?), &request)?;

    let mut text = format!("{}, {} bytes\n", report.mime, report.size_bytes);
    // One verdict per region. Without answers to the questions of the laws many are `Undetermined`:
    // `CheckRequest::context` takes answers, and `report.questions` lists those that would settle a verdict.
    for (region, judged) in &report.verdicts {
        writeln!(text, "{}: {:?}. {}", region.id(), judged.verdict, judged.sentence.text)?;
    }
    // A decoded watermark was read from the pixels. The others are only declared by the file's credentials.
    for mark in &report.watermark.marks {
        let how = if mark.decoded { "decoded" } else { "declared" };
        let payload = mark.payload.as_deref().unwrap_or("unknown");
        writeln!(text, "watermark {}: {how}, payload {payload}", mark.name)?;
    }
    if report.watermark.marks.is_empty() {
        // "None found" is no proof of absence: some watermarks can only be read by their makers.
        match &report.watermark.not_probed {
            Some(reason) => writeln!(text, "watermark: not searched for ({reason})")?,
            None => writeln!(text, "watermark: none found")?,
        }
    }
    Ok(text)
}
