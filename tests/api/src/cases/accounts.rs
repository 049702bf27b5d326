//! People, keys, tokens and the trail they leave: what a new member of a workspace does on the first day.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{
    client::{Answer, Form},
    ensure,
    people::{Person, form},
    suite::{Case, Outcome, Suite, error, error_field},
};

pub const CASES: &[Case] = &[
    (
        "an invited person joins, makes a key, replaces it without a failed call, and sees it all in the trail",
        first_day,
    ),
    ("a token of client credentials is as good as its scopes and ends with its client", tokens),
    ("what a person may not do, their key and their token may not either", refusals),
    ("a key that ends is refused at once", revocation),
    ("500 parallel calls of one key admit exactly the limit, and another key has its own", limits),
    ("parallel requests never oversell the month", quota),
    ("a repeat with an idempotency key labels once", repeats),
];

const HASH: &str = "/api/v1/verify/0000000000000000000000000000000000000000000000000000000000000000";

/// Calls of a key or client in the request log, which is written after the answers: waits for `count` of them.
fn logged(person: &Person<'_>, actor: &str, count: usize) -> Result<Vec<Value>, String> {
    let began = Instant::now();
    loop {
        let answer = person.get(&format!("/api/v1/requests?actor={actor}&limit=100"))?;
        let rows = answer.json()["data"].as_array().cloned().unwrap_or_default();
        if rows.len() >= count || began.elapsed() > Duration::from_secs(20) {
            ensure!(rows.len() >= count, "{} of {count} calls are in the log: {}", rows.len(), answer.json());
            return Ok(rows);
        }
        std::thread::sleep(Duration::from_millis(500));
    }
}

fn first_day(suite: &Suite) -> Outcome {
    let owner = Person::owner(suite)?;
    let person = owner.invite("admin", "first.day@example.eu")?;
    let seen = person.get("/api/v1/session")?;
    ensure!(seen.text("/role") == "admin", "{}", seen.json());

    let (id, first) = person.key(json!({ "kind": "live", "name": "First day", "scopes": ["verify", "assets"] }))?;
    let own = suite.client.get("/api/v1/keys/self", &first)?;
    ensure!(own.status == 200 && own.text("/key/id") == id, "{}", own.json());

    // A program that never stops calling, while the key under it is replaced.
    let (stop, second) = (AtomicBool::new(false), std::sync::Mutex::new(first.clone()));
    let calls = std::thread::scope(|scope| {
        let program = scope.spawn(|| {
            let mut statuses = Vec::new();
            while !stop.load(Ordering::Relaxed) && statuses.len() < 400 {
                let key = second.lock().map(|key| key.clone()).unwrap_or_default();
                statuses.push(suite.client.get(HASH, &key).map(|answer| answer.status));
            }
            statuses
        });
        let rotated = person.post(&format!("/api/v1/keys/{id}/rotate"), &json!({ "overlapSeconds": 3600 }));
        let next = rotated.as_ref().map(|answer| answer.text("/secret")).unwrap_or_default();
        std::thread::sleep(Duration::from_millis(300));
        if let Ok(mut key) = second.lock() {
            key.clone_from(&next);
        }
        std::thread::sleep(Duration::from_millis(300));
        stop.store(true, Ordering::Relaxed);
        (rotated, next, program.join())
    });
    let (rotated, next, statuses) = calls;
    let rotated = rotated?;
    ensure!(rotated.status == 201 && next.starts_with("lbl_live_"), "{} {}", rotated.status, rotated.json());
    let statuses = statuses.map_err(|_| "the calling program ended")?;
    ensure!(statuses.len() > 3, "only {} calls were made", statuses.len());
    ensure!(statuses.iter().all(|status| *status == Ok(200)), "a call failed: {statuses:?}");
    for key in [&first, &next] {
        let answer = suite.client.get(HASH, key)?;
        ensure!(answer.status == 200, "{} {}", answer.status, answer.json());
    }
    let again = person.post(&format!("/api/v1/keys/{id}/rotate"), &json!({ "overlapSeconds": 0 }))?;
    error(&again, 409, "conflict")?;

    let rows = logged(&person, &id, 2)?;
    ensure!(
        rows.iter()
            .any(|row| row["route"] == "/api/v1/verify/{hash}" && row["status"] == 200 && row["method"] == "GET"),
        "{rows:?}"
    );
    let text = Value::from(rows).to_string();
    ensure!(!text.contains(&first) && !text.contains("lbl_live_"), "the log holds a key");
    let changes = person.get("/api/v1/admin-events?limit=100")?.json();
    for action in ["member.joined", "key.created", "key.rotated"] {
        let found = changes["data"].as_array().is_some_and(|rows| rows.iter().any(|row| row["action"] == action));
        ensure!(found, "no {action} in {changes}");
    }
    let chain = person.get("/api/v1/audit/chain")?.json();
    ensure!(chain["fault"].is_null() && chain["verified"]["seq"].as_u64() > Some(0), "{chain}");
    for (path, start) in [("requests", "{\"seq\":"), ("admin-events", "{\"id\":")] {
        let lines = person.get(&format!("/api/v1/{path}/export?format=jsonl"))?;
        ensure!(lines.status == 200 && lines.body.starts_with(start.as_bytes()), "{path}: {}", lines.status);
        let table = person.get(&format!("/api/v1/{path}/export?format=csv"))?;
        ensure!(table.header("content-type").is_some_and(|kind| kind.starts_with("text/csv")), "{path}");
    }
    Ok(())
}

