//! Plans: how many live labels a month, and the limits that a contract changes.
//!
//! Invariant: a live label is counted in the batch that stores its audit row, under a constraint of the table, so that
//! neither parallel requests nor a change of plan in between can exceed the quota. The sandbox is not counted.

pub(crate) mod sql;
pub mod terms;

use std::collections::BTreeMap;

use labeler_ports::RatePolicy;
use serde::{Deserialize, Serialize};
use time::{Date, Month, OffsetDateTime};

use crate::audit::admin::{AdminAction, NewAdminEvent, commit};
use crate::database::row::parse_column;
use crate::database::{DbError, Row, Statement};
use crate::model::Actor;
use crate::names::named;
use crate::ports::Ports;

named! {
    /// Plan of a workspace.
    Plan {
        /// Without payment.
        Free = "free",
        /// For one person.
        Pro = "pro",
        /// With compliance certificates.
        Agency = "agency",
        /// With limits of its own contract.
        Enterprise = "enterprise",
    }
}

impl Plan {
    /// Whether compliance certificates may be downloaded (API reference: agency or higher).
    pub const fn has_certificates(self) -> bool {
        matches!(self, Self::Agency | Self::Enterprise)
    }

    /// Returns the live labels per calendar month (UTC); `None` is no limit. An enterprise contract may set one.
    pub const fn monthly_labels(self) -> Option<u32> {
        match self {
            Self::Free => Some(25),
            Self::Pro => Some(1_000),
            Self::Agency => Some(10_000),
            Self::Enterprise => None,
        }
    }
}

/// Usage of the current month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// `YYYY-MM`, UTC.
    pub month: String,
    /// Live labels so far. On the free plan, those of all free workspaces that the same person created.
    pub used: u64,
    /// Live labels in all; `None` is no limit.
    pub allowed: Option<u64>,
    /// When the next month begins, in milliseconds.
    pub resets_at_ms: i64,
}

impl Usage {
    /// Whether one more label is allowed now. Only recording it is decisive.
    pub fn has_room(&self) -> bool {
        self.allowed.is_none_or(|allowed| self.used < allowed)
    }
}

/// Names of the budgets that a contract can change: those of the endpoints that programs call.
pub const CONTRACT_BUDGETS: [&str; 9] = [
    "label",
    "label_batch",
    "label_url",
    "assets.list",
    "assets.get",
    "certificate.get",
    "check",
    "verify",
    "verify.hash",
];

/// Rate limits of a contract by the name of the endpoint's budget. Other budgets keep their usual limits.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RateLimits(pub BTreeMap<String, RateOverride>);

/// Rate limit of a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RateOverride {
    /// Calls per window.
    pub limit: u32,
    /// Length of the window in seconds.
    pub window_s: u32,
}

impl RateLimits {
    /// Returns the limit of an endpoint: the one of the contract, or the usual one. The cost of the call stays.
    pub fn apply(&self, endpoint: &str, usual: RatePolicy) -> RatePolicy {
        let changed = self.0.get(endpoint);
        changed.map_or(usual, |own| RatePolicy { limit: own.limit, window_s: own.window_s, ..usual })
    }

    pub(crate) fn of_row(row: &Row) -> Result<Self, DbError> {
        match row.optional_text("rate_limits")? {
            None => Ok(Self::default()),
            Some(json) => serde_json::from_str(json)
                .map_err(|_| DbError::Shape { column: "rate_limits", expected: "a JSON object of limits" }),
        }
    }

    pub(crate) fn is_sound(&self) -> bool {
        self.0.values().all(|own| own.limit > 0 && (1..=86_400).contains(&own.window_s))
    }
}

/// Error of changing the plan or the limits of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// No workspace has this ID.
    #[error("no workspace with this ID exists")]
    NotFound,
    /// Contract limits need the enterprise plan.
    #[error("contract limits need the enterprise plan; change the plan first")]
    NotEnterprise,
    /// A limit is 0, or a window is not 1 second to 1 day.
    #[error("a limit is at least 1, a window 1 to 86,400 seconds")]
    Limits,
    /// Error of the database.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Plans and quotas of all workspaces. From [`crate::Store::plans`].
#[derive(Debug, Clone)]
pub struct Plans {
    ports: Ports,
}

impl Plans {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Returns the usage of the current month.
    ///
    /// # Errors
    /// [`PlanError::NotFound`], [`PlanError::Database`].
    pub async fn usage(&self, workspace_id: &str) -> Result<Usage, PlanError> {
        let now = self.ports.clock.now_ms();
        let month = month_of(now)?;
        let statement = Statement::new(sql::USAGE_FIND).bind(workspace_id).bind(month.name.as_str());
        let rows = self.ports.db.query(statement).await?;
        let row = rows.first().ok_or(PlanError::NotFound)?;
        let plan: Plan = parse_column(row, "plan", "a plan")?;
        let own = row.optional_integer("monthly_labels")?.map(i64::unsigned_abs);
        let is_shared = plan == Plan::Free && row.optional_text("created_by")?.is_some();
        let used = row.optional_integer(if is_shared { "free_labels" } else { "labels" })?;
        Ok(Usage {
            month: month.name,
            used: used.unwrap_or(0).unsigned_abs(),
            allowed: own.or_else(|| plan.monthly_labels().map(u64::from)),
            resets_at_ms: month.end_ms,
        })
    }

