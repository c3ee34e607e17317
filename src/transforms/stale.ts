import { seasonYearSql } from '../config/seasons.ts';
import { quoteIdentifier, quoteLiteral, quoteTable } from '../replica/identifiers.ts';
import type { Replica } from '../replica/replica.ts';
import type { ModelGraph } from './graph.ts';
import { changedInputsSql } from './inputs.ts';
import type { Model, ModelInput } from './model.ts';
import { reachText, type Window } from './reach.ts';

/** Why dates of a model are stale, how many are for this reason, and the first of them. */
export interface StaleReason {
  readonly why: string;
  readonly dates: number;
  readonly example: string;
}

/** The dates of a model that a build must cover; the temporary table `stale_date` lists them. */
export interface Stale {
  /** Every date up to `to`: the table is new, its code changed, or any date may read what changed. */
  readonly all: boolean;
  readonly from: string;
  readonly to: string;
  readonly reasons: readonly StaleReason[];
}

const FIRST_DATE = '1900-01-01';

/**
 * Which dates of a model are stale (SPEC: freshness by digest): those that read a partition whose digest
 * is not the one that the last build recorded, as far as the windows of the model's head reach, those that
 * no build has covered yet, and all when the SQL text changed. Leaves the temporary tables `stale_date`
 * (game_date, why) and `changed_input` (input, game_date) behind.
 * @param horizon last date that builds cover from now on
 * @param asked range that is rebuilt whatever the ledger says
 */
