//! The allowance of work and memory for one call, handed through every parser of this crate and of `labeler_splice`.
//!
//! A parser asks before it takes: one step for each structure that it visits, one entry for each element of a list that
//! it keeps, and the bytes that a kept thing occupies. Products of counts and sizes are charged as products, so that no
//! single declared number, and no two numbers together, cost more than the whole file may.

use thiserror::Error;

use crate::limits::Limits;

/// Resource that a budget counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// Structures visited: segments, chunks, boxes, frames, directories.
    Structures,
    /// Elements of lists that are kept: directory entries, item locations, replacements.
    Entries,
    /// Bytes of memory that stay in use.
    Memory,
    /// Levels of nesting.
    Levels,
    /// Bytes that came out of decompression.
    Unpacked,
    /// Bytes read from the file.
    Read,
}

impl Resource {
    const fn unit(self) -> &'static str {
        match self {
            Self::Structures => "structures",
            Self::Entries => "entries",
            Self::Memory => "bytes of memory",
            Self::Levels => "levels",
            Self::Unpacked => "bytes unpacked",
            Self::Read => "bytes read",
        }
    }
}

/// A structure of the file costs more than its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{structure}: more than {limit} {}", .resource.unit())]
pub struct BudgetError {
    /// Name of the structure in its format's terms, for example `TIFF directories`.
    pub structure: &'static str,
    /// Exhausted resource.
    pub resource: Resource,
    /// The limit.
    pub limit: u64,
}

/// Remaining budget of one call.
#[derive(Debug, Clone)]
pub struct Budget {
    limits: Limits,
    structures: u64,
    entries: u64,
    memory: u64,
    unpacked: u64,
    read: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Self::new(&Limits::default())
    }
}

impl Budget {
    /// Creates a budget with the full amounts of `limits`.
    #[must_use]
    pub const fn new(limits: &Limits) -> Self {
        Self {
            limits: *limits,
            structures: limits.max_steps,
            entries: limits.max_entries,
            memory: limits.max_memory,
            unpacked: limits.max_inflated_total,
            read: limits.max_read,
        }
    }

    /// Counts one structure visited.
    ///
    /// # Errors
    /// [`BudgetError`] above [`Limits::max_steps`].
    pub fn step(&mut self, structure: &'static str) -> Result<(), BudgetError> {
        take(&mut self.structures, 1, structure, Resource::Structures, self.limits.max_steps)
    }

    /// Counts elements of a list, before the list is made.
    ///
    /// # Errors
    /// [`BudgetError`] above [`Limits::max_entries`].
    pub fn entries(&mut self, structure: &'static str, count: u64) -> Result<(), BudgetError> {
        take(&mut self.entries, count, structure, Resource::Entries, self.limits.max_entries)
    }

    /// Counts `count` things of `size` bytes each that stay in memory, before the memory is taken.
    ///
    /// # Errors
    /// [`BudgetError`] above [`Limits::max_memory`].
    pub fn retain(&mut self, structure: &'static str, count: u64, size: u64) -> Result<(), BudgetError> {
        take(&mut self.memory, count.saturating_mul(size), structure, Resource::Memory, self.limits.max_memory)
    }

    /// Checks a level of nesting.
    ///
    /// # Errors
    /// [`BudgetError`] above [`Limits::max_depth`].
    pub const fn level(&self, structure: &'static str, depth: usize) -> Result<(), BudgetError> {
        if depth > self.limits.max_depth {
            let limit = self.limits.max_depth as u64;
            return Err(BudgetError { structure, resource: Resource::Levels, limit });
        }
        Ok(())
    }

    /// Counts bytes read from the file.
    ///
    /// # Errors
    /// [`BudgetError`] above [`Limits::max_read`].
    pub fn read(&mut self, structure: &'static str, bytes: u64) -> Result<(), BudgetError> {
        take(&mut self.read, bytes, structure, Resource::Read, self.limits.max_read)
    }

    /// Bytes that decompression may still give; the decompressor takes off what it gave.
    pub(crate) const fn unpacked(&mut self) -> &mut u64 {
        &mut self.unpacked
    }
}

fn take(
    left: &mut u64,
    amount: u64,
    structure: &'static str,
    resource: Resource,
    limit: u64,
) -> Result<(), BudgetError> {
    match left.checked_sub(amount) {
        Some(rest) => {
            *left = rest;
            Ok(())
        }
        None => Err(BudgetError { structure, resource, limit }),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn errors_name_the_structure_and_the_limit() {
        let limits = Limits { max_entries: 5, max_steps: 1, max_memory: 100, max_depth: 2, ..Limits::default() };
        let mut budget = Budget::new(&limits);
        budget.entries("iloc", 3).unwrap();
        assert_eq!(budget.entries("iloc", 3).unwrap_err().to_string(), "iloc: more than 5 entries");
        budget.entries("iloc", 2).unwrap();
        budget.step("boxes").unwrap();
        assert_eq!(budget.step("boxes").unwrap_err().to_string(), "boxes: more than 1 structures");
        budget.level("lists", 2).unwrap();
        assert_eq!(budget.level("lists", 3).unwrap_err().to_string(), "lists: more than 2 levels");
    }

    #[test]
    fn charges_count_times_size_without_overflow() {
        let mut budget = Budget::new(&Limits { max_memory: 100, ..Limits::default() });
        assert_eq!(budget.retain("pages", 11, 10).unwrap_err().to_string(), "pages: more than 100 bytes of memory");
        assert!(budget.retain("pages", u64::MAX, u64::MAX).is_err());
        budget.retain("pages", 10, 10).unwrap();
        assert!(budget.retain("pages", 1, 1).is_err());
    }
}
