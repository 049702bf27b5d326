//! Remaining budget and depth of one evaluation, and the comparisons that spend them.

use super::{budget::Budget, coerce, error::FormulaError, syntax::Comparison, value::Val};

/// Deepest nesting of nodes, named expressions and compared values together. The rubrics need about 30.
const MAX_DEPTH: usize = 96;

/// Budget and depth of one evaluation.
#[derive(Debug)]
pub(super) struct Work<'b> {
    /// Steps that are left.
    pub(super) budget: &'b mut Budget,
    depth: usize,
}

impl<'b> Work<'b> {
    pub(super) fn new(budget: &'b mut Budget) -> Self {
        Self { budget, depth: 0 }
    }

    /// Goes one level deeper for one step. [`Work::leave`] goes back.
    pub(super) fn enter(&mut self) -> Result<(), FormulaError> {
        self.budget.spend(1)?;
        if self.depth >= MAX_DEPTH {
            return Err(FormulaError::Limit);
        }
        self.depth += 1;
        Ok(())
    }

    /// Goes back one level.
    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Runs `body` one level deeper.
    pub(super) fn nested<T>(
        &mut self,
        body: impl FnOnce(&mut Self) -> Result<T, FormulaError>,
    ) -> Result<T, FormulaError> {
        self.enter()?;
        let result = body(self);
        self.leave();
        result
    }

    /// Compares without conversion for equality, and as texts or numbers for order.
    pub(super) fn compare<'a>(
        &mut self,
        comparison: Comparison,
        left: &Val<'a>,
        right: &Val<'a>,
    ) -> Result<bool, FormulaError> {
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
    pub(super) fn equal<'a>(&mut self, left: &Val<'a>, right: &Val<'a>) -> Result<bool, FormulaError> {
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
