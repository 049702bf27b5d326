-- Rotation, allow lists and reasons of keys.

-- What rate limits count by; shared by a key and what replaced it. NULL: the key's own id.
ALTER TABLE api_keys ADD COLUMN limit_id TEXT;
-- The key that this one replaced, and the one that replaced it.
ALTER TABLE api_keys ADD COLUMN rotated_from TEXT;
ALTER TABLE api_keys ADD COLUMN replaced_by TEXT;
-- Networks the key may be used from, space-separated CIDR; NULL: any.
ALTER TABLE api_keys ADD COLUMN allow TEXT;
-- withdrawn or leaked.
ALTER TABLE api_keys ADD COLUMN revoked_for TEXT;

CREATE INDEX api_keys_by_creator ON api_keys (created_by, id);
