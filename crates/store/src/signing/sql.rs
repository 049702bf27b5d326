//! SQL statements of signing certificates.

use crate::database::statements::statements;

statements! {
    /// Inserts a certificate that is not active.
    CERTIFICATE_INSERT = "INSERT INTO signing_certificates (id, workspace_id, chain, sealed, fingerprint, subject, \
        algorithm, not_before, not_after, active, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, ?10)";

    /// Returns the certificates of a workspace, newest first.
    CERTIFICATE_LIST = "SELECT id, workspace_id, chain, fingerprint, subject, algorithm, not_before, not_after, active, \
        created_at FROM signing_certificates WHERE workspace_id = ?1 ORDER BY created_at DESC, id DESC LIMIT ?2";

    /// Returns the active certificate with its key.
    CERTIFICATE_ACTIVE = "SELECT id, workspace_id, chain, sealed, fingerprint, subject, algorithm, not_before, \
        not_after, active, created_at FROM signing_certificates WHERE workspace_id = ?1 AND active = 1";

    /// Requires that the certificate exists and is not expired at ?3.
    MUST_CERTIFICATE = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM signing_certificates WHERE id = ?1 \
        AND workspace_id = ?2 AND not_after > ?3))";

    /// Deactivates all certificates of a workspace.
    CERTIFICATE_DEACTIVATE = "UPDATE signing_certificates SET active = 0 WHERE workspace_id = ?1 AND active = 1";

    /// Activates a certificate.
    CERTIFICATE_ACTIVATE = "UPDATE signing_certificates SET active = 1 WHERE id = ?1";

    /// Removes a certificate with its key.
    CERTIFICATE_DELETE = "DELETE FROM signing_certificates WHERE id = ?1";

    /// Replaces a sealed certificate key, unless another process did so meanwhile.
    CERTIFICATE_RESEAL = "UPDATE signing_certificates SET sealed = ?2 WHERE id = ?1 AND sealed = ?3";
}
