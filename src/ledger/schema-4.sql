-- Version 4: what runs stood on and made, so that they can be reproduced.

CREATE TABLE hoopduck.run_record (   -- the runs that came to the end of predict
  number BIGINT NOT NULL,            -- 1, 2, 3, ... in the order of their ends
  run_id VARCHAR NOT NULL,
  recorded_at TIMESTAMP NOT NULL,
  facts VARCHAR NOT NULL             -- JSON: dates, settings, versions, digests of SQL, gates, models
);

CREATE TABLE hoopduck.run_partition ( -- digests that a run's end found other than the recorded run before it
  number BIGINT NOT NULL,            -- of the record
  table_name VARCHAR NOT NULL,
  game_date DATE NOT NULL,
  digest VARCHAR                     -- NULL: the partition was gone
);

CREATE TABLE hoopduck.kept_input (   -- raw partitions that syncs replaced or removed, as they were before
  table_name VARCHAR NOT NULL,
  game_date DATE NOT NULL,
  digest VARCHAR NOT NULL,
  file VARCHAR,                      -- Parquet under data/inputs; NULL: they were not kept
  bytes BIGINT NOT NULL,             -- of the whole file
  kept_at TIMESTAMP NOT NULL,
  kept_by VARCHAR NOT NULL,          -- the run that replaced them
  dropped_at TIMESTAMP,              -- NULL: the rows are in the file
  dropped_why VARCHAR
);
