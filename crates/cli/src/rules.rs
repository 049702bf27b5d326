//! `labeler rules`: the rule catalogue.

use crate::say;
use clap::{Args as ClapArgs, ValueEnum};
use labeler_rules::{Region, RuleInfo, Severity};

use crate::Outcome;

/// Options of `labeler rules`.
#[derive(ClapArgs)]
pub struct Args {
    /// Form of the output.
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    /// Only this region; may be repeated: eu, california, china, washington.
    #[arg(long, value_name = "REGION")]
    region: Vec<Region>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Table,
    /// One array.
    Json,
}

/// Prints the catalogue.
pub fn run(args: &Args) -> Result<Outcome, String> {
    let mut rules = labeler_rules::catalogue();
    rules.retain(|rule| args.region.is_empty() || args.region.contains(&rule.region));
    match args.format {
        Format::Json => say!("{}", serde_json::to_string_pretty(&rules).map_err(|e| e.to_string())?),
        Format::Table => rules.iter().for_each(print),
    }
    Ok(Outcome::Fine)
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
