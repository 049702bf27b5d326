//! The decoder model: verifies the file and runs it.
//!
//! A model file is a program, and the library that runs it is not hardened against malicious ones. Therefore a file is
//! parsed only after its SHA-256 has been compared with a published hash or with one given by the operator.

use std::fmt;
use std::io::{Cursor, Read};
use std::str::FromStr;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tract_onnx::prelude::{Framework, InferenceModelExt, IntoRunnable, Tensor, TypedRunnableModel, tvec};
use tract_onnx::tract_hir::infer::{Factoid, InferenceFact, InferenceModel};
use tract_onnx::tract_hir::tract_core::prelude::{DatumType, ToDim};

use crate::payload::PACKET_BITS;

/// Maximum size of a model file in bytes. Adobe's decoders have 22 to 47 MB, and twice as much with 32-bit weights.
pub const MOST_BYTES: u64 = 128 << 20;
/// Sides of the square image that a model may read, in pixels.
const SIDES: std::ops::RangeInclusive<usize> = 64..=512;

/// TrustMark's variants: separately trained networks, so that a watermark can be read only by the decoder of its own
/// variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Variant {
    /// The first variant. It is not on the C2PA list of soft-binding algorithms.
    B,
    /// Compact.
    C,
    /// Less visible. Always in the centre square of the image.
    P,
    /// The default of Adobe's encoder.
    Q,
}

impl Variant {
    /// Returns the letter of the variant.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::B => 'B',
            Self::C => 'C',
            Self::P => 'P',
            Self::Q => 'Q',
        }
    }

    /// Returns the side of the square image that its published decoder reads.
    #[must_use]
    pub const fn side(self) -> usize {
        match self {
            Self::P => 224,
            Self::B | Self::C | Self::Q => 256,
        }
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.letter())
    }
}

impl FromStr for Variant {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = [Self::B, Self::C, Self::P, Self::Q].into_iter().find(|variant| variant.to_string() == text);
        found.ok_or_else(|| "must be one of P, Q, B and C".to_owned())
    }
}

/// A published decoder.
struct Published {
    variant: Variant,
    sha256: &'static str,
}

/// Hashes of Adobe's ONNX decoders. The hash of Q is in Adobe's manifest of TrustMark's JavaScript package; the hash of
/// P is the one that third-party programs use for the same download. No SHA-256 of B and C was found.
const PUBLISHED: [Published; 2] = [
    Published { variant: Variant::Q, sha256: "ee3268f057c9dabef680e169302f5973d0589feea86189ed229a896cc3aa88df" },
    Published { variant: Variant::P, sha256: "be6d7c33f8a7b376f179e75f3f7c58ff816a9ac7bb6d37fd0a729a635f624c35" },
];

/// Error for a model that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The file could not be read.
    #[error("could not read the model file: {0}")]
    Io(#[from] std::io::Error),
    /// The file is larger than [`MOST_BYTES`].
    #[error("the model file has more than {} MiB; a TrustMark decoder has at most 91 MiB", MOST_BYTES >> 20)]
    TooLarge,
    /// The file's hash is unknown, and the operator gave none.
    #[error(
        "the model file's SHA-256 is {0}, which is not the hash of a published TrustMark decoder that Labeler knows. If \
         you trust this file, give its SHA-256"
    )]
    UnknownHash(String),
    /// The file's hash differs from the one given by the operator.
    #[error("the model file's SHA-256 is {found}, not the given {expected}. Check which file was downloaded")]
    WrongHash {
        /// Hash of the file.
        found: String,
        /// Hash given by the operator.
        expected: String,
    },
    /// The hash given by the operator is not a SHA-256.
    #[error("the given SHA-256 of the model file is malformed; write it as 64 hexadecimal digits")]
    MalformedHash,
    /// The variant cannot be derived from the hash, and the operator gave none.
    #[error("the model file's hash does not tell its variant. Give the variant")]
    UnknownVariant,
    /// The operator gave a different variant than that of the published hash.
    #[error("the model file is the published decoder of variant {published}, not of {given}")]
    WrongVariant {
        /// Variant of the published hash.
        published: Variant,
        /// Variant given by the operator.
        given: Variant,
    },
    /// The file is not an ONNX model that can run here.
    #[error("the model file cannot be run as ONNX: {0}")]
    Unusable(String),
    /// The model has other inputs or outputs than a TrustMark decoder.
    #[error("the model is not a TrustMark decoder: {0}")]
    WrongShape(String),
}

/// The operator's options for the model file.
#[derive(Clone, Debug, Default)]
pub struct ModelOptions {
    /// Expected SHA-256 of the file in hexadecimal digits. Without it, only published decoders are accepted.
    pub sha256: Option<String>,
    /// The variant, if it cannot be derived from the hash.
    pub variant: Option<Variant>,
}

/// A decoder model that is ready to run. Threads can share it.
#[derive(Clone)]
pub struct Model {
    plan: Arc<TypedRunnableModel>,
    variant: Variant,
    side: usize,
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Model").field("variant", &self.variant).field("side", &self.side).finish_non_exhaustive()
    }
}

impl Model {
    /// Reads a model file, verifies its hash and prepares it.
    ///
    /// # Errors
    /// [`ModelError`].
    pub fn load(source: impl Read, options: &ModelOptions) -> Result<Self, ModelError> {
        let mut bytes = Vec::new();
        source.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MOST_BYTES {
            return Err(ModelError::TooLarge);
        }
        let variant = variant(&bytes, options)?;
        let (plan, side) = prepare(bytes, variant)?;
        Ok(Self { plan, variant, side })
    }

