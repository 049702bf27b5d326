//! The steps that an evaluation may take.

use super::error::FormulaError;

/// Steps that are left: one for each node visited and each element or member looked at, and one for every 64
/// bytes of a string that is searched or copied.
#[derive(Debug)]
pub(crate) struct Budget(u64);

impl Budget {
    pub(crate) fn new(steps: u64) -> Self {
        Self(steps)
    }

    /// Returns the steps that are left.
    pub(crate) fn left(&self) -> u64 {
        self.0
    }

    /// Spends `steps`. Fails if fewer are left, and then on every later call.
    pub(crate) fn spend(&mut self, steps: usize) -> Result<(), FormulaError> {
        match self.0.checked_sub(steps as u64) {
            Some(left) => {
                self.0 = left;
                Ok(())
            }
            None => {
                self.0 = 0;
                Err(FormulaError::Limit)
            }
        }
    }

    /// Spends the price of reading all of `text`.
    pub(crate) fn spend_text(&mut self, text: &str) -> Result<(), FormulaError> {
        self.spend(1 + text.len() / 64)
    }
}
