-- Version 3: which rows of a table changed, for the models that look back on them, and the models themselves.

CREATE TABLE hoopduck.row_change (   -- changes that some model has not read yet; emptied when all have
  table_name VARCHAR NOT NULL,
  game_date DATE NOT NULL,
  entity_column VARCHAR,             -- NULL: nothing is known but the date
  entity VARCHAR                     -- whose row changed
);

CREATE TABLE hoopduck.model_definition ( -- the head of every model that was built
  table_name VARCHAR NOT NULL,
  origin VARCHAR NOT NULL,           -- hoopduck | workspace
  file VARCHAR NOT NULL,
  partition_column VARCHAR,
  key_columns VARCHAR NOT NULL,      -- JSON list
  inputs VARCHAR NOT NULL            -- JSON list of {table, reaches}
);

-- Computed tables get digests of the replica's own, and another data_hash: they are computed anew.
DROP TABLE IF EXISTS nba_analytics.team_offense_game_summary;
DROP TABLE IF EXISTS nba_analytics.team_defense_game_summary;
DROP TABLE IF EXISTS nba_analytics.player_game_summary;
DROP TABLE IF EXISTS nba_precompute.player_shot_zone_analysis;
DROP TABLE IF EXISTS nba_precompute.team_defense_zone_analysis;
DROP TABLE IF EXISTS nba_precompute.player_daily_cache;
DROP TABLE IF EXISTS nba_precompute.player_game_context;
DROP TABLE IF EXISTS nba_precompute.player_composite_factors;
DELETE FROM hoopduck.model_build;
DELETE FROM hoopduck.model_input;

CREATE TABLE hoopduck.past_partition ( -- what builds replaced in published tables: their state at the end of a past run
  table_name VARCHAR NOT NULL,
  game_date DATE NOT NULL,
  digest VARCHAR,                    -- NULL: the partition did not exist
  replaced_at TIMESTAMP NOT NULL,
  replaced_by VARCHAR NOT NULL,      -- run id
  rows VARCHAR,                      -- JSON list of the rows; NULL: there were none, or they are not kept
  row_count BIGINT NOT NULL,
  written_at TIMESTAMP               -- when the rows had been computed; NULL: there were none
);
