//! Bounded random access to a seekable source.
//!
//! Invariants: no read past the length measured at the start; every read is charged against a byte budget and every
//! structure against a step budget, so that a file whose structures point at each other ends the walk; small reads
//! come from one cached block, so that walking boxes does not cost a call each.

use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::ops::Range;

use crate::budget::Budget;
use crate::error::ParseError;
use crate::limits::Limits;

/// Cached block: small, since a walk by seeking uses only a few bytes of each.
const BLOCK: u64 = 8 << 10;

/// Object-safe `Read + Seek`, so that parsers are compiled once.
pub(crate) trait Source: Read + Seek {}
impl<T: Read + Seek> Source for T {}

/// The file being read.
pub(crate) struct Input<'a> {
    source: &'a mut dyn Source,
    length: u64,
    block: Vec<u8>,
    block_start: u64,
    position: Option<u64>,
    /// Remaining budget of the pass.
    pub(crate) budget: Budget,
}

impl<'a> Input<'a> {
    pub(crate) fn new(source: &'a mut dyn Source, limits: &Limits) -> Result<Self, std::io::Error> {
        Self::with_budget(source, Budget::new(limits))
    }

    /// Same as [`Self::new`], with the remaining budget of another reader.
    pub(crate) fn with_budget(source: &'a mut dyn Source, budget: Budget) -> Result<Self, std::io::Error> {
        let length = source.seek(SeekFrom::End(0))?;
        Ok(Self { source, length, block: Vec::new(), block_start: 0, position: None, budget })
    }

    /// Length of the file in bytes.
    pub(crate) const fn length(&self) -> u64 {
        self.length
    }

    /// Counts one structure visited.
    pub(crate) fn step(&mut self, structure: &'static str) -> Result<(), ParseError> {
        Ok(self.budget.step(structure)?)
    }

    /// Exactly `length` bytes at `offset`.
    pub(crate) fn bytes(&mut self, offset: u64, length: u64) -> Result<Vec<u8>, ParseError> {
        let end = offset.checked_add(length).ok_or(ParseError::Truncated(offset))?;
        if end > self.length {
            return Err(ParseError::Truncated(self.length.min(offset)));
        }
        let size = usize::try_from(length).map_err(|_| ParseError::Malformed(offset, "length beyond address space"))?;
        if length <= BLOCK {
            if let Some(cached) = self.cached(offset, size) {
                return Ok(cached.to_vec());
            }
            self.fill(offset)?;
            return self.cached(offset, size).map(<[u8]>::to_vec).ok_or(ParseError::Truncated(offset));
        }
        self.charge(length)?;
        let mut buffer = vec![0_u8; size];
        self.read_exact(offset, &mut buffer)?;
        Ok(buffer)
    }

    /// Up to `length` bytes at `offset`, fewer only where the file ends.
    pub(crate) fn peek(&mut self, offset: u64, length: u64) -> Result<Vec<u8>, ParseError> {
        self.bytes(offset, length.min(self.length.saturating_sub(offset)))
    }

    /// A fixed number of bytes at `offset`.
    pub(crate) fn array<const N: usize>(&mut self, offset: u64) -> Result<[u8; N], ParseError> {
        let end = offset.checked_add(N as u64).ok_or(ParseError::Truncated(offset))?;
        if end > self.length {
            return Err(ParseError::Truncated(self.length.min(offset)));
        }
        if self.cached(offset, N).is_none() {
            self.fill(offset)?;
        }
        self.cached(offset, N).and_then(|bytes| bytes.try_into().ok()).ok_or(ParseError::Truncated(offset))
    }

    pub(crate) fn u8(&mut self, offset: u64) -> Result<u8, ParseError> {
        Ok(u8::from_be_bytes(self.array(offset)?))
    }

    pub(crate) fn u16_be(&mut self, offset: u64) -> Result<u16, ParseError> {
        Ok(u16::from_be_bytes(self.array(offset)?))
    }

    pub(crate) fn u32_be(&mut self, offset: u64) -> Result<u32, ParseError> {
        Ok(u32::from_be_bytes(self.array(offset)?))
    }

    pub(crate) fn u32_le(&mut self, offset: u64) -> Result<u32, ParseError> {
        Ok(u32::from_le_bytes(self.array(offset)?))
    }

    pub(crate) fn u64_be(&mut self, offset: u64) -> Result<u64, ParseError> {
        Ok(u64::from_be_bytes(self.array(offset)?))
    }

    pub(crate) fn u64_le(&mut self, offset: u64) -> Result<u64, ParseError> {
        Ok(u64::from_le_bytes(self.array(offset)?))
    }

    /// Reads without charging the byte budget, for stretches that have a bound of their own.
    pub(crate) fn scan(&mut self, offset: u64, buffer: &mut [u8]) -> Result<(), ParseError> {
        self.read_exact(offset, buffer)
    }

