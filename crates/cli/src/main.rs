//! The `labeler` command: checks and labels files, and sets up an installation.
//!
//! Exit codes fail closed: 0 if no region fails, 1 if a region fails, 2 if something could not be read or done.

mod admin;
mod answers;
mod ask;
mod check;
mod identity;
mod label;
mod law;
mod operator;
mod outcome;
mod pack_file;
mod plan;
mod rotate;
mod rules;
mod rules_diff;
mod table;
mod trustmark;
mod watermark_key;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use outcome::Outcome;

/// Labels AI-made media and checks files against the laws on AI transparency.
#[derive(Parser)]
#[command(name = "labeler", version, about, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check files: report their statements about their origin, judged by the laws of the EU, California, China and
    /// Washington.
    #[command(
        after_help = "Exit codes: 0 no region fails, 1 a region fails, 2 a file could not be read. An open verdict (something \
                      is not known) gives 0 unless --fail-on open is set.\n\nMore options: --help."
    )]
    Check(check::Args),
    /// Label an image: sign a C2PA manifest that states its origin.
    Label(label::Args),
    /// Create a key for watermarks that only holders of the key can write and read.
    WatermarkKey(watermark_key::Args),
    /// Print the law packs and every rule with its text, source and dates; compare, lint and sign packs.
    Rules(rules::Args),
    /// Set up an installation: secrets, development certificate, first owner and keys; change plans and limits.
    #[command(subcommand)]
    Admin(admin::Command),
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Check(args) => check::run(&args),
        Command::Label(args) => label::run(&args),
        Command::WatermarkKey(args) => watermark_key::run(&args),
        Command::Rules(args) => rules::run(&args),
        Command::Admin(command) => admin::run(&command),
    };
    match result {
        Ok(outcome) => outcome.into(),
        Err(message) => {
            eprintln!("labeler: {message}");
            Outcome::Unreadable.into()
        }
    }
}
