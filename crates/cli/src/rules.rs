//! `labeler rules`: prints the law packs and their rules; compares, lints and signs packs.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use labeler_checker::answers::parse_day;
use labeler_init::{files, say};
use labeler_rules::facts::{FACTS, FactInfo, FactKind};
use labeler_rules::pack::{LintContext, Pack, PackSet, lint, tested_rows};
use labeler_rules::{Region, RuleInfo, RuleSet, Severity};
use serde_json::json;
use time::{Date, OffsetDateTime};

use crate::outcome::Outcome;
use crate::{law, pack_file, rules_diff};

/// Options of `labeler rules`.
#[derive(ClapArgs)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    /// Output format.
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    /// Print only this region. May be repeated: eu, california, china, washington, utah, connecticut, kazakhstan,
    /// vietnam, india, korea, newYork.
    #[arg(long, value_name = "REGION")]
    region: Vec<Region>,
    #[command(flatten)]
    law: law::Args,
}

#[derive(Subcommand)]
enum Command {
    /// Write HTML that shows the changes from one pack to another, in texts and in verdicts about files.
    Diff(rules_diff::Args),
    /// Find problems that prevent publishing: required rules whose source was not read, rows without a test, missing
    /// texts, an overdue review.
    #[command(after_help = "Exit codes: 0 nothing was found, 1 something was, 2 a pack could not be read.")]
    Lint(LintArgs),
    /// List the facts that conditions can refer to, with their values and meanings and the reason for which they can be
    /// unknown.
    Facts(FactsArgs),
    /// Sign packs into one file for `labeler check --rules`, the Worker and the browser.
    Sign(SignArgs),
}

/// Options of `labeler rules lint`.
#[derive(ClapArgs)]
struct LintArgs {
    /// Packs: TOML or JSON files, folders of TOML files, or `embedded`.
    #[arg(required = true, value_name = "PACK")]
    packs: Vec<PathBuf>,
    /// Lint as of this day (YYYY-MM-DD) instead of today.
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of: Option<Date>,
    /// File with additional tested rows (`EU-01.pass`): a list, or situations with `reaches`. May be repeated. Without
    /// it, the rows in `shared/tested.txt` in the folder of the pack count as tested; without that list, the rows that
    /// the tests of this program reach and that the pack does not change.
    #[arg(long, value_name = "FILE")]
    tested: Vec<PathBuf>,
    /// Language in which every text must exist. May be repeated. Default: all languages of the product.
    #[arg(long, value_name = "LANGUAGE")]
    language: Vec<String>,
}

/// Options of `labeler rules facts`.
#[derive(ClapArgs)]
struct FactsArgs {
    /// Only facts whose name or meaning contains this text.
    #[arg(value_name = "WORD")]
    word: Option<String>,
}

/// Options of `labeler rules sign`.
#[derive(ClapArgs)]
struct SignArgs {
    /// Packs: TOML or JSON files, or folders of TOML files.
    #[arg(required = true, value_name = "PACK")]
    packs: Vec<PathBuf>,
    /// Private key (PKCS#8 PEM, `openssl genpkey -algorithm ed25519`).
    #[arg(long, value_name = "PEM")]
    key: PathBuf,
    /// The file to write.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Table,
    /// One object with the set of packs and the rules.
    Json,
}

fn day(text: &str) -> Result<Date, String> {
    parse_day(text).ok_or_else(|| "must be a date written as YYYY-MM-DD".to_owned())
}

/// Prints the catalogue or runs a command on packs.
pub fn run(args: &Args) -> Result<Outcome, String> {
    match &args.command {
        Some(Command::Diff(args)) => rules_diff::run(args),
        Some(Command::Lint(args)) => run_lint(args),
        Some(Command::Facts(args)) => Ok(list_facts(args)),
        Some(Command::Sign(args)) => sign(args),
        None => list(args),
    }
}

fn list(args: &Args) -> Result<Outcome, String> {
    let law = args.law.load()?;
    let is_asked = |region: Region| args.region.is_empty() || args.region.contains(&region);
    let mut set = law.packs().rule_set();
    set.packs.retain(|info| law.packs().packs().iter().any(|pack| pack.id == info.id && is_asked(pack.region)));
    let mut rules = law.packs().catalogue();
    rules.retain(|rule| is_asked(rule.region));
    match args.format {
        Format::Json => {
            let listed = json!({ "ruleSet": set, "rules": rules });
            say!("{}", serde_json::to_string_pretty(&listed).map_err(|e| e.to_string())?);
        }
        Format::Table => {
            print_packs(&set, law.packs().packs());
            rules.iter().for_each(print);
        }
    }
    Ok(Outcome::Fine)
}

fn print_packs(set: &RuleSet, packs: &[Pack]) {
    for info in &set.packs {
        let Some(pack) = packs.iter().find(|pack| pack.id == info.id) else { continue };
        say!("{}  {}", info.id, pack.name);
        say!("    version {}, follows the law up to {}, review due on {}", info.version, pack.date, pack.review_by);
        say!("    SHA-256 {}", info.hash);
        for source in &pack.sources {
            let read = match source.read_on {
                Some(day) if source.was_read() => format!("read on {day} by {}", source.reviewer),
                _ => source.reviewer.clone(),
            };
            say!("    {} ({}): {read}", source.instrument, source.language);
        }
        say!("");
    }
}

