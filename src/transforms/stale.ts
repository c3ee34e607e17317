import { seasonYearSql } from '../config/seasons.ts';
import { quoteIdentifier, quoteLiteral, quoteTable } from '../replica/identifiers.ts';
import type { Replica } from '../replica/replica.ts';
import type { ModelGraph } from './graph.ts';
import { anyDateOf, changedInputsSql, type SuspectInputs } from './inputs.ts';
import type { Model, ModelInput } from './model.ts';
import { reachText, type Window } from './reach.ts';

/** Why dates of a model are stale, how many are for this reason, and the first of them. */
export interface StaleReason {
  readonly why: string;
  readonly dates: number;
  readonly example: string;
}

/** The dates of a model that a build must cover. */
export interface Stale {
  /**
   * `all`: every date up to `to`, because the table is new, its code changed, or any date may read what changed;
   * `span`: every date from `from` to `to`; `listed`: those in the temporary table `stale_date`.
   */
  readonly extent: 'all' | 'span' | 'listed';
  readonly from: string;
  readonly to: string;
  /** The last date that builds have covered; null: there was none. */
  readonly builtTo: string | null;
  readonly reasons: readonly StaleReason[];
}

/** The same build over every date, for one reason. */
export function everyDate({ to, builtTo }: Pick<Stale, 'to' | 'builtTo'>, why: string): Stale {
  const reasons = [{ why, dates: 0, example: '' }];
  return { extent: 'all', from: FIRST_DATE, to, builtTo, reasons };
}

/** What the ledger has on the last build of a model. */
export interface RecordedBuild {
  readonly sql: string;
  readonly to: string;
}

/** What is known of a model before its dates are asked for. */
export interface Known {
  readonly build: RecordedBuild | undefined;
  readonly suspects: SuspectInputs;
}

/** Before every game; where a build of every date begins. */
export const FIRST_DATE = '1900-01-01';

/**
 * Which dates of a model are stale (SPEC: freshness by digest): those that read a partition whose digest
 * is not the one that the last build recorded, as far as the windows of the model's head reach, those that
 * no build has covered yet, and all when the SQL text changed. Leaves the temporary tables `stale_date`
 * (game_date, why) and `changed_input` (input, game_date) behind.
 * @param horizon last date that builds cover from now on
 * @param asked range that is rebuilt whatever the ledger says
 * @param known what the ledger has on the model, where it was read before
 */