    /// Changes the plan at once. Contract limits end with the enterprise plan.
    ///
    /// # Errors
    /// [`PlanError::NotFound`], [`PlanError::Database`].
    pub async fn set_plan(&self, actor: &Actor, workspace_id: &str, plan: Plan) -> Result<(), PlanError> {
        let event = NewAdminEvent::new(AdminAction::PlanChanged, workspace_id).with("plan", plan.as_str());
        let statements = vec![
            Statement::new(sql::MUST_WORKSPACE).bind(workspace_id),
            Statement::new(sql::PLAN_SET).bind(workspace_id).bind(plan.as_str()),
        ];
        commit(&self.ports, workspace_id, actor, &event, statements)
            .await
            .map(drop)
            .map_err(|error| if error.is_precondition() { PlanError::NotFound } else { error.into() })
    }

    /// Sets the limits of an enterprise contract: live labels a month (`None`: no limit) and rate limits.
    ///
    /// # Errors
    /// [`PlanError::Limits`], [`PlanError::NotEnterprise`] (also for an unknown workspace), [`PlanError::Database`].
    pub async fn set_limits(
        &self,
        actor: &Actor,
        workspace_id: &str,
        monthly_labels: Option<u32>,
        rates: &RateLimits,
    ) -> Result<(), PlanError> {
        if !rates.is_sound() {
            return Err(PlanError::Limits);
        }
        let json = serde_json::to_value(rates).map_err(|error| DbError::Engine(error.to_string()))?;
        let event = NewAdminEvent::new(AdminAction::PlanChanged, workspace_id)
            .with("monthlyLabels", monthly_labels)
            .with("rateLimits", json.clone());
        let statements = vec![
            Statement::new(sql::MUST_ENTERPRISE).bind(workspace_id),
            Statement::new(sql::LIMITS_SET)
                .bind(workspace_id)
                .bind(monthly_labels)
                .bind((!rates.0.is_empty()).then(|| json.to_string())),
        ];
        commit(&self.ports, workspace_id, actor, &event, statements)
            .await
            .map(drop)
            .map_err(|error| if error.is_precondition() { PlanError::NotEnterprise } else { error.into() })
    }
}

/// Returns the statements that count live labels. They abort their batch when the quota is used up.
pub(crate) fn spend(workspace_id: &str, labels: u32, now_ms: i64) -> Result<[Statement; 3], DbError> {
    let month = month_of(now_ms)?.name;
    Ok([
        Statement::new(sql::MUST_WORKSPACE).bind(workspace_id),
        Statement::new(sql::USAGE_SPEND)
            .bind(workspace_id)
            .bind(month.as_str())
            .bind(labels)
            .bind(Plan::Free.monthly_labels())
            .bind(Plan::Pro.monthly_labels())
            .bind(Plan::Agency.monthly_labels()),
        Statement::new(sql::FREE_SPEND).bind(workspace_id).bind(month).bind(labels).bind(Plan::Free.monthly_labels()),
    ])
}

/// Whether a batch was aborted because the labels of the month are used up.
pub(crate) fn is_sold_out(error: &DbError) -> bool {
    matches!(error, DbError::Constraint(message) if message.contains("monthly_quota"))
}

struct CalendarMonth {
    name: String,
    end_ms: i64,
}

fn month_of(now_ms: i64) -> Result<CalendarMonth, DbError> {
    let outside = |_| DbError::Limit("a time within the calendar");
    let now = OffsetDateTime::from_unix_timestamp(now_ms.div_euclid(1000)).map_err(outside)?;
    let next = now.month().next();
    let year = if next == Month::January { now.year().saturating_add(1) } else { now.year() };
    let end = Date::from_calendar_date(year, next, 1).map_err(outside)?.midnight().assume_utc();
    Ok(CalendarMonth {
        name: format!("{:04}-{:02}", now.year(), u8::from(now.month())),
        end_ms: end.unix_timestamp().saturating_mul(1000),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    #[test]
    fn ends_months_as_the_calendar_does() {
        for (now_ms, name, end_ms) in [
            // 2020-09-13T12:26:40Z, 2024-02-29T23:59:59.999Z, 2026-12-31T23:59:59.999Z, 2027-01-01T00:00:00Z
            (1_600_000_000_000, "2020-09", 1_601_510_400_000),
            (1_709_251_199_999, "2024-02", 1_709_251_200_000),
            (1_798_761_599_999, "2026-12", 1_798_761_600_000),
            (1_798_761_600_000, "2027-01", 1_801_440_000_000),
        ] {
            let month = month_of(now_ms).unwrap();
            assert_eq!((month.name.as_str(), month.end_ms), (name, end_ms));
        }
    }

    #[test]
    fn changes_only_the_limits_that_a_contract_names() {
        let rates: RateLimits = serde_json::from_str(r#"{"label":{"limit":300,"windowS":60}}"#).unwrap();
        let usual = RatePolicy { limit: 30, window_s: 300, cost: 2 };
        assert_eq!(rates.apply("label", usual), RatePolicy { limit: 300, window_s: 60, cost: 2 });
        assert_eq!(rates.apply("check", usual), usual);
        assert!(rates.is_sound());
        assert!(!serde_json::from_str::<RateLimits>(r#"{"label":{"limit":0,"windowS":60}}"#).unwrap().is_sound());
    }

    #[test]
    fn grants_certificates_from_agency_on() {
        let with: Vec<_> = Plan::ALL.iter().filter(|plan| plan.has_certificates()).map(|plan| plan.as_str()).collect();
        assert_eq!(with, ["agency", "enterprise"]);
    }
}
