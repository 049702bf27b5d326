use serde_json::{Value, json};

use crate::test_env::{Answer, TestEnv, jpeg};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

async fn client(env: &TestEnv, cookie: &str, scopes: &[&str], livemode: bool) -> (String, String) {
    let wish = json!({ "name": "service", "scopes": scopes, "livemode": livemode });
    let made = env.page("POST", "/api/v1/oauth-clients", cookie, wish).await;
    assert_eq!(made.status, 201, "{}", made.json());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&made.json()["client"]["id"]), text(&made.json()["secret"]))
}

async fn post(env: &TestEnv, path: &str, client: &(String, String), more: &str) -> Answer {
    let body = format!("client_id={}&client_secret={}&{more}", client.0, client.1);
    env.request("POST", path, &[FORM], body).await
}

async fn token(env: &TestEnv, client: &(String, String), more: &str) -> String {
    let answer = post(env, "/oauth2/token", client, &format!("grant_type=client_credentials{more}")).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    answer.has_standard_headers();
    assert_eq!(
        (answer.json()["token_type"].as_str(), answer.json()["expires_in"].as_i64()),
        (Some("Bearer"), Some(600))
    );
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_token_is_accepted_wherever_a_key_is() {
    let env = TestEnv::new().await;
    let cookie = env.cookie().await;
    let client = client(&env, &cookie, &["label", "assets"], true).await;
    let token = token(&env, &client, "").await;
    let labelled = env.label(&token, &jpeg(), |_| ()).await;
    assert_eq!(labelled.status, 200, "{}", labelled.json());
    assert_eq!(env.get("/api/v1/assets", &token).await.json()["total"], 1);
    let own = env.get("/api/v1/keys/self", &token).await.json();
    assert_eq!(
        (own["clientId"].as_str(), own["effectiveScopes"].clone()),
        (Some(client.0.as_str()), json!(["label", "assets"]))
    );
    let filter = labeler_store::RequestFilter { actor_id: Some(&client.0), ..Default::default() };
    let log = env.store().audit().requests(&env.first.workspace.id, &filter, None, 10).await.unwrap();
    assert_eq!(log.requests.len(), 4, "the token, and three calls with it");
    env.clock.advance(606_000);
    env.get("/api/v1/assets", &token).await.is_error(401, "invalid_credentials", None);
}

#[tokio::test]
async fn scopes_can_be_narrowed_and_live_and_test_are_separate() {
    let env = TestEnv::new().await;
    let cookie = env.cookie().await;
    let live = client(&env, &cookie, &["label", "assets"], true).await;
    let narrow = token(&env, &live, "&scope=assets").await;
    assert_eq!(env.get("/api/v1/assets", &narrow).await.status, 200);
    env.label(&narrow, &jpeg(), |_| ()).await.is_error(403, "insufficient_scope", None);
    let more = post(&env, "/oauth2/token", &live, "grant_type=client_credentials&scope=verify").await;
    assert_eq!((more.status, more.json()["error"].as_str()), (400, Some("invalid_scope")));
    let sandbox = client(&env, &cookie, &["label", "assets"], false).await;
    let test = token(&env, &sandbox, "").await;
    assert_eq!(env.label(&test, &jpeg(), |_| ()).await.status, 200);
    assert_eq!(env.get("/api/v1/assets", &test).await.json()["total"], 1);
    assert_eq!(env.get("/api/v1/assets", &narrow).await.json()["total"], 0);
}

#[tokio::test]
async fn errors_have_the_shapes_of_the_standards() {
    let env = TestEnv::new().await;
    let cookie = env.cookie().await;
    let client = client(&env, &cookie, &["assets"], true).await;
    let wrong = (client.0.clone(), "lbl_cs_wrong".to_owned());
    let unknown = ("cli_unknown".to_owned(), "lbl_cs_wrong".to_owned());
    let grant = "grant_type=client_credentials";
    for (who, body, status, code) in [
        (&wrong, grant, 401, "invalid_client"),
        (&unknown, grant, 401, "invalid_client"),
        (&client, "grant_type=password", 400, "unsupported_grant_type"),
        (&client, "x=1", 400, "invalid_request"),
        (&client, "grant_type=client_credentials&grant_type=client_credentials", 400, "invalid_request"),
    ] {
        let answer = post(&env, "/oauth2/token", who, body).await;
        assert_eq!((answer.status, answer.json()["error"].as_str()), (status, Some(code)), "{body}");
        assert!(answer.json()["error_description"].is_string());
        assert_eq!(answer.header("www-authenticate").is_some(), status == 401);
        answer.has_standard_headers();
    }
    let answer = env.request("POST", "/oauth2/token", &[("content-type", "application/json")], "{}").await;
    assert_eq!((answer.status, answer.json()["error"].as_str()), (400, Some("invalid_request")));
    let answer = env.request("POST", "/oauth2/token", &[FORM, ("authorization", "Basic !!!")], grant).await;
    assert_eq!((answer.status, answer.json()["error"].as_str()), (401, Some("invalid_client")));
    for text in ["a.b.c", "eyJhbGciOiJub25lIn0.e30."] {
        env.get("/api/v1/assets", text).await.is_error(401, "invalid_credentials", None);
    }
}

#[tokio::test]
async fn tokens_are_introspected_and_revoked() {
    let env = TestEnv::new().await;
    let cookie = env.cookie().await;
    let one = client(&env, &cookie, &["assets"], true).await;
    let two = client(&env, &cookie, &["assets"], true).await;
    let token = token(&env, &one, "").await;
    let ask = format!("token={token}");
    let seen = post(&env, "/oauth2/introspect", &two, &ask).await.json();
    assert_eq!(
        (seen["active"].as_bool(), seen["client_id"].as_str(), seen["scope"].as_str()),
        (Some(true), Some(one.0.as_str()), Some("assets"))
    );
    assert_eq!(post(&env, "/oauth2/introspect", &two, "token=nonsense").await.json(), json!({ "active": false }));
    // Only the client to which the token was issued can revoke it.
    assert_eq!(post(&env, "/oauth2/revoke", &two, &ask).await.status, 200);
    assert_eq!(env.get("/api/v1/assets", &token).await.status, 200);
    assert_eq!(post(&env, "/oauth2/revoke", &one, &ask).await.status, 200);
    env.get("/api/v1/assets", &token).await.is_error(401, "invalid_credentials", None);
    assert_eq!(post(&env, "/oauth2/introspect", &two, &ask).await.json(), json!({ "active": false }));
}

#[tokio::test]
async fn clients_have_at_most_two_secrets_and_can_be_revoked() {
    let env = TestEnv::new().await;
    let cookie = env.cookie().await;
    let one = client(&env, &cookie, &["assets"], true).await;
    let base = format!("/api/v1/oauth-clients/{}", one.0);
    let secrets = format!("{base}/secrets");
    let second = env.page("POST", &secrets, &cookie, json!(null)).await;
    assert_eq!(second.status, 201, "{}", second.json());
    env.page("POST", &secrets, &cookie, json!(null)).await.is_error(409, "conflict", None);
    let with_second = (one.0.clone(), second.json()["secret"].as_str().unwrap().to_owned());
    token(&env, &with_second, "").await;
    let listed = env.request("GET", &secrets, &[("cookie", &cookie)], "").await.json();
    let first_id = listed["data"][0]["id"].as_str().unwrap();
    assert_eq!(env.page("DELETE", &format!("{secrets}/{first_id}"), &cookie, json!(null)).await.status, 204);
    assert_eq!(post(&env, "/oauth2/token", &one, "grant_type=client_credentials").await.status, 401);
    let token = token(&env, &with_second, "").await;
    assert_eq!(env.page("DELETE", &format!("{base}/tokens"), &cookie, json!(null)).await.status, 204);
    env.get("/api/v1/assets", &token).await.is_error(401, "invalid_credentials", None);
    assert_eq!(env.page("DELETE", &base, &cookie, json!(null)).await.status, 204);
    assert_eq!(post(&env, "/oauth2/token", &with_second, "grant_type=client_credentials").await.status, 401);
    env.page("DELETE", &base, &cookie, json!(null)).await.is_error(404, "not_found", None);
}

#[tokio::test]
async fn metadata_and_keys_are_public_and_keys_rotate() {
    let env = TestEnv::new().await;
    let metadata = env.request("GET", "/.well-known/oauth-authorization-server", &[], "").await.json();
    assert_eq!(metadata["issuer"], "https://labeler.example");
    assert_eq!(metadata["token_endpoint"], "https://labeler.example/oauth2/token");
    let kids = |set: &Value| -> Vec<String> {
        set["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
    };
    let before = env.request("GET", "/oauth2/jwks", &[], "").await.json();
    assert_eq!(kids(&before).len(), 2);
    assert!(!before.to_string().contains("\"d\""));
    let cookie = env.cookie().await;
    let client = client(&env, &cookie, &["assets"], true).await;
    let old = token(&env, &client, "").await;
    env.clock.advance(31 * 86_400_000);
    let budget = labeler_store::Budget { rows: 100, time_ms: 1000 };
    let done = labeler_api::housekeeping(&env.store(), env.app.clock.as_ref(), env.app.rng.as_ref(), budget).await;
    assert_eq!(done.errors, Vec::<String>::new());
    let after = env.request("GET", "/oauth2/jwks", &[], "").await.json();
    assert_eq!(kids(&after).len(), 3);
    assert!(kids(&before).iter().all(|kid| kids(&after).contains(kid)));
    let new = token(&env, &client, "").await;
    assert_ne!(new.split('.').next(), old.split('.').next());
    assert_eq!(env.get("/api/v1/assets", &new).await.status, 200);
}
