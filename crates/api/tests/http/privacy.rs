use labeler_store::{KeyGrant, KeyKind, Role};
use serde_json::{Value, json};

use crate::test_env::{EMAIL, PASSWORD, TestEnv, jpeg};

#[tokio::test]
async fn a_person_can_export_and_erase_their_data() {
    let env = TestEnv::new().await;
    let cookie = env.cookie().await;
    let workspace = env.first.workspace.id.clone();
    assert_eq!(env.label(env.live_key(), &jpeg(), |_| ()).await.status, 200);
    assert_eq!(env.request("GET", "/api/v1/session", &[("cookie", &cookie)], "").await.status, 200);
    let file = env.request("GET", "/api/v1/account/export", &[("cookie", &cookie)], "").await;
    assert_eq!((file.status, file.header("content-type")), (200, Some("application/x-ndjson")));
    let text = String::from_utf8(file.body.to_vec()).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for section in ["profile", "memberships", "sessions", "keys", "adminEvents", "requests"] {
        assert!(lines.iter().any(|line| line["section"] == section), "{section} {text}");
    }
    assert!(text.contains(EMAIL) && !text.contains("argon2") && !text.contains(env.live_key()));

    // The last owner must transfer the workspace first.
    let erase = json!({ "confirm": EMAIL });
    env.page("POST", "/api/v1/account/erase", &cookie, erase.clone()).await.is_error(409, "conflict", None);
    env.store()
        .members()
        .create_member(&workspace, Role::Owner, "second@example.eu", "Second", "a long password")
        .await
        .unwrap();
    let wrong = json!({ "confirm": "other@example.eu" });
    env.page("POST", "/api/v1/account/erase", &cookie, wrong).await.is_error(400, "validation_error", Some("confirm"));
    let erased = env.page("POST", "/api/v1/account/erase", &cookie, erase).await;
    assert_eq!(erased.status, 204, "{}", erased.json());
    assert!(erased.header("set-cookie").unwrap().contains("Max-Age=0"));
    env.request("GET", "/api/v1/session", &[("cookie", &cookie)], "").await.is_error(401, "invalid_credentials", None);
    assert_eq!(env.sign_in(EMAIL, PASSWORD).await.status, 401);
    env.get("/api/v1/assets", env.live_key()).await.is_error(401, "invalid_credentials", None);
    assert!(!env.dump().await.contains(EMAIL));
}

#[tokio::test]
async fn only_an_owner_can_erase_the_workspace() {
    let env = TestEnv::new().await;
    let cookie = env.cookie().await;
    let workspace = env.first.workspace.id.clone();
    let store = env.store();
    store
        .members()
        .create_member(&workspace, Role::Admin, "admin@example.eu", "Admin", "a long password")
        .await
        .unwrap();
    let admin = env.sign_in("admin@example.eu", "a long password").await;
    let admin = admin.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let erase = json!({ "confirm": "Analytical" });
    let path = "/api/v1/workspace/erase";
    env.page("POST", path, &admin, erase.clone()).await.is_error(403, "insufficient_scope", None);
    let wrong = json!({ "confirm": "Analytics" });
    env.page("POST", path, &cookie, wrong).await.is_error(400, "validation_error", Some("confirm"));
    let (other, other_key) = env.other_workspace(KeyKind::Workspace, KeyGrant::Role(Role::Owner)).await;
    assert_eq!(env.page("POST", path, &cookie, erase).await.status, 204);
    env.get("/api/v1/assets", env.live_key()).await.is_error(401, "invalid_credentials", None);
    env.request("GET", "/api/v1/session", &[("cookie", &cookie)], "").await.is_error(401, "invalid_credentials", None);
    assert!(!env.dump().await.contains("Analytical"));
    assert_eq!(env.get("/api/v1/keys", &other_key).await.status, 200, "{other}");
}

#[tokio::test]
async fn failed_attempts_and_ended_sessions_are_in_the_audit_trail() {
    let env = TestEnv::new().await;
    let cookie = env.cookie().await;
    let workspace = env.first.workspace.id.clone();
    for _ in 0..3 {
        assert_eq!(env.sign_in(EMAIL, "not the password").await.status, 401);
        assert_eq!(env.sign_in("nobody@example.eu", "not the password").await.status, 401);
    }
    let (id, secret) = env.key(KeyKind::Workspace, KeyGrant::Role(Role::Viewer)).await;
    let path = format!("/api/v1/keys/{id}");
    assert_eq!(env.page("DELETE", &path, &cookie, json!(null)).await.status, 204);
    env.get("/api/v1/assets", &secret).await.is_error(401, "invalid_credentials", None);
    let made =
        env.page("POST", "/api/v1/oauth-clients", &cookie, json!({ "name": "c", "scopes": ["check"] })).await.json();
    let client = made["client"]["id"].as_str().unwrap();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let body = format!("grant_type=client_credentials&client_id={client}&client_secret=lbl_cs_wrong");
    assert_eq!(env.request("POST", "/oauth2/token", &form, body).await.status, 401);
    assert_eq!(env.page("DELETE", "/api/v1/session", &cookie, json!(null)).await.status, 204);

    env.clock.advance(3_600_000);
    let budget = labeler_store::Budget { rows: 100, time_ms: 1000 };
    let done = labeler_api::housekeeping(&env.store(), env.app.clock.as_ref(), env.app.rng.as_ref(), budget).await;
    assert_eq!((done.errors.len(), done.failures), (0, 3), "{done:?}");
    let events = env.store().audit().admin_events(&workspace, None, 100).await.unwrap();
    let failed: Vec<_> = events.iter().filter(|entry| entry.event.action.as_str() == "authentication.failed").collect();
    for (subject, reason, attempts) in [
        (env.first.owner.id.as_str(), "password", 3),
        (id.as_str(), "revoked", 1),
        (client, "client authentication", 1),
    ] {
        let entry = failed.iter().find(|entry| entry.event.subject == subject).unwrap();
        let detail = &entry.event.detail;
        assert_eq!(
            (detail["reason"].as_str(), detail["failures"].as_i64()),
            (Some(reason), Some(attempts)),
            "{entry:?}"
        );
        assert_eq!(entry.network.as_deref(), Some("192.0.2.0/24"));
    }
    assert_eq!(events.iter().filter(|entry| entry.event.action.as_str() == "session.ended").count(), 1);

    // The head of the chain is keyed, and can be downloaded signed.
    let cookie = env.cookie().await;
    let chain = env.request("GET", "/api/v1/audit/chain", &[("cookie", &cookie)], "").await.json();
    assert!(chain["fault"].is_null() && chain["keyed"]["seq"].as_i64() > Some(0), "{chain}");
    let heads = env.request("GET", "/api/v1/audit/heads", &[("cookie", &cookie)], "").await.json();
    assert_eq!(heads["data"][0], chain["keyed"]);
    let signed = env.request("GET", "/api/v1/audit/head", &[("cookie", &cookie)], "").await.json();
    let set = labeler_token::JwkSet::parse(&json!({ "keys": [signed["publicKey"]] }).to_string()).unwrap();
    let key = set.find(signed["publicKey"]["kid"].as_str()).unwrap();
    let head = labeler_token::verify_audit_head(signed["jws"].as_str().unwrap(), &key).unwrap();
    assert_eq!((head.workspace_id, Some(head.seq)), (workspace, signed["seq"].as_i64()));
    assert_eq!(Some(head.head.as_str()), signed["head"].as_str());
    // The signed head is not accepted as an access token.
    env.get("/api/v1/assets", signed["jws"].as_str().unwrap()).await.is_error(401, "invalid_credentials", None);
}
