//! SQL statements of sessions and of the counters that delay sign-ins.

use crate::database::statements::statements;

statements! {
    /// Sessions: a new one.
    SESSION_INSERT = "INSERT INTO sessions (id, user_id, workspace_id, secret_mac, pepper_version, user_agent, \
        created_at, last_seen_at, expires_at, confirmed_at, passkey_at) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?7, ?9)";

    /// Sessions: the person showed a password (?4 NULL) or a passkey (?4 the time) in it at ?3.
    SESSION_CONFIRM = "UPDATE sessions SET confirmed_at = ?3, passkey_at = COALESCE(?4, passkey_at) \
        WHERE id = ?1 AND user_id = ?2 AND revoked_at IS NULL";

    /// Sessions: everything a request needs to know about the session it shows.
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

    /// Sessions: record a request, unless one was recorded within the last minute (?3 is a minute before ?2).
    SESSION_TOUCH = "UPDATE sessions SET last_seen_at = ?2 WHERE id = ?1 AND last_seen_at <= ?3";

    /// Sessions: those of a person that may still be alive, newest first.
    SESSION_LIST = "SELECT id, user_id, workspace_id, user_agent, created_at, last_seen_at, expires_at, revoked_at, \
        confirmed_at, passkey_at FROM sessions WHERE user_id = ?1 AND revoked_at IS NULL AND expires_at > ?2 AND last_seen_at > ?3 \
        ORDER BY created_at DESC LIMIT ?4";

    /// Sessions: end one of a person.
    SESSION_REVOKE = "UPDATE sessions SET revoked_at = ?3 WHERE id = ?1 AND user_id = ?2 AND revoked_at IS NULL";

    /// Sessions: where one of a person looks that did not end.
    SESSION_FIND = "SELECT workspace_id FROM sessions WHERE id = ?1 AND user_id = ?2 AND revoked_at IS NULL";

    /// Sessions: a precondition: it is one of this person and did not end.
    MUST_SESSION = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM sessions WHERE id = ?1 AND user_id = ?2 \
        AND revoked_at IS NULL))";

    /// Members: a session looks at another workspace of its person.
    SESSION_SWITCH = "UPDATE sessions SET workspace_id = ?3 WHERE id = ?1 AND user_id = ?2 AND revoked_at IS NULL \
        AND EXISTS (SELECT 1 FROM memberships m JOIN workspaces w ON w.id = m.workspace_id \
        WHERE m.user_id = ?2 AND m.workspace_id = ?3 AND w.disabled_at IS NULL)";

    /// Sign-in: a precondition: none of three counters delays now.
    MUST_NO_DELAY = "INSERT INTO must VALUES (NOT EXISTS (SELECT 1 FROM sign_in_counters \
        WHERE counter IN (?1, ?2, ?3) AND blocked_until > ?4))";

    /// Sign-in: count a try at time ?2. The first ?3 of a day are free; then the delay doubles from a second up to ?4.
    COUNTER_TRY = "INSERT INTO sign_in_counters (counter, failures, blocked_until, updated_at) VALUES (?1, 1, 0, ?2) \
        ON CONFLICT (counter) DO UPDATE SET \
        failures = CASE WHEN updated_at <= ?2 - 86400000 THEN 1 ELSE failures + 1 END, \
        blocked_until = CASE WHEN updated_at <= ?2 - 86400000 OR failures + 1 < ?3 THEN 0 \
        ELSE ?2 + MIN(?4, 1000 << MIN(CAST(failures + 1 - ?3 AS INTEGER), 20)) END, \
        updated_at = ?2";

    /// Sign-in: until when three counters delay.
    COUNTER_DELAY = "SELECT MAX(blocked_until) AS blocked_until FROM sign_in_counters WHERE counter IN (?1, ?2, ?3)";

    /// Sign-in: it succeeded: forget the failures of the account.
    COUNTER_CLEAR = "DELETE FROM sign_in_counters WHERE counter IN (?1, ?2)";

    /// Sign-in: it succeeded: the network address did not fail this once.
    COUNTER_FORGIVE = "UPDATE sign_in_counters SET failures = failures - 1, blocked_until = 0 WHERE counter = ?1";

    /// Sign-in: remove counters without a try since ?1, a bounded number at once.
    COUNTER_PURGE = "DELETE FROM sign_in_counters WHERE counter IN (SELECT counter FROM sign_in_counters \
        WHERE updated_at <= ?1 ORDER BY updated_at LIMIT ?2)";

    /// Password: end the person's other sessions.
    SESSION_REVOKE_OTHERS = "UPDATE sessions SET revoked_at = ?3 WHERE user_id = ?1 AND id <> ?2 \
        AND revoked_at IS NULL";

    /// Sessions: remove those that ended before ?1, a bounded number at once.
    SESSION_PURGE = "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at <= ?1 \
        ORDER BY expires_at LIMIT ?2)";
}
