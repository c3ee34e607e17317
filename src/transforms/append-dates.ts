import type { StageContext } from '../context.ts';
import { computedDigestSql } from '../replica/digest.ts';
import { quoteTable } from '../replica/identifiers.ts';
import type { Replica } from '../replica/replica.ts';
import { castsSql, computeRows, type ModelBuild } from './build.ts';
import type { BuildJournal, DateVerdict } from './build-journal.ts';
import { judgeBuild } from './expectations.ts';
import type { Model } from './model.ts';
import { type Column, partitionDateSql } from './model-table.ts';
import { isStaleSql, type Known, newDates, type Stale } from './stale.ts';
import { hasColumns, selectRows } from './write-build.ts';

/** Columns as a table holds them. */
export type HeldColumns = readonly { readonly name: string; readonly type: string }[];

/**
 * Builds the dates that no build has covered yet, where nothing else of a model is stale: its inputs changed after
 * its last date alone, so that windows reach no date that it has. There are no old rows to compare with and to
 * keep, and whose rows are new need not be on record: of a date of which nothing more is known, everybody counts.
 * Joins the caller's transaction.
 * @param held columns of the tables that the replica holds
 * @returns null where this is another case, and nothing was done
 */
export async function appendDates(
  context: StageContext,
  journal: BuildJournal,
  model: Model,
  horizon: string,
  known: Known,
  held: ReadonlyMap<string, HeldColumns>,
): Promise<ModelBuild | null> {
  const stale = newDates(model, horizon, known);
  const columnsOfTable = held.get(model.name);
  if (stale === null || columnsOfTable === undefined) return null;
  const { replica } = context;
  const started = performance.now();
  const columns = await computeRows(replica, model, stale);
  if (!hasColumns(columnsOfTable, model, columns)) return null;
  const rows = `(SELECT ${castsSql(columns)}, partition_date FROM built_rows)`;
  const verdicts = await verdictsOf(replica, model, stale, columns, rows);
  const table = quoteTable(model.name);
  // Rows that the ledger does not know of would stay beside the new ones.
  await replica.run(`DELETE FROM ${table} WHERE ${isStaleSql(stale, partitionDateSql(model))}`);
  const filled = verdicts.filter(({ digest }) => digest !== null);
  if (filled.length > 0) {
    const select = selectRows(context, model, columns, rows);
    await replica.run(`INSERT INTO ${table} ${select.sql}`, select.bindings);
  }
  const inputs = [...known.suspects.keys()];
  journal.add({ model, inputs, builtTo: stale.builtTo!, to: stale.to, verdicts });
  return {
    table: model.name,
    why: stale.reasons.map(({ why }) => why).join('; '),
    reasons: stale.reasons,
    from: stale.from,
    to: stale.to,
    rows: filled.reduce((sum, verdict) => sum + verdict.rows, 0),
    dates: filled.length,
    changedDates: filled.length,
    changed: filled.length === 0 ? null : { from: filled[0]!.date, to: filled.at(-1)!.date },
    short: verdicts
      .filter(({ verdict }) => verdict === 'short')
      .map(({ date, detail }) => ({ date, detail: detail! })),
    seconds: (performance.now() - started) / 1000,
  };
}

/** The columns of every table of the replica. */
export async function heldColumns(replica: Replica): Promise<Map<string, HeldColumns>> {
  const columns = await replica.rows<{ table: string; name: string; type: string }>(
    `SELECT schema_name || '.' || table_name AS "table", column_name AS name, data_type AS type
     FROM duckdb_columns() WHERE database_name = current_database() AND NOT internal
     ORDER BY table_oid, column_index`,
  );
  const held = new Map<string, { name: string; type: string }[]>();
  for (const { table, name, type } of columns) {
    const known = held.get(table);
    if (known === undefined) held.set(table, [{ name, type }]);
    else known.push({ name, type });
  }
  return held;
}

async function verdictsOf(
  replica: Replica,
  model: Model,
  stale: Stale,
  columns: readonly Column[],
  rows: string,
): Promise<DateVerdict[]> {
  const digests = `
    SELECT partition_date AS game_date, ${computedDigestSql(columns)} AS digest, count(*) AS rows
    FROM ${rows} GROUP BY partition_date`;
  let verdicts = `(SELECT *, NULL AS expected_rows, 'unchecked' AS verdict, NULL AS detail FROM (${digests}))`;
  if (model.expectation !== null) {
    await replica.run(`CREATE OR REPLACE TEMP VIEW build AS SELECT * FROM ${rows}`);
    await replica.run(`CREATE OR REPLACE TEMP TABLE build_digest AS ${digests}`);
    verdicts = await judgeBuild(replica, model, stale);
  }
  return replica.rows<DateVerdict>(
    `SELECT CAST(game_date AS VARCHAR) AS date, digest, rows, expected_rows AS "expectedRows", verdict, detail
     FROM ${verdicts} ORDER BY game_date`,
  );
}
