//! The decoder model: which file is accepted, and how it runs.
//!
//! A model file is a program, and the library that runs it is not hardened against hostile ones. A file is therefore
//! parsed only after its SHA-256 was compared with a published one or with one that the operator gives.

use std::fmt;
use std::io::{Cursor, Read};
use std::str::FromStr;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tract_onnx::prelude::{Framework, InferenceModelExt, IntoRunnable, Tensor, TypedRunnableModel, tvec};
use tract_onnx::tract_hir::infer::{Factoid, InferenceFact, InferenceModel};
use tract_onnx::tract_hir::tract_core::prelude::{DatumType, ToDim};

use crate::payload::PACKET_BITS;

/// Largest model file. Adobe's decoders have 22 to 47 MB, and twice as much with weights of 32 bits.
pub const MOST_BYTES: u64 = 128 << 20;
/// Sides of the square picture that a model may read.
const SIDES: std::ops::RangeInclusive<usize> = 64..=512;

/// TrustMark's variants: networks that were trained apart, so that a watermark is read only by its own variant's decoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Variant {
    /// The first variant; not on the C2PA list of soft-binding algorithms.
    B,
    /// Compact.
    C,
    /// Less visible. Always in the picture's centre square.
    P,
    /// The default of Adobe's encoder.
    Q,
}

impl Variant {
    /// The letter that names it.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::B => 'B',
            Self::C => 'C',
            Self::P => 'P',
            Self::Q => 'Q',
        }
    }

    /// Side of the square picture that its published decoder reads.
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
        found.ok_or_else(|| "the variants are P, Q, B and C".to_owned())
    }
}

/// A published decoder.
struct Published {
    variant: Variant,
    sha256: &'static str,
}

/// Hashes of Adobe's ONNX decoders. That of Q is in Adobe's manifest of TrustMark's JavaScript package; that of P is the
/// one that third-party programs pin for the same download. No SHA-256 of B and C was found.
const PUBLISHED: [Published; 2] = [
    Published { variant: Variant::Q, sha256: "ee3268f057c9dabef680e169302f5973d0589feea86189ed229a896cc3aa88df" },
    Published { variant: Variant::P, sha256: "be6d7c33f8a7b376f179e75f3f7c58ff816a9ac7bb6d37fd0a729a635f624c35" },
];

/// Error for a model that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The file could not be read.
    #[error("the model file could not be read: {0}")]
    Io(#[from] std::io::Error),
    /// The file is larger than [`MOST_BYTES`].
    #[error("the model file has more than {} MiB; a TrustMark decoder has at most 91 MiB", MOST_BYTES >> 20)]
    TooLarge,
    /// The file's hash is not published and the operator gave none.
    #[error(
        "the model file's SHA-256 is {0}, which is not the hash of a published TrustMark decoder that Labeler knows. If \
         you trust this file, give its SHA-256"
    )]
    UnknownHash(String),
    /// The file's hash is not the one that the operator gave.
    #[error("the model file's SHA-256 is {found}, not the given {expected}. Check which file was downloaded")]
    WrongHash {
        /// The file's.
        found: String,
        /// The operator's.
        expected: String,
    },
    /// The operator's hash is not a SHA-256.
    #[error("the given SHA-256 of the model file is malformed; write it as 64 hexadecimal digits")]
    MalformedHash,
    /// The hash does not tell the variant and the operator did not either.
    #[error("the model file's hash does not tell its variant. Give the variant")]
    UnknownVariant,
    /// The operator names another variant than the published hash.
    #[error("the model file is the published decoder of variant {published}, not of {given}")]
    WrongVariant {
        /// By the hash.
        published: Variant,
        /// By the operator.
        given: Variant,
    },
    /// The file is no ONNX model that can run here.
    #[error("the model file cannot be run as ONNX: {0}")]
    Unusable(String),
    /// The model has other inputs or outputs than a TrustMark decoder.
    #[error("the model is not a TrustMark decoder: {0}")]
    WrongShape(String),
}

/// What the operator says about the model file.
#[derive(Clone, Debug, Default)]
pub struct ModelOptions {
    /// SHA-256 that the file must have, as hexadecimal digits. Without it, only published decoders are accepted.
    pub sha256: Option<String>,
    /// The variant, where the hash does not tell it.
    pub variant: Option<Variant>,
}

/// A decoder model that is ready to run. Can be shared between threads.
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
    /// Reads a model file, compares its hash and prepares it.
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

    /// The variant whose watermarks the model reads.
    #[must_use]
    pub const fn variant(&self) -> Variant {
        self.variant
    }

    /// Side of the square picture that the model reads.
    pub(crate) const fn side(&self) -> usize {
        self.side
    }

    /// The bits that the model reads from `samples`, `side` x `side` of red, green and blue. A logit of 0 or more is 1.
    pub(crate) fn run(&self, samples: &[f32]) -> Result<[bool; PACKET_BITS], String> {
        let input = Tensor::from_shape(&[1, 3, self.side, self.side], samples).map_err(told)?;
        let output = self.plan.run(tvec!(input.into())).map_err(told)?;
        let output = output.first().ok_or("the model has no output")?.cast_to::<f32>().map_err(told)?;
        let logits = output.to_plain_array_view::<f32>().map_err(told)?;
        if logits.iter().any(|logit| !logit.is_finite()) {
            return Err("the model gives numbers that are not finite".to_owned());
        }
        let bits: Vec<bool> = logits.iter().map(|logit| *logit >= 0.0).collect();
        bits.try_into().map_err(|bits: Vec<bool>| format!("the model gives {} numbers, not {PACKET_BITS}", bits.len()))
    }
}

/// Compares the hash and says whose decoder the file is.
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

/// Parses the model, compares its shapes and optimises it.
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

/// The side N of the model's one input, which must be [1, 3, N, N]. Sizes that the file leaves open are the variant's.
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
