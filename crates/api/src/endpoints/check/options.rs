//! Options of a check: facts that the caller knows and the file does not show, and the workspace's defaults for them.

use std::borrow::Cow;

use labeler_checker::Language;
use labeler_checker::answers::{ANSWERS, AnswerKind, set_answers, set_circumstance};
use labeler_rules::{Context, Role, pack::LANGUAGES};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use time::Date;
use utoipa::openapi::schema::{
    AdditionalProperties, ArrayBuilder, ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type,
};
use utoipa::openapi::{KnownFormat, Ref, RefOr, SchemaFormat};
use utoipa::{PartialSchema, ToSchema};

use crate::{
    app::App,
    auth::Caller,
    http::error::{ApiError, code::Code},
};

/// Names of the fields, in the order in which they are read.
const FIELDS: [&str; 5] = ["answers", "role", "regions", "asOf", "language"];

/// Source of options. Decides their name in errors and the allowed fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The `options` part of a request.
    Request,
    /// A workspace's settings. They have no `asOf`: a stored day would judge later files by outdated law.
    Workspace,
}

impl Origin {
    fn name(self) -> &'static str {
        match self {
            Self::Request => "options",
            Self::Workspace => "checkDefaults",
        }
    }

    fn has(self, field: &str) -> bool {
        FIELDS.contains(&field) && (self == Self::Request || field != "asOf")
    }

    fn refuse(self, field: Option<&str>, problem: &str) -> ApiError {
        let name = field.map_or_else(|| self.name().to_owned(), |field| format!("{}.{field}", self.name()));
        let code = match self {
            Self::Request => Code::InvalidRequest,
            Self::Workspace => Code::ValidationError,
        };
        ApiError::new(code, format!("{name} {problem}")).field(name)
    }

    /// Returns the schema of the options, with the names that the engine knows.
    fn schema(self) -> ObjectBuilder {
        let say = |request: &'static str, workspace: &'static str| match self {
            Self::Request => Some(request),
            Self::Workspace => Some(workspace),
        };
        let nullable = |kind| SchemaType::from_iter([kind, Type::Null]);
        let text = || ObjectBuilder::new().schema_type(nullable(Type::String));
        let one_of = |names: &[&str]| text().pattern(Some(format!("^({})$", names.join("|"))));

        let answers = Ref::builder().ref_location_from_schema_name(CheckAnswers::name()).description(say(
            "Answers to the questions of the laws, with the names that `questions` and `context` of a report use.",
            "Default answers, as in the options of `POST /check`. An answer in a request takes precedence, including \
             `unknown`.",
        ));
        let role = one_of(&Role::ALL.map(Role::id))
            .description(say(
                "Role whose duties are judged. Default: `provider`.",
                "Default role, as in the options of `POST /check`.",
            ))
            .examples(say("provider", "deployer"));
        let regions = ArrayBuilder::new()
            .schema_type(nullable(Type::Array))
            .items(ObjectBuilder::new().schema_type(Type::String))
            .min_items(Some(1))
            .description(say(
                "Regions to judge, at least one. Default: `eu`, `california`, `china` and `washington`. All others \
                 (`utah`, `connecticut`, `kazakhstan`, `vietnam`, `india`, `korea` and `newYork`) are for information.",
                "Default regions, as in the options of `POST /check`.",
            ))
            .examples([json!(["eu", "california", "china", "washington"])]);
        let language = one_of(&LANGUAGES)
            .description(say(
                "Language of the sentences in the report. Default: `en`. IDs, keys and parameters do not depend on it.",
                "Default language, as in the options of `POST /check`.",
            ))
            .examples(["en"]);

        let null = ObjectBuilder::new().schema_type(Type::Null);
        let object = ObjectBuilder::new()
            .property("answers", OneOfBuilder::new().item(answers).item(null))
            .property("role", role)
            .property("regions", regions)
            .property("language", language)
            .additional_properties(Some(AdditionalProperties::FreeForm(false)));
        if !self.has("asOf") {
            return object;
        }
        let as_of = text()
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
            .description(Some(
                "Day whose law applies, unless a trusted time stamp or an answer gives another day. Default: today.",
            ))
            .examples(["2026-11-30"]);
        object.property("asOf", as_of)
    }
}

/// Answers by name; its schema is made from the engine's table.
pub(crate) struct CheckAnswers;

