//! SQL statements of OAuth2 clients, token keys revoked tokens and used assertions.

use crate::database::statements::statements;

statements! {
    /// Clients: a new one.
    CLIENT_INSERT = "INSERT INTO oauth_clients (id, workspace_id, livemode, name, scopes, jwks, created_by, created_at, \
        tokens_not_before, made_by_key, limit_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9, ?10)";

    /// Clients: those of a workspace, newest first.
    CLIENT_LIST = "SELECT id, workspace_id, livemode, name, scopes, jwks, created_by, created_at, tokens_not_before, \
        revoked_at, made_by_key, limit_id FROM oauth_clients WHERE workspace_id = ?1 ORDER BY created_at DESC, id DESC LIMIT ?2";

    /// Clients: everything a request needs to know about one; ?2 is the id of the token it shows.
    CLIENT_VERIFY = "SELECT c.id, c.workspace_id, c.livemode, c.name, c.scopes, c.jwks, c.created_by, c.created_at, \
        c.tokens_not_before, c.revoked_at, c.made_by_key, c.limit_id, w.plan AS plan, w.rate_limits AS rate_limits, \
        CASE WHEN u.disabled_at IS NULL AND w.disabled_at IS NULL THEN m.role END AS creator_role, \
        EXISTS (SELECT 1 FROM revoked_tokens WHERE jti = ?2) AS token_revoked \
        FROM oauth_clients c \
        JOIN workspaces w ON w.id = c.workspace_id \
        JOIN users u ON u.id = c.created_by \
        LEFT JOIN memberships m ON m.workspace_id = c.workspace_id AND m.user_id = c.created_by \
        WHERE c.id = ?1";

    /// Clients: a precondition: it is there and not revoked.
    MUST_CLIENT = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM oauth_clients WHERE id = ?1 AND workspace_id = ?2 \
        AND revoked_at IS NULL))";

    /// Clients: a precondition: it authenticates with secrets, not with public keys.
    MUST_CLIENT_OF_SECRETS = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM oauth_clients WHERE id = ?1 \
        AND jwks IS NULL))";

    /// Clients: tokens issued before ?2 are void.
    CLIENT_END_TOKENS = "UPDATE oauth_clients SET tokens_not_before = ?2 WHERE id = ?1";

    /// Secrets: those of a client.
    SECRET_LIST = "SELECT id, secret_mac, pepper_version, created_at FROM oauth_secrets WHERE client_id = ?1 \
        ORDER BY created_at LIMIT 2";

    /// Secrets: a precondition: there is room for one more.
    MUST_SECRET_ROOM = "INSERT INTO must VALUES ((SELECT COUNT(*) FROM oauth_secrets WHERE client_id = ?1) < 2)";

    /// Secrets: a new one.
    SECRET_INSERT = "INSERT INTO oauth_secrets (id, client_id, secret_mac, pepper_version, created_at) \
        VALUES (?1, ?2, ?3, ?4, ?5)";

    /// Secrets: a precondition: it is there.
    MUST_SECRET = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM oauth_secrets WHERE id = ?1 AND client_id = ?2))";

    /// Secrets: remove one.
    SECRET_DELETE = "DELETE FROM oauth_secrets WHERE id = ?1";

    /// Secrets: move the MAC to the current pepper.
    SECRET_REPEPPER = "UPDATE oauth_secrets SET secret_mac = ?2, pepper_version = ?3 WHERE id = ?1 \
        AND pepper_version = ?4";

    /// Tokens: end one before its time.
    TOKEN_REVOKE = "INSERT INTO revoked_tokens (jti, expires_at) VALUES (?1, ?2) ON CONFLICT (jti) DO NOTHING";

    /// Tokens: an assertion was used; a second time is a conflict.
    ASSERTION_USE = "INSERT INTO used_assertions (client_id, jti, expires_at) VALUES (?1, ?2, ?3)";

    /// Tokens: remove expired rows, a bounded number at once.
    TOKEN_PURGE = "DELETE FROM revoked_tokens WHERE jti IN (SELECT jti FROM revoked_tokens WHERE expires_at <= ?1 \
        ORDER BY expires_at LIMIT ?2)";

    /// Tokens: the same for assertions.
    ASSERTION_PURGE = "DELETE FROM used_assertions WHERE (client_id, jti) IN (SELECT client_id, jti \
        FROM used_assertions WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)";

    /// Token keys: the one that signs.
    TOKEN_KEY_ACTIVE = "SELECT kid, sealed FROM token_keys WHERE state = 'active' LIMIT 1";

    /// Token keys: all of them.
    TOKEN_KEY_LIST = "SELECT kid, state, public_jwk, created_at, changed_at FROM token_keys WHERE kid > '' \
        ORDER BY kid LIMIT 16";

    /// Token keys: a new one.
    TOKEN_KEY_INSERT = "INSERT INTO token_keys (kid, state, public_jwk, sealed, created_at, changed_at) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?5)";

    /// Token keys: a precondition: this one is active, and the next has been published since ?2 or longer.
    MUST_ROTATABLE = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM token_keys WHERE state = 'active' AND kid = ?1) \
        AND EXISTS (SELECT 1 FROM token_keys WHERE state = 'next' AND changed_at <= ?2))";

    /// Token keys: the active one retires.
    TOKEN_KEY_RETIRE = "UPDATE token_keys SET state = 'retired', changed_at = ?1 WHERE state = 'active'";

    /// Token keys: the next one is active.
    TOKEN_KEY_ACTIVATE = "UPDATE token_keys SET state = 'active', changed_at = ?1 WHERE state = 'next'";

    /// Token keys: sealed again, unless somebody else just did.
    TOKEN_KEY_RESEAL = "UPDATE token_keys SET sealed = ?2 WHERE kid = ?1 AND sealed = ?3";

    /// Token keys: forget those that retired before ?1.
    TOKEN_KEY_PURGE = "DELETE FROM token_keys WHERE state = 'retired' AND changed_at <= ?1";
}
