//! The compliance profile of a workspace: defaults for what its labels say about the provider.
//!
//! Converts between the store, which keeps it as text, and the labelling crate, which validates it.

use std::borrow::Cow;

use labeler_labeling::Profile;
use labeler_store::{ComplianceProfile, FileNames, WorkspaceSettings};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::openapi::{RefOr, Schema, schema::AdditionalProperties};
use utoipa::{PartialSchema, ToSchema};

use crate::{app::App, auth::Caller, http::error::ApiError};

/// Name of the profile in the workspace's settings.
const FIELD: &str = "complianceProfile";

/// Default values for labels about the provider of the AI system. Options of a request take precedence. Null: no value.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProfileDetail {
    /// Name of the provider (California, 22757.3(a)(1)(A)).
    #[schema(example = "ACME Imaging")]
    provider: Option<String>,
    /// Name of the AI system (22757.3(a)(1)(B)).
    #[schema(example = "Painter")]
    ai_system: Option<String>,
    /// Version of the AI system.
    #[schema(example = "2.1")]
    ai_system_version: Option<String>,
    /// Chinese provider code (GB 45438-2025, Annex E).
    #[schema(example = "001191110102MACQD9K64010000")]
    producer_code: Option<String>,
}

/// Changes of the compliance profile: `null` removes a value.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct ProfileChange(Map<String, Value>);

impl PartialSchema for ProfileChange {
    /// Returns the schema of [`Profile`] without the field that follows from the storage of file names.
    fn schema() -> RefOr<Schema> {
        let mut schema = Profile::schema();
        if let RefOr::T(Schema::Object(object)) = &mut schema {
            object.properties.remove("neutralTitle");
            object.description = Some(
                "Changes of the compliance profile. Null removes a value; absent fields stay unchanged. \
                 `aiSystemVersion` requires `aiSystem`."
                    .to_owned(),
            );
            object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
        }
        schema
    }
}

impl ToSchema for ProfileChange {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("ProfileChange")
    }
}

impl From<ComplianceProfile> for ProfileDetail {
    fn from(kept: ComplianceProfile) -> Self {
        let ComplianceProfile { provider, ai_system, ai_system_version, producer_code } = kept;
        Self { provider, ai_system, ai_system_version, producer_code }
    }
}

/// Applies a change to a profile. Fields that the change does not name stay.
pub(crate) fn changed(kept: ComplianceProfile, change: &ProfileChange) -> Result<ComplianceProfile, ApiError> {
    let mut profile = options_of(kept);
    profile.change(FIELD, &change.0).map_err(ApiError::options)?;
    let Profile { provider, ai_system, ai_system_version, producer_code, neutral_title: _ } = profile;
    Ok(ComplianceProfile { provider, ai_system, ai_system_version, producer_code })
}

/// Returns the defaults for labels that a workspace's settings give. If the workspace does not keep file names, the
/// label must not contain them either.
fn defaults(settings: WorkspaceSettings) -> Profile {
    let neutral_title = settings.file_names != FileNames::Store;
    Profile { neutral_title, ..options_of(settings.profile) }
}

/// Returns the [`defaults`] of the caller's workspace.
pub(crate) async fn defaults_for(app: &App, caller: &Caller) -> Result<Profile, ApiError> {
    let found = app.store().workspaces().settings(caller.workspace_id()).await;
    let settings = found.map_err(|error| ApiError::database(&error))?;
    settings.map(defaults).ok_or_else(|| ApiError::internal("the caller's workspace is gone"))
}

fn options_of(kept: ComplianceProfile) -> Profile {
    let ComplianceProfile { provider, ai_system, ai_system_version, producer_code } = kept;
    Profile { provider, ai_system, ai_system_version, producer_code, neutral_title: false }
}
