//! Passkeys with a software authenticator: sign-in, sign-in policy of a workspace, and sensitive changes.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ciborium::Value as Cbor;
use labeler_store::Role;
use p256::ecdsa::{DerSignature, SigningKey, signature::Signer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::test_env::{Answer, EMAIL, PASSWORD, TestEnv};

const ORIGIN: &str = "https://labeler.example";
const PRESENT_AND_VERIFIED: u8 = 5;
const BACKUP_ELIGIBLE: u8 = 8;
const ATTESTED: u8 = 0x40;

/// Software authenticator with one passkey.
struct Device {
    key: SigningKey,
    id: Vec<u8>,
    user: String,
    flags: u8,
}

impl Device {
    fn new(seed: u8) -> Self {
        Self {
            key: SigningKey::from_slice(&[seed; 32]).unwrap(),
            id: vec![seed; 16],
            user: String::new(),
            flags: PRESENT_AND_VERIFIED | BACKUP_ELIGIBLE,
        }
    }

    fn client_data(kind: &str, options: &Value) -> String {
        let challenge = options["challenge"].as_str().unwrap();
        json!({ "type": kind, "challenge": challenge, "origin": ORIGIN, "crossOrigin": false }).to_string()
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        [&Sha256::digest("labeler.example")[..], &[flags], &[0; 4]].concat()
    }

    /// Returns the registration response that a browser sends after `create()`.
    fn registration(&mut self, name: &str, options: &Value) -> Value {
        self.user = options["user"]["id"].as_str().unwrap().to_owned();
        let point = self.key.verifying_key().to_sec1_point(false);
        let int = |number: i64| Cbor::Integer(number.into());
        let coordinate = |bytes: Option<&p256::FieldBytes>| Cbor::Bytes(bytes.unwrap().to_vec());
        let key = Cbor::Map(vec![
            (int(1), int(2)),
            (int(3), int(-7)),
            (int(-1), int(1)),
            (int(-2), coordinate(point.x())),
            (int(-3), coordinate(point.y())),
        ]);
        let length = u16::try_from(self.id.len()).unwrap().to_be_bytes();
        let data = [&self.data(self.flags | ATTESTED)[..], &[0; 16], &length, &self.id, &cbor(&key)].concat();
        let object = Cbor::Map(vec![
            (Cbor::from("fmt"), Cbor::from("none")),
            (Cbor::from("attStmt"), Cbor::Map(Vec::new())),
            (Cbor::from("authData"), Cbor::Bytes(data)),
        ]);
        json!({
            "name": name,
            "clientDataJSON": URL_SAFE_NO_PAD.encode(Self::client_data("webauthn.create", options)),
            "attestationObject": URL_SAFE_NO_PAD.encode(cbor(&object)),
        })
    }

    /// Returns the assertion that a browser sends after `get()`.
    fn assertion(&self, options: &Value) -> Value {
        let client_data = Self::client_data("webauthn.get", options);
        let data = self.data(self.flags);
        let signature: DerSignature = self.key.sign(&[&data[..], &Sha256::digest(&client_data)[..]].concat());
        json!({
            "id": URL_SAFE_NO_PAD.encode(&self.id),
            "clientDataJSON": URL_SAFE_NO_PAD.encode(client_data),
            "authenticatorData": URL_SAFE_NO_PAD.encode(data),
            "signature": URL_SAFE_NO_PAD.encode(signature.as_bytes()),
            "userHandle": self.user,
        })
    }
}

fn cbor(value: &Cbor) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}

