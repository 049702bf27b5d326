-- The hash chain over audit rows, admin events, the request log, and the keys that make personal fields erasable.

-- A precondition inside a batch: INSERT INTO must VALUES (<condition>) ends the whole batch unless the condition is
-- true. Nothing is ever stored.
CREATE VIEW must AS SELECT 1 AS holds WHERE 0;

CREATE TRIGGER must_hold INSTEAD OF INSERT ON must
WHEN NEW.holds IS NOT 1
BEGIN
    SELECT RAISE(ABORT, 'a precondition constraint failed');
END;

-- What a workspace decided about privacy and retention, and what an enterprise contract grants.
-- file_names: store, pseudonymise or drop.
ALTER TABLE workspaces ADD COLUMN file_names TEXT NOT NULL DEFAULT 'store';
ALTER TABLE workspaces ADD COLUMN request_log_days INTEGER NOT NULL DEFAULT 90;
-- Live labels per month instead of the plan's; NULL: the plan's.
ALTER TABLE workspaces ADD COLUMN monthly_labels INTEGER;
-- JSON object of rate limits instead of the usual ones; NULL: the usual ones.
ALTER TABLE workspaces ADD COLUMN rate_limits TEXT;

-- Keys of personal fields, one per workspace and subject, sealed under the server's sealing key. Deleting a row makes
-- what it encrypted unreadable for good while the audit rows, and the chain over them, stay as they are.
CREATE TABLE data_keys (
    id           TEXT    NOT NULL PRIMARY KEY,
    workspace_id TEXT    NOT NULL REFERENCES workspaces (id),
    -- A user's id, or 'workspace' for what no person did.
    subject      TEXT    NOT NULL,
    sealed       TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    UNIQUE (workspace_id, subject)
) STRICT, WITHOUT ROWID;

CREATE INDEX data_keys_by_subject ON data_keys (subject);

