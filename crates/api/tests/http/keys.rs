use labeler_api::ClientAddress;
use labeler_store::{Role, Scope};
use serde_json::json;

use crate::test_env::{Answer, OTHER_EMAIL, TestEnv, bearer};

async fn get_from(env: &TestEnv, address: &str, key: &str) -> Answer {
    let mut request = http::Request::get("/api/v1/assets")
        .header("authorization", bearer(key))
        .body(axum::body::Body::empty())
        .unwrap();
    request.extensions_mut().insert(ClientAddress(address.parse().unwrap()));
    env.send(request).await
}

#[tokio::test]
async fn a_key_is_created_with_its_secret_shown_once_and_revoked() {
    let env = TestEnv::new().await;
    let cookie = env.cookie().await;
    env.clock.advance(1);
    let wish = json!({ "kind": "live", "name": "CRM", "scopes": ["assets", "check"], "allow": ["192.0.2.0/24"] });
    let made = env.page("POST", "/api/v1/keys", &cookie, wish).await;
    assert_eq!(made.status, 201, "{}", made.json());
    let (key, secret) = (made.json()["key"].clone(), made.json()["secret"].as_str().unwrap().to_owned());
    assert!(secret.starts_with("lbl_live_") && key["allow"] == json!(["192.0.2.0/24"]), "{key}");

    assert_eq!(env.get("/api/v1/assets", &secret).await.status, 200);
    get_from(&env, "198.51.100.9", &secret).await.is_error(401, "invalid_credentials", None);
    let own = env.get("/api/v1/keys/self", &secret).await.json();
    assert_eq!(
        (own["key"]["id"].clone(), own["effectiveScopes"].clone()),
        (key["id"].clone(), json!(["assets", "check"]))
    );
    env.request("GET", "/api/v1/keys/self", &[("cookie", &cookie)], "").await.is_error(404, "not_found", None);

    let list = env.request("GET", "/api/v1/keys", &[("cookie", &cookie)], "").await;
    assert_eq!(list.json()["data"].as_array().unwrap().len(), 3);
    assert!(!String::from_utf8_lossy(&list.body).contains(&secret[20..]));

    let path = format!("/api/v1/keys/{}", key["id"].as_str().unwrap());
    env.clock.advance(1);
    assert_eq!(env.request("GET", &path, &[("cookie", &cookie)], "").await.json()["name"], "CRM");
    assert_eq!(env.page("DELETE", &path, &cookie, json!(null)).await.status, 204);
    env.get("/api/v1/assets", &secret).await.is_error(401, "invalid_credentials", None);
    env.page("DELETE", &path, &cookie, json!(null)).await.is_error(404, "not_found", None);
    let events = env.store().audit().admin_events(&env.first.workspace.id, None, 10).await.unwrap();
    let actions: Vec<_> = events.iter().map(|event| event.event.action.as_str()).collect();
    assert_eq!(actions, ["key.revoked", "key.created", "session.started"]);
}

#[tokio::test]
async fn rotation_keeps_both_keys_working_under_one_rate_limit() {
    let env = TestEnv::new().await;
    let cookie = env.cookie().await;
    let old = env.live_key().to_owned();
    let path = format!("/api/v1/keys/{}/rotate", env.first.live_key.key.id);
    let made = env.page("POST", &path, &cookie, json!({ "overlapSeconds": 600 })).await;
    assert_eq!(made.status, 201, "{}", made.json());
    let new = made.json()["secret"].as_str().unwrap().to_owned();
    for left in (0..60).rev() {
        let answer = env.get("/api/v1/assets", if left % 2 == 0 { &old } else { &new }).await;
        assert_eq!((answer.status, answer.number("ratelimit-remaining")), (200, left));
    }
    env.get("/api/v1/assets", &old).await.is_error(429, "rate_limited", None);
    env.get("/api/v1/assets", &new).await.is_error(429, "rate_limited", None);
    env.page("POST", &path, &cookie, json!({})).await.is_error(409, "conflict", None);
    env.clock.advance(600_000);
    env.get("/api/v1/assets", &old).await.is_error(401, "invalid_credentials", None);
    assert_eq!(env.get("/api/v1/assets", &new).await.status, 200);
    let long = json!({ "overlapSeconds": 2_592_001 });
    env.page("POST", &path, &cookie, long).await.is_error(400, "validation_error", Some("overlapSeconds"));
}

