//! The embedded rubrics, read once: metadata, definitions and statements with their expressions parsed.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Serialize;
use serde_json::{Map, Value};

use crate::formula::{Definitions, Expr, FormulaError, parse};

/// One of C2PA's official asset rubrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Rubric {
    /// Conformance Program 0.2 against specification 2.4: requirements on the manifests of generator products.
    Conformance,
    /// Well-formed, valid and trusted, read from the validation results.
    Integrity,
    /// Origin and edits of each manifest's asset, above all by generative AI.
    Signals,
}

impl Rubric {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Conformance, Self::Integrity, Self::Signals];

    /// Name, version and date of the release that is embedded.
    pub fn info(self) -> &'static RubricInfo {
        &self.program().info
    }

    pub(crate) fn program(self) -> &'static Program {
        match self {
            Self::Conformance => &CONFORMANCE,
            Self::Integrity => &INTEGRITY,
            Self::Signals => &SIGNALS,
        }
    }

    fn source(self) -> &'static str {
        match self {
            Self::Conformance => {
                include_str!(concat!(env!("OUT_DIR"), "/asset-rubric-conformance0.2-spec2.4.json"))
            }
            Self::Integrity => {
                include_str!(concat!(env!("OUT_DIR"), "/asset-rubric-integrity.json"))
            }
            Self::Signals => {
                include_str!(concat!(env!("OUT_DIR"), "/asset-rubric-signals-local.json"))
            }
        }
    }

    /// Value of `$expected_spec_version`. The official evaluator reads it from the file name of the rubric.
    fn expected_spec_version(self) -> Option<&'static str> {
        match self {
            Self::Conformance => Some("2.4"),
            Self::Integrity | Self::Signals => None,
        }
    }
}

/// Information block of a rubric.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RubricInfo {
    /// Title.
    pub name: String,
    /// Issuer.
    pub issuer: String,
    /// Version of the rubric.
    pub version: String,
    /// Date of issue, RFC 3339.
    pub date: String,
}

/// A rubric ready to run.
#[derive(Debug, Default)]
pub(crate) struct Program {
    pub(crate) info: RubricInfo,
    pub(crate) definitions: Definitions,
    pub(crate) statements: Vec<Statement>,
}

/// One check.
#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) id: String,
    pub(crate) spec_section: Option<String>,
    pub(crate) expression: Result<Expr, FormulaError>,
    pub(crate) matching: Matching,
    texts: BTreeMap<String, String>,
}

/// Meaning of a non-empty list as the value of a check's expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Matching {
    /// `failIfMatched`: the check fails, and the list says over what.
    Fails,
    /// `warnIfMatched`: the same, as a warning.
    Warns,
    /// Neither: the value is true or false by itself.
    Holds,
}

impl Statement {
    /// The English report text for `key`, or the default one.
    pub(crate) fn text(&self, key: &str) -> &str {
        self.texts.get(key).or_else(|| self.texts.get("default")).map_or("", String::as_str)
    }
}

static CONFORMANCE: LazyLock<Program> = LazyLock::new(|| read(Rubric::Conformance));
static INTEGRITY: LazyLock<Program> = LazyLock::new(|| read(Rubric::Integrity));
static SIGNALS: LazyLock<Program> = LazyLock::new(|| read(Rubric::Signals));

fn read(rubric: Rubric) -> Program {
    // The build script wrote this text with the same library, so it is JSON; a test reads all three.
    let documents: Vec<Value> = serde_json::from_str(rubric.source()).unwrap_or_default();
    program(&documents, rubric.expected_spec_version())
}

/// The program of a rubric's YAML documents: the information block, then lists of statements or single ones. What has
/// no `id` or no `expression` is an information statement or data block and judges nothing.
fn program(documents: &[Value], expected_spec_version: Option<&str>) -> Program {
    let Some((block, rest)) = documents.split_first() else {
        return Program::default();
    };
    let metadata = |key: &str| {
        block.get("rubric_metadata").and_then(|metadata| metadata.get(key)).and_then(Value::as_str).unwrap_or_default()
    };
    let info = RubricInfo {
        name: metadata("name").to_owned(),
        issuer: metadata("issuer").to_owned(),
        version: metadata("version").to_owned(),
        date: metadata("date").to_owned(),
    };
    let members = |key: &str| block.get(key).and_then(Value::as_object);
    let mut variables = members("variables").cloned().unwrap_or_else(Map::new);
    if let Some(version) = expected_spec_version {
        variables.insert("$expected_spec_version".to_owned(), Value::from(version));
    }
    let expressions = members("expressions")
        .into_iter()
        .flatten()
        .map(|(name, body)| (name.clone(), parse(body.as_str().unwrap_or_default().trim())))
        .collect();
    let statements = rest
        .iter()
        .flat_map(|document| match document {
            Value::Array(statements) => statements.as_slice(),
            single => std::slice::from_ref(single),
        })
        .filter_map(statement)
        .collect();
    Program { info, definitions: Definitions::new(variables, expressions), statements }
}

