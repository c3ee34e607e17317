import type { StageContext } from '../context.ts';
import { computedDigestSql } from '../replica/digest.ts';
import { quoteIdentifier, quoteTable } from '../replica/identifiers.ts';
import type { Replica } from '../replica/replica.ts';
import { judgeBuild } from './expectations.ts';
import type { ModelGraph } from './graph.ts';
import type { DateRange } from './inputs.ts';
import type { Model } from './model.ts';
import { type Column, modelColumns, partitionDateSql, typedColumns } from './model-table.ts';
import { recordBuild } from './record-build.ts';
import { everyDate, isStaleSql, type Stale, type StaleReason } from './stale.ts';
import { hasColumns, names, selectRows, writeChangedDates } from './write-build.ts';

/** What the build of one model did. */
export interface BuildResult {
  readonly table: string;
  readonly why: string;
  readonly reasons: readonly StaleReason[];
  readonly from: string;
  readonly to: string;
  /** Rows and dates that were computed. */
  readonly rows: number;
  readonly dates: number;
  /** Dates whose content changed and that were written; the others were computed to the same digest. */
  readonly changedDates: number;
  readonly short: readonly { date: string; detail: string }[];
  readonly seconds: number;
}

/** What a build did, and between which dates its table changed; null: on none. */
export type ModelBuild = BuildResult & { readonly changed: DateRange | null };

/**
 * Computes a model over its stale dates in one statement, compares each date's digest with what the table
 * holds, and writes the dates that differ together with their ledger rows in one transaction.
 * @param asked as `findStale` returned it; its temporary tables are read
 */
export async function buildModel(
  context: StageContext,
  graph: ModelGraph,
  model: Model,
  asked: Stale,
): Promise<ModelBuild> {
  const { replica } = context;
  const started = performance.now();
  const { counts, short, stale } = await replica.transaction(async () => {
    const held = await replica.columnsOf(model.name);
    const { columns, stale } = await fill(context, model, held, asked);
    const sameColumns = held.length === 0 || hasColumns(held, model, columns);
    await replica.run(
      `CREATE OR REPLACE TEMP TABLE build_digest AS
       SELECT partition_date AS game_date, ${computedDigestSql(columns)} AS digest, count(*) AS rows,
         CAST(NULL AS BIGINT) AS expected_rows, 'unchecked' AS verdict, CAST(NULL AS VARCHAR) AS detail
       FROM build GROUP BY partition_date`,
    );
    const verdicts = await judgeBuild(replica, model, stale);
    await replica.run(
      `CREATE OR REPLACE TEMP TABLE changed_date AS
       SELECT game_date FROM (
         SELECT game_date, digest FROM hoopduck.partition
         WHERE table_name = $name AND ${isStaleSql(stale)}) AS old
       FULL JOIN ${verdicts} AS new USING (game_date)
       LEFT JOIN (${heldRowsSql(model, stale, held)}) AS held USING (game_date)
       -- Rows that got lost behind the ledger's back are written again, too; where the dates were asked for, changed ones as well.
       WHERE old.digest IS DISTINCT FROM new.digest OR coalesce(held.n, 0) <> coalesce(new.rows, 0)
         OR held.digest <> new.digest`,
      { name: model.name },
    );
    const counts = await countBuild(replica, verdicts);
    // A digest does not know of names: a column that is only renamed changes no date.
    if (held.length > 0 && (counts.changed > 0 || !sameColumns)) {
      await writeChangedDates(context, graph, model, columns, held, counts.changed);
    }
    await recordBuild(context, model, stale, verdicts);
    return { counts, short: counts.short === 0 ? [] : await shortDates(replica, verdicts), stale };
  });
  const { first, last } = counts;
  return {
    table: model.name,
    why: stale.reasons.map(({ why }) => why).join('; '),
    reasons: stale.reasons,
    from: stale.from,
    to: stale.to,
    rows: counts.rows,
    dates: counts.dates,
    changedDates: counts.changed,
    changed: first === null || last === null ? null : { from: first, to: last },
    short,
    seconds: (performance.now() - started) / 1000,
  };
}

/** Lets go of the rows of the last build. */
export async function forgetBuilds(replica: Replica): Promise<void> {
  await replica.run('DROP VIEW IF EXISTS temp.build');
  await replica.run('DROP TABLE IF EXISTS temp.built_rows');
}

interface BuildCounts {
  readonly rows: number;
  readonly dates: number;
  readonly short: number;
  readonly changed: number;
  readonly first: string | null;
  readonly last: string | null;
}

async function countBuild(replica: Replica, verdicts: string): Promise<BuildCounts> {
  const counts = await replica.row<BuildCounts>(
    `SELECT coalesce(sum(v.rows), 0)::BIGINT AS rows, count(v.digest) AS dates, count_if(v.verdict = 'short') AS short,
       any_value(c.changed) AS changed, CAST(any_value(c.first) AS VARCHAR) AS first, CAST(any_value(c.last) AS VARCHAR) AS last
     FROM (SELECT count(*) AS changed, min(game_date) AS first, max(game_date) AS last FROM changed_date) AS c
     LEFT JOIN ${verdicts} AS v ON TRUE`,
  );
  return counts!;
}

