//! SQL statements of one-time links.

use crate::database::statements::statements;

statements! {
    /// Inserts a link.
    LINK_INSERT = "INSERT INTO links (id, kind, workspace_id, role, email, created_by, user_id, secret_mac, \
        pepper_version, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";

    /// Returns a link with the current role of its creator.
    LINK_FIND = "SELECT l.id, l.kind, l.workspace_id, l.role, l.email, l.created_by, l.user_id, l.secret_mac, \
        l.pepper_version, l.created_at, l.expires_at, l.used_at, l.revoked_at, w.name AS workspace_name, \
        (SELECT m.role FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = l.workspace_id \
        AND m.user_id = l.created_by AND u.disabled_at IS NULL AND w.disabled_at IS NULL) AS creator_role \
        FROM links l LEFT JOIN workspaces w ON w.id = l.workspace_id WHERE l.id = ?1";

    /// Requires that the link can be used now.
    MUST_LINK = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM links WHERE id = ?1 AND used_at IS NULL \
        AND revoked_at IS NULL AND expires_at > ?2))";

    /// Marks a link as used.
    LINK_USE = "UPDATE links SET used_at = ?2 WHERE id = ?1";

    /// Returns the open invitations of a workspace.
    LINK_LIST = "SELECT id, kind, workspace_id, role, email, created_by, created_at, expires_at FROM links \
        WHERE workspace_id = ?1 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > ?2 \
        ORDER BY created_at DESC LIMIT ?3";

    /// Requires an open invitation of this workspace.
    MUST_INVITATION = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM links WHERE id = ?1 AND workspace_id = ?2 \
        AND used_at IS NULL AND revoked_at IS NULL))";

    /// Revokes a link.
    LINK_REVOKE = "UPDATE links SET revoked_at = ?2 WHERE id = ?1";

    /// Requires an open invitation without an e-mail address.
    MUST_UNADDRESSED = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM links WHERE id = ?1 AND kind = 'invitation' \
        AND email IS NULL AND used_at IS NULL AND revoked_at IS NULL AND expires_at > ?2))";

    /// Sets a new secret, address and expiry. The link that was sent before becomes invalid.
    LINK_RENEW = "UPDATE links SET email = ?2, secret_mac = ?3, pepper_version = ?4, expires_at = ?5 WHERE id = ?1";

    /// Revokes earlier links of the first run.
    LINK_REVOKE_FIRST_RUN = "UPDATE links SET revoked_at = ?1 WHERE kind = 'first_run' AND revoked_at IS NULL";

    /// Revokes the open password resets of a person.
    LINK_REVOKE_RESETS = "UPDATE links SET revoked_at = ?2 WHERE user_id = ?1 AND kind = 'password_reset' \
        AND revoked_at IS NULL";

    /// Removes links that ended before ?1, a limited number per run.
    LINK_PURGE = "DELETE FROM links WHERE id IN (SELECT id FROM links WHERE expires_at <= ?1 \
        ORDER BY expires_at LIMIT ?2)";
}
