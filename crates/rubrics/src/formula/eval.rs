//! Interpreter of parsed expressions.

use std::{collections::BTreeMap, rc::Rc};

use serde_json::{Map, Value};

use super::{
    budget::Budget,
    coerce,
    error::FormulaError,
    functions,
    syntax::{Expr, Function},
    value::Val,
    work::Work,
};

/// Global variables and named expressions of a rubric.
#[derive(Debug, Default)]
pub(crate) struct Definitions {
    /// `$name` to value.
    pub(crate) variables: Map<String, Value>,
    /// `_name` to its body, or to the error of parsing it.
    pub(crate) expressions: BTreeMap<String, Result<Expr, FormulaError>>,
    /// Number of arguments of each named expression.
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
    work: Work<'b>,
    /// `$args` of the innermost named expression that was called with any; expressions without parameters see their
    /// caller's.
    arguments: Option<Rc<Vec<Val<'a>>>>,
}

impl<'a, 'b> Evaluator<'a, 'b> {
    pub(crate) fn new(definitions: &'a Definitions, budget: &'b mut Budget) -> Self {
        Self { definitions, work: Work::new(budget), arguments: None }
    }

    /// Evaluates `node` with `current` as `@`.
    pub(crate) fn eval(&mut self, node: &'a Expr, current: &Val<'a>) -> Result<Val<'a>, FormulaError> {
        self.work.enter()?;
        let value = self.eval_node(node, current);
        self.work.leave();
        value
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
                self.work.compare(*comparison, &left, &right).map(Val::Bool)
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
                    function => functions::call(&mut self.work, function, &arguments),
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
            self.work.budget.spend(1)?;
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
}
