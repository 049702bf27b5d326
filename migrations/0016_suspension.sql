-- Suspending and erasing workspaces.

-- When an operator took access away, or the workspace was erased; NULL: in use.
ALTER TABLE workspaces ADD COLUMN disabled_at INTEGER;

-- Which workspaces were erased and when. Kept so that a restored backup can be erased again.
CREATE TABLE workspace_erasures (
    workspace_id TEXT    NOT NULL PRIMARY KEY,
    request_id   TEXT    NOT NULL,
    erased_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER workspace_erasures_no_update BEFORE UPDATE ON workspace_erasures
BEGIN
    SELECT RAISE(ABORT, 'erasures are append-only');
END;

CREATE TRIGGER workspace_erasures_no_delete BEFORE DELETE ON workspace_erasures
BEGIN
    SELECT RAISE(ABORT, 'erasures are append-only');
END;

-- A workspace that has an owner keeps one, unless it is erased.
DROP TRIGGER memberships_keep_an_owner;

CREATE TRIGGER memberships_keep_an_owner BEFORE DELETE ON memberships
WHEN OLD.role = 'owner' AND NOT EXISTS (
    SELECT 1 FROM memberships m JOIN users u ON u.id = m.user_id
    WHERE m.workspace_id = OLD.workspace_id AND m.user_id <> OLD.user_id AND m.role = 'owner' AND u.disabled_at IS NULL
) AND NOT EXISTS (SELECT 1 FROM workspace_erasures e WHERE e.workspace_id = OLD.workspace_id)
BEGIN
    SELECT RAISE(ABORT, 'last owner constraint failed');
END;

-- Nothing new is encrypted for a workspace that was erased.
CREATE TRIGGER data_keys_of_no_erased_workspace BEFORE INSERT ON data_keys
WHEN EXISTS (SELECT 1 FROM workspace_erasures e WHERE e.workspace_id = NEW.workspace_id)
BEGIN
    SELECT RAISE(ABORT, 'the workspace of a data key was erased: constraint failed');
END;

CREATE INDEX sessions_by_workspace ON sessions (workspace_id);
