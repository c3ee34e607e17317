import { EXIT, HoopduckError } from '../errors.ts';
import { computedDigestSql, digestSql, hasCommonDigest } from '../replica/digest.ts';
import { quoteIdentifier, quoteTable } from '../replica/identifiers.ts';
import type { Replica } from '../replica/replica.ts';
import type { PushTable } from './tables.ts';

/**
 * Checks that the rows of partitions in the replica are those that the ledger has on record and the gates
 * have seen.
 * @param recorded the ledger's digest of each date
 * @throws HoopduckError LEDGER_STALE (exit 4) that names the first date with others
 */
export async function checkReplicaRows(
  replica: Replica,
  table: PushTable,
  recorded: ReadonlyMap<string, string>,
): Promise<void> {
  if (recorded.size === 0) return;
  const { name, partitionColumn } = table;
  const columns = await replica.columnsOf(name);
  const date = quoteIdentifier(partitionColumn);
  const found = await replica.rows<{ date: string; digest: string }>(
    `SELECT CAST(${date} AS VARCHAR) AS date,
       ${hasCommonDigest(name) ? digestSql(columns) : computedDigestSql(columns)} AS digest
     FROM ${quoteTable(name)}
     WHERE ${date} IN (SELECT unnest(from_json($dates, '["DATE"]'))) GROUP BY ${date}`,
    { dates: JSON.stringify([...recorded.keys()]) },
  );
  const held = new Map(found.map(({ date, digest }) => [date, digest]));
  for (const [day, digest] of recorded) {
    if (held.get(day) === digest) continue;
    throw new HoopduckError(
      'LEDGER_STALE',
      `The rows of "${name}" of ${day} in the replica are not those that the ledger has on record.`,
      {
        next: `Run "hoopduck transform --from ${day} --to ${day} --refresh" and "hoopduck validate", then push again.`,
        exitCode: EXIT.refused,
      },
    );
  }
}
