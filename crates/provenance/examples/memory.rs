//! Measures the peak heap and the time of labelling an image, in addition to the image itself, in every format: first
//! without credentials, then over its own. Compares this with the engine's own `Builder::sign` in the same run.
//!
//! `memory FOLDER MEGABYTES…` prints one JSON object and writes to FOLDER the files that another signer needs for the
//! same work: the images, `chain.pem` and `key.pem`. A reallocation counts both the old and the new size, as if a wasm
//! heap had to move the block.

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::Cursor;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Instant;

use bytes::Bytes;
use labeler_media::{Format, Limits, fixtures};
use labeler_provenance::{Parent, SignRequest, Signed, SigningIdentity};
use labeler_splice::xmp::{self, Property};
use labeler_splice::{Packet, Rope, write_packet};

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

/// Runs `work` and returns its peak heap above the previous use in bytes, and its time in seconds.
fn measure(work: impl FnOnce() -> Result<(), String>) -> Result<(usize, f64), String> {
    let before = CURRENT.load(SeqCst);
    PEAK.store(before, SeqCst);
    let start = Instant::now();
    work()?;
    Ok((PEAK.load(SeqCst) - before, start.elapsed().as_secs_f64()))
}

fn main() -> Result<(), String> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("give a folder, followed by sizes in MB")?);
    let sizes: Vec<usize> = arguments.map(|n| n.parse().map_err(|_| "give sizes in MB")).collect::<Result<_, _>>()?;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_err(|e| e.to_string())?.as_secs();
    let chain =
        labeler_devchain::make(labeler_devchain::Algorithm::Es256, labeler_devchain::Purpose::Development, now as i64)
            .map_err(|e| e.to_string())?;
    let identity =
        SigningIdentity::from_pem(chain.chain_pem.as_bytes(), chain.key_pem.as_bytes()).map_err(|e| e.to_string())?;
    let leave = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).map_err(|e| format!("{name}: {e}"));
    leave("chain.pem", chain.chain_pem.as_bytes())?;
    leave("key.pem", chain.key_pem.as_bytes())?;
    let definition = serde_json::json!({
        "claim_generator_info": [{"name": "bench", "version": "1", "specVersion": "2.4.0"}],
        "title": "bench.jpg",
        "assertions": [{"label": "c2pa.actions", "created": true, "data": {"allActionsIncluded": true, "actions": [{
            "action": "c2pa.created",
            "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
        }]}}],
    });

    let shown = |(peak, seconds): (usize, f64)| serde_json::json!({"extraPeakBytes": peak, "seconds": seconds});
    let mut rows = Vec::new();
    for size in sizes {
        for format in [Format::Jpeg, Format::Png, Format::Webp, Format::Gif, Format::Avif, Format::Heic, Format::Tiff] {
            let input = Bytes::from(large(format, size * 1_000_000));
            leave(&format!("{}-{size}.{}", format.extension(), format.extension()), &input)?;
            let first = measure(|| label(&input, format, &identity, &definition).map(drop))?;
            let labelled = Bytes::from(label(&input, format, &identity, &definition)?.body.concat());
            let mut edited = definition.clone();
            if let Some(action) = edited.pointer_mut("/assertions/0/data/actions/0/action") {
                *action = "c2pa.edited".into();
            }
            let again = measure(|| label(&labelled, format, &identity, &edited).map(drop))?;
            let theirs = measure(|| builder_sign(&input, format, &chain, &definition).map_err(|e| e.to_string()))?;
            rows.push(serde_json::json!({
                "format": format.extension(),
                "megabytes": size,
                "first": shown(first),
                "again": shown(again),
                "builderSign": shown(theirs),
            }));
        }
    }
    println!("{}", serde_json::json!({ "rows": rows }));
    Ok(())
}