fn token(suite: &Suite, id: &str, secret: &str, scope: &str) -> Result<Answer, String> {
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let fields = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret), ("scope", scope)];
    suite.client.send("POST", "/oauth2/token", &headers, form(&fields).as_bytes())
}

fn tokens(suite: &Suite) -> Outcome {
    let owner = Person::owner(suite)?;
    let made = owner.post("/api/v1/oauth-clients", &json!({ "name": "Archive", "scopes": ["verify", "assets"] }))?;
    ensure!(made.status == 201, "{} {}", made.status, made.json());
    let (id, secret) = (made.text("/client/id"), made.text("/secret"));
    let answer = token(suite, &id, &secret, "verify")?;
    ensure!(answer.status == 200 && answer.json()["expires_in"] == 600, "{} {}", answer.status, answer.json());
    ensure!(
        answer.text("/token_type").eq_ignore_ascii_case("bearer") && answer.text("/scope") == "verify",
        "{answer:?}"
    );
    let access = answer.text("/access_token");
    ensure!(suite.client.get(HASH, &access)?.status == 200, "the token is not taken");
    error(&suite.client.get("/api/v1/assets", &access)?, 403, "insufficient_scope")?;
    let wide = token(suite, &id, &secret, "label")?;
    ensure!((wide.status, wide.text("/error").as_str()) == (400, "invalid_scope"), "{} {}", wide.status, wide.json());
    let wrong = token(suite, &id, "not the secret", "")?;
    ensure!(
        (wrong.status, wrong.text("/error").as_str()) == (401, "invalid_client"),
        "{} {}",
        wrong.status,
        wrong.json()
    );

    // Two secrets at a time, so that one can be replaced while the other is in use.
    let more = owner.post(&format!("/api/v1/oauth-clients/{id}/secrets"), &Value::Null)?;
    ensure!(more.status == 201, "{} {}", more.status, more.json());
    for secret in [&secret, &more.text("/secret")] {
        ensure!(token(suite, &id, secret, "verify")?.status == 200, "a secret is refused");
    }
    logged(&owner, &id, 1)?;
    let ended = owner.send("DELETE", &format!("/api/v1/oauth-clients/{id}"), &Value::Null)?;
    ensure!(ended.status == 204, "{}", ended.status);
    error(&suite.client.get(HASH, &access)?, 401, "invalid_credentials")?;
    ensure!(token(suite, &id, &secret, "")?.status == 401, "an ended client gets tokens");
    Ok(())
}

fn refusals(suite: &Suite) -> Outcome {
    let owner = Person::owner(suite)?;
    let viewer = owner.invite("viewer", "viewer@example.eu")?;
    let wish = json!({ "kind": "live", "name": "n", "scopes": ["verify"] });
    error(&viewer.post("/api/v1/keys", &wish)?, 403, "insufficient_scope")?;
    for path in ["keys", "members", "requests", "admin-events", "oauth-clients", "signing-certificates", "audit/chain"]
    {
        error(&viewer.get(&format!("/api/v1/{path}"))?, 403, "insufficient_scope")?;
    }
    error(&viewer.post("/api/v1/invitations", &json!({ "role": "owner" }))?, 403, "insufficient_scope")?;
    let body = suite.label_form(suite.picture("image/png")?).body();
    error(&viewer.send_bytes("POST", "/api/v1/label", Form::CONTENT_TYPE, &body)?, 403, "insufficient_scope")?;
    // Nobody grants more than they have.
    let admin = owner.invite("admin", "admin@example.eu")?;
    let beyond = json!({ "kind": "sk", "name": "n", "role": "owner" });
    error(&admin.post("/api/v1/keys", &beyond)?, 403, "insufficient_scope")?;
    // A key shrinks with the person who made it.
    let (id, secret) = admin.key(json!({ "kind": "sk", "name": "n", "role": "admin" }))?;
    ensure!(suite.client.get("/api/v1/keys", &secret)?.status == 200, "an admin's key lists no keys");
    let role = json!({ "role": "viewer" });
    let changed = owner.send("PATCH", &format!("/api/v1/members/{}", admin.id), &role)?;
    ensure!(changed.status == 204, "{} {}", changed.status, changed.json());
    error(&suite.client.get("/api/v1/keys", &secret)?, 403, "insufficient_scope")?;
    ensure!(suite.client.get("/api/v1/assets", &secret)?.status == 200, "{id} may read");
    let gone = owner.send("DELETE", &format!("/api/v1/members/{}", admin.id), &Value::Null)?;
    ensure!(gone.status == 204, "{} {}", gone.status, gone.json());
    let left = suite.client.get("/api/v1/assets", &secret)?.status;
    ensure!(left == 401 || left == 403, "the key of somebody who is gone: {left}");
    Ok(())
}

