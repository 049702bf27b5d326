//! Both ceremonies against an authenticator in software, and everything that must not pass.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ciborium::Value;
use ciborium::value::Integer;
use labeler_passkey::{
    AssertionResponse, Expected, PasskeyError, PublicKey, RegistrationResponse, verify_assertion, verify_registration,
};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{DerSignature, SigningKey};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

const CHALLENGE: [u8; 32] = [7; 32];
const ORIGIN: &str = "https://labeler.example";
const RP: &str = "labeler.example";
const UP: u8 = 1;
const UV: u8 = 4;
const AT: u8 = 0x40;
const ED: u8 = 0x80;

fn expected() -> Expected<'static> {
    Expected { challenge: &CHALLENGE, origin: ORIGIN, rp_id: RP, user_verification: true }
}

fn key() -> SigningKey {
    SigningKey::from_slice(&[5; 32]).unwrap()
}

fn client_data(kind: &str) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(CHALLENGE);
    format!(r#"{{"type":"{kind}","challenge":"{challenge}","origin":"{ORIGIN}","crossOrigin":false}}"#)
}

fn int(number: i64) -> Value {
    Value::Integer(Integer::from(number))
}

fn cose() -> Vec<(Value, Value)> {
    let point = key().verifying_key().to_sec1_point(false);
    let coordinate = |bytes: Option<&p256::FieldBytes>| Value::Bytes(bytes.unwrap().to_vec());
    vec![
        (int(1), int(2)),
        (int(3), int(-7)),
        (int(-1), int(1)),
        (int(-2), coordinate(point.x())),
        (int(-3), coordinate(point.y())),
    ]
}

fn cbor(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}

fn data(rp: &str, flags: u8, counter: u32) -> Vec<u8> {
    [&Sha256::digest(rp)[..], &[flags], &counter.to_be_bytes()].concat()
}

fn attested(flags: u8, id: &[u8], key: &[(Value, Value)]) -> Vec<u8> {
    let length = u16::try_from(id.len()).unwrap().to_be_bytes();
    [&data(RP, flags, 0)[..], &[0; 16], &length, id, &cbor(&Value::Map(key.to_vec()))].concat()
}

fn object(data: Vec<u8>) -> Vec<(Value, Value)> {
    vec![
        (Value::from("fmt"), Value::from("none")),
        (Value::from("attStmt"), Value::Map(Vec::new())),
        (Value::from("authData"), Value::Bytes(data)),
    ]
}

fn register(client_data: &str, attestation: &[u8]) -> Result<labeler_passkey::Credential, PasskeyError> {
    let response = RegistrationResponse { client_data: client_data.as_bytes(), attestation };
    verify_registration(&response, &expected())
}

fn register_data(data: Vec<u8>) -> Result<labeler_passkey::Credential, PasskeyError> {
    register(&client_data("webauthn.create"), &cbor(&Value::Map(object(data))))
}

fn sign(client_data: &str, data: &[u8]) -> Vec<u8> {
    let signature: DerSignature = key().sign(&[data, &Sha256::digest(client_data)[..]].concat());
    signature.as_bytes().to_vec()
}

fn public() -> PublicKey {
    register_data(attested(UP | UV | AT, b"credential", &cose())).unwrap().key
}

fn sign_in(client_data: &str, data: &[u8], signature: &[u8], known: u32) -> Result<u32, PasskeyError> {
    let response = AssertionResponse { client_data: client_data.as_bytes(), authenticator_data: data, signature };
    verify_assertion(&response, &public(), known, &expected()).map(|assertion| assertion.counter)
}

fn sign_in_signed(client_data: &str, data: &[u8], known: u32) -> Result<u32, PasskeyError> {
    sign_in(client_data, data, &sign(client_data, data), known)
}

#[test]
fn a_credential_registers_and_signs_in() {
    let credential = register_data(attested(UP | UV | AT | 0x18, b"credential", &cose())).unwrap();
    assert_eq!(credential.id, b"credential");
    assert!(credential.user_verified && credential.backed_up);
    assert_eq!(PublicKey::from_sec1(&credential.key.to_sec1()), Ok(credential.key));
    assert_eq!(credential.key.to_sec1().len(), 65);
    assert_eq!(PublicKey::from_sec1(&[4; 65]), Err(PasskeyError::Key));
    let data = data(RP, UP | UV, 0);
    assert_eq!(sign_in_signed(&client_data("webauthn.get"), &data, 0), Ok(0));
    // Extensions may follow in both.
    let extensions = cbor(&Value::Map(vec![(Value::from("credProps"), Value::Bool(true))]));
    let with = [attested(UP | UV | AT | ED, b"credential", &cose()), extensions.clone()].concat();
    assert!(register_data(with).is_ok());
    let with = [self::data(RP, UP | UV | ED, 0), extensions].concat();
    assert!(sign_in_signed(&client_data("webauthn.get"), &with, 0).is_ok());
}

