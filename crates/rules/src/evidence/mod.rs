//! Facts that a checker gathered about one file, independent of the engines that found them.
//!
//! Invariants: a fact that a rule can cite carries its [`Site`]. Anything that was not examined is
//! [`Reading::NotRead`], never "absent"; therefore `NotRead` is the default of every reading. No field is a judgement.
//! Integrity, trust, certificate time and the AI statement are four separate facts (see [`C2paFacts`]).

mod aigc;
mod c2pa;
mod marks;
mod metadata;
mod site;
mod soft_binding;
mod words;

pub use aigc::{AigcField, AigcShape, AigcSite, CharsetProblem, CodeCheck, JsonType, Place};
pub use c2pa::{
    Action, AiDisclosure, AssertedSourceType, C2paFacts, C2paPresence, CertificateClass, CertificateTime,
    ClaimGenerator, Identity, Ingredient, IngredientValidity, Integrity, ManifestPosition, ManifestStorage,
    MarkStatement, ProviderStatement, Relationship, Signer, SoftBinding, SoftwareAgent, StatementCheck, TimeStamp,
    TrainingEntry, TrainingMining, Trust, TrustListKind,
};
pub use marks::{
    AudibleForm, AudibleLabel, Comparison, GeneratorTrace, InvisibleMark, LabelMoment, LayerChange, MarkChange,
    MarkLayer, MarkState, Placement, SpokenPrompt, Survival, TextLabel, TextPlace, VisibleLabel, VisibleSource,
    VisibleState,
};
pub use metadata::{Link, MetadataFacts};
pub use site::{Located, Reading, Site};
pub use soft_binding::{SoftBindingKind, soft_binding_kind};
pub use words::{discloses_ai, is_person_name, is_prompt};

use serde::{Deserialize, Serialize};

/// The kind of content, which decides which laws and clauses apply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Modality {
    /// A still or animated picture.
    Image,
    /// Moving pictures, with or without sound.
    Video,
    /// Sound only.
    Audio,
    /// Free-form text.
    Text,
    /// Text in a container: PDF, office documents, HTML.
    Document,
    /// Not recognised.
    #[default]
    Unknown,
}

/// Whether the container can hold metadata at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum MetadataSupport {
    /// The format has a defined place for metadata.
    Carries,
    /// The format has none (plain text, raw samples).
    None,
    /// Not known for this format.
    #[default]
    Unknown,
}

/// Type of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct FileFacts {
    /// The kind of content.
    pub modality: Modality,
    /// Short name of the container: `png`, `jpeg`, `mp4`.
    pub container: String,
    /// Whether the container can hold metadata.
    pub metadata: MetadataSupport,
}

/// How completely each kind of signal was searched for. Rules treat a signal as absent only if its reading is complete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Readings {
    /// C2PA manifest store.
    pub c2pa: Reading,
    /// XMP, IPTC, EXIF and the container's own text fields.
    pub metadata: Reading,
    /// China's `AIGC` label.
    pub aigc: Reading,
}

impl Readings {
    /// Creates readings in which everything was read.
    pub fn complete() -> Self {
        Self { c2pa: Reading::Complete, metadata: Reading::Complete, aigc: Reading::Complete }
    }
}

/// Facts about a whole batch, which cannot be found in one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct BatchFacts {
    /// Names of other files in the batch with the same `ProduceID`; empty if it is unique or there is no batch.
    pub same_produce_id: Vec<String>,
}

/// All facts that a checker found in one file. Absent facts are empty; see [`Readings`] for what was searched.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Evidence {
    /// The container and kind of content.
    pub file: FileFacts,
    /// How completely each kind of signal was searched for.
    pub readings: Readings,
    /// The C2PA manifest store and its validation.
    pub c2pa: C2paFacts,
    /// XMP, IPTC and EXIF.
    pub metadata: MetadataFacts,
    /// Every `AIGC` label found, in file order.
    pub aigc: Vec<AigcSite>,
    /// Traces of known generators.
    pub traces: Vec<GeneratorTrace>,
    /// Watermarks in the content: decoded, declared, or known but not checkable.
    pub invisible_marks: Vec<InvisibleMark>,
    /// The label that people can see.
    pub visible_label: VisibleLabel,
    /// The label that people can hear.
    pub audible_label: AudibleLabel,
    /// The label that people can read in a text or document.
    pub text_label: TextLabel,
    /// Comparison of the marks with those of an earlier version, if one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
    /// Marks that survived simulated processing, if that was measured.
    pub survival: Vec<Survival>,
    /// Facts about the batch.
    pub batch: BatchFacts,
}
