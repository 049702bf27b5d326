//! In this process: the peak of the heap on top of the file is measured for each call.

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use bytes::Bytes;
use labeler_checker::{CheckRequest, Search};
use labeler_labeling::{
    DigitalSourceType, LabelOptions, LabelRequest, PixelLayers, Profile, RegionPreset, SigningMode, label_with, pixels,
};
use labeler_media::Limits;
use labeler_provenance::SigningIdentity;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use crate::files::Hostile;
use crate::outcome::Outcome;

/// What a call may take on top of the file, which the caller holds: 32 MB.
const ROOM: usize = 32_000_000;

/// Counts bytes in use, and the most there have been. Reallocation counts the old and the new block together, as a
/// WebAssembly heap that has to move a block would.
struct Counting;

static USED: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

#[allow(unsafe_code, reason = "an allocator that counts has to be one; every call goes to the system's")]
// SAFETY: every call is handed on as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = USED.fetch_add(layout.size(), Relaxed) + layout.size();
        PEAK.fetch_max(now, Relaxed);
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let now = USED.fetch_add(layout.size(), Relaxed) + layout.size();
        PEAK.fetch_max(now, Relaxed);
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) };
        USED.fetch_sub(layout.size(), Relaxed);
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let now = USED.fetch_add(size, Relaxed) + size;
        PEAK.fetch_max(now, Relaxed);
        // SAFETY: as above.
        let moved = unsafe { System.realloc(pointer, layout, size) };
        USED.fetch_sub(layout.size(), Relaxed);
        moved
    }
}

#[global_allocator]
static HEAP: Counting = Counting;

/// Runs `work`; gives what it gave and its peak on top of what was in use before.
fn measure<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = USED.load(Relaxed);
    PEAK.store(before, Relaxed);
    let result = work();
    (result, PEAK.load(Relaxed).saturating_sub(before))
}

pub fn run(files: &[Hostile], only: &[&str]) -> Vec<Outcome> {
    let now: OffsetDateTime = std::time::SystemTime::now().into();
    let chain = labeler_devchain::make(
        labeler_devchain::Algorithm::Es256,
        labeler_devchain::Purpose::Development,
        now.unix_timestamp(),
    )
    .unwrap();
    let signer = SigningIdentity::from_pem(chain.chain_pem.as_bytes(), chain.key_pem.as_bytes()).unwrap();
    // Trust lists and tables that are made at the first use are nobody's file.
    let _ = labeler_checker::check(
        &mut Cursor::new(labeler_media::fixtures::jpeg(&Default::default())),
        &CheckRequest::at(now),
    );
    let wanted = |file: &&Hostile| only.is_empty() || only.iter().any(|part| file.name.contains(part));
    files.iter().filter(wanted).flat_map(|file| one(file, now, &signer)).collect()
}

/// Runs each call on a file; a panic or a peak above the room is a failure.
fn one(file: &Hostile, now: OffsetDateTime, signer: &SigningIdentity) -> Vec<Outcome> {
    let bytes = Bytes::from(file.bytes.clone());
    let call = |what: &str| match what {
        "check" => check(&bytes, now, None),
        // As the API's endpoint: without a look into the pixels.
        "verify" => check(&bytes, now, Some(0)),
        "label" => label(&bytes, now, signer, false),
        _ => label(&bytes, now, signer, true),
    };
    ["check", "verify", "label", "label in the pixels"]
        .into_iter()
        .map(|what| {
            let (outcome, peak) = measure(|| catch_unwind(AssertUnwindSafe(|| call(what))));
            let line = format!("{} {what}: {peak} bytes on top of {}", file.name, file.bytes.len());
            match outcome {
                Err(_) => Err(format!("{line}: it panics")),
                Ok(said) if peak > ROOM => Err(format!("{line}: {said}")),
                Ok(said) => Ok(format!("{line}: {said}")),
            }
        })
        .collect()
}

/// Checks a file as the command and the API do: report and its JSON.
fn check(bytes: &[u8], now: OffsetDateTime, max_pixels: Option<u64>) -> String {
    let mut request = CheckRequest::at(now);
    let mut source = Cursor::new(bytes);
    let report = match max_pixels {
        // The command decodes AVIF too, and searches deeply.
        Some(most) => {
            request.max_pixels = most;
            request.search = Search::Deep;
            labeler_checker::check_with_facts(&mut source, &request, &mut labeler_drawing::look)
                .map(|checked| checked.report)
        }
        None => labeler_checker::check(&mut source, &request),
    };
    match report {
        Ok(report) => {
            let length = serde_json::to_string(&report).map_or(0, |json| json.len());
            let error = report.c2pa.error.as_deref().unwrap_or_default().to_owned();
            format!("{length} bytes of report, {:?} {error}", report.c2pa.integrity)
        }
        Err(error) => error.to_string(),
    }
}

fn label(bytes: &Bytes, now: OffsetDateTime, signer: &SigningIdentity, draws: bool) -> String {
    let options = LabelOptions {
        digital_source_type: DigitalSourceType::TrainedAlgorithmicMedia,
        region_preset: RegionPreset::EuStrict,
        signing_mode: SigningMode::Managed,
        dnt_enabled: true,
        filename: "picture".to_owned(),
        sha256_input: hex::encode(Sha256::digest(bytes)),
        pre_applied: Vec::new(),
        profile: Profile::default(),
    };
    let drawn = if draws {
        let mut layers = PixelLayers::for_preset(&options);
        layers.mark = true;
        layers.visible = Some(PixelLayers::label_of(&options));
        match pixels::draw(bytes, &options, &layers, now) {
            Ok(drawn) => Some(drawn),
            Err(error) => return error.to_string(),
        }
    } else {
        None
    };
    let labelled = pollster::block_on(label_with(LabelRequest {
        input: bytes.clone(),
        options: &options,
        signer,
        now,
        pixels: drawn,
        time_stamping: None,
        limits: Limits::new(),
    }));
    match labelled {
        Ok(labelled) => {
            let codes: Vec<&str> = labelled.warnings.iter().map(|warning| warning.code).collect();
            format!("{} bytes, {codes:?}", labelled.size_bytes)
        }
        Err(error) => error.to_string(),
    }
}