function shortDates(
  replica: Replica,
  verdicts: string,
): Promise<{ date: string; detail: string }[]> {
  return replica.rows<{ date: string; detail: string }>(
    `SELECT CAST(game_date AS VARCHAR) AS date, detail FROM ${verdicts}
     WHERE verdict = 'short' ORDER BY game_date`,
  );
}

/** How many rows the table holds on each date that was computed. */
function heldRowsSql(
  model: Model,
  stale: Stale,
  held: readonly { name: string; type: string }[],
): string {
  const isAsked = held.length > 0 && stale.reasons.some(({ why }) => why === 'asked');
  return `SELECT hoopduck_date AS game_date, count(*) AS n, ${isAsked ? computedDigestSql(held) : 'CAST(NULL AS VARCHAR)'} AS digest
    FROM (SELECT ${partitionDateSql(model)} AS hoopduck_date, * FROM ${quoteTable(model.name)})
    WHERE ${isStaleSql(stale, 'hoopduck_date')} GROUP BY ALL`;
}

/** A model's SELECT with its dates bound. */
export interface BoundSelect {
  readonly sql: string;
  readonly bindings: Record<string, string>;
  /** The partition date of a row as SQL text. */
  readonly date: string;
}

/** The SELECT of a model over the dates from `from` to `to`. */
export function bind(model: Model, { from, to }: DateRange): BoundSelect {
  const bindings: Record<string, string> = {};
  const sql = model.sql.replace(/@(from_date|to_date)\b/g, (_, name: 'from_date' | 'to_date') => {
    bindings[name] = name === 'from_date' ? from : to;
    return `CAST($${name} AS DATE)`;
  });
  return { sql, bindings, date: partitionDateSql(model) };
}

/**
 * Computes the rows. Where the table has other columns than come out, every date is computed, whatever was
 * asked: a model that selects all columns of a raw table gets new ones without new SQL text.
 */
async function fill(
  context: StageContext,
  model: Model,
  held: readonly { name: string; type: string }[],
  asked: Stale,
): Promise<{ columns: Column[]; stale: Stale }> {
  const { replica } = context;
  if (held.length === 0) {
    return { columns: await fillNewTable(context, model, bind(model, asked)), stale: asked };
  }
  const columns = await fillTemporaryTable(replica, model, asked);
  if (asked.extent === 'all' || hasColumns(held, model, columns)) return { columns, stale: asked };
  const stale = everyDate(asked, 'columns changed');
  return { columns: await fillTemporaryTable(replica, model, stale), stale };
}

/** The first build writes its rows straight into the table; `build` is a view of it. */
async function fillNewTable(
  context: StageContext,
  model: Model,
  { sql, bindings, date }: BoundSelect,
): Promise<Column[]> {
  const { replica } = context;
  const columns = await modelColumns(replica, model, sql, bindings);
  // As one statement: an INSERT would not use the other cores. In order, so that every row group but the last is
  // full: a gap would have all rows after it written again with the next night.
  const select = selectRows(
    context,
    model,
    columns,
    `(SELECT ${castsSql(columns)} FROM (${sql}\n))`,
  );
  const order = model.partition === null ? '' : ` ORDER BY ${date}`;
  await replica.run(`CREATE TABLE ${quoteTable(model.name)} AS ${select.sql}${order}`, {
    ...bindings,
    ...select.bindings,
  });
  await replica.run(
    `CREATE OR REPLACE TEMP VIEW build AS
     SELECT ${names(columns)}, ${date} AS partition_date FROM ${quoteTable(model.name)}`,
  );
  return columns;
}

/** Later builds compute beside the table, to be compared with it: in `build`, with the types of the table. */
async function fillTemporaryTable(replica: Replica, model: Model, stale: Stale): Promise<Column[]> {
  const columns = await computeRows(replica, model, stale);
  await replica.run(
    `CREATE OR REPLACE TEMP VIEW build AS SELECT ${castsSql(columns)}, partition_date FROM built_rows`,
  );
  return columns;
}

/** Computes the stale dates into the temporary table `built_rows`, with types as the SELECT gives them. */
export async function computeRows(replica: Replica, model: Model, stale: Stale): Promise<Column[]> {
  const { sql, bindings, date } = bind(model, stale);
  const wanted =
    stale.extent === 'all' || model.partition === null ? '' : `WHERE ${isStaleSql(stale, date)}`;
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE built_rows AS
     SELECT *, ${date} AS partition_date FROM (${sql}\n) ${wanted}`,
    bindings,
  );
  const found = await replica.columnsOf('temp.built_rows');
  return typedColumns(model, found.slice(0, -1));
}

/** The columns with the types of the table, as SQL text. */
export function castsSql(columns: readonly Column[]): string {
  return columns
    .map(({ name, type, selected }) => {
      const id = quoteIdentifier(name);
      return selected === type ? id : `CAST(${id} AS ${type}) AS ${id}`;
    })
    .join(', ');
}
