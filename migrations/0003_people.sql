-- One-time links, delays of sign-ins, and the rule that a workspace keeps an owner.

-- An invitation, the link of the first run, or a password reset. The link ends in `<id>.<secret>`.
CREATE TABLE links (
    id             TEXT    NOT NULL PRIMARY KEY,
    kind           TEXT    NOT NULL CHECK (kind IN ('invitation', 'first_run', 'password_reset')),
    -- Of an invitation: where to, as what, for whom (NULL: for whoever has the link), by whom.
    workspace_id   TEXT    REFERENCES workspaces (id),
    role           TEXT,
    email          TEXT,
    created_by     TEXT,
    -- Of a password reset: whose; NULL for an address that nobody has.
    user_id        TEXT,
    secret_mac     TEXT    NOT NULL,
    pepper_version INTEGER NOT NULL,
    created_at     INTEGER NOT NULL,
    expires_at     INTEGER NOT NULL,
    used_at        INTEGER,
    revoked_at     INTEGER,
    CHECK ((kind = 'invitation') = (workspace_id IS NOT NULL AND role IS NOT NULL AND created_by IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX links_by_workspace ON links (workspace_id, created_at) WHERE workspace_id IS NOT NULL;
CREATE INDEX links_by_user ON links (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX links_by_email ON links (email) WHERE email IS NOT NULL;
CREATE INDEX links_by_creator ON links (created_by) WHERE created_by IS NOT NULL;
CREATE INDEX links_by_expiry ON links (expires_at);
CREATE INDEX links_by_kind ON links (kind, expires_at);

-- Failed sign-ins by account, by network address and by both. `counter` is an HMAC: no address of a person in clear.
CREATE TABLE sign_in_counters (
    counter       TEXT    NOT NULL PRIMARY KEY,
    failures      INTEGER NOT NULL,
    blocked_until INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sign_in_counters_by_age ON sign_in_counters (updated_at);

CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- Whoever changes it, by whatever path and however many at once: a workspace that has an owner keeps one.
CREATE TRIGGER memberships_keep_an_owner_in_role BEFORE UPDATE OF role ON memberships
WHEN OLD.role = 'owner' AND NEW.role <> 'owner' AND NOT EXISTS (
    SELECT 1 FROM memberships m JOIN users u ON u.id = m.user_id
    WHERE m.workspace_id = OLD.workspace_id AND m.user_id <> OLD.user_id AND m.role = 'owner' AND u.disabled_at IS NULL
)
BEGIN
    SELECT RAISE(ABORT, 'last owner constraint failed');
END;

CREATE TRIGGER memberships_keep_an_owner BEFORE DELETE ON memberships
WHEN OLD.role = 'owner' AND NOT EXISTS (
    SELECT 1 FROM memberships m JOIN users u ON u.id = m.user_id
    WHERE m.workspace_id = OLD.workspace_id AND m.user_id <> OLD.user_id AND m.role = 'owner' AND u.disabled_at IS NULL
)
BEGIN
    SELECT RAISE(ABORT, 'last owner constraint failed');
END;
