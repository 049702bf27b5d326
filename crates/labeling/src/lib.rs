//! Labels an asset: takes its bytes and options, returns the labelled bytes.
//!
//! Layers are applied in a fixed order: visible label, watermark, metadata, Content Credentials (C2PA). The signature is
//! last, because anything written after it would break it. Without a layer in the pixels the asset's own bytes are never
//! copied; the result is a list of slices. Layers in the pixels need memory for the picture. They are a separate step
//! (`pixels::draw`, behind the feature `pixels`), so that a host can leave it out or run it elsewhere.

mod definition;
mod fields;
mod label;
mod layers;
mod metadata;
mod options;
mod outcome;
#[cfg(feature = "pixels")]
pub mod pixels;
mod profile;

pub use fields::OptionsError;
pub use label::{LabelRequest, Labelled, label, label_with};
pub use labeler_provenance::{TimeStamper, TimeStamping};
pub use layers::{AppliedOverlay, MARK_ALGORITHM, PixelLayers, PixelResult, VisibleLabel};
pub use options::{DigitalSourceType, LabelOptions, OverlayPosition, PreApplied, RegionPreset, SigningMode};
pub use outcome::{ACCEPTED, LabelError, Warning};
pub use profile::Profile;
