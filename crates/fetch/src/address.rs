//! Addresses that a stranger's URL may lead to: public unicast, without the blocks that a registry reserves.
//!
//! Sources: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890, RFC 8190), and the multicast and former
//! experimental ranges that are registered elsewhere. Entries that the registries call globally reachable (AS112, AMT,
//! the anycast addresses of PCP and TURN) are rejected as well, because they are infrastructure and host no images.
//!
//! For IPv6 there is an allow-list: global unicast is 2000::/3 (RFC 4291, section 2.4). Every form that contains an
//! IPv4 address (mapped, compatible, translated, NAT64, 6to4, Teredo, ISATAP) is rejected for any IPv4 address, because
//! a host on the way would unpack it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

struct Block<T> {
    network: T,
    prefix: u32,
    name: &'static str,
}

const fn v4(network: [u8; 4], prefix: u32, name: &'static str) -> Block<u32> {
    Block { network: u32::from_be_bytes(network), prefix, name }
}

/// `head` contains the first 64 bits. Only the loopback and unspecified addresses need the other bits.
const fn v6(head: [u16; 4], prefix: u32, name: &'static str) -> Block<u128> {
    let [a, b, c, d] = head;
    let network = Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).to_bits();
    Block { network, prefix, name }
}

const V4: [Block<u32>; 19] = [
    v4([0, 0, 0, 0], 8, "this network (RFC 791)"),
    v4([10, 0, 0, 0], 8, "private use (RFC 1918)"),
    v4([100, 64, 0, 0], 10, "shared address space (RFC 6598)"),
    v4([127, 0, 0, 0], 8, "loopback (RFC 1122)"),
    // Not in a registry: Azure's host serves its guests at this public address.
    v4([168, 63, 129, 16], 32, "platform service of a cloud"),
    v4([169, 254, 0, 0], 16, "link local, metadata services (RFC 3927)"),
    v4([172, 16, 0, 0], 12, "private use (RFC 1918)"),
    v4([192, 0, 0, 0], 24, "IETF protocol assignments (RFC 6890)"),
    v4([192, 0, 2, 0], 24, "documentation (RFC 5737)"),
    v4([192, 31, 196, 0], 24, "AS112 (RFC 7535)"),
    v4([192, 52, 193, 0], 24, "AMT (RFC 7450)"),
    v4([192, 88, 99, 0], 24, "former 6to4 relays (RFC 7526)"),
    v4([192, 168, 0, 0], 16, "private use (RFC 1918)"),
    v4([192, 175, 48, 0], 24, "AS112 (RFC 7534)"),
    v4([198, 18, 0, 0], 15, "benchmarking (RFC 2544)"),
    v4([198, 51, 100, 0], 24, "documentation (RFC 5737)"),
    v4([203, 0, 113, 0], 24, "documentation (RFC 5737)"),
    v4([224, 0, 0, 0], 4, "multicast (RFC 5771)"),
    v4([240, 0, 0, 0], 4, "reserved, limited broadcast (RFC 1112, RFC 919)"),
];

const V6: [Block<u128>; 19] = [
    v6([0, 0, 0, 0], 96, "unspecified, loopback, IPv4-compatible (RFC 4291)"),
    Block { network: Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0).to_bits(), prefix: 96, name: "IPv4-mapped (RFC 4291)" },
    Block {
        network: Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, 0, 0).to_bits(),
        prefix: 96,
        name: "IPv4-translated (RFC 2765)",
    },
    v6([0x64, 0xff9b, 0, 0], 96, "NAT64 (RFC 6052)"),
    v6([0x64, 0xff9b, 1, 0], 48, "local NAT64 (RFC 8215)"),
    v6([0x100, 0, 0, 0], 64, "discard (RFC 6666)"),
    v6([0x100, 0, 0, 1], 64, "dummy prefix (RFC 9780)"),
    v6([0x2001, 0, 0, 0], 32, "Teredo (RFC 4380)"),
    v6([0x2001, 0, 0, 0], 23, "IETF protocol assignments (RFC 2928)"),
    v6([0x2001, 0xdb8, 0, 0], 32, "documentation (RFC 3849)"),
    v6([0x2002, 0, 0, 0], 16, "6to4 (RFC 3056)"),
    v6([0x2620, 0x4f, 0x8000, 0], 48, "AS112 (RFC 7534)"),
    v6([0x3ffe, 0, 0, 0], 16, "former 6bone (RFC 3701)"),
    v6([0x3fff, 0, 0, 0], 20, "documentation (RFC 9637)"),
    v6([0x5f00, 0, 0, 0], 16, "segment routing (RFC 9602)"),
    v6([0xfc00, 0, 0, 0], 7, "unique local (RFC 4193)"),
    v6([0xfe80, 0, 0, 0], 10, "link local (RFC 4291)"),
    v6([0xfec0, 0, 0, 0], 10, "former site local (RFC 3879)"),
    v6([0xff00, 0, 0, 0], 8, "multicast (RFC 4291)"),
];

/// Returns the reason for which strangers must not use an address, with its source; `None` if the address is public.
pub fn special_purpose(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => v4_block(address),
        IpAddr::V6(address) => v6_block(address),
    }
}

/// Returns whether an address is public unicast, so that anyone could reach it.
pub fn is_public(address: IpAddr) -> bool {
    special_purpose(address).is_none()
}

fn v4_block(address: Ipv4Addr) -> Option<&'static str> {
    let bits = address.to_bits();
    let inside =
        |block: &&Block<u32>| bits & u32::MAX.unbounded_shl(32_u32.saturating_sub(block.prefix)) == block.network;
    V4.iter().find(inside).map(|block| block.name)
}

