-- Finding what is over or under an older key without reading whole tables.

-- Requests go by their own end; the blocks of requests that are gone stay for good and are no list to search.
CREATE INDEX request_log_by_expiry ON request_log (expires_at);
DROP INDEX request_blocks_by_expiry;

-- A sealed text begins with `<format>.<label of its key>.`: what is under an older key is a range of these.
CREATE INDEX data_keys_by_sealing_key ON data_keys (substr(sealed, 1, 16));
CREATE INDEX signing_certificates_by_sealing_key ON signing_certificates (substr(sealed, 1, 16));
CREATE INDEX token_keys_by_sealing_key ON token_keys (substr(sealed, 1, 16));

-- How many secrets are still kept under a pepper.
CREATE INDEX api_keys_by_pepper ON api_keys (pepper_version) WHERE revoked_at IS NULL;
CREATE INDEX oauth_secrets_by_pepper ON oauth_secrets (pepper_version);
CREATE INDEX users_by_pepper ON users (password_pepper) WHERE password_pepper IS NOT NULL;
CREATE INDEX sessions_by_pepper ON sessions (pepper_version) WHERE revoked_at IS NULL;
CREATE INDEX links_by_pepper ON links (pepper_version) WHERE used_at IS NULL AND revoked_at IS NULL;
