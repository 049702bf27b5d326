//! Signing without a second copy of the asset.
//!
//! The engine's own `Builder::sign` needs four to five times the size of the input because it copies the asset into
//! memory streams. This module hashes the asset once and never passes it to the engine:
//!
//! 1. Build the store with a hard binding of the final size (a hash of zeros) to learn the length of the manifest.
//! 2. Hash the remaining bytes and insert the real hard binding.
//! 3. Let the engine assemble the store around a placeholder for the claim signature, and capture the claim.
//! 4. Sign the claim with COSE (with a time stamp if requested) and replace the placeholder with the signature.
//!
//! Signing twice instead of step 3 would not work: each call draws new labels and salts.

use std::ops::Range;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use c2pa::{AsyncSigner, Builder, BuilderIntent, Context, Settings, Signer, SigningAlg};
use labeler_media::{Format, Limits, ManifestStore};
use labeler_splice::{Embedding, Rope, SpliceError};

use crate::embed::set_hard_binding;
use crate::identity::SigningIdentity;
use crate::read::UNPACKED_MANIFEST_MB;
use crate::store_limits::{StoreLimits, check_store};
use crate::timestamp::TimeStamping;
use crate::trust::ACCEPTED_EKUS;
use crate::{jumbf, parent};

/// The engine's format name for raw JUMBF without a container.
const RAW_STORE: &str = "application/c2pa";

/// First bytes of the placeholder signature, by which it is found in the store.
const MARKER: &[u8; 32] = b"labeler:claim-signature-goes-hd:";

/// Bytes reserved for a time stamp in the signature, as in the engine.
const TIME_STAMP_ROOM: usize = 10_000;

/// Input of [`sign`].
#[derive(Debug)]
pub struct SignRequest<'a> {
    /// Container of the source.
    pub format: Format,
    /// The asset, with every other layer already applied. Existing manifest stores are removed from it.
    pub source: Rope,
    /// Whether the source is known to contain no manifest store. Saves the pass that searches for one.
    pub bare: bool,
    /// Manifest definition in the engine's JSON form (`claim_generator_info`, `title`, `assertions`). If `parent` is
    /// given, it must not contain an inception action: `c2pa.opened` is written first.
    pub definition: serde_json::Value,
    /// The previous credentials of the asset. They are kept: their active manifest becomes the `parentOf` ingredient.
    pub parent: Option<Parent<'a>>,
    /// The signer.
    pub identity: &'a SigningIdentity,
    /// The time-stamping authority (RFC 3161), if a time stamp is requested.
    pub time_stamping: Option<TimeStamping<'a>>,
}

/// An asset with its credentials before labelling.
#[derive(Clone, Debug)]
pub struct Parent<'a> {
    /// Its manifest store.
    pub store: &'a ManifestStore,
    /// The asset. Its hard binding is checked against these bytes.
    pub asset: Rope,
}

/// A signed asset, as slices of the source around the new manifest store.
#[derive(Debug)]
pub struct Signed {
    /// The output in order. The file is the concatenation of these parts.
    pub body: Vec<Bytes>,
    /// Label of the active manifest, `urn:c2pa:…`.
    pub manifest_label: String,
    /// Size of the embedded store, including its container framing, in bytes.
    pub manifest_bytes: u64,
    /// Outcome of the time stamp request.
    pub time_stamp: TimeStampOutcome,
}

/// Outcome of the time stamp request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimeStampOutcome {
    /// No time stamp was requested.
    NotAsked,
    /// The signature contains a time stamp.
    Stamped,
    /// No time stamp was received, and the signature was made without it. Contains the reason.
    Failed(String),
}

/// Error of [`sign`].
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The container is not supported by the splicer.
    #[error("signing {0:?} files is not supported")]
    Unsupported(Format),
    /// The container is damaged at the position of the manifest.
    #[error("{0}")]
    Malformed(String),
    /// The engine rejected the definition, the certificate or the key.
    #[error("{0}")]
    Engine(String),
    /// A time stamp was required but not received.
    #[error("no time stamp: {0}")]
    TimeStamp(String),
}

impl From<SpliceError> for SignError {
    fn from(error: SpliceError) -> Self {
        match error {
            SpliceError::Unsupported(format) => Self::Unsupported(format),
            other => Self::Malformed(other.to_string()),
        }
    }
}

impl From<c2pa::Error> for SignError {
    fn from(error: c2pa::Error) -> Self {
        Self::Engine(error.to_string())
    }
}

/// Error for existing credentials that cannot become an ingredient, so that labelling would lose them.
fn unusable_parent(error: &c2pa::Error) -> SignError {
    SignError::Malformed(format!("its credentials cannot be kept: {error}"))
}

/// Signs an asset. Needs memory for a few copies of the manifest store in addition to the source. Only a parent with an
/// unusual hard binding (see the module `parent`) is read by the engine, which copies it.
///
/// # Errors
/// See [`SignError`].
pub async fn sign(request: SignRequest<'_>) -> Result<Signed, SignError> {
    #[cfg(target_arch = "wasm32")]
    {
        // The engine's async traits are not `Send` on wasm32, which has one thread, but callers (axum) require `Send`.
        send_wrapper::SendWrapper::new(sign_inner(request)).await
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        sign_inner(request).await
    }
}

