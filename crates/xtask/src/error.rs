//! The error type of every step: a sentence for the person at the keyboard.

use std::fmt;

/// Error of a task: one sentence that names the fix where there is one.
#[derive(Debug)]
pub struct TaskError(String);

/// Result of a step.
pub type Result<T> = std::result::Result<T, TaskError>;

impl TaskError {
    /// Creates an error with this message.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for TaskError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl From<std::io::Error> for TaskError {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<serde_json::Error> for TaskError {
    fn from(error: serde_json::Error) -> Self {
        Self(format!("unexpected JSON: {error}"))
    }
}

/// Adds what was being attempted to an error that does not say it.
pub trait While<T> {
    /// `doing` is a phrase such as "reading Cargo.lock".
    fn while_doing(self, doing: impl fmt::Display) -> Result<T>;
}

impl<T, E: fmt::Display> While<T> for std::result::Result<T, E> {
    fn while_doing(self, doing: impl fmt::Display) -> Result<T> {
        self.map_err(|error| TaskError(format!("{doing}: {error}")))
    }
}

/// Returns early with a [`TaskError`].
#[macro_export]
macro_rules! fail {
    ($($arg:tt)*) => {
        return Err($crate::error::TaskError::new(format!($($arg)*)))
    };
}
