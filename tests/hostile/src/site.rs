//! Through a running Worker: no restart of the isolate, every call answered in its envelope, and other requests
//! answered meanwhile.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::files::Hostile;
use crate::outcome::Outcome;

const BOUNDARY: &str = "labeler-hostile-7d1b9c";
/// How long one exchange may take. Generous: a loaded machine must not fail a test.
const TIMEOUT: Duration = Duration::from_secs(120);
/// What the runtime leaves of an isolate's 128 MB for WebAssembly.
const MOST_MEMORY: u64 = 112_000_000;
/// Files in flight at the same time.
const TOGETHER: usize = 3;

struct Site {
    agent: ureq::Agent,
    url: String,
    key: String,
    test_key: String,
}

struct Answer {
    status: u16,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

impl Site {
    fn from_env() -> Result<Self, String> {
        let variable = |name: &str| std::env::var(name).map_err(|_| format!("{name} is not set"));
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(TIMEOUT))
            // Each call has its own connection. workerd closes one after five idle seconds, and counts the time in
            // which its only thread computes for another call: a request that arrives meanwhile is reset.
            .max_idle_connections(0)
            .build();
        Ok(Self {
            agent: ureq::Agent::new_with_config(config),
            url: variable("LABELER_URL")?,
            key: variable("LABELER_LIVE_KEY")?,
            test_key: variable("LABELER_TEST_KEY")?,
        })
    }

    fn send(&self, method: &str, path: &str, key: &str, body: &[u8]) -> Result<Answer, String> {
        let failed = |error: &dyn std::fmt::Display| format!("{method} {path}: {error}");
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .header("authorization", format!("Bearer {key}"))
            .header("accept", "application/json")
            .header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"))
            .body(body)
            .map_err(|error| failed(&error))?;
        let mut response = self.agent.run(request).map_err(|error| failed(&error))?;
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(64 << 20).read_to_vec().map_err(|error| failed(&error))?;
        Ok(Answer { status, body })
    }

    /// Which isolate answers, and what its WebAssembly memory has grown to.
    fn isolate(&self) -> Result<(String, u64), String> {
        let answer = self.send("GET", "/__contract", &self.key, &[])?.json();
        let id = answer["isolate"].as_str().ok_or_else(|| format!("not a test build: {answer}"))?;
        Ok((id.to_owned(), answer["wasmMemoryBytes"].as_u64().unwrap_or(u64::MAX)))
    }
}

fn part(name: &str, more: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"{more}\r\n\r\n");
    [head.as_bytes(), content, b"\r\n"].concat()
}

fn form(part_name: &str, file: &Hostile, options: Option<&Value>) -> Vec<u8> {
    let more = format!("; filename=\"{}\"\r\ncontent-type: {}", file.name, file.media_type);
    let options = options.map(|options| part("options", "", options.to_string().as_bytes())).unwrap_or_default();
    [options, part(part_name, &more, &file.bytes), format!("--{BOUNDARY}--\r\n").into_bytes()].concat()
}

/// Sends a file to one endpoint: an answer in the envelope, with a status that says something about the file.
fn call(site: &Site, file: &Hostile, what: &str) -> Outcome {
    let (path, key, body) = match what {
        "label" => {
            let options = json!({
                "digitalSourceType": "trainedAlgorithmicMedia",
                "regionPreset": "eu_strict",
                "signingMode": "managed",
                "dntEnabled": true,
                "filename": file.name,
                "sha256Input": hex::encode(Sha256::digest(&file.bytes)),
                "preApplied": [],
            });
            ("/api/v1/label", &site.test_key, form("image", file, Some(&options)))
        }
        "verify" => ("/api/v1/verify", &site.key, form("file", file, None)),
        _ => ("/api/v1/check", &site.key, form("file", file, None)),
    };
    let line = format!("{} {what}", file.name);
    let answer = site.send("POST", path, key, &body).map_err(|error| format!("{line}: {error}"))?;
    let json = answer.json();
    match answer.status {
        200 if json["data"].is_object() => Ok(format!("{line}: 200 {}", json["data"]["c2pa"]["integrity"])),
        200 if what == "label" && json["sha256Output"].is_string() => {
            Ok(format!("{line}: 200 {}", json["appliedLayers"]))
        }
        400..=422 if json["error"]["code"].is_string() => {
            Ok(format!("{line}: {} {}", answer.status, json["error"]["message"]))
        }
        status => {
            Err(format!("{line}: {status} {}", String::from_utf8_lossy(&answer.body[..answer.body.len().min(300)])))
        }
    }
}

pub fn run(files: &[Hostile], only: &[&str]) -> Result<Vec<Outcome>, String> {
    let site = Site::from_env()?;
    let (isolate, _) = site.isolate()?;
    let files: Vec<&Hostile> =
        files.iter().filter(|file| only.is_empty() || only.iter().any(|part| file.name.contains(part))).collect();
    let jobs: Vec<(&Hostile, &str)> =
        files.iter().flat_map(|file| ["check", "verify", "label"].map(|what| (*file, what))).collect();
    let next = AtomicUsize::new(0);
    let done = AtomicBool::new(false);
    let (mut outcomes, bystander) = std::thread::scope(|scope| {
        // Somebody else's requests, all the time.
        let bystander = scope.spawn(|| {
            let mut answered = 0_usize;
            while !done.load(Relaxed) {
                let answer = site.send("GET", "/api/v1/keys/self", &site.key, &[])?;
                if answer.status != 200 {
                    return Err(format!("GET /api/v1/keys/self: {}", answer.status));
                }
                answered += 1;
                std::thread::sleep(Duration::from_millis(50));
            }
            Ok(answered)
        });
        let workers: Vec<_> = (0..TOGETHER)
            .map(|_| {
                scope.spawn(|| {
                    let mut outcomes = Vec::new();
                    while let Some((file, what)) = jobs.get(next.fetch_add(1, Relaxed)) {
                        outcomes.push(call(&site, file, what));
                    }
                    outcomes
                })
            })
            .collect();
        let outcomes: Vec<Outcome> = workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect();
        done.store(true, Relaxed);
        (outcomes, bystander.join().unwrap())
    });
    outcomes.push(match bystander {
        Ok(0) => Err("no other request was answered meanwhile".to_owned()),
        Ok(answered) => Ok(format!("{answered} other requests were answered meanwhile")),
        Err(error) => Err(format!("another request was not answered: {error}")),
    });
    outcomes.push(match site.isolate()? {
        (after, _) if after != isolate => Err(format!("the isolate was restarted: {isolate}, then {after}")),
        (_, memory) if memory > MOST_MEMORY => Err(format!("WebAssembly memory has grown to {memory} bytes")),
        (_, memory) => Ok(format!("the isolate was not restarted; its WebAssembly memory has {memory} bytes")),
    });
    Ok(outcomes)
}