async fn sign_inner(request: SignRequest<'_>) -> Result<Signed, SignError> {
    if let Some(parent) = &request.parent {
        let checked = check_store(&parent.store.jumbf, &StoreLimits::default());
        checked.map_err(|error| SignError::Malformed(error.to_string()))?;
    }
    let signer = request.identity.signer()?;
    let room = if request.time_stamping.is_some() { TIME_STAMP_ROOM } else { 0 };
    let reserve = signer.reserve_size().saturating_add(room);
    let settings = settings()?;
    let mut prepared = prepare(&request, &signer, reserve, &settings)?;
    let binding = prepared.plan.binding()?;
    set_hard_binding(&mut prepared.builder, &prepared.plan, Some(&binding), &settings)?;

    let mut store = prepared.builder.sign_embeddable(RAW_STORE)?;
    let claim = prepared.captured_claim()?;
    let (signature, time_stamp) = signature(&claim, signer, reserve, request.time_stamping, &settings).await?;
    let at = find(&store, MARKER).ok_or_else(|| inner("the assembled store contains no signature placeholder"))?;
    store
        .get_mut(at..at.saturating_add(reserve))
        .filter(|_| signature.len() == reserve)
        .ok_or_else(|| inner("the claim signature does not fit into its placeholder"))?
        .copy_from_slice(&signature);

    let room = prepared.plan.exclusion();
    Ok(Signed {
        manifest_label: jumbf::manifest_label(&store).ok_or_else(|| inner("the store has no manifest label"))?,
        manifest_bytes: room.end.saturating_sub(room.start),
        body: prepared.plan.finish(&store)?.into_parts(),
        time_stamp,
    })
}

/// Signs the claim, with a time stamp if one is requested and available.
async fn signature(
    claim: &[u8],
    signer: c2pa::BoxedSigner,
    reserve: usize,
    time_stamping: Option<TimeStamping<'_>>,
    settings: &Settings,
) -> Result<(Vec<u8>, TimeStampOutcome), SignError> {
    let mut signer = ClaimSigner { signer, reserve, time_stamping, failure: Mutex::new(None) };
    let first = c2pa::cose_sign::sign_claim_async(claim, &signer, reserve, settings).await;
    let Some(asked) = time_stamping else { return Ok((first?, TimeStampOutcome::NotAsked)) };
    let failure = signer.failure.lock().ok().and_then(|mut slot| slot.take());
    let why = match (first, failure) {
        (Ok(signature), None) => return Ok((signature, TimeStampOutcome::Stamped)),
        (_, Some(why)) => why,
        // The engine rejected the authority's answer, or the key itself fails, which appears again below.
        (Err(error), None) => error.to_string(),
    };
    signer.time_stamping = None;
    let signature = c2pa::cose_sign::sign_claim_async(claim, &signer, reserve, settings).await?;
    if asked.required { Err(SignError::TimeStamp(why)) } else { Ok((signature, TimeStampOutcome::Failed(why))) }
}

/// A builder whose store has its final size, and the file with room for it.
struct Prepared {
    builder: Builder,
    captured: Arc<Mutex<Option<Vec<u8>>>>,
    plan: Embedding,
}

impl Prepared {
    fn captured_claim(&self) -> Result<Vec<u8>, SignError> {
        self.captured
            .lock()
            .ok()
            .and_then(|mut slot| slot.take())
            .ok_or_else(|| inner("the engine did not ask for a signature"))
    }
}

/// Builds the store around a hard binding of the final size. The manifest's range is part of that binding but is known
/// only after the store is composed. Therefore the first guess is corrected until its CBOR encoding is as wide as the
/// real one.
fn prepare(
    request: &SignRequest<'_>,
    signer: &c2pa::BoxedSigner,
    reserve: usize,
    settings: &Settings,
) -> Result<Prepared, SignError> {
    let stale = if request.bare { Vec::new() } else { stale_ranges(&request.source, request.format)? };
    let guess = 20_000 + request.parent.as_ref().map_or(0, |p| p.store.jumbf.len() as u64);
    let mut plan = Embedding::plan(&request.source, request.format, &stale, guess)?;
    let ingredient = request
        .parent
        .as_ref()
        .map(|known| {
            let title = request.definition.get("title").and_then(serde_json::Value::as_str);
            parent::ingredient(known.store, &known.asset, request.format, title, settings.clone())
                .map_err(|error| unusable_parent(&error))
        })
        .transpose()?;
    // Two rounds are always enough: the second guess is the first result, and their widths differ by at most one step.
    for _ in 0..3 {
        let (context, captured) = context(signer, reserve, settings)?;
        let mut builder = Builder::from_context(context).with_definition(request.definition.clone())?;
        builder.set_format(request.format.mime());
        match (&request.parent, &ingredient) {
            (Some(_), Some(Some(ingredient))) => {
                builder.set_intent(BuilderIntent::Edit);
                builder.add_ingredient(ingredient.clone());
            }
            (Some(known), _) => {
                builder.set_intent(BuilderIntent::Edit);
                builder
                    .add_ingredient_from_stream(
                        serde_json::json!({"relationship": "parentOf", "title": request.definition.get("title")})
                            .to_string(),
                        request.format.mime(),
                        &mut known.asset.reader(),
                    )
                    .map_err(|error| unusable_parent(&error))?;
            }
            (None, _) => {}
        }
        set_hard_binding(&mut builder, &plan, None, settings)?;
        let length = builder.placeholder(RAW_STORE)?.len() as u64;
        let real = Embedding::plan(&request.source, request.format, &stale, length)?;
        let settled = widths(&real.exclusion()) == widths(&plan.exclusion());
        plan = real;
        if settled {
            return Ok(Prepared { builder, captured, plan });
        }
    }
    Err(inner("the size of the manifest does not converge"))
}