/// Signs with the engine's own builder: asset, manifest and result are streams in memory.
fn builder_sign(
    input: &Bytes,
    format: Format,
    chain: &labeler_devchain::Chain,
    definition: &serde_json::Value,
) -> c2pa::Result<()> {
    let (certificates, key) = (chain.chain_pem.as_bytes(), chain.key_pem.as_bytes());
    let signer = c2pa::create_signer::from_keys(certificates, key, c2pa::SigningAlg::Es256, None)?;
    let mut builder = c2pa::Builder::from_context(c2pa::Context::new()).with_definition(definition.clone())?;
    let mut out = Cursor::new(Vec::new());
    builder.sign(&*signer, format.mime(), &mut Cursor::new(input.as_ref()), &mut out)?;
    Ok(())
}

/// Writes metadata and signs, as labelling does.
fn label(
    input: &Bytes,
    format: Format,
    identity: &SigningIdentity,
    definition: &serde_json::Value,
) -> Result<Signed, String> {
    let asset = Rope::from(input.clone());
    let store =
        labeler_media::manifest_store(&mut asset.reader(), format, &Limits::default()).map_err(|e| e.to_string())?;
    let limits = Limits { max_text_total: 1 << 20, ..Limits::default() };
    let metadata = labeler_media::read_metadata(&mut asset.reader(), format, &limits).map_err(|e| e.to_string())?;
    let packets: Vec<&str> = metadata.xmp.iter().map(|packet| packet.raw.as_str()).collect();
    let set = [Property::new("http://ns.adobe.com/photoshop/1.0/", "photoshop", "Credit", "bench")];
    let main = xmp::merge(&packets, &set).packet();
    let source =
        write_packet(&asset, format, &Packet { main: &main, ..Packet::default() }).map_err(|e| e.to_string())?;
    pollster::block_on(labeler_provenance::sign(SignRequest {
        format,
        source,
        bare: false,
        definition: definition.clone(),
        parent: store.as_ref().map(|store| Parent { store, asset }),
        identity,
        time_stamping: None,
    }))
    .map_err(|e| format!("{format:?}: {e}"))
}

fn noise(length: usize) -> Vec<u8> {
    let mut state = 1u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as u8
    };
    (0..length).map(|_| next()).collect()
}

/// Creates a file of about `size` bytes: a tiny file with noise in a place of its format that no reader uses.
fn large(format: Format, size: usize) -> Vec<u8> {
    let parts = fixtures::Parts::default();
    let boxed = |kind: &[u8; 4]| {
        let mut out = (u32::try_from(size + 8).unwrap_or(u32::MAX)).to_be_bytes().to_vec();
        out.extend_from_slice(kind);
        out.extend(noise(size));
        out
    };
    match format {
        Format::Jpeg => {
            let small = fixtures::jpeg(&parts);
            let (start, rest) = small.split_at(2);
            let mut out = Vec::with_capacity(size + small.len() + 70_000);
            out.extend_from_slice(start);
            while out.len() < size {
                out.extend_from_slice(&[0xFF, 0xFE, 0xFF, 0xFF]);
                out.extend(noise(65_533));
            }
            out.extend_from_slice(rest);
            out
        }
        Format::Png => fixtures::png_with_chunks(&fixtures::png_chunk(b"noIs", &noise(size))),
        Format::Webp => {
            let mut small = fixtures::webp(&parts);
            small.extend_from_slice(b"noIs");
            small.extend_from_slice(&(size as u32).to_le_bytes());
            small.extend(noise(size));
            let length = (small.len() as u32 - 8).to_le_bytes();
            small.splice(4..8, length);
            small
        }
        Format::Gif => {
            let mut small = fixtures::gif(&parts, None);
            let end = small.pop();
            small.extend_from_slice(b"\x21\xfe");
            for piece in noise(size).chunks(255) {
                small.push(piece.len() as u8);
                small.extend_from_slice(piece);
            }
            small.push(0);
            small.extend(end);
            small
        }
        Format::Tiff => {
            let mut small = fixtures::tiff(false, &parts);
            small.extend(noise(size));
            small
        }
        Format::Heic => {
            let mut small = fixtures::avif(&parts, false);
            small.splice(8..12, *b"heic");
            small.extend(boxed(b"mdat"));
            small
        }
        _ => {
            let mut small = fixtures::avif(&parts, false);
            small.extend(boxed(b"mdat"));
            small
        }
    }
}
