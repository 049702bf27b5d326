//! What an answer promises, when the server is killed while it answers.
//!
//! `durable write FILE LINK` sets a fresh installation up with its one-time link, then labels and makes keys from several
//! threads and notes what was answered, until the server is gone. `durable read FILE`, against the same data served anew,
//! looks for all of it.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;

use serde_json::{Value, json};

use crate::client::Client;
use crate::ensure;
use crate::people::Person;
use crate::suite::{Outcome, Suite};

const EMAIL: &str = "first@example.eu";
const PASSWORD: &str = "a long and unusual password";
/// Callers at a time; each has a limit of 30 labels.
const CALLERS: usize = 6;

/// Runs `durable` with its arguments.
pub fn run(arguments: &[String]) -> Outcome {
    let url = std::env::var("LABELER_URL").map_err(|_| "LABELER_URL is not set")?;
    let suite = Suite::of(Client::new(&url), EMAIL, PASSWORD)?;
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["write", file, link] => write(&suite, Path::new(file), link),
        ["read", file] => read(&suite, Path::new(file)),
        _ => Err("durable write FILE LINK, or durable read FILE".to_owned()),
    }
}

/// The first run: the link makes the owner, once.
fn first_run(suite: &Suite, link: &str) -> Outcome {
    let token = link.split_once("/first-run#").ok_or_else(|| format!("no token in {link}"))?.1;
    let wish = json!({
        "token": token, "email": EMAIL, "name": "First", "password": PASSWORD, "workspaceName": "First",
    });
    let headers = [("content-type", "application/json"), ("sec-fetch-site", "same-origin")];
    let post = |wish: &Value| suite.client.send("POST", "/api/v1/first-run", &headers, wish.to_string().as_bytes());
    let mut wrong = wish.clone();
    wrong["token"] = json!(format!("{}.{}", "0".repeat(16), "0".repeat(32)));
    let refused = post(&wrong)?;
    ensure!(refused.status == 404, "another token works: {} {}", refused.status, refused.json());
    let made = post(&wish)?;
    ensure!(made.status == 204, "{} {}", made.status, made.json());
    wrong["token"] = json!(token);
    wrong["email"] = json!("second@example.eu");
    let twice = post(&wrong)?;
    ensure!(twice.status == 404, "the link works twice: {} {}", twice.status, twice.json());
    Ok(())
}

fn write(suite: &Suite, file: &Path, link: &str) -> Outcome {
    first_run(suite, link)?;
    let owner = Person::owner(suite)?;
    let log = Mutex::new(File::create(file).map_err(|error| error.to_string())?);
    let note = |line: String| {
        if let Ok(mut log) = log.lock() {
            let _ = writeln!(log, "{line}").and_then(|()| log.flush());
        }
    };
    let form = suite.label_form(suite.picture("image/png")?);
    let mut keys = Vec::new();
    for _ in 0..CALLERS {
        let (_, secret) = owner.key(json!({ "kind": "live", "name": "n", "scopes": ["label", "assets"] }))?;
        note(format!("key {secret}"));
        keys.push(secret);
    }
    std::thread::scope(|scope| {
        for key in &keys {
            let (note, form) = (&note, &form);
            scope.spawn(move || {
                while let Ok(answer) = suite.label(key, form) {
                    match answer.header("x-labeler-event-id") {
                        Some(id) => note(format!("event {id} {key}")),
                        None if answer.status == 503 => {}
                        None => break,
                    }
                }
            });
        }
        scope.spawn(|| {
            while let Ok((_, secret)) = owner.key(json!({ "kind": "live", "name": "n", "scopes": ["verify"] })) {
                note(format!("key {secret}"));
            }
        });
    });
    Ok(())
}

fn read(suite: &Suite, file: &Path) -> Outcome {
    let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
    let mut events = 0_u32;
    for line in text.lines() {
        let answer = match line.split(' ').collect::<Vec<_>>().as_slice() {
            ["event", id, key] => {
                events = events.saturating_add(1);
                suite.client.get(&format!("/api/v1/assets/{id}"), key)?
            }
            ["key", secret] => suite.client.get("/api/v1/keys/self", secret)?,
            _ => return Err(format!("a line that says nothing: {line}")),
        };
        ensure!(answer.status == 200, "answered before, now gone: {} {}", answer.status, answer.json());
    }
    ensure!(events > 0, "nothing was labelled before the server was killed");
    let chain = Person::owner(suite)?.get("/api/v1/audit/chain")?.json();
    ensure!(chain["fault"].is_null() && chain["complete"] == true, "{chain}");
    println!("{events} labels of {} answers, all there", text.lines().count());
    Ok(())
}