fn statement(source: &Value) -> Option<Statement> {
    let set = |key: &str| source.get(key).and_then(Value::as_bool).unwrap_or(false);
    Some(Statement {
        id: source.get("id")?.as_str()?.to_owned(),
        spec_section: source.get("specSection").and_then(Value::as_str).map(str::to_owned),
        expression: parse(source.get("expression")?.as_str()?.trim()),
        matching: match (set("failIfMatched"), set("warnIfMatched")) {
            (true, _) => Matching::Fails,
            (false, true) => Matching::Warns,
            (false, false) => Matching::Holds,
        },
        texts: source
            .get("reportText")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .filter_map(|(key, text)| {
                let text = text.as_str().or_else(|| text.get("en").and_then(Value::as_str))?;
                Some((key.clone(), text.to_owned()))
            })
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

    use std::collections::BTreeSet;

    use super::*;
    use crate::formula::Expr;

    fn unreadable(rubric: Rubric) -> Vec<String> {
        let program = rubric.program();
        let named = program.definitions.expressions.iter().map(|(name, body)| (name.as_str(), body));
        let stated = program.statements.iter().map(|statement| (statement.id.as_str(), &statement.expression));
        named.chain(stated).filter_map(|(name, body)| Some(format!("{name}: {}", body.as_ref().err()?))).collect()
    }

    #[test]
    fn every_expression_of_every_rubric_is_understood() {
        for rubric in Rubric::ALL {
            assert_eq!(unreadable(rubric), Vec::<String>::new(), "{rubric:?}");
        }
    }

    #[test]
    fn every_name_that_an_expression_uses_is_defined() {
        for rubric in Rubric::ALL {
            let program = rubric.program();
            let bodies =
                program.definitions.expressions.values().chain(program.statements.iter().map(|s| &s.expression));
            for body in bodies {
                body.as_ref().unwrap().walk(|node| match node {
                    Expr::Global(name) if name != "$args" => {
                        assert!(program.definitions.variables.contains_key(name), "{rubric:?}: {name}");
                    }
                    Expr::Call(crate::formula::Function::Named(name), _) => {
                        assert!(program.definitions.expressions.contains_key(name), "{rubric:?}: {name}");
                    }
                    _ => {}
                });
            }
        }
    }

    #[test]
    fn the_embedded_releases_are_what_the_readme_says() {
        for (rubric, name, checks) in [
            (Rubric::Conformance, "C2PA Asset Conformance 0.2 Spec 2.4 Rubric", 31),
            (Rubric::Integrity, "C2PA Asset Integrity Rubric", 6),
            (Rubric::Signals, "C2PA Asset Signals Rubric (Local)", 14),
        ] {
            let info = rubric.info();
            assert_eq!((info.name.as_str(), info.version.as_str()), (name, "1.0"));
            assert_eq!(info.issuer, "C2PA Conformance Task Force");
            assert_eq!(info.date, "2026-08-06T00:00:00Z");
            let ids: BTreeSet<_> = rubric.program().statements.iter().map(|statement| &statement.id).collect();
            assert_eq!((ids.len(), rubric.program().statements.len()), (checks, checks), "{rubric:?}");
        }
    }

    #[test]
    fn the_expected_version_is_the_one_in_the_file_name() {
        let version = Rubric::Conformance.expected_spec_version().unwrap();
        assert!(Rubric::Conformance.info().name.contains(&format!("Spec {version} ")));
    }

    #[test]
    fn data_blocks_and_information_statements_are_no_checks() {
        let documents: Vec<Value> = serde_json::from_value(serde_json::json!([
            {"rubric_metadata": {"name": "n"}},
            {"block": {"name": "b", "value": "{{ expr \"1\" }}"}},
            [{"id": "info", "reportText": {"en": "hello"}}, {"id": "a", "expression": "`true`", "reportText": {"true": "yes", "default": {"en": "else"}}}],
        ]))
        .unwrap();
        let program = program(&documents, None);
        assert_eq!(program.statements.len(), 1);
        assert_eq!(program.statements[0].text("true"), "yes");
        assert_eq!(program.statements[0].text("false"), "else");
    }
}
