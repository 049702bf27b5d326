use labeler_store::{KeyGrant, KeyKind, Role};
use serde_json::{Value, json};

use crate::test_env::{EMAIL, OTHER_EMAIL, PASSWORD, TestEnv, jpeg};

async fn get(env: &TestEnv, path: &str, cookie: &str) -> Value {
    let answer = env.request("GET", path, &[("cookie", cookie)], "").await;
    assert_eq!(answer.status, 200, "{path} {}", answer.json());
    answer.json()
}

#[tokio::test]
async fn an_invitation_adds_a_member_once() {
    let env = TestEnv::new().await;
    let cookie = env.cookie().await;
    let wish = json!({ "role": "labeler", "email": OTHER_EMAIL });
    let made = env.page("POST", "/api/v1/invitations", &cookie, wish).await;
    assert_eq!(made.status, 201, "{}", made.json());
    assert_eq!((made.json()["sentTo"].as_str(), made.json()["link"].as_str()), (Some(OTHER_EMAIL), None));
    let token = env.mailed_token(OTHER_EMAIL);
    assert!(!made.json().to_string().contains(&token));
    let (token, link) = (token.as_str(), format!("https://labeler.example/invitation#{token}"));
    assert!(env.mail.all().iter().any(|mail| mail.to == OTHER_EMAIL && mail.html.contains(&link)));
    assert_eq!(get(&env, "/api/v1/invitations", &cookie).await["data"][0]["email"], OTHER_EMAIL);

    let json_type = [("content-type", "application/json")];
    let open = json!({ "token": token }).to_string();
    let offer = env.request("POST", "/api/v1/invitations/open", &json_type, open.clone()).await.json();
    assert_eq!((offer["workspaceName"].as_str(), offer["role"].as_str()), (Some("Analytical"), Some("labeler")));
    let wrong = json!({ "token": token, "email": "eve@example.eu", "name": "Eve", "password": "a long password" });
    let answer = env.request("POST", "/api/v1/invitations/accept", &json_type, wrong.to_string()).await;
    answer.is_error(400, "validation_error", Some("email"));
    let right = json!({ "token": token, "email": OTHER_EMAIL, "name": "Grace", "password": "a long password" });
    let answer = env.request("POST", "/api/v1/invitations/accept", &json_type, right.to_string()).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    let again = env.request("POST", "/api/v1/invitations/accept", &json_type, right.to_string()).await;
    again.is_error(404, "not_found", None);
    env.request("POST", "/api/v1/invitations/open", &json_type, open).await.is_error(404, "not_found", None);

    let members = get(&env, "/api/v1/members", &cookie).await;
    let roles: Vec<_> =
        members["data"].as_array().unwrap().iter().map(|member| member["role"].as_str().unwrap()).collect();
    assert_eq!(roles.len(), 2);
    assert!(roles.contains(&"owner") && roles.contains(&"labeler"));
    // A labeler cannot list members or keys, and can leave.
    let grace = env.sign_in(OTHER_EMAIL, "a long password").await;
    let grace = grace.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    for path in ["/api/v1/members", "/api/v1/keys", "/api/v1/requests", "/api/v1/admin-events", "/api/v1/audit/chain"] {
        env.request("GET", path, &[("cookie", &grace)], "").await.is_error(403, "insufficient_scope", None);
    }
    let other = format!("/api/v1/members/{}", env.first.owner.id);
    env.page("DELETE", &other, &grace, json!(null)).await.is_error(403, "insufficient_scope", None);
    let own = format!("/api/v1/members/{}", answer.json()["userId"].as_str().unwrap());
    assert_eq!(env.page("DELETE", &own, &grace, json!(null)).await.status, 204);
}

