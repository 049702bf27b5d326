//! Signing without a second copy of the asset.
//!
//! The engine's own `Builder::sign` needs four to five times the input, since it copies the asset into memory streams.
//! Here the asset is hashed once by ourselves and never handed over:
//!
//! 1. build the store with a hard binding of final size (hash of zeros) to learn how long the manifest will be;
//! 2. hash the kept bytes, put the real hard binding in;
//! 3. let the engine assemble the store around a claim signature of placeholder bytes, capturing the claim;
//! 4. sign the claim with COSE (and a time stamp where one is wanted) and write it over the placeholder.
//!
//! Signing twice instead of step 3 would not do: labels and salts are drawn anew on every call.

use std::io::Cursor;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use c2pa::assertions::DataHash;
use c2pa::{AsyncSigner, Builder, BuilderIntent, Context, HashRange, Settings, Signer, SigningAlg};
use labeler_media::{Format, ManifestStore};
use sha2::{Digest, Sha256};

use crate::embed::{self, EmbedError};
use crate::identity::SigningIdentity;
use crate::trust::ACCEPTED_EKUS;

/// The engine's name for raw JUMBF: composed as it is, with no container around it.
const RAW_STORE: &str = "application/c2pa";

/// First bytes of the placeholder signature, so that it can be found again in the store.
const MARKER: &[u8; 32] = b"labeler:claim-signature-goes-hd:";

/// What to sign.
#[derive(Debug)]
pub struct SignRequest<'a> {
    /// Container of the source.
    pub format: Format,
    /// The asset.
    pub source: Bytes,
    /// SHA-256 of the asset, if already known: saves a pass where every byte is kept.
    pub source_sha256: Option<[u8; 32]>,
    /// Manifest definition in the engine's JSON form (`claim_generator_info`, `title`, `assertions`). Where `parent` is
    /// given it must not hold an inception action: `c2pa.opened` is written first.
    pub definition: serde_json::Value,
    /// The manifest store that the source already carries. It is kept: its active manifest becomes the `parentOf`
    /// ingredient.
    pub parent: Option<&'a ManifestStore>,
    /// Who signs.
    pub identity: &'a SigningIdentity,
}

/// A signed asset, as slices of the source around the new manifest store.
#[derive(Debug)]
pub struct Signed {
    /// The output in order; concatenated it is the file.
    pub body: Vec<Bytes>,
    /// Label of the active manifest, `urn:c2pa:…`.
    pub manifest_label: String,
    /// Size of the embedded store with its container framing.
    pub manifest_bytes: usize,
}

/// Why signing failed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The container has no splice.
    #[error("signing {0:?} files is not supported")]
    Unsupported(Format),
    /// The container is damaged where the manifest has to go.
    #[error("{0}")]
    Malformed(String),
    /// The engine refused the definition, the certificate or the key.
    #[error("{0}")]
    Engine(String),
}

impl From<EmbedError> for SignError {
    fn from(error: EmbedError) -> Self {
        match error {
            EmbedError::Unsupported(format) => Self::Unsupported(format),
            EmbedError::Malformed(what) => Self::Malformed(what.to_owned()),
        }
    }
}

impl From<c2pa::Error> for SignError {
    fn from(error: c2pa::Error) -> Self {
        Self::Engine(error.to_string())
    }
}

/// Signs an asset. Memory beyond the source: the manifest store, a few times over.
///
/// # Errors
/// See [`SignError`].
pub async fn sign(request: SignRequest<'_>) -> Result<Signed, SignError> {
    #[cfg(target_arch = "wasm32")]
    {
        // The engine's async traits are not `Send` on wasm32, which has one thread; callers (axum) still ask for it.
        send_wrapper::SendWrapper::new(sign_inner(request)).await
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        sign_inner(request).await
    }
}

