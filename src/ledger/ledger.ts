import { withoutSecrets } from '../redact.ts';
import type { Replica } from '../replica/replica.ts';

/** What a stage did, as `run --json` lists it. */
export interface StageRecord {
  readonly name: string;
  readonly status: 'done' | 'nothing' | 'failed' | 'skipped';
  readonly seconds: number;
  readonly summary: unknown;
}

/** The date under which the ledger keeps a table that has no partitions. */
export const WHOLE_TABLE = '1970-01-01';

/** Text of a moment for a TIMESTAMP binding, in UTC. */
export function timestampText(at: Date): string {
  return at.toISOString().replace('T', ' ').replace('Z', '');
}

/** Opens a run's row; a row without an end is a run that is under way or was killed. */
export async function startRun(
  replica: Replica,
  run: { runId: string; command: string; arguments: unknown; codeVersion: string; at: Date },
): Promise<void> {
  await replica.run(
    `INSERT INTO hoopduck.run VALUES ($runId, $command, $arguments, $codeVersion,
       CAST($at AS TIMESTAMP), NULL, NULL)`,
    {
      runId: run.runId,
      command: run.command,
      arguments: withoutSecrets(JSON.stringify(run.arguments)),
      codeVersion: run.codeVersion,
      at: timestampText(run.at),
    },
  );
}

/** Closes a run's row. */
export async function finishRun(
  replica: Replica,
  runId: string,
  exitCode: number,
  at: Date,
): Promise<void> {
  await replica.run(
    `UPDATE hoopduck.run SET finished_at = CAST($at AS TIMESTAMP), exit_code = $exitCode
     WHERE run_id = $runId`,
    { runId, exitCode, at: timestampText(at) },
  );
}

/** Records what one stage of a run did. */
export async function recordStage(
  replica: Replica,
  runId: string,
  stage: StageRecord,
): Promise<void> {
  await replica.run(
    'INSERT INTO hoopduck.stage VALUES ($runId, $name, $status, $seconds, $summary)',
    {
      runId,
      name: stage.name,
      status: stage.status,
      seconds: stage.seconds,
      summary: withoutSecrets(JSON.stringify(stage.summary ?? null)),
    },
  );
}

/** Keeps a decision that was taken against a gate, with the reason that was given. */
export async function recordForced(
  replica: Replica,
  runId: string,
  what: string,
  reason: string,
  at: Date,
): Promise<void> {
  await replica.run(
    'INSERT INTO hoopduck.forced VALUES ($runId, CAST($at AS TIMESTAMP), $what, $reason)',
    { runId, at: timestampText(at), what, reason },
  );
}

/**
 * Moves partition rows from a temporary table `partition_change` (the columns of
 * hoopduck.partition) into the ledger: delete and insert, inside the caller's transaction.
 */
export async function replacePartitions(replica: Replica): Promise<void> {
  await replica.run(
    `DELETE FROM hoopduck.partition AS p USING partition_change AS c
     WHERE p.table_name = c.table_name AND p.game_date = c.game_date`,
  );
  await replica.run('INSERT INTO hoopduck.partition BY NAME SELECT * FROM partition_change');
}

/** Takes the rows of dates that a table has no more out of the ledger, inside the caller's transaction. */
export async function forgetPartitions(
  replica: Replica,
  table: string,
  dates: readonly string[],
): Promise<void> {
  if (dates.length === 0) return;
  await replica.run(
    `DELETE FROM hoopduck.partition
     WHERE table_name = $table AND game_date IN (SELECT unnest(from_json($dates, '["DATE"]')))`,
    { table, dates: JSON.stringify(dates) },
  );
}
