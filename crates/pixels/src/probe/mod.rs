//! Marks that generators leave in the pixels.
//!
//! [`probe`] searches for the `dwtDct` watermarks of Stable Diffusion, SDXL and FLUX; [`stealth`] reads the text that
//! NovelAI and some web interfaces hide in the lowest bits. A resized, cropped or recompressed image has lost both, so
//! a search without a result proves nothing about the image.

mod dwt_dct;
pub mod stealth;

pub use dwt_dct::{DetectedMark, MEASURED_FALSE_POSITIVE_RATE, Variant, correlations, probe};
