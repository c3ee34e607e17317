import { quoteTable } from '../replica/identifiers.ts';
import type { Bindings, Replica } from '../replica/replica.ts';

/** One evaluation of the gates over a range of dates: what the checks read and where they record. */
export interface Gates {
  readonly replica: Replica;
  /** First and last date asked for, `YYYY-MM-DD`, both included. */
  readonly from: string;
  readonly to: string;
  /** Columns of a table (`dataset.table`) with DuckDB's types; empty when it is not there. */
  columnsOf(table: string): Promise<readonly { name: string; type: string }[]>;
  /** Makes a temporary table that checks read, in place of one of that name. */
  define(name: string, sql: string, bindings?: Bindings): Promise<void>;
  /** The text of every temporary table and of every check that was recorded, in order. */
  readonly texts: readonly GateText[];
}

/** SQL that an evaluation ran: of a temporary table, or of a check, which has no table of its own. */
export interface GateText {
  readonly table: string | null;
  readonly check: CheckIdentity | null;
  readonly sql: string;
  readonly bindings: Bindings;
}

/** Limits of one season in the place of a check's own. */
export interface SeasonLimits {
  readonly min?: number | undefined;
  readonly warn?: number | undefined;
}

/** What a check's rows are recorded under. */
export interface CheckIdentity {
  readonly name: string;
  readonly table: string;
  readonly min?: number | undefined;
  readonly warn?: number | undefined;
  readonly by_season?: Readonly<Record<string, SeasonLimits>> | undefined;
}

/** Gates over a replica; the columns of all tables are looked up once. */
export function openGates(replica: Replica, range: { from: string; to: string }): Gates {
  let tables: Promise<Map<string, { name: string; type: string }[]>> | undefined;
  const texts: GateText[] = [];
  return {
    replica,
    ...range,
    texts,
    async columnsOf(table) {
      tables ??= columnsByTable(replica);
      return (await tables).get(table) ?? [];
    },
    async define(name, sql, bindings = {}) {
      texts.push({ table: name, check: null, sql, bindings });
      await replica.run(`CREATE OR REPLACE TEMP TABLE ${name} AS ${sql}`, bindings);
    },
  };
}

async function columnsByTable(
  replica: Replica,
): Promise<Map<string, { name: string; type: string }[]>> {
  const rows = await replica.rows<{ table: string; name: string; type: string }>(
    `SELECT schema_name || '.' || table_name AS "table", column_name AS name, data_type AS type
     FROM duckdb_columns() WHERE database_name = current_database() AND NOT internal
     ORDER BY schema_name, table_name, column_index`,
  );
  const tables = new Map<string, { name: string; type: string }[]>();
  for (const { table, name, type } of rows) {
    const columns = tables.get(table) ?? [];
    columns.push({ name, type });
    tables.set(table, columns);
  }
  return tables;
}

