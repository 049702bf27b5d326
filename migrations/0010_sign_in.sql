-- How a session was entered, what a workspace asks of it, and what is known of a passkey.

-- When the person last showed a password or a passkey in this session. Sensitive changes ask for it again.
ALTER TABLE sessions ADD COLUMN confirmed_at INTEGER NOT NULL DEFAULT 0;
UPDATE sessions SET confirmed_at = created_at;
-- When a passkey was last shown in this session; NULL: never.
ALTER TABLE sessions ADD COLUMN passkey_at INTEGER;

-- Whether a password alone is enough to work in the workspace, or a session must have shown a passkey.
ALTER TABLE workspaces ADD COLUMN sign_in TEXT NOT NULL DEFAULT 'password' CHECK (sign_in IN ('password', 'passkey'));

-- Whether the credential may be backed up, which never changes (Web Authentication Level 3, section 6.1.3). NULL for
-- passkeys from before this was kept: the next sign-in writes it down.
ALTER TABLE passkeys ADD COLUMN backup_eligible INTEGER CHECK (backup_eligible IN (0, 1));
