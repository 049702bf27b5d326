-- The free labels of a month belong to a person, not to each workspace: all free workspaces that one person made share
-- them. Workspaces of other plans count for themselves, as before.

-- Who made the workspace; NULL where nobody is known.
ALTER TABLE workspaces ADD COLUMN created_by TEXT;
UPDATE workspaces SET created_by = (
    SELECT m.user_id FROM memberships m WHERE m.workspace_id = workspaces.id AND m.role = 'owner'
    ORDER BY m.created_at, m.user_id LIMIT 1
);
CREATE INDEX workspaces_by_creator ON workspaces (created_by) WHERE created_by IS NOT NULL;

CREATE TABLE free_usage (
    user_id TEXT    NOT NULL,
    -- YYYY-MM.
    month   TEXT    NOT NULL,
    labels  INTEGER NOT NULL,
    allowed INTEGER NOT NULL,
    PRIMARY KEY (user_id, month),
    -- The same name as in `usage`: one too many is the same refusal.
    CONSTRAINT monthly_quota CHECK (labels <= allowed)
) STRICT, WITHOUT ROWID;

-- What free workspaces used so far counts. Who used more in several workspaces has used all.
INSERT INTO free_usage (user_id, month, labels, allowed)
SELECT w.created_by, u.month, MIN(SUM(u.labels), 25), 25
FROM usage u JOIN workspaces w ON w.id = u.workspace_id
WHERE w.plan = 'free' AND w.created_by IS NOT NULL
GROUP BY w.created_by, u.month;
