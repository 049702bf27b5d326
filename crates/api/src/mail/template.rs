//! Templates of the JSON bodies that providers accept, with `{placeholders}` in their texts.

use labeler_ports::Mail;
use serde_json::{Value, json};

/// Sender of all messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sender {
    /// `Labeler <no-reply@labeler.example>`, as configured.
    pub whole: String,
    /// `Labeler`; empty when only an address is configured.
    pub name: String,
    /// `no-reply@labeler.example`.
    pub address: String,
}

impl Sender {
    /// Reads `address` or `Name <address>`.
    pub fn parse(text: &str) -> Option<Self> {
        let whole = text.trim();
        let (name, address) = match whole.strip_suffix('>').and_then(|text| text.split_once('<')) {
            Some((name, address)) => (name.trim().trim_matches('"'), address.trim()),
            None => ("", whole),
        };
        let address = labeler_store::normalise_email(address)?;
        let is_plain = !whole.chars().any(char::is_control) && !address.contains(['<', '>']);
        is_plain.then(|| Self { whole: whole.to_owned(), name: name.to_owned(), address })
    }
}

/// Returns a provider's template by name. Each is the documented body of the provider's endpoint for one message.
pub(super) fn named(format: &str) -> Option<Value> {
    Some(match format {
        "plain" => json!({
            "from": "{from}", "to": "{to}", "subject": "{subject}", "text": "{text}", "html": "{html}",
        }),
        "resend" => json!({
            "from": "{from}", "to": ["{to}"], "subject": "{subject}", "text": "{text}", "html": "{html}",
        }),
        "postmark" => json!({
            "From": "{from}", "To": "{to}", "Subject": "{subject}", "TextBody": "{text}", "HtmlBody": "{html}",
            "MessageStream": "outbound",
        }),
        "sendgrid" => json!({
            "personalizations": [{ "to": [{ "email": "{to}" }] }],
            "from": { "email": "{fromAddress}", "name": "{fromName}" },
            "subject": "{subject}",
            "content": [{ "type": "text/plain", "value": "{text}" }, { "type": "text/html", "value": "{html}" }],
            // A link that leads through a counter of clicks would show its token to the provider's log.
            "tracking_settings": { "click_tracking": { "enable": false, "enable_text": false } },
        }),
        "brevo" => json!({
            "sender": { "email": "{fromAddress}", "name": "{fromName}" }, "to": [{ "email": "{to}" }],
            "subject": "{subject}", "textContent": "{text}", "htmlContent": "{html}",
        }),
        _ => return None,
    })
}

/// Names of the templates in [`named`], for error messages.
pub(super) const FORMATS: &str = "plain, resend, postmark, sendgrid, brevo";

/// Fills a template with a message. Text of the message is never read as a placeholder.
pub(super) fn fill(template: &Value, sender: &Sender, mail: &Mail) -> Value {
    match template {
        Value::String(text) => Value::String(fill_text(text, sender, mail)),
        Value::Array(items) => items.iter().map(|item| fill(item, sender, mail)).collect(),
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), fill(value, sender, mail))).collect(),
        other => other.clone(),
    }
}

fn fill_text(template: &str, sender: &Sender, mail: &Mail) -> String {
    let mut filled = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let value = after.split_once('}').and_then(|(name, after)| Some((value_of(name, sender, mail)?, after)));
        match value {
            Some((value, after)) => {
                filled.push_str(value);
                rest = after;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

fn value_of<'a>(name: &str, sender: &'a Sender, mail: &'a Mail) -> Option<&'a str> {
    Some(match name {
        "from" => &sender.whole,
        "fromName" => &sender.name,
        "fromAddress" => &sender.address,
        "to" => &mail.to,
        "subject" => &mail.subject,
        "text" => &mail.text,
        "html" => &mail.html,
        _ => return None,
    })
}

/// Returns whether a template has placeholders for the recipient and the text, both of which are necessary.
pub(super) fn is_complete(template: &Value) -> bool {
    let text = template.to_string();
    text.contains("{to}") && (text.contains("{text}") || text.contains("{html}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn parses_senders_with_and_without_a_name() {
        let with = Sender::parse(" Labeler <No-Reply@labeler.example> ").unwrap();
        assert_eq!((with.name.as_str(), with.address.as_str()), ("Labeler", "no-reply@labeler.example"));
        assert_eq!(with.whole, "Labeler <No-Reply@labeler.example>");
        assert_eq!(Sender::parse("a@b.example").unwrap().name, "");
        for wrong in ["", "Labeler", "Labeler <>", "<a@b> <c@d>", "A\nB <a@b.example>"] {
            assert_eq!(Sender::parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn ignores_placeholders_in_message_text() {
        let sender = Sender::parse("a@b.example").unwrap();
        let mail = Mail {
            to: "c@d.example".to_owned(),
            subject: "{text} {to}".to_owned(),
            text: "\"quoted\"\n{html}".to_owned(),
            html: "<p>{from}</p>".to_owned(),
        };
        let template = json!({ "s": "{subject}", "b": ["{text}|{html}", 7, "{unknown} {"], "t": { "x": "{to}" } });
        assert_eq!(
            fill(&template, &sender, &mail),
            json!({
                "s": "{text} {to}",
                "b": ["\"quoted\"\n{html}|<p>{from}</p>", 7, "{unknown} {"],
                "t": { "x": "c@d.example" },
            })
        );
    }

    #[test]
    fn named_templates_are_complete() {
        for name in FORMATS.split(", ") {
            assert!(is_complete(&named(name).unwrap()), "{name}");
        }
        assert_eq!(named("smtp"), None);
        assert!(!is_complete(&json!({ "to": "{to}" })));
    }
}
