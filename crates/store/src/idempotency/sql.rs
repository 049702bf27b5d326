//! SQL statements of idempotency keys.

use crate::database::statements::statements;

statements! {
    /// Idempotency: take a key: a new one, one that is over, or one whose attempt gave no answer in its time.
    IDEMPOTENCY_TAKE = "INSERT INTO idempotency (workspace_id, livemode, caller, route, key, fingerprint, owner, \
        lease_until, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) \
        ON CONFLICT (workspace_id, livemode, caller, route, key) DO UPDATE SET fingerprint = excluded.fingerprint, \
        owner = excluded.owner, lease_until = excluded.lease_until, expires_at = excluded.expires_at, status = NULL, \
        result = NULL WHERE expires_at <= ?10 \
        OR (status IS NULL AND lease_until <= ?10 AND fingerprint = excluded.fingerprint)";

    /// Idempotency: who holds a key, and what it led to.
    IDEMPOTENCY_FIND = "SELECT fingerprint, owner, status, result FROM idempotency WHERE workspace_id = ?1 \
        AND livemode = ?2 AND caller = ?3 AND route = ?4 AND key = ?5";

    /// Idempotency: a precondition: the attempt still holds its key.
    MUST_OWNER = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM idempotency WHERE owner = ?1 AND status IS NULL))";

    /// Idempotency: what the attempt led to.
    IDEMPOTENCY_FINISH = "UPDATE idempotency SET status = ?2, result = ?3 WHERE owner = ?1";

    /// Idempotency: the attempt led to nothing.
    IDEMPOTENCY_RELEASE = "DELETE FROM idempotency WHERE owner = ?1 AND status IS NULL";

    /// Idempotency: remove expired rows, a bounded number at once.
    IDEMPOTENCY_PURGE = "DELETE FROM idempotency WHERE owner IN (SELECT owner FROM idempotency WHERE expires_at <= ?1 \
        ORDER BY expires_at LIMIT ?2)";
}
