-- The ledger: what the replica knows about its partitions, runs, checks, pushes and models.
-- No keys or indexes: one writer, and every write is delete + insert in one transaction.

CREATE TABLE hoopduck.partition (
  table_name VARCHAR NOT NULL,      -- dataset.table
  game_date DATE NOT NULL,          -- the partition
  layer VARCHAR NOT NULL,           -- raw | staging | model | prediction | quality
  source_token VARCHAR,             -- raw: what the warehouse said of its state; prediction: what it was made from
  digest VARCHAR,                   -- rows + order-independent hash of the canonical rows
  rows BIGINT NOT NULL,
  expected_rows BIGINT,             -- NULL: nothing is expected of this table
  verdict VARCHAR NOT NULL,         -- complete | short | bootstrap | unchecked
  detail VARCHAR,                   -- what is missing, in words
  updated_at TIMESTAMP NOT NULL,
  run_id VARCHAR NOT NULL
);

CREATE TABLE hoopduck.model_build (
  table_name VARCHAR NOT NULL,
  sql_digest VARCHAR NOT NULL,      -- of the SQL text that built the table
  built_to DATE NOT NULL,           -- the last date that builds have covered
  updated_at TIMESTAMP NOT NULL,
  run_id VARCHAR NOT NULL
);

CREATE TABLE hoopduck.model_input ( -- the digests of the partitions that a model has read
  table_name VARCHAR NOT NULL,      -- the model
  input_name VARCHAR NOT NULL,
  game_date DATE NOT NULL,
  digest VARCHAR NOT NULL
);

CREATE TABLE hoopduck.run (
  run_id VARCHAR NOT NULL,
  command VARCHAR NOT NULL,
  arguments VARCHAR NOT NULL,       -- JSON
  code_version VARCHAR NOT NULL,
  started_at TIMESTAMP NOT NULL,
  finished_at TIMESTAMP,            -- NULL: running or killed
  exit_code INTEGER
);

CREATE TABLE hoopduck.stage (
  run_id VARCHAR NOT NULL,
  name VARCHAR NOT NULL,            -- sync | transform | validate | train | predict | push
  status VARCHAR NOT NULL,          -- done | nothing | failed | skipped
  seconds DOUBLE NOT NULL,
  summary VARCHAR NOT NULL          -- JSON
);

CREATE TABLE hoopduck.check_result (
  check_name VARCHAR NOT NULL,
  table_name VARCHAR NOT NULL,
  scope VARCHAR NOT NULL,           -- date | season | all
  scope_value VARCHAR NOT NULL,     -- 2024-01-15 | 2023-24 | all
  verdict VARCHAR NOT NULL,         -- pass | warn | fail | not_evaluated
  found DOUBLE,                     -- share or count found
  wanted DOUBLE,                    -- the threshold
  numerator BIGINT,
  denominator BIGINT,               -- rows that count
  detail VARCHAR,                   -- names what is missing
  checked_at TIMESTAMP NOT NULL,
  run_id VARCHAR NOT NULL
);

CREATE TABLE hoopduck.validated (   -- one row: what the check results speak of
  fingerprint VARCHAR NOT NULL,     -- of every partition's digest, the thresholds and the range
  summary VARCHAR NOT NULL          -- JSON
);

CREATE TABLE hoopduck.forced (      -- decisions taken against a gate, with their reasons
  run_id VARCHAR NOT NULL,
  recorded_at TIMESTAMP NOT NULL,
  what VARCHAR NOT NULL,
  reason VARCHAR NOT NULL
);

CREATE TABLE hoopduck.push (
  push_id VARCHAR NOT NULL,
  run_id VARCHAR NOT NULL,
  target VARCHAR NOT NULL,
  started_at TIMESTAMP NOT NULL,
  finished_at TIMESTAMP,
  status VARCHAR NOT NULL,          -- planned | writing | done | failed
  summary VARCHAR NOT NULL          -- JSON
);

CREATE TABLE hoopduck.push_step (   -- the journal: one row for each unit that is swapped
  push_id VARCHAR NOT NULL,
  table_name VARCHAR NOT NULL,
  unit VARCHAR NOT NULL,            -- the file or date batch
  step VARCHAR NOT NULL,            -- planned | written | verified
  dates VARCHAR NOT NULL,           -- JSON list of {date, digest as in pushed (null: removed), local_digest}
  recorded_at TIMESTAMP NOT NULL
);

CREATE TABLE hoopduck.pushed (      -- what the target holds by our knowledge: the expected-current token
  target VARCHAR NOT NULL,
  table_name VARCHAR NOT NULL,
  game_date DATE NOT NULL,
  digest VARCHAR NOT NULL,          -- of the target's rows, at the target's scale
  origin VARCHAR NOT NULL,          -- pushed | observed
  local_digest VARCHAR,             -- of the replica's partition that equals it; NULL: none is known to
  token VARCHAR,                    -- the target's token when it had this digest; equal: no need to read
  recorded_at TIMESTAMP NOT NULL,
  push_id VARCHAR
);

CREATE TABLE hoopduck.push_target ( -- since when everything that a target holds is in pushed
  target VARCHAR NOT NULL,
  observed_at TIMESTAMP NOT NULL
);

CREATE TABLE hoopduck.model (
  model_id VARCHAR NOT NULL,
  run_id VARCHAR NOT NULL,
  trained_at TIMESTAMP NOT NULL,
  engine VARCHAR NOT NULL,
  feature_set VARCHAR NOT NULL,
  input_digest VARCHAR NOT NULL,    -- of every row and parameter that went in
  artefact VARCHAR NOT NULL,        -- folder, relative to the workspace
  training VARCHAR NOT NULL,        -- JSON: the training report as printed by --json
  status VARCHAR NOT NULL           -- evaluated | not_evaluated | forced
);

-- Red at the scope of a date: what stops training on it and pushing it.
CREATE VIEW hoopduck.red_partition AS
SELECT DISTINCT table_name, CAST(scope_value AS DATE) AS game_date
FROM hoopduck.check_result
WHERE scope = 'date' AND verdict = 'fail';
