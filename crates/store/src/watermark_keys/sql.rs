//! SQL statements of watermark keys.

use crate::database::statements::statements;

statements! {
    /// Inserts an active watermark key.
    WATERMARK_KEY_INSERT = "INSERT INTO watermark_keys (id, workspace_id, sealed, fingerprint, active, created_at) \
        VALUES (?1, ?2, ?3, ?4, 1, ?5)";

    /// Returns the watermark keys of a workspace, the active one first, then newest first.
    WATERMARK_KEY_LIST = "SELECT id, sealed, fingerprint, active, created_at FROM watermark_keys \
        WHERE workspace_id = ?1 ORDER BY active DESC, created_at DESC, id DESC LIMIT ?2";

    /// Deactivates all watermark keys of a workspace.
    WATERMARK_KEY_DEACTIVATE = "UPDATE watermark_keys SET active = 0 WHERE workspace_id = ?1 AND active = 1";

    /// Activates an earlier watermark key.
    WATERMARK_KEY_ACTIVATE = "UPDATE watermark_keys SET active = 1 WHERE id = ?1";

    /// Requires that the watermark key exists.
    MUST_WATERMARK_KEY = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM watermark_keys WHERE id = ?1))";

    /// Requires that the workspace has a watermark key.
    MUST_ANY_WATERMARK_KEY = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM watermark_keys WHERE workspace_id = ?1))";

    /// Removes all watermark keys after the first ?2 of the list.
    WATERMARK_KEY_TRIM = "DELETE FROM watermark_keys WHERE id IN (SELECT id FROM watermark_keys \
        WHERE workspace_id = ?1 ORDER BY active DESC, created_at DESC, id DESC LIMIT 100 OFFSET ?2)";

    /// Removes all watermark keys of a workspace.
    WATERMARK_KEY_DELETE = "DELETE FROM watermark_keys WHERE workspace_id = ?1";

    /// Replaces a sealed watermark key, unless another process did so meanwhile.
    WATERMARK_KEY_RESEAL = "UPDATE watermark_keys SET sealed = ?2 WHERE id = ?1 AND sealed = ?3";

    /// Returns some watermark keys that are sealed under a master key, by the range of its prefix.
    WATERMARK_KEY_UNDER = "SELECT id, workspace_id, sealed FROM watermark_keys \
        WHERE substr(sealed, 1, 16) >= ?1 AND substr(sealed, 1, 16) < ?2 LIMIT ?3";

    /// Returns the number of watermark keys under a master key.
    WATERMARK_KEY_COUNT = "SELECT COUNT(*) AS count FROM watermark_keys \
        WHERE substr(sealed, 1, 16) >= ?1 AND substr(sealed, 1, 16) < ?2";
}
