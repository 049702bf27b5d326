//! Bytes and options in, labelled bytes out.
//!
//! Layers are applied in a fixed order, C2PA last: anything written after the signature would break it. The asset's own
//! bytes are never copied; the result is a list of slices.

mod definition;
mod label;
mod options;

pub use label::{LabelError, Labelled, Warning, label};
pub use options::{
    DigitalSourceType, LabelOptions, OptionsError, OverlayPosition, PreApplied, RegionPreset, SigningMode,
};

/// Formats that [`label()`] accepts now.
pub const ACCEPTED: [labeler_media::Format; 2] = [labeler_media::Format::Jpeg, labeler_media::Format::Png];
