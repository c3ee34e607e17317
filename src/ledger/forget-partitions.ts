import { quoteIdentifier, quoteTable } from '../replica/identifiers.ts';
import type { Replica } from '../replica/replica.ts';

/**
 * Takes partitions out of a table and out of the ledger, so that they are missing; joins the caller's transaction.
 * @param column partition column; null: the table has none, and goes whole
 * @param dates null: rows without a date
 */
export async function forgetPartitions(
  replica: Replica,
  table: string,
  column: string | null,
  dates: readonly (string | null)[],
): Promise<void> {
  const list = { dates: JSON.stringify(dates.filter((date) => date !== null)) };
  const isOne = 'IN (SELECT unnest(from_json($dates, \'["DATE"]\')))';
  if (await replica.hasTable(table)) {
    if (column === null) await replica.run(`DELETE FROM ${quoteTable(table)}`);
    else {
      const date = quoteIdentifier(column);
      const where = `${date} ${isOne}${dates.includes(null) ? ` OR ${date} IS NULL` : ''}`;
      await replica.run(`DELETE FROM ${quoteTable(table)} WHERE ${where}`, list);
    }
  }
  await replica.run(
    `DELETE FROM hoopduck.partition WHERE table_name = $table AND game_date ${isOne}`,
    { table, ...list },
  );
}

/** Of partitions that the ledger has more than once, keeps the newest row. */
export async function keepNewestPartitions(replica: Replica): Promise<void> {
  await replica.run(
    `DELETE FROM hoopduck.partition WHERE rowid NOT IN (
       SELECT max_by(rowid, (updated_at, rowid)) FROM hoopduck.partition GROUP BY table_name, game_date)`,
  );
}
