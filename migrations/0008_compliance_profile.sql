-- What a workspace's labels say about the provider of the AI system unless a request says it; NULL: nothing.

ALTER TABLE workspaces ADD COLUMN provider TEXT;
ALTER TABLE workspaces ADD COLUMN ai_system TEXT;
ALTER TABLE workspaces ADD COLUMN ai_system_version TEXT;
-- China's code of the provider: 001, 1, unified social credit code, five characters.
ALTER TABLE workspaces ADD COLUMN producer_code TEXT;
