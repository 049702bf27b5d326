-- Which key made a key or an OAuth2 client, so that ending a key can end what it made.

-- NULL: a person or the operator made it. A replacement made by a person keeps what the replaced key has here.
ALTER TABLE api_keys ADD COLUMN made_by_key TEXT;
ALTER TABLE oauth_clients ADD COLUMN made_by_key TEXT;
-- What rate limits count by: the limit of the key that made the client. NULL: the client's own id.
ALTER TABLE oauth_clients ADD COLUMN limit_id TEXT;

-- The audit trail knows it of what was made before.
UPDATE api_keys SET made_by_key = a.actor_id FROM admin_events a
WHERE a.subject = api_keys.id AND a.action = 'key.created' AND a.actor_kind = 'key';
UPDATE oauth_clients SET made_by_key = a.actor_id FROM admin_events a
WHERE a.subject = oauth_clients.id AND a.action = 'client.created' AND a.actor_kind = 'key';

CREATE INDEX api_keys_by_maker ON api_keys (made_by_key) WHERE made_by_key IS NOT NULL;
CREATE INDEX api_keys_by_predecessor ON api_keys (rotated_from) WHERE rotated_from IS NOT NULL;
CREATE INDEX oauth_clients_by_maker ON oauth_clients (made_by_key) WHERE made_by_key IS NOT NULL;
