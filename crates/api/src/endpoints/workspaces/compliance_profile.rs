//! The compliance profile of a workspace: defaults for what its labels say about the provider.
//!
//! Converts between the store, which keeps it as text, and the labelling crate, which validates it.

use labeler_labeling::Profile;
use labeler_store::{ComplianceProfile, FileNames, WorkspaceSettings};
use serde::Serialize;
use serde_json::{Map, Value};

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

/// Changes of the compliance profile. Null removes a value; absent fields stay unchanged.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "camelCase")]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "describes the object; its fields are read one by one, so that each fault is named")]
pub(crate) struct ProfileChange {
    /// Name of the provider, 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    provider: Option<String>,
    /// Name of the AI system, 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    ai_system: Option<String>,
    /// Version of the AI system, 1 to 200 characters. Requires `aiSystem`.
    #[schema(min_length = 1, max_length = 200)]
    ai_system_version: Option<String>,
    /// Chinese provider code: `001`, `1`, a valid unified social credit code of 18 characters, and 5 more characters.
    #[schema(min_length = 27, max_length = 27)]
    producer_code: Option<String>,
}

impl From<ComplianceProfile> for ProfileDetail {
    fn from(kept: ComplianceProfile) -> Self {
        let ComplianceProfile { provider, ai_system, ai_system_version, producer_code } = kept;
        Self { provider, ai_system, ai_system_version, producer_code }
    }
}

/// Applies a change to a profile. Fields that the change does not name stay.
pub(crate) fn changed(kept: ComplianceProfile, change: &Map<String, Value>) -> Result<ComplianceProfile, ApiError> {
    let mut profile = options_of(kept);
    profile.change(FIELD, change).map_err(ApiError::options)?;
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