fn revocation(suite: &Suite) -> Outcome {
    let owner = Person::owner(suite)?;
    let (id, secret) = owner.key(json!({ "kind": "test", "name": "n", "scopes": ["verify"] }))?;
    ensure!(suite.client.get(HASH, &secret)?.status == 200, "a new key is refused");
    let ended = owner.send("DELETE", &format!("/api/v1/keys/{id}"), &Value::Null)?;
    ensure!(ended.status == 204, "{}", ended.status);
    error(&suite.client.get(HASH, &secret)?, 401, "invalid_credentials")?;
    let narrow = json!({ "kind": "live", "name": "n", "scopes": ["verify"], "allow": ["203.0.113.0/24"] });
    let (_, elsewhere) = owner.key(narrow)?;
    error(&suite.client.get(HASH, &elsewhere)?, 401, "invalid_credentials")?;
    let wrong = json!({ "kind": "live", "name": "n", "scopes": ["verify"], "allow": ["everywhere"] });
    error_field(&owner.post("/api/v1/keys", &wrong)?, 400, "validation_error", "allow")
}

/// What came of calls in parallel.
#[derive(Debug)]
struct Storm {
    admitted: u32,
    refused: u32,
    /// Answers that the local runtime's proxy lost (a 503 without our envelope); each was asked for again.
    lost: u32,
    others: Vec<String>,
}

impl Storm {
    /// Exactly `limit` of `calls` were let in. A call whose answer was lost may have been one of them.
    fn admits(&self, limit: u32, calls: u32) -> bool {
        let all = self.others.is_empty() && self.admitted + self.refused == calls;
        all && self.admitted <= limit && self.admitted + self.lost >= limit.min(calls)
    }
}

/// Calls in parallel and counts the answers.
fn storm(suite: &Suite, key: &str, calls: u32) -> Storm {
    let (next, admitted, refused, lost) = (AtomicU32::new(0), AtomicU32::new(0), AtomicU32::new(0), AtomicU32::new(0));
    let others = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..100 {
            scope.spawn(|| {
                while next.fetch_add(1, Ordering::Relaxed) < calls {
                    // Without a body: whoever is let in is told that the form is missing.
                    let call = || suite.client.post_form("/api/v1/label", key, &Form::new(), &[]);
                    let mut answer = call();
                    while answer.as_ref().is_ok_and(|answer| answer.status == 503 && answer.code().is_empty()) {
                        if lost.fetch_add(1, Ordering::Relaxed) > 2 * calls {
                            break;
                        }
                        answer = call();
                    }
                    match answer.map(|answer| answer.status) {
                        Ok(400) => drop(admitted.fetch_add(1, Ordering::Relaxed)),
                        Ok(429) => drop(refused.fetch_add(1, Ordering::Relaxed)),
                        other => others.lock().map(|mut others| others.push(format!("{other:?}"))).unwrap_or_default(),
                    }
                }
            });
        }
    });
    Storm {
        admitted: admitted.into_inner(),
        refused: refused.into_inner(),
        lost: lost.into_inner(),
        others: others.into_inner().unwrap_or_default(),
    }
}

fn limits(suite: &Suite) -> Outcome {
    let owner = Person::owner(suite)?;
    let key = || owner.key(json!({ "kind": "live", "name": "n", "scopes": ["label"] })).map(|(_, secret)| secret);
    let (one, two) = (key()?, key()?);
    let (first, second) = std::thread::scope(|scope| {
        let first = scope.spawn(|| storm(suite, &one, 500));
        let second = scope.spawn(|| storm(suite, &two, 25));
        (first.join(), second.join())
    });
    let first = first.map_err(|_| "the calls ended")?;
    ensure!(first.admits(30, 500), "30 of 500 should be admitted: {first:?}");
    let second = second.map_err(|_| "the calls ended")?;
    ensure!(second.admits(25, 25), "25 of 25 should be admitted: {second:?}");
    Ok(())
}

