//! Every statement of this crate, in one place.
//!
//! Rules: the dialect that D1 and SQLite share; parameters are numbered; an open-ended read is bounded by LIMIT; every
//! statement reaches its rows through an index, which a test asks the engine about (`EXPLAIN QUERY PLAN`).

/// Declares the statements and the list of all of them.
macro_rules! statements {
    ($($(#[$meta:meta])* $name:ident = $sql:literal;)+) => {
        $($(#[$meta])* pub const $name: &str = $sql;)+

        /// Name and text of every statement of this module.
        pub const ALL: &[(&str, &str)] = &[$((stringify!($name), $name),)+];
    };
}

pub mod audit;
pub mod keys;
pub mod manifests;
pub mod oauth;
pub mod passkeys;
pub mod people;
pub mod plans;
pub mod privacy;
pub mod retirement;
pub mod signing;
pub mod watermark_keys;

/// Name and text of every statement of this crate.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    [
        ALL,
        audit::ALL,
        keys::ALL,
        manifests::ALL,
        oauth::ALL,
        passkeys::ALL,
        people::ALL,
        plans::ALL,
        privacy::ALL,
        retirement::ALL,
        signing::ALL,
        watermark_keys::ALL,
    ]
    .into_iter()
    .flatten()
    .copied()
}

statements! {
    /// Keys: a new one.
    KEY_INSERT = "INSERT INTO api_keys (id, workspace_id, kind, name, scopes, role, secret_mac, pepper_version, \
        created_by, created_at, expires_at, limit_id, rotated_from, allow, made_by_key) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";

    /// Keys: everything a request needs to know about the key it shows. The creator's present role is NULL when the
    /// person left the workspace or is disabled.
    KEY_VERIFY = "SELECT k.id, k.workspace_id, k.kind, k.name, k.scopes, k.role, k.secret_mac, k.pepper_version, \
        k.created_by, k.created_at, k.expires_at, k.last_used_at, k.revoked_at, k.limit_id, k.rotated_from, \
        k.replaced_by, k.allow, k.made_by_key, w.plan AS plan, w.rate_limits AS rate_limits, \
        CASE WHEN u.disabled_at IS NULL AND w.disabled_at IS NULL THEN m.role END AS creator_role \
        FROM api_keys k \
        JOIN workspaces w ON w.id = k.workspace_id \
        JOIN users u ON u.id = k.created_by \
        LEFT JOIN memberships m ON m.workspace_id = k.workspace_id AND m.user_id = k.created_by \
        WHERE k.id = ?1";

    /// Keys: one of a workspace.
    KEY_FIND = "SELECT id, workspace_id, kind, name, scopes, role, created_by, created_at, expires_at, last_used_at, \
        revoked_at, limit_id, rotated_from, replaced_by, allow, made_by_key FROM api_keys WHERE id = ?1 AND workspace_id = ?2";

    /// Keys: a page of those of a workspace before the position (?2, ?3), newest first.
    KEY_LIST = "SELECT id, workspace_id, kind, name, scopes, role, created_by, created_at, expires_at, last_used_at, \
        revoked_at, limit_id, rotated_from, replaced_by, allow, made_by_key FROM api_keys WHERE workspace_id = ?1 \
        AND (created_at, id) < (?2, ?3) ORDER BY created_at DESC, id DESC LIMIT ?4";

    /// Keys: note the use, unless a note of the last minute stands (?3 is a minute before ?2).
    KEY_TOUCH = "UPDATE api_keys SET last_used_at = ?2 \
        WHERE id = ?1 AND (last_used_at IS NULL OR last_used_at <= ?3)";

    /// Keys: move the MAC to the current pepper.
    KEY_REPEPPER = "UPDATE api_keys SET secret_mac = ?2, pepper_version = ?3 WHERE id = ?1 AND pepper_version = ?4";

    /// Keys: end one. A revoked key keeps its first date.
    KEY_REVOKE = "UPDATE api_keys SET revoked_at = ?3 WHERE id = ?1 AND workspace_id = ?2 AND revoked_at IS NULL";

    /// Accounts: a new workspace.
    WORKSPACE_INSERT = "INSERT INTO workspaces (id, name, plan, created_at, created_by) \
        VALUES (?1, ?2, ?3, ?4, ?5)";

    /// Accounts: one workspace.
    WORKSPACE_FIND = "SELECT id, name, plan, created_at FROM workspaces WHERE id = ?1";

    /// Accounts: a new person.
    USER_INSERT = "INSERT INTO users (id, email, name, password_hash, password_pepper, created_at, email_proved_at) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

    /// Accounts: the person behind an address, for signing in.
    USER_BY_EMAIL = "SELECT id, email, name, password_hash, password_pepper, created_at, disabled_at, email_proved_at \
        FROM users WHERE email = ?1";

    /// Accounts: one person.
    USER_FIND = "SELECT id, email, name, created_at, disabled_at, email_proved_at FROM users WHERE id = ?1";

    /// Accounts: replace a password hash, unless somebody else just did.
    USER_REHASH = "UPDATE users SET password_hash = ?2, password_pepper = ?3 WHERE id = ?1 AND password_hash = ?4";

    /// Accounts: a person joins a workspace.
    MEMBERSHIP_INSERT = "INSERT INTO memberships (workspace_id, user_id, role, created_at) VALUES (?1, ?2, ?3, ?4)";

    /// Accounts: where a person is a member, oldest first.
    MEMBERSHIPS_OF_USER = "SELECT m.workspace_id, m.user_id, m.role, m.created_at, w.name AS workspace_name, \
        w.plan AS plan, w.disabled_at AS suspended_at FROM memberships m JOIN workspaces w ON w.id = m.workspace_id \
        WHERE m.user_id = ?1 ORDER BY m.created_at LIMIT ?2";

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

    /// Sessions: note the visit, unless a note of the last minute stands (?3 is a minute before ?2).
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

    /// Events: a new row.
    EVENT_INSERT = "INSERT INTO events (id, workspace_id, livemode, request_id, key_id, user_id, sha256_input, \
        sha256_output, filename, mime, size_bytes, modality, region_preset, digital_source_type, assertions, \
        signer_fingerprint, dnt_enabled, visible_overlay, watermark_payload_id, created_at, expires_at, \
        filename_key) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, \
        ?20, ?21, ?22)";

    /// Events: one row of a workspace and mode, not expired (?4 is the present).
    EVENT_FIND = "SELECT *, (SELECT sealed FROM data_keys WHERE id = filename_key) AS data_key FROM events \
        WHERE id = ?1 AND workspace_id = ?2 AND livemode = ?3 \
        AND (expires_at IS NULL OR expires_at > ?4)";

    /// Events: a page, newest first, from created_at ?3 on and before the position (?4, ?5).
    EVENT_PAGE = "SELECT *, (SELECT sealed FROM data_keys WHERE id = filename_key) AS data_key FROM events \
        WHERE workspace_id = ?1 AND livemode = ?2 AND created_at >= ?3 \
        AND (created_at, id) < (?4, ?5) ORDER BY created_at DESC, id DESC LIMIT ?6";

    /// Events: a page of one modality.
    EVENT_PAGE_OF_MODALITY = "SELECT *, (SELECT sealed FROM data_keys WHERE id = filename_key) AS data_key FROM events \
        WHERE workspace_id = ?1 AND livemode = ?2 AND created_at >= ?3 \
        AND (created_at, id) < (?4, ?5) AND modality = ?7 ORDER BY created_at DESC, id DESC LIMIT ?6";

    /// Events: how many there are from created_at ?3 on and before ?4.
    EVENT_COUNT = "SELECT COUNT(*) AS total FROM events WHERE workspace_id = ?1 AND livemode = ?2 \
        AND created_at >= ?3 AND created_at < ?4";

    /// Events: how many of one modality.
    EVENT_COUNT_OF_MODALITY = "SELECT COUNT(*) AS total FROM events WHERE workspace_id = ?1 AND livemode = ?2 \
        AND created_at >= ?3 AND created_at < ?4 AND modality = ?5";

    /// Events: the newest live row, of any workspace, that produced this file.
    EVENT_BY_OUTPUT_LIVE = "SELECT *, (SELECT sealed FROM data_keys WHERE id = filename_key) AS data_key FROM events \
        WHERE sha256_output = ?1 AND livemode = 1 \
        ORDER BY created_at DESC, id DESC LIMIT 1";

    /// Events: the newest live row, of any workspace, that was given this file.
    EVENT_BY_INPUT_LIVE = "SELECT *, (SELECT sealed FROM data_keys WHERE id = filename_key) AS data_key FROM events \
        WHERE sha256_input = ?1 AND livemode = 1 \
        ORDER BY created_at DESC, id DESC LIMIT 1";

    /// Events: the newest row of one workspace's sandbox that produced this file (?3 is a day before the present).
    EVENT_BY_OUTPUT_TEST = "SELECT *, (SELECT sealed FROM data_keys WHERE id = filename_key) AS data_key FROM events \
        WHERE sha256_output = ?1 AND livemode = 0 AND workspace_id = ?2 \
        AND created_at > ?3 ORDER BY created_at DESC, id DESC LIMIT 1";

    /// Events: the newest row of one workspace's sandbox that was given this file.
    EVENT_BY_INPUT_TEST = "SELECT *, (SELECT sealed FROM data_keys WHERE id = filename_key) AS data_key FROM events \
        WHERE sha256_input = ?1 AND livemode = 0 AND workspace_id = ?2 \
        AND created_at > ?3 ORDER BY created_at DESC, id DESC LIMIT 1";

    /// Events: the oldest live rows, of any workspace, that name this watermark.
    EVENTS_BY_WATERMARK_LIVE = "SELECT *, (SELECT sealed FROM data_keys WHERE id = filename_key) AS data_key FROM events \
        WHERE watermark_payload_id = ?1 AND livemode = 1 ORDER BY created_at, id LIMIT ?2";

    /// Events: the oldest rows of one workspace's sandbox that name this watermark (?4 is a day before the present).
    EVENTS_BY_WATERMARK_TEST = "SELECT *, (SELECT sealed FROM data_keys WHERE id = filename_key) AS data_key FROM events \
        WHERE watermark_payload_id = ?1 AND livemode = 0 AND workspace_id = ?3 \
        AND created_at > ?4 ORDER BY created_at, id LIMIT ?2";

    /// Events: remove sandbox rows whose time is over, a bounded number at once.
    EVENT_PURGE = "DELETE FROM events WHERE id IN \
        (SELECT id FROM events WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)";
}
