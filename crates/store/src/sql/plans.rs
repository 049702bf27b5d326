//! Statements of plans, quotas and workspace settings.

statements! {
    /// Plans: count ?3 live labels of month ?2, within what plan (?4 free, ?5 pro, ?6 agency) or contract allow. The
    /// table's constraint refuses one too many.
    USAGE_SPEND = "INSERT INTO usage (workspace_id, month, labels, allowed) \
        SELECT id, ?2, ?3, COALESCE(monthly_labels, CASE plan WHEN 'free' THEN ?4 WHEN 'pro' THEN ?5 \
        WHEN 'agency' THEN ?6 END) FROM workspaces WHERE id = ?1 \
        ON CONFLICT (workspace_id, month) DO UPDATE SET labels = labels + excluded.labels, allowed = excluded.allowed";

    /// Plans: count ?3 of the ?4 free labels of month ?2 that a person has, if the workspace is free and somebody's.
    FREE_SPEND = "INSERT INTO free_usage (user_id, month, labels, allowed) \
        SELECT created_by, ?2, ?3, ?4 FROM workspaces WHERE id = ?1 AND plan = 'free' AND created_by IS NOT NULL \
        ON CONFLICT (user_id, month) DO UPDATE SET labels = labels + excluded.labels, allowed = excluded.allowed";

    /// Plans: a precondition: a person has made fewer than ?2 workspaces.
    MUST_FEW_WORKSPACES = "INSERT INTO must VALUES ((SELECT COUNT(*) FROM workspaces WHERE created_by = ?1) < ?2)";

    /// Plans: a precondition: the workspace exists.
    MUST_WORKSPACE = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM workspaces WHERE id = ?1))";

    /// Plans: what a month has used, and what the workspace may now.
    USAGE_FIND = "SELECT w.plan AS plan, w.monthly_labels AS monthly_labels, u.labels AS labels, \
        w.created_by AS created_by, f.labels AS free_labels FROM workspaces w \
        LEFT JOIN usage u ON u.workspace_id = w.id AND u.month = ?2 \
        LEFT JOIN free_usage f ON f.user_id = w.created_by AND f.month = ?2 WHERE w.id = ?1";

    /// Plans: another plan. Limits of a contract end with the plan they belong to.
    PLAN_SET = "UPDATE workspaces SET plan = ?2, \
        monthly_labels = CASE WHEN ?2 = 'enterprise' THEN monthly_labels END, \
        rate_limits = CASE WHEN ?2 = 'enterprise' THEN rate_limits END WHERE id = ?1";

    /// Plans: a precondition: the workspace is on the enterprise plan.
    MUST_ENTERPRISE = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM workspaces WHERE id = ?1 \
        AND plan = 'enterprise'))";

    /// Plans: limits of a contract.
    LIMITS_SET = "UPDATE workspaces SET monthly_labels = ?2, rate_limits = ?3 WHERE id = ?1";

    /// Settings: all of a workspace.
    SETTINGS_FIND = "SELECT name, plan, file_names, request_log_days, monthly_labels, rate_limits, provider, ai_system, \
        ai_system_version, producer_code, sign_in, check_defaults, keep_manifests, manifest_days \
        FROM workspaces WHERE id = ?1";

    /// Settings: a precondition: they are still these.
    MUST_SETTINGS = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM workspaces WHERE id = ?1 AND name = ?2 \
        AND file_names = ?3 AND request_log_days = ?4 AND provider IS ?5 AND ai_system IS ?6 \
        AND ai_system_version IS ?7 AND producer_code IS ?8 AND sign_in = ?9 AND check_defaults IS ?10 \
        AND keep_manifests = ?11 AND manifest_days = ?12))";

    /// Settings: name, file names, days of the request log, the compliance profile, the defaults of checks, and whether
    /// and how long manifests are kept.
    SETTINGS_SET = "UPDATE workspaces SET name = ?2, file_names = ?3, request_log_days = ?4, provider = ?5, \
        ai_system = ?6, ai_system_version = ?7, producer_code = ?8, sign_in = ?9, \
        check_defaults = ?10, keep_manifests = ?11, manifest_days = ?12 WHERE id = ?1";
}
