//! The messages, in English: a person who gets one may have no account yet, so no language is known.

use labeler_store::Mail;

/// A message of paragraphs around one link.
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

/// An invitation to a workspace. Contains no text of its sender, so that it cannot carry advertisements.
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

/// A link that sets a new password.
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
    fn a_message_holds_its_link_in_both_forms() {
        let mail = invitation("ada@example.eu", "https://labeler.example", "abc.def");
        let link = "https://labeler.example/invitation#abc.def";
        assert!(mail.text.contains(&format!("\n{link}\n")));
        assert!(mail.html.contains(&format!("<a href=\"{link}\">{link}</a>")));
        assert!(!mail.subject.contains(['\r', '\n']));
    }

    #[test]
    fn html_is_escaped() {
        assert_eq!(escaped(r#"<a href="x">&"#), "&lt;a href=&quot;x&quot;&gt;&amp;");
    }
}
