//! Networks that a key may be used from.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// Maximum number of networks of one key.
pub const MAX_NETWORKS: usize = 50;

/// A network in CIDR notation (RFC 4632, RFC 4291): `192.0.2.0/24`, `2001:db8::/32`, or a single address.
///
/// Host bits are refused rather than dropped, because `192.0.2.7/24` is more likely a mistake than intended. An
/// IPv4-mapped IPv6 address counts as the IPv4 address that it maps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// Error for text that is not a network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a network in CIDR notation without host bits: {0}")]
pub struct NetworkError(pub String);

fn bits(address: IpAddr) -> (u128, u8) {
    match address {
        // Shifted to the top, so that a prefix means the same for both families.
        IpAddr::V4(address) => (u128::from(u32::from(address)) << 96, 32),
        IpAddr::V6(address) => (u128::from(address), 128),
    }
}

fn mask(prefix: u8) -> u128 {
    u128::MAX.checked_shl(128_u32.saturating_sub(u32::from(prefix))).unwrap_or(0)
}

impl Network {
    /// Whether an address is in the network.
    pub fn contains(self, address: IpAddr) -> bool {
        let ((own, family), (other, other_family)) = (bits(self.address), bits(address.to_canonical()));
        family == other_family && (own ^ other) & mask(self.prefix) == 0
    }

    /// Whether every address of this network is in `other`.
    pub fn is_within(self, other: Self) -> bool {
        self.prefix >= other.prefix && other.contains(self.address)
    }

    /// Parses a space-separated list.
    ///
    /// # Errors
    /// [`NetworkError`] for the first entry that is not a network.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, NetworkError> {
        text.split_ascii_whitespace().map(str::parse).collect()
    }

    /// Writes a list as [`Network::parse_list`] reads it.
    pub fn join(list: &[Self]) -> String {
        list.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = || NetworkError(text.chars().take(64).collect());
        let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let given: IpAddr = address.parse().map_err(|_| refuse())?;
        let address = given.to_canonical();
        let (value, longest) = bits(address);
        let prefix = match prefix {
            None => longest,
            Some(digits) if digits.is_empty() || digits.len() > 3 || !digits.bytes().all(|d| d.is_ascii_digit()) => {
                return Err(refuse());
            }
            Some(digits) => {
                let number: u8 = digits.parse().map_err(|_| refuse())?;
                // ::ffff:192.0.2.0/120 is 192.0.2.0/24.
                if given == address { number } else { number.checked_sub(96).ok_or_else(refuse)? }
            }
        };
        if prefix > longest || value & !mask(prefix) != 0 {
            return Err(refuse());
        }
        Ok(Self { address, prefix })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    fn network(text: &str) -> Network {
        text.parse().unwrap()
    }

    #[test]
    fn contains_only_its_own_addresses() {
        for (text, inside, outside) in [
            ("192.0.2.0/24", "192.0.2.255", "192.0.3.0"),
            ("192.0.2.7", "192.0.2.7", "192.0.2.8"),
            ("0.0.0.0/0", "255.255.255.255", "::1"),
            ("::/0", "2001:db8::1", "192.0.2.1"),
            ("2001:db8::/32", "2001:db8:ffff::", "2001:db9::"),
            ("::1", "::1", "::2"),
            ("10.0.0.0/9", "::ffff:10.127.255.255", "::ffff:10.128.0.0"),
            ("::ffff:192.0.2.0/120", "192.0.2.9", "192.0.3.9"),
        ] {
            let network = network(text);
            assert!(network.contains(inside.parse().unwrap()), "{text} {inside}");
            assert!(!network.contains(outside.parse().unwrap()), "{text} {outside}");
        }
    }

    #[test]
    fn is_within_itself_and_wider_networks() {
        for (inner, outer, within) in [
            ("192.0.2.0/24", "192.0.2.0/24", true),
            ("192.0.2.128/25", "192.0.2.0/24", true),
            ("192.0.2.7", "192.0.2.0/24", true),
            ("192.0.0.0/16", "192.0.2.0/24", false),
            ("192.0.3.0/24", "192.0.2.0/24", false),
            ("2001:db8:1::/48", "2001:db8::/32", true),
            ("2001:db8::/32", "0.0.0.0/0", false),
            ("0.0.0.0/0", "::/0", false),
        ] {
            assert_eq!(network(inner).is_within(network(outer)), within, "{inner} {outer}");
        }
    }

    #[test]
    fn refuses_text_that_is_not_a_network() {
        for text in [
            "",
            "/",
            "192.0.2.0/",
            "192.0.2.0/33",
            "192.0.2.0/-1",
            "192.0.2.0/+8",
            "192.0.2.7/24",
            "192.0.2/24",
            "2001:db8::/129",
            "2001:db8::1/32",
            "::ffff:192.0.2.0/24",
            "example.eu",
            "192.0.2.0/24/24",
            "0300.0.2.0",
        ] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }

    #[test]
    fn parses_the_lists_that_it_writes() {
        let list = Network::parse_list("192.0.2.0/24  2001:db8::/32 ::ffff:192.0.2.1").unwrap();
        assert_eq!(Network::join(&list), "192.0.2.0/24 2001:db8::/32 192.0.2.1/32");
        assert_eq!(Network::parse_list(&Network::join(&list)).unwrap(), list);
        assert_eq!(Network::parse_list("").unwrap(), []);
    }
}
