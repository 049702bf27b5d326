//! The error of parsing and evaluating an expression.

/// Error of parsing or evaluating an expression. Its message becomes the text of the check's outcome.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FormulaError {
    /// The expression is not in the supported part of json-formula.
    #[error("the expression cannot be read: {0}")]
    Syntax(String),
    /// A function or operator does not accept the type of a value.
    #[error("{context} does not take {found}")]
    Type {
        /// Name of the function or operator.
        context: &'static str,
        /// Kind of the value.
        found: &'static str,
    },
    /// A function got too few or too many arguments.
    #[error("{name} takes {expected} arguments, not {found}")]
    Arguments {
        /// Name of the function.
        name: String,
        /// Number of arguments that it takes.
        expected: usize,
        /// Number of arguments in the call.
        found: usize,
    },
    /// The expression calls something that the rubric does not define.
    #[error("there is no function {0}")]
    UnknownFunction(String),
    /// The evaluation exceeds its budget of steps or its depth.
    #[error("the manifest is too large or too deeply nested to evaluate")]
    Limit,
}
