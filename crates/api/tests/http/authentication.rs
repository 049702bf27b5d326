use labeler_store::testing::Failure;
use labeler_store::{DbError, KeyGrant, KeyKind, Role, Scope};

use crate::test_env::{Form, TestEnv, bearer, jpeg, label_form, png};

#[tokio::test]
async fn missing_credentials_yield_a_challenge() {
    let env = TestEnv::new().await;
    for (method, path) in [
        ("GET", "/api/v1/assets"),
        ("GET", "/api/v1/assets/x"),
        ("POST", "/api/v1/label"),
        ("POST", "/api/v1/check"),
        ("GET", "/api/v1/session"),
        ("DELETE", "/api/v1/session"),
    ] {
        let answer = env.request(method, path, &[], "").await;
        answer.is_error(401, "missing_credentials", None);
        assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"labeler\""));
    }
}

#[tokio::test]
async fn all_invalid_keys_get_the_same_response() {
    let env = TestEnv::new().await;
    let good = env.live_key();
    let (id, revoked) = env.key(KeyKind::Live, KeyGrant::Scopes(vec![Scope::Assets])).await;
    assert_eq!(env.get("/api/v1/assets", &revoked).await.status, 200);
    assert!(env.store().keys().revoke(&env.first.workspace.id, &id).await.unwrap());
    let stranger = TestEnv::new().await;
    // The randomness of tests repeats: the first key there is the revoked one here, the second does not exist here.
    stranger.key(KeyKind::Live, KeyGrant::Scopes(vec![Scope::Assets])).await;
    let (_, unknown) = stranger.key(KeyKind::Live, KeyGrant::Scopes(vec![Scope::Assets])).await;
    let mut bodies = std::collections::BTreeSet::new();
    for value in [
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        "Basic YWRhOnB3".to_owned(),
        good.to_owned(),
        bearer("lbl_live_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
        bearer(&good.replace("live", "test")),
        bearer(&format!("{good}x")),
        bearer(&revoked),
        bearer(&unknown),
    ] {
        let answer = env.request("GET", "/api/v1/assets", &[("authorization", &value)], "").await;
        answer.is_error(401, "invalid_credentials", None);
        assert!(answer.header("www-authenticate").unwrap().contains("error=\"invalid_token\""));
        bodies.insert(answer.json()["error"].to_string());
    }
    assert_eq!(bodies.len(), 1, "{bodies:?}");
}

#[tokio::test]
async fn a_key_with_a_wrong_checksum_causes_no_query() {
    let env = TestEnv::new().await;
    let mut key = env.live_key().to_owned();
    let last = key.pop().unwrap();
    key.push(if last == '0' { '1' } else { '0' });
    let before = env.database.calls();
    env.get("/api/v1/assets", &key).await.is_error(401, "invalid_credentials", None);
    assert_eq!(env.database.calls(), before);
}

#[tokio::test]
async fn an_authorization_header_takes_precedence_over_a_cookie() {
    let env = TestEnv::new().await;
    let cookie = env.cookie().await;
    let headers = [("authorization", "Bearer nonsense"), ("cookie", &cookie)];
    env.request("GET", "/api/v1/assets", &headers, "").await.is_error(401, "invalid_credentials", None);
}

#[tokio::test]
async fn scopes_and_roles_grant_their_endpoints_only() {
    let env = TestEnv::new().await;
    let check = Form::default().file("file", "a.png", "image/png", &png());
    let mut callers = Vec::new();
    for scope in Scope::ALL {
        let opens = [*scope == Scope::Label, *scope == Scope::Check, *scope == Scope::Assets];
        callers.push((scope.to_string(), env.scoped_key(&[*scope]).await, opens));
    }
    for (role, opens) in [
        (Role::ApiUser, [false, true, false]),
        (Role::Viewer, [false, true, true]),
        (Role::DashboardEditor, [false, true, true]),
        (Role::Labeler, [true, true, Role::Labeler.permissions().contains(labeler_store::Permission::ReadAssets)]),
        (Role::Member, [true, true, true]),
        (Role::Admin, [true, true, true]),
        (Role::Owner, [true, true, true]),
    ] {
        callers.push((role.to_string(), env.workspace_key(role).await, opens));
    }
    for (name, key, [label, may_check, assets]) in callers {
        let answers = [
            (env.label(&key, &jpeg(), |_| ()).await, label, "label"),
            (env.post_form("/api/v1/check", &key, &check).await, may_check, "check"),
            (env.get("/api/v1/assets", &key).await, assets, "assets"),
        ];
        for (answer, allowed, scope) in answers {
            if allowed {
                assert_eq!(answer.status, 200, "{name} {scope}: {}", answer.json());
            } else {
                answer.is_error(403, "insufficient_scope", None);
                let challenge = answer.header("www-authenticate").unwrap();
                assert!(
                    challenge.ends_with(&format!("error=\"insufficient_scope\", scope=\"{scope}\"")),
                    "{challenge}"
                );
            }
        }
    }
}

#[tokio::test]
async fn an_unavailable_database_is_not_reported_as_an_invalid_key() {
    let env = TestEnv::new().await;
    env.database.set_down(true);
    env.get("/api/v1/assets", env.live_key()).await.is_error(500, "internal_error", None);
    env.database.set_down(false);
    // A request succeeds even if the time of the last use cannot be stored.
    env.database.fail_next("UPDATE api_keys SET last_used_at", Failure::Before(DbError::Engine("no".to_owned())));
    assert_eq!(env.get("/api/v1/assets", env.live_key()).await.status, 200);
}

#[tokio::test]
async fn cross_site_requests_with_a_cookie_are_refused() {
    let env = TestEnv::new().await;
    let cookie = env.cookie().await;
    let form = label_form(&jpeg(), |_| ());
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("x-nothing", "said"),
    ] {
        let headers = [("cookie", cookie.as_str()), (name, value)];
        env.post_form_with("/api/v1/label", &headers, &form).await.is_error(403, "cross_site_request", None);
        env.request("DELETE", "/api/v1/session", &headers, "").await.is_error(403, "cross_site_request", None);
        assert_eq!(env.request("GET", "/api/v1/session", &headers, "").await.status, 200, "{name}: {value}");
    }
    let headers = [("cookie", cookie.as_str()), ("origin", "https://labeler.example")];
    assert_eq!(env.post_form_with("/api/v1/label", &headers, &form).await.status, 200);
    assert_eq!(env.get("/api/v1/assets", env.live_key()).await.json()["total"], 1);
}