impl PartialSchema for CheckAnswers {
    fn schema() -> RefOr<Schema> {
        let yes_no = ["yes", "no", "unknown"];
        let mut object = ObjectBuilder::new()
            .description(Some("Answers to the questions of the laws. Absent answers are unknown."))
            .additional_properties(Some(AdditionalProperties::FreeForm(false)));
        for field in ANSWERS {
            let text = ObjectBuilder::new().schema_type(Type::String).description(Some(format!("{}.", field.meaning)));
            let text = match field.kind() {
                AnswerKind::YesNo => text.enum_values(Some(yes_no)),
                AnswerKind::Involvement => text.enum_values(Some(["created", "altered", "unknown"])),
                AnswerKind::Day => {
                    text.examples([Value::from("2026-09-01")]).format(Some(SchemaFormat::Custom("date".to_owned())))
                }
                AnswerKind::Name => text.min_length(Some(1)).max_length(Some(200)),
            };
            object = object.property(field.name, text);
        }
        object.into()
    }
}

impl ToSchema for CheckAnswers {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("CheckAnswers")
    }
}

/// Default options of checks in a workspace, as they are sent and returned. Options of a request take precedence.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct CheckDefaults(Map<String, Value>);

impl CheckDefaults {
    /// Validates the options.
    pub fn validate(&self) -> Result<CheckOptions, ApiError> {
        CheckOptions::new(self.0.clone(), Origin::Workspace)
    }
}

impl PartialSchema for CheckDefaults {
    fn schema() -> RefOr<Schema> {
        Origin::Workspace
            .schema()
            .description(Some("Default options of checks in a workspace. Options of a request take precedence."))
            .examples([json!({ "role": "deployer", "answers": { "signatory": "no" } })])
            .into()
    }
}

impl ToSchema for CheckDefaults {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("CheckDefaults")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        CheckOptions::schemas(schemas);
    }
}

impl From<CheckOptions> for CheckDefaults {
    fn from(options: CheckOptions) -> Self {
        Self(options.fields)
    }
}

/// Validated options.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct CheckOptions {
    fields: Map<String, Value>,
}

impl PartialSchema for CheckOptions {
    fn schema() -> RefOr<Schema> {
        Origin::Request
            .schema()
            .description(Some(
                "Facts that the caller knows and the file does not show. All fields are optional. An unknown answer \
                 never counts as no.",
            ))
            .examples([json!({
                "answers": { "isAi": "yes", "createdOn": "2026-09-01", "placedOnMarketBefore": "no" },
                "role": "deployer",
                "regions": ["eu", "california"],
                "asOf": "2026-11-30",
                "language": "en",
            })])
            .into()
    }
}

impl ToSchema for CheckOptions {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("CheckOptions")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((CheckAnswers::name().into_owned(), CheckAnswers::schema()));
    }
}

impl CheckOptions {
    /// Parses and validates the JSON of a part.
    pub fn from_json(text: &str) -> Result<Self, ApiError> {
        let origin = Origin::Request;
        match serde_json::from_str(text) {
            Ok(Value::Object(fields)) => Self::new(fields, origin),
            Ok(_) => Err(origin.refuse(None, "must be a JSON object")),
            Err(error) => {
                let place = format!("is not valid JSON: line {}, column {}", error.line(), error.column());
                Err(origin.refuse(None, &place))
            }
        }
    }

    /// Validates the fields of an object.
    pub fn new(fields: Map<String, Value>, origin: Origin) -> Result<Self, ApiError> {
        if let Some(name) = fields.keys().find(|name| !origin.has(name)) {
            let known: Vec<_> = FIELDS.into_iter().filter(|name| origin.has(name)).collect();
            let name: String = name.chars().filter(|letter| !letter.is_control()).take(80).collect();
            return Err(
                origin.refuse(Some(&name), &format!("is not known here; known fields are {}", known.join(", ")))
            );
        }
        let options = Self { fields };
        // Whether they are valid does not depend on the context.
        options.apply(&mut Context::new(Date::MIN), &mut Language::default(), origin)?;
        Ok(options)
    }

    /// Parses options that a workspace stores.
    pub fn from_stored(text: Option<&str>) -> Result<Self, ApiError> {
        let broken = || ApiError::internal("the defaults of checks of a workspace cannot be read");
        match text.map(serde_json::from_str) {
            None => Ok(Self::default()),
            Some(Ok(Value::Object(fields))) => Self::new(fields, Origin::Workspace).map_err(|_| broken()),
            Some(_) => Err(broken()),
        }
    }

    /// Serializes the options for storage in a workspace; `None` if there are none.
    pub fn to_text(&self) -> Option<String> {
        (!self.fields.is_empty()).then(|| Value::Object(self.fields.clone()).to_string())
    }

