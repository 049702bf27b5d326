//! SQL statements of workspaces and their settings.

use crate::database::statements::statements;

statements! {
    /// Inserts a workspace.
    WORKSPACE_INSERT = "INSERT INTO workspaces (id, name, plan, created_at, created_by) \
        VALUES (?1, ?2, ?3, ?4, ?5)";

    /// Returns a workspace.
    WORKSPACE_FIND = "SELECT id, name, plan, created_at FROM workspaces WHERE id = ?1";

    /// Ends the manifests of a workspace.
    MANIFESTS_END_OF_WORKSPACE = "UPDATE manifests SET expires_at = 0, user_id = NULL WHERE workspace_id = ?1";

    /// Requires that a person has created fewer than ?2 workspaces.
    MUST_FEW_WORKSPACES = "INSERT INTO must VALUES ((SELECT COUNT(*) FROM workspaces WHERE created_by = ?1) < ?2)";

    /// Returns all settings of a workspace.
    SETTINGS_FIND = "SELECT name, plan, file_names, request_log_days, monthly_labels, rate_limits, provider, ai_system, \
        ai_system_version, producer_code, sign_in, check_defaults, keep_manifests, manifest_days \
        FROM workspaces WHERE id = ?1";

    /// Requires that the settings still have these values.
    MUST_SETTINGS = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM workspaces WHERE id = ?1 AND name = ?2 \
        AND file_names = ?3 AND request_log_days = ?4 AND provider IS ?5 AND ai_system IS ?6 \
        AND ai_system_version IS ?7 AND producer_code IS ?8 AND sign_in = ?9 AND check_defaults IS ?10 \
        AND keep_manifests = ?11 AND manifest_days = ?12))";

    /// Sets the name, file names, retention of the request log, compliance profile, defaults of checks, and whether and
    /// how long manifests are kept.
    SETTINGS_SET = "UPDATE workspaces SET name = ?2, file_names = ?3, request_log_days = ?4, provider = ?5, \
        ai_system = ?6, ai_system_version = ?7, producer_code = ?8, sign_in = ?9, \
        check_defaults = ?10, keep_manifests = ?11, manifest_days = ?12 WHERE id = ?1";
}
