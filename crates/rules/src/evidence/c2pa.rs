//! Facts from a C2PA manifest store. Integrity, trust, certificate time and AI statements never imply each other.
//!
//! A statement carries the [`ManifestPosition`] of the manifest that makes it: what an ingredient's manifest says is
//! evidence about the ingredient, not about the asset.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::marks::{MarkLayer, Placement};
use super::site::{Located, Site};
use super::soft_binding::{SoftBindingKind, soft_binding_kind};
use crate::SourceType;

/// Whether the file has a manifest store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum C2paPresence {
    /// None found (a statement only together with a complete reading).
    #[default]
    Absent,
    /// A manifest store was read, embedded or from a sidecar.
    Present,
    /// Only a reference to a remote manifest, which was not fetched.
    Remote,
    /// Something is there that could not be parsed.
    Unreadable,
}

/// Whether hashes and signature hold, apart from who signed and when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Integrity {
    /// Claim signature, assertion hashes and hard binding all match.
    Valid,
    /// At least one of them does not; [`C2paFacts::failure_codes`] says which.
    Invalid,
    /// Not verified.
    #[default]
    Unknown,
}

/// Whether a named trust list knows the signer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Trust {
    /// The chain ends at an anchor of [`C2paFacts::trusted_by`].
    Trusted,
    /// None of [`C2paFacts::lists_consulted`] knows it.
    Untrusted,
    /// No list was consulted.
    #[default]
    Unknown,
}

/// What kind of trust list vouches for a signer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum TrustListKind {
    /// The official C2PA trust list.
    Official,
    /// The interim list, frozen on 1 January 2026.
    Interim,
    /// Anchors that the operator configured.
    Operator,
}

/// The signing certificate against the time of the check, or of a trusted time stamp when there is one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum CertificateTime {
    /// Inside its validity.
    Inside,
    /// Expired, and no trusted time stamp shows that the signature is older than the expiry.
    Expired,
    /// Its validity had not begun.
    NotYetValid,
    /// Not evaluated.
    #[default]
    Unknown,
}

/// Where the manifest store was read from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum ManifestStorage {
    /// In the file itself.
    #[default]
    Embedded,
    /// In a separate file that was handed over together with the asset.
    Sidecar,
}

/// What kind of certificate signed the active manifest, which decides whether its subject can name a provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum CertificateClass {
    /// Not evaluated.
    #[default]
    Unknown,
    /// Its chain ends at an anchor of a consulted trust list ([`C2paFacts::trusted_by`]).
    Listed,
    /// An authority that is on no consulted list issued it.
    UnlistedAuthority,
    /// Subject and issuer are the same: anybody can make it.
    SelfSigned,
    /// A published test certificate, whose private key is public, whoever issued it.
    Test,
    /// A development certificate, made by a tool for trying out signatures.
    Development,
}

impl CertificateClass {
    /// Whether the certificate satisfies no rule that names a provider or needs a reliable signer: a test, development
    /// or self-signed certificate.
    pub fn names_nobody(self) -> bool {
        matches!(self, Self::SelfSigned | Self::Test | Self::Development)
    }
}

/// Who signed the active manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Signer {
    /// Common name of the subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub common_name: Option<String>,
    /// Organisation of the subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// Issuer's organisation or common name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// A development, test or self-signed certificate that must not sign production content.
    pub test_certificate: bool,
}

/// An RFC 3161 time stamp over the claim signature (`sigTst`, `sigTst2` or a `c2pa.time-stamp` assertion).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct TimeStamp {
    /// Whether the token matches the signature; `None` when not verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid: Option<bool>,
    /// Whether the authority is on a time-stamp trust list; `None` when no list was consulted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trusted: Option<bool>,
    /// The time it attests, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// The authority's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authority: Option<String>,
    /// Where it was found.
    pub site: Site,
}

/// The software that made a claim. Its version is the toolkit's, never the AI system's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct ClaimGenerator {
    /// Name of the product.
    pub name: String,
    /// Its version, where stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Where it was found.
    pub site: Site,
}

/// How an ingredient relates to the asset (C2PA 2.2 §18.15).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Relationship {
    /// The asset is derived from it.
    #[default]
    ParentOf,
    /// The asset contains it.
    ComponentOf,
    /// It was an input of a process; none of it need be in the asset.
    InputTo,
}

