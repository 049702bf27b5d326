use std::sync::Arc;

use labeler_api::ClientAddress;
use labeler_store::testing::{Failure, Interleaved};
use labeler_store::{
    Actor, ActorKind, ChainPosition, DbError, FileNames, KeyGrant, KeyKind, Plan, RequestFilter, Scope,
    WorkspaceSettings,
};

use crate::test_env::{EMAIL, PASSWORD, TestEnv, bearer, jpeg};

#[tokio::test]
async fn calls_of_authenticated_callers_are_logged() {
    let env = TestEnv::new().await;
    let workspace = env.first.workspace.id.clone();
    let labelled = env.label(env.live_key(), &jpeg(), |_| ()).await;
    let id = labelled.header("x-labeler-event-id").unwrap();
    env.get(&format!("/api/v1/assets/{id}"), env.live_key()).await;
    env.get("/api/v1/assets/evt_nothing", env.test_key()).await.is_error(404, "not_found", None);
    let cookie = env.cookie().await;
    env.request("GET", "/api/v1/session", &[("cookie", &cookie)], "").await;
    // Calls without credentials are not logged. Calls to unknown paths are.
    env.request("GET", "/api/v1/assets", &[], "").await.is_error(401, "missing_credentials", None);
    env.get("/nowhere", env.live_key()).await.is_error(404, "not_found", None);

    let log = env.store().audit().requests(&workspace, &RequestFilter::default(), None, 100).await.unwrap().requests;
    let seen: Vec<_> = log
        .iter()
        .map(|row| (row.actor_kind, row.method.as_str(), row.route.as_str(), row.status, row.livemode))
        .collect();
    assert_eq!(
        seen,
        [
            (ActorKind::Key, "GET", "unknown", 404, true),
            (ActorKind::User, "GET", "/api/v1/session", 200, true),
            (ActorKind::Key, "GET", "/api/v1/assets/{id}", 404, false),
            (ActorKind::Key, "GET", "/api/v1/assets/{id}", 200, true),
            (ActorKind::Key, "POST", "/api/v1/label", 200, true),
        ]
    );
    assert!(log.iter().all(|row| row.network.as_deref() == Some("192.0.2.0/24") && row.request_id.len() == 36));
    assert_eq!(Some(log[4].request_id.as_str()), labelled.header("x-request-id"));
    assert_eq!(log[4].actor_id, env.first.live_key.key.id);
}

#[tokio::test]
async fn requests_succeed_if_the_request_log_fails() {
    let env = TestEnv::new().await;
    env.database.fail_next("INTO request_log", Failure::Before(DbError::Engine("disk full".to_owned())));
    assert_eq!(env.get("/api/v1/assets", env.live_key()).await.status, 200);
    let incidents = env.incidents.0.lock().unwrap().clone();
    assert!(
        incidents.iter().any(|(_, text)| text.contains("request log") && text.contains("disk full")),
        "{incidents:?}"
    );
}

#[tokio::test]
async fn sign_in_creates_an_admin_event() {
    let env = TestEnv::new().await;
    env.sign_in(EMAIL, "wrong password").await.is_error(401, "invalid_credentials", None);
    env.sign_in(EMAIL, PASSWORD).await;
    let events = env.store().audit().admin_events(&env.first.workspace.id, None, 10).await.unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!((events[0].event.action.as_str(), &events[0].actor_id), ("session.started", &env.first.owner.id));
    assert_eq!(events[0].network.as_deref(), Some("192.0.2.0/24"));
}

#[tokio::test]
async fn file_names_are_stored_according_to_the_workspace_setting() {
    let env = TestEnv::new().await;
    for (setting, expected) in
        [(FileNames::Store, "Holiday.JPG"), (FileNames::Drop, "file.jpg"), (FileNames::Pseudonymise, "file-")]
    {
        let store = env.store();
        let id = env.first.workspace.id.clone();
        let before = store.workspaces().settings(&id).await.unwrap().unwrap();
        let next = WorkspaceSettings { file_names: setting, ..before.clone() };
        assert!(store.workspaces().change_settings(&Actor::system("test"), &id, &before, &next).await.unwrap());
        let answer =
            env.label(env.live_key(), &jpeg(), |options| options["filename"] = serde_json::json!("Holiday.JPG")).await;
        // The response contains the file name; the setting affects only storage.
        assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"Holiday.JPG\""));
        let id = answer.header("x-labeler-event-id").unwrap();
        let kept = env.get(&format!("/api/v1/assets/{id}"), env.live_key()).await.json();
        assert!(kept["filename"].as_str().unwrap().starts_with(expected), "{setting:?} {kept}");
    }
}

/// Route, status and caller of the newest rows of the request log.
async fn logged(env: &TestEnv, limit: u32) -> Vec<(String, u64, String)> {
    let cookie = env.cookie().await;
    let log = env.request("GET", &format!("/api/v1/requests?limit={limit}"), &[("cookie", &cookie)], "").await;
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let rows = log.json()["data"].as_array().unwrap().clone();
    rows.iter().map(|row| (text(&row["route"]), row["status"].as_u64().unwrap(), text(&row["actorId"]))).collect()
}

