//! Peak heap of signing a large JPEG: ours against the engine's own `Builder::sign`, in one run.
//!
//! `cargo run -p labeler-provenance --example memory [MEGABYTES]` prints one JSON object. Reallocation counts old and new
//! size together, as a wasm heap that has to move a block would.

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::Cursor;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Instant;

use bytes::Bytes;
use labeler_media::Format;
use labeler_provenance::{SignRequest, SigningIdentity};

struct Counting;

static CURRENT: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

#[allow(unsafe_code, reason = "an allocator that counts has to be one; every call goes to the system's")]
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

/// Runs `work`; gives its peak heap beyond what was in use before, and its time in seconds.
fn measure(work: impl FnOnce() -> Result<(), String>) -> Result<(usize, f64), String> {
    let before = CURRENT.load(SeqCst);
    PEAK.store(before, SeqCst);
    let start = Instant::now();
    work()?;
    Ok((PEAK.load(SeqCst) - before, start.elapsed().as_secs_f64()))
}

fn main() -> Result<(), String> {
    let megabytes: usize = std::env::args().nth(1).map_or(Ok(50), |n| n.parse()).map_err(|_| "give a number of MB")?;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_err(|e| e.to_string())?.as_secs();
    let chain =
        labeler_devchain::make(labeler_devchain::Algorithm::Es256, labeler_devchain::Purpose::Development, now as i64)
            .map_err(|e| e.to_string())?;
    let identity =
        SigningIdentity::from_pem(chain.chain_pem.as_bytes(), chain.key_pem.as_bytes()).map_err(|e| e.to_string())?;
    let definition = serde_json::json!({
        "claim_generator_info": [{"name": "bench", "version": "1", "specVersion": "2.4.0"}],
        "title": "bench.jpg",
        "assertions": [{"label": "c2pa.actions", "created": true, "data": {"allActionsIncluded": true, "actions": [{
            "action": "c2pa.created",
            "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
        }]}}],
    });

    let source = Bytes::from(large_jpeg(megabytes * 1_000_000));
    let input = source.len();
    let (ours, our_seconds) = measure(|| {
        let request = SignRequest {
            format: Format::Jpeg,
            source: source.clone(),
            source_sha256: None,
            definition: definition.clone(),
            parent: None,
            identity: &identity,
        };
        let signed = pollster::block_on(labeler_provenance::sign(request)).map_err(|e| e.to_string())?;
        assert!(signed.body.iter().map(Bytes::len).sum::<usize>() > input);
        Ok(())
    })?;

    let (theirs, their_seconds) = measure(|| {
        let signer = c2pa::create_signer::from_keys(
            chain.chain_pem.as_bytes(),
            chain.key_pem.as_bytes(),
            c2pa::SigningAlg::Es256,
            None,
        );
        let sign = || -> c2pa::Result<()> {
            let mut builder = c2pa::Builder::from_context(c2pa::Context::new()).with_definition(definition.clone())?;
            let mut out = Cursor::new(Vec::new());
            builder.sign(&*signer?, "image/jpeg", &mut Cursor::new(source.as_ref()), &mut out)?;
            Ok(())
        };
        sign().map_err(|e| e.to_string())
    })?;

    println!(
        "{}",
        serde_json::json!({
            "inputBytes": input,
            "ours": {"extraPeakBytes": ours, "seconds": our_seconds},
            "builderSign": {"extraPeakBytes": theirs, "seconds": their_seconds},
        })
    );
    Ok(())
}

/// A JPEG of about `size` bytes: comment segments of noise between the start and end of a tiny picture.
fn large_jpeg(size: usize) -> Vec<u8> {
    let small = labeler_media::fixtures::jpeg(&labeler_media::fixtures::Parts::default());
    let (start, rest) = small.split_at(2);
    let mut out = Vec::with_capacity(size + small.len() + 70_000);
    out.extend_from_slice(start);
    let mut state = 1u64;
    while out.len() < size {
        out.extend_from_slice(&[0xFF, 0xFE, 0xFF, 0xFF]);
        for _ in 0..65_533 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            out.push((state >> 33) as u8);
        }
    }
    out.extend_from_slice(rest);
    out
}
