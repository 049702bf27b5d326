//! SQL statements of passkeys.

use crate::database::statements::statements;

statements! {
    /// Inserts a challenge.
    CHALLENGE_INSERT = "INSERT INTO passkey_challenges (challenge, user_id, expires_at) VALUES (?1, ?2, ?3)";

    /// Removes and returns an unexpired challenge of person ?2 (NULL: a challenge without a person).
    CHALLENGE_TAKE = "DELETE FROM passkey_challenges WHERE challenge = ?1 AND user_id IS ?2 AND expires_at > ?3 \
        RETURNING challenge";

    /// Removes expired challenges, a limited number per run.
    CHALLENGE_PURGE = "DELETE FROM passkey_challenges WHERE challenge IN (SELECT challenge FROM passkey_challenges \
        WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)";

    /// Inserts a passkey.
    PASSKEY_INSERT = "INSERT INTO passkeys (id, user_id, name, public_key, counter, backed_up, created_at, \
        backup_eligible) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

    /// Returns the passkeys of a person.
    PASSKEY_LIST = "SELECT id, user_id, name, public_key, counter, backed_up, backup_eligible, created_at, \
        last_used_at FROM passkeys WHERE user_id = ?1 ORDER BY created_at LIMIT ?2";

    /// Returns a passkey.
    PASSKEY_FIND = "SELECT p.id, p.user_id, p.name, p.public_key, p.counter, p.backed_up, p.backup_eligible, p.created_at, \
        p.last_used_at FROM passkeys p JOIN users u ON u.id = p.user_id WHERE p.id = ?1 AND u.disabled_at IS NULL";

    /// Requires that the passkey's counter still has the verified value.
    MUST_COUNTER = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM passkeys WHERE id = ?1 AND counter = ?2))";

    /// Records the use of a passkey.
    PASSKEY_USE = "UPDATE passkeys SET counter = ?2, backed_up = ?3, last_used_at = ?4, \
        backup_eligible = COALESCE(backup_eligible, ?5) WHERE id = ?1";

    /// Requires that the passkey belongs to this person.
    MUST_PASSKEY = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM passkeys WHERE id = ?1 AND user_id = ?2))";

    /// Returns whether any workspace of a person requires a passkey.
    PASSKEY_WANTED = "SELECT 1 AS wanted FROM memberships m JOIN workspaces w ON w.id = m.workspace_id \
        WHERE m.user_id = ?1 AND w.sign_in = 'passkey' LIMIT 1";

    /// Removes a passkey.
    PASSKEY_DELETE = "DELETE FROM passkeys WHERE id = ?1";
}
