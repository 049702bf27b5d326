//! `labeler admin`: what an installation needs before it can serve, and what only its operator changes.

use crate::say;
use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, Subcommand};
use labeler_devchain::Purpose;
use labeler_ports::{Rng, RngError};
use labeler_store::NewOwner;
use labeler_store::bootstrap::{bootstrap, first_run};
use labeler_store::operator::Act;
use labeler_store::to_sql_text;
use labeler_store::{Peppers, Plan};

use crate::identity::{self, read, write, write_private};
use crate::{Outcome, operator, plan, rotate, sample};

/// Sub-commands of `labeler admin`.
#[derive(Subcommand)]
pub enum Command {
    /// Make secrets, a development certificate, the first owner and two keys for a new installation.
    ///
    /// Prints one JSON object with the keys and the owner's sign-in, or with the link, the only time they are shown.
    Init(Init),
    /// Change a workspace's plan and, on the enterprise plan, its limits.
    ///
    /// Writes statements that change both and record it in the workspace's audit chain. First ask where that chain ends:
    /// `labeler admin plan ws_… --query` prints the statement for it.
    Plan(plan::Args),
    /// Take access away from a person or a workspace; nothing is deleted.
    ///
    /// Sessions end, and keys and tokens are refused until `labeler admin resume`. Writes statements that do it and record
    /// it in the audit chains concerned. First ask where those end: `labeler admin suspend usr_… --query`.
    Suspend(operator::Args),
    /// Give access back that `suspend` took away.
    Resume(operator::Args),
    /// Erase a person or a workspace for good, as they can do themselves.
    ///
    /// Audit rows stay, without anything that says who it was. After a backup was restored, erase again what was erased
    /// since: the tables `erasures` and `workspace_erasures` say whom.
    Erase(operator::Args),
    /// Add a version to the pepper or the sealing key, and see when an old version may go.
    ///
    /// The scheduled job seals again what is under an older sealing key. What is under a pepper moves when its owner next
    /// shows it: keys, clients' secrets and passwords with use, sessions and links end within 30 days.
    Rotate(rotate::Args),
    /// Write a small sample picture (JPEG).
    Sample {
        /// Where it goes.
        output: PathBuf,
    },
}

/// Options of `labeler admin init`.
#[derive(ClapArgs)]
pub struct Init {
    /// Folder for the development certificate and its key; made if missing.
    #[arg(long, default_value = ".labeler")]
    dir: PathBuf,
    /// File for the statements that store the owner and the keys: `wrangler d1 execute DB --file`.
    #[arg(long, value_name = "FILE")]
    sql: PathBuf,
    /// File for the secrets, in the form of `.dev.vars`.
    #[arg(long, value_name = "FILE")]
    vars: PathBuf,
    /// The owner's e-mail address.
    #[arg(long, default_value = "owner@labeler.test")]
    email: String,
    /// Name of the first workspace.
    #[arg(long, default_value = "Development")]
    workspace: String,
    /// Make no owner and no keys, but the one-time link under this origin with which the owner makes an account within
    /// a day.
    #[arg(long, value_name = "ORIGIN", conflicts_with_all = ["email", "workspace"])]
    link: Option<String>,
}

/// Runs a sub-command.
pub fn run(command: &Command) -> Result<Outcome, String> {
    match command {
        Command::Init(options) => init(options),
        Command::Plan(args) => plan::run(args, &SystemRng),
        Command::Suspend(args) => operator::run(args, Act::Suspend, "labeler admin suspend", &SystemRng),
        Command::Resume(args) => operator::run(args, Act::Resume, "labeler admin resume", &SystemRng),
        Command::Erase(args) => operator::run(args, Act::Erase, "labeler admin erase", &SystemRng),
        Command::Rotate(args) => rotate::run(args, &hex::encode(random::<32>()?)),
        Command::Sample { output } => {
            write(output, &sample::jpeg()?)?;
            Ok(Outcome::Fine)
        }
    }
}

fn init(options: &Init) -> Result<Outcome, String> {
    // Running twice must not orphan the rows that the first run's secrets protect.
    for file in [&options.sql, &options.vars] {
        if file.exists() {
            return Err(format!("{} exists already; remove it first if you mean to start anew", file.display()));
        }
    }
    let live = identity::development(&options.dir, Purpose::Development)?;
    let test = identity::development(&options.dir, Purpose::Sandbox)?;
    let pepper = format!("1:{}", hex::encode(random::<32>()?));
    let peppers = Peppers::parse(&pepper).map_err(|e| e.to_string())?;
    let (sql, shown) = match &options.link {
        None => owner(options, &peppers)?,
        Some(origin) => link(origin, &peppers)?,
    };

    let mut vars = format!(
        "# Secrets of this machine's development installation. Never commit this file.\nLABELER_PEPPER=\"{pepper}\"\n\
         LABELER_SEALING_KEY=\"1:{}\"\n",
        hex::encode(random::<32>()?)
    );
    for (prefix, (chain, key)) in [("LABELER", &live), ("LABELER_TEST", &test)] {
        vars += &format!("{prefix}_SIGNING_CHAIN=\"{}\"\n", one_line(chain)?);
        vars += &format!("{prefix}_SIGNING_KEY=\"{}\"\n", one_line(key)?);
    }
    write_private(&options.sql, &sql)?;
    write_private(&options.vars, &vars)?;
    say!("{shown}");
    Ok(Outcome::Fine)
}

/// An owner and two keys: the statements, and what is shown once.
fn owner(options: &Init, peppers: &Peppers) -> Result<(String, serde_json::Value), String> {
    let password = hex::encode(random::<12>()?);
    let owner = NewOwner {
        email: options.email.clone(),
        name: "Owner".to_owned(),
        password: password.clone(),
        workspace_name: options.workspace.clone(),
        plan: Plan::Enterprise,
    };
    let made =
        bootstrap(&owner, identity::now().saturating_mul(1000), &SystemRng, peppers).map_err(|e| e.to_string())?;
    let shown = serde_json::json!({
        "liveKey": made.live_key.secret,
        "testKey": made.test_key.secret,
        "ownerEmail": made.owner.email,
        "ownerPassword": password,
        "workspace": made.workspace.name,
    });
    Ok((made.to_sql().map_err(|e| e.to_string())?, shown))
}

/// The link of the first run: the statements, and what is shown once.
fn link(origin: &str, peppers: &Peppers) -> Result<(String, serde_json::Value), String> {
    let now = identity::now().saturating_mul(1000);
    let (link, statements) = first_run(now, &SystemRng, peppers).map_err(|e| e.to_string())?;
    let shown = format!("{}/first-run#{}", origin.trim_end_matches('/'), link.token);
    Ok((to_sql_text(&statements).map_err(|e| e.to_string())?, serde_json::json!({ "link": shown })))
}

/// A PEM file as `.dev.vars` holds it: on one line.
fn one_line(path: &Path) -> Result<String, String> {
    let text = String::from_utf8(read(path)?).map_err(|_| format!("{}: is not PEM", path.display()))?;
    Ok(text.trim_end().replace("\r\n", "\n").replace('\n', "\\n"))
}

struct SystemRng;

impl Rng for SystemRng {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RngError> {
        getrandom::fill(bytes).map_err(|_| RngError)
    }
}

fn random<const N: usize>() -> Result<[u8; N], String> {
    let mut bytes = [0; N];
    SystemRng.fill(&mut bytes).map_err(|e| e.to_string())?;
    Ok(bytes)
}
