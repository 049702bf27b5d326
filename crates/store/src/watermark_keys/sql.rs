//! SQL statements of watermark keys.

use crate::database::statements::statements;

statements! {
    /// Watermark keys: a new one, in use.
    WATERMARK_KEY_INSERT = "INSERT INTO watermark_keys (id, workspace_id, sealed, fingerprint, active, created_at) \
        VALUES (?1, ?2, ?3, ?4, 1, ?5)";

    /// Watermark keys: those of a workspace, the one in use first, then newest first.
    WATERMARK_KEY_LIST = "SELECT id, sealed, fingerprint, active, created_at FROM watermark_keys \
        WHERE workspace_id = ?1 ORDER BY active DESC, created_at DESC, id DESC LIMIT ?2";

    /// Watermark keys: none is in use.
    WATERMARK_KEY_DEACTIVATE = "UPDATE watermark_keys SET active = 0 WHERE workspace_id = ?1 AND active = 1";

    /// Watermark keys: an earlier one is in use again.
    WATERMARK_KEY_ACTIVATE = "UPDATE watermark_keys SET active = 1 WHERE id = ?1";

    /// Watermark keys: a precondition: it is there.
    MUST_WATERMARK_KEY = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM watermark_keys WHERE id = ?1))";

    /// Watermark keys: a precondition: the workspace has one.
    MUST_ANY_WATERMARK_KEY = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM watermark_keys WHERE workspace_id = ?1))";

    /// Watermark keys: remove all but the first ?2 of the list.
    WATERMARK_KEY_TRIM = "DELETE FROM watermark_keys WHERE id IN (SELECT id FROM watermark_keys \
        WHERE workspace_id = ?1 ORDER BY active DESC, created_at DESC, id DESC LIMIT 100 OFFSET ?2)";

    /// Watermark keys: remove all of a workspace.
    WATERMARK_KEY_DELETE = "DELETE FROM watermark_keys WHERE workspace_id = ?1";

    /// Watermark keys: sealed again, unless somebody else just did.
    WATERMARK_KEY_RESEAL = "UPDATE watermark_keys SET sealed = ?2 WHERE id = ?1 AND sealed = ?3";

    /// Watermark keys: some that are sealed under a key, by the range of its prefix.
    WATERMARK_KEY_UNDER = "SELECT id, workspace_id, sealed FROM watermark_keys \
        WHERE substr(sealed, 1, 16) >= ?1 AND substr(sealed, 1, 16) < ?2 LIMIT ?3";

    /// Watermark keys: how many.
    WATERMARK_KEY_COUNT = "SELECT COUNT(*) AS count FROM watermark_keys \
        WHERE substr(sealed, 1, 16) >= ?1 AND substr(sealed, 1, 16) < ?2";
}
