//! Statements of the audit chain, admin events, the request log and the keys of personal fields.

statements! {
    /// Chain: its end.
    CHAIN_TIP = "SELECT seq, head FROM audit_chain WHERE workspace_id = ?1 ORDER BY seq DESC LIMIT 1";

    /// Chain: a precondition: it ends at ?2 with ?3, or has not begun where ?2 is 0.
    MUST_END = "INSERT INTO must VALUES (CASE WHEN ?2 = 0 \
        THEN NOT EXISTS (SELECT 1 FROM audit_chain WHERE workspace_id = ?1) \
        ELSE EXISTS (SELECT 1 FROM audit_chain WHERE workspace_id = ?1 AND seq = ?2 AND head = ?3) \
        AND NOT EXISTS (SELECT 1 FROM audit_chain WHERE workspace_id = ?1 AND seq > ?2) END)";

    /// Chain: a link.
    CHAIN_INSERT = "INSERT INTO audit_chain (workspace_id, seq, kind, row_id, leaf, head, created_at) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

    /// Chain: whether a row is linked; tells whether a batch whose answer was lost had arrived.
    CHAIN_HAS = "SELECT leaf FROM audit_chain WHERE kind = ?1 AND row_id = ?2";

    /// Chain: one link.
    CHAIN_AT = "SELECT head FROM audit_chain WHERE workspace_id = ?1 AND seq = ?2";

    /// Chain: links after ?2 up to ?3.
    CHAIN_RANGE = "SELECT seq, kind, row_id, leaf, head FROM audit_chain \
        WHERE workspace_id = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq";

    /// Chain: the labelling events of such a range.
    CHAIN_EVENTS = "SELECT e.*, c.seq AS seq FROM audit_chain c JOIN events e ON e.id = c.row_id \
        WHERE c.workspace_id = ?1 AND c.seq > ?2 AND c.seq <= ?3 AND c.kind = 'event'";

    /// Chain: the admin events of such a range.
    CHAIN_ADMIN = "SELECT a.*, c.seq AS seq FROM audit_chain c JOIN admin_events a ON a.id = c.row_id \
        WHERE c.workspace_id = ?1 AND c.seq > ?2 AND c.seq <= ?3 AND c.kind = 'admin'";

    /// Chain: the request blocks of such a range.
    CHAIN_BLOCKS = "SELECT b.*, c.seq AS seq FROM audit_chain c JOIN request_blocks b ON b.id = c.row_id \
        WHERE c.workspace_id = ?1 AND c.seq > ?2 AND c.seq <= ?3 AND c.kind = 'requests'";

    /// Chain: a live labelling event, as old as the chain or younger, that no link names.
    CHAIN_STRAY_EVENT = "SELECT e.id FROM events e WHERE e.workspace_id = ?1 AND e.livemode = 1 \
        AND e.created_at > (SELECT created_at FROM audit_chain WHERE workspace_id = ?1 AND seq = 1) \
        AND NOT EXISTS (SELECT 1 FROM audit_chain c WHERE c.kind = 'event' AND c.row_id = e.id \
        AND c.workspace_id = ?1) LIMIT 1";

    /// Chain: an admin event that no link names.
    CHAIN_STRAY_ADMIN = "SELECT a.id FROM admin_events a WHERE a.workspace_id = ?1 \
        AND NOT EXISTS (SELECT 1 FROM audit_chain c WHERE c.kind = 'admin' AND c.row_id = a.id \
        AND c.workspace_id = ?1) LIMIT 1";

    /// Admin events: a new row.
    ADMIN_INSERT = "INSERT INTO admin_events (id, workspace_id, action, actor_kind, actor_id, subject, detail, \
        request_id, personal, personal_key, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";

    /// Admin events: a page of a workspace before an id, newest first.
    ADMIN_PAGE = "SELECT *, (SELECT sealed FROM data_keys WHERE id = personal_key) AS data_key FROM admin_events \
        WHERE workspace_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3";

    /// Data keys: that of a subject.
    DATA_KEY_FIND = "SELECT id, sealed FROM data_keys WHERE workspace_id = ?1 AND subject = ?2";

    /// Data keys: a new one, unless the subject has one or was erased.
    DATA_KEY_INSERT = "INSERT INTO data_keys (id, workspace_id, subject, sealed, created_at) \
        SELECT ?1, ?2, ?3, ?4, ?5 \
        WHERE NOT EXISTS (SELECT 1 FROM erasures WHERE user_id = ?3) \
        ON CONFLICT (workspace_id, subject) DO NOTHING";

    /// Data keys: a number of them in order, to seal them again.
    DATA_KEY_PAGE = "SELECT id, sealed FROM data_keys WHERE id > ?1 ORDER BY id LIMIT ?2";

    /// Data keys: sealed again, unless somebody else just did.
    DATA_KEY_RESEAL = "UPDATE data_keys SET sealed = ?2 WHERE id = ?1 AND sealed = ?3";

    /// Request log: a new row. It may go after the days that its workspace keeps them.
    REQUEST_INSERT = "INSERT INTO request_log (workspace_id, livemode, request_id, actor_kind, actor_id, method, \
        route, status, latency_ms, address, created_at, expires_at) \
        SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11 + request_log_days * 86400000 \
        FROM workspaces WHERE id = ?1";

    /// Request log: a page of a workspace before a position, newest first.
    REQUEST_PAGE = "SELECT * FROM request_log WHERE workspace_id = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3";

    /// Request log: the same of one key, person or client.
    REQUEST_PAGE_OF_ACTOR = "SELECT * FROM request_log WHERE workspace_id = ?1 AND actor_id = ?4 AND seq < ?2 \
        ORDER BY seq DESC LIMIT ?3";

    /// Request log: the rows of a block.
    REQUEST_RANGE = "SELECT * FROM request_log WHERE workspace_id = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq";

    /// Request log: what no block covers yet, oldest first.
    REQUEST_UNSEALED = "SELECT * FROM request_log \
        WHERE seq > COALESCE((SELECT to_seq FROM request_blocks WHERE to_seq > 0 ORDER BY to_seq DESC LIMIT 1), 0) \
        ORDER BY seq LIMIT ?1";

    /// Request log: where the last block ends.
    BLOCK_LAST = "SELECT to_seq FROM request_blocks WHERE to_seq > 0 ORDER BY to_seq DESC LIMIT 1";

    /// Request log: a block.
    BLOCK_INSERT = "INSERT INTO request_blocks (workspace_id, from_seq, to_seq, id, row_count, root, expires_at) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

    /// Request log: remove the rows of blocks that are over, a bounded number of blocks at once.
    REQUEST_PURGE = "DELETE FROM request_log WHERE seq IN (SELECT r.seq FROM request_blocks b \
        JOIN request_log r ON r.workspace_id = b.workspace_id AND r.seq > b.from_seq AND r.seq <= b.to_seq \
        WHERE b.expires_at <= ?1 ORDER BY b.expires_at LIMIT ?2)";
}
