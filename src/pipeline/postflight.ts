import type { StageContext } from '../context.ts';
import type { PushResult } from '../push/result.ts';
import { pushTable } from '../push/tables.ts';
import { quoteIdentifier, quoteTable } from '../replica/identifiers.ts';
import { type Flight, type FlightFinding, recordFlight } from './flight.ts';

const SHOWN = 3;

/**
 * Looks after a run whether what it wrote is what it meant to write: the rows that its tables hold on the dates of this run
 * against the ledger's, and the units of its push, each read back and compared when it was swapped, against the journal.
 */
export function postflight(ctx: StageContext, pushed: PushResult | null): Promise<Flight> {
  return recordFlight(ctx, 'postflight', async () => [
    await written(ctx),
    ...(pushed === null ? [] : [await verified(ctx, pushed)]),
  ]);
}

async function written({ replica, runId }: StageContext): Promise<FlightFinding> {
  const tables = await replica.rows<{ name: string; partition: string | null }>(
    `SELECT DISTINCT p.table_name AS name, d.partition_column AS partition
     FROM hoopduck.partition AS p LEFT JOIN hoopduck.model_definition AS d USING (table_name)
     WHERE p.run_id = $runId ORDER BY 1`,
    { runId },
  );
  let partitions = 0;
  const differing: string[] = [];
  for (const { name, partition } of tables) {
    const date = quoteIdentifier(partition ?? partitionColumn(name));
    const rows = await replica.rows<{ date: string; meant: number; held: number }>(
      `SELECT CAST(p.game_date AS VARCHAR) AS date, p.rows AS meant, coalesce(t.rows, 0) AS held
       FROM (SELECT game_date, rows FROM hoopduck.partition WHERE table_name = $name AND run_id = $runId) AS p
       LEFT JOIN (SELECT ${date} AS game_date, count(*) AS rows FROM ${quoteTable(name)} GROUP BY 1) AS t USING (game_date)
       ORDER BY 1`,
      { name, runId },
    );
    partitions += rows.length;
    for (const { date: day, meant, held } of rows) {
      if (meant !== held)
        differing.push(`${name} ${day} holds ${held} rows, ${meant} were written`);
    }
  }
  if (differing.length === 0) {
    const found = `${partitions} partitions of ${tables.length} tables hold the rows that this run wrote`;
    return { name: 'rows', verdict: 'ok', found, next: null };
  }
  const more = differing.length > SHOWN ? ` and ${differing.length - SHOWN} more` : '';
  return {
    name: 'rows',
    verdict: 'fail',
    found: `${differing.slice(0, SHOWN).join('; ')}${more}`,
    next: 'Run "hoopduck validate", which names the dates, and "hoopduck transform --refresh" for them.',
  };
}

/** A raw table, or one of predictions or results. */
function partitionColumn(name: string): string {
  return name.startsWith('nba_raw.') ? 'game_date' : pushTable(name).partitionColumn;
}

/** The journal of this run's push: a unit is verified when its digests, read back from the target, are the planned ones. */
async function verified(
  { replica, runId }: StageContext,
  pushed: PushResult,
): Promise<FlightFinding> {
  const [units] = await replica.rows<{ verified: number; open: number }>(
    `WITH units AS (
       SELECT s.table_name, s.unit, bool_or(s.step = 'verified') AS is_verified
       FROM hoopduck.push_step AS s JOIN hoopduck.push AS p USING (push_id)
       WHERE p.run_id = $runId AND s.step IN ('written', 'verified') GROUP BY ALL)
     SELECT count(*) FILTER (is_verified) AS verified, count(*) FILTER (NOT is_verified) AS open FROM units`,
    { runId },
  );
  const { verified: done, open } = units!;
  const found = `${done} of ${done + open} written units were read back and hold the planned digests, ${pushed.written} partitions`;
  return open === 0
    ? { name: 'push', verdict: 'ok', found, next: null }
    : {
        name: 'push',
        verdict: 'fail',
        found,
        next: 'Run "hoopduck push --resume": it reads them back.',
      };
}
