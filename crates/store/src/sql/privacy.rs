//! Statements of export and erasure.

statements! {
    /// Erasure: workspaces that would be left without an owner.
    ERASE_LAST_OWNED = "SELECT o.workspace_id FROM memberships o WHERE o.user_id = ?1 AND o.role = 'owner' \
        AND NOT EXISTS (SELECT 1 FROM memberships m JOIN users u ON u.id = m.user_id \
        WHERE m.workspace_id = o.workspace_id AND m.user_id <> ?1 AND m.role = 'owner' AND u.disabled_at IS NULL)";

    /// Erasure: the ledger.
    ERASE_LEDGER_INSERT = "INSERT INTO erasures (user_id, request_id, erased_at) VALUES (?1, ?2, ?3) \
        ON CONFLICT (user_id) DO NOTHING";

    /// Erasure: the ledger in order.
    ERASE_LEDGER = "SELECT user_id, request_id, erased_at FROM erasures WHERE user_id > ?1 ORDER BY user_id LIMIT ?2";

    /// Erasure: browsers.
    ERASE_SESSIONS = "DELETE FROM sessions WHERE user_id = ?1";

    /// Erasure: passkeys.
    ERASE_PASSKEYS = "DELETE FROM passkeys WHERE user_id = ?1";

    /// Erasure: ceremonies under way.
    ERASE_CHALLENGES = "DELETE FROM passkey_challenges WHERE user_id = ?1";

    /// Erasure: password resets.
    ERASE_RESETS = "DELETE FROM links WHERE user_id = ?1";

    /// Erasure: invitations to the person's address.
    ERASE_INVITATIONS = "DELETE FROM links WHERE email = (SELECT email FROM users WHERE id = ?1)";

    /// Erasure: keys the person made could do nothing any more; say so.
    ERASE_KEYS = "UPDATE api_keys SET revoked_at = ?2, revoked_for = 'creator erased' WHERE created_by = ?1 \
        AND revoked_at IS NULL";

    /// Erasure: the same for OAuth2 clients.
    ERASE_CLIENTS = "UPDATE oauth_clients SET revoked_at = ?2 WHERE created_by = ?1 AND revoked_at IS NULL";

    /// Erasure: memberships.
    ERASE_MEMBERSHIPS = "DELETE FROM memberships WHERE user_id = ?1";

    /// Erasure: what the person's data keys encrypted is unreadable from now on.
    ERASE_DATA_KEYS = "DELETE FROM data_keys WHERE subject = ?1";

    /// Erasure: the person's row stays as a pseudonym that audit rows point at.
    ERASE_USER = "UPDATE users SET email = 'erased:' || id, name = '', password_hash = NULL, password_pepper = NULL, \
        disabled_at = COALESCE(disabled_at, ?2) WHERE id = ?1";

    /// Export: keys the person made.
    EXPORT_KEYS = "SELECT id, workspace_id, kind, name, scopes, role, created_by, created_at, expires_at, last_used_at, \
        revoked_at, limit_id, rotated_from, replaced_by, allow FROM api_keys WHERE created_by = ?1 AND id > ?2 \
        ORDER BY id LIMIT ?3";

    /// Export: OAuth2 clients the person made.
    EXPORT_CLIENTS = "SELECT id, workspace_id, livemode, name, scopes, jwks, created_by, created_at, \
        tokens_not_before, revoked_at FROM oauth_clients WHERE created_by = ?1 AND id > ?2 ORDER BY id LIMIT ?3";

    /// Export: labelling events of the person in the browser.
    EXPORT_EVENTS = "SELECT *, (SELECT sealed FROM data_keys WHERE id = filename_key) AS data_key FROM events \
        WHERE user_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3";

    /// Export: what the person changed.
    EXPORT_ADMIN = "SELECT *, (SELECT sealed FROM data_keys WHERE id = personal_key) AS data_key FROM admin_events \
        WHERE actor_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3";

    /// Export: the person's requests.
    EXPORT_REQUESTS = "SELECT * FROM request_log WHERE actor_id = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3";
}