    /// Returns the variant whose watermarks the model reads.
    #[must_use]
    pub const fn variant(&self) -> Variant {
        self.variant
    }

    /// Returns the side of the square image that the model reads.
    pub(crate) const fn side(&self) -> usize {
        self.side
    }

    /// Returns the bits that the model reads from `samples`, `side` x `side` of red, green and blue. A logit of 0 or
    /// more is 1.
    pub(crate) fn run(&self, samples: &[f32]) -> Result<[bool; PACKET_BITS], String> {
        let input = Tensor::from_shape(&[1, 3, self.side, self.side], samples).map_err(told)?;
        let output = self.plan.run(tvec!(input.into())).map_err(told)?;
        let output = output.first().ok_or("the model has no output")?.cast_to::<f32>().map_err(told)?;
        let logits = output.to_plain_array_view::<f32>().map_err(told)?;
        if logits.iter().any(|logit| !logit.is_finite()) {
            return Err("the model returned numbers that are not finite".to_owned());
        }
        let bits: Vec<bool> = logits.iter().map(|logit| *logit >= 0.0).collect();
        bits.try_into()
            .map_err(|bits: Vec<bool>| format!("the model returned {} numbers instead of {PACKET_BITS}", bits.len()))
    }
}

/// Verifies the hash and returns the variant of the file.
fn variant(bytes: &[u8], options: &ModelOptions) -> Result<Variant, ModelError> {
    let found = hex::encode(Sha256::digest(bytes));
    let published = PUBLISHED.iter().find(|published| published.sha256 == found).map(|published| published.variant);
    if let Some(expected) = &options.sha256 {
        let expected = expected.to_ascii_lowercase();
        if expected.len() != 64 || !expected.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(ModelError::MalformedHash);
        }
        if expected != found {
            return Err(ModelError::WrongHash { found, expected });
        }
    } else if published.is_none() {
        return Err(ModelError::UnknownHash(found));
    }
    match (published, options.variant) {
        (Some(published), Some(given)) if published != given => Err(ModelError::WrongVariant { published, given }),
        (Some(variant), _) | (None, Some(variant)) => Ok(variant),
        (None, None) => Err(ModelError::UnknownVariant),
    }
}

/// Parses the model, checks its shapes and optimises it.
fn prepare(bytes: Vec<u8>, variant: Variant) -> Result<(Arc<TypedRunnableModel>, usize), ModelError> {
    let unusable = |error: &dyn fmt::Display| ModelError::Unusable(format!("{error:#}"));
    let mut model = tract_onnx::onnx().model_for_read(&mut Cursor::new(bytes)).map_err(|e| unusable(&e))?;
    let side = input_side(&model, variant)?;
    let fact = InferenceFact::dt_shape(DatumType::F32, [1, 3, side, side]);
    model.set_input_fact(0, fact).map_err(|e| unusable(&e))?;
    let model = model.into_optimized().map_err(|e| unusable(&e))?;
    let outputs = model.output_outlets().map_err(|e| unusable(&e))?;
    let [output] = outputs else {
        return Err(ModelError::WrongShape(format!("it has {} outputs, not one", outputs.len())));
    };
    let fact = model.outlet_fact(*output).map_err(|e| unusable(&e))?;
    if fact.shape.as_concrete() != Some(&[1, PACKET_BITS]) || !fact.datum_type.is_float() {
        let kind = fact.datum_type;
        return Err(ModelError::WrongShape(format!("its output is {:?} of {kind:?}, not [1, 100] floats", fact.shape)));
    }
    let plan = model.into_runnable().map_err(|e| unusable(&e))?;
    Ok((plan, side))
}

/// Returns the side N of the model's only input, which must be [1, 3, N, N]. If the file leaves sizes open, the
/// variant's are used.
fn input_side(model: &InferenceModel, variant: Variant) -> Result<usize, ModelError> {
    let unusable = |error: &dyn fmt::Display| ModelError::Unusable(error.to_string());
    let inputs = model.input_outlets().map_err(|e| unusable(&e))?;
    let [input] = inputs else {
        return Err(ModelError::WrongShape(format!("it has {} inputs, not one", inputs.len())));
    };
    let fact = model.outlet_fact(*input).map_err(|e| unusable(&e))?;
    let wrong = || ModelError::WrongShape(format!("its input is {:?}, not [1, 3, N, N] floats", fact.shape));
    if fact.shape.rank().concretize() != Some(4) || fact.datum_type.concretize().is_some_and(|t| t != DatumType::F32) {
        return Err(wrong());
    }
    let sizes: Vec<Option<usize>> = fact
        .shape
        .dims()
        .map(|dim| dim.concretize().and_then(|dim| dim.to_dim().as_i64()).and_then(|size| usize::try_from(size).ok()))
        .collect();
    let [batch, channels, height, width] = sizes.as_slice() else { return Err(wrong()) };
    let side = height.or(*width).unwrap_or(variant.side());
    let fits = batch.is_none_or(|size| size == 1)
        && channels.is_none_or(|size| size == 3)
        && height.is_none_or(|size| size == side)
        && width.is_none_or(|size| size == side)
        && SIDES.contains(&side);
    if fits { Ok(side) } else { Err(wrong()) }
}

fn told(error: impl fmt::Display) -> String {
    format!("{error:#}")
}
