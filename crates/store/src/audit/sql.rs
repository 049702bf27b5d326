//! SQL statements of the audit chain, admin events, the request log and the keys of personal fields.

use crate::database::statements::statements;

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

    /// Chain: the labelling events of a range of the chain.
    CHAIN_EVENTS = "SELECT e.*, c.seq AS seq FROM audit_chain c JOIN events e ON e.id = c.row_id \
        WHERE c.workspace_id = ?1 AND c.seq > ?2 AND c.seq <= ?3 AND c.kind = 'event'";

    /// Chain: the admin events of a range of the chain.
    CHAIN_ADMIN = "SELECT a.*, c.seq AS seq FROM audit_chain c JOIN admin_events a ON a.id = c.row_id \
        WHERE c.workspace_id = ?1 AND c.seq > ?2 AND c.seq <= ?3 AND c.kind = 'admin'";

    /// Chain: the request blocks of a range of the chain.
    CHAIN_BLOCKS = "SELECT b.*, c.seq AS seq FROM audit_chain c JOIN request_blocks b ON b.id = c.row_id \
        WHERE c.workspace_id = ?1 AND c.seq > ?2 AND c.seq <= ?3 AND c.kind = 'requests'";

    /// Chain: leaves and heads of a range.
    CHAIN_LEAVES = "SELECT seq, leaf, head FROM audit_chain WHERE workspace_id = ?1 AND seq > ?2 AND seq <= ?3 \
        ORDER BY seq";

    /// Chain: a live labelling event that no link names and that is not in the closed list of those from before the
    /// chain.
    CHAIN_STRAY_EVENT = "SELECT e.id FROM events e WHERE e.workspace_id = ?1 AND e.livemode = 1 \
        AND NOT EXISTS (SELECT 1 FROM audit_chain c WHERE c.kind = 'event' AND c.row_id = e.id \
        AND c.workspace_id = ?1) \
        AND NOT EXISTS (SELECT 1 FROM unlinked_events u WHERE u.workspace_id = ?1 AND u.event_id = e.id) LIMIT 1";

    /// Chain: how many events are from before it.
    CHAIN_UNLINKED = "SELECT COUNT(*) AS unlinked FROM unlinked_events WHERE workspace_id = ?1";

    /// Keyed heads: a new one.
    HEAD_INSERT = "INSERT INTO audit_heads (workspace_id, seq, key_label, head, unlinked, mac, created_at) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

    /// Keyed heads: those of a workspace before a place, newest first.
    HEAD_PAGE = "SELECT seq, key_label, head, unlinked, mac, created_at FROM audit_heads \
        WHERE workspace_id = ?1 AND seq < ?2 ORDER BY seq DESC, key_label DESC LIMIT ?3";

    /// Keyed heads: those of a range of the chain.
    HEAD_RANGE = "SELECT seq, key_label, head, unlinked, mac, created_at FROM audit_heads \
        WHERE workspace_id = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq";

    /// Keyed heads: workspaces after ?1 whose chain has no head under the key ?3 that is younger than ?2 or at its end.
    HEAD_DUE = "SELECT w.id AS workspace_id, c.seq, c.head, \
        (SELECT COUNT(*) FROM unlinked_events u WHERE u.workspace_id = w.id) AS unlinked \
        FROM workspaces w JOIN audit_chain c ON c.workspace_id = w.id \
        AND c.seq = (SELECT MAX(seq) FROM audit_chain WHERE workspace_id = w.id) \
        WHERE w.id > ?1 AND NOT EXISTS (SELECT 1 FROM audit_heads h WHERE h.workspace_id = w.id \
        AND h.seq = (SELECT MAX(seq) FROM audit_heads WHERE workspace_id = w.id) AND h.key_label = ?3 \
        AND (h.created_at > ?2 OR h.seq >= c.seq)) ORDER BY w.id LIMIT ?4";

    /// Failed authentication: count an attempt with a key. ?2 is the start of the window.
    FAILURE_OF_KEY = "INSERT INTO authentication_failures (window_start, workspace_id, kind, subject, failures, reason, \
        network, first_at, last_at) SELECT ?2, workspace_id, 'key', id, 1, ?3, ?4, ?5, ?5 FROM api_keys WHERE id = ?1 \
        ON CONFLICT (window_start, workspace_id, kind, subject) DO UPDATE SET failures = failures + 1, \
        reason = excluded.reason, network = excluded.network, last_at = excluded.last_at";

    /// Failed authentication: the same with an OAuth2 client.
    FAILURE_OF_CLIENT = "INSERT INTO authentication_failures (window_start, workspace_id, kind, subject, failures, \
        reason, network, first_at, last_at) SELECT ?2, workspace_id, 'client', id, 1, ?3, ?4, ?5, ?5 \
        FROM oauth_clients WHERE id = ?1 \
        ON CONFLICT (window_start, workspace_id, kind, subject) DO UPDATE SET failures = failures + 1, \
        reason = excluded.reason, network = excluded.network, last_at = excluded.last_at";

    /// Failed authentication: the same as a person, in their oldest workspace.
    FAILURE_OF_USER = "INSERT INTO authentication_failures (window_start, workspace_id, kind, subject, failures, \
        reason, network, first_at, last_at) SELECT ?2, workspace_id, 'user', user_id, 1, ?3, ?4, ?5, ?5 \
        FROM memberships WHERE user_id = ?1 AND workspace_id = (SELECT workspace_id FROM memberships \
        WHERE user_id = ?1 ORDER BY created_at LIMIT 1) \
        ON CONFLICT (window_start, workspace_id, kind, subject) DO UPDATE SET failures = failures + 1, \
        reason = excluded.reason, network = excluded.network, last_at = excluded.last_at";

    /// Failed authentication: the same by the person's address.
    FAILURE_OF_EMAIL = "INSERT INTO authentication_failures (window_start, workspace_id, kind, subject, failures, \
        reason, network, first_at, last_at) SELECT ?2, m.workspace_id, 'user', m.user_id, 1, ?3, ?4, ?5, ?5 \
        FROM users u JOIN memberships m ON m.user_id = u.id AND m.workspace_id = (SELECT workspace_id \
        FROM memberships WHERE user_id = u.id ORDER BY created_at LIMIT 1) WHERE u.email = ?1 \
        ON CONFLICT (window_start, workspace_id, kind, subject) DO UPDATE SET failures = failures + 1, \
        reason = excluded.reason, network = excluded.network, last_at = excluded.last_at";

    /// Failed authentication: windows that began before ?1.
    FAILURE_OVER = "SELECT window_start, workspace_id, kind, subject, failures, reason, network, first_at, last_at \
        FROM authentication_failures WHERE window_start < ?1 ORDER BY window_start LIMIT ?2";

    /// Failed authentication: a precondition: nobody recorded this window.
    MUST_FAILURE = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM authentication_failures WHERE window_start = ?1 \
        AND workspace_id = ?2 AND kind = ?3 AND subject = ?4))";

    /// Failed authentication: a window was recorded.
    FAILURE_DELETE = "DELETE FROM authentication_failures WHERE window_start = ?1 AND workspace_id = ?2 AND kind = ?3 \
        AND subject = ?4";

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

    /// Data keys: sealed again, unless somebody else just did.
    DATA_KEY_RESEAL = "UPDATE data_keys SET sealed = ?2 WHERE id = ?1 AND sealed = ?3";

    /// Request log: a new row. It may go after the days that its workspace keeps them.
    REQUEST_INSERT = "INSERT INTO request_log (workspace_id, livemode, request_id, actor_kind, actor_id, method, \
        route, status, latency_ms, address, created_at, expires_at) \
        SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11 + request_log_days * 86400000 \
        FROM workspaces WHERE id = ?1";

    /// Request log: a page of a period (?4 to ?5, milliseconds), newest first, with the caller's name. Numbers and
    /// times rise together but for the moments between an answer and its row, so the period's numbers are found by time
    /// with a minute to spare, and its rows are told by their own time.
    REQUEST_PAGE = "SELECT r.*, COALESCE(k.name, c.name, u.name) AS actor_name FROM request_log r \
        LEFT JOIN api_keys k ON r.actor_kind = 'key' AND k.id = r.actor_id \
        LEFT JOIN oauth_clients c ON r.actor_kind = 'client' AND c.id = r.actor_id \
        LEFT JOIN users u ON r.actor_kind = 'user' AND u.id = r.actor_id \
        WHERE r.workspace_id = ?1 AND r.seq < ?2 AND r.created_at BETWEEN ?4 AND ?5 \
        AND r.seq >= (SELECT seq FROM request_log WHERE workspace_id = ?1 AND created_at >= ?4 - 60000 \
            ORDER BY created_at LIMIT 1) \
        AND r.seq <= (SELECT seq FROM request_log WHERE workspace_id = ?1 AND created_at <= ?5 + 60000 \
            ORDER BY created_at DESC LIMIT 1) \
        ORDER BY r.seq DESC LIMIT ?3";

    /// Request log: the same of one key, person or client.
    REQUEST_PAGE_OF_ACTOR = "SELECT r.*, COALESCE(k.name, c.name, u.name) AS actor_name FROM request_log r \
        LEFT JOIN api_keys k ON r.actor_kind = 'key' AND k.id = r.actor_id \
        LEFT JOIN oauth_clients c ON r.actor_kind = 'client' AND c.id = r.actor_id \
        LEFT JOIN users u ON r.actor_kind = 'user' AND u.id = r.actor_id \
        WHERE r.workspace_id = ?1 AND r.actor_id = ?6 AND r.seq < ?2 AND r.created_at BETWEEN ?4 AND ?5 \
        AND r.seq >= (SELECT seq FROM request_log WHERE workspace_id = ?1 AND created_at >= ?4 - 60000 \
            ORDER BY created_at LIMIT 1) \
        AND r.seq <= (SELECT seq FROM request_log WHERE workspace_id = ?1 AND created_at <= ?5 + 60000 \
            ORDER BY created_at DESC LIMIT 1) \
        ORDER BY r.seq DESC LIMIT ?3";

    /// Request log: whose key this is, whatever became of it.
    REQUEST_KEY_OWNER = "SELECT workspace_id, kind FROM api_keys WHERE id = ?1";

    /// Request log: whose client this is, whatever became of it.
    REQUEST_CLIENT_OWNER = "SELECT workspace_id, livemode FROM oauth_clients WHERE id = ?1";

    /// Request log: the rows of a block.
    REQUEST_RANGE = "SELECT * FROM request_log WHERE workspace_id = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq";

    /// Request log: what no block covers yet, oldest first.
    REQUEST_UNSEALED = "SELECT * FROM request_log \
        WHERE seq > COALESCE((SELECT to_seq FROM request_blocks WHERE to_seq > 0 ORDER BY to_seq DESC LIMIT 1), 0) \
        ORDER BY seq LIMIT ?1";

    /// Request log: where the last block ends.
    BLOCK_LAST = "SELECT to_seq FROM request_blocks WHERE to_seq > 0 ORDER BY to_seq DESC LIMIT 1";

    /// Request log: blocks, as a JSON array of arrays of their columns.
    BLOCK_INSERT_ALL = "INSERT INTO request_blocks (workspace_id, from_seq, to_seq, id, row_count, root, expires_at) \
        SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6 \
        FROM json_each(?1)";

    /// Chain: links of request blocks, as a JSON array of [workspace, place, id of the block, leaf, head].
    CHAIN_INSERT_BLOCKS = "INSERT INTO audit_chain (workspace_id, seq, kind, row_id, leaf, head, created_at) \
        SELECT value ->> 0, value ->> 1, 'requests', value ->> 2, value ->> 3, value ->> 4, ?2 FROM json_each(?1)";

    /// Chain: the ends of the chains of a JSON array of workspaces.
    CHAIN_TIPS = "SELECT c.workspace_id, c.seq, c.head FROM json_each(?1) w \
        JOIN audit_chain c ON c.workspace_id = w.value \
        AND c.seq = (SELECT MAX(seq) FROM audit_chain WHERE workspace_id = w.value)";

    /// Request log: remove rows that are over together with their block, a bounded number at once.
    REQUEST_PURGE = "DELETE FROM request_log WHERE seq IN (SELECT r.seq FROM request_log r WHERE r.expires_at <= ?1 \
        AND EXISTS (SELECT 1 FROM request_blocks b WHERE b.workspace_id = r.workspace_id AND b.to_seq >= r.seq \
        AND b.from_seq < r.seq AND b.expires_at <= ?1) ORDER BY r.expires_at LIMIT ?2)";
}
