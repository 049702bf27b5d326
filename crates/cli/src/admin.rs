//! `labeler admin`: sets up an installation, and makes changes that only its operator may make.

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
use crate::outcome::Outcome;
use crate::{operator, plan, rotate, sample};

/// Subcommands of `labeler admin`.
#[derive(Subcommand)]
pub enum Command {
    /// Create secrets, a development certificate, the first owner and two keys for a new installation.
    ///
    /// Prints one JSON object with the keys and the owner's credentials, or with the link. They are shown only once.
    Init(Init),
    /// Change a workspace's plan and, on the enterprise plan, its limits.
    ///
    /// Writes SQL statements that change both and record the change in the workspace's audit chain. They need the end
    /// of that chain: `labeler admin plan ws_… --query` prints the statement that asks for it.
    Plan(plan::Args),
    /// Suspend a person or a workspace. Nothing is deleted.
    ///
    /// Ends sessions, and rejects keys and tokens until `labeler admin resume`. Writes SQL statements that do this and
    /// record it in the audit chains. They need the ends of these chains: run `labeler admin suspend usr_… --query`
    /// first.
    Suspend(operator::Args),
    /// Restore access after `suspend`.
    Resume(operator::Args),
    /// Erase a person or a workspace permanently, as they can do themselves.
    ///
    /// Audit rows are kept without anything that identifies the person. After restoring a backup, repeat the erasures
    /// since the backup: the tables `erasures` and `workspace_erasures` list them.
    Erase(operator::Args),
    /// Add a version to the pepper or the sealing key, and show when an old version can be removed.
    ///
    /// The scheduled job reseals data that uses an older sealing key. Data under a pepper moves to the new version when
    /// its owner next uses it: keys, client secrets and passwords at their next use; sessions and links end within 30
    /// days.
    Rotate(rotate::Args),
    /// Write a small sample image (JPEG).
    Sample {
        /// File to write.
        output: PathBuf,
    },
}

/// Options of `labeler admin init`.
#[derive(ClapArgs)]
pub struct Init {
    /// Folder for the development certificate and its key. Created if missing.
    #[arg(long, default_value = ".labeler")]
    dir: PathBuf,
    /// File for the SQL statements that store the owner and the keys: `wrangler d1 execute DB --file`.
    #[arg(long, value_name = "FILE")]
    sql: PathBuf,
    /// File for the secrets, in the format of `.dev.vars`.
    #[arg(long, value_name = "FILE")]
    vars: PathBuf,
    /// E-mail address of the owner.
    #[arg(long, default_value = "owner@labeler.test")]
    email: String,
    /// Name of the first workspace.
    #[arg(long, default_value = "Development")]
    workspace: String,
    /// Create no owner and no keys, but a one-time link under this origin. With it, the owner creates an account within
    /// one day.
    #[arg(long, value_name = "ORIGIN", conflicts_with_all = ["email", "workspace"])]
    link: Option<String>,
}

/// Runs a subcommand.
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
    // A second run must not orphan the rows that the secrets of the first run protect.
    for file in [&options.sql, &options.vars] {
        if file.exists() {
            return Err(format!("{} already exists. To start again, remove it first.", file.display()));
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

/// Creates an owner and two keys. Returns the SQL statements and the credentials that are shown once.
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

/// Creates the link for the first run. Returns the SQL statements and the link, which is shown once.
fn link(origin: &str, peppers: &Peppers) -> Result<(String, serde_json::Value), String> {
    let now = identity::now().saturating_mul(1000);
    let (link, statements) = first_run(now, &SystemRng, peppers).map_err(|e| e.to_string())?;
    let shown = format!("{}/first-run#{}", origin.trim_end_matches('/'), link.token);
    Ok((to_sql_text(&statements).map_err(|e| e.to_string())?, serde_json::json!({ "link": shown })))
}

/// Reads a PEM file and returns it in the form of `.dev.vars`: on one line.
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
