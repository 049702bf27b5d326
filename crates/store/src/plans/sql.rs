//! SQL statements of plans and quotas.

use crate::database::statements::statements;

statements! {
    /// Counts ?3 live labels in month ?2, within the limit of the plan (?4 free, ?5 pro, ?6 agency) or of the contract.
    /// The table's constraint refuses any excess.
    USAGE_SPEND = "INSERT INTO usage (workspace_id, month, labels, allowed) \
        SELECT id, ?2, ?3, COALESCE(monthly_labels, CASE plan WHEN 'free' THEN ?4 WHEN 'pro' THEN ?5 \
        WHEN 'agency' THEN ?6 END) FROM workspaces WHERE id = ?1 \
        ON CONFLICT (workspace_id, month) DO UPDATE SET labels = labels + excluded.labels, allowed = excluded.allowed";

    /// Counts ?3 of the ?4 free labels of a person in month ?2, if the workspace is on the free plan and has a creator.
    FREE_SPEND = "INSERT INTO free_usage (user_id, month, labels, allowed) \
        SELECT created_by, ?2, ?3, ?4 FROM workspaces WHERE id = ?1 AND plan = 'free' AND created_by IS NOT NULL \
        ON CONFLICT (user_id, month) DO UPDATE SET labels = labels + excluded.labels, allowed = excluded.allowed";

    /// Requires that the workspace exists.
    MUST_WORKSPACE = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM workspaces WHERE id = ?1))";

    /// Returns the usage of a month and the current limits of the workspace.
    USAGE_FIND = "SELECT w.plan AS plan, w.monthly_labels AS monthly_labels, u.labels AS labels, \
        w.created_by AS created_by, f.labels AS free_labels FROM workspaces w \
        LEFT JOIN usage u ON u.workspace_id = w.id AND u.month = ?2 \
        LEFT JOIN free_usage f ON f.user_id = w.created_by AND f.month = ?2 WHERE w.id = ?1";

    /// Changes the plan. Contract limits end with their plan.
    PLAN_SET = "UPDATE workspaces SET plan = ?2, \
        monthly_labels = CASE WHEN ?2 = 'enterprise' THEN monthly_labels END, \
        rate_limits = CASE WHEN ?2 = 'enterprise' THEN rate_limits END WHERE id = ?1";

    /// Requires that the workspace is on the enterprise plan.
    MUST_ENTERPRISE = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM workspaces WHERE id = ?1 \
        AND plan = 'enterprise'))";

    /// Sets the limits of a contract.
    LIMITS_SET = "UPDATE workspaces SET monthly_labels = ?2, rate_limits = ?3 WHERE id = ?1";
}