async fn sign_inner(request: SignRequest<'_>) -> Result<Signed, SignError> {
    let stale = stale_ranges(request.parent, request.source.len())?;
    let splice = embed::plan(request.format, &request.source, &stale)?;
    let hash = match (stale.is_empty(), request.source_sha256) {
        (true, Some(known)) => known,
        _ => {
            let mut hasher = Sha256::new();
            splice.kept().for_each(|part| hasher.update(part));
            hasher.finalize().into()
        }
    };

    let signer = request.identity.signer()?;
    let reserve = signer.reserve_size();
    let mut prepared = prepare(&request, &splice, &signer, reserve)?;
    prepared.set_hard_binding(&hash)?;

    let mut store = prepared.builder.sign_embeddable(RAW_STORE)?;
    let claim = prepared.captured_claim()?;
    let settings = settings()?;
    let signature = c2pa::cose_sign::sign_claim_async(&claim, &ClaimSigner(signer), reserve, &settings).await?;
    let at = find(&store, MARKER).ok_or_else(|| inner("the store lost the signature placeholder"))?;
    store
        .get_mut(at..at + reserve)
        .filter(|_| signature.len() == reserve)
        .ok_or_else(|| inner("the claim signature does not fit its place"))?
        .copy_from_slice(&signature);

    let manifest = prepared.builder.compose_manifest(&store, request.format.mime())?;
    if manifest.len() != prepared.manifest_bytes {
        return Err(inner("the manifest changed its size between hashing and signing"));
    }
    Ok(Signed {
        manifest_label: manifest_label(&store).ok_or_else(|| inner("the store has no manifest label"))?,
        manifest_bytes: manifest.len(),
        body: splice.assemble(Bytes::from(manifest)),
    })
}

/// A builder whose store has its final size.
struct Prepared {
    builder: Builder,
    captured: Arc<Mutex<Option<Vec<u8>>>>,
    offset: u64,
    manifest_bytes: usize,
}

impl Prepared {
    fn set_hard_binding(&mut self, hash: &[u8; 32]) -> Result<(), SignError> {
        self.builder.definition.assertions.retain(|a| a.label != DataHash::LABEL);
        let binding = data_hash(self.offset, self.manifest_bytes as u64, hash);
        self.builder.add_assertion(DataHash::LABEL, &binding)?;
        Ok(())
    }

    fn captured_claim(&self) -> Result<Vec<u8>, SignError> {
        self.captured
            .lock()
            .ok()
            .and_then(|mut slot| slot.take())
            .ok_or_else(|| inner("the engine did not ask for a signature"))
    }
}

/// Builds the store around a hard binding of final size. The exclusion's length is part of that binding and is only known
/// once the store is composed, so the first guess is corrected until its CBOR encoding is as wide as the truth.
fn prepare(
    request: &SignRequest<'_>,
    splice: &embed::Splice,
    signer: &c2pa::BoxedSigner,
    reserve: usize,
) -> Result<Prepared, SignError> {
    let offset = splice.offset as u64;
    let mut guess = 20_000 + request.parent.map_or(0, |p| p.jumbf.len() as u64);
    // Two rounds settle every case: the second guess is the first result, and their widths differ by at most one step.
    for _ in 0..3 {
        let captured = Arc::new(Mutex::new(None));
        let capture = Capture { certs: signer.certs()?, alg: signer.alg(), reserve, captured: captured.clone() };
        let context = Context::new().with_settings(settings()?)?.with_signer(capture);
        let mut builder = Builder::from_context(context).with_definition(request.definition.clone())?;
        builder.set_format(request.format.mime());
        if request.parent.is_some() {
            builder.set_intent(BuilderIntent::Edit);
            builder.add_ingredient_from_stream(
                serde_json::json!({"relationship": "parentOf", "title": request.definition.get("title")}).to_string(),
                request.format.mime(),
                &mut Cursor::new(&request.source),
            )?;
        }
        builder.add_assertion(DataHash::LABEL, &data_hash(offset, guess, &[0; 32]))?;
        let placeholder = builder.placeholder(RAW_STORE)?;
        let manifest_bytes = builder.compose_manifest(&placeholder, request.format.mime())?.len();
        if cbor_width(manifest_bytes as u64) == cbor_width(guess) {
            return Ok(Prepared { builder, captured, offset, manifest_bytes });
        }
        guess = manifest_bytes as u64;
    }
    Err(inner("the manifest's size does not settle"))
}

fn data_hash(offset: u64, length: u64, hash: &[u8; 32]) -> DataHash {
    let mut binding = DataHash::new("jumbf manifest", "sha256");
    binding.add_exclusion(HashRange::new(offset, length));
    binding.set_hash(hash.to_vec());
    binding
}

/// Bytes that CBOR spends on an unsigned integer (RFC 8949, 3.1).
fn cbor_width(value: u64) -> u8 {
    match value {
        0..=23 => 1,
        24..=0xFF => 2,
        0x100..=0xFFFF => 3,
        0x1_0000..=0xFFFF_FFFF => 5,
        _ => 9,
    }
}

