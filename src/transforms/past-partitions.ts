import type { StageContext } from '../context.ts';
import { timestampText } from '../ledger/ledger.ts';
import { pastRowFromJsonSql, pastRowJsonSql, pastRowSql } from '../ledger/past-rows.ts';
import { quoteIdentifier, quoteTable } from '../replica/identifiers.ts';
import type { Replica } from '../replica/replica.ts';
import type { Model } from './model.ts';
import { isPublished } from './model-table.ts';

/** A build that changes more dates than this keeps their digests alone: a change of code must not double the file. */
const MOST_DATES = 200;

/** Partitions whose rows are kept, over all tables; the oldest go first. */
const MOST_PARTITIONS = 5000;

/**
 * Puts the rows that a build is about to replace in a published table (temporary table `changed_date`) into
 * hoopduck.past_partition, inside the build's transaction and before anything is deleted. Rows that JSON does
 * not give back to the bit are not kept, nor are those of other columns than the table will have.
 * @param held columns of the table as it still stands
 * @param sameColumns whether the table keeps them
 * @param dates how many dates change
 */
export async function keepPastPartitions(
  { replica, runId, now }: StageContext,
  model: Model,
  held: readonly { name: string; type: string }[],
  sameColumns: boolean,
  dates: number,
): Promise<void> {
  if (!isPublished(model) || model.partition === null) return;
  const { name } = model;
  if (!sameColumns) {
    await replica.run('UPDATE hoopduck.past_partition SET rows = NULL WHERE table_name = $name', {
      name,
    });
  }
  const areKept = sameColumns && dates <= MOST_DATES;
  await replica.run(
    `INSERT INTO hoopduck.past_partition
       (table_name, game_date, digest, replaced_at, replaced_by, rows, row_count, written_at)
     SELECT $name, c.game_date, p.digest, CAST($now AS TIMESTAMP), $runId, o.rows, coalesce(o.row_count, 0),
       o.written_at
     FROM changed_date AS c
     LEFT JOIN hoopduck.partition AS p ON p.table_name = $name AND p.game_date = c.game_date
     LEFT JOIN (${areKept ? keptSql(model, held) : countedSql(model)}) AS o ON o.game_date = c.game_date`,
    { name, runId, now: timestampText(now()) },
  );
  if (areKept) await letGoOfOldest(replica);
}

/** Old rows by date, as JSON where all of them come back from it as they were. */
function keptSql(model: Model, held: readonly { name: string; type: string }[]): string {
  const back = pastRowFromJsonSql('json', held);
  // As text too: -0.0 equals 0.0, and NULL must not stand for what JSON could not hold.
  const isSame = `${back} IS NOT DISTINCT FROM old AND CAST(${back} AS VARCHAR) = CAST(old AS VARCHAR)`;
  return `
    SELECT game_date, count(*) AS row_count, min(written_at) AS written_at,
      CASE WHEN bool_and(${isSame}) THEN '[' || string_agg(json, ',') || ']' END AS rows
    FROM (${oldRowsSql(model, `${pastRowSql(held)} AS old, ${pastRowJsonSql(held)} AS json`)})
    GROUP BY game_date`;
}

function countedSql(model: Model): string {
  return `
    SELECT game_date, count(*) AS row_count, min(written_at) AS written_at, CAST(NULL AS VARCHAR) AS rows
    FROM (${oldRowsSql(model, '1')}) GROUP BY game_date`;
}

function oldRowsSql(model: Model, selected: string): string {
  const date = quoteIdentifier(model.partition!);
  return `SELECT ${date} AS game_date, processed_at AS written_at, ${selected} FROM ${quoteTable(model.name)}
    WHERE ${date} IN (SELECT game_date FROM changed_date)`;
}

async function letGoOfOldest(replica: Replica): Promise<void> {
  await replica.run(
    `UPDATE hoopduck.past_partition SET rows = NULL WHERE rowid IN (
       SELECT rowid FROM hoopduck.past_partition WHERE rows IS NOT NULL
       ORDER BY replaced_at DESC, rowid DESC OFFSET ${MOST_PARTITIONS})`,
  );
}
