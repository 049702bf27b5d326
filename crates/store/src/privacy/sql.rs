//! SQL statements of export, suspension and erasure.

use crate::database::statements::statements;

statements! {
    /// Returns the workspaces that would have no owner after the erasure of a person.
    ERASE_LAST_OWNED = "SELECT o.workspace_id FROM memberships o WHERE o.user_id = ?1 AND o.role = 'owner' \
        AND NOT EXISTS (SELECT 1 FROM memberships m JOIN users u ON u.id = m.user_id \
        WHERE m.workspace_id = o.workspace_id AND m.user_id <> ?1 AND m.role = 'owner' AND u.disabled_at IS NULL)";

    /// Adds the erasure of a person to the ledger.
    ERASE_LEDGER_INSERT = "INSERT INTO erasures (user_id, request_id, erased_at) VALUES (?1, ?2, ?3) \
        ON CONFLICT (user_id) DO NOTHING";

    /// Returns the ledger in order.
    ERASE_LEDGER = "SELECT user_id, request_id, erased_at FROM erasures WHERE user_id > ?1 ORDER BY user_id LIMIT ?2";

    /// Removes the person's sessions.
    ERASE_SESSIONS = "DELETE FROM sessions WHERE user_id = ?1";

    /// Removes the person's passkeys.
    ERASE_PASSKEYS = "DELETE FROM passkeys WHERE user_id = ?1";

    /// Removes the person's open challenges.
    ERASE_CHALLENGES = "DELETE FROM passkey_challenges WHERE user_id = ?1";

    /// Removes the person's password resets.
    ERASE_RESETS = "DELETE FROM links WHERE user_id = ?1";

    /// Removes invitations to the person's address.
    ERASE_INVITATIONS = "DELETE FROM links WHERE email = (SELECT email FROM users WHERE id = ?1)";

    /// Revokes the keys that the person created. They have no permissions any more, so this only makes it visible.
    ERASE_KEYS = "UPDATE api_keys SET revoked_at = ?2, revoked_for = 'creator erased' WHERE created_by = ?1 \
        AND revoked_at IS NULL";

    /// Revokes the OAuth2 clients that the person created.
    ERASE_CLIENTS = "UPDATE oauth_clients SET revoked_at = ?2 WHERE created_by = ?1 AND revoked_at IS NULL";

    /// Removes the person's memberships.
    ERASE_MEMBERSHIPS = "DELETE FROM memberships WHERE user_id = ?1";

    /// Removes the person's data keys, so that the data that they encrypted cannot be read any more.
    ERASE_DATA_KEYS = "DELETE FROM data_keys WHERE subject = ?1";

    /// Turns the person's row into a pseudonym, because audit rows refer to it.
    ERASE_USER = "UPDATE users SET email = 'erased:' || id, name = '', password_hash = NULL, password_pepper = NULL, \
        disabled_at = COALESCE(disabled_at, ?2) WHERE id = ?1";

    /// Adds the erasure of a workspace to the ledger. Runs first, because it permits the removal of the last owner.
    ERASE_WORKSPACE_LEDGER = "INSERT INTO workspace_erasures (workspace_id, request_id, erased_at) VALUES (?1, ?2, ?3) \
        ON CONFLICT (workspace_id) DO NOTHING";

    /// Requires that the workspace to be erased exists.
    MUST_WORKSPACE = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM workspaces WHERE id = ?1))";

    /// Switches sessions of the workspace to the person's oldest other workspace, or ends them.
    ERASE_WORKSPACE_SESSIONS = "UPDATE sessions SET \
        revoked_at = CASE WHEN EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = sessions.user_id) \
        THEN revoked_at ELSE ?2 END, \
        workspace_id = COALESCE((SELECT m.workspace_id FROM memberships m WHERE m.user_id = sessions.user_id \
        ORDER BY m.created_at LIMIT 1), workspace_id) WHERE workspace_id = ?1";

    /// Removes the memberships of a workspace.
    ERASE_WORKSPACE_MEMBERSHIPS = "DELETE FROM memberships WHERE workspace_id = ?1";

    /// Removes the invitations of a workspace.
    ERASE_WORKSPACE_LINKS = "DELETE FROM links WHERE workspace_id = ?1";

    /// Removes the keys of a workspace. Audit rows refer to them by ID.
    ERASE_WORKSPACE_KEYS = "DELETE FROM api_keys WHERE workspace_id = ?1";

    /// Removes the client secrets of a workspace.
    ERASE_WORKSPACE_SECRETS = "DELETE FROM oauth_secrets WHERE client_id IN \
        (SELECT id FROM oauth_clients WHERE workspace_id = ?1)";

    /// Removes the OAuth2 clients of a workspace.
    ERASE_WORKSPACE_CLIENTS = "DELETE FROM oauth_clients WHERE workspace_id = ?1";

    /// Removes the signing certificates of a workspace with their keys.
    ERASE_WORKSPACE_CERTIFICATES = "DELETE FROM signing_certificates WHERE workspace_id = ?1";

    /// Removes the stored responses of a workspace.
    ERASE_WORKSPACE_IDEMPOTENCY = "DELETE FROM idempotency WHERE workspace_id = ?1";

    /// Removes the label counts of a workspace.
    ERASE_WORKSPACE_USAGE = "DELETE FROM usage WHERE workspace_id = ?1";

    /// Removes the data keys of a workspace, so that the data that they encrypted cannot be read any more.
    ERASE_WORKSPACE_DATA_KEYS = "DELETE FROM data_keys WHERE workspace_id = ?1";

    /// Turns the workspace's row into a pseudonym, because audit rows refer to it. Its creator may then create another
    /// workspace.
    ERASE_WORKSPACE = "UPDATE workspaces SET name = '', created_by = NULL, provider = NULL, ai_system = NULL, \
        ai_system_version = NULL, producer_code = NULL, check_defaults = NULL, rate_limits = NULL, monthly_labels = NULL, \
        disabled_at = COALESCE(disabled_at, ?2) WHERE id = ?1";

    /// Requires that the person exists and was not erased.
    MUST_PERSON = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM users WHERE id = ?1) \
        AND NOT EXISTS (SELECT 1 FROM erasures WHERE user_id = ?1))";

    /// Requires that the workspace exists and was not erased.
    MUST_WORKSPACE_NOT_ERASED = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM workspaces WHERE id = ?1) \
        AND NOT EXISTS (SELECT 1 FROM workspace_erasures WHERE workspace_id = ?1))";

    /// Suspends a person.
    SUSPEND_PERSON = "UPDATE users SET disabled_at = COALESCE(disabled_at, ?2) WHERE id = ?1";

    /// Ends the sessions of a suspended person.
    SUSPEND_PERSON_SESSIONS = "UPDATE sessions SET revoked_at = ?2 WHERE user_id = ?1 AND revoked_at IS NULL";

    /// Lifts the suspension of a person.
    RESUME_PERSON = "UPDATE users SET disabled_at = NULL WHERE id = ?1";

    /// Suspends a workspace.
    SUSPEND_WORKSPACE = "UPDATE workspaces SET disabled_at = COALESCE(disabled_at, ?2) WHERE id = ?1";

    /// Ends the sessions in a suspended workspace.
    SUSPEND_WORKSPACE_SESSIONS = "UPDATE sessions SET revoked_at = ?2 WHERE workspace_id = ?1 AND revoked_at IS NULL";

    /// Lifts the suspension of a workspace.
    RESUME_WORKSPACE = "UPDATE workspaces SET disabled_at = NULL WHERE id = ?1";

    /// Returns the last links of the chains of a person's workspaces, with place 0 for an empty chain.
    ENDS_OF_PERSON = "SELECT m.workspace_id, COALESCE(c.seq, 0) AS seq, \
        COALESCE(c.head, '0000000000000000000000000000000000000000000000000000000000000000') AS head \
        FROM memberships m LEFT JOIN audit_chain c ON c.workspace_id = m.workspace_id \
        AND c.seq = (SELECT MAX(seq) FROM audit_chain WHERE workspace_id = m.workspace_id) WHERE m.user_id = ?1";

    /// Returns the last link of a workspace's chain, with place 0 for an empty chain.
    END_OF_WORKSPACE = "SELECT w.id AS workspace_id, COALESCE(c.seq, 0) AS seq, \
        COALESCE(c.head, '0000000000000000000000000000000000000000000000000000000000000000') AS head \
        FROM workspaces w LEFT JOIN audit_chain c ON c.workspace_id = w.id \
        AND c.seq = (SELECT MAX(seq) FROM audit_chain WHERE workspace_id = w.id) WHERE w.id = ?1";

    /// Returns the keys that the person created.
    EXPORT_KEYS = "SELECT id, workspace_id, kind, name, scopes, role, created_by, created_at, expires_at, last_used_at, \
        revoked_at, limit_id, rotated_from, replaced_by, allow, made_by_key FROM api_keys WHERE created_by = ?1 \
        AND id > ?2 ORDER BY id LIMIT ?3";

    /// Returns the OAuth2 clients that the person created.
    EXPORT_CLIENTS = "SELECT id, workspace_id, livemode, name, scopes, jwks, created_by, created_at, \
        tokens_not_before, revoked_at, made_by_key, limit_id FROM oauth_clients WHERE created_by = ?1 \
        AND id > ?2 ORDER BY id LIMIT ?3";

    /// Returns the events of files that the person labelled in the browser.
    EXPORT_EVENTS = "SELECT *, (SELECT sealed FROM data_keys WHERE id = filename_key) AS data_key FROM events \
        WHERE user_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3";

    /// Returns the admin events of the person.
    EXPORT_ADMIN = "SELECT *, (SELECT sealed FROM data_keys WHERE id = personal_key) AS data_key FROM admin_events \
        WHERE actor_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3";

    /// Returns the requests of the person.
    EXPORT_REQUESTS = "SELECT * FROM request_log WHERE actor_id = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3";
}
