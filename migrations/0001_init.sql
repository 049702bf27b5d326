-- Schema of Labeler. Forward-only: a later change is a new file (expand first, contract later), never an edit here.
--
-- Conventions
--   * Every table is STRICT. Times are milliseconds since the Unix epoch. Hashes are lower-case hexadecimal text.
--   * No blobs and no integers beyond 2^53 - 1: values cross D1 as JSON.
--   * Secrets never appear: keys and sessions hold HMAC-SHA-256 under the pepper whose version stands beside it,
--     passwords hold Argon2id over the peppered password.
--   * Names (roles, plans, kinds, scopes) are the ones the code uses; the code is what limits them where a later
--     migration could not widen a CHECK without rebuilding the table.

-- A tenant. Everything below belongs to exactly one, except users, who may be members of several.
CREATE TABLE workspaces (
    id         TEXT    NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL,
    plan       TEXT    NOT NULL DEFAULT 'free',
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A person. `email` is normalised (trimmed, lower case) before it gets here, so UNIQUE means what it says.
CREATE TABLE users (
    id              TEXT    NOT NULL PRIMARY KEY,
    email           TEXT    NOT NULL UNIQUE,
    name            TEXT    NOT NULL,
    -- PHC string; NULL for somebody who signs in another way only.
    password_hash   TEXT,
    password_pepper INTEGER,
    created_at      INTEGER NOT NULL,
    disabled_at     INTEGER,
    CHECK ((password_hash IS NULL) = (password_pepper IS NULL))
) STRICT, WITHOUT ROWID;

-- Who may do what where.
CREATE TABLE memberships (
    workspace_id TEXT    NOT NULL REFERENCES workspaces (id),
    user_id      TEXT    NOT NULL REFERENCES users (id),
    role         TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX memberships_by_user ON memberships (user_id, created_at);

-- A signed-in browser. The cookie is `<id>.<secret>`.
CREATE TABLE sessions (
    id             TEXT    NOT NULL PRIMARY KEY,
    user_id        TEXT    NOT NULL REFERENCES users (id),
    -- The workspace this browser looks at; switching changes it.
    workspace_id   TEXT    NOT NULL REFERENCES workspaces (id),
    secret_mac     TEXT    NOT NULL,
    pepper_version INTEGER NOT NULL,
    user_agent     TEXT    NOT NULL,
    created_at     INTEGER NOT NULL,
    last_seen_at   INTEGER NOT NULL,
    -- Absolute end; the idle end follows from last_seen_at.
    expires_at     INTEGER NOT NULL,
    revoked_at     INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_user ON sessions (user_id, created_at);

-- An API key. The presented key is `lbl_<kind>_<id><secret><checksum>`; only its MAC is kept.
CREATE TABLE api_keys (
    id             TEXT    NOT NULL PRIMARY KEY,
    workspace_id   TEXT    NOT NULL REFERENCES workspaces (id),
    -- live, test: carry scopes. sk: a workspace key that carries a role.
    kind           TEXT    NOT NULL CHECK (kind IN ('live', 'test', 'sk')),
    name           TEXT    NOT NULL,
    -- Space-separated, empty for kind sk.
    scopes         TEXT    NOT NULL,
    role           TEXT,
    secret_mac     TEXT    NOT NULL,
    pepper_version INTEGER NOT NULL,
    -- The key never has more than this person's present role in the workspace.
    created_by     TEXT    NOT NULL REFERENCES users (id),
    created_at     INTEGER NOT NULL,
    expires_at     INTEGER,
    -- Written at most once a minute.
    last_used_at   INTEGER,
    revoked_at     INTEGER,
    CHECK ((kind = 'sk') = (role IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX api_keys_by_workspace ON api_keys (workspace_id, created_at, id);

-- The audit trail of labelling: one row per labelled file. Append-only by the triggers below.
--
-- No foreign keys on who did it: the row outlives keys and people. WITHOUT ROWID also closes the way around the
-- triggers that a chosen rowid would open (REPLACE deletes without firing DELETE triggers).
-- A per-workspace hash chain can be added as columns with its own sequence; nothing here has to change for it.
CREATE TABLE events (
    -- evt_ + base32 of 48 bits of time and 80 random bits: sorts by time.
    id                   TEXT    NOT NULL PRIMARY KEY,
    workspace_id         TEXT    NOT NULL,
    -- 1: production. 0: sandbox, gone after 24 hours.
    livemode             INTEGER NOT NULL CHECK (livemode IN (0, 1)),
    request_id           TEXT    NOT NULL,
    -- Exactly one of the two: an API key or a person in a browser.
    key_id               TEXT,
    user_id              TEXT,
    sha256_input         TEXT    NOT NULL CHECK (length(sha256_input) = 64),
    sha256_output        TEXT    NOT NULL CHECK (length(sha256_output) = 64),
    filename             TEXT    NOT NULL,
    mime                 TEXT    NOT NULL,
    size_bytes           INTEGER NOT NULL CHECK (size_bytes >= 0),
    modality             TEXT    NOT NULL CHECK (modality IN ('image', 'video', 'audio')),
    region_preset        TEXT    NOT NULL,
    digital_source_type  TEXT    NOT NULL,
    -- JSON array of assertion labels.
    assertions           TEXT    NOT NULL CHECK (json_valid(assertions)),
    signer_fingerprint   TEXT    NOT NULL,
    dnt_enabled          INTEGER NOT NULL CHECK (dnt_enabled IN (0, 1)),
    visible_overlay      INTEGER NOT NULL CHECK (visible_overlay IN (0, 1)),
    watermark_payload_id TEXT,
    created_at           INTEGER NOT NULL,
    expires_at           INTEGER,
    CHECK ((key_id IS NULL) <> (user_id IS NULL)),
    CHECK ((livemode = 1) = (expires_at IS NULL)),
    CHECK (expires_at IS NULL OR expires_at = created_at + 86400000)
) STRICT, WITHOUT ROWID;

-- The list, newest first, and the same by modality. Keyset paging and counting both run inside these.
CREATE INDEX events_by_time ON events (workspace_id, livemode, created_at DESC, id DESC);
CREATE INDEX events_by_modality ON events (workspace_id, livemode, modality, created_at DESC, id DESC);
-- "Do we know this file?"
CREATE INDEX events_by_output ON events (sha256_output, livemode, created_at DESC, id DESC);
CREATE INDEX events_by_input ON events (sha256_input, livemode, created_at DESC, id DESC);
-- Housekeeping of the sandbox.
CREATE INDEX events_by_expiry ON events (expires_at) WHERE expires_at IS NOT NULL;

CREATE TRIGGER events_no_update BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are append-only');
END;

-- Only sandbox rows past their time may go, judged by the database's own clock: no caller can argue about it.
CREATE TRIGGER events_no_delete BEFORE DELETE ON events
WHEN OLD.livemode = 1 OR OLD.expires_at > CAST(unixepoch('subsec') * 1000 AS INTEGER)
BEGIN
    SELECT RAISE(ABORT, 'events are append-only');
END;

-- INSERT OR REPLACE would delete the old row without firing the trigger above. Same words as the engine's own refusal.
CREATE TRIGGER events_no_replace BEFORE INSERT ON events
WHEN EXISTS (SELECT 1 FROM events WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'UNIQUE constraint failed: events.id');
END;
