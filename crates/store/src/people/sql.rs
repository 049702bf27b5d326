//! SQL statements of people and their passwords.

use crate::database::statements::statements;

statements! {
    /// Inserts a person.
    USER_INSERT = "INSERT INTO users (id, email, name, password_hash, password_pepper, created_at, email_proved_at) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

    /// Returns the person with an e-mail address, for sign-in.
    USER_BY_EMAIL = "SELECT id, email, name, password_hash, password_pepper, created_at, disabled_at, email_proved_at \
        FROM users WHERE email = ?1";

    /// Returns a person.
    USER_FIND = "SELECT id, email, name, created_at, disabled_at, email_proved_at FROM users WHERE id = ?1";

    /// Replaces a password hash, unless another process did so meanwhile.
    USER_REHASH = "UPDATE users SET password_hash = ?2, password_pepper = ?3 WHERE id = ?1 AND password_hash = ?4";

    /// Returns whether there is any person.
    ANYBODY = "SELECT 1 AS somebody FROM users WHERE id > '' LIMIT 1";

    /// Requires that there is no person yet.
    MUST_NOBODY = "INSERT INTO must VALUES (NOT EXISTS (SELECT 1 FROM users WHERE id > ''))";

    /// Returns the data that a password change needs.
    PASSWORD_FIND = "SELECT id, email, name, password_hash, password_pepper, created_at, disabled_at, email_proved_at \
        FROM users WHERE id = ?1";

    /// Sets a password.
    PASSWORD_SET = "UPDATE users SET password_hash = ?2, password_pepper = ?3 WHERE id = ?1";

    /// Marks the person's address as confirmed.
    EMAIL_PROVE = "UPDATE users SET email_proved_at = ?2 WHERE id = ?1 AND email_proved_at IS NULL";

    /// Removes passkeys that were created before the address was confirmed. Their creator need not be the owner of the
    /// address.
    UNPROVED_PASSKEYS = "DELETE FROM passkeys WHERE user_id = ?1 \
        AND EXISTS (SELECT 1 FROM users WHERE id = ?1 AND email_proved_at IS NULL)";

    /// Removes the open challenges of a person whose address is not confirmed.
    UNPROVED_CHALLENGES = "DELETE FROM passkey_challenges WHERE user_id = ?1 \
        AND EXISTS (SELECT 1 FROM users WHERE id = ?1 AND email_proved_at IS NULL)";
}