fn cookie_of(answer: &Answer) -> String {
    answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

async fn get(env: &TestEnv, path: &str, cookie: &str) -> Answer {
    env.request("GET", path, &[("cookie", cookie)], "").await
}

/// Adds a passkey in a session.
async fn add(env: &TestEnv, cookie: &str, device: &mut Device) -> Answer {
    let options = env.page("POST", "/api/v1/passkeys/options", cookie, json!(null)).await;
    if options.status != 200 {
        return options;
    }
    env.page("POST", "/api/v1/passkeys", cookie, device.registration("Device", &options.json())).await
}

async fn challenge(env: &TestEnv) -> Value {
    env.request("POST", "/api/v1/session/passkey/options", &[], "").await.json()
}

async fn sign_in(env: &TestEnv, device: &Device) -> Answer {
    let sent = device.assertion(&challenge(env).await);
    env.visitor("/api/v1/session/passkey", sent).await
}

async fn confirm(env: &TestEnv, cookie: &str, body: Value) -> Answer {
    env.page("POST", "/api/v1/session/confirm", cookie, body).await
}

#[tokio::test]
async fn a_passkey_signs_in_only_its_own_user() {
    let env = TestEnv::new().await;
    let cookie = env.cookie().await;
    let mut device = Device::new(5);
    assert_eq!(add(&env, &cookie, &mut device).await.status, 201);
    let entered = sign_in(&env, &device).await;
    assert_eq!((entered.status, entered.json()["user"]["email"].as_str()), (200, Some(EMAIL)));

    // The user handle is required and must match.
    let mut sent = device.assertion(&challenge(&env).await);
    sent.as_object_mut().unwrap().remove("userHandle");
    env.visitor("/api/v1/session/passkey", sent).await.is_error(400, "validation_error", Some("userHandle"));
    let mut sent = device.assertion(&challenge(&env).await);
    sent["userHandle"] = json!(URL_SAFE_NO_PAD.encode("usr_somebody"));
    env.visitor("/api/v1/session/passkey", sent).await.is_error(401, "invalid_credentials", None);
    // The backup eligibility of a credential cannot change.
    device.flags = PRESENT_AND_VERIFIED;
    sign_in(&env, &device).await.is_error(401, "invalid_credentials", None);
    device.flags = PRESENT_AND_VERIFIED | BACKUP_ELIGIBLE;
    assert_eq!(sign_in(&env, &device).await.status, 200);
}

#[tokio::test]
async fn sensitive_changes_require_a_recent_proof() {
    let env = TestEnv::new().await;
    let cookie = env.cookie().await;
    let mut device = Device::new(5);
    assert_eq!(add(&env, &cookie, &mut device).await.status, 201);
    let id = URL_SAFE_NO_PAD.encode(&device.id);
    let key = |role: &str| json!({ "kind": "sk", "name": "x", "role": role });
    env.clock.advance(10 * 60_000 + 1);
    let asked: [(&str, String, Value); 6] = [
        ("POST", "/api/v1/passkeys/options".to_owned(), json!(null)),
        ("POST", "/api/v1/passkeys".to_owned(), json!(null)),
        ("DELETE", format!("/api/v1/passkeys/{id}"), json!(null)),
        ("POST", "/api/v1/keys".to_owned(), key("owner")),
        ("POST", "/api/v1/keys".to_owned(), key("admin")),
        ("PATCH", "/api/v1/workspace".to_owned(), json!({ "signIn": "password" })),
    ];
    for (method, path, body) in &asked {
        let answer = env.page(method, path, &cookie, body.clone()).await;
        answer.is_error(403, "reauthentication_required", None);
    }
    // Other changes require no proof.
    assert_eq!(env.page("POST", "/api/v1/keys", &cookie, key("labeler")).await.status, 201);
    assert_eq!(env.page("PATCH", "/api/v1/workspace", &cookie, json!({ "name": "New" })).await.status, 200);

    confirm(&env, &cookie, json!({ "password": "not this one" })).await.is_error(
        400,
        "validation_error",
        Some("password"),
    );
    confirm(&env, &cookie, json!({})).await.is_error(400, "validation_error", Some("password"));
    env.page("POST", "/api/v1/passkeys/options", &cookie, json!(null)).await.is_error(
        403,
        "reauthentication_required",
        None,
    );
    let confirmed = confirm(&env, &cookie, json!({ "password": PASSWORD })).await;
    assert_eq!(confirmed.status, 204, "{}", confirmed.json());
    assert_eq!(env.page("POST", "/api/v1/passkeys/options", &cookie, json!(null)).await.status, 200);

    // A passkey of the same person is accepted as proof, once.
    env.clock.advance(10 * 60_000 + 1);
    let workspace = env.first.workspace.id.clone();
    let store = env.store();
    store.members().create_member(&workspace, Role::Member, "bo@example.eu", "Bo", PASSWORD).await.unwrap();
    let bo = cookie_of(&env.sign_in("bo@example.eu", PASSWORD).await);
    let mut other = Device::new(6);
    assert_eq!(add(&env, &bo, &mut other).await.status, 201);
    let foreign = json!({ "passkey": other.assertion(&challenge(&env).await) });
    confirm(&env, &cookie, foreign).await.is_error(400, "validation_error", Some("passkey"));
    let own = json!({ "passkey": device.assertion(&challenge(&env).await) });
    assert_eq!(confirm(&env, &cookie, own.clone()).await.status, 204);
    confirm(&env, &cookie, own).await.is_error(400, "validation_error", Some("passkey"));
    assert_eq!(env.page("DELETE", &format!("/api/v1/passkeys/{id}"), &cookie, json!(null)).await.status, 204);
}

/// If a workspace requires passkeys, a password alone gives no access to it.
#[tokio::test]
async fn a_workspace_can_require_passkeys() {
    let env = TestEnv::new().await;
    let cookie = env.cookie().await;
    let workspace = env.first.workspace.id.clone();
    let store = env.store();
    store.members().create_member(&workspace, Role::Admin, "bo@example.eu", "Bo", PASSWORD).await.unwrap();
    let bo = cookie_of(&env.sign_in("bo@example.eu", PASSWORD).await);
    let policy = |name: &str| json!({ "signIn": name });

    // Only a session that has used a passkey can set the policy.
    env.page("PATCH", "/api/v1/workspace", &cookie, policy("passkey")).await.is_error(403, "passkey_required", None);
    env.page("PATCH", "/api/v1/workspace", &cookie, policy("sms")).await.is_error(
        400,
        "validation_error",
        Some("signIn"),
    );
    let admin_key = env.workspace_key(Role::Admin).await;
    let headers = [("authorization", format!("Bearer {admin_key}")), ("content-type", "application/json".to_owned())];
    let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let by_key = env.request("PATCH", "/api/v1/workspace", &headers, policy("password").to_string()).await;
    by_key.is_error(403, "session_required", None);
    let mut device = Device::new(5);
    assert_eq!(add(&env, &cookie, &mut device).await.status, 201);
    let changed = env.page("PATCH", "/api/v1/workspace", &cookie, policy("passkey")).await;
    assert_eq!((changed.status, changed.json()["signIn"].as_str()), (200, Some("passkey")), "{}", changed.json());

    // A session with only a password gets `passkey_required` and can add a first passkey, also a session from before.
    let later = env.sign_in("bo@example.eu", PASSWORD).await;
    assert_eq!((later.status, later.json()["passkeyRequired"].as_bool()), (200, Some(true)));
    for session in [&bo, &cookie_of(&later)] {
        for path in ["/api/v1/members", "/api/v1/assets", "/api/v1/keys", "/api/v1/workspace", "/api/v1/sessions"] {
            get(&env, path, session).await.is_error(403, "passkey_required", None);
        }
        for path in ["/api/v1/session", "/api/v1/workspaces", "/api/v1/passkeys"] {
            assert_eq!(get(&env, path, session).await.status, 200, "{path}");
        }
    }
    assert_eq!(confirm(&env, &bo, json!({ "password": PASSWORD })).await.status, 204);
    get(&env, "/api/v1/members", &bo).await.is_error(403, "passkey_required", None);
    let mut phone = Device::new(6);
    assert_eq!(add(&env, &bo, &mut phone).await.status, 201);
    assert_eq!(get(&env, "/api/v1/members", &bo).await.status, 200);
    assert_eq!(get(&env, "/api/v1/session", &bo).await.json()["passkeyRequired"], false);

    // A password alone cannot add a second passkey or remove the first, also through another workspace.
    let stolen = cookie_of(&env.sign_in("bo@example.eu", PASSWORD).await);
    let elsewhere = env.page("POST", "/api/v1/workspaces", &bo, json!({ "name": "Own" })).await.json();
    let switch = async |session: &str, id: &Value| {
        env.page("PUT", "/api/v1/session/workspace", session, json!({ "workspaceId": id })).await.status
    };
    let remove = format!("/api/v1/passkeys/{}", URL_SAFE_NO_PAD.encode(&phone.id));
    for _ in 0..2 {
        add(&env, &stolen, &mut Device::new(7)).await.is_error(403, "passkey_required", None);
        env.page("DELETE", &remove, &stolen, json!(null)).await.is_error(403, "passkey_required", None);
        assert_eq!(switch(&stolen, &elsewhere["id"]).await, 204);
    }
    assert_eq!(get(&env, "/api/v1/keys", &stolen).await.status, 200, "the other workspace asks for nothing");
    assert_eq!(switch(&stolen, &json!(workspace)).await, 204);
    get(&env, "/api/v1/keys", &stolen).await.is_error(403, "passkey_required", None);

    // The passkey is accepted as a second factor, and alone.
    let shown = json!({ "passkey": phone.assertion(&challenge(&env).await) });
    assert_eq!(confirm(&env, &stolen, shown).await.status, 204);
    assert_eq!(get(&env, "/api/v1/keys", &stolen).await.status, 200);
    let alone = sign_in(&env, &phone).await;
    assert_eq!(alone.json()["passkeyRequired"], false);
    assert_eq!(get(&env, "/api/v1/keys", &cookie_of(&alone)).await.status, 200);
    // API keys are not affected.
    assert_eq!(env.get("/api/v1/assets", env.live_key()).await.status, 200);
}
