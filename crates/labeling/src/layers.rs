//! Layers in the pixels: what a preset wants, and what was done. Drawing itself is in `pixels`, behind a feature.

use bytes::Bytes;

use crate::label::Warning;
use crate::options::{DigitalSourceType, LabelOptions, OverlayPosition, PreApplied, RegionPreset};

/// Name of Labeler's invisible mark in soft bindings.
pub const MARK_ALGORITHM: &str = "org.labeler.spread-spectrum.1";

/// A visible label to draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisibleLabel {
    /// Its words.
    pub text: String,
    /// Its corner, as displayed.
    pub corner: OverlayPosition,
}

/// Which layers to write into the pixels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PixelLayers {
    /// The visible label.
    pub visible: Option<VisibleLabel>,
    /// The invisible mark.
    pub mark: bool,
}

impl PixelLayers {
    /// What the preset wants and the caller has not applied already.
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

    /// The preset's own visible label: text and corner.
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

    /// Whether there is anything to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.visible.is_none() && !self.mark
    }
}

/// A visible label that was drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct AppliedOverlay {
    /// Its words.
    pub text: String,
    /// Its corner, as displayed.
    pub corner: OverlayPosition,
    /// Height of its lowest script's ink over the picture's shortest side.
    pub ink_height_ratio: f64,
    /// It was there before, as intact credentials of ours say, and was not drawn again.
    pub kept: bool,
}

/// A file whose pixels carry the layers.
#[derive(Clone, Debug)]
pub struct PixelResult {
    /// The file: saved anew, with its metadata; the input where nothing was drawn.
    pub body: Bytes,
    /// The visible label, if one was drawn.
    pub overlay: Option<AppliedOverlay>,
    /// Payload id of the invisible mark, if one was written.
    pub mark: Option<String>,
    /// What could not be done, and why.
    pub warnings: Vec<Warning>,
}

/// Names every field that the preset's law wants and that is missing.
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
