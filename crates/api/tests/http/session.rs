use serde_json::json;

use labeler_store::{BatchResult, Database, DbError, Row, Statement};

use crate::test_env::{EMAIL, PASSWORD, TestEnv, jpeg};

#[tokio::test]
async fn a_person_can_sign_in_and_out() {
    let env = TestEnv::new().await;
    let answer = env.sign_in(" ADA@example.eu ", PASSWORD).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    answer.has_standard_headers();
    let set = answer.header("set-cookie").unwrap();
    assert!(set.starts_with("__Host-labeler_session="), "{set}");
    assert!(set.ends_with("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure"), "{set}");
    let info = answer.json();
    assert_eq!((info["user"]["email"].as_str(), info["role"].as_str()), (Some(EMAIL), Some("owner")));
    assert_eq!(info["workspace"]["plan"], "free");
    assert_eq!(info["expiresAt"], "2026-10-21T14:13:20.000Z");

    let cookie = set.split(';').next().unwrap();
    let seen = env.request("GET", "/api/v1/session", &[("cookie", cookie)], "").await;
    assert_eq!(seen.json(), info);

    let out = [("cookie", cookie), ("sec-fetch-site", "same-origin")];
    let answer = env.request("DELETE", "/api/v1/session", &out, "").await;
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    answer.has_standard_headers();
    assert!(answer.header("set-cookie").unwrap().starts_with("__Host-labeler_session=; Path=/; Max-Age=0;"));
    let answer = env.request("GET", "/api/v1/session", &[("cookie", cookie)], "").await;
    answer.is_error(401, "invalid_credentials", None);
}

/// The page shows what the session allows, so each permission that it names must be one that the API honours.
#[tokio::test]
async fn a_session_tells_its_permissions_and_the_roles_it_may_grant() {
    let env = TestEnv::new().await;
    let owner = env.cookie().await;
    let info = env.request("GET", "/api/v1/session", &[("cookie", &owner)], "").await.json();
    assert_eq!(info["permissions"].as_array().unwrap().len(), 14, "{info}");
    assert_eq!(info["grantableRoles"].as_array().unwrap().last(), Some(&json!("owner")));

    for (role, manages) in [("viewer", false), ("admin", true)] {
        let email = format!("{role}@example.eu");
        env.page("POST", "/api/v1/invitations", &owner, json!({ "role": role, "email": email })).await;
        let wish = json!({ "token": env.mailed_token(&email), "email": email, "name": role, "password": PASSWORD });
        assert_eq!(env.visitor("/api/v1/invitations/accept", wish).await.status, 200);
        let answer = env.sign_in(&email, PASSWORD).await;
        let cookie = answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        let info = answer.json();
        let has = |name: &str| info["permissions"].as_array().unwrap().contains(&json!(name));
        assert!(has("assets.read") && !has("billing.manage"), "{info}");
        for (permission, path) in
            [("members.manage", "/api/v1/members"), ("keys.manage", "/api/v1/keys"), ("assets.read", "/api/v1/assets")]
        {
            let status = env.request("GET", path, &[("cookie", &cookie)], "").await.status;
            assert_eq!(status == 200, has(permission), "{role} {path}: {status}");
        }
        let grantable = info["grantableRoles"].as_array().unwrap();
        assert_eq!(grantable.contains(&json!("admin")), manages, "{info}");
        assert!(!grantable.contains(&json!("owner")), "{info}");
    }
}

