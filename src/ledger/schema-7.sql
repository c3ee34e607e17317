-- Version 7: what webhooks were told.

CREATE TABLE hoopduck.notification ( -- the newest row of a webhook says what it knows; older ones are kept within bounds
  webhook VARCHAR NOT NULL,          -- its name in hoopduck.yaml, never its address
  notified_at TIMESTAMP NOT NULL,
  run_id VARCHAR NOT NULL,
  events VARCHAR NOT NULL,           -- JSON list of red, recovery, drift, failure; empty: nothing was sent
  outcome VARCHAR NOT NULL,          -- delivered | failed | quiet
  detail VARCHAR,                    -- what the server said
  known VARCHAR NOT NULL             -- JSON: the red checks, alarms and failures that the webhook knows of; of an older row {}
);
