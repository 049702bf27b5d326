//! SQL statements of sessions and of the counters that delay sign-ins.

use crate::database::statements::statements;

statements! {
    /// Inserts a session.
    SESSION_INSERT = "INSERT INTO sessions (id, user_id, workspace_id, secret_mac, pepper_version, user_agent, \
        created_at, last_seen_at, expires_at, confirmed_at, passkey_at) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?7, ?9)";

    /// Records that the person confirmed their identity at ?3 with a password (?4 NULL) or a passkey (?4: the time).
    SESSION_CONFIRM = "UPDATE sessions SET confirmed_at = ?3, passkey_at = COALESCE(?4, passkey_at) \
        WHERE id = ?1 AND user_id = ?2 AND revoked_at IS NULL";

    /// Returns all data that authentication needs about a session.
    SESSION_VERIFY = "SELECT s.id, s.user_id, s.workspace_id, s.secret_mac, s.pepper_version, s.user_agent, \
        s.created_at, s.last_seen_at, s.expires_at, s.revoked_at, s.confirmed_at, s.passkey_at, \
        w.sign_in AS sign_in, u.email AS email, u.name AS user_name, \
        u.created_at AS user_created_at, u.disabled_at AS disabled_at, u.email_proved_at AS email_proved_at, \
        w.name AS workspace_name, w.plan AS plan, \
        w.created_at AS workspace_created_at, w.rate_limits AS rate_limits, \
        CASE WHEN w.disabled_at IS NULL THEN m.role END AS role \
        FROM sessions s \
        JOIN users u ON u.id = s.user_id \
        JOIN workspaces w ON w.id = s.workspace_id \
        LEFT JOIN memberships m ON m.workspace_id = s.workspace_id AND m.user_id = s.user_id \
        WHERE s.id = ?1";

    /// Records a request, at most once a minute (?3: a minute before ?2).
    SESSION_TOUCH = "UPDATE sessions SET last_seen_at = ?2 WHERE id = ?1 AND last_seen_at <= ?3";

    /// Returns the sessions of a person that may still be valid, newest first.
    SESSION_LIST = "SELECT id, user_id, workspace_id, user_agent, created_at, last_seen_at, expires_at, revoked_at, \
        confirmed_at, passkey_at FROM sessions WHERE user_id = ?1 AND revoked_at IS NULL AND expires_at > ?2 AND last_seen_at > ?3 \
        ORDER BY created_at DESC LIMIT ?4";

    /// Ends a session of a person.
    SESSION_REVOKE = "UPDATE sessions SET revoked_at = ?3 WHERE id = ?1 AND user_id = ?2 AND revoked_at IS NULL";

    /// Returns the workspace of an open session of a person.
    SESSION_FIND = "SELECT workspace_id FROM sessions WHERE id = ?1 AND user_id = ?2 AND revoked_at IS NULL";

    /// Requires an open session of this person.
    MUST_SESSION = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM sessions WHERE id = ?1 AND user_id = ?2 \
        AND revoked_at IS NULL))";

    /// Switches a session to another workspace of its person.
    SESSION_SWITCH = "UPDATE sessions SET workspace_id = ?3 WHERE id = ?1 AND user_id = ?2 AND revoked_at IS NULL \
        AND EXISTS (SELECT 1 FROM memberships m JOIN workspaces w ON w.id = m.workspace_id \
        WHERE m.user_id = ?2 AND m.workspace_id = ?3 AND w.disabled_at IS NULL)";

    /// Requires that none of three sign-in counters delays now.
    MUST_NO_DELAY = "INSERT INTO must VALUES (NOT EXISTS (SELECT 1 FROM sign_in_counters \
        WHERE counter IN (?1, ?2, ?3) AND blocked_until > ?4))";

    /// Counts a sign-in attempt at time ?2. The first ?3 attempts of a day are free; then the delay doubles from one
    /// second up to ?4.
    COUNTER_TRY = "INSERT INTO sign_in_counters (counter, failures, blocked_until, updated_at) VALUES (?1, 1, 0, ?2) \
        ON CONFLICT (counter) DO UPDATE SET \
        failures = CASE WHEN updated_at <= ?2 - 86400000 THEN 1 ELSE failures + 1 END, \
        blocked_until = CASE WHEN updated_at <= ?2 - 86400000 OR failures + 1 < ?3 THEN 0 \
        ELSE ?2 + MIN(?4, 1000 << MIN(CAST(failures + 1 - ?3 AS INTEGER), 20)) END, \
        updated_at = ?2";

    /// Returns the time until which three sign-in counters delay.
    COUNTER_DELAY = "SELECT MAX(blocked_until) AS blocked_until FROM sign_in_counters WHERE counter IN (?1, ?2, ?3)";

    /// Resets the counter of the account after a successful sign-in.
    COUNTER_CLEAR = "DELETE FROM sign_in_counters WHERE counter IN (?1, ?2)";

    /// Takes the successful attempt off the counter of the network address.
    COUNTER_FORGIVE = "UPDATE sign_in_counters SET failures = failures - 1, blocked_until = 0 WHERE counter = ?1";

    /// Removes counters without an attempt since ?1, a limited number per run.
    COUNTER_PURGE = "DELETE FROM sign_in_counters WHERE counter IN (SELECT counter FROM sign_in_counters \
        WHERE updated_at <= ?1 ORDER BY updated_at LIMIT ?2)";

    /// Ends the person's other sessions.
    SESSION_REVOKE_OTHERS = "UPDATE sessions SET revoked_at = ?3 WHERE user_id = ?1 AND id <> ?2 \
        AND revoked_at IS NULL";

    /// Removes sessions that ended before ?1, a limited number per run.
    SESSION_PURGE = "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at <= ?1 \
        ORDER BY expires_at LIMIT ?2)";
}
