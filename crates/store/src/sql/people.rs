//! Statements of members, one-time links, delays of sign-ins and password changes.

statements! {
    /// Members: those of a workspace.
    MEMBER_LIST = "SELECT m.workspace_id, m.user_id, m.role, m.created_at, u.email, u.name, u.disabled_at \
        FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = ?1 AND m.user_id > ?2 \
        ORDER BY m.user_id LIMIT ?3";

    /// Members: one's role.
    MEMBER_ROLE = "SELECT role FROM memberships WHERE workspace_id = ?1 AND user_id = ?2";

    /// Members: a precondition: this person has this role there.
    MUST_MEMBER = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM memberships WHERE workspace_id = ?1 \
        AND user_id = ?2 AND role = ?3))";

    /// Members: another role.
    MEMBER_SET_ROLE = "UPDATE memberships SET role = ?3 WHERE workspace_id = ?1 AND user_id = ?2";

    /// Members: remove one.
    MEMBER_DELETE = "DELETE FROM memberships WHERE workspace_id = ?1 AND user_id = ?2";

    /// Members: the sessions of somebody who is no member any more look at the oldest workspace left, or end.
    SESSION_MOVE = "UPDATE sessions SET \
        revoked_at = CASE WHEN EXISTS (SELECT 1 FROM memberships WHERE user_id = ?2) THEN revoked_at ELSE ?3 END, \
        workspace_id = COALESCE((SELECT workspace_id FROM memberships WHERE user_id = ?2 ORDER BY created_at LIMIT 1), \
        workspace_id) WHERE user_id = ?2 AND workspace_id = ?1 AND revoked_at IS NULL";

    /// Members: a session looks at another workspace of its person.
    SESSION_SWITCH = "UPDATE sessions SET workspace_id = ?3 WHERE id = ?1 AND user_id = ?2 AND revoked_at IS NULL \
        AND EXISTS (SELECT 1 FROM memberships m JOIN workspaces w ON w.id = m.workspace_id \
        WHERE m.user_id = ?2 AND m.workspace_id = ?3 AND w.disabled_at IS NULL)";

    /// Links: a new one.
    LINK_INSERT = "INSERT INTO links (id, kind, workspace_id, role, email, created_by, user_id, secret_mac, \
        pepper_version, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";

    /// Links: one, with the present role of who made it.
    LINK_FIND = "SELECT l.id, l.kind, l.workspace_id, l.role, l.email, l.created_by, l.user_id, l.secret_mac, \
        l.pepper_version, l.created_at, l.expires_at, l.used_at, l.revoked_at, w.name AS workspace_name, \
        (SELECT m.role FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = l.workspace_id \
        AND m.user_id = l.created_by AND u.disabled_at IS NULL AND w.disabled_at IS NULL) AS creator_role \
        FROM links l LEFT JOIN workspaces w ON w.id = l.workspace_id WHERE l.id = ?1";

    /// Links: a precondition: it can be used now.
    MUST_LINK = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM links WHERE id = ?1 AND used_at IS NULL \
        AND revoked_at IS NULL AND expires_at > ?2))";

    /// Links: used.
    LINK_USE = "UPDATE links SET used_at = ?2 WHERE id = ?1";

    /// Links: open invitations of a workspace.
    LINK_LIST = "SELECT id, kind, workspace_id, role, email, created_by, created_at, expires_at FROM links \
        WHERE workspace_id = ?1 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > ?2 \
        ORDER BY created_at DESC LIMIT ?3";

    /// Links: a precondition: an open invitation of this workspace.
    MUST_INVITATION = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM links WHERE id = ?1 AND workspace_id = ?2 \
        AND used_at IS NULL AND revoked_at IS NULL))";

    /// Links: taken back.
    LINK_REVOKE = "UPDATE links SET revoked_at = ?2 WHERE id = ?1";

    /// Links: a precondition: an open invitation that names no address.
    MUST_UNADDRESSED = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM links WHERE id = ?1 AND kind = 'invitation' \
        AND email IS NULL AND used_at IS NULL AND revoked_at IS NULL AND expires_at > ?2))";

    /// Links: another secret, address and end. The link sent before stops working.
    LINK_RENEW = "UPDATE links SET email = ?2, secret_mac = ?3, pepper_version = ?4, expires_at = ?5 WHERE id = ?1";

    /// Links: earlier ones of the first run are taken back.
    LINK_REVOKE_FIRST_RUN = "UPDATE links SET revoked_at = ?1 WHERE kind = 'first_run' AND revoked_at IS NULL";

    /// Links: the open password resets of a person are taken back.
    LINK_REVOKE_RESETS = "UPDATE links SET revoked_at = ?2 WHERE user_id = ?1 AND kind = 'password_reset' \
        AND revoked_at IS NULL";

    /// Links: remove those that ended before ?1, a bounded number at once.
    LINK_PURGE = "DELETE FROM links WHERE id IN (SELECT id FROM links WHERE expires_at <= ?1 \
        ORDER BY expires_at LIMIT ?2)";

    /// First run: whether anybody is there.
    ANYBODY = "SELECT 1 AS somebody FROM users WHERE id > '' LIMIT 1";

    /// First run: a precondition: nobody is there.
    MUST_NOBODY = "INSERT INTO must VALUES (NOT EXISTS (SELECT 1 FROM users WHERE id > ''))";

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

    /// Password: what a change needs to know.
    PASSWORD_FIND = "SELECT id, email, name, password_hash, password_pepper, created_at, disabled_at, email_proved_at \
        FROM users WHERE id = ?1";

    /// Password: a new one.
    PASSWORD_SET = "UPDATE users SET password_hash = ?2, password_pepper = ?3 WHERE id = ?1";

    /// Proof: the person's address is proved.
    EMAIL_PROVE = "UPDATE users SET email_proved_at = ?2 WHERE id = ?1 AND email_proved_at IS NULL";

    /// Proof: passkeys from before the address is proved go. Whoever made them need not be who reads its mail.
    UNPROVED_PASSKEYS = "DELETE FROM passkeys WHERE user_id = ?1 \
        AND EXISTS (SELECT 1 FROM users WHERE id = ?1 AND email_proved_at IS NULL)";

    /// Proof: the same for ceremonies under way.
    UNPROVED_CHALLENGES = "DELETE FROM passkey_challenges WHERE user_id = ?1 \
        AND EXISTS (SELECT 1 FROM users WHERE id = ?1 AND email_proved_at IS NULL)";

    /// Password: end the person's other sessions.
    SESSION_REVOKE_OTHERS = "UPDATE sessions SET revoked_at = ?3 WHERE user_id = ?1 AND id <> ?2 \
        AND revoked_at IS NULL";

    /// Sessions: remove those that ended before ?1, a bounded number at once.
    SESSION_PURGE = "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at <= ?1 \
        ORDER BY expires_at LIMIT ?2)";
}
