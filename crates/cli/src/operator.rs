//! `labeler admin suspend`, `resume` and `erase`: an operator's changes to people and workspaces.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use labeler_init::files::{self, read, write};
use labeler_init::say;
use labeler_ports::Rng;
use labeler_store::Actor;
use labeler_store::operator::{Act, ChainEnd, Subject};
use labeler_store::to_sql_text;
use serde::Deserialize;

use crate::outcome::Outcome;

/// Options of the three commands.
#[derive(ClapArgs)]
pub struct Args {
    /// Id of the person (`usr_…`) or the workspace (`ws_…`).
    #[arg(value_name = "PERSON|WORKSPACE", value_parser = subject)]
    subject: Subject,
    /// Only print the SQL statement that asks for the ends of the audit chains.
    #[arg(long, conflicts_with_all = ["chain", "sql"])]
    query: bool,
    /// File with the output of `wrangler d1 execute DB --json --command` for the statement of `--query`.
    #[arg(long, value_name = "FILE", required_unless_present = "query")]
    chain: Option<PathBuf>,
    /// File for the SQL statements: `wrangler d1 execute DB --file`. They change nothing if an audit chain has grown in
    /// the meantime.
    #[arg(long, value_name = "FILE", required_unless_present = "query")]
    sql: Option<PathBuf>,
}

/// Runs one of the commands. `name` is its name in the audit trail.
pub fn run(args: &Args, act: Act, name: &str, rng: &dyn Rng) -> Result<Outcome, String> {
    let (Some(chain), Some(sql)) = (&args.chain, &args.sql) else {
        say!("{}", to_sql_text(&[args.subject.query()]).map_err(|e| e.to_string())?.trim_end());
        return Ok(Outcome::Fine);
    };
    let ends = ends_of(&read(chain)?).map_err(|what| format!("{}: {what}", chain.display()))?;
    if let Subject::Workspace(id) = &args.subject
        && ends.iter().all(|end| end.workspace_id != *id)
    {
        return Err(format!("{}: contains no row for {id}. Check whether this workspace exists.", chain.display()));
    }
    let now_ms = files::now().saturating_mul(1000);
    let statements = args.subject.statements(act, &Actor::system(name), &ends, now_ms, rng);
    let statements = statements.map_err(|e| e.to_string())?;
    write(sql, to_sql_text(&statements).map_err(|e| e.to_string())?.as_bytes())?;
    Ok(Outcome::Fine)
}

fn subject(text: &str) -> Result<Subject, String> {
    match text.split_once('_') {
        Some(("usr", _)) => Ok(Subject::Person(text.to_owned())),
        Some(("ws", _)) => Ok(Subject::Workspace(text.to_owned())),
        _ => Err("must be an ID that begins with usr_ or ws_".to_owned()),
    }
}

/// Output of wrangler for one statement.
#[derive(Deserialize)]
struct Answer {
    results: Vec<ChainEnd>,
}

fn ends_of(json: &[u8]) -> Result<Vec<ChainEnd>, String> {
    let answers: Vec<Answer> =
        serde_json::from_slice(json).map_err(|e| format!("is not the output of the statement of --query: {e}"))?;
    match <[Answer; 1]>::try_from(answers) {
        Ok([Answer { results }]) => Ok(results),
        Err(_) => Err("must contain the output of exactly one statement".to_owned()),
    }
}
