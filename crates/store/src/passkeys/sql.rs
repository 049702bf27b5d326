//! SQL statements of passkeys.

use crate::database::statements::statements;

statements! {
    /// Challenges: a new one.
    CHALLENGE_INSERT = "INSERT INTO passkey_challenges (challenge, user_id, expires_at) VALUES (?1, ?2, ?3)";

    /// Challenges: use one, whose person is ?2 or nobody.
    CHALLENGE_TAKE = "DELETE FROM passkey_challenges WHERE challenge = ?1 AND user_id IS ?2 AND expires_at > ?3 \
        RETURNING challenge";

    /// Challenges: remove expired rows, a bounded number at once.
    CHALLENGE_PURGE = "DELETE FROM passkey_challenges WHERE challenge IN (SELECT challenge FROM passkey_challenges \
        WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)";

    /// Passkeys: a new one.
    PASSKEY_INSERT = "INSERT INTO passkeys (id, user_id, name, public_key, counter, backed_up, created_at, \
        backup_eligible) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

    /// Passkeys: those of a person.
    PASSKEY_LIST = "SELECT id, user_id, name, public_key, counter, backed_up, backup_eligible, created_at, \
        last_used_at FROM passkeys WHERE user_id = ?1 ORDER BY created_at LIMIT ?2";

    /// Passkeys: one.
    PASSKEY_FIND = "SELECT p.id, p.user_id, p.name, p.public_key, p.counter, p.backed_up, p.backup_eligible, p.created_at, \
        p.last_used_at FROM passkeys p JOIN users u ON u.id = p.user_id WHERE p.id = ?1 AND u.disabled_at IS NULL";

    /// Passkeys: a precondition: its counter is still the one that was checked against.
    MUST_COUNTER = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM passkeys WHERE id = ?1 AND counter = ?2))";

    /// Passkeys: used.
    PASSKEY_USE = "UPDATE passkeys SET counter = ?2, backed_up = ?3, last_used_at = ?4, \
        backup_eligible = COALESCE(backup_eligible, ?5) WHERE id = ?1";

    /// Passkeys: a precondition: it is this person's.
    MUST_PASSKEY = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM passkeys WHERE id = ?1 AND user_id = ?2))";

    /// Passkeys: whether some workspace of a person asks for a passkey.
    PASSKEY_WANTED = "SELECT 1 AS wanted FROM memberships m JOIN workspaces w ON w.id = m.workspace_id \
        WHERE m.user_id = ?1 AND w.sign_in = 'passkey' LIMIT 1";

    /// Passkeys: remove one.
    PASSKEY_DELETE = "DELETE FROM passkeys WHERE id = ?1";
}
