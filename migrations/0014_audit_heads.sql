-- Keyed heads of audit chains, failed authentication, and the events that are older than the chain.

-- The end of a chain at some time, under a key that is not in the database: whoever rewrites rows and links cannot make
-- one. `mac` is HMAC-SHA-256 under a key derived from the sealing key with this label.
CREATE TABLE audit_heads (
    workspace_id TEXT    NOT NULL,
    seq          INTEGER NOT NULL CHECK (seq > 0),
    key_label    TEXT    NOT NULL,
    head         TEXT    NOT NULL CHECK (length(head) = 64),
    -- Rows of unlinked_events of the workspace.
    unlinked     INTEGER NOT NULL,
    mac          TEXT    NOT NULL CHECK (length(mac) = 64),
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, seq, key_label)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER audit_heads_no_update BEFORE UPDATE ON audit_heads
BEGIN
    SELECT RAISE(ABORT, 'audit heads are append-only');
END;

CREATE TRIGGER audit_heads_no_delete BEFORE DELETE ON audit_heads
BEGIN
    SELECT RAISE(ABORT, 'audit heads are append-only');
END;

CREATE TRIGGER audit_heads_no_replace BEFORE INSERT ON audit_heads
WHEN EXISTS (
    SELECT 1 FROM audit_heads WHERE workspace_id = NEW.workspace_id AND seq = NEW.seq AND key_label = NEW.key_label
)
BEGIN
    SELECT RAISE(ABORT, 'UNIQUE constraint failed: audit_heads.seq');
END;

-- Live labelling events from before the chain: no link names them. The list is closed; any other event without a link was
-- inserted past the chain. Keyed heads hold the count.
CREATE TABLE unlinked_events (
    workspace_id TEXT NOT NULL,
    event_id     TEXT NOT NULL,
    PRIMARY KEY (workspace_id, event_id)
) STRICT, WITHOUT ROWID;

INSERT INTO unlinked_events (workspace_id, event_id)
SELECT e.workspace_id, e.id FROM events e
WHERE e.livemode = 1 AND NOT EXISTS (SELECT 1 FROM audit_chain c WHERE c.kind = 'event' AND c.row_id = e.id)
    AND NOT EXISTS (
        SELECT 1 FROM audit_chain c WHERE c.workspace_id = e.workspace_id AND c.seq = 1 AND c.created_at < e.created_at
    );

CREATE TRIGGER unlinked_events_no_insert BEFORE INSERT ON unlinked_events
BEGIN
    SELECT RAISE(ABORT, 'the list of unlinked events is closed: append-only');
END;

CREATE TRIGGER unlinked_events_no_update BEFORE UPDATE ON unlinked_events
BEGIN
    SELECT RAISE(ABORT, 'the list of unlinked events is closed: append-only');
END;

CREATE TRIGGER unlinked_events_no_delete BEFORE DELETE ON unlinked_events
BEGIN
    SELECT RAISE(ABORT, 'the list of unlinked events is closed: append-only');
END;

-- Refused sign-ins, keys and clients that the server knows, counted in windows of 15 minutes. A scheduled job turns each
-- window that is over into one admin event, so a flood of attempts is one row here and one row there.
CREATE TABLE authentication_failures (
    -- Start of the window.
    window_start INTEGER NOT NULL,
    workspace_id TEXT    NOT NULL,
    kind         TEXT    NOT NULL CHECK (kind IN ('user', 'key', 'client')),
    -- Id of the person, key or client.
    subject      TEXT    NOT NULL,
    failures     INTEGER NOT NULL,
    -- Of the last attempt: why it was refused, and the caller's network.
    reason       TEXT    NOT NULL,
    network      TEXT,
    first_at     INTEGER NOT NULL,
    last_at      INTEGER NOT NULL,
    PRIMARY KEY (window_start, workspace_id, kind, subject)
) STRICT, WITHOUT ROWID;