#[tokio::test]
async fn people_can_switch_between_their_workspaces() {
    let env = TestEnv::new().await;
    let cookie = env.cookie().await;
    let made = env.page("POST", "/api/v1/workspaces", &cookie, json!({ "name": "Studio" })).await;
    assert_eq!((made.status, made.json()["plan"].as_str()), (201, Some("free")));
    let id = made.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(get(&env, "/api/v1/workspaces", &cookie).await["data"].as_array().unwrap().len(), 2);
    let to = json!({ "workspaceId": id });
    assert_eq!(env.page("PUT", "/api/v1/session/workspace", &cookie, to).await.status, 204);
    assert_eq!(get(&env, "/api/v1/session", &cookie).await["workspace"]["name"], "Studio");
    assert!(get(&env, "/api/v1/keys", &cookie).await["data"].as_array().unwrap().is_empty());
    let (foreign, _) = env.other_workspace(KeyKind::Workspace, KeyGrant::Role(Role::Owner)).await;
    let to = json!({ "workspaceId": foreign });
    env.page("PUT", "/api/v1/session/workspace", &cookie, to).await.is_error(404, "not_found", None);
}

#[tokio::test]
async fn settings_usage_and_logs_can_be_read_and_changed() {
    let env = TestEnv::new().await;
    let cookie = env.cookie().await;
    let change = json!({ "name": "Renamed", "fileNames": "drop", "requestLogDays": 30 });
    let changed = env.page("PATCH", "/api/v1/workspace", &cookie, change).await;
    assert_eq!(changed.status, 200, "{}", changed.json());
    let seen = get(&env, "/api/v1/workspace", &cookie).await;
    assert_eq!(seen, changed.json());
    assert_eq!(
        (seen["name"].as_str(), seen["fileNames"].as_str(), seen["requestLogDays"].as_u64()),
        (Some("Renamed"), Some("drop"), Some(30))
    );
    for (wrong, field) in [
        (json!({ "fileNames": "keep" }), "fileNames"),
        (json!({ "requestLogDays": 0 }), "requestLogDays"),
        (json!({ "name": "" }), "name"),
        (json!({ "plan": "enterprise" }), "body"),
    ] {
        env.page("PATCH", "/api/v1/workspace", &cookie, wrong).await.is_error(400, "validation_error", Some(field));
    }
    assert_eq!(env.label(env.live_key(), &jpeg(), |_| ()).await.status, 200);
    let usage = get(&env, "/api/v1/workspace/usage", &cookie).await;
    assert_eq!((usage["used"].as_u64(), usage["allowed"].as_u64()), (Some(1), Some(25)));

    let log = get(&env, "/api/v1/requests?limit=2", &cookie).await;
    assert_eq!(log["data"].as_array().unwrap().len(), 2);
    let next = log["nextCursor"].as_str().unwrap();
    let rest = get(&env, &format!("/api/v1/requests?limit=100&cursor={next}"), &cookie).await;
    assert!(rest["nextCursor"].is_null() && rest["data"].as_array().unwrap().iter().any(|row| row["status"] == 400));
    let of_key = format!("/api/v1/requests?actor={}", env.first.live_key.key.id);
    assert_eq!(get(&env, &of_key, &cookie).await["data"].as_array().unwrap().len(), 1);

    let rows = get(&env, &of_key, &cookie).await;
    assert_eq!(rows["data"][0]["actorName"], env.first.live_key.key.name.as_str(), "{rows}");
    let people = get(&env, &format!("/api/v1/requests?actor={}", env.first.owner.id), &cookie).await;
    assert_eq!(people["data"][0]["actorName"], "Ada", "{people}");
    // NOW_S is in the afternoon of 2026-09-21, UTC.
    for (period, found) in [
        ("from=2026-09-21", true),
        ("to=2026-09-21", true),
        ("from=2026-09-21&to=2026-09-21", true),
        ("from=2026-09-22", false),
        ("to=2026-09-20", false),
        ("from=2026-09-21T00:00:00Z&to=2026-09-21T00:00:01Z", false),
    ] {
        let rows = get(&env, &format!("{of_key}&{period}"), &cookie).await;
        assert_eq!(!rows["data"].as_array().unwrap().is_empty(), found, "{period}: {rows}");
    }

    let page = get(&env, "/api/v1/admin-events?limit=1", &cookie).await;
    assert_eq!(page["data"][0]["action"], "workspace.changed");
    let next = page["nextCursor"].as_str().unwrap();
    let older = get(&env, &format!("/api/v1/admin-events?cursor={next}"), &cookie).await;
    assert_eq!(older["data"][0]["action"], "session.started");

    for (path, kind, lines) in [
        ("/api/v1/requests/export", "application/x-ndjson", None),
        ("/api/v1/requests/export?format=csv", "text/csv; charset=utf-8", Some("seq,createdAtMs,requestId")),
        ("/api/v1/admin-events/export", "application/x-ndjson", None),
        ("/api/v1/admin-events/export?format=csv", "text/csv; charset=utf-8", Some("createdAtMs,id,action")),
    ] {
        let file = env.request("GET", path, &[("cookie", &cookie)], "").await;
        assert_eq!((file.status, file.header("content-type")), (200, Some(kind)), "{path}");
        let text = String::from_utf8(file.body.to_vec()).unwrap();
        match lines {
            Some(header) => assert!(text.starts_with(header) && text.lines().count() > 2, "{text}"),
            None => assert!(text.lines().all(|line| serde_json::from_str::<Value>(line).unwrap().is_object())),
        }
    }
    let chain = get(&env, "/api/v1/audit/chain", &cookie).await;
    assert_eq!((chain["complete"].as_bool(), chain["fault"].is_null()), (Some(true), true), "{chain}");
    let head = chain["verified"]["head"].as_str().unwrap();
    let again = format!("/api/v1/audit/chain?seq={}&head={head}", chain["verified"]["seq"]);
    assert_eq!(get(&env, &again, &cookie).await, chain);
    let other = format!("/api/v1/audit/chain?seq={}&head={}", chain["verified"]["seq"], "0".repeat(64));
    assert_eq!(get(&env, &other, &cookie).await["fault"]["kind"], "broken");
}