fn settings() -> Result<Settings, SignError> {
    let json = serde_json::json!({
        // The result is checked where it can be seen whole; the engine sees only the store.
        "verify": {"verify_after_sign": false, "remote_manifest_fetch": false, "ocsp_fetch": false},
        "builder": {
            "created_assertion_labels": ["c2pa.actions", "cawg.training-mining", "c2pa.training-mining"],
            "actions": {"auto_all_actions_included": true},
        },
        "trust": {"trust_config": ACCEPTED_EKUS},
    });
    Ok(Settings::new().with_json(&json.to_string())?)
}

fn stale_ranges(parent: Option<&ManifestStore>, len: usize) -> Result<Vec<std::ops::Range<usize>>, SignError> {
    parent
        .map_or(&[][..], |p| &p.ranges)
        .iter()
        .map(|range| {
            let start = usize::try_from(range.start).ok()?;
            let end = usize::try_from(range.end).ok()?;
            (start <= end && end <= len).then_some(start..end)
        })
        .collect::<Option<_>>()
        .ok_or_else(|| SignError::Malformed("the manifest store lies outside the file".to_owned()))
}

/// Label of the last manifest in the store, which is the active one: the label in the description box of the store's
/// last child superbox (C2PA 2.2, 11.1.4).
fn manifest_label(store: &[u8]) -> Option<String> {
    const HEADER: usize = 8;
    /// Type UUID and toggles of a description box.
    const DESCRIPTION: usize = 16 + 1;
    let children_of = |start: usize| -> Option<usize> {
        let size = be32(store, start + HEADER)?;
        start.checked_add(HEADER)?.checked_add(size)
    };
    let end = be32(store, 0)?;
    let mut at = children_of(0)?;
    let mut last = None;
    while at < end {
        let size = be32(store, at)?;
        if store.get(at + 4..at + 8)? == b"jumb" {
            last = Some(at);
        }
        at = at.checked_add(size.max(HEADER))?;
    }
    let label = last? + HEADER + HEADER + DESCRIPTION;
    let text = store.get(label..)?.split(|byte| *byte == 0).next()?;
    String::from_utf8(text.to_vec()).ok()
}

fn be32(bytes: &[u8], at: usize) -> Option<usize> {
    let raw: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
    usize::try_from(u32::from_be_bytes(raw)).ok()
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

fn inner(what: &str) -> SignError {
    SignError::Engine(what.to_owned())
}

/// Stands in for the signer while the engine assembles the store: keeps the claim, returns placeholder bytes.
struct Capture {
    certs: Vec<Vec<u8>>,
    alg: SigningAlg,
    reserve: usize,
    captured: Arc<Mutex<Option<Vec<u8>>>>,
}

impl Signer for Capture {
    fn sign(&self, claim: &[u8]) -> c2pa::Result<Vec<u8>> {
        if let Ok(mut slot) = self.captured.lock() {
            *slot = Some(claim.to_vec());
        }
        let mut placeholder = MARKER.to_vec();
        placeholder.resize(self.reserve, 0);
        Ok(placeholder)
    }

    fn alg(&self) -> SigningAlg {
        self.alg
    }

    fn certs(&self) -> c2pa::Result<Vec<Vec<u8>>> {
        Ok(self.certs.clone())
    }

    fn reserve_size(&self) -> usize {
        self.reserve
    }

    fn direct_cose_handling(&self) -> bool {
        true
    }
}

/// The real signer, in the async shape that a remote key or a time-stamping authority needs.
struct ClaimSigner(c2pa::BoxedSigner);

#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
impl AsyncSigner for ClaimSigner {
    async fn sign(&self, data: Vec<u8>) -> c2pa::Result<Vec<u8>> {
        self.0.sign(&data)
    }

    fn alg(&self) -> SigningAlg {
        self.0.alg()
    }

    fn certs(&self) -> c2pa::Result<Vec<Vec<u8>>> {
        self.0.certs()
    }

    fn reserve_size(&self) -> usize {
        self.0.reserve_size()
    }

    async fn send_timestamp_request(&self, _message: &[u8]) -> Option<c2pa::Result<Vec<u8>>> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cbor_widths_follow_the_standard() {
        let widths = [0, 23, 24, 255, 256, 65_535, 65_536, u64::from(u32::MAX)].map(cbor_width);
        assert_eq!(widths, [1, 1, 2, 2, 3, 3, 5, 5]);
    }
}