/// Which manifest of the store says something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum ManifestPosition {
    /// The active manifest.
    #[default]
    Active,
    /// A manifest reached through `parentOf` ingredients only.
    Parent,
    /// A manifest reached through a `componentOf` ingredient.
    Component,
    /// A manifest reached through an `inputTo` ingredient.
    Input,
}

/// The software that performed an action: for AI actions, the AI system.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct SoftwareAgent {
    /// Name, verbatim.
    pub name: String,
    /// Version, where the agent states one of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// One action of an actions assertion, of the active manifest or of an ingredient's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Action {
    /// `c2pa.created`, `c2pa.opened`, `c2pa.edited`, `c2pa.watermarked.bound`, …
    pub action: String,
    /// Its digital source type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_type: Option<SourceType>,
    /// Its `when`, verbatim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// Its software agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software_agent: Option<SoftwareAgent>,
    /// Its parameters with scalar values as text, vendor keys included (`com.adobe.firefly.version`).
    pub parameters: BTreeMap<String, String>,
    /// Which manifest it is in.
    pub position: ManifestPosition,
    /// Where it was found.
    pub site: Site,
}

/// A digital source type that a manifest asserts outside its actions (a metadata assertion).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct AssertedSourceType {
    /// The value.
    pub source_type: SourceType,
    /// Which manifest asserts it.
    pub position: ManifestPosition,
    /// Where it was found.
    pub site: Site,
}

/// Validity of an ingredient's own manifest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum IngredientValidity {
    /// It has no manifest.
    NoManifest,
    /// Its manifest validates.
    Valid,
    /// Its manifest does not validate.
    Invalid,
    /// Not verified.
    #[default]
    Unknown,
}

/// An ingredient of the active manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Ingredient {
    /// Title, where stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// How it relates to the asset.
    pub relationship: Relationship,
    /// Validity of its manifest.
    pub validity: IngredientValidity,
    /// Label of its manifest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifest_label: Option<String>,
    /// Where it was found.
    pub site: Site,
}

/// A `c2pa.soft-binding` assertion.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct SoftBinding {
    /// Algorithm identifier: `com.adobe.trustmark.P`.
    pub alg: String,
    /// Which manifest it is in.
    pub position: ManifestPosition,
    /// Where it was found.
    pub site: Site,
}

impl SoftBinding {
    /// Whether its algorithm is a watermark's or a fingerprint's; see [`soft_binding_kind`].
    pub fn kind(&self) -> SoftBindingKind {
        soft_binding_kind(&self.alg)
    }
}

/// The provider's name as an assertion or the claim itself states it (`org.labeler.provider`), as opposed to the name in
/// the signing certificate and to the name of a tool.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct ProviderStatement {
    /// The name, verbatim.
    pub name: String,
    /// Which manifest states it.
    pub position: ManifestPosition,
    /// Where it was found.
    pub site: Site,
}

/// Result of looking for a stated visible label in the pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum StatementCheck {
    /// The pixels were not decoded, or the label cannot be drawn as stated.
    #[default]
    Unchecked,
    /// It was seen.
    Seen,
    /// It was looked for in the form in which Labeler draws it, and not seen.
    NotSeen,
}

/// A manifest's statement that the content carries a watermark or a visible label. The statement alone has the standing
/// of its signer, and of the customer only when [`MarkStatement::pre_applied`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct MarkStatement {
    /// What is stated to be there: [`MarkLayer::InvisibleMark`] or [`MarkLayer::VisibleLabel`].
    pub layer: MarkLayer,
    /// Whether the signer only repeats a customer's word that somebody applied it before (`preApplied`).
    pub pre_applied: bool,
    /// Stated words of a visible label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Stated place of a visible label.
    pub placement: Placement,
    /// Stated height of the ink divided by the shortest side of the picture, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ink_height_ratio: Option<f64>,
    /// Whether a stated visible label was seen in the pixels.
    #[serde(skip_serializing_if = "StatementCheck::is_unchecked")]
    pub check: StatementCheck,
    /// Which manifest states it.
    pub position: ManifestPosition,
    /// Where it was found.
    pub site: Site,
}

