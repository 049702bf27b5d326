//! Answers to the questions of the law packs, from options and from a file.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use clap::{Arg, ArgMatches, Command};
use labeler_checker::answers::{ANSWERS, AnswerField, AnswerKind, CIRCUMSTANCES, set_answers, set_circumstance};
use labeler_init::files;
use labeler_rules::Context;
use serde_json::{Map, Value};

const HEADING: &str = "Answers (facts that you know and the file does not show; unknown never counts as no)";

/// Answers of `labeler check`. Each field of the engine's table is one option, so this is written by hand instead of
/// derived.
#[derive(Clone, Debug, Default)]
pub struct Args {
    file: Option<PathBuf>,
    given: Vec<(&'static str, String)>,
}

impl clap::FromArgMatches for Args {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = |field: &AnswerField| matches.get_one::<String>(field.name).cloned();
        Ok(Self {
            file: matches.get_one::<PathBuf>("answers").cloned(),
            given: ANSWERS.iter().filter_map(|field| Some((field.name, given(field)?))).collect(),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl clap::Args for Args {
    fn augment_args(command: Command) -> Command {
        let file = Arg::new("answers")
            .long("answers")
            .value_name("FILE")
            .value_parser(clap::value_parser!(PathBuf))
            .help_heading(HEADING)
            .help("Read answers from this TOML file: isAi = \"yes\", createdOn = 2026-09-01; options override it");
        ANSWERS.iter().fold(command.arg(file), |command, field| command.arg(option(field)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

/// Returns the name of a field's option with a static lifetime, because the parser does not own names.
fn long_name(field: &AnswerField) -> &'static str {
    static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| ANSWERS.iter().map(AnswerField::option).collect());
    let index = ANSWERS.iter().position(|known| known.name == field.name);
    index.and_then(|index| NAMES.get(index)).map_or(field.name, String::as_str)
}

fn option(field: &'static AnswerField) -> Arg {
    let value_name = match field.kind() {
        AnswerKind::YesNo => "yes|no|unknown",
        AnswerKind::Involvement => "created|altered|unknown",
        AnswerKind::Day => "DATE",
        AnswerKind::Name => "NAME",
    };
    let parse = move |text: &str| -> Result<String, String> {
        // The context's day does not matter: the form of an answer does not depend on it.
        let mut any = Context::new(time::Date::MIN);
        field.set(&mut any, text).map(|()| text.to_owned()).map_err(|_| field.kind().expected().to_owned())
    };
    let arg = Arg::new(field.name)
        .long(long_name(field))
        .value_name(value_name)
        .help_heading(HEADING)
        .help(field.meaning)
        .hide_short_help(field.name != "isAi");
    let arg = match field.name {
        "isAi" => arg.visible_alias("ai"),
        "placedOnMarketBefore" => arg.alias("placed-before"),
        _ => arg,
    };
    arg.value_parser(parse)
}

impl Args {
    /// Stores the answers of the file in a context. The file may also contain the day, the role and the regions.
    pub fn read_file(&self, context: &mut Context) -> Result<(), String> {
        self.file.as_deref().map_or(Ok(()), |path| read_file(context, path))
    }

    /// Stores the answers of the options in a context.
    pub fn apply(&self, context: &mut Context) -> Result<(), String> {
        for (name, text) in &self.given {
            if let Some(field) = AnswerField::named(name) {
                let told =
                    |error: labeler_checker::answers::AnswerError| format!("--{} {}", field.option(), error.problem);
                field.set(context, text).map_err(told)?;
            }
        }
        Ok(())
    }
}

fn read_file(context: &mut Context, path: &Path) -> Result<(), String> {
    let told = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let text = String::from_utf8(files::read(path)?).map_err(|_| told(&"is not UTF-8"))?;
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| told(&error.to_string().trim_end()))?;
    let mut answers = Map::new();
    for (name, value) in table {
        let value = json(value);
        if CIRCUMSTANCES.contains(&name.as_str()) {
            set_circumstance(context, &name, &value).map_err(|error| told(&error))?;
        } else {
            answers.insert(name, value);
        }
    }
    set_answers(context, &answers).map_err(|error| told(&error))
}

/// Converts TOML to JSON. Dates become `YYYY-MM-DD`.
pub fn json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(flag) => flag.into(),
        toml::Value::Datetime(day) => day.to_string().into(),
        toml::Value::Array(items) => items.into_iter().map(json).collect(),
        toml::Value::Table(table) => {
            Value::Object(table.into_iter().map(|(key, value)| (key, json(value))).collect::<Map<_, _>>())
        }
    }
}

/// Returns the options that give the answers of a context, for a shell.
pub fn as_options(context: &Context) -> Vec<String> {
    ANSWERS
        .iter()
        .filter_map(|field| field.get(context).map(|text| format!("--{} {}", field.option(), quoted(&text))))
        .collect()
}

/// Quotes a word for a POSIX shell.
fn quoted(text: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:,@%+=".contains(letter);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn quotes_names_for_a_shell() {
        assert_eq!(quoted("2026-09-01"), "2026-09-01");
        assert_eq!(quoted("Example AI"), "'Example AI'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}
