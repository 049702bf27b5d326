//! The syntax tree. Trees are built once per rubric and shared between threads.

use serde_json::Value;

/// Node of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expr {
    /// Current value: `@`, or an omitted left side.
    Current,
    /// A member of the current object; `null`, `true` and `false` without backquotes are fields like any other.
    Field(String),
    /// `$name`.
    Global(String),
    /// A string, a number or JSON in backquotes.
    Literal(Value),
    /// `left.right`, `left[n]` and `left | right`: the right side sees the left side's value.
    Chain(Box<Expr>, Box<Expr>),
    /// `[n]`, counted from the end when negative.
    Index(i64),
    /// `base[]rest`: one level of arrays opened, `rest` for each element.
    Flatten(Box<Expr>, Box<Expr>),
    /// `base[?condition]rest`.
    Filter {
        /// Array to filter; any other value gives `null`.
        base: Box<Expr>,
        /// Sees each element as `@`.
        condition: Box<Expr>,
        /// Applied to each element kept.
        rest: Box<Expr>,
    },
    /// `left || right`: the first value that is truthy, else the second.
    Or(Box<Expr>, Box<Expr>),
    /// `left && right`: the first value when it is not truthy, else the second.
    And(Box<Expr>, Box<Expr>),
    /// `!operand`.
    Not(Box<Expr>),
    /// A comparison.
    Compare(Comparison, Box<Expr>, Box<Expr>),
    /// `left * right`.
    Multiply(Box<Expr>, Box<Expr>),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `{key: value}`.
    Object(Vec<(String, Expr)>),
    /// `name(arguments)`.
    Call(Function, Vec<Expr>),
}

/// `==` and its kin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Function that a call names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    Contains,
    EndsWith,
    If,
    Keys,
    Length,
    NotNull,
    Split,
    StartsWith,
    Type,
    Values,
    /// One of the rubric's own expressions; their names start with an underscore.
    Named(String),
}

impl Function {
    /// The function of that name, if there is one.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "contains" => Self::Contains,
            "endsWith" => Self::EndsWith,
            "if" => Self::If,
            "keys" => Self::Keys,
            "length" => Self::Length,
            "notNull" => Self::NotNull,
            "split" => Self::Split,
            "startsWith" => Self::StartsWith,
            "type" => Self::Type,
            "values" => Self::Values,
            _ if name.starts_with('_') => Self::Named(name.to_owned()),
            _ => return None,
        })
    }
}

impl Expr {
    /// Calls `visit` for this node and every node below it, without recursion.
    pub(crate) fn walk<'e>(&'e self, mut visit: impl FnMut(&'e Expr)) {
        let mut open = vec![self];
        while let Some(node) = open.pop() {
            visit(node);
            match node {
                Self::Current | Self::Field(_) | Self::Global(_) | Self::Literal(_) | Self::Index(_) => {}
                Self::Not(only) => open.push(only),
                Self::Chain(left, right)
                | Self::Flatten(left, right)
                | Self::Or(left, right)
                | Self::And(left, right)
                | Self::Compare(_, left, right)
                | Self::Multiply(left, right) => open.extend([&**left, &**right]),
                Self::Filter { base, condition, rest } => open.extend([&**base, &**condition, &**rest]),
                Self::List(items) | Self::Call(_, items) => open.extend(items),
                Self::Object(pairs) => open.extend(pairs.iter().map(|(_, value)| value)),
            }
        }
    }
}
