//! The interpreter.

use std::{collections::BTreeMap, rc::Rc};

use serde_json::{Map, Value};

use super::{
    FormulaError, coerce, functions,
    syntax::{Comparison, Expr, Function},
    value::Val,
};

/// How deep nodes, named expressions and compared values may nest together. The rubrics need about thirty.
const MAX_DEPTH: usize = 96;

/// How much work is left: one step for each node visited and each element or member looked at, and one for every 64
/// bytes of a string that is searched or copied.
#[derive(Debug)]
pub(crate) struct Budget(u64);

impl Budget {
    pub(crate) fn new(steps: u64) -> Self {
        Self(steps)
    }

    /// Steps not spent yet.
    pub(crate) fn left(&self) -> u64 {
        self.0
    }

    /// Takes `steps` off; an error when they are not left, and from then on always.
    pub(crate) fn spend(&mut self, steps: usize) -> Result<(), FormulaError> {
        match self.0.checked_sub(steps as u64) {
            Some(left) => {
                self.0 = left;
                Ok(())
            }
            None => {
                self.0 = 0;
                Err(FormulaError::Limit)
            }
        }
    }

    /// The price of looking at all of `text`.
    pub(crate) fn spend_text(&mut self, text: &str) -> Result<(), FormulaError> {
        self.spend(1 + text.len() / 64)
    }
}

/// A rubric's globals and named expressions.
#[derive(Debug, Default)]
pub(crate) struct Definitions {
    /// `$name` to value.
    pub(crate) variables: Map<String, Value>,
    /// `_name` to its body, or to why it cannot be read.
    pub(crate) expressions: BTreeMap<String, Result<Expr, FormulaError>>,
    /// How many arguments each named expression takes.
    arities: BTreeMap<String, usize>,
}

impl Definitions {
    /// Definitions with the arities that the bodies imply. The rubrics declare none; the official evaluator takes the
    /// most arguments with which another named expression calls it, or one more than the highest `$args` index that its
    /// own body uses, whichever is more.
    pub(crate) fn new(
        variables: Map<String, Value>,
        expressions: BTreeMap<String, Result<Expr, FormulaError>>,
    ) -> Self {
        let mut arities: BTreeMap<String, usize> = expressions.keys().map(|name| (name.clone(), 0)).collect();
        for (name, body) in &expressions {
            let Ok(body) = body else { continue };
            let mut own = 0;
            body.walk(|node| match node {
                Expr::Call(Function::Named(callee), arguments) => {
                    if let Some(arity) = arities.get_mut(callee) {
                        *arity = (*arity).max(arguments.len());
                    }
                }
                Expr::Global(global) if global == ARGUMENTS => own = own.max(1),
                Expr::Chain(left, right) => {
                    if let (Expr::Global(global), Expr::Index(index)) = (&**left, &**right)
                        && global == ARGUMENTS
                    {
                        own = own.max(usize::try_from(*index).unwrap_or(0).saturating_add(1));
                    }
                }
                _ => {}
            });
            if let Some(arity) = arities.get_mut(name) {
                *arity = (*arity).max(own);
            }
        }
        Self { variables, expressions, arities }
    }
}

/// The global that holds a named expression's arguments.
const ARGUMENTS: &str = "$args";

/// Evaluates expressions of one rubric.
pub(crate) struct Evaluator<'a, 'b> {
    definitions: &'a Definitions,
    budget: &'b mut Budget,
    /// `$args` of the innermost named expression that was called with any; expressions without parameters see their
    /// caller's.
    arguments: Option<Rc<Vec<Val<'a>>>>,
    depth: usize,
}

impl<'a, 'b> Evaluator<'a, 'b> {
    pub(crate) fn new(definitions: &'a Definitions, budget: &'b mut Budget) -> Self {
        Self { definitions, budget, arguments: None, depth: 0 }
    }

    pub(crate) fn budget(&mut self) -> &mut Budget {
        self.budget
    }

