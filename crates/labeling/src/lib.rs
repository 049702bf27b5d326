//! Bytes and options in, labelled bytes out.
//!
//! Layers are applied in a fixed order: visible label, invisible mark, metadata, C2PA last, since anything written after
//! the signature would break it. Without a layer in the pixels the asset's own bytes are never copied; the result is a
//! list of slices. Layers in the pixels take memory for the picture and are a step of their own (`pixels::draw`, with
//! the feature of that name), so that it can be left out or done elsewhere.

mod definition;
mod fields;
mod label;
mod layers;
mod metadata;
mod options;
#[cfg(feature = "pixels")]
pub mod pixels;
mod profile;

pub use fields::OptionsError;
pub use label::{LabelError, LabelRequest, Labelled, Warning, label, label_with};
pub use labeler_provenance::{TimeStamper, TimeStamping};
pub use layers::{AppliedOverlay, MARK_ALGORITHM, PixelLayers, PixelResult, VisibleLabel};
pub use options::{DigitalSourceType, LabelOptions, OverlayPosition, PreApplied, RegionPreset, SigningMode};
pub use profile::Profile;

/// Formats that [`label()`] accepts.
pub const ACCEPTED: [labeler_media::Format; 8] = labeler_splice::WRITABLE;
