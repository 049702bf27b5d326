//! Creation of accounts and access to them.

use std::sync::Arc;

use async_trait::async_trait;
use labeler_api::NoMailer;
use labeler_ports::{Mail, MailError, Mailer};
use labeler_store::{Role, Statement};
use serde_json::{Value, json};

use crate::test_env::{EMAIL, OTHER_EMAIL, PASSWORD, TestEnv};

const VICTIM: &str = "victim@bank.example";

/// Mail server that refuses every message.
struct Refusing;

#[async_trait]
impl Mailer for Refusing {
    async fn send(&self, _mail: Mail) -> Result<(), MailError> {
        Err(MailError("the mail server answered 550".to_owned()))
    }
}

fn cookie_of(answer: &crate::test_env::Answer) -> String {
    answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

/// An attacker with the permission to invite tries to create an account for an address whose mail they cannot read.
#[tokio::test]
async fn an_inviter_cannot_create_an_account_for_another_address() {
    let env = TestEnv::new().await;
    let attacker = env.cookie().await;
    let invite = async |body: Value| env.page("POST", "/api/v1/invitations", &attacker, body).await;
    let accept = async |token: &str| {
        let wish = json!({ "token": token, "email": VICTIM, "name": "Eve", "password": "known to the attacker" });
        env.visitor("/api/v1/invitations/accept", wish).await
    };

    // The responses to the attacker do not contain the link that was mailed to the victim.
    let addressed = invite(json!({ "role": "owner", "email": VICTIM })).await;
    assert_eq!(addressed.status, 201, "{}", addressed.json());
    let id = addressed.json()["id"].as_str().unwrap().to_owned();
    let mailed = env.mailed_token(VICTIM);
    let again = env.page("POST", &format!("/api/v1/invitations/{id}/send"), &attacker, json!(null)).await;
    assert_eq!((again.status, again.body.len()), (204, 0));
    let list = env.request("GET", "/api/v1/invitations", &[("cookie", &attacker)], "").await;
    for token in [mailed.clone(), env.mailed_token(VICTIM)] {
        for seen in [&addressed, &list] {
            assert!(!String::from_utf8_lossy(&seen.body).contains(&token));
        }
    }
    accept(&mailed).await.is_error(404, "not_found", None);
    accept(&format!("{id}.{}", "0".repeat(32))).await.is_error(404, "not_found", None);

    // An invitation without an address does not create an account either: it mails another link to the victim.
    let open = invite(json!({ "role": "owner" })).await.json();
    let token = open["link"].as_str().unwrap().split('#').nth(1).unwrap().to_owned();
    let sent = accept(&token).await;
    assert_eq!((sent.status, sent.body.len()), (202, 0));
    accept(&token).await.is_error(404, "not_found", None);
    env.sign_in(VICTIM, "known to the attacker").await.is_error(401, "invalid_credentials", None);
    let members = env.request("GET", "/api/v1/members", &[("cookie", &attacker)], "").await.json();
    assert_eq!(members["data"].as_array().unwrap().len(), 1);

    // The victim opens the mail. No other password was ever set for the account.
    let wish =
        json!({ "token": env.mailed_token(VICTIM), "email": VICTIM, "name": "V", "password": "the victim's own" });
    assert_eq!(env.visitor("/api/v1/invitations/accept", wish).await.status, 200);
    assert_eq!(env.sign_in(VICTIM, "the victim's own").await.status, 200);
    env.sign_in(VICTIM, "known to the attacker").await.is_error(401, "invalid_credentials", None);
}

/// Accounts from before addresses were confirmed: resetting the password locks the creator out and removes all their
/// sessions, passkeys and keys.
#[tokio::test]
async fn resetting_the_password_of_an_unconfirmed_account_locks_its_creator_out() {
    let env = TestEnv::new().await;
    let workspace = env.first.workspace.id.clone();
    let store = env.store();
    let planted = store.members().create_member(&workspace, Role::Member, VICTIM, "Eve", PASSWORD).await.unwrap();
    let session = cookie_of(&env.sign_in(VICTIM, PASSWORD).await);
    let unprove = Statement::new("UPDATE users SET email_proved_at = NULL WHERE id = ?1").bind(planted.id.as_str());
    labeler_store::Database::query(env.database.as_ref(), unprove).await.unwrap();

    env.sign_in(VICTIM, "wrong one").await.is_error(401, "invalid_credentials", None);
    env.sign_in(VICTIM, PASSWORD).await.is_error(403, "email_unconfirmed", None);
    for path in ["/api/v1/session", "/api/v1/passkeys"] {
        env.request("GET", path, &[("cookie", &session)], "").await.is_error(401, "invalid_credentials", None);
    }
    assert_eq!(env.visitor("/api/v1/password/resets", json!({ "email": VICTIM })).await.status, 202);
    let reset = json!({ "token": env.mailed_token(VICTIM), "password": "the victim's own" });
    assert_eq!(env.visitor("/api/v1/password/reset", reset).await.status, 204);
    env.sign_in(VICTIM, PASSWORD).await.is_error(401, "invalid_credentials", None);
    env.request("GET", "/api/v1/session", &[("cookie", &session)], "").await.is_error(401, "invalid_credentials", None);
    assert_eq!(env.sign_in(VICTIM, "the victim's own").await.status, 200);
}

#[tokio::test]
async fn actions_that_need_mail_are_refused_without_a_mailer() {
    let mut env = TestEnv::new().await;
    env.app.mailer = Arc::new(NoMailer);
    let cookie = env.cookie().await;
    let invite = json!({ "role": "viewer", "email": OTHER_EMAIL });
    env.page("POST", "/api/v1/invitations", &cookie, invite).await.is_error(503, "mail_unavailable", None);
    // Known and unknown addresses get the same response.
    for email in [EMAIL, OTHER_EMAIL] {
        let answer = env.visitor("/api/v1/password/resets", json!({ "email": email })).await;
        answer.is_error(503, "mail_unavailable", None);
    }
    // Invitations without an address can still be created, for people who already have an account.
    let open = env.page("POST", "/api/v1/invitations", &cookie, json!({ "role": "viewer" })).await;
    assert_eq!((open.status, open.json()["sentTo"].is_null()), (201, true));
    let token = open.json()["link"].as_str().unwrap().split('#').nth(1).unwrap().to_owned();
    let wish = json!({ "token": token, "email": OTHER_EMAIL, "name": "Grace", "password": PASSWORD });
    env.visitor("/api/v1/invitations/accept", wish).await.is_error(503, "mail_unavailable", None);
    let offer = env.visitor("/api/v1/invitations/open", json!({ "token": token })).await;
    assert_eq!(offer.status, 200, "the link was used up although nothing was sent");
    assert!(env.incidents.0.lock().unwrap().is_empty());
}

#[tokio::test]
async fn an_invitation_whose_mail_failed_is_not_listed() {
    let mut env = TestEnv::new().await;
    env.app.mailer = Arc::new(Refusing);
    let cookie = env.cookie().await;
    let invite = json!({ "role": "viewer", "email": OTHER_EMAIL });
    env.page("POST", "/api/v1/invitations", &cookie, invite).await.is_error(503, "mail_unavailable", None);
    let list = env.request("GET", "/api/v1/invitations", &[("cookie", &cookie)], "").await.json();
    assert_eq!(list["data"], json!([]));
    // A reset does not reveal that the mail server refuses the address of an account.
    for email in [EMAIL, OTHER_EMAIL] {
        assert_eq!(env.visitor("/api/v1/password/resets", json!({ "email": email })).await.status, 202);
    }
    let incidents = env.incidents.0.lock().unwrap().clone();
    assert_eq!(incidents.len(), 2);
    for (_, text) in incidents {
        assert!(text.contains("550") && !text.contains('#') && !text.contains('@'), "{text}");
    }
}

#[tokio::test]
async fn messages_per_mailbox_are_limited_across_callers() {
    let env = TestEnv::new().await;
    let cookie = env.cookie().await;
    let ask = async |email: &str| env.visitor("/api/v1/password/resets", json!({ "email": email })).await;
    // The response is the same whether or not the account exists.
    for email in [EMAIL, "nobody@example.eu"] {
        for _ in 0..5 {
            assert_eq!(ask(email).await.status, 202);
        }
        ask(&format!(" {} ", email.to_uppercase())).await.is_error(429, "rate_limited", None);
    }
    assert_eq!(env.mail.to(EMAIL).len(), 5);
    let invite = json!({ "role": "viewer", "email": "nobody@example.eu" });
    env.page("POST", "/api/v1/invitations", &cookie, invite).await.is_error(429, "rate_limited", None);
    env.clock.advance(3_600_000);
    assert_eq!(ask(EMAIL).await.status, 202);
}

#[tokio::test]
async fn common_passwords_are_refused_by_every_endpoint_that_sets_one() {
    let env = TestEnv::new().await;
    let cookie = env.cookie().await;
    let change = json!({ "currentPassword": PASSWORD, "newPassword": "Password123" });
    let refused = env.page("PUT", "/api/v1/password", &cookie, change).await;
    refused.is_error(400, "validation_error", Some("newPassword"));
    assert!(refused.json()["error"]["message"].as_str().unwrap().contains("most common"), "{}", refused.json());
    env.page("POST", "/api/v1/invitations", &cookie, json!({ "role": "viewer", "email": OTHER_EMAIL })).await;
    let wish =
        json!({ "token": env.mailed_token(OTHER_EMAIL), "email": OTHER_EMAIL, "name": "G", "password": "qwertyuiop" });
    env.visitor("/api/v1/invitations/accept", wish).await.is_error(400, "validation_error", Some("password"));
    env.visitor("/api/v1/password/resets", json!({ "email": EMAIL })).await;
    let reset = json!({ "token": env.mailed_token(EMAIL), "password": "iloveyou" });
    env.visitor("/api/v1/password/reset", reset).await.is_error(400, "validation_error", Some("password"));
}

#[tokio::test]
async fn plain_http_is_refused_and_hsts_is_sent() {
    let env = TestEnv::new().await;
    let hsts = "strict-transport-security";
    let secure = env.request("GET", "https://labeler.example/api/v1/health", &[], "").await;
    assert_eq!((secure.status, secure.header(hsts)), (200, Some("max-age=63072000; includeSubDomains")));
    for path in ["/api/v1/health", "/api/v1/keys", "/oauth2/token", "/.well-known/nothing"] {
        let plain = env.request("GET", &format!("http://labeler.example{path}"), &[], "").await;
        plain.is_error(403, "https_required", None);
    }
    let mut local = TestEnv::new().await;
    local.app.config = labeler_api::Config::new("http://localhost:8787").unwrap();
    let answer = local.request("GET", "http://localhost:8787/api/v1/health", &[], "").await;
    assert_eq!((answer.status, answer.header(hsts)), (200, None));
}

/// Links, issuer and passkeys use the configured origin, regardless of the `Host` header.
#[tokio::test]
async fn links_ignore_a_forged_host_header() {
    let env = TestEnv::new().await;
    let forged = [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "http"),
        ("content-type", "application/json"),
    ];
    let body = json!({ "email": EMAIL }).to_string();
    assert_eq!(env.request("POST", "/api/v1/password/resets", &forged, body).await.status, 202);
    assert!(env.mail.all()[0].text.contains("https://labeler.example/reset#"));
    let options = env.request("POST", "/api/v1/session/passkey/options", &forged, "").await.json();
    assert_eq!(options["rpId"], "labeler.example");
    let metadata = env.request("GET", "/.well-known/oauth-authorization-server", &forged, "").await.json();
    assert_eq!(metadata["issuer"], "https://labeler.example");
}

/// Clients cannot choose the address to which their rate limits apply.
#[tokio::test]
async fn rate_limits_ignore_a_forged_forwarding_header() {
    let mut env = TestEnv::new().await;
    let call = async |env: &TestEnv, address: &str| {
        let headers = [("cf-connecting-ip", address), ("x-forwarded-for", address), ("x-real-ip", address)];
        let mut request = http::Request::builder().method("GET").uri("/api/v1/nothing");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        env.send_from_nowhere(request.body(axum::body::Body::empty()).unwrap()).await.number("ratelimit-remaining")
    };
    let first = call(&env, "192.0.2.1").await;
    assert_eq!(call(&env, "192.0.2.2").await, first - 1, "two forged addresses have two budgets");
    env.app.config.client_address_header = Some(http::HeaderName::from_static("x-real-ip"));
    assert_eq!(call(&env, "192.0.2.2").await, first);
    assert_eq!(call(&env, "192.0.2.2").await, first - 1);
    assert_eq!(call(&env, "192.0.2.3").await, first);
}