export async function findStale(
  replica: Replica,
  graph: ModelGraph,
  model: Model,
  horizon: string,
  asked: { from: string; to: string } | null,
): Promise<Stale | null> {
  const build = await replica.row<{ sql_digest: string; built_to: string }>(
    'SELECT sql_digest, CAST(built_to AS VARCHAR) AS built_to FROM hoopduck.model_build WHERE table_name = $name',
    { name: model.name },
  );
  const end = build !== undefined && build.built_to > horizon ? build.built_to : horizon;
  const everything = (why: string): Stale => ({
    all: true,
    from: FIRST_DATE,
    to: end,
    reasons: [{ why, dates: 0, example: '' }],
  });
  await replica.run(changedInputsSql(model.inputs.map(({ table }) => table)), {
    model: model.name,
  });
  if (build === undefined) return everything('new');
  if (build.sql_digest !== model.sqlDigest) return everything('code changed');
  const changed = await replica.rows<{ input: string; first: string }>(
    `SELECT input, CAST(min(game_date) AS VARCHAR) AS first FROM changed_input
     WHERE game_date <= CAST($end AS DATE) GROUP BY input`,
    { end },
  );
  const parts: string[] = [];
  if (horizon > build.built_to && model.partition !== null) {
    parts.push(spanSql('new dates', `${dateSql(build.built_to)} + 1`, dateSql(horizon)));
  }
  if (asked !== null) {
    if (model.partition === null) return everything('asked');
    parts.push(spanSql('asked', dateSql(asked.from), dateSql(asked.to)));
  }
  for (const input of model.inputs) {
    const first = changed.find((found) => found.input === input.table)?.first;
    if (first === undefined) continue;
    if (model.partition === null || input.reaches.some(({ kind }) => kind === 'any date')) {
      return everything(`${input.table} changed on ${first}`);
    }
    parts.push(
      ...input.reaches.map((reach) =>
        reach.kind === 'window'
          ? windowSql(graph, model, input, reach)
          : `SELECT game_date, input || ' changed on that date' AS why, game_date AS cause
           FROM changed_input WHERE input = ${quoteLiteral(input.table)}`,
      ),
    );
  }
  if (parts.length === 0) return null;
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE stale_date AS
     SELECT game_date, why, min(cause) AS cause FROM (${parts.join('\nUNION ALL\n')})
     WHERE game_date <= CAST($end AS DATE) GROUP BY game_date, why`,
    { end },
  );
  const span = await replica.row<{ first: string | null; last: string | null }>(
    'SELECT CAST(min(game_date) AS VARCHAR) AS first, CAST(max(game_date) AS VARCHAR) AS last FROM stale_date',
  );
  if (span?.first == null || span.last == null) return null;
  const reasons = await replica.rows<StaleReason>(
    `SELECT why, count(*) AS dates, min_by(CAST(game_date AS VARCHAR) || CASE WHEN cause = game_date
         THEN '' ELSE ' reads ' || CAST(cause AS VARCHAR) END, game_date) AS example
     FROM stale_date GROUP BY why ORDER BY why`,
  );
  return { all: false, from: span.first, to: span.last, reasons };
}

/**
 * Models that have something to look at before anything is built: no build, other SQL text, dates that no build
 * covers, or an input with a digest that they have not read. Of all others nothing has to be asked.
 */
export async function modelsToLookAt(
  replica: Replica,
  graph: ModelGraph,
  horizon: string,
): Promise<Set<string>> {
  const rows = await replica.rows<{ name: string; sql: string; to: string }>(
    'SELECT table_name AS name, sql_digest AS sql, CAST(built_to AS VARCHAR) AS "to" FROM hoopduck.model_build',
  );
  const builds = new Map(rows.map((row) => [row.name, row]));
  const found = new Set<string>();
  for (const { name, sqlDigest, partition } of graph.models) {
    const build = builds.get(name);
    if (build?.sql !== sqlDigest || (partition !== null && build.to < horizon)) found.add(name);
  }
  const sums = 'count(*) AS n, sum(hash(game_date, digest)) AS h';
  const read = await replica.rows<{ model: string; input: string; state: string }>(
    `SELECT table_name AS model, input_name AS input, n || ' ' || h AS state
     FROM (SELECT table_name, input_name, ${sums} FROM hoopduck.model_input GROUP BY ALL)`,
  );
  const held = await replica.rows<{ table: string; state: string }>(
    `SELECT table_name AS "table", n || ' ' || h AS state
     FROM (SELECT table_name, ${sums} FROM hoopduck.partition WHERE digest IS NOT NULL GROUP BY ALL)`,
  );
  const states = new Map(held.map(({ table, state }) => [table, state]));
  const recorded = new Map(read.map(({ model, input, state }) => [`${model} ${input}`, state]));
  for (const { name, inputs } of graph.models) {
    if (inputs.some(({ table }) => states.get(table) !== recorded.get(`${name} ${table}`))) {
      found.add(name);
    }
  }
  return found;
}

function dateSql(date: string): string {
  return `DATE ${quoteLiteral(date)}`;
}

function spanSql(why: string, from: string, to: string): string {
  return `SELECT CAST(d AS DATE) AS game_date, ${quoteLiteral(why)} AS why, CAST(d AS DATE) AS cause
    FROM generate_series(${from}, ${to}, INTERVAL 1 DAY) AS series(d)`;
}

/**
 * Later dates of the spine whose window still holds a changed row. Of several changes only the newest
 * before a date matters: when the window does not reach that one, all that it holds lies after it.
 */
function windowSql(graph: ModelGraph, model: Model, input: ModelInput, window: Window): string {
  const { entity, rows, days, inSeason } = window;
  const spine = model.spine === null ? null : tableOf(graph, model.spine.table);
  const conditions: string[] = [];
  if (days !== null) conditions.push(`s.game_date - s.cause <= ${days}`);
  if (inSeason) conditions.push(`${seasonYearSql('s.game_date')} = ${seasonYearSql('s.cause')}`);
  if (rows !== null) conditions.push(`s.rows_between < ${rows.count}`);
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const why = quoteLiteral(`${input.table} changed: ${reachText(window)}`);
  if (entity === null) {
    const read = [model.name, ...model.inputs.map(({ table }) => table)].map(quoteLiteral);
    const dates =
      spine === null
        ? `(SELECT game_date FROM hoopduck.partition WHERE table_name IN (${read.join(', ')})
            UNION SELECT game_date FROM changed_input)`
        : `(SELECT ${quoteIdentifier(spine.date)} AS game_date FROM ${quoteTable(spine.name)})`;
    return `SELECT s.game_date, ${why} AS why, s.cause FROM (
      SELECT d.game_date, c.game_date AS cause FROM (SELECT DISTINCT game_date FROM ${dates}) AS d
      ASOF JOIN (SELECT game_date FROM changed_input WHERE input = ${quoteLiteral(input.table)}) AS c
        ON d.game_date > c.game_date) AS s ${where}`;
  }
  // A window of an entity has a spine: the head was refused otherwise.
  const own = spine!;
  const table = tableOf(graph, input.table);
  const column = quoteIdentifier(entity.column);
  const date = quoteIdentifier(table.date);
  const counted =
    rows === null
      ? 'SELECT *, 0 AS rows_between FROM reached'
      : `SELECT r.*, coalesce(b.n, 0) - coalesce(a.n, 0) AS rows_between FROM reached AS r
         ASOF LEFT JOIN counted AS b ON b.entity = r.entity AND r.game_date > b.game_date
         ASOF LEFT JOIN counted AS a ON a.entity = r.entity AND r.cause >= a.game_date`;
  return `SELECT s.game_date, ${why} AS why, s.cause FROM (
    WITH changed AS (SELECT game_date FROM changed_input WHERE input = ${quoteLiteral(input.table)}),
    logged AS (
      SELECT game_date, entity_column, entity FROM hoopduck.row_change
      WHERE table_name = ${quoteLiteral(input.table)}
        AND (entity_column IS NULL OR entity_column = ${quoteLiteral(entity.column)})),
    -- A change of which nothing but the date is on record concerns everybody.
    unknown AS (
      SELECT game_date FROM changed WHERE game_date NOT IN (
        SELECT game_date FROM logged WHERE entity_column IS NOT NULL)
      UNION SELECT game_date FROM logged SEMI JOIN changed USING (game_date) WHERE entity_column IS NULL),
    spine AS (
      SELECT CAST(${quoteIdentifier(entity.spineColumn)} AS VARCHAR) AS entity,
        ${quoteIdentifier(own.date)} AS game_date FROM ${quoteTable(own.name)}
      WHERE ${quoteIdentifier(own.date)} > (SELECT min(game_date) FROM changed)),
    touched AS (
      SELECT DISTINCT entity, game_date FROM logged SEMI JOIN changed USING (game_date)
      WHERE entity_column IS NOT NULL
      UNION SELECT entity, game_date FROM (SELECT DISTINCT entity FROM spine), unknown),
    reached AS (
      SELECT p.entity, p.game_date, t.game_date AS cause FROM spine AS p
      ASOF JOIN touched AS t ON t.entity = p.entity AND p.game_date > t.game_date),
    counted AS (
      SELECT entity, game_date, sum(n) OVER (PARTITION BY entity ORDER BY game_date) AS n FROM (
        SELECT CAST(${column} AS VARCHAR) AS entity, ${date} AS game_date, count(*) AS n
        FROM ${quoteTable(input.table)} WHERE ${rows?.where == null ? 'TRUE' : `(${rows.where})`}
        GROUP BY ALL HAVING entity IN (SELECT entity FROM touched)))
    ${counted}) AS s ${where}`;
}

/** A table and its date column: a model's partition column, or game_date of a raw table. */
function tableOf(graph: ModelGraph, name: string): { name: string; date: string } {
  return { name, date: graph.byName.get(name)?.partition ?? 'game_date' };
}

/** Condition on a column `game_date`: the dates that are computed. */
export function isStaleSql(stale: Stale): string {
  return stale.all
    ? `game_date <= ${dateSql(stale.to)}`
    : 'game_date IN (SELECT game_date FROM stale_date)';
}