fn quota(suite: &Suite) -> Outcome {
    let person = Person::owner(suite)?;
    // A workspace on the free plan: 25 live labels a month.
    let made = person.post("/api/v1/workspaces", &json!({ "name": "Small" }))?;
    ensure!(made.status == 201 && made.text("/plan") == "free", "{} {}", made.status, made.json());
    let switched = person.send("PUT", "/api/v1/session/workspace", &json!({ "workspaceId": made.text("/id") }))?;
    ensure!(switched.status == 204, "{} {}", switched.status, switched.json());
    let mut keys = Vec::new();
    for _ in 0..2 {
        keys.push(person.key(json!({ "kind": "live", "name": "n", "scopes": ["label"] }))?.1);
    }
    let form = suite.label_form(suite.picture("image/png")?);
    let answers = std::thread::scope(|scope| {
        let calls: Vec<_> = (0..36)
            .map(|number: usize| {
                let (key, form) = (&keys[number % 2], &form);
                scope.spawn(move || suite.label(key, form))
            })
            .collect();
        calls.into_iter().map(|call| call.join().unwrap_or_else(|_| Err("a call ended".to_owned()))).collect::<Vec<_>>()
    });
    let (mut sold, mut lost) = (0_u64, 0_u64);
    for answer in answers {
        let answer = answer?;
        match answer.status {
            200 => sold = sold.saturating_add(1),
            // The proxy of `wrangler dev` lost the answer, not the label; as in a storm.
            503 if answer.code().is_empty() => lost = lost.saturating_add(1),
            // The memory for uploads is smaller than 36 of them may be.
            503 => error(&answer, 503, "busy")?,
            _ => error(&answer, 403, "quota_exceeded")?,
        }
    }
    ensure!(sold <= 25, "{sold} labels were sold, 25 are in the plan");
    let used = person.get("/api/v1/workspace/usage")?.json()["used"].as_u64().unwrap_or_default();
    ensure!((sold..=sold.saturating_add(lost)).contains(&used), "{used} used, {sold} answered, {lost} lost");
    sold = used;
    // The rest, one after the other.
    let (_, third) = person.key(json!({ "kind": "live", "name": "n", "scopes": ["label"] }))?;
    while sold < 25 {
        let answer = suite.label(&third, &form)?;
        ensure!(answer.status == 200, "{sold} of 25: {} {}", answer.status, answer.json());
        sold = sold.saturating_add(1);
    }
    error(&suite.label(&third, &form)?, 403, "quota_exceeded")?;
    let usage = person.get("/api/v1/workspace/usage")?.json();
    ensure!(usage["used"] == 25 && usage["allowed"] == 25, "{usage}");
    let assets = person.get("/api/v1/assets?limit=1")?.json();
    ensure!(assets["total"] == 25, "{assets}");
    let (_, certificates) = person.key(json!({ "kind": "live", "name": "n", "scopes": ["certificates"] }))?;
    let event = assets["data"][0]["id"].as_str().unwrap_or_default().to_owned();
    let path = format!("/api/v1/certificate/{event}");
    error(&suite.client.get(&path, &certificates)?, 403, "plan_upgrade_required")?;
    // Another workspace's event is nowhere.
    error(&suite.client.get(&path, &suite.live_key)?, 404, "not_found")?;
    error(&suite.client.get(&format!("/api/v1/assets/{event}"), &suite.live_key)?, 404, "not_found")
}

fn repeats(suite: &Suite) -> Outcome {
    let owner = Person::owner(suite)?;
    let (_, key) = owner.key(json!({ "kind": "live", "name": "n", "scopes": ["label", "assets"] }))?;
    let picture = suite.picture("image/jpeg")?;
    let form = suite.label_form(picture);
    let post = |form: &Form| suite.client.post_form("/api/v1/label", &key, form, &[("idempotency-key", "order-7")]);
    let answers = std::thread::scope(|scope| {
        let calls: Vec<_> = (0..4).map(|_| scope.spawn(|| post(&form))).collect();
        calls.into_iter().map(|call| call.join().unwrap_or_else(|_| Err("a call ended".to_owned()))).collect::<Vec<_>>()
    });
    let mut first = None;
    for answer in answers {
        let answer = answer?;
        match (answer.status, answer.header("idempotent-replayed")) {
            (200, None) => {
                ensure!(first.is_none(), "labelled twice");
                first = answer.header("x-labeler-event-id").map(str::to_owned);
            }
            (200, Some("true")) => {}
            _ => error(&answer, 409, "conflict")?,
        }
    }
    let again = post(&form)?;
    ensure!(again.header("idempotent-replayed") == Some("true"), "{} {}", again.status, again.json());
    ensure!(Some(again.text("/eventId")) == first, "{first:?} {}", again.json());
    let other = suite.label_form(suite.picture("image/png")?);
    error_field(&post(&other)?, 422, "idempotency_mismatch", "Idempotency-Key")
}
