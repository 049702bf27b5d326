//! Access to all routes by every kind of caller.
//!
//! A row of the table contains a route, the callers that it admits, and the status of an admitted call (without a body,
//! with an unknown ID). The cells are generated: route × caller kind × scope or role × state of the credentials. A route
//! that is not in the table fails the test.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};

use labeler_api::{ClientAddress, openapi};
use labeler_store::{KeyGrant, KeyKind, NewKey, Permission, Plan, Role, Scope};
use serde_json::json;

use crate::test_env::{Answer, TestEnv, jpeg};

#[derive(Debug, Clone, Copy)]
enum Access {
    /// Everyone. Credentials are ignored.
    Public,
    /// Authenticated callers with the permission.
    Known(Option<Permission>),
    /// People with a session.
    People,
    /// People with a session who have the permission.
    PeopleMay(Permission),
    /// Keys and tokens. A session has no key.
    Programs,
    /// People with a session, and callers without credentials.
    MaybePeople,
}
use Access::{Known, MaybePeople, People, PeopleMay, Programs, Public};

const fn may(permission: Permission) -> Access {
    Known(Some(permission))
}

/// Method, path, admitted callers, and the status of an admitted call. Routes that end the caller's session come last.
const TABLE: &[(&str, &str, Access, u16)] = &[
    ("GET", "/.well-known/oauth-authorization-server", Public, 200),
    ("GET", "/oauth2/jwks", Public, 200),
    ("POST", "/oauth2/token", Public, 400),
    ("POST", "/oauth2/revoke", Public, 400),
    ("POST", "/oauth2/introspect", Public, 400),
    ("GET", "/api/v1/health", Public, 200),
    ("GET", "/api/v1/rules", Public, 200),
    ("GET", "/api/v1/openapi.json", Public, 200),
    ("POST", "/api/v1/session", Public, 400),
    ("POST", "/api/v1/session/passkey", Public, 400),
    ("POST", "/api/v1/session/confirm", People, 400),
    ("POST", "/api/v1/session/passkey/options", Public, 200),
    ("POST", "/api/v1/password/resets", Public, 400),
    ("POST", "/api/v1/password/reset", Public, 400),
    ("POST", "/api/v1/first-run", Public, 400),
    ("POST", "/api/v1/keys/leaked", Public, 400),
    ("POST", "/api/v1/invitations/open", Public, 400),
    ("POST", "/api/v1/invitations/accept", MaybePeople, 400),
    ("POST", "/api/v1/label", may(Permission::Label), 400),
    ("POST", "/api/v1/label/batch", may(Permission::Label), 400),
    ("POST", "/api/v1/label/url", may(Permission::Label), 400),
    ("POST", "/api/v1/check", may(Permission::Check), 400),
    ("POST", "/api/v1/verify", may(Permission::Verify), 400),
    ("GET", "/api/v1/verify/{hash}", may(Permission::Verify), 400),
    ("GET", "/api/v1/watermark/{payloadId}", may(Permission::Verify), 400),
    ("GET", "/api/v1/matches/byBinding", Public, 400),
    ("POST", "/api/v1/matches/byBinding", Public, 400),
    ("POST", "/api/v1/matches/byContent", Public, 400),
    ("GET", "/api/v1/manifests/{manifestId}", Public, 404),
    ("GET", "/api/v1/services/supportedAlgorithms", Public, 200),
    ("GET", "/api/v1/assets", may(Permission::ReadAssets), 200),
    ("GET", "/api/v1/assets/{id}", may(Permission::ReadAssets), 404),
    ("GET", "/api/v1/certificate/{id}", may(Permission::ReadCertificates), 404),
    ("GET", "/api/v1/keys/self", Programs, 200),
    ("GET", "/api/v1/keys", may(Permission::ManageKeys), 200),
    ("POST", "/api/v1/keys", may(Permission::ManageKeys), 400),
    ("GET", "/api/v1/keys/{id}", may(Permission::ManageKeys), 404),
    ("DELETE", "/api/v1/keys/{id}", may(Permission::ManageKeys), 404),
    ("POST", "/api/v1/keys/{id}/rotate", may(Permission::ManageKeys), 400),
    ("GET", "/api/v1/oauth-clients", may(Permission::ManageKeys), 200),
    ("POST", "/api/v1/oauth-clients", may(Permission::ManageKeys), 400),
    ("DELETE", "/api/v1/oauth-clients/{id}", may(Permission::ManageKeys), 404),
    ("DELETE", "/api/v1/oauth-clients/{id}/tokens", may(Permission::ManageKeys), 404),
    ("GET", "/api/v1/oauth-clients/{id}/secrets", may(Permission::ManageKeys), 404),
    ("POST", "/api/v1/oauth-clients/{id}/secrets", may(Permission::ManageKeys), 404),
    ("DELETE", "/api/v1/oauth-clients/{id}/secrets/{secret_id}", may(Permission::ManageKeys), 404),
    ("GET", "/api/v1/signing-certificates", may(Permission::ManageSigning), 200),
    ("POST", "/api/v1/signing-certificates", may(Permission::ManageSigning), 400),
    ("DELETE", "/api/v1/signing-certificates/{id}", may(Permission::ManageSigning), 404),
    ("POST", "/api/v1/signing-certificates/{id}/activate", may(Permission::ManageSigning), 404),
    ("GET", "/api/v1/members", may(Permission::ManageMembers), 200),
    ("PATCH", "/api/v1/members/{id}", may(Permission::ManageMembers), 400),
    ("DELETE", "/api/v1/members/{id}", may(Permission::ManageMembers), 404),
    ("GET", "/api/v1/invitations", may(Permission::ManageMembers), 200),
    ("POST", "/api/v1/invitations", may(Permission::ManageMembers), 400),
    ("DELETE", "/api/v1/invitations/{id}", may(Permission::ManageMembers), 404),
    ("POST", "/api/v1/invitations/{id}/send", may(Permission::ManageMembers), 404),
    ("GET", "/api/v1/requests", may(Permission::ManageMembers), 200),
    ("GET", "/api/v1/requests/export", may(Permission::ManageMembers), 200),
    ("GET", "/api/v1/admin-events", may(Permission::ManageMembers), 200),
    ("GET", "/api/v1/admin-events/export", may(Permission::ManageMembers), 200),
    ("GET", "/api/v1/audit/chain", may(Permission::ManageMembers), 200),
    ("GET", "/api/v1/audit/head", may(Permission::ManageMembers), 200),
    ("GET", "/api/v1/audit/heads", may(Permission::ManageMembers), 200),
    ("PATCH", "/api/v1/workspace", may(Permission::ManageMembers), 400),
    ("GET", "/api/v1/workspace/watermark-key", may(Permission::ManageSigning), 200),
    ("PUT", "/api/v1/workspace/watermark-key", may(Permission::ManageSigning), 400),
    ("DELETE", "/api/v1/workspace/watermark-key", may(Permission::ManageSigning), 404),
    ("GET", "/api/v1/workspace", People, 200),
    ("POST", "/api/v1/workspace/erase", PeopleMay(Permission::ManageBilling), 400),
    ("GET", "/api/v1/account/export", People, 200),
    ("POST", "/api/v1/account/erase", People, 400),
    ("GET", "/api/v1/workspace/usage", People, 200),
    ("GET", "/api/v1/workspaces", People, 200),
    ("POST", "/api/v1/workspaces", People, 400),
    ("GET", "/api/v1/passkeys", People, 200),
    ("POST", "/api/v1/passkeys", People, 400),
    ("POST", "/api/v1/passkeys/options", People, 200),
    ("DELETE", "/api/v1/passkeys/{id}", People, 404),
    ("PUT", "/api/v1/password", People, 400),
    ("PUT", "/api/v1/session/workspace", People, 400),
    ("GET", "/api/v1/session", People, 200),
    ("GET", "/api/v1/sessions", People, 200),
    ("DELETE", "/api/v1/sessions/{id}", People, 404),
    ("DELETE", "/api/v1/sessions", People, 204),
    ("DELETE", "/api/v1/session", People, 204),
];

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Nobody,
    /// Invalid or ended credentials.
    Refused,
    Person,
    Program,
}