#[test]
fn one_ceremony_is_not_the_other_and_a_challenge_is_its_own() {
    let attestation = cbor(&Value::Map(object(attested(UP | UV | AT, b"c", &cose()))));
    let good = client_data("webauthn.create");
    assert_eq!(register(&client_data("webauthn.get"), &attestation), Err(PasskeyError::Ceremony));
    assert_eq!(sign_in_signed(&client_data("webauthn.create"), &data(RP, UP | UV, 0), 0), Err(PasskeyError::Ceremony));
    let other = good.replace(&URL_SAFE_NO_PAD.encode(CHALLENGE), &URL_SAFE_NO_PAD.encode([8; 32]));
    assert_eq!(register(&other, &attestation), Err(PasskeyError::Challenge));
    let empty = good.replace(&URL_SAFE_NO_PAD.encode(CHALLENGE), "");
    assert_eq!(register(&empty, &attestation), Err(PasskeyError::Challenge));
    for origin in ["http://labeler.example", "https://labeler.example:8443", "https://labeler.example.evil", "null"] {
        assert_eq!(register(&good.replace(ORIGIN, origin), &attestation), Err(PasskeyError::Origin), "{origin}");
    }
    assert_eq!(register(&good.replace("false", "true"), &attestation), Err(PasskeyError::Origin));
    let framed = good.replace("\"crossOrigin\":false", "\"topOrigin\":\"https://evil.example\"");
    assert_eq!(register(&framed, &attestation), Err(PasskeyError::Origin));
    assert!(register(&good.replace(",\"crossOrigin\":false", ""), &attestation).is_ok());
    for broken in ["", "{}", "[]", "{\"type\":1}", &good.replace('}', ",\"type\":\"webauthn.get\"}"), &" ".repeat(5000)]
    {
        assert_eq!(register(broken, &attestation), Err(PasskeyError::Malformed), "{broken}");
    }
}

#[test]
fn flags_and_relying_party_are_checked() {
    for (flags, error) in [
        (UV | AT, PasskeyError::NotPresent),
        (UP | AT, PasskeyError::NotVerified),
        (UP | UV, PasskeyError::Malformed),
        (UP | UV | AT | 0x10, PasskeyError::Malformed),
        (UP | UV | AT | ED, PasskeyError::Malformed),
    ] {
        assert_eq!(register_data(attested(flags, b"c", &cose())), Err(error), "{flags:x}");
    }
    let client_data = client_data("webauthn.get");
    assert_eq!(sign_in_signed(&client_data, &data("evil.example", UP | UV, 0), 0), Err(PasskeyError::RelyingParty));
    assert_eq!(sign_in_signed(&client_data, &data(RP, UV, 0), 0), Err(PasskeyError::NotPresent));
    assert_eq!(sign_in_signed(&client_data, &data(RP, UP, 0), 0), Err(PasskeyError::NotVerified));
    // Where a second factor is enough, presence is.
    let data = data(RP, UP, 0);
    let signature = sign(&client_data, &data);
    let response =
        AssertionResponse { client_data: client_data.as_bytes(), authenticator_data: &data, signature: &signature };
    let relaxed = Expected { user_verification: false, ..expected() };
    assert!(!verify_assertion(&response, &public(), 0, &relaxed).unwrap().user_verified);
}

#[test]
fn only_es256_keys_register() {
    for (position, value) in [(0, int(1)), (1, int(-257)), (1, int(-8)), (2, int(2)), (3, Value::Bytes(vec![1; 31]))] {
        let mut key = cose();
        key[position].1 = value;
        assert_eq!(register_data(attested(UP | UV | AT, b"c", &key)), Err(PasskeyError::Key), "{position}");
    }
    let mut off_curve = cose();
    off_curve[4].1 = Value::Bytes(vec![1; 32]);
    assert_eq!(register_data(attested(UP | UV | AT, b"c", &off_curve)), Err(PasskeyError::Key));
    let mut twice = cose();
    twice.push((int(3), int(-7)));
    assert_eq!(register_data(attested(UP | UV | AT, b"c", &twice)), Err(PasskeyError::Key));
    assert_eq!(register_data(attested(UP | UV | AT, b"", &cose())), Err(PasskeyError::Malformed));
    assert_eq!(register_data(attested(UP | UV | AT, &[1; 1024], &cose())), Err(PasskeyError::Malformed));
    assert!(register_data(attested(UP | UV | AT, &[1; 1023], &cose())).is_ok());
}

