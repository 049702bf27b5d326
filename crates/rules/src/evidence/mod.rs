//! The facts a checker gathered about one file, independent of the engines that found them.
//!
//! Invariants: a fact that a rule can cite carries its [`Site`]; what was not looked at is [`Reading::NotRead`], never
//! "absent" (the default of every reading is therefore `NotRead`); nothing here is a judgement. Integrity, trust,
//! certificate time and the AI statement are four separate facts (see [`C2paFacts`]).

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

/// What kind of file it is.
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

/// Which kinds of signals were looked for; rules call something absent only when its reading is complete.
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
    /// Everything was read.
    pub fn complete() -> Self {
        Self { c2pa: Reading::Complete, metadata: Reading::Complete, aigc: Reading::Complete }
    }
}

/// Facts about a whole batch that one file cannot know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct BatchFacts {
    /// Names of other files of the batch that carry the same `ProduceID`; empty when unique or not a batch.
    pub same_produce_id: Vec<String>,
}

/// Everything a checker found in one file. Absent facts are empty; see [`Readings`] for what was looked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Evidence {
    /// The container and kind of content.
    pub file: FileFacts,
    /// What was looked for.
    pub readings: Readings,
    /// The C2PA manifest store and its validation.
    pub c2pa: C2paFacts,
    /// XMP, IPTC and EXIF.
    pub metadata: MetadataFacts,
    /// Every `AIGC` label found, in file order.
    pub aigc: Vec<AigcSite>,
    /// Traces of known generators.
    pub traces: Vec<GeneratorTrace>,
    /// Marks in the signal itself: decoded, declared, or named as not checkable here.
    pub invisible_marks: Vec<InvisibleMark>,
    /// The label that people see.
    pub visible_label: VisibleLabel,
    /// The label that people hear.
    pub audible_label: AudibleLabel,
    /// The label that people read in a text or document.
    pub text_label: TextLabel,
    /// What an edit did to the marks, when an earlier version was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
    /// What survived simulated processing, when that was measured.
    pub survival: Vec<Survival>,
    /// Facts about the batch.
    pub batch: BatchFacts,
}