    /// Applies the options to a context. Facts that they do not name stay.
    pub fn apply(&self, context: &mut Context, language: &mut Language, origin: Origin) -> Result<(), ApiError> {
        for (name, value) in &self.fields {
            // A null is a field that is left out.
            if value.is_null() {
                continue;
            }
            match name.as_str() {
                "answers" => {
                    let answers =
                        value.as_object().ok_or_else(|| origin.refuse(Some(name), "must be a JSON object"))?;
                    set_answers(context, answers)
                        .map_err(|error| origin.refuse(Some(&format!("answers.{}", error.name)), &error.problem))?;
                }
                "language" => {
                    let wanted = value.as_str().unwrap_or_default().parse::<Language>();
                    *language = wanted.map_err(|error| origin.refuse(Some(name), &error.to_string()))?;
                }
                name => set_circumstance(context, name, value)
                    .map_err(|error| origin.refuse(Some(&error.name), &error.problem))?,
            }
        }
        Ok(())
    }
}

/// Returns the defaults of the caller's workspace.
pub(crate) async fn defaults_for(app: &App, caller: &Caller) -> Result<CheckOptions, ApiError> {
    let found = app.store().workspaces().settings(caller.workspace_id()).await;
    let settings = found.map_err(|error| ApiError::database(&error))?;
    let settings = settings.ok_or_else(|| ApiError::internal("the caller's workspace is gone"))?;
    CheckOptions::from_stored(settings.check_defaults.as_deref())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use labeler_rules::{Answer, Region};
    use time::macros::date;

    use super::*;

    #[test]
    fn request_options_override_workspace_defaults() {
        let kept = json!({ "role": "deployer", "answers": { "isAi": "yes", "signatory": "no" }, "language": "de" });
        let kept = CheckOptions::new(kept.as_object().unwrap().clone(), Origin::Workspace).unwrap();
        let kept = CheckOptions::from_stored(kept.to_text().as_deref()).unwrap();
        let own =
            CheckOptions::from_json(r#"{"answers":{"isAi":"unknown"},"regions":["eu"],"asOf":"2026-08-01"}"#).unwrap();
        let (mut context, mut language) = (Context::new(date!(2026 - 11 - 30)), Language::default());
        kept.apply(&mut context, &mut language, Origin::Workspace).unwrap();
        own.apply(&mut context, &mut language, Origin::Request).unwrap();
        assert_eq!((context.role, context.is_ai, context.signatory), (Role::Deployer, Answer::Unknown, Answer::No));
        assert_eq!((context.as_of, context.regions.len()), (date!(2026 - 08 - 01), 1));
        assert!(context.regions.contains(&Region::Eu));
        assert_eq!(language.id(), "de");
    }

    #[test]
    fn errors_name_the_invalid_field() {
        for (text, message) in [
            ("[]", "options must be a JSON object"),
            ("{", "options is not valid JSON: line 1, column 1"),
            (
                r#"{"isAi":"yes"}"#,
                "options.isAi is not known here; known fields are answers, role, regions, asOf, language",
            ),
            (r#"{"answers":[]}"#, "options.answers must be a JSON object"),
            (r#"{"answers":{"isAi":true}}"#, "options.answers.isAi must be yes, no or unknown"),
            (
                r#"{"answers":{"createdOn":"soon"}}"#,
                "options.answers.createdOn must be a day written YYYY-MM-DD, or unknown",
            ),
            (
                r#"{"role":"owner"}"#,
                "options.role must be one of provider, deployer, platform, hostingPlatform, captureDeviceMaker",
            ),
            (
                r#"{"regions":[]}"#,
                "options.regions must be a list of eu, california, china, washington, utah, connecticut, kazakhstan, vietnam, india, korea, newYork, at least one",
            ),
            (r#"{"asOf":"today"}"#, "options.asOf must be a day written YYYY-MM-DD"),
            (r#"{"language":"xx"}"#, "options.language must be one of en, de, fr, es, it, zh-Hans"),
        ] {
            assert_eq!(CheckOptions::from_json(text).unwrap_err().message(), message);
        }
        let day = json!({ "asOf": "2026-11-30" });
        let refused = CheckOptions::new(day.as_object().unwrap().clone(), Origin::Workspace).unwrap_err();
        assert_eq!(
            refused.message(),
            "checkDefaults.asOf is not known here; known fields are answers, role, regions, language"
        );
    }
}