type Captured = Arc<Mutex<Option<Vec<u8>>>>;

fn context(signer: &c2pa::BoxedSigner, reserve: usize, settings: &Settings) -> Result<(Context, Captured), SignError> {
    let captured = Arc::new(Mutex::new(None));
    let capture = Capture { certs: signer.certs()?, alg: signer.alg(), reserve, captured: captured.clone() };
    Ok((Context::new().with_settings(settings.clone())?.with_signer(capture), captured))
}

/// Returns the CBOR widths of the two numbers of an exclusion.
fn widths(exclusion: &Range<u64>) -> (u8, u8) {
    (cbor_width(exclusion.start), cbor_width(exclusion.end.saturating_sub(exclusion.start)))
}

/// Returns the number of bytes of an unsigned integer in CBOR (RFC 8949, 3.1).
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
        // The engine sees only the store here; the whole result is verified elsewhere.
        "verify": {"verify_after_sign": false, "remote_manifest_fetch": false, "ocsp_fetch": false},
        "builder": {
            "created_assertion_labels":
                ["c2pa.actions", "c2pa.soft-binding", "cawg.training-mining", "c2pa.training-mining"],
            "actions": {"auto_all_actions_included": true},
            // If these boxes were excluded from the hash, they could be changed without detection.
            "bmff_hash_exclude_free_and_skip_boxes": false,
        },
        "trust": {"trust_config": ACCEPTED_EKUS},
        "core": {"max_decompressed_manifest_size_in_mb": UNPACKED_MANIFEST_MB},
    });
    Ok(Settings::new().with_json(&json.to_string())?)
}

/// Returns the ranges of all manifest stores in the source, which are removed.
fn stale_ranges(source: &Rope, format: Format) -> Result<Vec<Range<u64>>, SignError> {
    // Only the ranges of stores are needed, no text.
    let limits = Limits { max_text_total: 1 << 16, ..Limits::default() };
    let metadata = labeler_media::read_metadata(&mut source.reader(), format, &limits)
        .map_err(|error| SignError::Malformed(error.to_string()))?;
    Ok(metadata.c2pa.into_iter().flat_map(|place| place.ranges).collect())
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

fn inner(what: &str) -> SignError {
    SignError::Engine(what.to_owned())
}

/// Acts as the signer while the engine assembles the store: keeps the claim and returns placeholder bytes.
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

/// The real signer in the async form that a time-stamping authority needs.
struct ClaimSigner<'a> {
    signer: c2pa::BoxedSigner,
    reserve: usize,
    time_stamping: Option<TimeStamping<'a>>,
    /// Reason for which the authority returned no time stamp.
    failure: Mutex<Option<String>>,
}

#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
impl AsyncSigner for ClaimSigner<'_> {
    async fn sign(&self, data: Vec<u8>) -> c2pa::Result<Vec<u8>> {
        self.signer.sign(&data)
    }

    fn alg(&self) -> SigningAlg {
        self.signer.alg()
    }

    fn certs(&self) -> c2pa::Result<Vec<Vec<u8>>> {
        self.signer.certs()
    }

    fn reserve_size(&self) -> usize {
        self.reserve
    }

    async fn send_timestamp_request(&self, message: &[u8]) -> Option<c2pa::Result<Vec<u8>>> {
        let asked = self.time_stamping?;
        let request = match self.timestamp_request_body(message) {
            Ok(request) => request,
            Err(error) => return Some(Err(error)),
        };
        match asked.authority.stamp(request).await {
            Ok(answer) => Some(Ok(answer)),
            Err(why) => {
                if let Ok(mut slot) = self.failure.lock() {
                    *slot = Some(why);
                }
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cbor_widths_match_rfc_8949() {
        let widths = [0, 23, 24, 255, 256, 65_535, 65_536, u64::from(u32::MAX)].map(cbor_width);
        assert_eq!(widths, [1, 1, 2, 2, 3, 3, 5, 5]);
    }
}
