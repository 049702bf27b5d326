//! Doc comments of public items: the first paragraph is a sentence, so it ends with an end mark.

use super::tokens::{Kind, Token, tokenize};

/// Lines of the doc comments whose first paragraph lacks an end mark.
pub fn unfinished(source: &str) -> Vec<usize> {
    let tokens = tokenize(source);
    let mut lines = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let Kind::Doc(_) = token.kind else {
            at = at.saturating_add(1);
            continue;
        };
        let rest = tokens.get(at..).unwrap_or_default();
        let doc: Vec<&str> = rest.iter().map_while(text).collect();
        at = at.saturating_add(doc.len());
        if is_public(tokens.get(at..).unwrap_or_default()) && !is_sentence(&first_paragraph(&doc)) {
            lines.push(token.line);
        }
    }
    lines
}

fn text(token: &Token) -> Option<&str> {
    if let Kind::Doc(text) = &token.kind { Some(text) } else { None }
}

/// Whether the item after a doc comment, past its attributes, is `pub` to everybody.
fn is_public(tokens: &[Token]) -> bool {
    let mut at = 0_usize;
    while tokens.get(at).is_some_and(|token| token.is_punct('#')) {
        let mut depth = 0_usize;
        for token in tokens.iter().skip(at.saturating_add(1)) {
            at = at.saturating_add(1);
            match token.kind {
                Kind::Punct('[' | '(' | '{') => depth = depth.saturating_add(1),
                Kind::Punct(']' | ')' | '}') => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        at = at.saturating_add(1);
    }
    let restricted = tokens.get(at.saturating_add(1)).is_some_and(|token| token.is_punct('('));
    tokens.get(at).and_then(Token::ident) == Some("pub") && !restricted
}

/// The lines up to the first empty one, a list, a table, a heading or a code block.
fn first_paragraph(doc: &[&str]) -> String {
    let starts_block = |line: &str| ["- ", "* ", "|", "#", "```", "1. "].iter().any(|sign| line.starts_with(sign));
    let lines = doc.iter().map(|line| line.trim());
    lines.take_while(|line| !line.is_empty() && !starts_block(line)).collect::<Vec<_>>().join(" ")
}

/// Whether a paragraph ends with an end mark, within closing brackets and quotation marks at most.
fn is_sentence(paragraph: &str) -> bool {
    let closing = [')', ']', '"', '\u{201d}', '`', '*', '_'];
    paragraph.trim_end_matches(closing).ends_with(['.', '!', '?', ':', '\u{2026}'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_public_items_without_an_end_mark() {
        let source = "/// Parses it\npub fn a() {}\n\n/// Parses it.\npub fn b() {}\n\n/// No end\n#[derive(Clone)]\n\
            #[serde(rename = \"x\")]\npub struct C {\n    /// Length in bytes\n    pub length: u64,\n}\n";
        assert_eq!(unfinished(source), [1, 7, 11]);
    }

    #[test]
    fn passes_over_private_items_and_code() {
        let source =
            "/// No end\nfn a() {}\n/// No end\npub(crate) fn b() {}\npub fn c() -> &'static str { \"/// pub\" }\n";
        assert!(unfinished(source).is_empty());
    }

    #[test]
    fn reads_the_first_paragraph_alone() {
        let source = "/// Splits a line\n/// in two.\n///\n/// See also\npub fn a() {}\n/// One of:\n/// - this\npub fn b() {}\n\
            /// Ends in a link (see [`Other`].)\npub fn c() {}\n/// No end\n///\n/// Second.\npub fn d() {}\n";
        assert_eq!(unfinished(source), [11]);
    }
}
