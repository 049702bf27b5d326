//! The part of [json-formula](https://opensource.adobe.com/json-formula/) that C2PA's rubrics are written in.
//!
//! Understood: fields and quoted fields, `.`, `[n]`, `[]` (flatten), `[?condition]`, `|`, `||`, `&&`, `!`, the six
//! comparisons, `*` between scalars, `@`, `$globals`, JSON literals in backquotes, strings, numbers, `[a, b]`,
//! `{key: value}`, and the functions `contains`, `endsWith`, `if`, `keys`, `length`, `notNull`, `split`, `startsWith`,
//! `type`, `values` and the rubric's own named expressions. Anything else is a [`FormulaError::Syntax`] when the
//! rubric is read: a newer rubric that needs more fails its own check, and a test fails.
//!
//! Invariants: no panic and no unbounded work on any document. Every node visited and every element looked at costs a
//! step of a [`Budget`]; nesting is bounded both in expressions and in the values compared. Documents are borrowed,
//! never copied.

mod coerce;
mod eval;
mod functions;
mod lexer;
mod parser;
mod syntax;
mod value;

#[cfg(test)]
mod tests;

pub(crate) use eval::{Budget, Definitions, Evaluator};
pub(crate) use parser::parse;
pub(crate) use syntax::Expr;
#[cfg(test)]
pub(crate) use syntax::Function;
pub(crate) use value::{Val, shortened};

/// Why an expression has no value. The sentence becomes the text of the check's outcome.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FormulaError {
    /// The expression is not json-formula, or not the part of it that is understood.
    #[error("the expression cannot be read: {0}")]
    Syntax(String),
    /// A function or operator met a value of a kind it does not take.
    #[error("{context} does not take {found}")]
    Type {
        /// The function or operator.
        context: &'static str,
        /// The kind of the value.
        found: &'static str,
    },
    /// A function got too few or too many arguments.
    #[error("{name} takes {expected} arguments, not {found}")]
    Arguments {
        /// The function.
        name: String,
        /// How many it takes.
        expected: usize,
        /// How many it got.
        found: usize,
    },
    /// The expression calls something that the rubric does not define.
    #[error("there is no function {0}")]
    UnknownFunction(String),
    /// The document needs more work than an evaluation may do.
    #[error("the manifest is too large or too deeply nested to evaluate")]
    Limit,
}
