-- Manifest stores that are kept so that they can be recovered, and looking labels up by their watermark.

-- Whether manifest stores of live labels are kept, and for how many days.
ALTER TABLE workspaces ADD COLUMN keep_manifests INTEGER NOT NULL DEFAULT 1 CHECK (keep_manifests IN (0, 1));
ALTER TABLE workspaces ADD COLUMN manifest_days INTEGER NOT NULL DEFAULT 3650 CHECK (manifest_days BETWEEN 1 AND 3650);

-- One row for each manifest store that is kept. Its bytes are outside the database, under a name made from the id.
CREATE TABLE manifests (
    -- Label of the active manifest, urn:c2pa:….
    id           TEXT    NOT NULL PRIMARY KEY,
    event_id     TEXT    NOT NULL,
    workspace_id TEXT    NOT NULL,
    -- The person who labelled in a browser; NULL for keys, and after the person was erased.
    user_id      TEXT,
    -- Payload of the watermark in the labelled file, if there is one.
    payload_id   TEXT,
    -- Of the manifest store.
    sha256       TEXT    NOT NULL CHECK (length(sha256) = 64),
    size_bytes   INTEGER NOT NULL CHECK (size_bytes BETWEEN 1 AND 4194304),
    -- 0 until the bytes are written.
    stored       INTEGER NOT NULL DEFAULT 0 CHECK (stored IN (0, 1)),
    created_at   INTEGER NOT NULL,
    -- When the scheduled job removes bytes and row; not found from then on. 0: with the next run.
    expires_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX manifests_by_payload ON manifests (payload_id, created_at, id) WHERE payload_id IS NOT NULL;
CREATE INDEX manifests_by_workspace ON manifests (workspace_id);
CREATE INDEX manifests_by_user ON manifests (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX manifests_by_expiry ON manifests (expires_at);

-- "Which labels carry this watermark?"
CREATE INDEX events_by_watermark ON events (watermark_payload_id, livemode, created_at, id)
    WHERE watermark_payload_id IS NOT NULL;
