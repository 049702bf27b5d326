//! Tokens of Rust source text: as much of the language as the checks of this folder read.
//!
//! Invariant: text inside comments, strings and character literals never becomes an identifier or punctuation.

use std::iter::Peekable;
use std::str::Chars;

/// Kind of a token, with the text that the checks need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Identifier or keyword. The prefix `r#` of a raw identifier is removed.
    Ident(String),
    /// One punctuation character. `::` is [`Kind::PathSeparator`].
    Punct(char),
    /// `::`.
    PathSeparator,
    /// Text of a string literal without its quotes; escapes are kept as written.
    Text(String),
    /// Number, character or byte literal, or lifetime.
    Other,
    /// One line of an outer doc comment, without `///` and without the space after it.
    Doc(String),
}

/// Token and the line it begins on, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Kind and text.
    pub kind: Kind,
    /// Line in the file.
    pub line: usize,
}

impl Token {
    /// Identifier or keyword, or `None` for any other token.
    pub fn ident(&self) -> Option<&str> {
        if let Kind::Ident(name) = &self.kind { Some(name) } else { None }
    }

    /// Whether the token is this punctuation character.
    pub fn is_punct(&self, character: char) -> bool {
        self.kind == Kind::Punct(character)
    }
}

/// Splits source text into tokens. Unfinished literals and comments end with the text.
pub fn tokenize(source: &str) -> Vec<Token> {
    let mut reader = Reader { chars: source.chars().peekable(), line: 1 };
    let mut tokens = Vec::new();
    while let Some(first) = reader.next() {
        let line = reader.line;
        if let Some(kind) = reader.token(first) {
            tokens.push(Token { kind, line });
        }
    }
    tokens
}

struct Reader<'a> {
    chars: Peekable<Chars<'a>>,
    line: usize,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let next = self.chars.next();
        self.line = self.line.saturating_add(usize::from(next == Some('\n')));
        next
    }

    fn peek(&mut self) -> Option<char> {
        self.chars.peek().copied()
    }

    fn next_if(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.next();
        }
        found
    }

    fn take_while(&mut self, text: &mut String, accept: impl Fn(char) -> bool) {
        while let Some(next) = self.peek().filter(|next| accept(*next)) {
            text.push(next);
            self.next();
        }
    }

    /// Reads the token that begins with `first`; `None` for white space and comments.
    fn token(&mut self, first: char) -> Option<Kind> {
        match first {
            _ if first.is_whitespace() => None,
            '/' if self.peek() == Some('/') => self.line_comment(),
            '/' if self.peek() == Some('*') => {
                self.block_comment();
                None
            }
            '"' => Some(self.string()),
            '\'' => {
                self.quote();
                Some(Kind::Other)
            }
            ':' if self.next_if(':') => Some(Kind::PathSeparator),
            _ if first.is_ascii_digit() => {
                self.number();
                Some(Kind::Other)
            }
            _ if is_ident(first) => Some(self.word(first)),
            _ => Some(Kind::Punct(first)),
        }
    }

    /// Reads the rest of a line comment; `///` is documentation, `////` is not.
    fn line_comment(&mut self) -> Option<Kind> {
        let mut text = String::new();
        self.take_while(&mut text, |next| next != '\n');
        let doc = text.strip_prefix("//").filter(|doc| !doc.starts_with('/'))?;
        Some(Kind::Doc(doc.strip_prefix(' ').unwrap_or(doc).trim_end().to_owned()))
    }

    fn block_comment(&mut self) {
        self.next();
        let mut depth = 1_usize;
        while let Some(next) = self.next() {
            match next {
                '*' if self.next_if('/') => depth = depth.saturating_sub(1),
                '/' if self.next_if('*') => depth = depth.saturating_add(1),
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn string(&mut self) -> Kind {
        let mut text = String::new();
        while let Some(next) = self.next() {
            match next {
                '"' => break,
                '\\' => {
                    text.push(next);
                    text.extend(self.next());
                }
                _ => text.push(next),
            }
        }
        Kind::Text(text)
    }

    /// Reads a raw string after its `r`, or gives `None` if the hashes begin a raw identifier.
    fn raw_string(&mut self) -> Option<Kind> {
        let mut hashes = String::new();
        self.take_while(&mut hashes, |next| next == '#');
        if !self.next_if('"') {
            return None;
        }
        let end = format!("\"{hashes}");
        let mut text = String::new();
        while let Some(next) = self.next() {
            text.push(next);
            if let Some(content) = text.strip_suffix(&end) {
                return Some(Kind::Text(content.to_owned()));
            }
        }
        Some(Kind::Text(text))
    }

    /// Reads a character literal or a lifetime after its quotation mark.
    fn quote(&mut self) {
        match self.next() {
            Some('\\') => {
                self.next();
                while self.next().is_some_and(|next| next != '\'') {}
            }
            Some(first) if self.peek() != Some('\'') && is_ident(first) => {
                self.take_while(&mut String::new(), is_ident);
            }
            _ => {
                self.next_if('\'');
            }
        }
    }

    /// Reads a number after its first digit. A point belongs to it when a digit follows: `1..2` is a range.
    fn number(&mut self) {
        loop {
            self.take_while(&mut String::new(), is_ident);
            let mut ahead = self.chars.clone();
            if ahead.next() != Some('.') || !ahead.next().is_some_and(|next| next.is_ascii_digit()) {
                return;
            }
            self.next();
        }
    }

    fn word(&mut self, first: char) -> Kind {
        let mut word = String::from(first);
        self.take_while(&mut word, is_ident);
        match (word.as_str(), self.peek()) {
            ("r" | "br" | "cr", Some('"' | '#')) => {
                if let Some(text) = self.raw_string() {
                    return text;
                }
                word.clear();
                self.take_while(&mut word, is_ident);
            }
            ("b" | "c", Some('"')) => {
                self.next();
                return self.string();
            }
            ("b", Some('\'')) => {
                self.next();
                self.quote();
                return Kind::Other;
            }
            _ => {}
        }
        Kind::Ident(word)
    }
}

fn is_ident(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn idents(source: &str) -> Vec<String> {
        tokenize(source).iter().filter_map(|token| token.ident().map(str::to_owned)).collect()
    }

    #[test]
    fn ignores_names_inside_comments_and_literals() {
        let source =
            r####"a /* b /* c */ d */ "e \" f" r#"g " h"# b"i" br##"j"# k"## 'l' '\'' b'm' '\u{6e}' n // o"####;
        assert_eq!(idents(source), ["a", "n"]);
    }

    #[test]
    fn tells_lifetimes_from_characters_and_raw_identifiers_from_raw_strings() {
        assert_eq!(
            idents("fn f<'a>(x: &'a str, y: char) { g('b', '_') } r#type"),
            ["fn", "f", "x", "str", "y", "char", "g", "type"]
        );
    }

    #[test]
    fn reads_ranges_and_fractions() {
        let puncts = tokenize("0..5 1.5e3 0xff_u8..=2").iter().filter(|token| token.is_punct('.')).count();
        assert_eq!(puncts, 4);
    }

    #[test]
    fn keeps_doc_comments_with_their_lines() {
        let tokens = tokenize("//! inner\n//// ruler\n/// First.\n///  Second\nstruct A;");
        let docs: Vec<_> = tokens
            .iter()
            .filter_map(|token| match &token.kind {
                Kind::Doc(text) => Some((token.line, text.as_str())),
                _ => None,
            })
            .collect();
        assert_eq!(docs, [(3, "First."), (4, " Second")]);
    }
}
