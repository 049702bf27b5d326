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

mod budget;
mod coerce;
mod error;
mod eval;
mod functions;
mod lexer;
mod parser;
mod syntax;
mod value;
mod work;

#[cfg(test)]
mod tests;

pub(crate) use budget::Budget;
pub(crate) use error::FormulaError;
pub(crate) use eval::{Definitions, Evaluator};
pub(crate) use parser::parse;
pub(crate) use syntax::Expr;
#[cfg(test)]
pub(crate) use syntax::Function;
pub(crate) use value::{Val, shortened};
