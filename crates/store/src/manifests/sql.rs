//! SQL statements of kept manifest stores.

use crate::database::statements::statements;

statements! {
    /// Inserts a manifest if the workspace keeps manifests. Until its bytes are written, it expires at ?9.
    MANIFEST_INSERT = "INSERT INTO manifests (id, event_id, workspace_id, user_id, payload_id, sha256, size_bytes, \
        created_at, expires_at) SELECT ?1, ?2, id, ?4, ?5, ?6, ?7, ?8, ?9 FROM workspaces \
        WHERE id = ?3 AND keep_manifests = 1 AND disabled_at IS NULL";

    /// Marks a manifest as written. It is kept for the retention period of its workspace, unless it was ended
    /// meanwhile.
    MANIFEST_STORED = "UPDATE manifests SET stored = 1, expires_at = created_at + 86400000 * \
        (SELECT manifest_days FROM workspaces WHERE workspaces.id = manifests.workspace_id) \
        WHERE id = ?1 AND stored = 0 AND expires_at > 0";

    /// Marks a manifest whose bytes could not be written. The scheduled job removes partial data.
    MANIFEST_ABANDON = "UPDATE manifests SET expires_at = 0, user_id = NULL WHERE id = ?1 AND stored = 0";

    /// Returns a manifest that is kept at time ?2.
    MANIFEST_FIND = "SELECT id, sha256 FROM manifests WHERE id = ?1 AND stored = 1 AND expires_at > ?2";

    /// Returns the manifests with a watermark that are kept at time ?2, oldest first.
    MANIFESTS_OF_PAYLOAD = "SELECT id FROM manifests WHERE payload_id = ?1 AND stored = 1 AND expires_at > ?2 \
        ORDER BY created_at, id LIMIT ?3";

    /// Ends the manifests of files that a person labelled.
    MANIFESTS_END_OF_PERSON = "UPDATE manifests SET expires_at = 0, user_id = NULL WHERE user_id = ?1";

    /// Returns expired manifests, a limited number per run.
    MANIFESTS_DUE = "SELECT id FROM manifests WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2";

    /// Removes the expired manifests among the IDs in the JSON array ?1.
    MANIFESTS_FORGET = "DELETE FROM manifests WHERE id IN (SELECT value FROM json_each(?1)) AND expires_at <= ?2";
}
