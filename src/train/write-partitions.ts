import type { StageContext } from '../context.ts';
import { replacePartitions, timestampText } from '../ledger/ledger.ts';
import { digestSql } from '../replica/digest.ts';
import { quoteIdentifier, quoteTable } from '../replica/identifiers.ts';

/** How the partitions of a prediction table were left. */
export interface PartitionsWritten {
  readonly written: number;
  readonly unchanged: number;
  readonly removed: number;
}

/**
 * Brings the partitions of a prediction table to what three temporary tables hold, in one
 * transaction: `staged`, rows with the table's columns, and `plan`, one row for each date that the
 * table should have: (game_date, expected_rows BIGINT, verdict, detail, source_token, fresh BOOLEAN).
 * Partitions whose digest is the recorded one stay as they are, as do fresh ones, which are known to
 * be so without their rows; of both only the ledger row follows what the plan says. `gone` (game_date): dates whose partitions leave.
 */
export async function writePartitions(
  ctx: StageContext,
  table: string,
  tables: { readonly staged: string; readonly plan: string; readonly gone: string },
): Promise<PartitionsWritten> {
  const { replica } = ctx;
  const columns = await replica.columnsOf(table);
  const names = columns.map(({ name }) => quoteIdentifier(name)).join(', ');
  const bindings = { table, at: timestampText(ctx.now()), runId: ctx.runId };
  return replica.transaction(async () => {
    await replica.run(
      `CREATE OR REPLACE TEMP TABLE partition_next AS
       SELECT p.game_date, p.expected_rows, p.verdict, p.detail, p.source_token,
              CASE WHEN p.fresh THEN old.digest ELSE s.digest END AS digest,
              CASE WHEN p.fresh THEN old.rows ELSE coalesce(s.n, 0) END AS n,
              NOT p.fresh AND (old.game_date IS NULL OR old.digest IS DISTINCT FROM s.digest) AS moved,
              old.expected_rows IS DISTINCT FROM p.expected_rows
                OR old.verdict IS DISTINCT FROM p.verdict
                OR old.detail IS DISTINCT FROM p.detail
                OR old.source_token IS DISTINCT FROM p.source_token AS restamped
       FROM ${quoteIdentifier(tables.plan)} AS p
       LEFT JOIN (SELECT game_date, count(*) AS n, ${digestSql(columns)} AS digest
                  FROM ${quoteIdentifier(tables.staged)} GROUP BY game_date) AS s USING (game_date)
       LEFT JOIN (SELECT * FROM hoopduck.partition WHERE table_name = $table) AS old USING (game_date)`,
      { table },
    );
    await replica.run(
      `CREATE OR REPLACE TEMP TABLE partition_gone AS
       SELECT game_date FROM hoopduck.partition
       WHERE table_name = $table AND game_date IN (SELECT game_date FROM ${quoteIdentifier(tables.gone)})`,
      { table },
    );
    await replica.run(
      `DELETE FROM ${quoteTable(table)} WHERE game_date IN (
         SELECT game_date FROM partition_next WHERE moved UNION ALL SELECT game_date FROM partition_gone)`,
    );
    await replica.run(
      `INSERT INTO ${quoteTable(table)} (${names}) SELECT ${names} FROM ${quoteIdentifier(tables.staged)}
       WHERE game_date IN (SELECT game_date FROM partition_next WHERE moved)
       ORDER BY game_date, player_lookup`,
    );
    await replica.run(
      `CREATE OR REPLACE TEMP TABLE partition_change AS
       SELECT $table AS table_name, game_date, 'prediction' AS layer,
              source_token, digest, n AS rows, expected_rows, verdict,
              detail, CAST($at AS TIMESTAMP) AS updated_at, $runId AS run_id
       FROM partition_next WHERE moved OR restamped`,
      bindings,
    );
    await replacePartitions(replica);
    await replica.run(
      `DELETE FROM hoopduck.partition WHERE table_name = $table
       AND game_date IN (SELECT game_date FROM partition_gone)`,
      { table },
    );
    const [counts] = await replica.rows<PartitionsWritten>(
      `SELECT count(*) FILTER (moved) AS written, count(*) FILTER (NOT moved) AS unchanged,
              (SELECT count(*) FROM partition_gone) AS removed FROM partition_next`,
    );
    for (const name of ['partition_next', 'partition_gone', 'partition_change']) {
      await replica.run(`DROP TABLE ${name}`);
    }
    return counts!;
  });
}
