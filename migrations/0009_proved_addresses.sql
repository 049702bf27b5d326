-- An account works only once its address is proved: a link that was mailed there was opened.

ALTER TABLE users ADD COLUMN email_proved_at INTEGER;

-- The first account was made by the operator who runs the installation, and counts as proved. Every other account counts
-- as unproved until its person sets a new password through a mailed link: invitations used to show their link to
-- whoever made them, so nobody knows whose accounts these are.
UPDATE users SET email_proved_at = created_at WHERE id = (SELECT id FROM users WHERE id > '' ORDER BY id LIMIT 1);

UPDATE sessions SET revoked_at = CAST(unixepoch('subsec') * 1000 AS INTEGER)
WHERE revoked_at IS NULL AND user_id IN (SELECT id FROM users WHERE email_proved_at IS NULL);

-- The links of open invitations to an address were shown as well: they have to be sent again.
UPDATE links SET revoked_at = CAST(unixepoch('subsec') * 1000 AS INTEGER)
WHERE kind = 'invitation' AND email IS NOT NULL AND used_at IS NULL AND revoked_at IS NULL;
