//! SQL statements of the retirement of sealing keys and peppers.

use crate::database::statements::statements;

statements! {
    /// Data keys: some that are sealed under a key, by the range of its prefix.
    DATA_KEY_UNDER = "SELECT id, workspace_id, sealed FROM data_keys \
        WHERE substr(sealed, 1, 16) >= ?1 AND substr(sealed, 1, 16) < ?2 LIMIT ?3";

    /// Data keys: how many.
    DATA_KEY_COUNT = "SELECT COUNT(*) AS count FROM data_keys \
        WHERE substr(sealed, 1, 16) >= ?1 AND substr(sealed, 1, 16) < ?2";

    /// Certificates: some whose keys are sealed under a key.
    CERTIFICATE_UNDER = "SELECT id, workspace_id, sealed FROM signing_certificates \
        WHERE substr(sealed, 1, 16) >= ?1 AND substr(sealed, 1, 16) < ?2 LIMIT ?3";

    /// Certificates: how many.
    CERTIFICATE_COUNT = "SELECT COUNT(*) AS count FROM signing_certificates \
        WHERE substr(sealed, 1, 16) >= ?1 AND substr(sealed, 1, 16) < ?2";

    /// Token keys: some that are sealed under a key.
    TOKEN_KEY_UNDER = "SELECT kid, sealed FROM token_keys \
        WHERE substr(sealed, 1, 16) >= ?1 AND substr(sealed, 1, 16) < ?2 LIMIT ?3";

    /// Token keys: how many.
    TOKEN_KEY_COUNT = "SELECT COUNT(*) AS count FROM token_keys \
        WHERE substr(sealed, 1, 16) >= ?1 AND substr(sealed, 1, 16) < ?2";

    /// Keys under a pepper that are not revoked.
    KEY_PEPPER_COUNT = "SELECT COUNT(*) AS count FROM api_keys WHERE pepper_version = ?1 AND revoked_at IS NULL";

    /// Secrets of clients under a pepper.
    SECRET_PEPPER_COUNT = "SELECT COUNT(*) AS count FROM oauth_secrets WHERE pepper_version = ?1";

    /// Passwords under a pepper.
    PASSWORD_PEPPER_COUNT = "SELECT COUNT(*) AS count FROM users WHERE password_pepper = ?1";

    /// Sessions under a pepper that did not end.
    SESSION_PEPPER_COUNT = "SELECT COUNT(*) AS count FROM sessions WHERE pepper_version = ?1 AND revoked_at IS NULL";

    /// Links under a pepper that can still be used.
    LINK_PEPPER_COUNT = "SELECT COUNT(*) AS count FROM links WHERE pepper_version = ?1 AND used_at IS NULL \
        AND revoked_at IS NULL";
}
