-- Signing certificates of workspaces, and requests that are answered once.

CREATE TABLE signing_certificates (
    id           TEXT    NOT NULL PRIMARY KEY,
    workspace_id TEXT    NOT NULL REFERENCES workspaces (id),
    -- PEM, leaf first.
    chain        TEXT    NOT NULL,
    -- PKCS#8, sealed under the server's key.
    sealed       TEXT    NOT NULL,
    fingerprint  TEXT    NOT NULL,
    subject      TEXT    NOT NULL,
    algorithm    TEXT    NOT NULL,
    not_before   INTEGER NOT NULL,
    not_after    INTEGER NOT NULL,
    active       INTEGER NOT NULL CHECK (active IN (0, 1)),
    created_at   INTEGER NOT NULL,
    UNIQUE (workspace_id, fingerprint)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX signing_certificates_one_active ON signing_certificates (workspace_id) WHERE active = 1;
CREATE INDEX signing_certificates_by_workspace ON signing_certificates (workspace_id, created_at, id);

-- What a request with an Idempotency-Key led to. The answer's facts, never a file and never a secret.
CREATE TABLE idempotency (
    workspace_id TEXT    NOT NULL,
    livemode     INTEGER NOT NULL CHECK (livemode IN (0, 1)),
    caller       TEXT    NOT NULL,
    route        TEXT    NOT NULL,
    key          TEXT    NOT NULL,
    -- SHA-256 of the request.
    fingerprint  TEXT    NOT NULL,
    -- Names the attempt that holds the key.
    owner        TEXT    NOT NULL,
    -- While running: until when the attempt may hold it.
    lease_until  INTEGER NOT NULL,
    -- NULL while running.
    status       INTEGER,
    -- JSON.
    result       TEXT,
    expires_at   INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, livemode, caller, route, key),
    CHECK ((status IS NULL) = (result IS NULL))
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX idempotency_by_owner ON idempotency (owner);
CREATE INDEX idempotency_by_expiry ON idempotency (expires_at);
