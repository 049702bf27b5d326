//! SQL statements of memberships.

use crate::database::statements::statements;

statements! {
    /// Adds a person to a workspace.
    MEMBERSHIP_INSERT = "INSERT INTO memberships (workspace_id, user_id, role, created_at) VALUES (?1, ?2, ?3, ?4)";

    /// Returns the workspaces of a person, oldest first.
    MEMBERSHIPS_OF_USER = "SELECT m.workspace_id, m.user_id, m.role, m.created_at, w.name AS workspace_name, \
        w.plan AS plan, w.disabled_at AS suspended_at FROM memberships m JOIN workspaces w ON w.id = m.workspace_id \
        WHERE m.user_id = ?1 ORDER BY m.created_at LIMIT ?2";

    /// Returns the members of a workspace.
    MEMBER_LIST = "SELECT m.workspace_id, m.user_id, m.role, m.created_at, u.email, u.name, u.disabled_at \
        FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = ?1 AND m.user_id > ?2 \
        ORDER BY m.user_id LIMIT ?3";

    /// Returns the role of a member.
    MEMBER_ROLE = "SELECT role FROM memberships WHERE workspace_id = ?1 AND user_id = ?2";

    /// Requires that this person has this role in the workspace.
    MUST_MEMBER = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM memberships WHERE workspace_id = ?1 \
        AND user_id = ?2 AND role = ?3))";

    /// Changes the role of a member.
    MEMBER_SET_ROLE = "UPDATE memberships SET role = ?3 WHERE workspace_id = ?1 AND user_id = ?2";

    /// Removes a member.
    MEMBER_DELETE = "DELETE FROM memberships WHERE workspace_id = ?1 AND user_id = ?2";

    /// Switches the sessions of a former member to their oldest remaining workspace, or ends them.
    SESSION_MOVE = "UPDATE sessions SET \
        revoked_at = CASE WHEN EXISTS (SELECT 1 FROM memberships WHERE user_id = ?2) THEN revoked_at ELSE ?3 END, \
        workspace_id = COALESCE((SELECT workspace_id FROM memberships WHERE user_id = ?2 ORDER BY created_at LIMIT 1), \
        workspace_id) WHERE user_id = ?2 AND workspace_id = ?1 AND revoked_at IS NULL";
}
