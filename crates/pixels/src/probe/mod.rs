//! Marks that generators leave in the pixels.
//!
//! [`probe`] looks for the `dwtDct` marks of Stable Diffusion, SDXL and FLUX; [`stealth`] reads the text that NovelAI
//! and some web interfaces hide in lowest bits. Both are positive only: a resized, cropped or recompressed picture
//! has lost them, so nothing found says nothing about the picture.

mod dwt_dct;
pub mod stealth;

pub use dwt_dct::{DetectedMark, MEASURED_FALSE_POSITIVE_RATE, Variant, correlations, probe};
