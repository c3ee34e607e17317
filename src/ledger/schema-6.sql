-- Version 6: the results of the gates as a table that can be pushed, and what they were before.

CREATE TABLE nba_quality.gate_results ( -- the newest result of every check; a row stays while the same is found
  check_name VARCHAR NOT NULL,
  table_name VARCHAR NOT NULL,
  scope VARCHAR NOT NULL,              -- date | season | all
  scope_value VARCHAR NOT NULL,        -- 2024-01-15 | 2023-24 | all
  game_date DATE NOT NULL,             -- the date; of a season and of everything the last date that was asked for
  verdict VARCHAR NOT NULL,            -- pass | warn | fail | not_evaluated
  found DOUBLE,
  wanted DOUBLE,
  numerator BIGINT,
  denominator BIGINT,
  detail VARCHAR,
  checked_at TIMESTAMP NOT NULL,       -- when this result was found first
  run_id VARCHAR NOT NULL,             -- by which run
  verdict_since TIMESTAMP NOT NULL     -- since when the verdict is this one, whatever the figures were
);

CREATE TABLE hoopduck.check_history (  -- results whose place others took, or that no check gives any more; bounded
  check_name VARCHAR NOT NULL,
  table_name VARCHAR NOT NULL,
  scope VARCHAR NOT NULL,
  scope_value VARCHAR NOT NULL,
  verdict VARCHAR NOT NULL,
  found DOUBLE,
  wanted DOUBLE,
  numerator BIGINT,
  denominator BIGINT,
  detail VARCHAR,
  checked_at TIMESTAMP NOT NULL,
  run_id VARCHAR NOT NULL,
  verdict_since TIMESTAMP NOT NULL,
  replaced_at TIMESTAMP NOT NULL,      -- it held until then
  replaced_by VARCHAR NOT NULL         -- run id
);

-- Every result that is known, of now (replaced_at is NULL) and of before.
CREATE VIEW hoopduck.check_timeline AS
SELECT check_name, table_name, scope, scope_value, verdict, found, wanted, numerator, denominator, detail,
  checked_at, run_id, verdict_since, CAST(NULL AS TIMESTAMP) AS replaced_at, CAST(NULL AS VARCHAR) AS replaced_by
FROM nba_quality.gate_results
UNION ALL
SELECT check_name, table_name, scope, scope_value, verdict, found, wanted, numerator, denominator, detail,
  checked_at, run_id, verdict_since, replaced_at, replaced_by
FROM hoopduck.check_history;

CREATE TABLE hoopduck.validated_date (  -- dates whose verdicts hold while the state of what their checks read is this
  game_date DATE NOT NULL,
  state VARCHAR NOT NULL               -- digest of the thresholds, of the code's version and of every partition of the date
);

INSERT INTO nba_quality.gate_results
SELECT check_name, table_name, scope, scope_value,
  CASE WHEN scope = 'date' THEN CAST(scope_value AS DATE)
       ELSE coalesce(max(TRY_CAST(scope_value AS DATE)) OVER (), CAST(checked_at AS DATE)) END,
  verdict, found, wanted, numerator, denominator, detail, checked_at, run_id, checked_at
FROM hoopduck.check_result
QUALIFY row_number() OVER (
  PARTITION BY check_name, table_name, scope, scope_value
  ORDER BY CASE verdict WHEN 'fail' THEN 0 WHEN 'warn' THEN 1 ELSE 2 END, wanted DESC) = 1;

-- The next validation looks at everything, and with that records the partitions of gate_results.
DELETE FROM hoopduck.validated;

COMMENT ON TABLE nba_quality.gate_results IS 'Newest result of every check of the gates, one row for each check, table and scope.';
COMMENT ON COLUMN nba_quality.gate_results.check_name IS 'What was checked (docs/gates.md)';
COMMENT ON COLUMN nba_quality.gate_results.table_name IS 'Table that the check judges, as dataset.table';
COMMENT ON COLUMN nba_quality.gate_results.scope IS 'What was judged: date, season or all';
COMMENT ON COLUMN nba_quality.gate_results.scope_value IS 'Which one: 2024-01-15, 2023-24 or all';
COMMENT ON COLUMN nba_quality.gate_results.game_date IS 'The judged date; of a season and of everything the last date that was asked for';
COMMENT ON COLUMN nba_quality.gate_results.verdict IS 'pass, warn, fail or not_evaluated (no rows that count)';
COMMENT ON COLUMN nba_quality.gate_results.found IS 'Share of numerator in denominator in percent; rows for min_records; empty when not evaluated';
COMMENT ON COLUMN nba_quality.gate_results.wanted IS 'The threshold, in the unit of found';
COMMENT ON COLUMN nba_quality.gate_results.numerator IS 'Rows that are as they should be';
COMMENT ON COLUMN nba_quality.gate_results.denominator IS 'Rows that count';
COMMENT ON COLUMN nba_quality.gate_results.detail IS 'What is missing or wrong, in words';
COMMENT ON COLUMN nba_quality.gate_results.checked_at IS 'When this result was found first; the same result again leaves the row as it is';
COMMENT ON COLUMN nba_quality.gate_results.run_id IS 'The run that found it first';
COMMENT ON COLUMN nba_quality.gate_results.verdict_since IS 'Since when the verdict is this one';
