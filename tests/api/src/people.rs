//! People who are signed in, as pages act for them.

use serde_json::{Value, json};

use crate::client::Answer;
use crate::ensure;
use crate::suite::Suite;

const PASSWORD: &str = "a long and unusual password";

/// Somebody with a session.
pub struct Person<'a> {
    suite: &'a Suite,
    cookie: String,
    /// The person's id.
    pub id: String,
}

impl<'a> Person<'a> {
    /// Signs in.
    pub fn sign_in(suite: &'a Suite, email: &str, password: &str) -> Result<Self, String> {
        let body = json!({ "email": email, "password": password }).to_string();
        let headers = [("content-type", "application/json"), ("sec-fetch-site", "same-origin")];
        let answer = suite.client.send("POST", "/api/v1/session", &headers, body.as_bytes())?;
        ensure!(answer.status == 200, "sign-in of {email}: {} {}", answer.status, answer.json());
        let set = answer.header("set-cookie").unwrap_or_default();
        let cookie = set.split(';').next().unwrap_or_default().to_owned();
        Ok(Self { suite, cookie, id: answer.text("/user/id") })
    }

    /// The owner of the first workspace.
    pub fn owner(suite: &'a Suite) -> Result<Self, String> {
        Self::sign_in(suite, &suite.owner_email, &suite.owner_password)
    }

    /// Sends bytes of a type.
    pub fn send_bytes(&self, method: &str, path: &str, media_type: &str, body: &[u8]) -> Result<Answer, String> {
        let headers =
            [("cookie", self.cookie.as_str()), ("sec-fetch-site", "same-origin"), ("content-type", media_type)];
        self.suite.client.send(method, path, &headers, body)
    }

    /// Sends JSON; nothing for JSON null.
    pub fn send(&self, method: &str, path: &str, body: &Value) -> Result<Answer, String> {
        let text = if body.is_null() { String::new() } else { body.to_string() };
        self.send_bytes(method, path, "application/json", text.as_bytes())
    }

    pub fn get(&self, path: &str) -> Result<Answer, String> {
        let headers = [("cookie", self.cookie.as_str()), ("sec-fetch-site", "same-origin")];
        self.suite.client.send("GET", path, &headers, &[])
    }

    pub fn post(&self, path: &str, body: &Value) -> Result<Answer, String> {
        self.send("POST", path, body)
    }

    /// Makes a key: its id and its secret.
    pub fn key(&self, wish: Value) -> Result<(String, String), String> {
        let made = self.post("/api/v1/keys", &wish)?;
        ensure!(made.status == 201, "{wish}: {} {}", made.status, made.json());
        Ok((made.text("/key/id"), made.text("/secret")))
    }

    /// Invites somebody new, who accepts through the link and signs in.
    pub fn invite(&self, role: &str, email: &str) -> Result<Self, String> {
        let made = self.post("/api/v1/invitations", &json!({ "role": role, "email": email }))?;
        ensure!(made.status == 201, "{} {}", made.status, made.json());
        ensure!(made.text("/sentTo") == email && made.json()["link"].is_null(), "{}", made.json());
        let mail = self.suite.mail_to(email)?;
        let (before, after) = mail.split_once("/invitation#").ok_or("no link in the mail")?;
        let origin = before.split_whitespace().last().unwrap_or_default();
        ensure!(origin == self.suite.client.origin, "the link leads to {origin}");
        let token = after.split_whitespace().next().unwrap_or_default();
        let headers = [("content-type", "application/json"), ("sec-fetch-site", "same-origin")];
        let post =
            |path: &str, body: Value| self.suite.client.send("POST", path, &headers, body.to_string().as_bytes());
        let shown = post("/api/v1/invitations/open", json!({ "token": token }))?;
        ensure!(shown.status == 200 && shown.text("/role") == role, "{} {}", shown.status, shown.json());
        let wish = json!({ "token": token, "email": email, "name": "Somebody", "password": PASSWORD });
        let joined = post("/api/v1/invitations/accept", wish.clone())?;
        ensure!(joined.status == 200 && joined.text("/role") == role, "{} {}", joined.status, joined.json());
        let twice = post("/api/v1/invitations/accept", wish)?;
        ensure!(twice.status == 404, "a link works twice: {} {}", twice.status, twice.json());
        Self::sign_in(self.suite, email, PASSWORD)
    }
}

/// A form-urlencoded body.
pub fn form(fields: &[(&str, &str)]) -> String {
    let escaped = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
                _ => format!("%{byte:02X}"),
            })
            .collect()
    };
    let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
    pairs.join("&")
}
