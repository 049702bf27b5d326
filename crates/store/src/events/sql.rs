//! SQL statements of labelling events.

use crate::database::statements::statements;

statements! {
    /// Inserts an event.
    EVENT_INSERT = "INSERT INTO events (id, workspace_id, livemode, request_id, key_id, user_id, sha256_input, \
        sha256_output, filename, mime, size_bytes, modality, region_preset, digital_source_type, assertions, \
        signer_fingerprint, dnt_enabled, visible_overlay, watermark_payload_id, created_at, expires_at, \
        filename_key) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, \
        ?20, ?21, ?22)";

    /// Returns an event of a workspace and mode that has not expired (?4: current time).
    EVENT_FIND = "SELECT *, (SELECT sealed FROM data_keys WHERE id = filename_key) AS data_key FROM events \
        WHERE id = ?1 AND workspace_id = ?2 AND livemode = ?3 \
        AND (expires_at IS NULL OR expires_at > ?4)";

    /// Returns a page of events created at ?3 or later and before the position (?4, ?5), newest first.
    EVENT_PAGE = "SELECT *, (SELECT sealed FROM data_keys WHERE id = filename_key) AS data_key FROM events \
        WHERE workspace_id = ?1 AND livemode = ?2 AND created_at >= ?3 \
        AND (created_at, id) < (?4, ?5) ORDER BY created_at DESC, id DESC LIMIT ?6";

    /// Returns a page of events of one modality.
    EVENT_PAGE_OF_MODALITY = "SELECT *, (SELECT sealed FROM data_keys WHERE id = filename_key) AS data_key FROM events \
        WHERE workspace_id = ?1 AND livemode = ?2 AND created_at >= ?3 \
        AND (created_at, id) < (?4, ?5) AND modality = ?7 ORDER BY created_at DESC, id DESC LIMIT ?6";

    /// Returns the number of events created at ?3 or later and before ?4.
    EVENT_COUNT = "SELECT COUNT(*) AS total FROM events WHERE workspace_id = ?1 AND livemode = ?2 \
        AND created_at >= ?3 AND created_at < ?4";

    /// Returns the number of events of one modality.
    EVENT_COUNT_OF_MODALITY = "SELECT COUNT(*) AS total FROM events WHERE workspace_id = ?1 AND livemode = ?2 \
        AND created_at >= ?3 AND created_at < ?4 AND modality = ?5";

    /// Returns the newest live event of any workspace whose output was this file.
    EVENT_BY_OUTPUT_LIVE = "SELECT *, (SELECT sealed FROM data_keys WHERE id = filename_key) AS data_key FROM events \
        WHERE sha256_output = ?1 AND livemode = 1 \
        ORDER BY created_at DESC, id DESC LIMIT 1";

    /// Returns the newest live event of any workspace whose input was this file.
    EVENT_BY_INPUT_LIVE = "SELECT *, (SELECT sealed FROM data_keys WHERE id = filename_key) AS data_key FROM events \
        WHERE sha256_input = ?1 AND livemode = 1 \
        ORDER BY created_at DESC, id DESC LIMIT 1";

    /// Returns the newest event of one workspace's sandbox whose output was this file (?3: a day before the current
    /// time).
    EVENT_BY_OUTPUT_TEST = "SELECT *, (SELECT sealed FROM data_keys WHERE id = filename_key) AS data_key FROM events \
        WHERE sha256_output = ?1 AND livemode = 0 AND workspace_id = ?2 \
        AND created_at > ?3 ORDER BY created_at DESC, id DESC LIMIT 1";

    /// Returns the newest event of one workspace's sandbox whose input was this file.
    EVENT_BY_INPUT_TEST = "SELECT *, (SELECT sealed FROM data_keys WHERE id = filename_key) AS data_key FROM events \
        WHERE sha256_input = ?1 AND livemode = 0 AND workspace_id = ?2 \
        AND created_at > ?3 ORDER BY created_at DESC, id DESC LIMIT 1";

    /// Returns the oldest live events of any workspace with this watermark.
    EVENTS_BY_WATERMARK_LIVE = "SELECT *, (SELECT sealed FROM data_keys WHERE id = filename_key) AS data_key FROM events \
        WHERE watermark_payload_id = ?1 AND livemode = 1 ORDER BY created_at, id LIMIT ?2";

    /// Returns the oldest events of one workspace's sandbox with this watermark (?4: a day before the current time).
    EVENTS_BY_WATERMARK_TEST = "SELECT *, (SELECT sealed FROM data_keys WHERE id = filename_key) AS data_key FROM events \
        WHERE watermark_payload_id = ?1 AND livemode = 0 AND workspace_id = ?3 \
        AND created_at > ?4 ORDER BY created_at, id LIMIT ?2";

    /// Removes expired sandbox events, a limited number per run.
    EVENT_PURGE = "DELETE FROM events WHERE id IN \
        (SELECT id FROM events WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)";
}