/** Makes the empty temporary table `gate_result` that checks record into. */
export async function createResults(replica: Replica): Promise<void> {
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE gate_result (
       check_name VARCHAR, table_name VARCHAR, scope VARCHAR, scope_value VARCHAR, verdict VARCHAR,
       found DOUBLE, wanted DOUBLE, numerator BIGINT, denominator BIGINT, detail VARCHAR)`,
  );
}

/**
 * Records a check's rows with their verdicts. `sql` gives one row for each scope value with the
 * columns scope, scope_value, numerator, denominator, found (NULL: not evaluated) and detail.
 * Found below `min` is a fail, else below `warn` a warning; a denominator of 0 is never a pass. Dates
 * and seasons with limits of their own are judged by those.
 */
export async function record(
  gates: Gates,
  check: CheckIdentity,
  sql: string,
  bindings: Bindings = {},
): Promise<void> {
  const seasons = Object.entries(check.by_season ?? {});
  (gates.texts as GateText[]).push({ table: null, check, sql, bindings });
  await gates.replica.run(
    `INSERT INTO gate_result
     WITH judged AS (
       SELECT m.*, fails_below, warns_below,
         CASE WHEN denominator = 0 OR found IS NULL THEN 'not_evaluated'
              WHEN found < fails_below THEN 'fail'
              WHEN found < warns_below THEN 'warn'
              ELSE 'pass' END AS verdict
       FROM ${seasons.length === 0 ? limited(sql) : limitedBySeason(sql)} AS m)
     SELECT $check, $table, scope, scope_value, verdict,
       CASE WHEN verdict <> 'not_evaluated' THEN found END,
       CASE WHEN verdict = 'warn' THEN warns_below ELSE coalesce(fails_below, warns_below) END,
       numerator, denominator, detail
     FROM judged`,
    {
      ...bindings,
      check: check.name,
      table: check.table,
      min: check.min ?? null,
      warn: check.warn ?? null,
      ...(seasons.length > 0 && { limits: JSON.stringify(seasons.map(seasonLimits(check))) }),
    },
  );
}

function limited(sql: string): string {
  return `(SELECT *, CAST($min AS DOUBLE) AS fails_below, CAST($warn AS DOUBLE) AS warns_below FROM (${sql}))`;
}

function limitedBySeason(sql: string): string {
  return `(
    SELECT r.*, CASE WHEN l.season IS NULL THEN CAST($min AS DOUBLE) ELSE l.min END AS fails_below,
      CASE WHEN l.season IS NULL THEN CAST($warn AS DOUBLE) ELSE l.warn END AS warns_below
    FROM (${sql}) AS r
    LEFT JOIN gate_calendar AS c ON r.scope = 'date' AND c.game_date = TRY_CAST(r.scope_value AS DATE)
    LEFT JOIN (
      SELECT unnest(from_json($limits, '[{"season": "VARCHAR", "min": "DOUBLE", "warn": "DOUBLE"}]'), recursive := true)) AS l
      ON l.season = CASE r.scope WHEN 'season' THEN r.scope_value ELSE c.season END)`;
}

/** A season's limits; one that is not named is the check's own. */
function seasonLimits(check: CheckIdentity) {
  return ([season, { min, warn }]: [string, SeasonLimits]) => ({
    season,
    min: min ?? check.min ?? null,
    warn: warn ?? check.warn ?? null,
  });
}

/**
 * Records one check of several tables at once: `sql` gives the columns of `record` and `table_name`, and each
 * table is judged by its own limits. Tables that are not named in `checks` are left out.
 */
export async function recordTables(
  gates: Gates,
  checks: readonly CheckIdentity[],
  sql: string,
  bindings: Bindings = {},
): Promise<void> {
  for (const check of checks) {
    const ofTable = `SELECT * EXCLUDE (table_name) FROM (${sql}) WHERE table_name = $table`;
    (gates.texts as GateText[]).push({ table: null, check, sql: ofTable, bindings });
  }
  const limits = checks.map(({ name, table, min, warn }) => ({ name, table, min, warn }));
  await gates.replica.run(
    `INSERT INTO gate_result
     SELECT name, table_name, scope, scope_value,
       CASE WHEN denominator = 0 OR found IS NULL THEN 'not_evaluated'
            WHEN found < l.min THEN 'fail' WHEN found < l.warn THEN 'warn' ELSE 'pass' END,
       CASE WHEN denominator > 0 THEN found END,
       CASE WHEN found >= coalesce(l.min, 0) AND found < l.warn THEN l.warn ELSE coalesce(l.min, l.warn) END,
       numerator, denominator, detail
     FROM (${sql})
     JOIN (SELECT unnest(from_json($limits,
         '[{"name": "VARCHAR", "table": "VARCHAR", "min": "DOUBLE", "warn": "DOUBLE"}]'), recursive := true)) AS l
       ON l."table" = table_name`,
    { ...bindings, limits: JSON.stringify(limits) },
  );
}

/** SQL text of a share in percent; NULL when nothing counts. */
export function share(numerator: string, denominator: string): string {
  return `CASE WHEN ${denominator} > 0 THEN 100.0 * ${numerator} / ${denominator} END`;
}

/** Records that a check cannot be evaluated because the table is not there. */
export async function recordMissingTable(gates: Gates, check: CheckIdentity): Promise<void> {
  await record(
    gates,
    check,
    `SELECT 'all' AS scope, 'all' AS scope_value, 0 AS numerator, 0 AS denominator,
       CAST(NULL AS DOUBLE) AS found, 'there is no table ' || $table AS detail`,
  );
}

/** SQL text of a table, or of no rows with these columns (name and type) when it is not there. */
export async function tableOrEmpty(
  gates: Gates,
  table: string,
  columns: Readonly<Record<string, string>>,
): Promise<string> {
  if ((await gates.columnsOf(table)).length > 0) return quoteTable(table);
  const list = Object.entries(columns).map(([name, type]) => `CAST(NULL AS ${type}) AS ${name}`);
  return `(SELECT ${list.join(', ')} WHERE FALSE)`;
}