#[tokio::test]
async fn refused_calls_are_logged_for_the_workspace_of_the_credential() {
    let env = TestEnv::new().await;
    let (id, secret) = env.key(KeyKind::Live, KeyGrant::Scopes(vec![Scope::Assets])).await;
    assert!(env.store().keys().revoke(&env.first.workspace.id, &id).await.unwrap());
    env.get("/api/v1/assets", &secret).await.is_error(401, "invalid_credentials", None);
    env.get("/api/v1/label", &secret).await.is_error(405, "method_not_allowed", None);
    env.get("/api/v1/nothing/of-this", &secret).await.is_error(404, "not_found", None);
    let person = env.cookie().await;
    env.request("GET", "/api/v1/nothing", &[("cookie", &person)], "").await.is_error(404, "not_found", None);
    // Calls with a key that never existed and calls without credentials belong to no workspace.
    let (_, stranger) = labeler_store::mint_key(KeyKind::Live, env.app.rng.as_ref()).unwrap();
    env.get("/api/v1/assets", &stranger).await.is_error(401, "invalid_credentials", None);
    env.get("/api/v1/assets", "nonsense").await.is_error(401, "invalid_credentials", None);
    env.request("GET", "/api/v1/assets", &[], "").await.is_error(401, "missing_credentials", None);
    let owner = env.first.owner.id.clone();
    let rows = logged(&env, 10).await;
    let expected = [
        ("unknown", 404, owner.as_str()),
        ("unknown", 404, id.as_str()),
        ("/api/v1/label", 405, id.as_str()),
        ("/api/v1/assets", 401, id.as_str()),
    ];
    let expected: Vec<_> =
        expected.iter().map(|(route, status, actor)| ((*route).to_owned(), *status, (*actor).to_owned())).collect();
    assert_eq!(rows, expected);
}

#[tokio::test]
async fn parallel_requests_cannot_exceed_the_monthly_quota() {
    let mut env = TestEnv::new().await;
    env.app.database = Arc::new(Interleaved(env.database.clone()));
    env.app.in_flight = labeler_api::InFlight::new(u64::MAX);
    let workspace = env.first.workspace.id.clone();
    env.plan(Plan::Enterprise).await;
    env.store().plans().set_limits(&Actor::system("test"), &workspace, Some(3), &Default::default()).await.unwrap();
    let picture = jpeg();
    let calls = (0..8).map(|_| env.label(env.live_key(), &picture, |_| ()));
    let answers = futures_util::future::join_all(calls).await;
    let sold = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(sold, 3);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        answer.is_error(403, "quota_exceeded", None);
        assert!(answer.header("x-labeler-event-id").is_none());
    }
    assert_eq!(env.get("/api/v1/assets", env.live_key()).await.json()["total"], 3);
    // Sandbox labels do not count.
    assert_eq!(env.label(env.test_key(), &picture, |_| ()).await.status, 200);
    let report = env.store().audit().verify(&workspace, &ChainPosition::genesis(), 1000).await.unwrap();
    assert_eq!((report.fault, report.complete), (None, true));
}

#[tokio::test]
async fn a_flood_from_one_address_is_refused_before_the_database_is_queried() {
    let mut env = TestEnv::new().await;
    env.app.address_throttle = labeler_api::AddressThrottle::new(3);
    for _ in 0..3 {
        assert_eq!(env.get("/api/v1/assets", env.live_key()).await.status, 200);
    }
    let before = env.database.calls();
    let answer = env.get("/api/v1/assets", env.live_key()).await;
    answer.is_error(429, "rate_limited", None);
    assert_eq!((env.database.calls(), answer.number("retry-after")), (before, 60));
    let mut request = http::Request::get("/api/v1/assets")
        .header("authorization", bearer(env.live_key()))
        .body(axum::body::Body::empty())
        .unwrap();
    request.extensions_mut().insert(ClientAddress("198.51.100.1".parse().unwrap()));
    assert_eq!(env.send(request).await.status, 200);
}

#[tokio::test]
async fn chain_verification_validates_its_start_position() {
    let env = TestEnv::new().await;
    let cookie = env.cookie().await;
    assert_eq!(env.label(env.live_key(), &jpeg(), |_| ()).await.status, 200);
    let get = async |query: &str| {
        let path = format!("/api/v1/audit/chain{query}");
        env.request("GET", &path, &[("cookie", &cookie)], "").await
    };
    let whole = get("").await.json();
    assert_eq!((&whole["complete"], whole["fault"].is_null()), (&true.into(), true), "{whole}");
    let (seq, head) = (whole["verified"]["seq"].as_i64().unwrap(), whole["verified"]["head"].as_str().unwrap());
    assert!(seq >= 2 && head.len() == 64, "{whole}");
    let rest = get(&format!("?seq={seq}&head={head}")).await.json();
    assert_eq!((&rest["complete"], &rest["verified"]), (&true.into(), &whole["verified"]));
    let other = get(&format!("?seq={seq}&head={}", "0".repeat(64))).await.json();
    assert!(other["fault"].is_object(), "{other}");
    for (query, field) in [("?seq=0&head=", "head"), ("?seq=1", "seq"), ("?seq=-1&head=", "head"), ("?head=x", "seq")] {
        get(query).await.is_error(400, "validation_error", Some(field));
    }
}
