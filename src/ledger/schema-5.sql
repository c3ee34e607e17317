-- Version 5: names for models, with their history.

CREATE TABLE hoopduck.model_alias (
  alias VARCHAR NOT NULL,            -- candidate | champion
  step BIGINT NOT NULL,              -- 1 for the alias's first row; the highest is the current one
  model_id VARCHAR NOT NULL,
  set_at TIMESTAMP NOT NULL,
  run_id VARCHAR NOT NULL,
  reason VARCHAR NOT NULL            -- what was found, or why a gate was passed
);

-- The newest model that was not forced is what a training of this version would have made the candidate.
INSERT INTO hoopduck.model_alias
SELECT 'candidate', 1, model_id, trained_at, run_id, 'the newest model when aliases came'
FROM hoopduck.model WHERE status <> 'forced'
ORDER BY trained_at DESC, model_id LIMIT 1;
