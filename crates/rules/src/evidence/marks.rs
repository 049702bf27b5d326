//! Marks outside the metadata (watermarks, visible labels, generators' traces) and how editing and processing change
//! them.

use serde::{Deserialize, Serialize};

use super::site::{Reading, Site};

/// Trace of a known generator.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct GeneratorTrace {
    /// The generator's name.
    pub generator: String,
    /// Tier of confidence: 3 is a declaration, 4 a key that only this generator writes, and 5 a name in a field such as
    /// Software, which is only a hint. (Tiers 1 and 2, trusted and untrusted manifests, are in [`super::C2paFacts`].)
    pub tier: u8,
    /// The field: `parameters`, `EXIF ImageDescription`.
    pub field: String,
    /// The value, shortened for display.
    pub value: String,
    /// Where it was found.
    pub site: Site,
}

/// How much is known about a watermark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum MarkState {
    /// Read from the signal itself.
    Decoded,
    /// Declared in the file but not read.
    Declared,
    /// No open decoder exists. The watermark may or may not be present; finding nothing proves nothing.
    #[default]
    NotCheckable,
}

/// A watermark.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct InvisibleMark {
    /// `Stable Diffusion XL (dwtDct)`, `SynthID`, …
    pub name: String,
    /// How much is known.
    pub state: MarkState,
    /// Whether the decoded watermark says that AI made the content.
    pub says_ai: bool,
    /// Payload or score, for display.
    pub detail: String,
    /// Where it was found or declared.
    pub site: Site,
}

/// Whether a label for people is present.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum VisibleState {
    /// Recorded or recognised.
    Present,
    /// Known to be absent: our own record says that no label was drawn.
    Absent,
    /// Cannot be determined.
    #[default]
    Unknown,
}

/// Source of the information that a visible or audible label is present. It decides the label's standing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum VisibleSource {
    /// A sidecar record of the labelling: stated.
    #[default]
    Sidecar,
    /// An edit action in a manifest that validates: stated by its signer.
    EditAction,
    /// Recognised in the pixels, samples or text: seen.
    Recognised,
}

/// Position of a visible label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Placement {
    /// In a corner.
    Corner,
    /// At an edge.
    Edge,
    /// Elsewhere in the image.
    Interior,
    /// Not known.
    #[default]
    Unknown,
}

/// Spoken or rhythmic prompt in audio or video.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum SpokenPrompt {
    /// Words at the start.
    VoiceAtStart,
    /// The rhythm of "AI" in Morse code at the start.
    MorseAtStart,
    /// Somewhere else.
    Elsewhere,
    /// Not known.
    #[default]
    Unknown,
}

/// Time in a recording at which a label is perceived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum LabelMoment {
    /// From the first frame or the first second.
    Start,
    /// After the start and before the end.
    Middle,
    /// At the end only: end credits, the last words.
    End,
    /// All the time.
    Throughout,
    /// Not known.
    #[default]
    Unknown,
}

/// The form of an audible label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum AudibleForm {
    /// Spoken words.
    Voice,
    /// The rhythm of "AI" in Morse code, short-long short-short (GB 45438-2025, 5.3).
    MorseRhythm,
    /// Not known.
    #[default]
    Unknown,
}

/// Label that people hear, in audio or in the sound of a video.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct AudibleLabel {
    /// Whether the label is present.
    pub state: VisibleState,
    /// Source of this information.
    pub source: VisibleSource,
    /// How completely the sound was searched for a label.
    pub listened: Reading,
    /// Its form.
    pub form: AudibleForm,
    /// Text of a spoken label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// When it is heard.
    pub moment: LabelMoment,
    /// Where the record was found.
    pub site: Site,
}

/// Position of a label in a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum TextPlace {
    /// Before or in the first paragraph, headline included.
    Start,
    /// Between the first and the last paragraph.
    Middle,
    /// In or after the last paragraph.
    End,
    /// Not known.
    #[default]
    Unknown,
}

/// Label that people read in the text of a text file or document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct TextLabel {
    /// Whether the label is present.
    pub state: VisibleState,
    /// Source of this information.
    pub source: VisibleSource,
    /// How completely the text was read.
    pub read: Reading,
    /// Text of the label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Position of the label.
    pub place: TextPlace,
    /// Where the record was found.
    pub site: Site,
}

/// Label that people see or hear.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct VisibleLabel {
    /// Whether the label is present.
    pub state: VisibleState,
    /// Source of this information.
    pub source: VisibleSource,
    /// How completely the pixels were searched for a label. A search without a result leaves the state unknown, because
    /// no reader recognises every label.
    pub looked: Reading,
    /// Text of the label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Position of the label.
    pub placement: Placement,
    /// Time at which the label is visible (video).
    pub moment: LabelMoment,
    /// Height of the drawn ink divided by the shortest side of the image, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ink_height_ratio: Option<f64>,
    /// Seconds from the start until the label appears (video).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_seconds: Option<f64>,
    /// Seconds for which the label is visible (video).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_seconds: Option<f64>,
    /// Prompt in the sound; see [`AudibleLabel`] for details.
    pub spoken: SpokenPrompt,
    /// Where the record was found.
    pub site: Site,
}

/// A layer of marking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum MarkLayer {
    /// C2PA manifest.
    #[default]
    C2pa,
    /// IPTC digital source type and the other AI fields in XMP.
    SourceType,
    /// China's `AIGC` label: the producer's fields.
    Aigc,
    /// A watermark.
    InvisibleMark,
    /// The label for people.
    VisibleLabel,
}

/// Change of a layer between the earlier version and this one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum LayerChange {
    /// Present and unchanged, or kept as an ingredient.
    Kept,
    /// Absent before, present now.
    Added,
    /// Present with other content.
    Changed,
    /// Absent now.
    Removed,
    /// Present, but no longer valid.
    Broken,
    /// Cannot be determined.
    #[default]
    Unknown,
}

impl LayerChange {
    /// Returns whether a mark was lost or damaged.
    pub fn is_loss(self) -> bool {
        matches!(self, Self::Changed | Self::Removed | Self::Broken)
    }
}

/// One layer, before and after.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct MarkChange {
    /// The layer.
    pub layer: MarkLayer,
    /// The change.
    pub change: LayerChange,
    /// Previous content, for display.
    pub before: String,
    /// Current content, for display.
    pub after: String,
    /// Its place in this version, or in the earlier one.
    pub site: Site,
}

/// Comparison of an earlier version of the file with this one. Layers in neither version have no entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Comparison {
    /// Whether any mark of the earlier version said AI.
    pub before_said_ai: bool,
    /// The layers.
    pub changes: Vec<MarkChange>,
}

/// Whether a layer survived simulated processing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Survival {
    /// The layer.
    pub layer: MarkLayer,
    /// What was done: `JPEG quality 75`, `resize to 50 %`, `crop 10 %`, `metadata removed`.
    pub treatment: String,
    /// Whether the layer could still be read.
    pub survived: bool,
}
