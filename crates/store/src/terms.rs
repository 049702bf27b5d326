//! What an operator grants a workspace: its plan and, on the enterprise plan, limits of its own. As statements for a
//! database that is not open here; see [`crate::bootstrap::render`].
//!
//! The grant is linked into the workspace's audit chain like every other change, so its end must be known. When somebody
//! appended in between, a precondition ends the batch, nothing of it is stored, and it is made anew from the new end.

use crate::accounts::Plan;
use crate::audit::{Actor, AdminAction, ChainKind, ChainPosition, Leaf, NewAdminEvent, admin_insert};
use crate::database::{DbError, Statement};
use crate::plans::{PlanError, RateLimits};
use crate::sql;
use labeler_ports::Rng;

/// The text that asks for the end of a workspace's audit chain, with `?1` for its id.
pub const CHAIN_END: &str = sql::audit::CHAIN_TIP;

/// What a workspace gets. What is not named here is as the plan has it, whatever was granted before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Which workspace.
    pub workspace_id: String,
    /// Its plan.
    pub plan: Plan,
    /// Live labels a month instead of the plan's; only with the enterprise plan.
    pub monthly_labels: Option<u32>,
    /// Rate limits instead of the usual ones, by endpoint; only with the enterprise plan.
    pub rates: RateLimits,
}

impl Terms {
    /// The statements that grant them, for one batch. `actor` says who does it, `end` where the workspace's audit chain
    /// ends.
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
            of_workspace(sql::plans::MUST_WORKSPACE),
            of_workspace(sql::audit::MUST_END).bind(end.seq).bind(end.head.as_str()),
            of_workspace(sql::plans::PLAN_SET).bind(plan.as_str()),
            of_workspace(sql::plans::LIMITS_SET)
                .bind(*monthly_labels)
                .bind((!rates.0.is_empty()).then(|| json.to_string())),
            insert,
            link,
        ])
    }
}