-- Who was erased and when: no personal data. Kept so that a restored backup can be erased again.
CREATE TABLE erasures (
    user_id    TEXT    NOT NULL PRIMARY KEY,
    request_id TEXT    NOT NULL,
    erased_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER erasures_no_update BEFORE UPDATE ON erasures
BEGIN
    SELECT RAISE(ABORT, 'erasures are append-only');
END;

CREATE TRIGGER erasures_no_delete BEFORE DELETE ON erasures
BEGIN
    SELECT RAISE(ABORT, 'erasures are append-only');
END;

-- `filename` is encrypted under this data key; NULL: it holds what may stay for good (a pseudonym, an empty text, or a
-- name from before this column).
ALTER TABLE events ADD COLUMN filename_key TEXT;

CREATE INDEX events_by_user ON events (user_id, id) WHERE user_id IS NOT NULL;

-- One link per audit row. leaf = SHA-256 of the row (RFC 6962 leaf hash), head = SHA-256 over the previous head and the
-- leaf. The primary key is what serialises writers: two that saw the same end cannot both append.
CREATE TABLE audit_chain (
    workspace_id TEXT    NOT NULL,
    seq          INTEGER NOT NULL CHECK (seq > 0),
    -- event, admin, requests: the table that row_id is found in.
    kind         TEXT    NOT NULL CHECK (kind IN ('event', 'admin', 'requests')),
    row_id       TEXT    NOT NULL,
    leaf         TEXT    NOT NULL CHECK (length(leaf) = 64),
    head         TEXT    NOT NULL CHECK (length(head) = 64),
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, seq),
    UNIQUE (kind, row_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER audit_chain_no_update BEFORE UPDATE ON audit_chain
BEGIN
    SELECT RAISE(ABORT, 'the audit chain is append-only');
END;

CREATE TRIGGER audit_chain_no_delete BEFORE DELETE ON audit_chain
BEGIN
    SELECT RAISE(ABORT, 'the audit chain is append-only');
END;

-- Also closes INSERT OR REPLACE, which deletes without firing the trigger above: a taken position is never the next one.
CREATE TRIGGER audit_chain_in_order BEFORE INSERT ON audit_chain
WHEN NEW.seq <> 1 + COALESCE((SELECT MAX(seq) FROM audit_chain WHERE workspace_id = NEW.workspace_id), 0)
    OR EXISTS (SELECT 1 FROM audit_chain WHERE kind = NEW.kind AND row_id = NEW.row_id)
BEGIN
    SELECT RAISE(ABORT, 'UNIQUE constraint failed: audit_chain.seq');
END;

-- What people and keys changed: members, keys, certificates, plan, sign-ins.
CREATE TABLE admin_events (
    id           TEXT    NOT NULL PRIMARY KEY,
    workspace_id TEXT    NOT NULL,
    action       TEXT    NOT NULL,
    -- user, key, client, system.
    actor_kind   TEXT    NOT NULL,
    actor_id     TEXT    NOT NULL,
    -- Id of what was changed.
    subject      TEXT    NOT NULL,
    -- JSON object without personal data.
    detail       TEXT    NOT NULL CHECK (json_valid(detail)),
    request_id   TEXT    NOT NULL,
    -- The truncated address, encrypted under personal_key; both NULL when there is none.
    personal     TEXT,
    personal_key TEXT,
    created_at   INTEGER NOT NULL,
    CHECK ((personal IS NULL) = (personal_key IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX admin_events_by_workspace ON admin_events (workspace_id, id);
CREATE INDEX admin_events_by_actor ON admin_events (actor_id, id);

CREATE TRIGGER admin_events_no_update BEFORE UPDATE ON admin_events
BEGIN
    SELECT RAISE(ABORT, 'admin events are append-only');
END;

CREATE TRIGGER admin_events_no_delete BEFORE DELETE ON admin_events
BEGIN
    SELECT RAISE(ABORT, 'admin events are append-only');
END;

CREATE TRIGGER admin_events_no_replace BEFORE INSERT ON admin_events
WHEN EXISTS (SELECT 1 FROM admin_events WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'UNIQUE constraint failed: admin_events.id');
END;

-- Every call with credentials. AUTOINCREMENT: a number is never given twice, and numbers are given in the order of
-- commits, so "everything up to n" is final once n is committed.
CREATE TABLE request_log (
    seq          INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id TEXT    NOT NULL,
    livemode     INTEGER NOT NULL CHECK (livemode IN (0, 1)),
    request_id   TEXT    NOT NULL,
    actor_kind   TEXT    NOT NULL,
    actor_id     TEXT    NOT NULL,
    method       TEXT    NOT NULL,
    -- The route's template, never the path.
    route        TEXT    NOT NULL,
    status       INTEGER NOT NULL,
    latency_ms   INTEGER NOT NULL,
    -- Network only: /24 or /48.
    address      TEXT,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL
) STRICT;

CREATE INDEX request_log_by_workspace ON request_log (workspace_id, seq);
CREATE INDEX request_log_by_actor ON request_log (workspace_id, actor_id, seq);
CREATE INDEX request_log_of_person ON request_log (actor_id, seq);

-- What a stretch of one workspace's requests hashed to; the block's own link is in the chain.
CREATE TABLE request_blocks (
    workspace_id TEXT    NOT NULL,
    -- Covers from_seq < seq <= to_seq.
    from_seq     INTEGER NOT NULL,
    to_seq       INTEGER NOT NULL,
    id           TEXT    NOT NULL UNIQUE,
    row_count    INTEGER NOT NULL CHECK (row_count > 0),
    root         TEXT    NOT NULL CHECK (length(root) = 64),
    -- When its last row may go.
    expires_at   INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, to_seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX request_blocks_by_end ON request_blocks (to_seq);
CREATE INDEX request_blocks_by_expiry ON request_blocks (expires_at);

CREATE TRIGGER request_blocks_no_update BEFORE UPDATE ON request_blocks
BEGIN
    SELECT RAISE(ABORT, 'request blocks are append-only');
END;

CREATE TRIGGER request_blocks_no_delete BEFORE DELETE ON request_blocks
BEGIN
    SELECT RAISE(ABORT, 'request blocks are append-only');
END;

CREATE TRIGGER request_blocks_no_replace BEFORE INSERT ON request_blocks
WHEN EXISTS (SELECT 1 FROM request_blocks WHERE workspace_id = NEW.workspace_id AND to_seq >= NEW.from_seq + 1)
BEGIN
    SELECT RAISE(ABORT, 'UNIQUE constraint failed: request_blocks.to_seq');
END;

CREATE TRIGGER request_log_no_update BEFORE UPDATE ON request_log
BEGIN
    SELECT RAISE(ABORT, 'the request log is append-only');
END;

-- -1 is what a trigger sees when the engine chooses the number: a chosen one could replace a row.
CREATE TRIGGER request_log_no_replace BEFORE INSERT ON request_log
WHEN NEW.seq <> -1
BEGIN
    SELECT RAISE(ABORT, 'the request log is append-only');
END;

-- Rows go when their block is over, judged by the database's own clock.
CREATE TRIGGER request_log_no_delete BEFORE DELETE ON request_log
WHEN NOT EXISTS (
    SELECT 1 FROM request_blocks
    WHERE workspace_id = OLD.workspace_id AND from_seq < OLD.seq AND to_seq >= OLD.seq
        AND expires_at <= CAST(unixepoch('subsec') * 1000 AS INTEGER)
)
BEGIN
    SELECT RAISE(ABORT, 'the request log is append-only');
END;

-- Live labels per workspace and calendar month (UTC). `allowed` is what plan or contract allowed when the last one was
-- counted (NULL: no limit), and the constraint is what ends the batch of one label too many.
CREATE TABLE usage (
    workspace_id TEXT    NOT NULL REFERENCES workspaces (id),
    -- YYYY-MM.
    month        TEXT    NOT NULL,
    labels       INTEGER NOT NULL,
    allowed      INTEGER,
    PRIMARY KEY (workspace_id, month),
    CONSTRAINT monthly_quota CHECK (allowed IS NULL OR labels <= allowed)
) STRICT, WITHOUT ROWID;