impl StatementCheck {
    fn is_unchecked(&self) -> bool {
        *self == Self::Unchecked
    }
}

impl MarkStatement {
    /// Whether the pixels contradict the statement. A label that a customer applied may look different from the one that
    /// was looked for, so its statement is never contradicted.
    pub fn is_contradicted(&self) -> bool {
        self.check == StatementCheck::NotSeen && !self.pre_applied
    }
}

/// One entry of a training-and-data-mining assertion.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct TrainingEntry {
    /// `cawg.ai_training`, `c2pa.data_mining`, …
    pub name: String,
    /// `allowed`, `notAllowed` or `constrained`, verbatim.
    #[serde(rename = "use")]
    pub usage: String,
    /// The text of a constraint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constraint_info: Option<String>,
}

/// A `cawg.training-mining` assertion, or its predecessor `c2pa.training-mining`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct TrainingMining {
    /// The assertion's label.
    pub label: String,
    /// Its entries.
    pub entries: Vec<TrainingEntry>,
    /// Where it was found.
    pub site: Site,
}

/// A `c2pa.ai-disclosure` assertion (C2PA 2.4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct AiDisclosure {
    /// `c2pa.types.model` and the like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_type: Option<String>,
    /// Name of the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_name: Option<String>,
    /// Identifier of the model, which carries its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_identifier: Option<String>,
    /// `contentProfile.humanOversightLevel`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub human_oversight: Option<String>,
    /// Which manifest it is in.
    pub position: ManifestPosition,
    /// Where it was found.
    pub site: Site,
}

/// A CAWG identity assertion.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Identity {
    /// The name it gives.
    pub name: String,
    /// Whether it validates; `None` when not verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid: Option<bool>,
    /// Which manifest it is in.
    pub position: ManifestPosition,
    /// Where it was found.
    pub site: Site,
}

/// What the manifest store says, and whether it holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct C2paFacts {
    /// Whether there is a manifest store.
    pub presence: C2paPresence,
    /// Whether it was read from the file or from a sidecar; meaningful only when present.
    pub storage: ManifestStorage,
    /// Where it is.
    pub site: Site,
    /// Whether hashes and signature hold. Expired and untrusted are not integrity.
    pub integrity: Integrity,
    /// Validation failure codes, verbatim, in the engine's order, trust and time included.
    pub failure_codes: Vec<String>,
    /// Who signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signer: Option<Signer>,
    /// What kind of certificate signed.
    pub certificate_class: CertificateClass,
    /// Whether a list knows the signer.
    pub trust: Trust,
    /// Name and date of the list that does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trusted_by: Option<String>,
    /// What kind of list that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trust_list_kind: Option<TrustListKind>,
    /// Names and dates of all lists that were consulted.
    pub lists_consulted: Vec<String>,
    /// The certificate and time.
    pub certificate_time: CertificateTime,
    /// The time stamp of the active manifest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_stamp: Option<TimeStamp>,
    /// Label of the active manifest: `urn:c2pa:…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifest_label: Option<String>,
    /// `instanceID` of the claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_id: Option<String>,
    /// Who made the claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim_generator: Option<ClaimGenerator>,
    /// Actions of the active manifest and, further down, of ingredients' manifests.
    pub actions: Vec<Action>,
    /// Digital source types asserted outside actions.
    pub asserted_source_types: Vec<AssertedSourceType>,
    /// Ingredients of the active manifest.
    pub ingredients: Vec<Ingredient>,
    /// Soft bindings.
    pub soft_bindings: Vec<SoftBinding>,
    /// Training and data mining.
    pub training_mining: Vec<TrainingMining>,
    /// AI disclosures.
    pub ai_disclosures: Vec<AiDisclosure>,
    /// Identities.
    pub identities: Vec<Identity>,
    /// Names of the provider that the claims or assertions state.
    pub provider_statements: Vec<ProviderStatement>,
    /// Statements that a watermark or a visible label is there.
    pub mark_statements: Vec<MarkStatement>,
    /// URL of a remote manifest, never fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote_manifest: Option<Located<String>>,
    /// A reference into the file itself (`self#jumbf=/c2pa/…`) although the file holds no manifest store: a manifest was
    /// once there and was removed. It is no remote manifest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leftover_reference: Option<Located<String>>,
}
