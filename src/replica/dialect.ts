/**
 * What the replica's sessions know of GoogleSQL, so that the same model file runs in DuckDB and in
 * BigQuery. Temporary, so that nothing of it is stored in the file. Time zone UTC, always.
 */
export const SESSION_SQL: readonly string[] = [
  "SET TimeZone = 'UTC'",
  'CREATE TEMP TYPE FLOAT64 AS DOUBLE',
  'CREATE OR REPLACE TEMP MACRO SAFE_DIVIDE(a, b) AS CASE WHEN b = 0 THEN NULL ELSE a / b END',
  "CREATE OR REPLACE TEMP MACRO UNIX_DATE(d) AS date_diff('day', DATE '1970-01-01', d)",
  "CREATE OR REPLACE TEMP MACRO DATE_FROM_UNIX_DATE(n) AS DATE '1970-01-01' + CAST(n AS INTEGER)",
  'CREATE OR REPLACE TEMP MACRO LOGICAL_OR(x) AS bool_or(x)',
  'CREATE OR REPLACE TEMP MACRO LOGICAL_AND(x) AS bool_and(x)',
  // Eastern wall-clock time as UTC; inside BigQuery a function of the same name stands for it.
  "CREATE OR REPLACE TEMP MACRO EASTERN_TO_UTC(t) AS CAST(timezone('America/New_York', t) AS TIMESTAMP)",
  'CREATE OR REPLACE TEMP MACRO EASTERN_CLOCK_TO_UTC(d, hour, minute) AS EASTERN_TO_UTC(CAST(d AS TIMESTAMP) + to_minutes(CAST(hour * 60 + minute AS BIGINT)))',
];
