//! SQL statements of kept manifest stores.

use crate::database::statements::statements;

statements! {
    /// Manifests: a new row, if the workspace keeps manifests. Its bytes are written next; until then it is over at ?9.
    MANIFEST_INSERT = "INSERT INTO manifests (id, event_id, workspace_id, user_id, payload_id, sha256, size_bytes, \
        created_at, expires_at) SELECT ?1, ?2, id, ?4, ?5, ?6, ?7, ?8, ?9 FROM workspaces \
        WHERE id = ?3 AND keep_manifests = 1 AND disabled_at IS NULL";

    /// Manifests: the bytes of one are written. It is kept for the days of its workspace, unless it was ended
    /// meanwhile.
    MANIFEST_STORED = "UPDATE manifests SET stored = 1, expires_at = created_at + 86400000 * \
        (SELECT manifest_days FROM workspaces WHERE workspaces.id = manifests.workspace_id) \
        WHERE id = ?1 AND stored = 0 AND expires_at > 0";

    /// Manifests: the bytes of one were not written. The scheduled job removes what may be there of them.
    MANIFEST_ABANDON = "UPDATE manifests SET expires_at = 0, user_id = NULL WHERE id = ?1 AND stored = 0";

    /// Manifests: one that is kept at ?2.
    MANIFEST_FIND = "SELECT id, sha256 FROM manifests WHERE id = ?1 AND stored = 1 AND expires_at > ?2";

    /// Manifests: those of a watermark that are kept at ?2, oldest first.
    MANIFESTS_OF_PAYLOAD = "SELECT id FROM manifests WHERE payload_id = ?1 AND stored = 1 AND expires_at > ?2 \
        ORDER BY created_at, id LIMIT ?3";

    /// Manifests: ends those of files that a person labelled.
    MANIFESTS_END_OF_PERSON = "UPDATE manifests SET expires_at = 0, user_id = NULL WHERE user_id = ?1";

    /// Manifests: those that are over, a bounded number at once.
    MANIFESTS_DUE = "SELECT id FROM manifests WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2";

    /// Manifests: forgets those of the ids in the JSON array ?1 that are over.
    MANIFESTS_FORGET = "DELETE FROM manifests WHERE id IN (SELECT value FROM json_each(?1)) AND expires_at <= ?2";
}