#[test]
fn attestation_objects_are_read_to_the_last_byte_and_bring_no_attestation() {
    let good = attested(UP | UV | AT, b"c", &cose());
    let client_data = client_data("webauthn.create");
    let mut packed = object(good.clone());
    packed[0].1 = Value::from("packed");
    assert_eq!(register(&client_data, &cbor(&Value::Map(packed))), Err(PasskeyError::Attestation));
    let mut statement = object(good.clone());
    statement[1].1 = Value::Map(vec![(Value::from("sig"), Value::Bytes(vec![1]))]);
    assert_eq!(register(&client_data, &cbor(&Value::Map(statement))), Err(PasskeyError::Attestation));
    let whole = cbor(&Value::Map(object(good.clone())));
    assert!(register(&client_data, &whole).is_ok());
    assert_eq!(register(&client_data, &[&whole[..], &[0]].concat()), Err(PasskeyError::Malformed));
    assert_eq!(register_data([&good[..], &[0]].concat()), Err(PasskeyError::Malformed));
    for end in 0..whole.len() {
        assert!(register(&client_data, &whole[..end]).is_err(), "{end}");
    }
    for end in 0..good.len() {
        assert!(register_data(good[..end].to_vec()).is_err(), "{end}");
    }
    let deep = [vec![0x81; 20_000], vec![0]].concat();
    assert_eq!(register(&client_data, &deep), Err(PasskeyError::Malformed));
    assert_eq!(register(&client_data, &[vec![0x81; 1000], vec![0]].concat()), Err(PasskeyError::Malformed));
    // A length that promises more than there is.
    assert_eq!(
        register(&client_data, &[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        Err(PasskeyError::Malformed)
    );
}

#[test]
fn a_signature_is_of_exactly_this_data() {
    let client_data = client_data("webauthn.get");
    let data = data(RP, UP | UV, 3);
    let signature = sign(&client_data, &data);
    assert_eq!(sign_in(&client_data, &data, &signature, 2), Ok(3));
    for bit in 0..signature.len() * 8 {
        let mut altered = signature.clone();
        altered[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(sign_in(&client_data, &data, &altered, 2), Err(PasskeyError::Signature), "{bit}");
    }
    let zero = [0x30, 6, 2, 1, 0, 2, 1, 0];
    for forged in [&zero[..], &[], &[0; 64], &[&signature[..], &[0]].concat()] {
        assert_eq!(sign_in(&client_data, &data, forged, 2), Err(PasskeyError::Signature));
    }
    let spaced = client_data.replace(',', ", ");
    assert_eq!(sign_in(&spaced, &data, &signature, 2), Err(PasskeyError::Signature));
    assert_eq!(sign_in(&client_data, &self::data(RP, UP | UV, 4), &signature, 2), Err(PasskeyError::Signature));
}

#[test]
fn a_counter_in_use_grows() {
    let client_data = client_data("webauthn.get");
    for (counter, known, result) in [
        (0, 0, Ok(0)),
        (1, 0, Ok(1)),
        (6, 5, Ok(6)),
        (5, 5, Err(PasskeyError::Counter)),
        (4, 5, Err(PasskeyError::Counter)),
        (0, 5, Err(PasskeyError::Counter)),
        (u32::MAX, u32::MAX - 1, Ok(u32::MAX)),
    ] {
        assert_eq!(sign_in_signed(&client_data, &data(RP, UP | UV, counter), known), result, "{counter} {known}");
    }
}

proptest! {
    #[test]
    fn nothing_makes_it_panic(json in ".*", bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(register(&json, &bytes).is_err());
        prop_assert!(register(&client_data("webauthn.create"), &bytes).is_err());
        let _ = register_data([&data(RP, UP | UV | AT, 0)[..], &bytes].concat());
        prop_assert!(sign_in(&client_data("webauthn.get"), &bytes, &bytes, 0).is_err());
    }
}
