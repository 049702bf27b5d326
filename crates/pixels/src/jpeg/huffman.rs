//! Huffman tables and bits of entropy-coded data (ITU-T T.81, annexes C and F).

/// Number of bits in the first table lookup.
const FAST: u32 = 9;
/// Maximum length of a code in bits.
const LONGEST: u32 = 16;

/// Error in entropy-coded data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReadError {
    /// A marker or the end of the file came before the data was complete.
    Ended,
    /// The bits violate the format.
    Invalid,
}

/// A Huffman table.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// Length and symbol of the code that starts with these bits; length 0 if the code is longer.
    fast: Vec<(u8, u8)>,
    /// For each length: the first code, the number of codes, and the index of the first symbol.
    lengths: [(u32, u32, u32); 17],
    symbols: Vec<u8>,
}

impl Table {
    /// Builds a table from the symbols and the number of codes of each length. Returns `None` if the codes are
    /// inconsistent.
    pub(super) fn new(counts: &[u8; 16], symbols: &[u8]) -> Option<Self> {
        let mut fast = vec![(0, 0); 1 << FAST];
        let mut lengths = [(0, 0, 0); 17];
        let (mut code, mut index) = (0_u32, 0_u32);
        for ((length, count), slot) in (1_u32..).zip(counts).zip(lengths.iter_mut().skip(1)) {
            let count = u32::from(*count);
            *slot = (code, count, index);
            if code.checked_add(count)? > 1 << length {
                return None;
            }
            if length <= FAST {
                let span = 1_u32 << FAST.saturating_sub(length);
                for step in 0..count {
                    let first = code.saturating_add(step).saturating_mul(span);
                    let symbol = *symbols.get(index.saturating_add(step) as usize)?;
                    let entries = fast.get_mut(first as usize..first.saturating_add(span) as usize)?;
                    entries.fill((u8::try_from(length).ok()?, symbol));
                }
            }
            index = index.saturating_add(count);
            code = code.saturating_add(count) << 1;
        }
        (symbols.len() >= index as usize).then(|| Self { fast, lengths, symbols: symbols.to_vec() })
    }
}

/// Reads bits of entropy-coded data up to the next marker.
#[derive(Debug)]
pub(super) struct Bits<'a> {
    data: &'a [u8],
    /// Offset of the next byte after the buffer.
    at: usize,
    buffer: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(data: &'a [u8], at: usize) -> Self {
        Self { data, at, buffer: 0, count: 0 }
    }

    fn fill(&mut self) {
        while self.count <= 48 {
            let byte = match self.data.get(self.at..) {
                Some([0xFF, 0, ..]) => {
                    self.at = self.at.saturating_add(2);
                    0xFF
                }
                Some([0xFF, ..] | []) | None => return,
                Some([byte, ..]) => {
                    self.at = self.at.saturating_add(1);
                    *byte
                }
            };
            self.buffer = self.buffer << 8 | u64::from(byte);
            self.count = self.count.saturating_add(8);
        }
    }

    /// Returns the next `count` bits (at most 16) without consuming them; zeros after the end.
    fn peek(&mut self, count: u32) -> u32 {
        if self.count < count {
            self.fill();
        }
        let mask = (1_u64 << count) - 1;
        let bits =
            if self.count >= count { self.buffer >> (self.count - count) } else { self.buffer << (count - self.count) };
        u32::try_from(bits & mask).unwrap_or(0)
    }

    fn skip(&mut self, count: u32) -> Result<(), ReadError> {
        self.count = self.count.checked_sub(count).ok_or(ReadError::Ended)?;
        Ok(())
    }

    /// Consumes `count` bits, at most 16.
    pub(super) fn take(&mut self, count: u32) -> Result<u32, ReadError> {
        let bits = self.peek(count);
        self.skip(count)?;
        Ok(bits)
    }

    /// Consumes a signed number of `size` bits (T.81, F.2.2.1).
    pub(super) fn signed(&mut self, size: u32) -> Result<i32, ReadError> {
        if size == 0 {
            return Ok(0);
        }
        let bits = i32::try_from(self.take(size)?).map_err(|_| ReadError::Invalid)?;
        let half = 1_i32 << size.saturating_sub(1);
        Ok(if bits < half { bits.saturating_sub(half.saturating_mul(2)).saturating_add(1) } else { bits })
    }

    /// Consumes one code and returns its symbol.
    pub(super) fn symbol(&mut self, table: &Table) -> Result<u32, ReadError> {
        let bits = self.peek(LONGEST);
        let (length, symbol) = table.fast.get((bits >> (LONGEST - FAST)) as usize).copied().unwrap_or_default();
        if length > 0 {
            self.skip(u32::from(length))?;
            return Ok(u32::from(symbol));
        }
        for (length, (first, count, index)) in (0_u32..).zip(&table.lengths).skip(FAST as usize + 1) {
            let code = bits >> (LONGEST - length);
            if let Some(step) = code.checked_sub(*first).filter(|step| step < count) {
                self.skip(length)?;
                let symbol = table.symbols.get(index.saturating_add(step) as usize);
                return symbol.map(|symbol| u32::from(*symbol)).ok_or(ReadError::Invalid);
            }
        }
        // Zeros after the end must not be mistaken for an invalid code.
        Err(if self.count < LONGEST { ReadError::Ended } else { ReadError::Invalid })
    }

    /// Discards the rest of the last byte and returns the offset of the first unused byte.
    pub(super) fn align(&mut self) -> usize {
        let mut whole = self.count / 8;
        self.count = 0;
        self.buffer = 0;
        while whole > 0 {
            // A byte of 0xFF is stored as two bytes.
            self.at = self.at.saturating_sub(1);
            let before = self.at.checked_sub(1).and_then(|at| self.data.get(at));
            if self.data.get(self.at) == Some(&0) && before == Some(&0xFF) {
                self.at = self.at.saturating_sub(1);
            }
            whole = whole.saturating_sub(1);
        }
        self.at
    }

    /// Continues at another offset.
    pub(super) fn resume(&mut self, at: usize) {
        *self = Self::new(self.data, at);
    }
}
