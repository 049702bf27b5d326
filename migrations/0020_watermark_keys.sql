-- Keys of watermarks that workspaces bring: the one in use, and earlier ones, with which older files are still read.

CREATE TABLE watermark_keys (
    id           TEXT    NOT NULL PRIMARY KEY,
    workspace_id TEXT    NOT NULL REFERENCES workspaces (id),
    -- 32 bytes, sealed under the server's key.
    sealed       TEXT    NOT NULL,
    -- The first 8 hexadecimal digits of the key's SHA-256.
    fingerprint  TEXT    NOT NULL CHECK (length(fingerprint) = 8),
    active       INTEGER NOT NULL CHECK (active IN (0, 1)),
    created_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX watermark_keys_one_active ON watermark_keys (workspace_id) WHERE active = 1;
CREATE INDEX watermark_keys_by_workspace ON watermark_keys (workspace_id, active, created_at, id);
CREATE INDEX watermark_keys_by_sealing_key ON watermark_keys (substr(sealed, 1, 16));
