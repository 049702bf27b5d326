//! The rule table, one file per regime. Sources of every date and clause stand beside the rule.

mod california;
mod china;
mod eu;
mod shared;
mod washington;

use time::{Date, macros::date};

use crate::rule::Rule;

/// Version of the rule set: raised whenever a rule, date or logic changes.
pub(crate) const RULE_SET_VERSION: &str = "2026.11.1";
/// The day up to which the law was followed.
pub(crate) const RULE_SET_DATE: Date = date!(2026 - 11 - 21);
/// Article 111(4) of Regulation (EU) 2024/1689, added by Regulation (EU) 2026/1744: systems already on the market must
/// comply with Article 50(2) by this day.
pub(crate) const EU_GRACE_ENDS: Date = date!(2026 - 12 - 02);

/// Every rule, in the order of regions and ids.
pub(crate) fn rules() -> impl Iterator<Item = &'static Rule> {
    [eu::RULES, california::RULES, china::RULES, washington::RULES].into_iter().flatten()
}
