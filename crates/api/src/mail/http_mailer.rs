//! [`Mailer`] that sends messages through a provider's API (JSON over HTTPS).

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use labeler_fetch::{Http, HttpRequest, read_whole};
use labeler_ports::{Clock, Mail, MailError, Mailer};
use serde_json::Value;

use super::template::{self, Sender};
use crate::app::config::is_loopback_host;

/// Time limit of one exchange with the provider, in milliseconds.
const TIMEOUT_MS: u32 = 10_000;
/// Largest answer in bytes. Its content is ignored.
const MAX_ANSWER_BYTES: usize = 64 * 1024;
/// Headers that may carry the provider's secret.
const SECRET_HEADERS: [&str; 5] = ["authorization", "api-key", "x-api-key", "x-auth-token", "x-postmark-server-token"];

/// Settings of outgoing mail.
#[derive(Clone, Default)]
pub struct MailSettings {
    /// `address` or `Name <address>`: sender of all messages.
    pub from: String,
    /// Endpoint of the provider that takes one message: https, or http on this machine.
    pub url: String,
    /// Header with the provider's secret, as `Name: value`; empty for none.
    pub header: String,
    /// Name of a known body (`plain`, `resend`, `postmark`, `sendgrid`, `brevo`) or a JSON template; empty for `plain`.
    pub body: String,
}

impl fmt::Debug for MailSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailSettings").field("from", &self.from).field("body", &self.body).finish_non_exhaustive()
    }
}

/// Error for unusable mail settings. Names the setting, never its content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailSettingsError {
    /// The sender is not an address.
    #[error("the sender is not valid. Write an address or 'Name <address>'")]
    From,
    /// The endpoint is not https.
    #[error("the mail URL is not valid. It must begin with https:// (http:// only for this machine)")]
    Url,
    /// The header is not `Name: value`, or not one of the known names.
    #[error("the mail header must read 'Name: value' with one of the names {}", SECRET_HEADERS.join(", "))]
    Header,
    /// The body is neither a known name nor a complete template.
    #[error(
        "the mail body must be one of {formats}, or a JSON template with {{to}} and {{text}}",
        formats = template::FORMATS
    )]
    Body,
}

/// A mailer over a provider's API.
pub struct HttpMailer {
    http: Arc<dyn Http>,
    clock: Arc<dyn Clock>,
    url: String,
    header: Option<(&'static str, String)>,
    sender: Sender,
    template: Value,
}

impl fmt::Debug for HttpMailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpMailer").field("sender", &self.sender).finish_non_exhaustive()
    }
}

impl HttpMailer {
    /// Creates a mailer with these settings.
    ///
    /// # Errors
    /// See [`MailSettingsError`].
    pub fn new(http: Arc<dyn Http>, clock: Arc<dyn Clock>, settings: &MailSettings) -> Result<Self, MailSettingsError> {
        let sender = Sender::parse(&settings.from).ok_or(MailSettingsError::From)?;
        let url = settings.url.trim();
        if !is_safe_url(url) {
            return Err(MailSettingsError::Url);
        }
        let header = match settings.header.trim() {
            "" => None,
            text => Some(secret_header(text).ok_or(MailSettingsError::Header)?),
        };
        let template = match settings.body.trim() {
            "" => template::named("plain"),
            text if text.starts_with('{') => serde_json::from_str::<Value>(text).ok().filter(template::is_complete),
            name => template::named(name),
        };
        let template = template.ok_or(MailSettingsError::Body)?;
        Ok(Self { http, clock, url: url.to_owned(), header, sender, template })
    }
}

fn is_safe_url(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_named = !authority.is_empty() && !authority.contains('@') && !url.contains(char::is_whitespace);
    is_named && (scheme == "https" || scheme == "http" && is_loopback_host(authority))
}

fn secret_header(text: &str) -> Option<(&'static str, String)> {
    let (name, value) = text.split_once(':')?;
    let name = SECRET_HEADERS.into_iter().find(|known| known.eq_ignore_ascii_case(name.trim()))?;
    let value = value.trim();
    let is_plain = !value.is_empty() && value.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    is_plain.then(|| (name, value.to_owned()))
}