#[tokio::test]
async fn keys_cannot_exceed_their_creator_and_lose_permissions_with_them() {
    let env = TestEnv::new().await;
    let cookie = env.cookie().await;
    let admin = env.workspace_key(Role::Admin).await;
    let headers = [("authorization", bearer(&admin)), ("content-type", "application/json".to_owned())];
    let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let owner = json!({ "kind": "sk", "name": "x", "role": "owner" }).to_string();
    env.request("POST", "/api/v1/keys", &headers, owner).await.is_error(403, "insufficient_scope", None);
    let fits = json!({ "kind": "sk", "name": "x", "role": "labeler" }).to_string();
    assert_eq!(env.request("POST", "/api/v1/keys", &headers, fits).await.status, 201);
    env.get("/api/v1/keys", env.live_key()).await.is_error(403, "insufficient_scope", None);

    let wish = json!({ "role": "owner", "email": OTHER_EMAIL });
    assert_eq!(env.page("POST", "/api/v1/invitations", &cookie, wish).await.status, 201);
    let token = env.mailed_token(OTHER_EMAIL);
    let join = json!({ "token": token, "email": OTHER_EMAIL, "name": "Grace", "password": "a long password" });
    let joined = env.request("POST", "/api/v1/invitations/accept", &headers[1..], join.to_string()).await;
    assert_eq!(joined.status, 200, "{}", joined.json());
    let path = format!("/api/v1/members/{}", env.first.owner.id);
    let grace = env.sign_in(OTHER_EMAIL, "a long password").await;
    let grace = grace.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    assert_eq!(env.get("/api/v1/assets", env.live_key()).await.status, 200);
    assert_eq!(env.page("PATCH", &path, &grace, json!({ "role": "api-user" })).await.status, 204);
    env.get("/api/v1/assets", env.live_key()).await.is_error(403, "insufficient_scope", None);
    assert_eq!(env.page("DELETE", &path, &grace, json!(null)).await.status, 204);
    let last = format!("/api/v1/members/{}", joined.json()["userId"].as_str().unwrap());
    env.page("DELETE", &last, &grace, json!(null)).await.is_error(409, "conflict", None);
}

#[tokio::test]
async fn keys_created_by_a_key_cannot_exceed_it_and_end_with_it() {
    let env = TestEnv::new().await;
    let cookie = env.cookie().await;
    let wish = json!({ "kind": "sk", "name": "Deploy", "role": "admin", "expiresAt": "2026-10-01T00:00:00Z",
        "allow": ["192.0.2.0/24"] });
    let root = env.page("POST", "/api/v1/keys", &cookie, wish).await.json();
    let (root_id, root_secret) = (root["key"]["id"].as_str().unwrap(), root["secret"].as_str().unwrap());
    let authorization = bearer(root_secret);
    let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
    let make = async |wish: serde_json::Value| env.request("POST", "/api/v1/keys", &headers, wish.to_string()).await;
    let child = json!({ "kind": "live", "name": "x", "scopes": ["assets"] });

    let made = make(child.clone()).await.json();
    assert_eq!(made["key"]["expiresAt"], "2026-10-01T00:00:00.000Z", "{made}");
    assert_eq!((&made["key"]["allow"], &made["key"]["madeByKey"]), (&json!(["192.0.2.0/24"]), &json!(root_id)));
    let with = |name: &str, value: serde_json::Value| {
        let mut wish = child.clone();
        wish[name] = value;
        wish
    };
    let longer = make(with("expiresAt", json!("2026-10-01T00:00:01Z"))).await;
    longer.is_error(400, "validation_error", Some("expiresAt"));
    assert!(longer.json()["error"]["message"].as_str().unwrap().contains("2026-10-01T00:00:00.000Z"));
    make(with("allow", json!(["192.0.0.0/16"]))).await.is_error(400, "validation_error", Some("allow"));
    let free = format!("/api/v1/keys/{}/rotate", env.first.live_key.key.id);
    env.request("POST", &free, &headers, "{}").await.is_error(400, "validation_error", Some("expiresAt"));
    let client = json!({ "name": "x", "scopes": ["assets"] }).to_string();
    let refused = env.request("POST", "/api/v1/oauth-clients", &headers, client).await;
    refused.is_error(403, "insufficient_scope", None);
    // A key does not have the identity of the person who created it.
    let owner = format!("/api/v1/members/{}", env.first.owner.id);
    env.request("DELETE", &owner, &headers, "").await.is_error(403, "insufficient_scope", None);

    // The key and the keys that it created share one rate limit.
    let secret = made["secret"].as_str().unwrap();
    let before = env.get("/api/v1/assets", secret).await.number("ratelimit-remaining");
    assert_eq!(env.get("/api/v1/assets", root_secret).await.number("ratelimit-remaining"), before - 1);

    let path = format!("/api/v1/keys/{root_id}");
    let wrong = env.page("DELETE", &format!("{path}?cascade=yes"), &cookie, json!(null)).await;
    wrong.is_error(400, "validation_error", Some("cascade"));
    assert_eq!(env.page("DELETE", &format!("{path}?cascade=true"), &cookie, json!(null)).await.status, 204);
    for ended in [root_secret, secret] {
        env.get("/api/v1/assets", ended).await.is_error(401, "invalid_credentials", None);
    }
}

