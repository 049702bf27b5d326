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

    /// Keys: end one, and say why.
    KEY_END = "UPDATE api_keys SET revoked_at = ?2, revoked_for = ?3 WHERE id = ?1 AND revoked_at IS NULL";
}
