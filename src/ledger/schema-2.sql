-- Version 2: pushes that can be resumed and rolled back, and what remote sources said when they were last asked.

ALTER TABLE hoopduck.push_step ADD COLUMN detail VARCHAR;   -- backed up: the backup's reference

ALTER TABLE hoopduck.push ADD COLUMN rollback_of VARCHAR;   -- the push that this one put back

CREATE TABLE hoopduck.source_column (  -- the columns of a raw table as the warehouse declared them at the last sync
  table_name VARCHAR NOT NULL,
  column_name VARCHAR NOT NULL,
  column_type VARCHAR NOT NULL
);

CREATE TABLE hoopduck.remote_listing ( -- what a remote table held in a state that its warehouse names
  location VARCHAR NOT NULL,
  item VARCHAR NOT NULL,               -- a table of BigQuery, an object of GCS
  state VARCHAR NOT NULL,              -- equal: the listing still holds
  listing VARCHAR NOT NULL             -- JSON
);
