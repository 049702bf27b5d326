-- Passkeys of people, and the challenges of ceremonies under way.

CREATE TABLE passkeys (
    -- The credential's id, base64url.
    id           TEXT    NOT NULL PRIMARY KEY,
    user_id      TEXT    NOT NULL REFERENCES users (id),
    name         TEXT    NOT NULL,
    -- Uncompressed point, hexadecimal.
    public_key   TEXT    NOT NULL,
    counter      INTEGER NOT NULL,
    backed_up    INTEGER NOT NULL CHECK (backed_up IN (0, 1)),
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX passkeys_by_user ON passkeys (user_id, created_at);

CREATE TABLE passkey_challenges (
    -- base64url.
    challenge  TEXT    NOT NULL PRIMARY KEY,
    -- Of a registration: whose. NULL: a sign-in, where that is not known yet.
    user_id    TEXT,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX passkey_challenges_by_user ON passkey_challenges (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX passkey_challenges_by_expiry ON passkey_challenges (expires_at);
