//! Layers in the pixels: the ones of a preset, and the ones that were written. Drawing is in `pixels`, behind a feature.

use bytes::Bytes;

use crate::options::{DigitalSourceType, LabelOptions, OverlayPosition, PreApplied, RegionPreset};
use crate::outcome::Warning;

/// Name of Labeler's watermark in soft bindings.
pub const MARK_ALGORITHM: &str = "org.labeler.spread-spectrum.1";

/// Visible label to draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisibleLabel {
    /// Text.
    pub text: String,
    /// Corner of the picture as displayed.
    pub corner: OverlayPosition,
}

/// Layers to write into the pixels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PixelLayers {
    /// Visible label.
    pub visible: Option<VisibleLabel>,
    /// Whether to write the watermark.
    pub mark: bool,
}

impl PixelLayers {
    /// Returns the layers that the preset asks for and the caller has not applied already.
    ///
    /// China's label is a duty (GB 45438-2025, 5.2). The EU's is one for deep fakes only (Article 50(4)), which the
    /// file does not tell: `eu_strict` leaves it to the caller, with [`Self::label_of`].
    #[must_use]
    pub fn for_preset(options: &LabelOptions) -> Self {
        let visible = match options.region_preset {
            _ if options.visible_overlay() => None,
            RegionPreset::EuStrict | RegionPreset::California => None,
            RegionPreset::China | RegionPreset::GlobalMinimum => Some(Self::label_of(options)),
        };
        let mark = options.watermark_payload_id().is_none() && options.region_preset != RegionPreset::China;
        Self { visible, mark }
    }

    /// Returns the preset's own visible label: text and corner.
    #[must_use]
    pub fn label_of(options: &LabelOptions) -> VisibleLabel {
        let english = match options.digital_source_type {
            DigitalSourceType::CompositeWithTrainedAlgorithmicMedia | DigitalSourceType::AlgorithmicallyEnhanced => {
                "AI MODIFIED"
            }
            _ => "AI GENERATED",
        };
        let (text, corner) = match options.region_preset {
            RegionPreset::EuStrict | RegionPreset::California => (english.to_owned(), OverlayPosition::TopRight),
            RegionPreset::China => ("AI生成".to_owned(), OverlayPosition::BottomRight),
            RegionPreset::GlobalMinimum => (format!("AI生成 · {english}"), OverlayPosition::BottomRight),
        };
        VisibleLabel { text, corner }
    }

    /// Whether there is no layer to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.visible.is_none() && !self.mark
    }
}

/// Visible label that was drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct AppliedOverlay {
    /// Text.
    pub text: String,
    /// Corner of the picture as displayed.
    pub corner: OverlayPosition,
    /// Height of the ink of its lowest script, divided by the picture's shortest side.
    pub ink_height_ratio: f64,
    /// Whether it was drawn before, as intact credentials of ours state, and not again.
    pub kept: bool,
}

/// File with the layers in its pixels.
#[derive(Clone, Debug)]
pub struct PixelResult {
    /// The file, saved anew with its metadata, or the input if nothing was drawn.
    pub body: Bytes,
    /// Visible label, if one was drawn.
    pub overlay: Option<AppliedOverlay>,
    /// Payload ID of the watermark, if one was written.
    pub mark: Option<String>,
    /// Layers that could not be written, and why.
    pub warnings: Vec<Warning>,
}

/// Returns a warning for every field that the preset's law requires and that is missing.
pub(crate) fn lacking(options: &LabelOptions, pixels: Option<&PixelResult>) -> Vec<Warning> {
    let profile = &options.profile;
    let preset = options.region_preset;
    let california = matches!(preset, RegionPreset::California | RegionPreset::GlobalMinimum);
    let mut warnings = Vec::new();
    let mut lack = |missing: bool, code: &'static str, message: &str| {
        if missing {
            warnings.push(Warning::new(code, message));
        }
    };
    lack(
        california && profile.provider.is_none(),
        "missing_provider",
        "options.provider is missing: California wants the provider's name (22757.3(a)(1)(A)); the signer's name stands in.",
    );
    lack(
        california && profile.ai_system.is_none(),
        "missing_ai_system",
        "options.aiSystem is missing: California wants the name of the AI system (22757.3(a)(1)(B)).",
    );
    lack(
        california && profile.ai_system_version.is_none(),
        "missing_ai_system_version",
        "options.aiSystemVersion is missing: California wants the version of the AI system (22757.3(a)(1)(B)).",
    );
    let visible = options.pre_applied.iter().any(|layer| matches!(layer, PreApplied::Overlay { .. }))
        || pixels.is_some_and(|result| result.overlay.is_some());
    lack(
        matches!(preset, RegionPreset::China | RegionPreset::GlobalMinimum) && !visible,
        "missing_visible_label",
        "There is no visible label: China wants one in the picture (GB 45438-2025, 5.2). Apply it before and name it in \
         options.preApplied, or label where pixels can be drawn.",
    );
    let marked = options.watermark_payload_id().is_some() || pixels.is_some_and(|result| result.mark.is_some());
    lack(
        preset != RegionPreset::China && !marked,
        "missing_watermark",
        "There is no invisible mark: the EU's Code of Practice wants a second layer (sub-measure 1.1.2) and California a \
         disclosure that is hard to remove (22757.3(a)(2)). Apply it before and name it in options.preApplied, or label \
         where pixels can be written.",
    );
    warnings
}
