//! The exit codes of the commands.

use std::process::ExitCode;

/// Result of a command that did not fail with an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// No region fails: exit code 0.
    Fine,
    /// A region fails: exit code 1.
    Fails,
    /// A file could not be read or an action not be done: exit code 2.
    Unreadable,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Fine => Self::from(0),
            Outcome::Fails => Self::from(1),
            Outcome::Unreadable => Self::from(2),
        }
    }
}
