import type { Replica } from '../../replica/replica.ts';

export interface RunStage {
  readonly name: string;
  readonly status: string;
  readonly seconds: number;
}

export interface RunFacts {
  readonly run_id: string;
  readonly command: string;
  readonly started_at: string;
  /** null: running, or killed. */
  readonly seconds: number | null;
  readonly exit_code: number | null;
  /** In their order; empty for commands that are one stage themselves. */
  readonly stages: readonly RunStage[];
}

export interface ForcedFacts {
  readonly at: string;
  readonly what: string;
  readonly reason: string;
  readonly command: string | null;
}

const SHOWN_RUNS = 60;
const SHOWN_DECISIONS = 200;

/** The newest runs with their stages, the newest first. */
export async function runFacts(replica: Replica): Promise<RunFacts[]> {
  const runs = await replica.rows<Omit<RunFacts, 'stages'>>(
    `SELECT run_id, command, strftime(started_at, '%Y-%m-%dT%H:%M:%SZ') AS started_at,
       (epoch_ms(finished_at) - epoch_ms(started_at)) / 1000.0 AS seconds, exit_code
     FROM hoopduck.run ORDER BY hoopduck.run.started_at DESC, run_id DESC LIMIT ${SHOWN_RUNS}`,
  );
  const stages = await replica.rows<RunStage & { run_id: string }>(
    'SELECT run_id, name, status, seconds FROM hoopduck.stage ORDER BY rowid',
  );
  return runs.map((run) => ({
    ...run,
    stages: stages
      .filter(({ run_id }) => run_id === run.run_id)
      .map(({ name, status, seconds }) => ({ name, status, seconds })),
  }));
}

/** Decisions that were taken against a gate, the newest first. */
export async function forcedFacts(replica: Replica): Promise<ForcedFacts[]> {
  return replica.rows<ForcedFacts>(
    `SELECT strftime(f.recorded_at, '%Y-%m-%dT%H:%M:%SZ') AS at, f.what, f.reason, r.command
     FROM hoopduck.forced AS f LEFT JOIN hoopduck.run AS r USING (run_id)
     ORDER BY f.recorded_at DESC LIMIT ${SHOWN_DECISIONS}`,
  );
}