#[tokio::test]
async fn the_list_of_keys_is_paged() {
    let env = TestEnv::new().await;
    let cookie = env.cookie().await;
    for _ in 0..3 {
        env.scoped_key(&[Scope::Check]).await;
    }
    let (mut seen, mut path) = (std::collections::BTreeSet::new(), "/api/v1/keys?limit=2".to_owned());
    loop {
        let page = env.request("GET", &path, &[("cookie", &cookie)], "").await.json();
        let keys = page["data"].as_array().unwrap();
        assert!(keys.len() <= 2, "{page}");
        seen.extend(keys.iter().map(|key| key["id"].as_str().unwrap().to_owned()));
        match page["nextCursor"].as_str() {
            Some(cursor) => path = format!("/api/v1/keys?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 5);
    for (query, field) in [("limit=0", "limit"), ("limit=501", "limit"), ("cursor=x", "cursor"), ("page=2", "page")] {
        let path = format!("/api/v1/keys?{query}");
        env.request("GET", &path, &[("cookie", &cookie)], "").await.is_error(400, "validation_error", Some(field));
    }
}

#[tokio::test]
async fn errors_name_the_invalid_field_of_a_key_request() {
    let env = TestEnv::new().await;
    let cookie = env.cookie().await;
    for (wish, field) in [
        (json!({ "kind": "live", "name": "x" }), "scopes"),
        (json!({ "kind": "live", "name": "x", "scopes": [] }), "scopes"),
        (json!({ "kind": "live", "name": "x", "scopes": ["all"] }), "scopes"),
        (json!({ "kind": "prod", "name": "x", "scopes": ["check"] }), "kind"),
        (json!({ "kind": "sk", "name": "x", "scopes": ["check"] }), "role"),
        (json!({ "kind": "sk", "name": "x", "role": "king" }), "role"),
        (json!({ "kind": "live", "name": " ", "scopes": ["check"] }), "name"),
        (json!({ "kind": "live", "name": "x", "scopes": ["check"], "expiresAt": "2001-01-01T00:00:00Z" }), "expiresAt"),
        (json!({ "kind": "live", "name": "x", "scopes": ["check"], "expiresAt": "soon" }), "expiresAt"),
        (json!({ "kind": "live", "name": "x", "scopes": ["check"], "allow": ["192.0.2.7/24"] }), "allow"),
        (json!({ "kind": "live", "scopes": ["check"] }), "name"),
        (json!({ "kind": "live", "name": "x", "scopes": ["check"], "secret": "mine" }), "body"),
    ] {
        env.page("POST", "/api/v1/keys", &cookie, wish).await.is_error(400, "validation_error", Some(field));
    }
}

#[tokio::test]
async fn expired_keys_are_refused_and_leaked_keys_revoked() {
    let env = TestEnv::new().await;
    let cookie = env.cookie().await;
    let wish = json!({ "kind": "live", "name": "x", "scopes": ["assets"], "expiresAt": "2026-09-21T15:00:00Z" });
    let made = env.page("POST", "/api/v1/keys", &cookie, wish).await;
    let secret = made.json()["secret"].as_str().unwrap_or_default().to_owned();
    assert_eq!(env.get("/api/v1/assets", &secret).await.status, 200, "{}", made.json());
    env.clock.advance(3_600_000);
    env.get("/api/v1/assets", &secret).await.is_error(401, "invalid_credentials", None);

    let leaked = env.scoped_key(&[Scope::Assets]).await;
    let json_type = [("content-type", "application/json")];
    let report = |key: &str| json!({ "key": key }).to_string();
    for (text, expected) in [
        (leaked.as_str(), json!({ "label": "true_positive", "endedNow": true })),
        (leaked.as_str(), json!({ "label": "true_positive", "endedNow": false })),
        ("lbl_live_nonsense", json!({ "label": "false_positive", "endedNow": false })),
    ] {
        let answer = env.request("POST", "/api/v1/keys/leaked", &json_type, report(text)).await;
        assert_eq!((answer.status, answer.json()), (200, expected));
    }
    env.get("/api/v1/assets", &leaked).await.is_error(401, "invalid_credentials", None);
}
