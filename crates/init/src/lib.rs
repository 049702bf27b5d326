//! Sets up an installation: creates secrets, development certificates, the first owner and two keys, or a one-time link.
//!
//! `labeler admin` offers these commands to operators. The program `labeler-init` offers them alone: it compiles in a
//! fraction of the time of the whole command, so that `cargo xtask dev` serves a new clone sooner.

pub mod files;
pub mod out;

mod chain;
mod installation;
mod random;
mod sample;

use std::path::PathBuf;

use clap::Subcommand;

pub use chain::development;
pub use installation::Init;
pub use random::{SystemRng, random};

/// Commands that set up an installation.
#[derive(Subcommand)]
pub enum Command {
    /// Create secrets, a development certificate, the first owner and two keys for a new installation.
    ///
    /// Prints one JSON object with the keys and the owner's credentials, or with the link. They are shown only once.
    Init(Init),
    /// Write a small sample image (JPEG).
    Sample {
        /// File to write.
        output: PathBuf,
    },
}

impl Command {
    /// Runs the command. Errors are texts for the user.
    pub fn run(&self) -> Result<(), String> {
        match self {
            Self::Init(options) => {
                say!("{}", options.run()?);
                Ok(())
            }
            Self::Sample { output } => files::write(output, &sample::jpeg()?),
        }
    }
}
