//! Test route `/__contract`. `POST` runs the store's contract on the bound D1 database and bucket and returns one JSON
//! line per case. `GET` returns the size of this isolate's WebAssembly memory, the isolate's id, and the number of
//! blocks left in the spool's bucket. Exists only in test builds.

use std::sync::{Arc, OnceLock};

use worker::{Env, Response, ResponseBuilder};

use crate::bindings::{DATABASE, MANIFESTS, SPOOL};
use crate::{d1, manifests, rng};

/// Path of the test route.
pub(crate) const PATH: &str = "/__contract";

/// Random number of this isolate, drawn at the first request. A different number means that the isolate was restarted.
static ISOLATE: OnceLock<u64> = OnceLock::new();

/// Returns `{"wasmMemoryBytes": number, "isolate": string, "spooledObjects": number}`.
pub(crate) async fn memory(env: &Env) -> worker::Result<Response> {
    let isolate = ISOLATE.get_or_init(|| {
        let mut bytes = [0; 8];
        match labeler_ports::Rng::fill(&rng::RuntimeRng, &mut bytes) {
            Ok(()) => u64::from_le_bytes(bytes),
            Err(_) => 0,
        }
    });
    #[cfg(target_arch = "wasm32")]
    let pages = core::arch::wasm32::memory_size(0);
    #[cfg(not(target_arch = "wasm32"))]
    let pages = 0_usize;
    let isolate = format!("{isolate:016x}");
    let spooled = env.bucket(SPOOL)?.list().execute().await?.objects().len();
    let wasm = pages.saturating_mul(65_536);
    Response::from_json(&serde_json::json!({ "wasmMemoryBytes": wasm, "isolate": isolate, "spooledObjects": spooled }))
}

pub(crate) async fn run(env: &Env) -> worker::Result<Response> {
    let database = Arc::new(d1::D1::new(env.d1(DATABASE)?));
    let outcomes = labeler_store::contract::run(database, Arc::new(rng::RuntimeRng)).await;
    let storage = manifests::R2Manifests::new(env.bucket(MANIFESTS)?);
    let kept = labeler_store::contract::manifest_storage(&storage, "contract").await;
    let outcomes = outcomes.into_iter().chain([labeler_store::contract::Outcome {
        name: "a_bucket_keeps_manifest_stores",
        passed: kept.is_ok(),
        detail: kept.err().map(|broken| broken.0),
    }]);
    let mut lines = String::new();
    for outcome in outcomes {
        lines.push_str(&serde_json::to_string(&outcome)?);
        lines.push('\n');
    }
    let builder = ResponseBuilder::new().with_header("content-type", "application/x-ndjson")?;
    Ok(builder.fixed(lines.into_bytes()))
}
