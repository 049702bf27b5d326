-- OAuth2: clients, their secrets, the server's token keys, and what must be remembered about tokens.

CREATE TABLE oauth_clients (
    id                TEXT    NOT NULL PRIMARY KEY,
    workspace_id      TEXT    NOT NULL REFERENCES workspaces (id),
    livemode          INTEGER NOT NULL CHECK (livemode IN (0, 1)),
    name              TEXT    NOT NULL,
    -- Space-separated.
    scopes            TEXT    NOT NULL,
    -- Public keys for private_key_jwt, JSON; NULL: the client has secrets.
    jwks              TEXT,
    -- The client never has more than this person's present role in the workspace.
    created_by        TEXT    NOT NULL REFERENCES users (id),
    created_at        INTEGER NOT NULL,
    -- Tokens issued before this time are void.
    tokens_not_before INTEGER NOT NULL,
    revoked_at        INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX oauth_clients_by_workspace ON oauth_clients (workspace_id, created_at, id);
CREATE INDEX oauth_clients_by_creator ON oauth_clients (created_by, id);

-- At most two per client at a time.
CREATE TABLE oauth_secrets (
    id             TEXT    NOT NULL PRIMARY KEY,
    client_id      TEXT    NOT NULL REFERENCES oauth_clients (id),
    secret_mac     TEXT    NOT NULL,
    pepper_version INTEGER NOT NULL,
    created_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX oauth_secrets_by_client ON oauth_secrets (client_id, created_at);

-- Keys that sign tokens: next (published, not used yet), active, retired (still verifies).
CREATE TABLE token_keys (
    kid        TEXT    NOT NULL PRIMARY KEY,
    state      TEXT    NOT NULL CHECK (state IN ('next', 'active', 'retired')),
    public_jwk TEXT    NOT NULL CHECK (json_valid(public_jwk)),
    sealed     TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    -- When it got its present state.
    changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX token_keys_one_of_a_state ON token_keys (state) WHERE state <> 'retired';
CREATE INDEX token_keys_by_state ON token_keys (state, changed_at);

-- Tokens that ended before their time, and assertions that were used; both only for as long as they would be valid.
CREATE TABLE revoked_tokens (
    jti        TEXT    NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX revoked_tokens_by_expiry ON revoked_tokens (expires_at);

CREATE TABLE used_assertions (
    client_id  TEXT    NOT NULL,
    jti        TEXT    NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (client_id, jti)
) STRICT, WITHOUT ROWID;

CREATE INDEX used_assertions_by_expiry ON used_assertions (expires_at);