#[tokio::test]
async fn the_cookie_has_no_prefix_on_plain_http() {
    let mut env = TestEnv::new().await;
    env.app.config = labeler_api::Config::new("http://localhost:8787/").unwrap();
    let answer = env.sign_in(EMAIL, PASSWORD).await;
    let set = answer.header("set-cookie").unwrap();
    assert!(set.starts_with("labeler_session=") && !set.contains("Secure"), "{set}");
    let cookie = set.split(';').next().unwrap();
    assert_eq!(env.request("GET", "/api/v1/session", &[("cookie", cookie)], "").await.status, 200);
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_get_the_same_response() {
    let env = TestEnv::new().await;
    let wrong = env.sign_in(EMAIL, "not the password").await;
    let unknown = env.sign_in("nobody@example.eu", "not the password").await;
    let nonsense = env.sign_in("", "").await;
    for answer in [&wrong, &unknown, &nonsense] {
        answer.is_error(401, "invalid_credentials", None);
        assert_eq!(answer.json()["error"], wrong.json()["error"]);
        assert!(answer.header("set-cookie").is_none());
        let names =
            |answer: &crate::test_env::Answer| answer.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(names(answer), names(&wrong));
    }
}

#[tokio::test]
async fn password_guessing_is_delayed_per_account_and_limited_per_address() {
    let env = TestEnv::new().await;
    for _ in 0..5 {
        env.sign_in(EMAIL, "guess guess").await.is_error(401, "invalid_credentials", None);
    }
    // No password is checked during the delay, not even the correct one.
    let answer = env.sign_in(EMAIL, PASSWORD).await;
    answer.is_error(429, "rate_limited", None);
    assert_eq!(answer.number("retry-after"), 1);
    // Another account can still sign in from this address, until the limit of the address is reached.
    env.sign_in("nobody@example.eu", "guess guess").await.is_error(401, "invalid_credentials", None);
    env.clock.advance(1000);
    env.sign_in(EMAIL, "guess guess").await.is_error(401, "invalid_credentials", None);
    assert_eq!(env.sign_in(EMAIL, PASSWORD).await.number("retry-after"), 2);
    env.clock.advance(300_000);
    assert_eq!(env.sign_in(EMAIL, PASSWORD).await.status, 200);
    // Every request from an address counts, even if no password is checked.
    for _ in 0..49 {
        assert_eq!(env.request("POST", "/api/v1/session", &[], "").await.status, 400);
    }
    env.sign_in("last@example.eu", "x").await.is_error(429, "rate_limited", None);
}

#[tokio::test]
async fn sign_in_accepts_only_same_origin_json() {
    let env = TestEnv::new().await;
    let good = json!({ "email": EMAIL, "password": PASSWORD }).to_string();
    let json_type = ("content-type", "application/json");
    let long = format!("{{\"email\":\"{}\"}}", "a".repeat(9000));
    let cases: [(&[(&str, &str)], &str, u16, &str, Option<&str>); 8] = [
        (&[("content-type", "text/plain")], &good, 400, "validation_error", Some("Content-Type")),
        (&[], &good, 400, "validation_error", Some("Content-Type")),
        (&[json_type], "{", 400, "validation_error", Some("body")),
        (&[json_type], "{\"email\":\"a@b\"}", 400, "validation_error", Some("password")),
        (&[json_type], "{\"email\":1,\"password\":\"hunter22\"}", 400, "validation_error", Some("body")),
        (&[json_type], &long, 413, "too_large", None),
        (&[json_type, ("sec-fetch-site", "cross-site")], &good, 403, "cross_site_request", None),
        (&[json_type, ("origin", "https://evil.example")], &good, 403, "cross_site_request", None),
    ];
    for (headers, body, status, code, field) in cases {
        let answer = env.request("POST", "/api/v1/session", headers, body.to_owned()).await;
        answer.is_error(status, code, field);
        assert!(!String::from_utf8_lossy(&answer.body).contains("hunter22"));
    }
}

#[tokio::test]
async fn a_key_has_no_session() {
    let env = TestEnv::new().await;
    env.get("/api/v1/session", env.live_key()).await.is_error(403, "session_required", None);
}

#[tokio::test]
async fn uploads_and_sign_ins_do_not_block_each_other() {
    let mut env = TestEnv::new().await;
    // No memory is left for uploads.
    env.app.in_flight = labeler_api::InFlight::new(0);
    assert_eq!(env.sign_in(EMAIL, PASSWORD).await.status, 200);
    env.label(env.live_key(), &jpeg(), |_| ()).await.is_error(503, "busy", None);
    // A sign-in that waits for the database holds no memory that an upload needs.
    env.app.in_flight = labeler_api::InFlight::default();
    let held = std::sync::Arc::new(Watched(env.database.clone(), env.app.in_flight.clone()));
    env.app.database = held;
    assert_eq!(env.sign_in(EMAIL, PASSWORD).await.status, 200);
}

/// Database that checks in each call that no upload memory is reserved.
struct Watched(std::sync::Arc<labeler_store::testing::FailingDatabase>, labeler_api::InFlight);

#[async_trait::async_trait]
impl Database for Watched {
    async fn query(&self, statement: Statement) -> Result<Vec<Row>, DbError> {
        assert_eq!(self.1.held(), 0);
        self.0.query(statement).await
    }

    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<BatchResult>, DbError> {
        assert_eq!(self.1.held(), 0);
        self.0.batch(statements).await
    }
}
