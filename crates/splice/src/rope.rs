//! A file as a list of shared slices.

use std::io::{Error, ErrorKind, Read, Result as IoResult, Seek, SeekFrom};
use std::ops::Range;

use bytes::Bytes;

use crate::error::SpliceError;

/// Byte sequence in slices that share their memory with their source. Slicing and joining copy no content.
///
/// Invariant: no slice is empty, and `starts` holds the offset of each.
#[derive(Clone, Debug, Default)]
pub struct Rope {
    parts: Vec<Bytes>,
    starts: Vec<u64>,
    len: u64,
}

impl Rope {
    /// An empty rope.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether it holds no byte.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The slices, in order; none is empty.
    #[must_use]
    pub fn parts(&self) -> &[Bytes] {
        &self.parts
    }

    /// The slices, in order; none is empty.
    #[must_use]
    pub fn into_parts(self) -> Vec<Bytes> {
        self.parts
    }

    /// Adds bytes at the end.
    pub fn push(&mut self, bytes: impl Into<Bytes>) {
        let bytes = bytes.into();
        if !bytes.is_empty() {
            self.starts.push(self.len);
            self.len = self.len.saturating_add(bytes.len() as u64);
            self.parts.push(bytes);
        }
    }

    /// Adds another rope at the end.
    pub fn append(&mut self, other: &Self) {
        for part in &other.parts {
            self.push(part.clone());
        }
    }

    /// Returns the bytes of a range, cut to the length of the rope.
    #[must_use]
    pub fn slice(&self, range: Range<u64>) -> Self {
        let mut out = Self::new();
        let end = range.end.min(self.len);
        let mut at = range.start;
        let mut index = self.index(at);
        while at < end {
            let (Some(part), Some(start)) = (self.parts.get(index), self.starts.get(index)) else { break };
            let from = usize::try_from(at.saturating_sub(*start)).unwrap_or(usize::MAX).min(part.len());
            let to = usize::try_from(end.saturating_sub(*start)).unwrap_or(usize::MAX).min(part.len());
            out.push(part.slice(from..to.max(from)));
            at = start.saturating_add(part.len() as u64);
            index = index.saturating_add(1);
        }
        out
    }

    /// Copies a range out.
    ///
    /// # Errors
    /// [`SpliceError::Truncated`] when the rope ends before the range does.
    pub fn bytes(&self, range: Range<u64>) -> Result<Vec<u8>, SpliceError> {
        if range.start > range.end || range.end > self.len {
            return Err(SpliceError::Truncated(range.start));
        }
        let slice = self.slice(range);
        let mut out = Vec::with_capacity(usize::try_from(slice.len).unwrap_or(0));
        slice.parts.iter().for_each(|part| out.extend_from_slice(part));
        Ok(out)
    }

    /// Copies `N` bytes out.
    ///
    /// # Errors
    /// [`SpliceError::Truncated`].
    pub fn array<const N: usize>(&self, at: u64) -> Result<[u8; N], SpliceError> {
        let mut out = [0; N];
        let index = self.index(at);
        let within = self.parts.get(index).zip(self.starts.get(index)).and_then(|(part, start)| {
            let from = usize::try_from(at.checked_sub(*start)?).ok()?;
            part.get(from..from.checked_add(N)?)
        });
        match within {
            Some(bytes) => out.copy_from_slice(bytes),
            None => {
                let end = at.checked_add(N as u64).ok_or(SpliceError::Truncated(at))?;
                out.copy_from_slice(&self.bytes(at..end)?);
            }
        }
        Ok(out)
    }

    /// An unsigned 8-bit number.
    pub(crate) fn u8(&self, at: u64) -> Result<u8, SpliceError> {
        self.array::<1>(at).map(|[byte]| byte)
    }

    /// A big-endian 16-bit number.
    pub(crate) fn u16_be(&self, at: u64) -> Result<u16, SpliceError> {
        self.array(at).map(u16::from_be_bytes)
    }