#[tokio::test]
async fn sessions_can_be_listed_and_ended_and_passwords_changed() {
    let env = TestEnv::new().await;
    let (first, second) = (env.cookie().await, env.cookie().await);
    let list = get(&env, "/api/v1/sessions", &first).await;
    let other = list["data"].as_array().unwrap().iter().find(|session| session["current"] == false).unwrap();
    let path = format!("/api/v1/sessions/{}", other["id"].as_str().unwrap());
    assert_eq!(env.page("DELETE", &path, &first, json!(null)).await.status, 204);
    env.request("GET", "/api/v1/session", &[("cookie", &second)], "").await.is_error(401, "invalid_credentials", None);
    let third = env.cookie().await;
    let change = json!({ "currentPassword": "not this one", "newPassword": "another long one" });
    env.page("PUT", "/api/v1/password", &first, change).await.is_error(
        400,
        "validation_error",
        Some("currentPassword"),
    );
    let change = json!({ "currentPassword": PASSWORD, "newPassword": "another long one" });
    assert_eq!(env.page("PUT", "/api/v1/password", &first, change).await.status, 204);
    env.request("GET", "/api/v1/session", &[("cookie", &third)], "").await.is_error(401, "invalid_credentials", None);
    assert_eq!(env.sign_in(EMAIL, "another long one").await.status, 200);
    assert_eq!(env.page("DELETE", "/api/v1/sessions", &first, json!(null)).await.status, 204);
    assert_eq!(get(&env, "/api/v1/sessions", &first).await["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_password_reset_does_not_reveal_accounts() {
    let env = TestEnv::new().await;
    let json_type = [("content-type", "application/json")];
    let ask = |email: &str| json!({ "email": email }).to_string();
    let known = env.request("POST", "/api/v1/password/resets", &json_type, ask(EMAIL)).await;
    let unknown = env.request("POST", "/api/v1/password/resets", &json_type, ask("nobody@example.eu")).await;
    assert_eq!((known.status, known.body.len()), (202, 0));
    assert_eq!((unknown.status, unknown.body.len()), (202, 0));
    let mail = env.mail.all();
    assert_eq!(mail.len(), 1);
    let token = mail[0].text.split('#').nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let using = json!({ "token": token, "password": "a new password" }).to_string();
    assert_eq!(env.request("POST", "/api/v1/password/reset", &json_type, using.clone()).await.status, 204);
    env.request("POST", "/api/v1/password/reset", &json_type, using).await.is_error(404, "not_found", None);
    assert_eq!(env.sign_in(EMAIL, "a new password").await.status, 200);
}
