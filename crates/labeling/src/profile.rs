//! Provider and AI system that a label names, and the defaults of a workspace.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::fields::{OptionsError, error, only_known, plain_text};

/// Longest name of a provider or system, and longest version, in characters.
const LONGEST_NAME: usize = 200;
/// Fields for which a workspace stores defaults.
const DEFAULTS: [&str; 4] = ["provider", "aiSystem", "aiSystemVersion", "producerCode"];

/// Details of the provider that the laws require. Usually the same for every file of a workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// Name of the provider of the AI system (California, 22757.3(a)(1)(A)), 1 to 200 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub provider: Option<String>,
    /// Name of the AI system (22757.3(a)(1)(B)), 1 to 200 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub ai_system: Option<String>,
    /// Version of the AI system, 1 to 200 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub ai_system_version: Option<String>,
    /// Chinese provider code: `001`, `1`, a valid unified social credit code of 18 characters, and 5 more characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 27, max_length = 27))]
    pub producer_code: Option<String>,
    /// Whether to omit the file name from the manifest.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "openapi", schema(nullable))]
    pub neutral_title: bool,
}

impl Profile {
    /// Parses and validates the profile fields of a JSON object, as in [`crate::LabelOptions::from_json`].
    ///
    /// # Errors
    /// Returns the path, below `path`, of the first field that is of the wrong type or out of range.
    pub fn from_map(path: &str, map: &Map<String, Value>) -> Result<Self, OptionsError> {
        let optional = |name: &str| match map.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(_) => plain_text(path, map, name, LONGEST_NAME).map(Some),
        };
        let producer_code = optional("producerCode")?;
        if let Some(code) = &producer_code
            && !matches!(labeler_media::check_code(code), labeler_media::CodeCheck::Valid { .. })
        {
            return Err(error(
                format!("{path}.producerCode"),
                "must be 001, 1, a valid unified social credit code of 18 characters and 5 characters more",
            ));
        }
        let neutral_title = match map.get("neutralTitle") {
            None | Some(Value::Null) => false,
            Some(value) => {
                value.as_bool().ok_or_else(|| error(format!("{path}.neutralTitle"), "must be true or false"))?
            }
        };
        Ok(Self {
            provider: optional("provider")?,
            ai_system: optional("aiSystem")?,
            ai_system_version: optional("aiSystemVersion")?,
            producer_code,
            neutral_title,
        })
    }

    /// Updates the fields that `map` contains: `null` clears a field, an absent field stays unchanged.
    ///
    /// # Errors
    /// Returns the path, below `path`, of the first field that is unknown, of the wrong type or out of range, or of
    /// `aiSystemVersion` if the result would have no `aiSystem`. The profile is then unchanged.
    pub fn change(&mut self, path: &str, map: &Map<String, Value>) -> Result<(), OptionsError> {
        only_known(path, map, &DEFAULTS)?;
        let given = Self::from_map(path, map)?;
        let replace = |name: &str, own: &mut Option<String>, given: Option<String>| {
            if map.contains_key(name) {
                *own = given;
            }
        };
        let mut next = self.clone();
        replace("provider", &mut next.provider, given.provider);
        replace("aiSystem", &mut next.ai_system, given.ai_system);
        replace("aiSystemVersion", &mut next.ai_system_version, given.ai_system_version);
        replace("producerCode", &mut next.producer_code, given.producer_code);
        if next.ai_system_version.is_some() && next.ai_system.is_none() {
            return Err(error(
                format!("{path}.aiSystemVersion"),
                format!("needs {path}.aiSystem, whose version it is"),
            ));
        }
        *self = next;
        Ok(())
    }

    /// Fills missing fields from the defaults of a workspace.
    pub fn fill_from(&mut self, defaults: &Self) {
        let fill = |own: &mut Option<String>, other: &Option<String>| {
            if own.is_none() {
                own.clone_from(other);
            }
        };
        // A version belongs to its system.
        if self.ai_system.is_none() || self.ai_system == defaults.ai_system {
            fill(&mut self.ai_system_version, &defaults.ai_system_version);
        }
        fill(&mut self.ai_system, &defaults.ai_system);
        fill(&mut self.provider, &defaults.provider);
        fill(&mut self.producer_code, &defaults.producer_code);
        self.neutral_title |= defaults.neutral_title;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn profile(value: &Value) -> Profile {
        serde_json::from_value(value.clone()).unwrap()
    }

    #[test]
    fn prefers_given_fields_and_uses_a_default_version_only_with_its_system() {
        let defaults = json!({"provider": "ACME", "aiSystem": "Painter", "aiSystemVersion": "2", "producerCode": "c"});
        for (given, filled) in [
            (json!({}), defaults.clone()),
            (
                json!({"provider": "Other", "aiSystemVersion": "3"}),
                json!({"provider": "Other", "aiSystem": "Painter", "aiSystemVersion": "3", "producerCode": "c"}),
            ),
            (json!({"aiSystem": "Painter"}), defaults.clone()),
            (json!({"aiSystem": "Poet"}), json!({"provider": "ACME", "aiSystem": "Poet", "producerCode": "c"})),
        ] {
            let mut own = profile(&given);
            own.fill_from(&profile(&defaults));
            assert_eq!(serde_json::to_value(&own).unwrap(), filled, "{given}");
        }
        for (own, default, neutral) in [(false, true, true), (true, false, true), (false, false, false)] {
            let mut own = Profile { neutral_title: own, ..Profile::default() };
            own.fill_from(&Profile { neutral_title: default, ..Profile::default() });
            assert_eq!(own.neutral_title, neutral);
        }
    }

    #[test]
    fn change_updates_only_the_given_fields() {
        let mut kept = profile(&json!({"provider": "ACME", "aiSystem": "Painter", "aiSystemVersion": "2"}));
        let mut change = |value: Value| {
            let result = kept.change("profile", value.as_object().unwrap());
            result.map(|()| serde_json::to_value(&kept).unwrap())
        };
        assert_eq!(
            change(json!({"provider": null, "aiSystemVersion": "3"})).unwrap(),
            json!({"aiSystem": "Painter", "aiSystemVersion": "3"})
        );
        for (wrong, field) in [
            (json!({"aiSystem": "x".repeat(201)}), "profile.aiSystem"),
            (json!({"producerCode": "ACME"}), "profile.producerCode"),
            (json!({"aiSystem": null}), "profile.aiSystemVersion"),
            (json!({"neutralTitle": true}), "profile.neutralTitle"),
        ] {
            let error = change(wrong).unwrap_err();
            assert_eq!(error.field, field);
            assert!(error.message.starts_with(field), "{}", error.message);
        }
    }
}
