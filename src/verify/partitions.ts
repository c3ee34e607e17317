import type { StageContext } from '../context.ts';
import { checkPartitions, type PartitionFault } from '../ledger/check-partitions.ts';
import { forgetPartitions } from '../ledger/forget-partitions.ts';
import { forgetBuild } from '../transforms/forget-build.ts';
import { forgetValidation } from '../validate/forget-validation.ts';
import { GATE_RESULTS } from '../validate/keep-history.ts';
import type { AreaResult, Finding } from './finding.ts';

/** Whether nothing could make a table's rows again: they tell what was predicted, graded and trained. */
const isRecord = (table: string) => table.startsWith('nba_predictions.');

/**
 * Compares every partition's rows with the ledger, by count and digest. A repair takes what is off out of table and ledger, so
 * that the next run fetches, computes or predicts it again.
 */
export async function verifyPartitions(ctx: StageContext): Promise<AreaResult> {
  const { replica, report } = ctx;
  const { partitions, faults } = await checkPartitions(replica, (done, total) =>
    report.progress('verify partitions', done, total),
  );
  const findings = faults.map((fault) => findingOf(fault));
  return {
    area: 'partition',
    checked: partitions,
    findings,
    skipped: null,
    repair: async () => {
      const tables = new Map(faults.map(({ table, column }) => [table, column]));
      for (const [table, column] of tables) {
        if (isRecord(table)) continue;
        const dates = faults.filter((fault) => fault.table === table).map(({ date }) => date);
        await replica.transaction(async () => {
          await forgetPartitions(replica, table, column, dates);
          // What makes its rows again: the gates, or a model.
          if (table === GATE_RESULTS) await forgetValidation(replica);
          else await forgetBuild(replica, table);
        });
      }
      for (const finding of findings) finding.repaired = !isRecord(finding.subject);
    },
  };
}

function findingOf({ table, date, kind, recorded, held }: PartitionFault): Finding {
  const found = {
    changed:
      recorded === held
        ? `its ${held} rows have another digest than the ledger's`
        : `it holds ${held} rows, the ledger says ${recorded}`,
    lost: `its ${recorded} rows are gone`,
    unknown: `it holds ${held} rows of which the ledger says nothing`,
  }[kind];
  return {
    area: 'partition',
    subject: `${table} ${date ?? 'without a date'}`,
    found,
    next: isRecord(table)
      ? 'Nothing makes these rows again: "hoopduck restore" puts them back.'
      : '"hoopduck run" makes it again after "hoopduck verify --repair".',
    repaired: null,
  };
}
