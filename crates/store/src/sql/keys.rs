//! Statements of keys that callers manage.

statements! {
    /// Keys: a precondition: it can be replaced now.
    MUST_REPLACEABLE = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM api_keys WHERE id = ?1 AND workspace_id = ?2 \
        AND revoked_at IS NULL AND replaced_by IS NULL AND (expires_at IS NULL OR expires_at > ?3)))";

    /// Keys: replaced by ?2; ends at ?3 unless it ends before.
    KEY_REPLACE = "UPDATE api_keys SET replaced_by = ?2, expires_at = MIN(COALESCE(expires_at, ?3), ?3) WHERE id = ?1";

    /// Keys: a precondition: it is not revoked.
    MUST_UNREVOKED = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM api_keys WHERE id = ?1 AND workspace_id = ?2 \
        AND revoked_at IS NULL))";

    /// Keys: a precondition: it may make or replace keys now.
    MUST_WORK = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM api_keys WHERE id = ?1 AND workspace_id = ?2 \
        AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?3)))";

    /// Keys: those that a key made, and those that these made or were replaced by, as far as they still work.
    KEY_MADE = "WITH RECURSIVE made(id) AS (SELECT ?1 UNION \
        SELECT k.id FROM made JOIN api_keys k ON k.made_by_key = made.id UNION \
        SELECT k.id FROM made JOIN api_keys k ON k.rotated_from = made.id WHERE made.id <> ?1) \
        SELECT k.id FROM made JOIN api_keys k ON k.id = made.id WHERE k.workspace_id = ?2 AND k.id <> ?1 \
        AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ?3) LIMIT ?4";

    /// Keys: the OAuth2 clients that the key and these keys made, as far as they are not revoked.
    KEY_MADE_CLIENTS = "WITH RECURSIVE made(id) AS (SELECT ?1 UNION \
        SELECT k.id FROM made JOIN api_keys k ON k.made_by_key = made.id UNION \
        SELECT k.id FROM made JOIN api_keys k ON k.rotated_from = made.id WHERE made.id <> ?1) \
        SELECT c.id FROM made JOIN oauth_clients c ON c.made_by_key = made.id WHERE c.workspace_id = ?2 \
        AND c.revoked_at IS NULL LIMIT ?3";

    /// Keys: end one, and say why.
    KEY_END = "UPDATE api_keys SET revoked_at = ?2, revoked_for = ?3 WHERE id = ?1 AND revoked_at IS NULL";
}
