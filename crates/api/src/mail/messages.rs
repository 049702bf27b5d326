//! The messages. They are in English, because the recipient may have no account yet and no known language.

use labeler_ports::Mail;

/// Builds a message with paragraphs around one link.
fn message(to: &str, subject: &str, before: &str, link: &str, after: &str) -> Mail {
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{subject}</title>\
         <p>{before}</p><p><a href=\"{link}\">{link}</a></p><p>{after}</p></html>",
        subject = escaped(subject),
        before = escaped(before),
        link = escaped(link),
        after = escaped(after),
    );
    Mail { to: to.to_owned(), subject: subject.to_owned(), text: format!("{before}\n\n{link}\n\n{after}\n"), html }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Builds an invitation to a workspace. It contains no text of the sender, so that it cannot carry advertisements.
pub(crate) fn invitation(to: &str, origin: &str, token: &str) -> Mail {
    message(
        to,
        "You are invited to a workspace on Labeler",
        "Somebody invited you to a workspace on Labeler. Open this link within seven days to see the invitation and \
         accept it. The link works once:",
        &format!("{origin}/invitation#{token}"),
        "If you did not expect this invitation, ignore this message. Nothing happens unless you open the link.",
    )
}

/// Builds the message with the link for a new password.
pub(crate) fn password_reset(to: &str, origin: &str, token: &str) -> Mail {
    message(
        to,
        "Set a new password for Labeler",
        "Somebody asked to set a new password for your account on Labeler. Open this link within 30 minutes to choose \
         one. The link works once:",
        &format!("{origin}/reset#{token}"),
        "If it was not you, ignore this message. Your password stays as it is.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contains_the_link_as_text_and_html() {
        let mail = invitation("ada@example.eu", "https://labeler.example", "abc.def");
        let link = "https://labeler.example/invitation#abc.def";
        assert!(mail.text.contains(&format!("\n{link}\n")));
        assert!(mail.html.contains(&format!("<a href=\"{link}\">{link}</a>")));
        assert!(!mail.subject.contains(['\r', '\n']));
    }

    #[test]
    fn escapes_html() {
        assert_eq!(escaped(r#"<a href="x">&"#), "&lt;a href=&quot;x&quot;&gt;&amp;");
    }
}