export async function findStale(
  replica: Replica,
  graph: ModelGraph,
  model: Model,
  horizon: string,
  asked: { from: string; to: string } | null,
  known?: Known,
): Promise<Stale | null> {
  const { build, suspects } = known ?? {
    build: (await recordedBuilds(replica)).get(model.name),
    suspects: anyDateOf(model.inputs.map(({ table }) => table)),
  };
  const end = build !== undefined && build.to > horizon ? build.to : horizon;
  const everything = (why: string): Stale =>
    everyDate({ to: end, builtTo: build?.to ?? null }, why);
  await replica.run(changedInputsSql(suspects), { model: model.name });
  if (build === undefined) return everything('new');
  if (build.sql !== model.sqlDigest) return everything('code changed');
  const changed =
    suspects.size === 0
      ? []
      : await replica.rows<{ input: string; first: string }>(
          'SELECT input, CAST(min(game_date) AS VARCHAR) AS first FROM changed_input GROUP BY input',
        );
  const parts: string[] = [];
  if (horizon > build.to && model.partition !== null) {
    parts.push(spanSql('new dates', `${dateSql(build.to)} + 1`, dateSql(horizon)));
  }
  if (asked !== null) {
    if (model.partition === null) return everything('asked');
    parts.push(spanSql('asked', dateSql(asked.from), dateSql(asked.to)));
  }
  for (const input of model.inputs) {
    const first = changed.find((found) => found.input === input.table)?.first;
    if (first === undefined) continue;
    // Any date may read a later one, too: a game that was moved past the horizon is to leave its old date.
    if (model.partition === null || input.reaches.some(({ kind }) => kind === 'any date')) {
      return everything(`${input.table} changed on ${first}`);
    }
    if (first > end) continue;
    for (const reach of input.reaches) {
      if (reach.kind !== 'window') {
        parts.push(
          `SELECT game_date, input || ' changed on that date' AS why, game_date AS cause
           FROM changed_input WHERE input = ${quoteLiteral(input.table)}`,
        );
        // A window reaches later dates alone, and there are none.
      } else if (first < end) parts.push(windowSql(graph, model, input, reach));
    }
  }
  if (parts.length === 0) return null;
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE stale_date AS
     SELECT game_date, why, min(cause) AS cause FROM (${parts.join('\nUNION ALL\n')})
     WHERE game_date <= CAST($end AS DATE) GROUP BY game_date, why`,
    { end },
  );
  const reasons = await replica.rows<StaleReason & { first: string; last: string }>(
    `SELECT why, count(*) AS dates, min_by(CAST(game_date AS VARCHAR) || CASE WHEN cause = game_date
         THEN '' ELSE ' reads ' || CAST(cause AS VARCHAR) END, game_date) AS example,
       CAST(min(game_date) AS VARCHAR) AS first, CAST(max(game_date) AS VARCHAR) AS last
     FROM stale_date GROUP BY why ORDER BY why`,
  );
  if (reasons.length === 0) return null;
  return {
    extent: 'listed',
    from: reasons.map(({ first }) => first).reduce((a, b) => (a < b ? a : b)),
    to: reasons.map(({ last }) => last).reduce((a, b) => (a > b ? a : b)),
    builtTo: build.to,
    reasons: reasons.map(({ why, dates, example }) => ({ why, dates, example })),
  };
}

/**
 * The dates after the last one that builds cover, where these alone are stale: then every changed partition of an
 * input lies after it too, and no window of an earlier date reaches it. Null: more is stale, or it is not known.
 */
export function newDates(
  { sqlDigest, partition, inputs }: Model,
  horizon: string,
  { build, suspects }: Known,
): Stale | null {
  if (partition === null || build?.sql !== sqlDigest || horizon <= build.to) return null;
  for (const { table, reaches } of inputs) {
    const range = suspects.get(table);
    if (range === undefined) continue;
    if (range === null || range.from <= build.to) return null;
    if (reaches.some(({ kind }) => kind === 'any date')) return null;
  }
  const from = dayAfter(build.to);
  const dates = (Date.parse(horizon) - Date.parse(build.to)) / DAY;
  const reasons = [{ why: 'new dates', dates, example: from }];
  return { extent: 'span', from, to: horizon, builtTo: build.to, reasons };
}

const DAY = 86_400_000;

/** The date after a date. */
export function dayAfter(date: string): string {
  return new Date(Date.parse(date) + DAY).toISOString().slice(0, 10);
}

/** The last build of each model: the digest of its SQL text, and the last date that builds cover. */
export async function recordedBuilds(replica: Replica): Promise<Map<string, RecordedBuild>> {
  const rows = await replica.rows<RecordedBuild & { name: string }>(
    'SELECT table_name AS name, sql_digest AS sql, CAST(built_to AS VARCHAR) AS "to" FROM hoopduck.model_build',
  );
  return new Map(rows.map(({ name, sql, to }) => [name, { sql, to }]));
}

/** Whether a model has to be looked at whatever its inputs hold: no build, other SQL text, or dates that none covers. */
export function isUncovered(
  { sqlDigest, partition }: Model,
  build: RecordedBuild | undefined,
  horizon: string,
): boolean {
  return build?.sql !== sqlDigest || (partition !== null && build.to < horizon);
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

/** Condition on a date column: the dates that are computed. */
export function isStaleSql({ extent, from, to }: Stale, column = 'game_date'): string {
  if (extent === 'all') return `${column} <= ${dateSql(to)}`;
  return extent === 'span'
    ? `${column} BETWEEN ${dateSql(from)} AND ${dateSql(to)}`
    : `${column} IN (SELECT game_date FROM stale_date)`;
}
