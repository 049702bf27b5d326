//! Splits an expression into tokens.

use serde_json::Value;

use super::{error::FormulaError, syntax::Comparison};

/// A token. Two-character tokens are told from their one-character beginnings here, as json-formula does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    Field(String),
    QuotedField(String),
    Global(String),
    Text(String),
    Literal(Value),
    Integer(i64),
    Number(f64),
    Current,
    Dot,
    Comma,
    Colon,
    OpenBrace,
    CloseBrace,
    OpenParen,
    CloseParen,
    OpenBracket,
    CloseBracket,
    /// `[]`.
    Flatten,
    /// `[?`.
    Filter,
    Pipe,
    Or,
    And,
    Not,
    Star,
    Compare(Comparison),
}

/// Returns the tokens of an expression.
pub(crate) fn tokens(source: &str) -> Result<Vec<Token>, FormulaError> {
    let mut lexer = Lexer { rest: source };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.next()? {
        tokens.push(token);
    }
    Ok(tokens)
}

struct Lexer<'s> {
    rest: &'s str,
}

impl<'s> Lexer<'s> {
    fn next(&mut self) -> Result<Option<Token>, FormulaError> {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
        let Some(first) = self.rest.chars().next() else {
            return Ok(None);
        };
        if first == '$' {
            return Ok(Some(Token::Global(self.name().to_owned())));
        }
        if first.is_ascii_alphabetic() || first == '_' {
            return Ok(Some(Token::Field(self.name().to_owned())));
        }
        if first.is_ascii_digit() {
            return self.number().map(Some);
        }
        for (text, token) in SYMBOLS {
            if let Some(rest) = self.rest.strip_prefix(text) {
                self.rest = rest;
                return Ok(Some(token.clone()));
            }
        }
        match first {
            '\'' => self.quoted('\'').and_then(|body| unescape(&body.replace("\\'", "'"))).map(Token::QuotedField),
            '"' => self.quoted('"').and_then(unescape).map(Token::Text),
            '`' => {
                let body = self.quoted('`')?.replace("\\`", "`");
                serde_json::from_str(&body).map(Token::Literal).map_err(|error| syntax(format!("`{body}`: {error}")))
            }
            '-' => self.negative(),
            other => Err(syntax(format!("unexpected {other:?}"))),
        }
        .map(Some)
    }

    /// A name, whose first character is known to fit.
    fn name(&mut self) -> &'s str {
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
        let end = self.rest.find(|c| !fits(c)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        name
    }

    fn number(&mut self) -> Result<Token, FormulaError> {
        let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let whole = digits(self.rest);
        let (integer, after) = self.rest.split_at(whole);
        // A dot that no digit follows belongs to what comes next.
        let fraction = after.strip_prefix('.').map_or(0, digits);
        if fraction == 0 {
            self.rest = after;
            return integer.parse().map(Token::Integer).map_err(|error| syntax(format!("{integer}: {error}")));
        }
        let (number, rest) = self.rest.split_at(whole + 1 + fraction);
        self.rest = rest;
        number.parse().map(Token::Number).map_err(|error| syntax(format!("{number}: {error}")))
    }

    /// A minus is only understood before an integer, for indices.
    fn negative(&mut self) -> Result<Token, FormulaError> {
        self.rest = self.rest.strip_prefix('-').unwrap_or(self.rest);
        if !self.rest.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(syntax("a minus that is not part of a number"));
        }
        match self.number()? {
            Token::Integer(value) => Ok(Token::Integer(-value)),
            Token::Number(value) => Ok(Token::Number(-value)),
            _ => Err(syntax("a minus that is not part of a number")),
        }
    }

    /// Reads the text up to the next `quote`; a backslash escapes the character after it.
    fn quoted(&mut self, quote: char) -> Result<&'s str, FormulaError> {
        let body = self.rest.strip_prefix(quote).unwrap_or(self.rest);
        let mut escaped = false;
        for (at, c) in body.char_indices() {
            if escaped {
                escaped = false;
            } else if c == '\\' {
                escaped = true;
            } else if c == quote {
                let (inside, rest) = body.split_at(at);
                self.rest = rest.strip_prefix(quote).unwrap_or(rest);
                return Ok(inside);
            }
        }
        Err(syntax(format!("no closing {quote}")))
    }
}

/// Longest first.
const SYMBOLS: [(&str, Token); 25] = [
    ("[?", Token::Filter),
    ("[]", Token::Flatten),
    ("||", Token::Or),
    ("&&", Token::And),
    ("==", Token::Compare(Comparison::Equal)),
    ("!=", Token::Compare(Comparison::NotEqual)),
    ("<>", Token::Compare(Comparison::NotEqual)),
    ("<=", Token::Compare(Comparison::LessOrEqual)),
    (">=", Token::Compare(Comparison::GreaterOrEqual)),
    ("<", Token::Compare(Comparison::Less)),
    (">", Token::Compare(Comparison::Greater)),
    ("=", Token::Compare(Comparison::Equal)),
    ("!", Token::Not),
    ("|", Token::Pipe),
    ("*", Token::Star),
    ("@", Token::Current),
    (".", Token::Dot),
    (",", Token::Comma),
    (":", Token::Colon),
    ("{", Token::OpenBrace),
    ("}", Token::CloseBrace),
    ("(", Token::OpenParen),
    (")", Token::CloseParen),
    ("[", Token::OpenBracket),
    ("]", Token::CloseBracket),
];

/// Strings and quoted fields know the escapes of JSON.
fn unescape(body: &str) -> Result<String, FormulaError> {
    serde_json::from_str(&format!("\"{body}\"")).map_err(|error| syntax(format!("{body:?}: {error}")))
}

pub(super) fn syntax(what: impl Into<String>) -> FormulaError {
    FormulaError::Syntax(what.into())
}