fn print(rule: &RuleInfo) {
    let severity = match rule.severity {
        Severity::Required => "required",
        Severity::Recommended => "recommended",
        Severity::Informational => "informational",
    };
    say!("{}  {} ({severity})", rule.id, rule.title);
    say!("    {}, {}", rule.reference.instrument, rule.reference.provision);
    let until = rule.valid_until.map(|day| format!(" until {day}")).unwrap_or_default();
    say!("    in force from {}{until}", rule.valid_from);
    say!("    {}", rule.requirement);
    if let Some(url) = &rule.reference.url {
        say!("    {url}");
    }
    say!("");
}

fn list_facts(args: &FactsArgs) -> Outcome {
    let word = args.word.as_deref().unwrap_or_default().to_lowercase();
    let is_asked = |fact: &&FactInfo| fact.name.contains(&word) || fact.meaning.to_lowercase().contains(&word);
    for fact in FACTS.iter().filter(is_asked) {
        let values = match fact.kind {
            FactKind::Flag => "yes or no".to_owned(),
            FactKind::Number => "number".to_owned(),
            FactKind::Date => "day".to_owned(),
            FactKind::Standing => "standing".to_owned(),
            FactKind::Text | FactKind::Texts if !fact.values.is_empty() => fact.values.join(", "),
            FactKind::Text => "text".to_owned(),
            FactKind::Texts => "texts".to_owned(),
        };
        say!("{}  ({values})", fact.name);
        say!("    {}", fact.meaning);
        say!("    unknown: {}", fact.unknown);
    }
    Outcome::Fine
}

fn run_lint(args: &LintArgs) -> Result<Outcome, String> {
    let today = match args.as_of {
        Some(day) => day,
        None => OffsetDateTime::from_unix_timestamp(files::now()).map_err(|e| e.to_string())?.date(),
    };
    let named = texts(&args.tested)?;
    let mut findings = 0usize;
    let mut count = 0usize;
    let mut check = |pack: &Pack, list: Option<&str>| {
        let mut context = LintContext::new(today);
        if !args.language.is_empty() {
            context.languages.clone_from(&args.language);
        }
        let is_listed = |key: &String| names(&named, key) || list.is_some_and(|list| names(list, key));
        context.tested = pack.cases().into_iter().map(|(key, _)| key).filter(is_listed).collect();
        if list.is_none() {
            context.tested.extend(tested_rows(pack));
        }
        count += 1;
        for found in lint(pack, &context) {
            findings += 1;
            say!("{} {}: {}", found.pack, found.place, found.what);
        }
    };
    for path in packs_in(&args.packs)? {
        if path.as_os_str() == pack_file::EMBEDDED {
            // Includes the translations, which the JSON of the packs does not contain.
            PackSet::embedded().packs().iter().for_each(|pack| check(pack, None));
            continue;
        }
        let beside = pack_file::tested_beside(&path);
        let list = if beside.is_file() { Some(texts(&[beside])?) } else { None };
        for file in pack_file::read(&path)? {
            check(&file.with_texts(&path)?.pack, list.as_deref());
        }
    }
    say!("packs: {count}, problems: {findings}");
    Ok(if findings == 0 { Outcome::Fine } else { Outcome::Fails })
}

/// Returns the named files and those of named folders. Texts and tests are in the folder of each pack.
fn packs_in(named: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    for path in named {
        if path.is_dir() {
            files.extend(pack_file::toml_files(path)?);
        } else {
            files.push(path.clone());
        }
    }
    Ok(files)
}

/// Concatenates the texts of files.
fn texts(files: &[PathBuf]) -> Result<String, String> {
    let mut texts = String::new();
    for path in files {
        let text = String::from_utf8(files::read(path)?).map_err(|_| format!("{}: is not UTF-8", path.display()))?;
        texts.push_str(&text);
        texts.push('\n');
    }
    Ok(texts)
}

/// Returns whether a text names this row, and not only a longer name.
fn names(text: &str, row: &str) -> bool {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    text.match_indices(row).any(|(at, _)| {
        let before = text.get(..at).and_then(|head| head.chars().next_back());
        let after = text.get(at + row.len()..).and_then(|tail| tail.chars().next());
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

fn sign(args: &SignArgs) -> Result<Outcome, String> {
    let mut packs = Vec::new();
    for path in packs_in(&args.packs)? {
        for file in pack_file::read(&path)? {
            packs.push(file.with_texts(&path)?);
        }
    }
    files::write(&args.output, pack_file::signed(&packs, &args.key)?.as_bytes())?;
    for file in &packs {
        say!("{} {} {}", file.pack.id, file.pack.version, file.pack.hash);
    }
    Ok(Outcome::Fine)
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn finds_row_names_as_whole_words() {
        assert!(names("case \"EU-01.pass\"", "EU-01.pass"));
        assert!(!names("EU-01.passed, CEU-01.pass", "EU-01.pass"));
    }
}
