//! SQL statements of the retirement of sealing keys and peppers.

use crate::database::statements::statements;

statements! {
    /// Returns some data keys that are sealed under a master key, by the range of its prefix.
    DATA_KEY_UNDER = "SELECT id, workspace_id, sealed FROM data_keys \
        WHERE substr(sealed, 1, 16) >= ?1 AND substr(sealed, 1, 16) < ?2 LIMIT ?3";

    /// Returns the number of data keys under a master key.
    DATA_KEY_COUNT = "SELECT COUNT(*) AS count FROM data_keys \
        WHERE substr(sealed, 1, 16) >= ?1 AND substr(sealed, 1, 16) < ?2";

    /// Returns some certificates whose keys are sealed under a master key.
    CERTIFICATE_UNDER = "SELECT id, workspace_id, sealed FROM signing_certificates \
        WHERE substr(sealed, 1, 16) >= ?1 AND substr(sealed, 1, 16) < ?2 LIMIT ?3";

    /// Returns the number of certificates under a master key.
    CERTIFICATE_COUNT = "SELECT COUNT(*) AS count FROM signing_certificates \
        WHERE substr(sealed, 1, 16) >= ?1 AND substr(sealed, 1, 16) < ?2";

    /// Returns some token keys that are sealed under a master key.
    TOKEN_KEY_UNDER = "SELECT kid, sealed FROM token_keys \
        WHERE substr(sealed, 1, 16) >= ?1 AND substr(sealed, 1, 16) < ?2 LIMIT ?3";

    /// Returns the number of token keys under a master key.
    TOKEN_KEY_COUNT = "SELECT COUNT(*) AS count FROM token_keys \
        WHERE substr(sealed, 1, 16) >= ?1 AND substr(sealed, 1, 16) < ?2";

    /// Returns the number of unrevoked keys with a pepper.
    KEY_PEPPER_COUNT = "SELECT COUNT(*) AS count FROM api_keys WHERE pepper_version = ?1 AND revoked_at IS NULL";

    /// Returns the number of client secrets with a pepper.
    SECRET_PEPPER_COUNT = "SELECT COUNT(*) AS count FROM oauth_secrets WHERE pepper_version = ?1";

    /// Returns the number of passwords with a pepper.
    PASSWORD_PEPPER_COUNT = "SELECT COUNT(*) AS count FROM users WHERE password_pepper = ?1";

    /// Returns the number of open sessions with a pepper.
    SESSION_PEPPER_COUNT = "SELECT COUNT(*) AS count FROM sessions WHERE pepper_version = ?1 AND revoked_at IS NULL";

    /// Returns the number of usable links with a pepper.
    LINK_PEPPER_COUNT = "SELECT COUNT(*) AS count FROM links WHERE pepper_version = ?1 AND used_at IS NULL \
        AND revoked_at IS NULL";
}
