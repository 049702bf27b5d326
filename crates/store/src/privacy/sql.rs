//! SQL statements of export, suspension and erasure.

use crate::database::statements::statements;

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

    /// Erasure of a workspace: the ledger. First, because it lets the last owner go.
    ERASE_WORKSPACE_LEDGER = "INSERT INTO workspace_erasures (workspace_id, request_id, erased_at) VALUES (?1, ?2, ?3) \
        ON CONFLICT (workspace_id) DO NOTHING";

    /// Erasure of a workspace: a precondition: it is there.
    MUST_WORKSPACE = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM workspaces WHERE id = ?1))";

    /// Erasure of a workspace: browsers that look at it turn to the person's oldest other workspace, or end.
    ERASE_WORKSPACE_SESSIONS = "UPDATE sessions SET \
        revoked_at = CASE WHEN EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = sessions.user_id) \
        THEN revoked_at ELSE ?2 END, \
        workspace_id = COALESCE((SELECT m.workspace_id FROM memberships m WHERE m.user_id = sessions.user_id \
        ORDER BY m.created_at LIMIT 1), workspace_id) WHERE workspace_id = ?1";

    /// Erasure of a workspace: memberships.
    ERASE_WORKSPACE_MEMBERSHIPS = "DELETE FROM memberships WHERE workspace_id = ?1";

    /// Erasure of a workspace: invitations.
    ERASE_WORKSPACE_LINKS = "DELETE FROM links WHERE workspace_id = ?1";

    /// Erasure of a workspace: keys; audit rows name them by their ids.
    ERASE_WORKSPACE_KEYS = "DELETE FROM api_keys WHERE workspace_id = ?1";

    /// Erasure of a workspace: secrets of OAuth2 clients.
    ERASE_WORKSPACE_SECRETS = "DELETE FROM oauth_secrets WHERE client_id IN \
        (SELECT id FROM oauth_clients WHERE workspace_id = ?1)";

    /// Erasure of a workspace: OAuth2 clients.
    ERASE_WORKSPACE_CLIENTS = "DELETE FROM oauth_clients WHERE workspace_id = ?1";

    /// Erasure of a workspace: signing certificates with their keys.
    ERASE_WORKSPACE_CERTIFICATES = "DELETE FROM signing_certificates WHERE workspace_id = ?1";

    /// Erasure of a workspace: what requests led to.
    ERASE_WORKSPACE_IDEMPOTENCY = "DELETE FROM idempotency WHERE workspace_id = ?1";

    /// Erasure of a workspace: counts of labels.
    ERASE_WORKSPACE_USAGE = "DELETE FROM usage WHERE workspace_id = ?1";

    /// Erasure of a workspace: what its data keys encrypted is unreadable from now on.
    ERASE_WORKSPACE_DATA_KEYS = "DELETE FROM data_keys WHERE workspace_id = ?1";

    /// Erasure of a workspace: its row stays as a pseudonym that audit rows point at, and leaves room for another one
    /// of its creator.
    ERASE_WORKSPACE = "UPDATE workspaces SET name = '', created_by = NULL, provider = NULL, ai_system = NULL, \
        ai_system_version = NULL, producer_code = NULL, check_defaults = NULL, rate_limits = NULL, monthly_labels = NULL, \
        disabled_at = COALESCE(disabled_at, ?2) WHERE id = ?1";

    /// Suspension: a precondition: the person is there and was not erased.
    MUST_PERSON = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM users WHERE id = ?1) \
        AND NOT EXISTS (SELECT 1 FROM erasures WHERE user_id = ?1))";

    /// Suspension: a precondition: the workspace is there and was not erased.
    MUST_WORKSPACE_NOT_ERASED = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM workspaces WHERE id = ?1) \
        AND NOT EXISTS (SELECT 1 FROM workspace_erasures WHERE workspace_id = ?1))";

    /// Suspension: of a person.
    SUSPEND_PERSON = "UPDATE users SET disabled_at = COALESCE(disabled_at, ?2) WHERE id = ?1";

    /// Suspension: the person's browsers end.
    SUSPEND_PERSON_SESSIONS = "UPDATE sessions SET revoked_at = ?2 WHERE user_id = ?1 AND revoked_at IS NULL";

    /// Suspension: of a person, lifted.
    RESUME_PERSON = "UPDATE users SET disabled_at = NULL WHERE id = ?1";

    /// Suspension: of a workspace.
    SUSPEND_WORKSPACE = "UPDATE workspaces SET disabled_at = COALESCE(disabled_at, ?2) WHERE id = ?1";

    /// Suspension: browsers that look at the workspace end.
    SUSPEND_WORKSPACE_SESSIONS = "UPDATE sessions SET revoked_at = ?2 WHERE workspace_id = ?1 AND revoked_at IS NULL";

    /// Suspension: of a workspace, lifted.
    RESUME_WORKSPACE = "UPDATE workspaces SET disabled_at = NULL WHERE id = ?1";

    /// The ends of the chains of the workspaces of a person; place 0 for one that has not begun.
    ENDS_OF_PERSON = "SELECT m.workspace_id, COALESCE(c.seq, 0) AS seq, \
        COALESCE(c.head, '0000000000000000000000000000000000000000000000000000000000000000') AS head \
        FROM memberships m LEFT JOIN audit_chain c ON c.workspace_id = m.workspace_id \
        AND c.seq = (SELECT MAX(seq) FROM audit_chain WHERE workspace_id = m.workspace_id) WHERE m.user_id = ?1";

    /// The end of the chain of a workspace, in the same form.
    END_OF_WORKSPACE = "SELECT w.id AS workspace_id, COALESCE(c.seq, 0) AS seq, \
        COALESCE(c.head, '0000000000000000000000000000000000000000000000000000000000000000') AS head \
        FROM workspaces w LEFT JOIN audit_chain c ON c.workspace_id = w.id \
        AND c.seq = (SELECT MAX(seq) FROM audit_chain WHERE workspace_id = w.id) WHERE w.id = ?1";

    /// Export: keys the person made.
    EXPORT_KEYS = "SELECT id, workspace_id, kind, name, scopes, role, created_by, created_at, expires_at, last_used_at, \
        revoked_at, limit_id, rotated_from, replaced_by, allow, made_by_key FROM api_keys WHERE created_by = ?1 \
        AND id > ?2 ORDER BY id LIMIT ?3";

    /// Export: OAuth2 clients the person made.
    EXPORT_CLIENTS = "SELECT id, workspace_id, livemode, name, scopes, jwks, created_by, created_at, \
        tokens_not_before, revoked_at, made_by_key, limit_id FROM oauth_clients WHERE created_by = ?1 \
        AND id > ?2 ORDER BY id LIMIT ?3";

    /// Export: labelling events of the person in the browser.
    EXPORT_EVENTS = "SELECT *, (SELECT sealed FROM data_keys WHERE id = filename_key) AS data_key FROM events \
        WHERE user_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3";

    /// Export: what the person changed.
    EXPORT_ADMIN = "SELECT *, (SELECT sealed FROM data_keys WHERE id = personal_key) AS data_key FROM admin_events \
        WHERE actor_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3";

    /// Export: the person's requests.
    EXPORT_REQUESTS = "SELECT * FROM request_log WHERE actor_id = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3";
}
