//! `labeler admin rotate`: adds a version of the pepper or the sealing key, and counts what uses the old versions.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use labeler_init::files::{read, write_private};
use labeler_init::say;
use labeler_store::Statement;
use labeler_store::retirement::{COUNTS, next_version};
use labeler_store::to_sql_text;
use serde::Deserialize;

use crate::outcome::Outcome;

/// A secret with versions.
#[derive(Clone, Copy, ValueEnum)]
enum Secret {
    /// `LABELER_PEPPER`.
    Pepper,
    /// `LABELER_SEALING_KEY`.
    Sealing,
}

impl Secret {
    const fn name(self) -> &'static str {
        match self {
            Self::Pepper => "LABELER_PEPPER",
            Self::Sealing => "LABELER_SEALING_KEY",
        }
    }
}

/// Options of `labeler admin rotate`.
#[derive(ClapArgs)]
pub struct Args {
    /// Add a version to this secret. Old versions stay until they are removed by hand.
    #[arg(long, value_name = "SECRET", requires = "vars", conflicts_with_all = ["query", "counts"])]
    add: Option<Secret>,
    /// File with the secrets, in the format of `.dev.vars`. It is changed.
    #[arg(long, value_name = "FILE")]
    vars: Option<PathBuf>,
    /// Only print the SQL statement that counts what uses each version.
    #[arg(long, conflicts_with = "counts")]
    query: bool,
    /// File with the output of `wrangler d1 execute DB --json --command` for the statement of `--query`. Shows which
    /// versions are still in use. A version that is not listed may be removed from its secret.
    #[arg(long, value_name = "FILE", required_unless_present_any = ["add", "query"])]
    counts: Option<PathBuf>,
}

/// Runs the command. `fresh` is 32 random bytes in hexadecimal.
pub fn run(args: &Args, fresh: &str) -> Result<Outcome, String> {
    if let (Some(secret), Some(vars)) = (args.add, &args.vars) {
        let text = String::from_utf8(read(vars)?).map_err(|_| format!("{}: is not text", vars.display()))?;
        let (changed, version) =
            add(&text, secret.name(), fresh).map_err(|what| format!("{}: {what}", vars.display()))?;
        write_private(vars, &changed)?;
        say!(
            "{} has version {version} now. Deploy the new value: wrangler secret put {}",
            secret.name(),
            secret.name()
        );
        return Ok(Outcome::Fine);
    }
    let Some(counts) = &args.counts else {
        say!("{}", to_sql_text(&[Statement::new(COUNTS)]).map_err(|e| e.to_string())?.trim_end());
        return Ok(Outcome::Fine);
    };
    let answers: Vec<Answer> = serde_json::from_slice(&read(counts)?)
        .map_err(|e| format!("{}: is not the output of the statement of --query: {e}", counts.display()))?;
    for row in answers.iter().flat_map(|answer| &answer.results) {
        say!("{:<16} {:<22} {}", row.version, row.holder, row.count);
    }
    Ok(Outcome::Fine)
}

/// Returns the file with an additional version of a secret, and the version's number.
fn add(text: &str, name: &str, fresh: &str) -> Result<(String, u32), String> {
    let mut changed = String::with_capacity(text.len().saturating_add(100));
    let mut version = None;
    for line in text.lines() {
        let value = line.strip_prefix(name).and_then(|rest| rest.strip_prefix('='));
        match value {
            Some(value) if version.is_none() => {
                let list = value.trim().trim_matches('"');
                let next = next_version(list).map_err(|error| format!("{name}: {error}"))?;
                version = Some(next);
                changed.push_str(&format!("{name}=\"{list},{next}:{fresh}\"\n"));
            }
            _ => {
                changed.push_str(line);
                changed.push('\n');
            }
        }
    }
    version.map(|version| (changed, version)).ok_or_else(|| format!("has no {name}"))
}

/// Output of wrangler for one statement.
#[derive(Deserialize)]
struct Answer {
    results: Vec<Count>,
}

#[derive(Deserialize)]
struct Count {
    version: String,
    holder: String,
    count: u64,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn appends_a_version_after_the_others() {
        let text = "# Secrets\nLABELER_PEPPER=\"1:aa,3:bb\"\nOTHER=\"x\"\n";
        let (changed, version) = add(text, "LABELER_PEPPER", "cc").unwrap();
        assert_eq!((changed.as_str(), version), ("# Secrets\nLABELER_PEPPER=\"1:aa,3:bb,4:cc\"\nOTHER=\"x\"\n", 4));
        assert!(add(text, "LABELER_SEALING_KEY", "cc").is_err());
        assert!(add("LABELER_PEPPER=nonsense\n", "LABELER_PEPPER", "cc").is_err());
    }
}