    /// The value of `node` where `@` is `current`.
    pub(crate) fn eval(&mut self, node: &'a Expr, current: &Val<'a>) -> Result<Val<'a>, FormulaError> {
        self.nested(|this| this.eval_node(node, current))
    }

    /// Runs `body` one level deeper.
    pub(crate) fn nested<T>(
        &mut self,
        body: impl FnOnce(&mut Self) -> Result<T, FormulaError>,
    ) -> Result<T, FormulaError> {
        self.budget.spend(1)?;
        if self.depth >= MAX_DEPTH {
            return Err(FormulaError::Limit);
        }
        self.depth += 1;
        let result = body(self);
        self.depth -= 1;
        result
    }

    fn eval_node(&mut self, node: &'a Expr, current: &Val<'a>) -> Result<Val<'a>, FormulaError> {
        match node {
            Expr::Current => Ok(current.clone()),
            Expr::Field(name) => Ok(current.member(name).unwrap_or(Val::Null)),
            Expr::Global(name) => Ok(self.global(name)),
            Expr::Literal(value) => Ok(Val::from(value)),
            Expr::Index(index) => Ok(current.element(*index).unwrap_or(Val::Null)),
            Expr::Chain(left, right) => {
                let left = self.eval(left, current)?;
                self.eval(right, &left)
            }
            Expr::Flatten(base, rest) => self.flatten(base, rest, current),
            Expr::Filter { base, condition, rest } => self.filter(base, condition, rest, current),
            Expr::Or(left, right) => {
                let left = self.eval(left, current)?;
                if left.is_truthy() { Ok(left) } else { self.eval(right, current) }
            }
            Expr::And(left, right) => {
                let left = self.eval(left, current)?;
                if left.is_truthy() { self.eval(right, current) } else { Ok(left) }
            }
            Expr::Not(operand) => Ok(Val::Bool(!self.eval(operand, current)?.is_truthy())),
            Expr::Compare(comparison, left, right) => {
                let left = self.eval(left, current)?;
                let right = self.eval(right, current)?;
                self.compare(*comparison, &left, &right).map(Val::Bool)
            }
            Expr::Multiply(left, right) => {
                let left = coerce::number("*", &self.eval(left, current)?)?;
                let right = coerce::number("*", &self.eval(right, current)?)?;
                Ok(Val::Number(left * right))
            }
            Expr::List(items) => {
                items.iter().map(|item| self.eval(item, current)).collect::<Result<_, _>>().map(Val::list)
            }
            Expr::Object(pairs) => self.object(pairs, current),
            Expr::Call(Function::If, branches) => self.choose(branches, current),
            Expr::Call(function, arguments) => {
                let arguments =
                    arguments.iter().map(|argument| self.eval(argument, current)).collect::<Result<Vec<_>, _>>()?;
                match function {
                    Function::Named(name) => self.call_named(name, arguments, current),
                    function => functions::call(self, function, &arguments),
                }
            }
        }
    }

    fn global(&self, name: &str) -> Val<'a> {
        match &self.arguments {
            Some(arguments) if name == ARGUMENTS => Val::List(Rc::clone(arguments)),
            _ => self.definitions.variables.get(name).map_or(Val::Null, Val::from),
        }
    }

    fn flatten(&mut self, base: &'a Expr, rest: &'a Expr, current: &Val<'a>) -> Result<Val<'a>, FormulaError> {
        let base = self.eval(base, current)?;
        if !base.is_array() {
            return Ok(Val::Null);
        }
        let mut out = Vec::new();
        for item in base.elements() {
            if item.is_array() {
                for inner in item.elements() {
                    out.push(self.eval(rest, &inner)?);
                }
            } else {
                out.push(self.eval(rest, &item)?);
            }
            self.budget.spend(1)?;
        }
        Ok(Val::list(out))
    }

    fn filter(
        &mut self,
        base: &'a Expr,
        condition: &'a Expr,
        rest: &'a Expr,
        current: &Val<'a>,
    ) -> Result<Val<'a>, FormulaError> {
        let base = self.eval(base, current)?;
        if !base.is_array() {
            return Ok(Val::Null);
        }
        let mut out = Vec::new();
        for item in base.elements() {
            if self.eval(condition, &item)?.is_truthy() {
                out.push(self.eval(rest, &item)?);
            }
        }
        Ok(Val::list(out))
    }

    fn object(&mut self, pairs: &'a [(String, Expr)], current: &Val<'a>) -> Result<Val<'a>, FormulaError> {
        let mut out: Vec<(&'a str, Val<'a>)> = Vec::with_capacity(pairs.len());
        for (key, value) in pairs {
            let value = self.eval(value, current)?;
            match out.iter_mut().find(|(known, _)| known == key) {
                Some(known) => known.1 = value,
                None => out.push((key, value)),
            }
        }
        Ok(Val::Record(Rc::new(out)))
    }

    /// `if(condition, then, else)`: the branch not taken is not evaluated.
    fn choose(&mut self, branches: &'a [Expr], current: &Val<'a>) -> Result<Val<'a>, FormulaError> {
        let [condition, then, otherwise] = branches else {
            return Err(FormulaError::Arguments { name: "if".to_owned(), expected: 3, found: branches.len() });
        };
        let branch = if self.eval(condition, current)?.is_truthy() { then } else { otherwise };
        self.eval(branch, current)
    }

    fn call_named(&mut self, name: &str, arguments: Vec<Val<'a>>, current: &Val<'a>) -> Result<Val<'a>, FormulaError> {
        let body = match self.definitions.expressions.get(name) {
            Some(Ok(body)) => body,
            Some(Err(error)) => return Err(error.clone()),
            None => return Err(FormulaError::UnknownFunction(name.to_owned())),
        };
        let expected = self.definitions.arities.get(name).copied().unwrap_or(0);
        if arguments.len() != expected {
            return Err(FormulaError::Arguments { name: name.to_owned(), expected, found: arguments.len() });
        }
        if expected == 0 {
            return self.eval(body, current);
        }
        let outer = self.arguments.replace(Rc::new(arguments));
        let result = self.eval(body, current);
        self.arguments = outer;
        result
    }

    fn compare(&mut self, comparison: Comparison, left: &Val<'a>, right: &Val<'a>) -> Result<bool, FormulaError> {
        match comparison {
            Comparison::Equal => return self.equal(left, right),
            Comparison::NotEqual => return Ok(!self.equal(left, right)?),
            _ => {}
        }
        // Two strings compare by code point, anything else as numbers; what is no number compares as false.
        let order = match (left.as_str(), right.as_str()) {
            (Some(left), Some(right)) => {
                self.budget.spend_text(left)?;
                Some(left.cmp(right))
            }
            _ => match (coerce::number("comparison", left), coerce::number("comparison", right)) {
                (Ok(left), Ok(right)) => left.partial_cmp(&right),
                _ => None,
            },
        };
        Ok(order.is_some_and(|order| match comparison {
            Comparison::Less => order.is_lt(),
            Comparison::LessOrEqual => order.is_le(),
            Comparison::Greater => order.is_gt(),
            _ => order.is_ge(),
        }))
    }

    /// Equality without conversion: kinds must agree, arrays element by element, objects member by member in any order.
    pub(crate) fn equal(&mut self, left: &Val<'a>, right: &Val<'a>) -> Result<bool, FormulaError> {
        match (left, right) {
            (Val::Null, Val::Null) => return Ok(true),
            (Val::Bool(left), Val::Bool(right)) => return Ok(left == right),
            (Val::Number(left), Val::Number(right)) => return Ok(left == right),
            _ => {}
        }
        if let (Some(left), Some(right)) = (left.as_str(), right.as_str()) {
            self.budget.spend_text(left)?;
            return Ok(left == right);
        }
        let both_arrays = left.is_array() && right.is_array();
        let both_objects = left.is_object() && right.is_object();
        if !(both_arrays || both_objects) || left.len() != right.len() {
            return Ok(false);
        }
        self.nested(|this| {
            if both_arrays {
                for (left, right) in left.elements().zip(right.elements()) {
                    this.budget.spend(1)?;
                    if !this.equal(&left, &right)? {
                        return Ok(false);
                    }
                }
                return Ok(true);
            }
            for (key, left) in left.members() {
                this.budget.spend(1)?;
                let Some(right) = right.member(key) else {
                    return Ok(false);
                };
                if !this.equal(&left, &right)? {
                    return Ok(false);
                }
            }
            Ok(true)
        })
    }
}