fn v6_block(address: Ipv6Addr) -> Option<&'static str> {
    let bits = address.to_bits();
    let inside =
        |block: &&Block<u128>| bits & u128::MAX.unbounded_shl(128_u32.saturating_sub(block.prefix)) == block.network;
    if let Some(block) = V6.iter().find(inside) {
        return Some(block.name);
    }
    let [first, _, _, _, fifth, sixth, ..] = address.segments();
    if first & 0xe000 != 0x2000 {
        return Some("not global unicast (RFC 4291)");
    }
    // The interface identifier of ISATAP is 0000:5efe or, for globally unique addresses, 0200:5efe, followed by the
    // address.
    if sixth == 0x5efe && fifth & 0xfdff == 0 {
        return Some("ISATAP (RFC 5214)");
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_block_is_refused_from_its_first_to_its_last_address() {
        for block in &V4 {
            let host = u32::MAX.unbounded_shr(block.prefix);
            assert_eq!(block.network & host, 0, "{}", block.name);
            for bits in [block.network, block.network | host, block.network | (host / 2)] {
                assert!(!is_public(Ipv4Addr::from_bits(bits).into()), "{}", Ipv4Addr::from_bits(bits));
            }
        }
        for block in &V6 {
            let host = u128::MAX.unbounded_shr(block.prefix);
            assert_eq!(block.network & host, 0, "{}", block.name);
            for bits in [block.network, block.network | host, block.network | (host / 2)] {
                assert!(!is_public(Ipv6Addr::from_bits(bits).into()), "{}", Ipv6Addr::from_bits(bits));
            }
        }
    }

    /// The neighbours of each block, and addresses in common use.
    #[test]
    fn what_lies_beside_a_block_is_public() {
        for text in [
            "1.0.0.0",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "168.63.129.15",
            "168.63.129.17",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "191.255.255.255",
            "192.0.1.0",
            "192.0.3.0",
            "192.31.195.255",
            "192.31.197.0",
            "192.52.192.255",
            "192.52.194.0",
            "192.88.98.255",
            "192.88.100.0",
            "192.167.255.255",
            "192.169.0.0",
            "192.175.47.255",
            "192.175.49.0",
            "198.17.255.255",
            "198.20.0.0",
            "198.51.99.255",
            "198.51.101.0",
            "203.0.112.255",
            "203.0.114.0",
            "223.255.255.255",
            "8.8.8.8",
            "93.184.215.14",
            "2001:200::",
            "2001:db7:ffff::1",
            "2001:db9::",
            "2003::1",
            "2400:cb00::1",
            "2606:4700:4700::1111",
            "2620:4f:7fff::1",
            "2620:4f:8001::1",
            "2a00:1450:4001::200e",
            "3ffd:ffff::1",
            "3fff:1000::1",
            "2a00:1450::5eff:1:1",
        ] {
            let address: IpAddr = text.parse().unwrap();
            assert_eq!(special_purpose(address), None, "{text}");
        }
    }

    #[test]
    fn an_ipv4_address_inside_an_ipv6_address_is_refused_whatever_it_is() {
        for inner in ["127.0.0.1", "10.0.0.1", "169.254.169.254", "8.8.8.8"] {
            let inner: Ipv4Addr = inner.parse().unwrap();
            let [high, low] = [(inner.to_bits() >> 16) as u16, inner.to_bits() as u16];
            for (form, address) in [
                ("mapped", Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, high, low)),
                ("compatible", Ipv6Addr::new(0, 0, 0, 0, 0, 0, high, low)),
                ("translated", Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, high, low)),
                ("NAT64", Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low)),
                ("local NAT64", Ipv6Addr::new(0x64, 0xff9b, 1, 2, 3, 4, high, low)),
                ("6to4", Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1)),
                ("Teredo server", Ipv6Addr::new(0x2001, 0, high, low, 0, 0, 0, 0)),
                ("Teredo client", Ipv6Addr::new(0x2001, 0, 0x4136, 0xe378, 0x8000, 63, !high, !low)),
                ("ISATAP", Ipv6Addr::new(0x2a00, 1, 2, 3, 0, 0x5efe, high, low)),
                ("ISATAP, unique", Ipv6Addr::new(0x2a00, 1, 2, 3, 0x200, 0x5efe, high, low)),
            ] {
                assert!(!is_public(address.into()), "{form} of {inner}: {address}");
            }
        }
    }

    proptest! {
        /// The standard library recognises these classes. All of its members must be rejected.
        #[test]
        fn nothing_that_the_standard_library_sets_aside_is_public(bits in any::<u32>(), wide in any::<u128>()) {
            let four = Ipv4Addr::from_bits(bits);
            let aside = four.is_private() || four.is_loopback() || four.is_link_local() || four.is_multicast()
                || four.is_broadcast() || four.is_documentation() || four.is_unspecified();
            prop_assert!(!aside || !is_public(four.into()), "{four}");
            prop_assert!(!is_public(four.to_ipv6_mapped().into()) && !is_public(four.to_ipv6_compatible().into()));
            for bits in [wide, wide >> 3 | 1 << 125, wide >> 10 | 0x3fa << 118, wide >> 7 | 0x7e << 121] {
                let six = Ipv6Addr::from_bits(bits);
                let aside = six.is_loopback() || six.is_multicast() || six.is_unspecified() || six.is_unique_local()
                    || six.is_unicast_link_local();
                prop_assert!(!aside || !is_public(six.into()), "{six}");
                prop_assert!(!is_public(six.into()) || six.segments()[0] >> 13 == 1, "{six}");
            }
        }
    }
}
