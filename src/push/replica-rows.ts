import { EXIT, HoopduckError } from '../errors.ts';
import type { Replica } from '../replica/replica.ts';
import { declaredColumns } from '../warehouse/declared.ts';
import { digestAsDeclared } from './digests.ts';
import type { PlannedWrite } from './plan.ts';
import type { PushTable } from './tables.ts';

/**
 * Checks that a partition's rows in the replica are those that the ledger has on record and the gates
 * have seen.
 * @throws HoopduckError LEDGER_STALE (exit 4) when they are others
 */
export async function checkReplicaRows(
  replica: Replica,
  table: PushTable,
  write: PlannedWrite,
): Promise<void> {
  const { name, partitionColumn } = table;
  const columns = declaredColumns(name, partitionColumn, await replica.columnsOf(name), undefined);
  const found = await digestAsDeclared(replica, name, partitionColumn, columns, [write.date]);
  if (found.get(write.date) === write.localDigest) return;
  throw new HoopduckError(
    'LEDGER_STALE',
    `The rows of "${name}" of ${write.date} in the replica are not those that the ledger has on record.`,
    {
      next: `Run "hoopduck transform --from ${write.date} --to ${write.date} --refresh" and "hoopduck validate", then push again.`,
      exitCode: EXIT.refused,
    },
  );
}
