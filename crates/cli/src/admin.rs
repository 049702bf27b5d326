//! `labeler admin`: sets up an installation, and makes changes that only its operator may make.

use clap::Subcommand;
use labeler_init::{SystemRng, random};
use labeler_store::operator::Act;

use crate::outcome::Outcome;
use crate::{operator, plan, rotate};

/// Subcommands of `labeler admin`.
#[derive(Subcommand)]
pub enum Command {
    #[command(flatten)]
    Init(labeler_init::Command),
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
}

/// Runs a subcommand.
pub fn run(command: &Command) -> Result<Outcome, String> {
    match command {
        Command::Init(command) => command.run().map(|()| Outcome::Fine),
        Command::Plan(args) => plan::run(args, &SystemRng),
        Command::Suspend(args) => operator::run(args, Act::Suspend, "labeler admin suspend", &SystemRng),
        Command::Resume(args) => operator::run(args, Act::Resume, "labeler admin resume", &SystemRng),
        Command::Erase(args) => operator::run(args, Act::Erase, "labeler admin erase", &SystemRng),
        Command::Rotate(args) => rotate::run(args, &hex::encode(random::<32>()?)),
    }
}
