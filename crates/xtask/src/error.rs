//! The error type of this program: a sentence for the user.

use std::fmt;

/// An error as one sentence, which includes the fix if there is one.
#[derive(Debug)]
pub struct TaskError(String);

/// Result of every step.
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

/// Adds a description of the operation to an error that lacks it.
pub trait While<T> {
    /// Adds `doing`, a phrase such as "reading Cargo.lock".
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
