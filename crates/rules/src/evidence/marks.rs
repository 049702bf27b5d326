//! Marks outside the metadata (invisible, visible, generators' traces), and what edits and processing do to marks.

use serde::{Deserialize, Serialize};

use super::site::{Reading, Site};

/// A trace that a known generator left.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct GeneratorTrace {
    /// The generator's name.
    pub generator: String,
    /// Confidence: 3 a declaration, 4 a key that only this generator writes, 5 a name in a field such as Software,
    /// which is a hint only. (1 and 2, trusted and untrusted manifests, are [`super::C2paFacts`].)
    pub tier: u8,
    /// The field: `parameters`, `EXIF ImageDescription`.
    pub field: String,
    /// The value, shortened for display.
    pub value: String,
    /// Where it was found.
    pub site: Site,
}

/// How much is known about an invisible mark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum MarkState {
    /// Read from the signal itself.
    Decoded,
    /// Something in the file says that it is there; not read.
    Declared,
    /// No open decoder: it may be there or not, and nothing follows from silence.
    #[default]
    NotCheckable,
}

/// An invisible mark.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct InvisibleMark {
    /// `Stable Diffusion XL (dwtDct)`, `SynthID`, …
    pub name: String,
    /// How much is known.
    pub state: MarkState,
    /// Whether the mark, when decoded, says that AI made the content.
    pub says_ai: bool,
    /// Payload or score, for display.
    pub detail: String,
    /// Where it was found or declared.
    pub site: Site,
}

/// Whether a label for people is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum VisibleState {
    /// Recorded or recognised.
    Present,
    /// Known not to be there (our own record says that none was drawn).
    Absent,
    /// Nobody can tell.
    #[default]
    Unknown,
}

/// Who says that a visible or audible label is there, which decides its standing.
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

/// Where a visible label stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Placement {
    /// In a corner.
    Corner,
    /// At an edge.
    Edge,
    /// Elsewhere in the picture.
    Interior,
    /// Not known.
    #[default]
    Unknown,
}

/// A spoken or rhythmic prompt in audio or video.
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

/// When in a recording a label is perceived.
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

/// The label that people hear, in audio or in the sound of a video.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct AudibleLabel {
    /// Whether it is there.
    pub state: VisibleState,
    /// Who says so.
    pub source: VisibleSource,
    /// How far somebody listened for it.
    pub listened: Reading,
    /// Its form.
    pub form: AudibleForm,
    /// Its words, when they are spoken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// When it is heard.
    pub moment: LabelMoment,
    /// Where the record was found.
    pub site: Site,
}

/// Where in a text a label stands.
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

/// The label that people read in the text of a text file or document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct TextLabel {
    /// Whether it is there.
    pub state: VisibleState,
    /// Who says so.
    pub source: VisibleSource,
    /// How far the text was read.
    pub read: Reading,
    /// Its words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Where it stands.
    pub place: TextPlace,
    /// Where the record was found.
    pub site: Site,
}

/// The label that people see or hear.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct VisibleLabel {
    /// Whether it is there.
    pub state: VisibleState,
    /// Who says so.
    pub source: VisibleSource,
    /// How far somebody looked for it in the pixels. A look that finds nothing leaves the state unknown, because no
    /// reader recognises every label.
    pub looked: Reading,
    /// Its words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Where it stands.
    pub placement: Placement,
    /// When it is seen (video).
    pub moment: LabelMoment,
    /// Height of the drawn ink divided by the shortest side of the picture, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ink_height_ratio: Option<f64>,
    /// When it appears, seconds from the start (video).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_seconds: Option<f64>,
    /// How long it stays, seconds (video).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_seconds: Option<f64>,
    /// The prompt in sound; [`AudibleLabel`] says more.
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
    /// China's `AIGC` label: the fields of whoever produced the content.
    Aigc,
    /// An invisible mark.
    InvisibleMark,
    /// The label for people.
    VisibleLabel,
}

/// What happened to a layer between the earlier version and this one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum LayerChange {
    /// Still there and unchanged, or kept as an ingredient.
    Kept,
    /// Not there before, there now.
    Added,
    /// There, with other content.
    Changed,
    /// Gone.
    Removed,
    /// There, but it no longer validates.
    Broken,
    /// Cannot be told.
    #[default]
    Unknown,
}

impl LayerChange {
    /// Whether a mark was lost or damaged.
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
    /// What happened.
    pub change: LayerChange,
    /// What it was, for display.
    pub before: String,
    /// What it is, for display.
    pub after: String,
    /// Where it is, or was in the earlier version.
    pub site: Site,
}

/// An earlier version of the file against this one. Layers in neither version have no entry.
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
