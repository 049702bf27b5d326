//! `labeler admin plan`: sets a workspace's plan and the limits of an enterprise contract.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use labeler_init::files::{self, read, write};
use labeler_init::say;
use labeler_ports::Rng;
use labeler_store::ChainPosition;
use labeler_store::terms::CHAIN_END;
use labeler_store::to_sql_text;
use labeler_store::{Actor, CONTRACT_BUDGETS, Plan, RateLimits, RateOverride, Terms};
use serde::Deserialize;

use crate::outcome::Outcome;

/// Actor in the audit trail.
const ACTOR: &str = "labeler admin plan";

/// Options of `labeler admin plan`.
#[derive(ClapArgs)]
pub struct Args {
    /// Id of the workspace (`ws_…`).
    #[arg(value_name = "WORKSPACE")]
    workspace: String,
    /// Only print the SQL statement that asks for the end of the workspace's audit chain.
    #[arg(long, conflicts_with_all = ["plan", "monthly_labels", "rates", "chain", "sql"])]
    query: bool,
    /// New plan: free, pro, agency or enterprise.
    #[arg(long, required_unless_present = "query")]
    plan: Option<Plan>,
    /// Live labels per month on the enterprise plan. Without it there is no limit.
    #[arg(long, value_name = "NUMBER")]
    monthly_labels: Option<u32>,
    /// Calls of each key to an endpoint per number of seconds, on the enterprise plan, for example label=300/60. May be
    /// repeated. Other endpoints keep the usual limits. Endpoints: label, label_batch, label_url, assets.list,
    /// assets.get, certificate.get, check, verify, verify.hash.
    #[arg(long = "rate", value_name = "ENDPOINT=CALLS/SECONDS", value_parser = rate)]
    rates: Vec<(String, RateOverride)>,
    /// File with the output of `wrangler d1 execute DB --json --command` for the statement of `--query`.
    #[arg(long, value_name = "FILE", required_unless_present = "query")]
    chain: Option<PathBuf>,
    /// File for the SQL statements: `wrangler d1 execute DB --file`. They change nothing if the audit chain has grown
    /// in the meantime.
    #[arg(long, value_name = "FILE", required_unless_present = "query")]
    sql: Option<PathBuf>,
}

/// Runs the command.
pub fn run(args: &Args, rng: &dyn Rng) -> Result<Outcome, String> {
    let (Some(plan), Some(chain), Some(sql)) = (args.plan, &args.chain, &args.sql) else {
        say!("{}", query(&args.workspace)?);
        return Ok(Outcome::Fine);
    };
    let terms = Terms {
        workspace_id: args.workspace.clone(),
        plan,
        monthly_labels: args.monthly_labels,
        rates: RateLimits(args.rates.iter().cloned().collect()),
    };
    if terms.rates.0.len() < args.rates.len() {
        return Err("--rate names the same endpoint twice. Give each endpoint once.".to_owned());
    }
    let end = end_of(&read(chain)?).map_err(|what| format!("{}: {what}", chain.display()))?;
    let now_ms = files::now().saturating_mul(1000);
    let statements = terms.statements(&Actor::system(ACTOR), &end, now_ms, rng).map_err(|e| e.to_string())?;
    write(sql, to_sql_text(&statements).map_err(|e| e.to_string())?.as_bytes())?;
    Ok(Outcome::Fine)
}

fn query(workspace: &str) -> Result<String, String> {
    let statement = labeler_store::database::Statement::new(CHAIN_END).bind(workspace);
    Ok(to_sql_text(&[statement]).map_err(|e| e.to_string())?.trim_end().to_owned())
}

/// Parses `label=300/60`.
fn rate(text: &str) -> Result<(String, RateOverride), String> {
    let Some((endpoint, own)) = split(text) else {
        return Err("must have the form ENDPOINT=CALLS/SECONDS, for example label=300/60".to_owned());
    };
    if !CONTRACT_BUDGETS.contains(&endpoint) {
        return Err(format!("unknown endpoint {endpoint}; known endpoints are {}", CONTRACT_BUDGETS.join(", ")));
    }
    Ok((endpoint.to_owned(), own))
}

fn split(text: &str) -> Option<(&str, RateOverride)> {
    let (endpoint, numbers) = text.split_once('=')?;
    let (limit, window_s) = numbers.split_once('/')?;
    Some((endpoint, RateOverride { limit: limit.parse().ok()?, window_s: window_s.parse().ok()? }))
}

/// Output of wrangler for one statement.
#[derive(Deserialize)]
struct Answer {
    results: Vec<ChainPosition>,
}

/// Reads the end of a chain from the output of [`query`]'s statement. No row means that the chain is still empty.
fn end_of(json: &[u8]) -> Result<ChainPosition, String> {
    let answers: Vec<Answer> =
        serde_json::from_slice(json).map_err(|e| format!("is not the output of the statement of --query: {e}"))?;
    match <[Answer; 1]>::try_from(answers) {
        Ok([Answer { results }]) => Ok(results.into_iter().next().unwrap_or_else(ChainPosition::genesis)),
        Err(_) => Err("must contain the output of exactly one statement".to_owned()),
    }
}
