//! A file's Content Credentials as plain data.
//!
//! Four facts are kept separate because they fail for different reasons and have different meanings: the integrity of
//! the asset, the signer and the trust list that contains it, the validity period of the certificate, and the
//! manifests' statements about the origin. No field mixes two of them.

use serde::{Deserialize, Serialize};

use crate::trust::TrustListInfo;

/// Whether credential and asset are unchanged since signing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Integrity {
    /// The file has no manifest.
    #[default]
    None,
    /// Signature, assertions and hard binding all match.
    Intact,
    /// Signature and assertions match; the asset's bytes were not compared with the hard binding.
    Unverified,
    /// Changed after signing, or malformed: see the failure codes.
    Broken,
    /// A manifest store is present, but the engine could not read it.
    Unreadable,
}

/// Validity of the certificate at the time of the trusted time stamp, or now if there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CertificateTime {
    /// Not determined.
    #[default]
    Unknown,
    /// Valid at the time of signing.
    InTime,
    /// Expired, and no trusted time stamp proves an earlier signature.
    Expired,
    /// Not yet valid.
    NotYetValid,
}

/// One validation status of the engine, verbatim (C2PA 2.2, 15.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// For example `assertion.dataHash.mismatch`.
    pub code: String,
    /// JUMBF URI of the subject of the status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Explanation by the engine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<String>,
}

/// Validation statuses of one manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Validation {
    /// Successful checks.
    pub success: Vec<Status>,
    /// Informational results.
    pub informational: Vec<Status>,
    /// Failed checks.
    pub failure: Vec<Status>,
}

impl Validation {
    /// Returns whether any status has this code.
    pub fn has(&self, code: &str) -> bool {
        [&self.success, &self.informational, &self.failure].into_iter().flatten().any(|s| s.code == code)
    }

    /// Returns whether the authority that issued the signer's certificate has revoked it, according to the OCSP
    /// response in the manifest.
    pub fn is_signer_revoked(&self) -> bool {
        self.has("signingCredential.ocsp.revoked")
    }
}

/// The active manifest's signer, as its leaf certificate names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Signer {
    /// Subject common name.
    pub common_name: Option<String>,
    /// Subject organisation.
    pub organization: Option<String>,
    /// Issuer: organisation, else common name.
    pub issuer: Option<String>,
    /// COSE algorithm, for example `es256`.
    pub algorithm: Option<String>,
    /// `SHA256:` and the base64 digest of the leaf.
    pub fingerprint: Option<String>,
    /// Start of the leaf's validity, RFC 3339.
    pub not_before: Option<String>,
    /// End of the leaf's validity, RFC 3339.
    pub not_after: Option<String>,
    /// The list that contains this signer, if any.
    pub trusted_by: Option<TrustListInfo>,
    /// Whether the chain is a development chain of this product, which no list contains.
    pub development: bool,
    /// Whether subject and issuer are the same.
    pub self_signed: bool,
}

/// An RFC 3161 time stamp over the claim signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TimeStamp {
    /// Stated time in RFC 3339 format, if the engine could read it.
    pub time: Option<String>,
    /// Whether the token is well-formed and covers this signature.
    pub valid: bool,
    /// Whether the time-stamping authority is on the C2PA time-stamping trust list.
    pub trusted: bool,
}

/// One entry of an actions assertion.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Action {
    /// For example `c2pa.created`.
    pub action: String,
    /// URI, verbatim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digital_source_type: Option<String>,
    /// Stated time of the action.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// Software that performed the action. A toolkit is not the AI system, so this is never taken from the claim
    /// generator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software_agent: Option<Software>,
    /// Free text of the action or its parameters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Parameters other than ingredients and description, verbatim.
    #[serde(skip_serializing_if = "serde_json::Map::is_empty", default)]
    pub parameters: serde_json::Map<String, serde_json::Value>,
}

/// A named piece of software.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Software {
    /// Product name.
    pub name: String,
    /// Version, if stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// An ingredient of a manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Ingredient {
    /// Title, often a file name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// MIME type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// `parentOf`, `componentOf` or `inputTo`.
    pub relationship: String,
    /// Label of the ingredient's manifest in the store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_manifest: Option<String>,
    /// Failure codes of the ingredient's validation.
    pub failures: Vec<String>,
}

/// A `c2pa.soft-binding` assertion: a declared watermark or fingerprint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SoftBinding {
    /// Algorithm name of the C2PA soft binding algorithm list.
    pub alg: String,
    /// Value of the first block, as text or hex.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// An entry of a training-mining assertion, either label.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TrainingMining {
    /// Label of the assertion: `cawg.training-mining` or `c2pa.training-mining`.
    pub assertion: String,
    /// For example `cawg.ai_generative_training`.
    pub entry: String,
    /// `allowed`, `notAllowed` or `constrained`.
    #[serde(rename = "use")]
    pub permission: String,
    /// Text of a constraint.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub constraint_info: Option<String>,
}

/// A digital source type outside actions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AssertedSourceType {
    /// Label of the assertion.
    pub assertion: String,
    /// Value, verbatim.
    pub value: String,
}

/// One manifest of the store.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// Label, for example `urn:c2pa:…`.
    pub label: String,
    /// Whether this is the active manifest; all others were reached through ingredients.
    pub active: bool,
    /// Title of the asset.
    pub title: Option<String>,
    /// Instance id of the claim.
    pub instance_id: Option<String>,
    /// The software that wrote the claim.
    pub claim_generator: Option<Software>,
    /// Claim version, 1 or 2.
    pub claim_version: Option<u8>,
    /// Organisation or common name of the signer.
    pub signed_by: Option<String>,
    /// Time of the signature, if a time stamp states one.
    pub signed_at: Option<String>,
    /// Entries of all actions assertions, in order.
    pub actions: Vec<Action>,
    /// Ingredients, in order.
    pub ingredients: Vec<Ingredient>,
    /// Declared watermarks and fingerprints.
    pub soft_bindings: Vec<SoftBinding>,
    /// Training and data mining statements.
    pub training_mining: Vec<TrainingMining>,
    /// Digital source types that assertions other than actions state, verbatim.
    pub asserted_source_types: Vec<AssertedSourceType>,
    /// `c2pa.ai-disclosure` assertions, verbatim.
    pub ai_disclosures: Vec<serde_json::Value>,
    /// Names in CAWG identity assertions.
    pub identities: Vec<String>,
    /// Assertion labels, in order.
    pub assertions: Vec<String>,
}

/// A thumbnail in the store. Reports do not contain its bytes; see [`crate::thumbnails`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ThumbnailInfo {
    /// Label of the manifest that holds it.
    pub manifest: String,
    /// Label of its assertion, for example `c2pa.thumbnail.claim`.
    pub assertion: String,
    /// MIME type, as stated.
    pub format: String,
    /// Size in bytes.
    pub size_bytes: u64,
}

/// Contents and validation of the file's credentials.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Provenance {
    /// Intact, broken, unreadable or absent.
    pub integrity: Integrity,
    /// Reason for which the store could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Label of the active manifest.
    pub active_manifest: Option<String>,
    /// Signer of the active manifest.
    pub signer: Option<Signer>,
    /// Validity of the certificate over time.
    pub certificate_time: CertificateTime,
    /// The time stamp over the active manifest's signature.
    pub time_stamp: Option<TimeStamp>,
    /// Statuses of the active manifest.
    pub validation: Validation,
    /// The manifests: the active one, followed by those of its ingredients, each once.
    pub manifests: Vec<Manifest>,
    /// Thumbnails of all manifests, in the order of the store.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub thumbnails: Vec<ThumbnailInfo>,
}
