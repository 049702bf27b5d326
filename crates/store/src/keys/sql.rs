//! SQL statements of API keys.

use crate::database::statements::statements;

statements! {
    /// Inserts a key.
    KEY_INSERT = "INSERT INTO api_keys (id, workspace_id, kind, name, scopes, role, secret_mac, pepper_version, \
        created_by, created_at, expires_at, limit_id, rotated_from, allow, made_by_key) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";

    /// Returns all data that authentication needs about a key. The creator's role is NULL if the person has left the
    /// workspace or is disabled.
    KEY_VERIFY = "SELECT k.id, k.workspace_id, k.kind, k.name, k.scopes, k.role, k.secret_mac, k.pepper_version, \
        k.created_by, k.created_at, k.expires_at, k.last_used_at, k.revoked_at, k.limit_id, k.rotated_from, \
        k.replaced_by, k.allow, k.made_by_key, w.plan AS plan, w.rate_limits AS rate_limits, \
        CASE WHEN u.disabled_at IS NULL AND w.disabled_at IS NULL THEN m.role END AS creator_role \
        FROM api_keys k \
        JOIN workspaces w ON w.id = k.workspace_id \
        JOIN users u ON u.id = k.created_by \
        LEFT JOIN memberships m ON m.workspace_id = k.workspace_id AND m.user_id = k.created_by \
        WHERE k.id = ?1";

    /// Returns a key of a workspace.
    KEY_FIND = "SELECT id, workspace_id, kind, name, scopes, role, created_by, created_at, expires_at, last_used_at, \
        revoked_at, limit_id, rotated_from, replaced_by, allow, made_by_key FROM api_keys WHERE id = ?1 AND workspace_id = ?2";

    /// Returns a page of keys of a workspace before the position (?2, ?3), newest first.
    KEY_LIST = "SELECT id, workspace_id, kind, name, scopes, role, created_by, created_at, expires_at, last_used_at, \
        revoked_at, limit_id, rotated_from, replaced_by, allow, made_by_key FROM api_keys WHERE workspace_id = ?1 \
        AND (created_at, id) < (?2, ?3) ORDER BY created_at DESC, id DESC LIMIT ?4";

    /// Records a use, at most once a minute (?3: a minute before ?2).
    KEY_TOUCH = "UPDATE api_keys SET last_used_at = ?2 \
        WHERE id = ?1 AND (last_used_at IS NULL OR last_used_at <= ?3)";

    /// Replaces the MAC by one with the current pepper.
    KEY_REPEPPER = "UPDATE api_keys SET secret_mac = ?2, pepper_version = ?3 WHERE id = ?1 AND pepper_version = ?4";

    /// Revokes a key. A revoked key keeps its first date.
    KEY_REVOKE = "UPDATE api_keys SET revoked_at = ?3 WHERE id = ?1 AND workspace_id = ?2 AND revoked_at IS NULL";

    /// Requires that the key can be replaced now.
    MUST_REPLACEABLE = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM api_keys WHERE id = ?1 AND workspace_id = ?2 \
        AND revoked_at IS NULL AND replaced_by IS NULL AND (expires_at IS NULL OR expires_at > ?3)))";

    /// Marks a key as replaced by ?2. It ends at ?3 or at its own expiry, whichever is earlier.
    KEY_REPLACE = "UPDATE api_keys SET replaced_by = ?2, expires_at = MIN(COALESCE(expires_at, ?3), ?3) WHERE id = ?1";

    /// Requires that the key is not revoked.
    MUST_UNREVOKED = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM api_keys WHERE id = ?1 AND workspace_id = ?2 \
        AND revoked_at IS NULL))";

    /// Requires that the key may create or replace keys now.
    MUST_WORK = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM api_keys WHERE id = ?1 AND workspace_id = ?2 \
        AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?3)))";

    /// Returns the active keys that a key created, directly or through other keys, with their replacements.
    KEY_MADE = "WITH RECURSIVE made(id) AS (SELECT ?1 UNION \
        SELECT k.id FROM made JOIN api_keys k ON k.made_by_key = made.id UNION \
        SELECT k.id FROM made JOIN api_keys k ON k.rotated_from = made.id WHERE made.id <> ?1) \
        SELECT k.id FROM made JOIN api_keys k ON k.id = made.id WHERE k.workspace_id = ?2 AND k.id <> ?1 \
        AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ?3) LIMIT ?4";

    /// Returns the active OAuth2 clients that a key or these keys created.
    KEY_MADE_CLIENTS = "WITH RECURSIVE made(id) AS (SELECT ?1 UNION \
        SELECT k.id FROM made JOIN api_keys k ON k.made_by_key = made.id UNION \
        SELECT k.id FROM made JOIN api_keys k ON k.rotated_from = made.id WHERE made.id <> ?1) \
        SELECT c.id FROM made JOIN oauth_clients c ON c.made_by_key = made.id WHERE c.workspace_id = ?2 \
        AND c.revoked_at IS NULL LIMIT ?3";

    /// Revokes a key with a reason.
    KEY_END = "UPDATE api_keys SET revoked_at = ?2, revoked_for = ?3 WHERE id = ?1 AND revoked_at IS NULL";

    /// Revokes a client.
    CLIENT_REVOKE = "UPDATE oauth_clients SET revoked_at = ?2 WHERE id = ?1";
}
