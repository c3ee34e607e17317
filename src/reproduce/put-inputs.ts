import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { StageContext } from '../context.ts';
import { replacePartitions, timestampText } from '../ledger/ledger.ts';
import { digestSql } from '../replica/digest.ts';
import { quoteLiteral, quoteTable } from '../replica/identifiers.ts';
import { parquetRelation } from '../replica/relation.ts';
import { INPUTS_FOLDER } from '../sync/keep-inputs.ts';
import { createRawTables } from '../sync/land.ts';
import { PAST } from './past.ts';
import type { MissingInput } from './result.ts';

/** What was put into the scratch replica. */
export interface InputsPut {
  readonly partitions: number;
  readonly missing: readonly MissingInput[];
}

/**
 * Puts the raw partitions of a run into the scratch replica, by their digests: from the working replica where it
 * still has them, else from the kept files. Each digest is computed anew from the rows that were put. Nothing is put
 * when one is missing.
 */
export async function putInputs(ctx: StageContext, workspace: string): Promise<InputsPut> {
  const { replica } = ctx;
  const folder = join(workspace, INPUTS_FOLDER);
  await findInputs(ctx);
  const [partitions] = await replica.column<number>('SELECT count(*) FROM reproduce_input');
  const files = await replica.column<string>(
    'SELECT DISTINCT file FROM reproduce_input WHERE NOT is_current AND file IS NOT NULL',
  );
  const gone = files.filter((file) => !existsSync(join(folder, file)));
  const missing = await replica.rows<MissingInput>(
    `SELECT table_name AS "table", CAST(game_date AS VARCHAR) AS date,
       CAST(dropped_at AS VARCHAR) AS dropped_at,
       CASE WHEN file IS NOT NULL THEN 'its file ' || file || ' is not there any more'
            ELSE coalesce(dropped_why, 'it was replaced before inputs were kept') END AS why
     FROM reproduce_input
     WHERE NOT is_current AND (file IS NULL OR list_contains(from_json($gone, '["VARCHAR"]'), file))
     ORDER BY table_name, game_date`,
    { gone: JSON.stringify(gone) },
  );
  if (missing.length > 0) return { partitions: partitions!, missing };
  await fillTables(ctx, folder);
  await createRawTables(replica);
  const damaged = await checkDigests(ctx);
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE partition_change AS
     SELECT table_name, game_date, 'raw' AS layer, digest, CAST(split_part(digest, '-', 1) AS BIGINT) AS rows,
       'unchecked' AS verdict, CAST($now AS TIMESTAMP) AS updated_at, $runId AS run_id
     FROM reproduce_input`,
    { now: timestampText(ctx.now()), runId: ctx.runId },
  );
  await replacePartitions(replica);
  return { partitions: partitions!, missing: damaged };
}

/** Makes the temporary table `reproduce_input`: each raw partition of the run, and where its rows are. */
async function findInputs({ replica }: StageContext): Promise<void> {
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE reproduce_input AS
     SELECT e.table_name, e.game_date, e.digest, c.game_date IS NOT NULL AS is_current, k.file,
       d.dropped_at, d.dropped_why
     FROM reproduce_expected AS e
     LEFT JOIN ${PAST}.hoopduck.partition AS c USING (table_name, game_date, digest)
     LEFT JOIN (
       SELECT table_name, game_date, digest, max(file) AS file FROM ${PAST}.hoopduck.kept_input
       WHERE dropped_at IS NULL GROUP BY ALL) AS k USING (table_name, game_date, digest)
     LEFT JOIN (
       SELECT table_name, game_date, digest, max(dropped_at) AS dropped_at,
         arg_max(dropped_why, dropped_at) AS dropped_why
       FROM ${PAST}.hoopduck.kept_input WHERE dropped_at IS NOT NULL GROUP BY ALL) AS d
       USING (table_name, game_date, digest)
     WHERE starts_with(e.table_name, 'nba_raw.')`,
  );
}

async function fillTables({ replica, report }: StageContext, folder: string): Promise<void> {
  const tables = await inputTables(replica);
  for (const [index, table] of tables.entries()) {
    report.progress('put inputs', index, tables.length);
    const from = `${PAST}.${quoteTable(table)}`;
    const own = `table_name = ${quoteLiteral(table)}`;
    await replica.run(
      `CREATE TABLE ${quoteTable(table)} AS SELECT * FROM ${from}
       WHERE game_date IN (SELECT game_date FROM reproduce_input WHERE ${own} AND is_current)`,
    );
    const files = await replica.column<string>(
      `SELECT DISTINCT file FROM reproduce_input WHERE ${own} AND NOT is_current ORDER BY file`,
    );
    for (const file of files) {
      await replica.run(
        `INSERT INTO ${quoteTable(table)} BY NAME
         SELECT * FROM ${parquetRelation(join(folder, file))}
         WHERE game_date IN (SELECT game_date FROM reproduce_input
                             WHERE ${own} AND NOT is_current AND file = ${quoteLiteral(file)})`,
      );
    }
  }
  report.progress('put inputs', tables.length, tables.length);
}

function inputTables(replica: StageContext['replica']): Promise<string[]> {
  return replica.column<string>('SELECT DISTINCT table_name FROM reproduce_input ORDER BY 1');
}

/** Partitions whose rows, as they lie in the scratch replica, have another digest than the run's. */
async function checkDigests({ replica }: StageContext): Promise<MissingInput[]> {
  const damaged: MissingInput[] = [];
  for (const table of await inputTables(replica)) {
    const digest = digestSql(await replica.columnsOf(table));
    damaged.push(
      ...(await replica.rows<MissingInput>(
        `SELECT table_name AS "table", CAST(game_date AS VARCHAR) AS date, NULL AS dropped_at,
           'its rows in ' || CASE WHEN is_current THEN 'the replica' ELSE file END
             || ' are not those of the digest' AS why
         FROM (SELECT * FROM reproduce_input WHERE table_name = $table) AS i
         LEFT JOIN (SELECT game_date, ${digest} AS found FROM ${quoteTable(table)} GROUP BY game_date)
           USING (game_date)
         WHERE found IS DISTINCT FROM digest ORDER BY game_date`,
        { table },
      )),
    );
  }
  return damaged;
}