    /// As [`Self::bytes`] without charging the byte budget, for a length that the caller has bounded.
    pub(crate) fn scan_bytes(&mut self, offset: u64, length: u64) -> Result<Vec<u8>, ParseError> {
        if offset.checked_add(length).is_none_or(|end| end > self.length) {
            return Err(ParseError::Truncated(offset));
        }
        let size = usize::try_from(length).map_err(|_| ParseError::Truncated(offset))?;
        let mut buffer = vec![0_u8; size];
        self.read_exact(offset, &mut buffer)?;
        Ok(buffer)
    }

    /// Appends a range to `buffer`, without charging the byte budget and without a copy in between, for a range whose
    /// length the caller has bounded.
    pub(crate) fn scan_into(&mut self, range: Range<u64>, buffer: &mut Vec<u8>) -> Result<(), ParseError> {
        let length = range.end.checked_sub(range.start).filter(|_| range.end <= self.length);
        let length =
            length.and_then(|length| usize::try_from(length).ok()).ok_or(ParseError::Truncated(range.start))?;
        let before = buffer.len();
        buffer.resize(before.saturating_add(length), 0);
        self.read_exact(range.start, buffer.get_mut(before..).unwrap_or_default())
    }

    fn cached(&self, offset: u64, length: usize) -> Option<&[u8]> {
        let start = usize::try_from(offset.checked_sub(self.block_start)?).ok()?;
        self.block.get(start..start.checked_add(length)?)
    }

    fn fill(&mut self, offset: u64) -> Result<(), ParseError> {
        let size = BLOCK.min(self.length.saturating_sub(offset));
        self.charge(size)?;
        let mut block = std::mem::take(&mut self.block);
        block.clear();
        block.resize(usize::try_from(size).unwrap_or(0), 0);
        let outcome = self.read_exact(offset, &mut block);
        if outcome.is_ok() {
            self.block = block;
            self.block_start = offset;
        }
        outcome
    }

    fn charge(&mut self, bytes: u64) -> Result<(), ParseError> {
        Ok(self.budget.read("metadata", bytes)?)
    }

    fn read_exact(&mut self, offset: u64, buffer: &mut [u8]) -> Result<(), ParseError> {
        if self.position != Some(offset) {
            self.source.seek(SeekFrom::Start(offset))?;
        }
        self.position = None;
        match self.source.read_exact(buffer) {
            Ok(()) => {
                self.position = offset.checked_add(buffer.len() as u64);
                Ok(())
            }
            // The source shrank while it was read.
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Err(ParseError::Truncated(offset)),
            Err(error) => Err(ParseError::Io(error)),
        }
    }
}

/// A bounded stretch of bytes that a parser reads by offset: a file or a block in memory.
pub(crate) trait View {
    /// Exactly `length` bytes at `offset` in the view.
    fn view(&mut self, offset: u64, length: u64) -> Result<Vec<u8>, ParseError>;
    /// Length of the view in bytes.
    fn view_length(&self) -> u64;
    /// Counts one structure visited.
    fn view_step(&mut self, structure: &'static str) -> Result<(), ParseError>;
    /// Remaining budget of the parser.
    fn view_budget(&mut self) -> &mut Budget;
}

impl View for Input<'_> {
    fn view(&mut self, offset: u64, length: u64) -> Result<Vec<u8>, ParseError> {
        self.bytes(offset, length)
    }
    fn view_length(&self) -> u64 {
        self.length
    }
    fn view_step(&mut self, structure: &'static str) -> Result<(), ParseError> {
        self.step(structure)
    }
    fn view_budget(&mut self) -> &mut Budget {
        &mut self.budget
    }
}

/// A block in memory as a [`View`].
pub(crate) struct Memory<'a> {
    bytes: &'a [u8],
    budget: Budget,
}

/// Maximum number of directories of an EXIF block: honest ones have three.
const MAX_DIRECTORIES: u64 = 64;

impl<'a> Memory<'a> {
    pub(crate) const fn new(bytes: &'a [u8], limits: &Limits) -> Self {
        let limits = Limits { max_steps: MAX_DIRECTORIES, ..*limits };
        Self { bytes, budget: Budget::new(&limits) }
    }
}

impl View for Memory<'_> {
    fn view(&mut self, offset: u64, length: u64) -> Result<Vec<u8>, ParseError> {
        let start = usize::try_from(offset).map_err(|_| ParseError::Truncated(offset))?;
        let size = usize::try_from(length).map_err(|_| ParseError::Truncated(offset))?;
        let end = start.checked_add(size).ok_or(ParseError::Truncated(offset))?;
        self.bytes.get(start..end).map(<[u8]>::to_vec).ok_or(ParseError::Truncated(offset))
    }
    fn view_length(&self) -> u64 {
        self.bytes.len() as u64
    }
    fn view_step(&mut self, structure: &'static str) -> Result<(), ParseError> {
        Ok(self.budget.step(structure)?)
    }
    fn view_budget(&mut self) -> &mut Budget {
        &mut self.budget
    }
}
