//! Stands in for the crate `regex` in the C2PA engine.
//!
//! The engine matches five short ASCII patterns; the crate's automata and Unicode tables for them would be a twentieth of
//! the browser's module. `regex-lite`, from the same authors, has the same interface and neither.

pub use regex_lite::*;

/// Makes a regular expression with a limit. The JSON Schema validator of the tests asks for it.
#[derive(Debug)]
pub struct RegexBuilder(regex_lite::RegexBuilder);

impl RegexBuilder {
    /// For this pattern.
    #[must_use]
    pub fn new(pattern: &str) -> Self {
        Self(regex_lite::RegexBuilder::new(pattern))
    }

    /// Most bytes that the compiled expression may take.
    pub fn size_limit(&mut self, bytes: usize) -> &mut Self {
        self.0.size_limit(bytes);
        self
    }

    /// Accepted and without effect: there is no automaton that grows while it matches.
    pub const fn dfa_size_limit(&mut self, _bytes: usize) -> &mut Self {
        self
    }

    /// The expression.
    ///
    /// # Errors
    /// The pattern is none, or compiled larger than allowed.
    pub fn build(&self) -> Result<Regex, Error> {
        self.0.build()
    }
}
