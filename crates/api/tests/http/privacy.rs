use labeler_store::{KeyGrant, KeyKind, Role};
use serde_json::{Value, json};

use crate::bench::{Bench, EMAIL, PASSWORD, jpeg};

#[tokio::test]
async fn a_person_can_export_and_erase_their_data() {
    let bench = Bench::new().await;
    let cookie = bench.cookie().await;
    let workspace = bench.first.workspace.id.clone();
    assert_eq!(bench.label(bench.live_key(), &jpeg(), |_| ()).await.status, 200);
    assert_eq!(bench.request("GET", "/api/v1/session", &[("cookie", &cookie)], "").await.status, 200);
    let file = bench.request("GET", "/api/v1/account/export", &[("cookie", &cookie)], "").await;
    assert_eq!((file.status, file.header("content-type")), (200, Some("application/x-ndjson")));
    let text = String::from_utf8(file.body.to_vec()).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for section in ["profile", "memberships", "sessions", "keys", "adminEvents", "requests"] {
        assert!(lines.iter().any(|line| line["section"] == section), "{section} {text}");
    }
    assert!(text.contains(EMAIL) && !text.contains("argon2") && !text.contains(bench.live_key()));

    // The last owner must transfer the workspace first.
    let erase = json!({ "confirm": EMAIL });
    bench.page("POST", "/api/v1/account/erase", &cookie, erase.clone()).await.is_error(409, "conflict", None);
    bench
        .store()
        .members()
        .create_member(&workspace, Role::Owner, "second@example.eu", "Second", "a long password")
        .await
        .unwrap();
    let wrong = json!({ "confirm": "other@example.eu" });
    bench.page("POST", "/api/v1/account/erase", &cookie, wrong).await.is_error(
        400,
        "validation_error",
        Some("confirm"),
    );
    let erased = bench.page("POST", "/api/v1/account/erase", &cookie, erase).await;
    assert_eq!(erased.status, 204, "{}", erased.json());
    assert!(erased.header("set-cookie").unwrap().contains("Max-Age=0"));
    bench.request("GET", "/api/v1/session", &[("cookie", &cookie)], "").await.is_error(
        401,
        "invalid_credentials",
        None,
    );
    assert_eq!(bench.sign_in(EMAIL, PASSWORD).await.status, 401);
    bench.get("/api/v1/assets", bench.live_key()).await.is_error(401, "invalid_credentials", None);
    assert!(!bench.dump().await.contains(EMAIL));
}

#[tokio::test]
async fn only_an_owner_can_erase_the_workspace() {
    let bench = Bench::new().await;
    let cookie = bench.cookie().await;
    let workspace = bench.first.workspace.id.clone();
    let store = bench.store();
    store
        .members()
        .create_member(&workspace, Role::Admin, "admin@example.eu", "Admin", "a long password")
        .await
        .unwrap();
    let admin = bench.sign_in("admin@example.eu", "a long password").await;
    let admin = admin.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let erase = json!({ "confirm": "Analytical" });
    let path = "/api/v1/workspace/erase";
    bench.page("POST", path, &admin, erase.clone()).await.is_error(403, "insufficient_scope", None);
    let wrong = json!({ "confirm": "Analytics" });
    bench.page("POST", path, &cookie, wrong).await.is_error(400, "validation_error", Some("confirm"));
    let (other, other_key) = bench.other_workspace(KeyKind::Workspace, KeyGrant::Role(Role::Owner)).await;
    assert_eq!(bench.page("POST", path, &cookie, erase).await.status, 204);
    bench.get("/api/v1/assets", bench.live_key()).await.is_error(401, "invalid_credentials", None);
    bench.request("GET", "/api/v1/session", &[("cookie", &cookie)], "").await.is_error(
        401,
        "invalid_credentials",
        None,
    );
    assert!(!bench.dump().await.contains("Analytical"));
    assert_eq!(bench.get("/api/v1/keys", &other_key).await.status, 200, "{other}");
}

#[tokio::test]
async fn failed_attempts_and_ended_sessions_are_in_the_audit_trail() {
    let bench = Bench::new().await;
    let cookie = bench.cookie().await;
    let workspace = bench.first.workspace.id.clone();
    for _ in 0..3 {
        assert_eq!(bench.sign_in(EMAIL, "not the password").await.status, 401);
        assert_eq!(bench.sign_in("nobody@example.eu", "not the password").await.status, 401);
    }
    let (id, secret) = bench.key(KeyKind::Workspace, KeyGrant::Role(Role::Viewer)).await;
    let path = format!("/api/v1/keys/{id}");
    assert_eq!(bench.page("DELETE", &path, &cookie, json!(null)).await.status, 204);
    bench.get("/api/v1/assets", &secret).await.is_error(401, "invalid_credentials", None);
    let made =
        bench.page("POST", "/api/v1/oauth-clients", &cookie, json!({ "name": "c", "scopes": ["check"] })).await.json();
    let client = made["client"]["id"].as_str().unwrap();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let body = format!("grant_type=client_credentials&client_id={client}&client_secret=lbl_cs_wrong");
    assert_eq!(bench.request("POST", "/oauth2/token", &form, body).await.status, 401);
    assert_eq!(bench.page("DELETE", "/api/v1/session", &cookie, json!(null)).await.status, 204);

    bench.clock.advance(3_600_000);
    let budget = labeler_store::Budget { rows: 100, time_ms: 1000 };
    let done =
        labeler_api::housekeeping(&bench.store(), bench.app.clock.as_ref(), bench.app.rng.as_ref(), budget).await;
    assert_eq!((done.errors.len(), done.failures), (0, 3), "{done:?}");
    let events = bench.store().audit().admin_events(&workspace, None, 100).await.unwrap();
    let failed: Vec<_> = events.iter().filter(|entry| entry.event.action.as_str() == "authentication.failed").collect();
    for (subject, reason, attempts) in [
        (bench.first.owner.id.as_str(), "password", 3),
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
    let cookie = bench.cookie().await;
    let chain = bench.request("GET", "/api/v1/audit/chain", &[("cookie", &cookie)], "").await.json();
    assert!(chain["fault"].is_null() && chain["keyed"]["seq"].as_i64() > Some(0), "{chain}");
    let heads = bench.request("GET", "/api/v1/audit/heads", &[("cookie", &cookie)], "").await.json();
    assert_eq!(heads["data"][0], chain["keyed"]);
    let signed = bench.request("GET", "/api/v1/audit/head", &[("cookie", &cookie)], "").await.json();
    let set = labeler_token::JwkSet::parse(&json!({ "keys": [signed["publicKey"]] }).to_string()).unwrap();
    let key = set.find(signed["publicKey"]["kid"].as_str()).unwrap();
    let head = labeler_token::verify_audit_head(signed["jws"].as_str().unwrap(), &key).unwrap();
    assert_eq!((head.workspace_id, Some(head.seq)), (workspace, signed["seq"].as_i64()));
    assert_eq!(Some(head.head.as_str()), signed["head"].as_str());
    // The signed head is not accepted as an access token.
    bench.get("/api/v1/assets", signed["jws"].as_str().unwrap()).await.is_error(401, "invalid_credentials", None);
}
