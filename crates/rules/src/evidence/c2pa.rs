//! Facts from a C2PA manifest store. Integrity, trust, certificate time and AI statements are independent of each
//! other.
//!
//! Each statement carries the [`ManifestPosition`] of its manifest. A statement in an ingredient's manifest is evidence
//! about the ingredient, not about the asset.

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
    /// No manifest store was found. This proves absence only if the reading was complete.
    #[default]
    Absent,
    /// A manifest store was read, embedded or from a sidecar.
    Present,
    /// The file only refers to a remote manifest, which was not fetched.
    Remote,
    /// The file contains manifest data that could not be parsed.
    Unreadable,
}

/// Whether hashes and signature are valid, regardless of the signer and the time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Integrity {
    /// Claim signature, assertion hashes and hard binding all match.
    Valid,
    /// At least one of these does not match; [`C2paFacts::failure_codes`] names it.
    Invalid,
    /// Not verified.
    #[default]
    Unknown,
}

/// Whether the signer is on a trust list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Trust {
    /// The chain ends at an anchor of [`C2paFacts::trusted_by`].
    Trusted,
    /// The signer is on none of the [`C2paFacts::lists_consulted`].
    Untrusted,
    /// No list was consulted.
    #[default]
    Unknown,
}

/// Kind of trust list that contains the signer's anchor.
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

/// Validity of the signing certificate at the time of the check, or at the time of a trusted time stamp if there is
/// one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum CertificateTime {
    /// Within its validity period.
    Inside,
    /// Expired, and no trusted time stamp proves that the signature is older than the expiry.
    Expired,
    /// Its validity period has not begun.
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
    /// In a separate file that was supplied together with the asset.
    Sidecar,
}

/// Kind of certificate that signed the active manifest. It decides whether the certificate's subject can name a
/// provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum CertificateClass {
    /// Not evaluated.
    #[default]
    Unknown,
    /// Its chain ends at an anchor of a consulted trust list ([`C2paFacts::trusted_by`]).
    Listed,
    /// Issued by an authority that is on no consulted list.
    UnlistedAuthority,
    /// Subject and issuer are the same. Anyone can create this certificate.
    SelfSigned,
    /// A published test certificate, whose private key is public, regardless of the issuer.
    Test,
    /// A development certificate made by a signing tool for trials.
    Development,
}

impl CertificateClass {
    /// Returns whether the certificate cannot satisfy rules that name a provider or need a reliable signer: it is a
    /// test, development or self-signed certificate.
    pub fn names_nobody(self) -> bool {
        matches!(self, Self::SelfSigned | Self::Test | Self::Development)
    }
}

/// The signer of the active manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Signer {
    /// Common name of the certificate's subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub common_name: Option<String>,
    /// Organisation of the certificate's subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// Organisation of the issuer, or its common name.
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
    /// Whether the token matches the signature; `None` if not verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid: Option<bool>,
    /// Whether the authority is on a time-stamp trust list; `None` if no list was consulted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trusted: Option<bool>,
    /// The attested time in RFC 3339 format.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// The authority's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authority: Option<String>,
    /// Where it was found.
    pub site: Site,
}

/// The software that created a claim. Its version is the version of the toolkit, never of the AI system.
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
    /// The asset is derived from the ingredient.
    #[default]
    ParentOf,
    /// The asset contains the ingredient.
    ComponentOf,
    /// The ingredient was the input of a process. The asset need not contain any part of it.
    InputTo,
}

/// Position of a manifest in the store, relative to the active manifest.
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

/// The software that performed an action. For AI actions it is the AI system.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct SoftwareAgent {
    /// Name, verbatim.
    pub name: String,
    /// Its own version, if the agent states one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// One action of an actions assertion, in the active manifest or in an ingredient's manifest.
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
    /// Position of the manifest that contains it.
    pub position: ManifestPosition,
    /// Where it was found.
    pub site: Site,
}

/// Digital source type that a manifest asserts outside its actions, in a metadata assertion.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct AssertedSourceType {
    /// The value.
    pub source_type: SourceType,
    /// Position of the manifest that asserts it.
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
    /// Position of the manifest that contains it.
    pub position: ManifestPosition,
    /// Where it was found.
    pub site: Site,
}

impl SoftBinding {
    /// Returns whether the algorithm is a watermark or a fingerprint; see [`soft_binding_kind`].
    pub fn kind(&self) -> SoftBindingKind {
        soft_binding_kind(&self.alg)
    }
}

/// The provider's name as stated by an assertion or the claim (`org.labeler.provider`), as opposed to the name in the
/// signing certificate or the name of a tool.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct ProviderStatement {
    /// The name, verbatim.
    pub name: String,
    /// Position of the manifest that states it.
    pub position: ManifestPosition,
    /// Where it was found.
    pub site: Site,
}

