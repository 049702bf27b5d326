//! SQL statements of OAuth2 clients, token keys revoked tokens and used assertions.

use crate::database::statements::statements;

statements! {
    /// Inserts a client.
    CLIENT_INSERT = "INSERT INTO oauth_clients (id, workspace_id, livemode, name, scopes, jwks, created_by, created_at, \
        tokens_not_before, made_by_key, limit_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9, ?10)";

    /// Returns the clients of a workspace, newest first.
    CLIENT_LIST = "SELECT id, workspace_id, livemode, name, scopes, jwks, created_by, created_at, tokens_not_before, \
        revoked_at, made_by_key, limit_id FROM oauth_clients WHERE workspace_id = ?1 ORDER BY created_at DESC, id DESC LIMIT ?2";

    /// Returns all data that authentication needs about a client (?2: ID of the token).
    CLIENT_VERIFY = "SELECT c.id, c.workspace_id, c.livemode, c.name, c.scopes, c.jwks, c.created_by, c.created_at, \
        c.tokens_not_before, c.revoked_at, c.made_by_key, c.limit_id, w.plan AS plan, w.rate_limits AS rate_limits, \
        CASE WHEN u.disabled_at IS NULL AND w.disabled_at IS NULL THEN m.role END AS creator_role, \
        EXISTS (SELECT 1 FROM revoked_tokens WHERE jti = ?2) AS token_revoked \
        FROM oauth_clients c \
        JOIN workspaces w ON w.id = c.workspace_id \
        JOIN users u ON u.id = c.created_by \
        LEFT JOIN memberships m ON m.workspace_id = c.workspace_id AND m.user_id = c.created_by \
        WHERE c.id = ?1";

    /// Requires that the client exists and is not revoked.
    MUST_CLIENT = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM oauth_clients WHERE id = ?1 AND workspace_id = ?2 \
        AND revoked_at IS NULL))";

    /// Requires that the client authenticates with secrets rather than public keys.
    MUST_CLIENT_OF_SECRETS = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM oauth_clients WHERE id = ?1 \
        AND jwks IS NULL))";

    /// Invalidates the tokens of a client that were issued before ?2.
    CLIENT_END_TOKENS = "UPDATE oauth_clients SET tokens_not_before = ?2 WHERE id = ?1";

    /// Returns the secrets of a client.
    SECRET_LIST = "SELECT id, secret_mac, pepper_version, created_at FROM oauth_secrets WHERE client_id = ?1 \
        ORDER BY created_at LIMIT 2";

    /// Requires that the client may have one more secret.
    MUST_SECRET_ROOM = "INSERT INTO must VALUES ((SELECT COUNT(*) FROM oauth_secrets WHERE client_id = ?1) < 2)";

    /// Inserts a secret.
    SECRET_INSERT = "INSERT INTO oauth_secrets (id, client_id, secret_mac, pepper_version, created_at) \
        VALUES (?1, ?2, ?3, ?4, ?5)";

    /// Requires that the secret exists.
    MUST_SECRET = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM oauth_secrets WHERE id = ?1 AND client_id = ?2))";

    /// Removes a secret.
    SECRET_DELETE = "DELETE FROM oauth_secrets WHERE id = ?1";

    /// Replaces the MAC by one with the current pepper.
    SECRET_REPEPPER = "UPDATE oauth_secrets SET secret_mac = ?2, pepper_version = ?3 WHERE id = ?1 \
        AND pepper_version = ?4";

    /// Revokes a token.
    TOKEN_REVOKE = "INSERT INTO revoked_tokens (jti, expires_at) VALUES (?1, ?2) ON CONFLICT (jti) DO NOTHING";

    /// Records the use of an assertion. A second use is a conflict.
    ASSERTION_USE = "INSERT INTO used_assertions (client_id, jti, expires_at) VALUES (?1, ?2, ?3)";

    /// Removes expired revoked tokens, a limited number per run.
    TOKEN_PURGE = "DELETE FROM revoked_tokens WHERE jti IN (SELECT jti FROM revoked_tokens WHERE expires_at <= ?1 \
        ORDER BY expires_at LIMIT ?2)";

    /// Removes expired assertions, a limited number per run.
    ASSERTION_PURGE = "DELETE FROM used_assertions WHERE (client_id, jti) IN (SELECT client_id, jti \
        FROM used_assertions WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)";

    /// Returns the token key that signs.
    TOKEN_KEY_ACTIVE = "SELECT kid, sealed FROM token_keys WHERE state = 'active' LIMIT 1";

    /// Returns all token keys.
    TOKEN_KEY_LIST = "SELECT kid, state, public_jwk, created_at, changed_at FROM token_keys WHERE kid > '' \
        ORDER BY kid LIMIT 16";

    /// Inserts a token key.
    TOKEN_KEY_INSERT = "INSERT INTO token_keys (kid, state, public_jwk, sealed, created_at, changed_at) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?5)";

    /// Requires that this token key is active and that the next one was published at ?2 or earlier.
    MUST_ROTATABLE = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM token_keys WHERE state = 'active' AND kid = ?1) \
        AND EXISTS (SELECT 1 FROM token_keys WHERE state = 'next' AND changed_at <= ?2))";

    /// Retires the active token key.
    TOKEN_KEY_RETIRE = "UPDATE token_keys SET state = 'retired', changed_at = ?1 WHERE state = 'active'";

    /// Activates the next token key.
    TOKEN_KEY_ACTIVATE = "UPDATE token_keys SET state = 'active', changed_at = ?1 WHERE state = 'next'";

    /// Replaces a sealed token key, unless another process did so meanwhile.
    TOKEN_KEY_RESEAL = "UPDATE token_keys SET sealed = ?2 WHERE kid = ?1 AND sealed = ?3";

    /// Removes token keys that were retired before ?1.
    TOKEN_KEY_PURGE = "DELETE FROM token_keys WHERE state = 'retired' AND changed_at <= ?1";
}
