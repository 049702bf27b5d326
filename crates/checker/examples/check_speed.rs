//! Measures the time and peak heap of a check, for `cargo xtask bench`.
//!
//! `check_speed make PATH MEGABYTES` writes a signed JPEG of about this size. `check_speed PIXELS FILE...` checks each
//! file from memory several times and decodes images with at most this many pixels. It prints one JSON object with, for
//! each file, the median in milliseconds and the heap in addition to the file itself. A reallocation counts both the
//! old and the new size, as if a wasm heap had to move the block.

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::Cursor;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Instant;

use bytes::Bytes;
use jpeg_encoder::{ColorType, Encoder};
use labeler_checker::{CheckRequest, check};
use labeler_labeling::LabelOptions;
use labeler_provenance::SigningIdentity;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

struct Counting;

static CURRENT: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

#[allow(
    unsafe_code,
    reason = "a counting allocator must implement GlobalAlloc; every call is forwarded to the system allocator"
)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = CURRENT.fetch_add(layout.size(), SeqCst) + layout.size();
        PEAK.fetch_max(now, SeqCst);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) };
        CURRENT.fetch_sub(layout.size(), SeqCst);
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let now = CURRENT.fetch_add(size, SeqCst) + size;
        PEAK.fetch_max(now, SeqCst);
        let moved = unsafe { System.realloc(pointer, layout, size) };
        CURRENT.fetch_sub(layout.size(), SeqCst);
        moved
    }
}

#[global_allocator]
static HEAP: Counting = Counting;

/// Runs for each file.
const RUNS: usize = 9;

fn main() -> Result<(), String> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_err(|e| e.to_string())?.as_secs();
    let now = OffsetDateTime::from_unix_timestamp(now as i64).map_err(|e| e.to_string())?;
    if let [mode, path, megabytes] = args.as_slice()
        && mode == "make"
    {
        let size = megabytes.parse::<usize>().map_err(|e| e.to_string())? * 1_000_000;
        return std::fs::write(path, signed(size, now)?).map_err(|e| e.to_string());
    }
    let (max_pixels, files) = args.split_first().ok_or("give the maximum number of pixels, followed by files")?;
    let mut request = CheckRequest::at(now);
    request.max_pixels = max_pixels.parse().map_err(|_| "the maximum number of pixels must be a number")?;
    let mut results = Vec::new();
    for path in files {
        let bytes = std::fs::read(path).map_err(|e| format!("{path}: {e}"))?;
        let (mut times, mut peak) = (Vec::new(), 0);
        for _ in 0..RUNS {
            let before = CURRENT.load(SeqCst);
            PEAK.store(before, SeqCst);
            let start = Instant::now();
            let report = check(&mut Cursor::new(bytes.as_slice()), &request).map_err(|e| e.to_string())?;
            times.push(start.elapsed().as_secs_f64() * 1000.0);
            peak = peak.max(PEAK.load(SeqCst) - before);
            drop(report);
        }
        times.sort_by(f64::total_cmp);
        results.push(serde_json::json!({
            "file": path, "bytes": bytes.len(), "median": times.get(RUNS / 2), "extraPeakBytes": peak,
        }));
    }
    println!("{}", serde_json::json!({ "files": results }));
    Ok(())
}

/// Creates a signed JPEG of about `size` bytes. At this quality, noise like that of a sensor takes half a byte per
/// pixel.
fn signed(size: usize, now: OffsetDateTime) -> Result<Vec<u8>, String> {
    let side = u16::try_from((size * 2).isqrt()).map_err(|e| e.to_string())?;
    let mut state = 1u64;
    let mut pixels = Vec::with_capacity(usize::from(side) * usize::from(side) * 3);
    for y in 0..side {
        for x in 0..side {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let grain = (state >> 60) as u8;
            pixels.extend([(x >> 4) as u8, (y >> 4) as u8, 128].map(|tone| (tone >> 1) + 4 * grain));
        }
    }
    let mut out = Vec::new();
    Encoder::new(&mut out, 90).encode(&pixels, side, side, ColorType::Rgb).map_err(|e| e.to_string())?;

    let chain = labeler_devchain::make(
        labeler_devchain::Algorithm::Es256,
        labeler_devchain::Purpose::Development,
        now.unix_timestamp(),
    )
    .map_err(|e| e.to_string())?;
    let identity =
        SigningIdentity::from_pem(chain.chain_pem.as_bytes(), chain.key_pem.as_bytes()).map_err(|e| e.to_string())?;
    let options = serde_json::json!({
        "digitalSourceType": "trainedAlgorithmicMedia", "regionPreset": "eu_strict", "signingMode": "managed",
        "dntEnabled": true, "filename": "large.jpg", "sha256Input": hex::encode(Sha256::digest(&out)), "preApplied": [],
    });
    let options = LabelOptions::from_json(&options.to_string()).map_err(|e| e.message)?;
    let labelled = pollster::block_on(labeler_labeling::label(Bytes::from(out), &options, &identity, now))
        .map_err(|e| e.to_string())?;
    Ok(labelled.body.concat())
}
