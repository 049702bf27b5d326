-- Finds where a period of the request log begins and ends.
CREATE INDEX request_log_by_time ON request_log (workspace_id, created_at);
