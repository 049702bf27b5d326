-- Room for some hundreds of calls in a minute.
UPDATE workspaces SET rate_limits = '{"check": {"limit": 100000, "windowS": 60}, "verify": {"limit": 100000, "windowS": 60}, "label": {"limit": 100000, "windowS": 60}, "keys.self": {"limit": 100000, "windowS": 60}}';
