//! TrustMark's 100 bits: data, parity, and four version bits that name the schema.
//!
//! ```text
//! | data (40, 61, 68 or 75 bits) | parity (56, 35, 28 or 21) | 2 reserved bits | 2 schema bits |
//! ```
//!
//! The code's message is the data followed by zeros up to a whole byte. The zeros are not transmitted, so a word whose
//! correction would change one of them contains no payload.

use std::fmt;

use crate::bch::Code;

/// Number of bits that a decoder model reads from an image.
pub const PACKET_BITS: usize = 100;
/// Number of bits at the end that identify the schema: two reserved bits and two schema bits.
const VERSION_BITS: usize = 4;

/// Division of the bits into data and parity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Schema {
    /// 40 bits of data, up to 8 wrong bits corrected.
    BchSuper,
    /// 61 bits of data, up to 5 wrong bits corrected.
    Bch5,
    /// 68 bits of data, up to 4 wrong bits corrected.
    Bch4,
    /// 75 bits of data, up to 3 wrong bits corrected.
    Bch3,
}

impl Schema {
    /// All schemas in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::BchSuper, Self::Bch5, Self::Bch4, Self::Bch3];

    /// Returns the number in the schema bits, which also starts the value of a C2PA soft binding.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::BchSuper => 0,
            Self::Bch5 => 1,
            Self::Bch4 => 2,
            Self::Bch3 => 3,
        }
    }

    /// Returns the schema that the last two bits of a packet identify.
    const fn of(packet: u128) -> Self {
        match packet & 3 {
            0 => Self::BchSuper,
            1 => Self::Bch5,
            2 => Self::Bch4,
            _ => Self::Bch3,
        }
    }

    /// Returns TrustMark's name for the schema.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BchSuper => "BCH_SUPER",
            Self::Bch5 => "BCH_5",
            Self::Bch4 => "BCH_4",
            Self::Bch3 => "BCH_3",
        }
    }

    /// Returns the number of wrong bits that can be corrected.
    #[must_use]
    pub const fn corrects(self) -> usize {
        match self {
            Self::BchSuper => 8,
            Self::Bch5 => 5,
            Self::Bch4 => 4,
            Self::Bch3 => 3,
        }
    }

    /// Returns the number of data bits.
    #[must_use]
    pub const fn data_bits(self) -> usize {
        PACKET_BITS - VERSION_BITS - self.code().parity_bits()
    }

    /// Returns the number of zeros after the data, up to a whole byte.
    const fn padding(self) -> usize {
        self.data_bits().next_multiple_of(8) - self.data_bits()
    }

    const fn code(self) -> Code {
        Code::correcting(self.corrects())
    }
}

/// Data of a packet. Its text is the value of a C2PA soft binding: the schema's number, `*`, and the bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Payload {
    schema: Schema,
    data: u128,
}

impl Payload {
    /// Creates a payload with the schema's number of bits, first bit first; `None` for another number of bits.
    #[must_use]
    pub fn new(schema: Schema, bits: &[bool]) -> Option<Self> {
        (bits.len() == schema.data_bits()).then(|| Self { schema, data: word(bits) })
    }

    /// Returns the schema.
    #[must_use]
    pub const fn schema(&self) -> Schema {
        self.schema
    }

    /// Returns whether all data bits are zero. The packet of zeros is a code word, so it is also the result for an
    /// image without any signal.
    pub(crate) const fn is_zero(&self) -> bool {
        self.data == 0
    }

    /// Returns the 100 bits that carry the payload, first bit first.
    #[must_use]
    pub fn to_packet(&self) -> [bool; PACKET_BITS] {
        let (schema, code) = (self.schema, self.schema.code());
        let message = self.data << schema.padding();
        let parity = code.parity(message, schema.data_bits() + schema.padding());
        let packet = (self.data << code.parity_bits() | parity) << VERSION_BITS | u128::from(schema.number());
        std::array::from_fn(|index| packet >> (PACKET_BITS - 1 - index) & 1 == 1)
    }

    /// Corrects and reads a packet with the schema that it identifies, and returns the number of wrong bits. Ignores
    /// the reserved bits, as Adobe's decoder does. Returns `None` if too many bits are wrong.
    #[must_use]
    pub fn from_packet(packet: &[bool; PACKET_BITS]) -> Option<(Self, u32)> {
        let packet = word(packet);
        let (schema, coded) = (Schema::of(packet), packet >> VERSION_BITS);
        let (code, parity_bits, padding) = (schema.code(), schema.code().parity_bits(), schema.padding());
        let parity = coded & ((1 << parity_bits) - 1);
        let received = coded >> parity_bits << (parity_bits + padding) | parity;
        let flips = code.errors(received, schema.data_bits() + padding + parity_bits)?;
        let untransmitted = ((1 << padding) - 1) << parity_bits;
        if flips & untransmitted != 0 {
            return None;
        }
        let data = (received ^ flips) >> (parity_bits + padding);
        Some((Self { schema, data }, flips.count_ones()))
    }
}

impl fmt::Display for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}*{:0width$b}", self.schema.number(), self.data, width = self.schema.data_bits())
    }
}

/// Returns bits as a number, first bit highest.
fn word(bits: &[bool]) -> u128 {
    bits.iter().fold(0, |word, bit| word << 1 | u128::from(*bit))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn divides_the_bits_as_documented() {
        let layout = |schema: Schema| (schema.number(), schema.data_bits(), schema.code().parity_bits());
        assert_eq!(Schema::ALL.map(layout), [(0, 40, 56), (1, 61, 35), (2, 68, 28), (3, 75, 21)]);
    }

    #[test]
    fn writes_the_value_of_a_soft_binding() {
        let bits: Vec<bool> = (0..68).map(|index| index == 2 || index == 67).collect();
        let payload = Payload::new(Schema::Bch4, &bits).unwrap();
        assert_eq!(payload.to_string(), format!("2*001{}1", "0".repeat(64)));
        assert!(Payload::new(Schema::Bch5, &bits).is_none());
    }

    fn schema() -> impl Strategy<Value = Schema> {
        prop::sample::select(Schema::ALL.to_vec())
    }

    proptest! {
        #[test]
        fn reads_a_payload_back_despite_wrong_bits(
            schema in schema(),
            bits in prop::collection::vec(any::<bool>(), 75),
            wrong in prop::collection::btree_set(0_usize..96, 0..=8),
            reserved in any::<[bool; 2]>(),
        ) {
            let payload = Payload::new(schema, &bits[..schema.data_bits()]).unwrap();
            let mut packet = payload.to_packet();
            let wrong: Vec<usize> = wrong.into_iter().take(schema.corrects()).collect();
            wrong.iter().for_each(|bit| packet[*bit] = !packet[*bit]);
            (packet[96], packet[97]) = reserved.into();
            prop_assert_eq!(Payload::from_packet(&packet), Some((payload, wrong.len() as u32)));
        }

        #[test]
        fn survives_any_packet(low in any::<u128>()) {
            let packet: [bool; PACKET_BITS] = std::array::from_fn(|bit| low >> bit & 1 == 1);
            if let Some((payload, wrong)) = Payload::from_packet(&packet) {
                let again = payload.to_packet();
                let changed = (0..96).filter(|bit| again[*bit] != packet[*bit]).count();
                prop_assert_eq!(changed, wrong as usize);
            }
        }
    }
}