/// Result of searching the pixels for a stated visible label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum StatementCheck {
    /// The pixels were not decoded, or the label cannot be drawn as stated.
    #[default]
    Unchecked,
    /// The label was found.
    Seen,
    /// Labeler searched for the label in the form in which it draws labels, and did not find it.
    NotSeen,
}

/// A manifest's statement that the content carries a watermark or a visible label. The statement has the standing of
/// its signer. If [`MarkStatement::pre_applied`] is set, it is only the customer's word.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct MarkStatement {
    /// The stated layer: [`MarkLayer::InvisibleMark`] or [`MarkLayer::VisibleLabel`].
    pub layer: MarkLayer,
    /// Whether the signer only repeats the customer's statement that the layer was applied earlier (`preApplied`).
    pub pre_applied: bool,
    /// Stated text of a visible label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Stated position of a visible label.
    pub placement: Placement,
    /// Stated height of the ink divided by the shortest side of the image, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ink_height_ratio: Option<f64>,
    /// Whether a stated visible label was found in the pixels.
    #[serde(skip_serializing_if = "StatementCheck::is_unchecked")]
    pub check: StatementCheck,
    /// Position of the manifest that states it.
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
    /// Returns whether the pixels contradict the statement. Statements about labels that a customer applied are never
    /// contradicted, because such labels may look different from the one that was searched for.
    pub fn is_contradicted(&self) -> bool {
        self.check == StatementCheck::NotSeen && !self.pre_applied
    }
}

/// Entry of a training-and-data-mining assertion.
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

/// A `cawg.training-mining` assertion or its predecessor `c2pa.training-mining`.
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
    /// Type of the model, such as `c2pa.types.model`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_type: Option<String>,
    /// Name of the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_name: Option<String>,
    /// Identifier of the model, including its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_identifier: Option<String>,
    /// `contentProfile.humanOversightLevel`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub human_oversight: Option<String>,
    /// Position of the manifest that contains it.
    pub position: ManifestPosition,
    /// Where it was found.
    pub site: Site,
}

/// A CAWG identity assertion.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Identity {
    /// The stated name.
    pub name: String,
    /// Whether it validates; `None` if not verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid: Option<bool>,
    /// Position of the manifest that contains it.
    pub position: ManifestPosition,
    /// Where it was found.
    pub site: Site,
}

/// Contents of the manifest store and the results of its validation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct C2paFacts {
    /// Whether there is a manifest store.
    pub presence: C2paPresence,
    /// Whether it was read from the file or from a sidecar; meaningful only if present.
    pub storage: ManifestStorage,
    /// Where the manifest store was found.
    pub site: Site,
    /// Whether hashes and signature are valid. An expired certificate or an untrusted signer does not affect integrity.
    pub integrity: Integrity,
    /// Validation failure codes, verbatim, in the engine's order. Includes codes about trust and time.
    pub failure_codes: Vec<String>,
    /// The signer of the active manifest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signer: Option<Signer>,
    /// Kind of the signing certificate.
    pub certificate_class: CertificateClass,
    /// Whether the signer is on a trust list.
    pub trust: Trust,
    /// Name and date of the list that contains the signer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trusted_by: Option<String>,
    /// Kind of that list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trust_list_kind: Option<TrustListKind>,
    /// Names and dates of all lists that were consulted.
    pub lists_consulted: Vec<String>,
    /// Validity of the signing certificate over time.
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
    /// The software that created the claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim_generator: Option<ClaimGenerator>,
    /// Actions of the active manifest, followed by those of ingredients' manifests.
    pub actions: Vec<Action>,
    /// Digital source types asserted outside actions.
    pub asserted_source_types: Vec<AssertedSourceType>,
    /// Ingredients of the active manifest.
    pub ingredients: Vec<Ingredient>,
    /// Soft bindings.
    pub soft_bindings: Vec<SoftBinding>,
    /// Assertions about training and data mining.
    pub training_mining: Vec<TrainingMining>,
    /// AI disclosures.
    pub ai_disclosures: Vec<AiDisclosure>,
    /// Identity assertions.
    pub identities: Vec<Identity>,
    /// Provider names stated by claims or assertions.
    pub provider_statements: Vec<ProviderStatement>,
    /// Statements that the content carries a watermark or a visible label.
    pub mark_statements: Vec<MarkStatement>,
    /// URL of a remote manifest. It is never fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote_manifest: Option<Located<String>>,
    /// Reference into the file itself (`self#jumbf=/c2pa/…`) although the file has no manifest store: a manifest was
    /// present and has been removed. This is not a remote manifest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leftover_reference: Option<Located<String>>,
}
