//! Parses tokens into a syntax tree: precedence climbing with json-formula's binding powers.

use serde_json::Value;

use super::{
    error::FormulaError,
    lexer::{Token, syntax, tokens},
    syntax::{Expr, Function},
};

/// Deepest nesting of an expression. The rubrics need about 10.
const MAX_DEPTH: usize = 64;

/// Maximum number of tokens of an expression. The longest of the rubrics has about 200.
const MAX_TOKENS: usize = 2_000;

const PIPE: u8 = 1;
const OR: u8 = 2;
const AND: u8 = 3;
const COMPARE: u8 = 4;
const MULTIPLY: u8 = 7;
const NOT: u8 = 8;
const FLATTEN: u8 = 10;
const FILTER: u8 = 21;
const DOT: u8 = 40;
const BRACKET: u8 = 55;
const CALL: u8 = 60;

/// Parses an expression.
pub(crate) fn parse(source: &str) -> Result<Expr, FormulaError> {
    let mut parser = Parser { tokens: tokens(source)?, at: 0, depth: 0 };
    if parser.tokens.len() > MAX_TOKENS {
        return Err(syntax("too long"));
    }
    let tree = parser.expression(0)?;
    match parser.peek() {
        None => Ok(tree),
        Some(token) => Err(unexpected(token)),
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn take(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += usize::from(token.is_some());
        token
    }

    fn accept(&mut self, token: &Token) -> bool {
        let found = self.peek() == Some(token);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, token: &Token) -> Result<(), FormulaError> {
        if self.accept(token) {
            return Ok(());
        }
        Err(match self.peek() {
            Some(found) => syntax(format!("expected {token:?}, found {found:?}")),
            None => syntax(format!("expected {token:?} at the end")),
        })
    }

    /// Everything that binds stronger than `power`.
    fn expression(&mut self, power: u8) -> Result<Expr, FormulaError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(syntax("nested too deeply"));
        }
        let mut left = self.operand()?;
        while let Some(binding) = self.peek().map(binding).filter(|binding| power < *binding) {
            let Some(token) = self.take() else { break };
            left = self.operator(left, token, binding)?;
        }
        self.depth -= 1;
        Ok(left)
    }

    /// Parses the beginning of an expression.
    fn operand(&mut self) -> Result<Expr, FormulaError> {
        let token = self.take().ok_or_else(|| syntax("it ends too early"))?;
        Ok(match token {
            Token::Field(name) if self.accept(&Token::OpenParen) => self.call(&name)?,
            Token::Field(name) | Token::QuotedField(name) => Expr::Field(name),
            Token::Global(name) => Expr::Global(name),
            Token::Current => Expr::Current,
            Token::Text(text) => Expr::Literal(Value::from(text)),
            Token::Literal(value) => Expr::Literal(value),
            Token::Integer(value) => Expr::Literal(Value::from(value)),
            Token::Number(value) => Expr::Literal(Value::from(value)),
            Token::Not => Expr::Not(Box::new(self.expression(NOT)?)),
            Token::OpenParen => {
                let inner = self.expression(0)?;
                self.expect(&Token::CloseParen)?;
                inner
            }
            Token::OpenBrace => self.object()?,
            Token::Flatten | Token::Filter => self.operator(Expr::Current, token, 0)?,
            Token::OpenBracket => match self.index() {
                Some(index) => Expr::Index(index),
                None => Expr::List(self.list()?),
            },
            other => return Err(unexpected(&other)),
        })
    }

    /// `left` with the operator `token` of strength `binding`.
    fn operator(&mut self, left: Expr, token: Token, binding: u8) -> Result<Expr, FormulaError> {
        let left = Box::new(left);
        Ok(match token {
            Token::Dot => Expr::Chain(left, Box::new(self.member(DOT)?)),
            Token::Pipe => Expr::Chain(left, Box::new(self.expression(PIPE)?)),
            Token::Or => Expr::Or(left, Box::new(self.expression(OR)?)),
            Token::And => Expr::And(left, Box::new(self.expression(AND)?)),
            Token::Star => Expr::Multiply(left, Box::new(self.expression(MULTIPLY)?)),
            Token::Compare(comparison) => Expr::Compare(comparison, left, Box::new(self.expression(binding)?)),
            Token::Flatten => Expr::Flatten(left, Box::new(self.projected(FLATTEN)?)),
            Token::Filter => {
                let condition = Box::new(self.expression(0)?);
                self.expect(&Token::CloseBracket)?;
                Expr::Filter { base: left, condition, rest: Box::new(self.projected(FILTER)?) }
            }
            Token::OpenBracket => match self.index() {
                Some(index) => Expr::Chain(left, Box::new(Expr::Index(index))),
                None => {
                    return Err(syntax("only an integer may stand between brackets after a value"));
                }
            },
            other => return Err(unexpected(&other)),
        })
    }

    /// Parses `n]` of an index; takes nothing if other tokens follow.
    fn index(&mut self) -> Option<i64> {
        match (self.tokens.get(self.at), self.tokens.get(self.at + 1)) {
            (Some(Token::Integer(value)), Some(Token::CloseBracket)) => {
                let value = *value;
                self.at += 2;
                Some(value)
            }
            _ => None,
        }
    }

    /// Parses the part after a dot.
    fn member(&mut self, power: u8) -> Result<Expr, FormulaError> {
        match self.peek() {
            Some(Token::Field(_) | Token::QuotedField(_)) => self.expression(power),
            Some(Token::OpenBracket) => {
                self.at += 1;
                Ok(Expr::List(self.list()?))
            }
            Some(Token::OpenBrace) => {
                self.at += 1;
                self.object()
            }
            Some(other) => Err(unexpected(other)),
            None => Err(syntax("it ends after a dot")),
        }
    }

    /// Parses the part that a flatten or filter applies to each element; the element itself if there is none.
    fn projected(&mut self, power: u8) -> Result<Expr, FormulaError> {
        match self.peek() {
            Some(Token::Dot) => {
                self.at += 1;
                self.member(power)
            }
            Some(Token::OpenBracket | Token::Filter) => self.expression(power),
            Some(token) if binding(token) > FLATTEN => Err(unexpected(token)),
            _ => Ok(Expr::Current),
        }
    }

    fn call(&mut self, name: &str) -> Result<Expr, FormulaError> {
        let function = Function::from_name(name).ok_or_else(|| FormulaError::UnknownFunction(name.to_owned()))?;
        let mut arguments = Vec::new();
        if !self.accept(&Token::CloseParen) {
            arguments = self.separated(&Token::CloseParen)?;
        }
        Ok(Expr::Call(function, arguments))
    }

    fn list(&mut self) -> Result<Vec<Expr>, FormulaError> {
        if self.accept(&Token::CloseBracket) {
            return Ok(Vec::new());
        }
        self.separated(&Token::CloseBracket)
    }

    /// One or more expressions with commas between, up to and with `close`.
    fn separated(&mut self, close: &Token) -> Result<Vec<Expr>, FormulaError> {
        let mut items = vec![self.expression(0)?];
        while self.accept(&Token::Comma) {
            items.push(self.expression(0)?);
        }
        self.expect(close)?;
        Ok(items)
    }

    /// `key: value` pairs up to the closing brace; at least one.
    fn object(&mut self) -> Result<Expr, FormulaError> {
        let mut pairs = Vec::new();
        loop {
            let key = match self.take() {
                Some(Token::Field(name) | Token::QuotedField(name)) => name,
                Some(other) => return Err(unexpected(&other)),
                None => return Err(syntax("it ends inside braces")),
            };
            self.expect(&Token::Colon)?;
            pairs.push((key, self.expression(0)?));
            if !self.accept(&Token::Comma) {
                self.expect(&Token::CloseBrace)?;
                return Ok(Expr::Object(pairs));
            }
        }
    }
}

/// Returns the power with which a token binds to the expression before it; 0 ends an expression.
fn binding(token: &Token) -> u8 {
    match token {
        Token::Pipe => PIPE,
        Token::Or => OR,
        Token::And => AND,
        Token::Compare(_) => COMPARE,
        Token::Star => MULTIPLY,
        Token::Not => NOT,
        Token::Flatten => FLATTEN,
        Token::Filter => FILTER,
        Token::Dot => DOT,
        Token::OpenBracket => BRACKET,
        Token::OpenParen => CALL,
        _ => 0,
    }
}

fn unexpected(token: &Token) -> FormulaError {
    syntax(format!("unexpected {token:?}"))
}
