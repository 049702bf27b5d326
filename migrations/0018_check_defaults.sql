-- What a workspace's checks assume unless a request says otherwise: the JSON of the options of POST /check; NULL: nothing.

ALTER TABLE workspaces ADD COLUMN check_defaults TEXT;
