//! The `labeler-init` program: `labeler admin init` and `labeler admin sample` without the rest of the command.

use std::process::ExitCode;

use clap::Parser;

/// Sets up an installation.
#[derive(Parser)]
#[command(name = "labeler-init", version, about, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: labeler_init::Command,
}

fn main() -> ExitCode {
    match Cli::parse().command.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("labeler-init: {message}");
            ExitCode::from(2)
        }
    }
}
