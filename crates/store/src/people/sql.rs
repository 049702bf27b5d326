//! SQL statements of people and their passwords.

use crate::database::statements::statements;

statements! {
    /// Accounts: a new person.
    USER_INSERT = "INSERT INTO users (id, email, name, password_hash, password_pepper, created_at, email_proved_at) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

    /// Accounts: the person behind an address, for signing in.
    USER_BY_EMAIL = "SELECT id, email, name, password_hash, password_pepper, created_at, disabled_at, email_proved_at \
        FROM users WHERE email = ?1";

    /// Accounts: one person.
    USER_FIND = "SELECT id, email, name, created_at, disabled_at, email_proved_at FROM users WHERE id = ?1";

    /// Accounts: replace a password hash, unless somebody else just did.
    USER_REHASH = "UPDATE users SET password_hash = ?2, password_pepper = ?3 WHERE id = ?1 AND password_hash = ?4";

    /// First run: whether anybody is there.
    ANYBODY = "SELECT 1 AS somebody FROM users WHERE id > '' LIMIT 1";

    /// First run: a precondition: nobody is there.
    MUST_NOBODY = "INSERT INTO must VALUES (NOT EXISTS (SELECT 1 FROM users WHERE id > ''))";

    /// Password: what a change needs to know.
    PASSWORD_FIND = "SELECT id, email, name, password_hash, password_pepper, created_at, disabled_at, email_proved_at \
        FROM users WHERE id = ?1";

    /// Password: a new one.
    PASSWORD_SET = "UPDATE users SET password_hash = ?2, password_pepper = ?3 WHERE id = ?1";

    /// Proof: the person's address is proved.
    EMAIL_PROVE = "UPDATE users SET email_proved_at = ?2 WHERE id = ?1 AND email_proved_at IS NULL";

    /// Proof: passkeys from before the address is proved go. Their creator need not be the person who reads its mail.
    UNPROVED_PASSKEYS = "DELETE FROM passkeys WHERE user_id = ?1 \
        AND EXISTS (SELECT 1 FROM users WHERE id = ?1 AND email_proved_at IS NULL)";

    /// Proof: the same for ceremonies under way.
    UNPROVED_CHALLENGES = "DELETE FROM passkey_challenges WHERE user_id = ?1 \
        AND EXISTS (SELECT 1 FROM users WHERE id = ?1 AND email_proved_at IS NULL)";
}
