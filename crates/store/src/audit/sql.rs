//! SQL statements of the audit chain, admin events, the request log and the keys of personal fields.

use crate::database::statements::statements;

statements! {
    /// Returns the last link of a workspace's chain.
    CHAIN_TIP = "SELECT seq, head FROM audit_chain WHERE workspace_id = ?1 ORDER BY seq DESC LIMIT 1";

    /// Requires that the chain ends at place ?2 with head ?3, or has no link if ?2 is 0.
    MUST_END = "INSERT INTO must VALUES (CASE WHEN ?2 = 0 \
        THEN NOT EXISTS (SELECT 1 FROM audit_chain WHERE workspace_id = ?1) \
        ELSE EXISTS (SELECT 1 FROM audit_chain WHERE workspace_id = ?1 AND seq = ?2 AND head = ?3) \
        AND NOT EXISTS (SELECT 1 FROM audit_chain WHERE workspace_id = ?1 AND seq > ?2) END)";

    /// Appends a link.
    CHAIN_INSERT = "INSERT INTO audit_chain (workspace_id, seq, kind, row_id, leaf, head, created_at) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

    /// Returns whether a row is linked. Tells whether a batch took effect whose answer was lost.
    CHAIN_HAS = "SELECT leaf FROM audit_chain WHERE kind = ?1 AND row_id = ?2";

    /// Returns the link at a place.
    CHAIN_AT = "SELECT head FROM audit_chain WHERE workspace_id = ?1 AND seq = ?2";

    /// Returns the links after place ?2 up to ?3.
    CHAIN_RANGE = "SELECT seq, kind, row_id, leaf, head FROM audit_chain \
        WHERE workspace_id = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq";

    /// Returns the labelling events in a range of the chain.
    CHAIN_EVENTS = "SELECT e.*, c.seq AS seq FROM audit_chain c JOIN events e ON e.id = c.row_id \
        WHERE c.workspace_id = ?1 AND c.seq > ?2 AND c.seq <= ?3 AND c.kind = 'event'";

    /// Returns the admin events in a range of the chain.
    CHAIN_ADMIN = "SELECT a.*, c.seq AS seq FROM audit_chain c JOIN admin_events a ON a.id = c.row_id \
        WHERE c.workspace_id = ?1 AND c.seq > ?2 AND c.seq <= ?3 AND c.kind = 'admin'";

    /// Returns the request blocks in a range of the chain.
    CHAIN_BLOCKS = "SELECT b.*, c.seq AS seq FROM audit_chain c JOIN request_blocks b ON b.id = c.row_id \
        WHERE c.workspace_id = ?1 AND c.seq > ?2 AND c.seq <= ?3 AND c.kind = 'requests'";

    /// Returns the leaves and heads of a range of the chain.
    CHAIN_LEAVES = "SELECT seq, leaf, head FROM audit_chain WHERE workspace_id = ?1 AND seq > ?2 AND seq <= ?3 \
        ORDER BY seq";

    /// Returns a live labelling event without a link. Events from before the chain, which are in a closed list, are
    /// left out.
    CHAIN_STRAY_EVENT = "SELECT e.id FROM events e WHERE e.workspace_id = ?1 AND e.livemode = 1 \
        AND NOT EXISTS (SELECT 1 FROM audit_chain c WHERE c.kind = 'event' AND c.row_id = e.id \
        AND c.workspace_id = ?1) \
        AND NOT EXISTS (SELECT 1 FROM unlinked_events u WHERE u.workspace_id = ?1 AND u.event_id = e.id) LIMIT 1";

    /// Returns the number of events from before the chain.
    CHAIN_UNLINKED = "SELECT COUNT(*) AS unlinked FROM unlinked_events WHERE workspace_id = ?1";

    /// Inserts a keyed head.
    HEAD_INSERT = "INSERT INTO audit_heads (workspace_id, seq, key_label, head, unlinked, mac, created_at) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

    /// Returns a page of keyed heads of a workspace below a place, newest first.
    HEAD_PAGE = "SELECT seq, key_label, head, unlinked, mac, created_at FROM audit_heads \
        WHERE workspace_id = ?1 AND seq < ?2 ORDER BY seq DESC, key_label DESC LIMIT ?3";

    /// Returns the keyed heads in a range of the chain.
    HEAD_RANGE = "SELECT seq, key_label, head, unlinked, mac, created_at FROM audit_heads \
        WHERE workspace_id = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq";

    /// Returns workspaces after ?1 that need a keyed head: they have none under key ?3 that is newer than ?2 or at the
    /// end of the chain.
    HEAD_DUE = "SELECT w.id AS workspace_id, c.seq, c.head, \
        (SELECT COUNT(*) FROM unlinked_events u WHERE u.workspace_id = w.id) AS unlinked \
        FROM workspaces w JOIN audit_chain c ON c.workspace_id = w.id \
        AND c.seq = (SELECT MAX(seq) FROM audit_chain WHERE workspace_id = w.id) \
        WHERE w.id > ?1 AND NOT EXISTS (SELECT 1 FROM audit_heads h WHERE h.workspace_id = w.id \
        AND h.seq = (SELECT MAX(seq) FROM audit_heads WHERE workspace_id = w.id) AND h.key_label = ?3 \
        AND (h.created_at > ?2 OR h.seq >= c.seq)) ORDER BY w.id LIMIT ?4";

    /// Counts a failed authentication with a key. ?2 is the start of the window.
    FAILURE_OF_KEY = "INSERT INTO authentication_failures (window_start, workspace_id, kind, subject, failures, reason, \
        network, first_at, last_at) SELECT ?2, workspace_id, 'key', id, 1, ?3, ?4, ?5, ?5 FROM api_keys WHERE id = ?1 \
        ON CONFLICT (window_start, workspace_id, kind, subject) DO UPDATE SET failures = failures + 1, \
        reason = excluded.reason, network = excluded.network, last_at = excluded.last_at";

    /// Counts a failed authentication with an OAuth2 client.
    FAILURE_OF_CLIENT = "INSERT INTO authentication_failures (window_start, workspace_id, kind, subject, failures, \
        reason, network, first_at, last_at) SELECT ?2, workspace_id, 'client', id, 1, ?3, ?4, ?5, ?5 \
        FROM oauth_clients WHERE id = ?1 \
        ON CONFLICT (window_start, workspace_id, kind, subject) DO UPDATE SET failures = failures + 1, \
        reason = excluded.reason, network = excluded.network, last_at = excluded.last_at";

    /// Counts a failed authentication of a person, in their oldest workspace.
    FAILURE_OF_USER = "INSERT INTO authentication_failures (window_start, workspace_id, kind, subject, failures, \
        reason, network, first_at, last_at) SELECT ?2, workspace_id, 'user', user_id, 1, ?3, ?4, ?5, ?5 \
        FROM memberships WHERE user_id = ?1 AND workspace_id = (SELECT workspace_id FROM memberships \
        WHERE user_id = ?1 ORDER BY created_at LIMIT 1) \
        ON CONFLICT (window_start, workspace_id, kind, subject) DO UPDATE SET failures = failures + 1, \
        reason = excluded.reason, network = excluded.network, last_at = excluded.last_at";

    /// Counts a failed authentication of the person with an e-mail address.
    FAILURE_OF_EMAIL = "INSERT INTO authentication_failures (window_start, workspace_id, kind, subject, failures, \
        reason, network, first_at, last_at) SELECT ?2, m.workspace_id, 'user', m.user_id, 1, ?3, ?4, ?5, ?5 \
        FROM users u JOIN memberships m ON m.user_id = u.id AND m.workspace_id = (SELECT workspace_id \
        FROM memberships WHERE user_id = u.id ORDER BY created_at LIMIT 1) WHERE u.email = ?1 \
        ON CONFLICT (window_start, workspace_id, kind, subject) DO UPDATE SET failures = failures + 1, \
        reason = excluded.reason, network = excluded.network, last_at = excluded.last_at";

    /// Returns the windows of failed authentications that began before ?1.
    FAILURE_OVER = "SELECT window_start, workspace_id, kind, subject, failures, reason, network, first_at, last_at \
        FROM authentication_failures WHERE window_start < ?1 ORDER BY window_start LIMIT ?2";

    /// Requires that this window of failed authentications is not recorded yet.
    MUST_FAILURE = "INSERT INTO must VALUES (EXISTS (SELECT 1 FROM authentication_failures WHERE window_start = ?1 \
        AND workspace_id = ?2 AND kind = ?3 AND subject = ?4))";

    /// Removes a window of failed authentications after it was recorded.
    FAILURE_DELETE = "DELETE FROM authentication_failures WHERE window_start = ?1 AND workspace_id = ?2 AND kind = ?3 \
        AND subject = ?4";

    /// Returns an admin event without a link.
    CHAIN_STRAY_ADMIN = "SELECT a.id FROM admin_events a WHERE a.workspace_id = ?1 \
        AND NOT EXISTS (SELECT 1 FROM audit_chain c WHERE c.kind = 'admin' AND c.row_id = a.id \
        AND c.workspace_id = ?1) LIMIT 1";

    /// Inserts an admin event.
    ADMIN_INSERT = "INSERT INTO admin_events (id, workspace_id, action, actor_kind, actor_id, subject, detail, \
        request_id, personal, personal_key, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";

    /// Returns a page of admin events of a workspace before an ID, newest first.
    ADMIN_PAGE = "SELECT *, (SELECT sealed FROM data_keys WHERE id = personal_key) AS data_key FROM admin_events \
        WHERE workspace_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3";

    /// Returns the data key of a subject.
    DATA_KEY_FIND = "SELECT id, sealed FROM data_keys WHERE workspace_id = ?1 AND subject = ?2";

    /// Inserts a data key, unless the subject has one or was erased.
    DATA_KEY_INSERT = "INSERT INTO data_keys (id, workspace_id, subject, sealed, created_at) \
        SELECT ?1, ?2, ?3, ?4, ?5 \
        WHERE NOT EXISTS (SELECT 1 FROM erasures WHERE user_id = ?3) \
        ON CONFLICT (workspace_id, subject) DO NOTHING";

    /// Replaces a sealed data key, unless another process did so meanwhile.
    DATA_KEY_RESEAL = "UPDATE data_keys SET sealed = ?2 WHERE id = ?1 AND sealed = ?3";

    /// Inserts a row into the request log. It expires after the retention period of its workspace.
    REQUEST_INSERT = "INSERT INTO request_log (workspace_id, livemode, request_id, actor_kind, actor_id, method, \
        route, status, latency_ms, address, created_at, expires_at) \
        SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11 + request_log_days * 86400000 \
        FROM workspaces WHERE id = ?1";

    /// Returns a page of the request log from ?4 to ?5 (milliseconds), newest first, with the caller's name. Sequence
    /// numbers follow the times except for the moments between a response and its row. Therefore the range of numbers
    /// is found by time with a minute of tolerance, and the rows are then filtered by their own time.
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

    /// Returns a page of the request log of one key, person or client.
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

    /// Returns the workspace of a key, whether it is active or not.
    REQUEST_KEY_OWNER = "SELECT workspace_id, kind FROM api_keys WHERE id = ?1";

    /// Returns the workspace of a client, whether it is active or not.
    REQUEST_CLIENT_OWNER = "SELECT workspace_id, livemode FROM oauth_clients WHERE id = ?1";

    /// Returns the rows of a block.
    REQUEST_RANGE = "SELECT * FROM request_log WHERE workspace_id = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq";

    /// Returns the rows that no block contains yet, oldest first.
    REQUEST_UNSEALED = "SELECT * FROM request_log \
        WHERE seq > COALESCE((SELECT to_seq FROM request_blocks WHERE to_seq > 0 ORDER BY to_seq DESC LIMIT 1), 0) \
        ORDER BY seq LIMIT ?1";

    /// Returns the end of the last block.
    BLOCK_LAST = "SELECT to_seq FROM request_blocks WHERE to_seq > 0 ORDER BY to_seq DESC LIMIT 1";

    /// Inserts blocks, given as a JSON array of arrays of their columns.
    BLOCK_INSERT_ALL = "INSERT INTO request_blocks (workspace_id, from_seq, to_seq, id, row_count, root, expires_at) \
        SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6 \
        FROM json_each(?1)";

    /// Appends links of request blocks, given as a JSON array of [workspace, place, ID of the block, leaf, head].
    CHAIN_INSERT_BLOCKS = "INSERT INTO audit_chain (workspace_id, seq, kind, row_id, leaf, head, created_at) \
        SELECT value ->> 0, value ->> 1, 'requests', value ->> 2, value ->> 3, value ->> 4, ?2 FROM json_each(?1)";

    /// Returns the last links of the chains of workspaces, given as a JSON array.
    CHAIN_TIPS = "SELECT c.workspace_id, c.seq, c.head FROM json_each(?1) w \
        JOIN audit_chain c ON c.workspace_id = w.value \
        AND c.seq = (SELECT MAX(seq) FROM audit_chain WHERE workspace_id = w.value)";

    /// Removes expired rows of the request log whose block has expired too, a limited number per run.
    REQUEST_PURGE = "DELETE FROM request_log WHERE seq IN (SELECT r.seq FROM request_log r WHERE r.expires_at <= ?1 \
        AND EXISTS (SELECT 1 FROM request_blocks b WHERE b.workspace_id = r.workspace_id AND b.to_seq >= r.seq \
        AND b.from_seq < r.seq AND b.expires_at <= ?1) ORDER BY r.expires_at LIMIT ?2)";
}
