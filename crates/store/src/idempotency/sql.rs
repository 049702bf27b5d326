//! SQL statements of idempotency keys.

use crate::database::statements::statements;

statements! {
    /// Reserves a key that is new, has expired, or whose attempt did not finish in time.
    IDEMPOTENCY_TAKE = "INSERT INTO idempotency (workspace_id, livemode, caller, route, key, fingerprint, owner, \
        lease_until, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) \
        ON CONFLICT (workspace_id, livemode, caller, route, key) DO UPDATE SET fingerprint = excluded.fingerprint, \
        owner = excluded.owner, lease_until = excluded.lease_until, expires_at = excluded.expires_at, status = NULL, \
        result = NULL WHERE expires_at <= ?10 \
        OR (status IS NULL AND lease_until <= ?10 AND fingerprint = excluded.fingerprint)";

    /// Returns the attempt that holds a key, and its response.
    IDEMPOTENCY_FIND = "SELECT fingerprint, owner, status, result FROM idempotency WHERE workspace_id = ?1 \
        AND livemode = ?2 AND caller = ?3 AND route = ?4 AND key = ?5";

    /// Requires that the attempt still holds its key.
    MUST_OWNER = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM idempotency WHERE owner = ?1 AND status IS NULL))";

    /// Stores the response of an attempt.
    IDEMPOTENCY_FINISH = "UPDATE idempotency SET status = ?2, result = ?3 WHERE owner = ?1";

    /// Releases the key of an attempt without a response.
    IDEMPOTENCY_RELEASE = "DELETE FROM idempotency WHERE owner = ?1 AND status IS NULL";

    /// Removes expired keys, a limited number per run.
    IDEMPOTENCY_PURGE = "DELETE FROM idempotency WHERE owner IN (SELECT owner FROM idempotency WHERE expires_at <= ?1 \
        ORDER BY expires_at LIMIT ?2)";
}
