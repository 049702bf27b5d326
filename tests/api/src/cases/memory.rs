//! The largest file through a Worker of 128 MB: what its WebAssembly memory, which never shrinks, has grown to.

use crate::{
    client::Form,
    ensure,
    suite::{Case, Outcome, Suite, options},
};

/// After everything else, so that the peak is that of all cases.
pub const LAST: &[Case] = &[("50 MB are labelled and checked within the memory of a Worker", largest)];

/// What an isolate has, and what is left of it for the runtime's own heap: two buffers of a request and its answer.
const ISOLATE: u64 = 128_000_000;
const RUNTIME: u64 = 16_000_000;

fn largest(suite: &Suite) -> Outcome {
    let mut large = suite.picture("image/jpeg")?.clone();
    pad(&mut large.bytes, 50 * 1000 * 1000);
    let answer = suite.label(&suite.test_key, &suite.label_form_with(&large, &options(&large)))?;
    ensure!(answer.status == 200, "{} {}", answer.status, answer.json());
    ensure!(answer.body.len() > large.bytes.len(), "{} bytes", answer.body.len());
    let labelling = wasm_memory(suite)?;
    let form = Form::new().file("file", "large.jpg", "image/jpeg", &answer.body);
    let answer = suite.client.post_form("/api/v1/check", &suite.live_key, &form, &[])?;
    ensure!(answer.status == 200, "{} {}", answer.status, answer.json());
    ensure!(answer.text("/data/c2pa/integrity") == "intact", "{}", answer.text("/data/c2pa/integrity"));
    let checking = wasm_memory(suite)?;
    println!("     WebAssembly memory: {labelling} bytes after labelling 50 MB, {checking} after checking it");
    ensure!(checking <= ISOLATE - RUNTIME, "{checking} bytes of {ISOLATE}");
    Ok(())
}

/// Bytes, as the Worker of a test build tells them.
fn wasm_memory(suite: &Suite) -> Result<u64, String> {
    let answer = suite.client.send("GET", "/__contract", &[], &[])?;
    answer.json()["wasmMemoryBytes"].as_u64().ok_or_else(|| format!("{} {}", answer.status, answer.json()))
}

/// Makes a JPEG larger with comments.
pub fn pad(jpeg: &mut Vec<u8>, size: usize) {
    let mut noise = 1_u32;
    let mut comments = Vec::with_capacity(size.saturating_sub(jpeg.len()));
    while jpeg.len() + comments.len() + 70_000 < size {
        comments.extend_from_slice(&[0xFF, 0xFE, 0xFF, 0xFF]);
        comments.extend((0..65_533).map(|_| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (noise >> 24) as u8
        }));
    }
    jpeg.splice(2..2, comments);
}