#[async_trait]
impl Mailer for HttpMailer {
    async fn send(&self, mail: Mail) -> Result<(), MailError> {
        let body = template::fill(&self.template, &self.sender, &mail).to_string();
        let mut headers =
            vec![("content-type", "application/json".to_owned()), ("accept", "application/json".to_owned())];
        headers.extend(self.header.clone());
        let request = HttpRequest {
            method: "POST",
            url: self.url.clone(),
            headers,
            body: Some(body.into_bytes()),
            timeout_ms: TIMEOUT_MS,
        };
        match read_whole(self.http.as_ref(), self.clock.as_ref(), request, MAX_ANSWER_BYTES).await {
            Ok((200..=299, _)) => Ok(()),
            Ok((status, _)) => Err(MailError(format!("the mail server answered {status}"))),
            Err(error) => Err(MailError(format!("the mail server: {error}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use bytes::Bytes;
    use labeler_fetch::testing::{StubHttp, response, whole};
    use labeler_ports::testing::FixedClock;
    use serde_json::json;

    fn settings() -> MailSettings {
        MailSettings {
            from: "Labeler <no-reply@labeler.example>".to_owned(),
            url: "https://mail.example/send".to_owned(),
            header: "Authorization: Bearer secret".to_owned(),
            body: "resend".to_owned(),
        }
    }

    fn mailer(http: &Arc<StubHttp>, settings: &MailSettings) -> Result<HttpMailer, MailSettingsError> {
        HttpMailer::new(http.clone(), Arc::new(FixedClock::at(0)), settings)
    }

    fn mail() -> Mail {
        Mail {
            to: "ada@example.eu".to_owned(),
            subject: "Hello".to_owned(),
            text: "https://labeler.example/reset#token".to_owned(),
            html: "<p>token</p>".to_owned(),
        }
    }

    #[tokio::test]
    async fn sends_one_message_with_the_secret_in_its_header() {
        let http = Arc::new(StubHttp::default());
        http.on("https://mail.example/send", |_| Ok(response(202, &[], whole(Bytes::from_static(b"{}")))));
        mailer(&http, &settings()).unwrap().send(mail()).await.unwrap();
        let asked = http.asked();
        assert_eq!((asked.len(), asked[0].method), (1, "POST"));
        assert!(asked[0].headers.contains(&("authorization", "Bearer secret".to_owned())));
        assert!(asked[0].headers.contains(&("content-type", "application/json".to_owned())));
        let body: Value = serde_json::from_slice(asked[0].body.as_deref().unwrap()).unwrap();
        assert_eq!(
            body,
            json!({
                "from": "Labeler <no-reply@labeler.example>",
                "to": ["ada@example.eu"],
                "subject": "Hello",
                "text": "https://labeler.example/reset#token",
                "html": "<p>token</p>",
            })
        );
    }

    #[tokio::test]
    async fn failures_name_the_status_and_no_secret() {
        let http = Arc::new(StubHttp::default());
        let mailer = mailer(&http, &settings()).unwrap();
        assert_eq!(
            mailer.send(mail()).await.unwrap_err().to_string(),
            "the mail was not sent: the mail server: the remote host could not be reached"
        );
        http.on("https://mail.example/send", |_| {
            Ok(response(422, &[], whole(Bytes::from_static(b"no such sender: token"))))
        });
        let error = mailer.send(mail()).await.unwrap_err().to_string();
        assert_eq!(error, "the mail was not sent: the mail server answered 422");
        assert!(!format!("{mailer:?} {:?}", settings()).contains("secret"));
    }

    #[test]
    fn refuses_unusable_settings_by_name() {
        let http = Arc::new(StubHttp::default());
        let refused = |change: fn(&mut MailSettings)| {
            let mut changed = settings();
            change(&mut changed);
            mailer(&http, &changed).err()
        };
        assert_eq!(refused(|_| ()), None);
        assert_eq!(refused(|s| s.from = "Labeler".to_owned()), Some(MailSettingsError::From));
        for url in ["http://mail.example/", "ftp://mail.example", "mail.example", "https://", "https://u@mail.example"]
        {
            let changed = MailSettings { url: url.to_owned(), ..settings() };
            assert_eq!(mailer(&http, &changed).err(), Some(MailSettingsError::Url), "{url}");
        }
        for url in ["http://127.0.0.1:8025/", "http://localhost/", "http://[::1]:1/x"] {
            let changed = MailSettings { url: url.to_owned(), ..settings() };
            assert_eq!(mailer(&http, &changed).err(), None, "{url}");
        }
        assert_eq!(refused(|s| s.url = "http://localhost.evil.example/".to_owned()), Some(MailSettingsError::Url));
        assert_eq!(refused(|s| s.header = "Bearer secret".to_owned()), Some(MailSettingsError::Header));
        assert_eq!(refused(|s| s.header = "Host: evil".to_owned()), Some(MailSettingsError::Header));
        assert_eq!(refused(|s| s.header = "Api-Key: a\nb".to_owned()), Some(MailSettingsError::Header));
        assert_eq!(refused(|s| s.body = "smtp".to_owned()), Some(MailSettingsError::Body));
        assert_eq!(refused(|s| s.body = r#"{"to":"{to}"}"#.to_owned()), Some(MailSettingsError::Body));
        assert_eq!(refused(|s| s.body = r#"{"to":"{to}","body":"{text}"}"#.to_owned()), None);
    }
}
