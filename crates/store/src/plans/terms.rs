//! Plan and contract limits that an operator grants a workspace. As statements for a
//! database that is not open here; see [`crate::database::render::to_sql_text`].
//!
//! The grant is linked into the workspace's audit chain like every other change, so the end of the chain must be known.
//! When another request appended in between, a precondition aborts the batch, and the operator starts again from the
//! new end.

use labeler_ports::Rng;

use crate::audit::admin::{AdminAction, NewAdminEvent, admin_insert};
use crate::audit::chain::{ChainKind, ChainPosition, Leaf};
use crate::audit::sql::{CHAIN_TIP, MUST_END};
use crate::database::{DbError, Statement};
use crate::model::Actor;
use crate::plans::{Plan, PlanError, RateLimits, sql};

/// SQL that reads the end of the audit chain of a workspace, with `?1` for its ID.
pub const CHAIN_END: &str = CHAIN_TIP;

/// Plan and limits to grant. Limits that are absent become those of the plan, whatever was granted before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// ID of the workspace.
    pub workspace_id: String,
    /// Plan of the workspace.
    pub plan: Plan,
    /// Live labels a month instead of the plan's; only with the enterprise plan.
    pub monthly_labels: Option<u32>,
    /// Rate limits instead of the usual ones, by endpoint; only with the enterprise plan.
    pub rates: RateLimits,
}

impl Terms {
    /// Returns the statements that grant the terms, for one batch. `actor` is the operator, `end` the end of the
    /// workspace's audit chain.
    ///
    /// # Errors
    /// [`PlanError::Limits`], [`PlanError::NotEnterprise`]; [`PlanError::Database`] without randomness.
    pub fn statements(
        &self,
        actor: &Actor,
        end: &ChainPosition,
        now_ms: i64,
        rng: &dyn Rng,
    ) -> Result<Vec<Statement>, PlanError> {
        let Self { workspace_id, plan, monthly_labels, rates } = self;
        if !rates.is_sound() {
            return Err(PlanError::Limits);
        }
        let has_limits = monthly_labels.is_some() || !rates.0.is_empty();
        if has_limits && *plan != Plan::Enterprise {
            return Err(PlanError::NotEnterprise);
        }
        let json = serde_json::to_value(rates).map_err(|error| DbError::Engine(error.to_string()))?;
        let event = NewAdminEvent::new(AdminAction::PlanChanged, workspace_id)
            .with("plan", plan.as_str())
            .with("monthlyLabels", *monthly_labels)
            .with("rateLimits", json.clone());
        let (id, insert) = admin_insert(workspace_id, actor, &event, now_ms, rng)?;
        let leaf = Leaf::of_insert(ChainKind::Admin, &id, &insert);
        let (_, link) = leaf.link(workspace_id, end, now_ms);
        let of_workspace = |sql: &'static str| Statement::new(sql).bind(workspace_id.as_str());
        Ok(vec![
            of_workspace(sql::MUST_WORKSPACE),
            of_workspace(MUST_END).bind(end.seq).bind(end.head.as_str()),
            of_workspace(sql::PLAN_SET).bind(plan.as_str()),
            of_workspace(sql::LIMITS_SET).bind(*monthly_labels).bind((!rates.0.is_empty()).then(|| json.to_string())),
            insert,
            link,
        ])
    }
}