    /// A big-endian 32-bit number.
    pub(crate) fn u32_be(&self, at: u64) -> Result<u32, SpliceError> {
        self.array(at).map(u32::from_be_bytes)
    }

    /// A big-endian 64-bit number.
    pub(crate) fn u64_be(&self, at: u64) -> Result<u64, SpliceError> {
        self.array(at).map(u64::from_be_bytes)
    }

    /// Up to `length` bytes from `at`.
    pub(crate) fn peek(&self, at: u64, length: u64) -> Vec<u8> {
        let end = at.saturating_add(length).min(self.len);
        self.bytes(at.min(end)..end).unwrap_or_default()
    }

    /// Reads it as a file.
    #[must_use]
    pub fn reader(&self) -> RopeReader<'_> {
        RopeReader { rope: self, at: 0 }
    }

    fn index(&self, at: u64) -> usize {
        self.starts.partition_point(|start| *start <= at).saturating_sub(1)
    }
}

impl From<Bytes> for Rope {
    fn from(bytes: Bytes) -> Self {
        let mut rope = Self::new();
        rope.push(bytes);
        rope
    }
}

impl From<Vec<u8>> for Rope {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

/// `Read + Seek` over a rope.
#[derive(Debug)]
pub struct RopeReader<'a> {
    rope: &'a Rope,
    at: u64,
}

impl Read for RopeReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> IoResult<usize> {
        if self.at >= self.rope.len {
            return Ok(0);
        }
        let index = self.rope.index(self.at);
        let (Some(part), Some(start)) = (self.rope.parts.get(index), self.rope.starts.get(index)) else {
            return Ok(0);
        };
        let from = usize::try_from(self.at.saturating_sub(*start)).unwrap_or(usize::MAX);
        let rest = part.get(from..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        self.at = self.at.saturating_add(count as u64);
        Ok(count)
    }
}

impl Seek for RopeReader<'_> {
    fn seek(&mut self, to: SeekFrom) -> IoResult<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.rope.len.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or_else(|| Error::from(ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use proptest::prelude::*;

    fn rope(parts: &[Vec<u8>]) -> Rope {
        let mut rope = Rope::new();
        parts.iter().for_each(|p| rope.push(p.clone()));
        rope
    }

    proptest! {
        #[test]
        fn reads_the_joined_parts(
            parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..9), 0..8),
            a in 0u64..70, b in 0u64..70, step in 1usize..9,
        ) {
            let flat = parts.concat();
            let rope = rope(&parts);
            prop_assert_eq!(rope.len(), flat.len() as u64);
            let (from, to) = (a.min(b), a.max(b));
            let cut = |at: u64| (at as usize).min(flat.len());
            prop_assert_eq!(rope.slice(from..to).into_parts().concat(), &flat[cut(from)..cut(to)]);
            prop_assert_eq!(rope.bytes(from..to).ok(), flat.get(from as usize..to as usize).map(<[u8]>::to_vec));
            prop_assert_eq!(
                rope.array::<3>(a).ok().map(|x| x.to_vec()),
                flat.get(a as usize..a as usize + 3).map(<[u8]>::to_vec)
            );
            let mut reader = rope.reader();
            let at = reader.seek(SeekFrom::Start(from)).unwrap();
            prop_assert_eq!(at, from);
            let (mut out, mut buffer) = (Vec::new(), vec![0; step]);
            loop {
                let n = reader.read(&mut buffer).unwrap();
                if n == 0 { break }
                out.extend_from_slice(&buffer[..n]);
            }
            prop_assert_eq!(out, &flat[cut(from)..]);
        }
    }

    #[test]
    fn rejects_seeking_before_the_start() {
        let rope = rope(&[vec![1, 2], vec![3]]);
        let mut reader = rope.reader();
        assert_eq!(reader.seek(SeekFrom::End(-1)).unwrap(), 2);
        assert!(reader.seek(SeekFrom::Current(-3)).is_err());
        assert_eq!(reader.seek(SeekFrom::End(5)).unwrap(), 8);
        assert_eq!(reader.read(&mut [0; 4]).unwrap(), 0);
    }
}