struct Caller {
    name: String,
    kind: Kind,
    header: Option<(&'static str, String)>,
    may: Box<dyn Fn(Permission) -> bool>,
}

impl Caller {
    fn new(name: impl Into<String>, kind: Kind, header: Option<(&'static str, String)>) -> Self {
        Self { name: name.into(), kind, header, may: Box::new(|_| false) }
    }

    fn with_role(mut self, role: Role) -> Self {
        self.may = Box::new(move |permission| role.permissions().contains(permission));
        self
    }

    fn with_scope(mut self, scope: Scope) -> Self {
        self.may = Box::new(move |permission| scope.permission() == permission);
        self
    }
}

fn key(secret: &str) -> Option<(&'static str, String)> {
    Some(("authorization", format!("Bearer {secret}")))
}

async fn token(env: &TestEnv, cookie: &str, scopes: &[Scope]) -> (String, String) {
    let names: Vec<_> = scopes.iter().map(|scope| scope.as_str()).collect();
    let made = env.page("POST", "/api/v1/oauth-clients", cookie, json!({ "name": "t", "scopes": names })).await.json();
    let (id, secret) = (made["client"]["id"].as_str().unwrap(), made["secret"].as_str().unwrap());
    let body = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let answer = env.request("POST", "/oauth2/token", &form, body).await;
    (answer.json()["access_token"].as_str().unwrap().to_owned(), id.to_owned())
}

/// Returns every caller of the table: kinds, scopes and roles, and states of the credentials.
async fn callers(env: &TestEnv) -> Vec<Caller> {
    let workspace = env.first.workspace.id.clone();
    let store = env.store();
    let owner = env.cookie().await;
    let mut all = vec![Caller::new("nobody", Kind::Nobody, None)];
    for scope in Scope::ALL {
        for kind in [KeyKind::Live, KeyKind::Test] {
            let (_, secret) = env.key(kind, KeyGrant::Scopes(vec![*scope])).await;
            all.push(Caller::new(format!("{kind} key {scope}"), Kind::Program, key(&secret)).with_scope(*scope));
        }
        let (text, _) = token(env, &owner, &[*scope]).await;
        all.push(Caller::new(format!("token {scope}"), Kind::Program, key(&text)).with_scope(*scope));
    }
    for role in Role::ALL {
        let secret = env.workspace_key(*role).await;
        all.push(Caller::new(format!("workspace key {role}"), Kind::Program, key(&secret)).with_role(*role));
        let email = format!("{role}@example.eu");
        store.members().create_member(&workspace, *role, &email, "Somebody", "a long password").await.unwrap();
        let signed_in = env.sign_in(&email, "a long password").await;
        let cookie = signed_in.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        all.push(Caller::new(format!("session {role}"), Kind::Person, Some(("cookie", cookie))).with_role(*role));
    }

    let everything = || KeyGrant::Scopes(Scope::ALL.to_vec());
    let (id, revoked) = env.key(KeyKind::Live, everything()).await;
    assert!(store.keys().revoke(&workspace, &id).await.unwrap());
    let new = NewKey {
        workspace_id: workspace.clone(),
        kind: KeyKind::Live,
        name: "expired".to_owned(),
        grant: everything(),
        created_by: env.first.owner.id.clone(),
        expires_at_ms: Some(env.app.clock.now_ms()),
    };
    let expired = store.keys().create(new).await.unwrap().secret;
    let (id, rotated) = env.key(KeyKind::Workspace, KeyGrant::Role(Role::Owner)).await;
    let rotation = format!("/api/v1/keys/{id}/rotate");
    assert_eq!(env.page("POST", &rotation, &owner, json!({ "overlapSeconds": 0 })).await.status, 201);
    let (_, mut checksum) = env.key(KeyKind::Live, everything()).await;
    let last = checksum.pop().unwrap();
    checksum.push(if last == '0' { '1' } else { '0' });
    let (ended_token, client) = token(env, &owner, Scope::ALL).await;
    let path = format!("/api/v1/oauth-clients/{client}");
    assert_eq!(env.page("DELETE", &path, &owner, json!(null)).await.status, 204);
    let (mut forged, _) = token(env, &owner, Scope::ALL).await;
    forged.truncate(forged.len() - 2);
    for (name, secret) in [
        ("revoked key", &revoked),
        ("expired key", &expired),
        ("replaced key", &rotated),
        ("key with a wrong checksum", &checksum),
        ("token of an ended client", &ended_token),
        ("token with a cut signature", &forged),
    ] {
        all.push(Caller::new(name, Kind::Refused, key(secret)));
    }
    let ended = env.cookie().await;
    assert_eq!(env.page("DELETE", "/api/v1/session", &ended, json!(null)).await.status, 204);
    all.push(Caller::new("ended session", Kind::Refused, Some(("cookie", ended))));
    all
}

/// Returns the expected status and error code of a cell. Admitted callers have no error code.
fn expected(access: Access, caller: &Caller, once_in: u16) -> (u16, Option<&'static str>) {
    let missing = (401, Some("missing_credentials"));
    let refused = (401, Some("invalid_credentials"));
    let people_only = (403, Some("session_required"));
    match (access, caller.kind) {
        (Public, _) | (MaybePeople, Kind::Nobody | Kind::Person) | (People, Kind::Person) => (once_in, None),
        (_, Kind::Nobody) => missing,
        (_, Kind::Refused) => refused,
        (People | MaybePeople | PeopleMay(_), Kind::Program) => people_only,
        (PeopleMay(permission), Kind::Person) if (caller.may)(permission) => (once_in, None),
        (PeopleMay(_), Kind::Person) => (403, Some("insufficient_scope")),
        (Programs, Kind::Person) => (404, None),
        (Programs, Kind::Program) | (Known(None), _) => (once_in, None),
        (Known(Some(permission)), _) if (caller.may)(permission) => (once_in, None),
        (Known(Some(_)), _) => (403, Some("insufficient_scope")),
    }
}

async fn send(env: &TestEnv, method: &str, path: &str, header: Option<&(&'static str, String)>) -> Answer {
    static ADDRESS: AtomicU32 = AtomicU32::new(0x0a00_0000);
    let mut request = http::Request::builder().method(method).uri(path).header("sec-fetch-site", "same-origin");
    if let Some((name, value)) = header {
        request = request.header(*name, value);
    }
    let mut request = request.body(axum::body::Body::empty()).unwrap();
    // Each call has its own address, so that limits per address do not apply.
    let address = std::net::Ipv4Addr::from(ADDRESS.fetch_add(1, Ordering::Relaxed));
    request.extensions_mut().insert(ClientAddress(address.into()));
    env.send(request).await
}

#[tokio::test]
async fn every_route_admits_exactly_the_callers_of_the_table() {
    let env = TestEnv::new().await;
    env.plan(Plan::Enterprise).await;
    let callers = callers(&env).await;
    let mut cells = 0;
    for (method, path, access, once_in) in TABLE {
        let uri = path.replace("{id}", "nothing").replace("{secret_id}", "nothing").replace("{hash}", "nothing");
        let uri = uri.replace("{payloadId}", "nothing").replace("{manifestId}", "nothing");
        for caller in &callers {
            let answer = send(&env, method, &uri, caller.header.as_ref()).await;
            let (status, code) = expected(*access, caller, *once_in);
            let what = format!("{method} {path} as {}: {}", caller.name, answer.json());
            assert_eq!(answer.status, status, "{what}");
            match code {
                Some(code) => assert_eq!(answer.code(), code, "{what}"),
                None => {
                    assert!(!["insufficient_scope", "session_required"].contains(&answer.code().as_str()), "{what}")
                }
            }
            cells += 1;
        }
    }
    assert_eq!(cells, TABLE.len() * callers.len());
}

#[test]
fn the_table_lists_every_route() {
    let document = openapi::document().unwrap();
    let mut routed = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        routed.extend(item.as_object().unwrap().keys().map(|method| (method.to_uppercase(), path.clone())));
    }
    let listed: BTreeSet<_> =
        TABLE.iter().map(|(method, path, ..)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(routed, listed);
    assert_eq!(listed.len(), TABLE.len());
}

/// Objects of another workspace or mode are `not_found`, regardless of the caller's permissions in its own.
#[tokio::test]
async fn objects_of_another_workspace_or_mode_are_not_found() {
    let env = TestEnv::new().await;
    env.plan(Plan::Enterprise).await;
    let owner = env.cookie().await;
    let home = key(&env.workspace_key(Role::Owner).await);
    let (elsewhere, stranger) = env.other_workspace(KeyKind::Workspace, KeyGrant::Role(Role::Owner)).await;
    let system = labeler_store::Actor::system("test");
    env.store().plans().set_plan(&system, &elsewhere, Plan::Enterprise).await.unwrap();
    let event = env.label(env.live_key(), &jpeg(), |_| ()).await;
    let event = event.header("x-labeler-event-id").unwrap();
    let client = token(&env, &owner, &[Scope::Check]).await.1;
    let invitation = env.page("POST", "/api/v1/invitations", &owner, json!({ "role": "viewer" })).await.json();
    let invitation = invitation["id"].as_str().unwrap();
    let own_key = &env.first.live_key.key.id;
    let member = &env.first.owner.id;
    for (method, path, own) in [
        ("GET", format!("/api/v1/assets/{event}"), Some(200)),
        ("GET", format!("/api/v1/certificate/{event}"), Some(200)),
        ("GET", format!("/api/v1/keys/{own_key}"), Some(200)),
        ("GET", format!("/api/v1/oauth-clients/{client}/secrets"), Some(200)),
        ("DELETE", format!("/api/v1/members/{member}"), Some(409)),
        ("DELETE", format!("/api/v1/keys/{own_key}"), None),
        ("POST", format!("/api/v1/oauth-clients/{client}/secrets"), None),
        ("DELETE", format!("/api/v1/oauth-clients/{client}/tokens"), None),
        ("DELETE", format!("/api/v1/oauth-clients/{client}"), None),
        ("DELETE", format!("/api/v1/invitations/{invitation}"), None),
    ] {
        send(&env, method, &path, key(&stranger).as_ref()).await.is_error(404, "not_found", None);
        let answer = send(&env, method, &path, home.as_ref()).await;
        match own {
            Some(status) => assert_eq!(answer.status, status, "{method} {path} {}", answer.json()),
            None => assert!((200..300).contains(&answer.status), "{method} {path} {}", answer.json()),
        }
    }
    for path in [format!("/api/v1/assets/{event}"), format!("/api/v1/certificate/{event}")] {
        send(&env, "GET", &path, key(env.test_key()).as_ref()).await.is_error(404, "not_found", None);
    }
}
