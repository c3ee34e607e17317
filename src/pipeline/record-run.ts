import { availableParallelism } from 'node:os';
import type { StageContext } from '../context.ts';
import { timestampText } from '../ledger/ledger.ts';
import { readArtefactFile } from '../train/artefact.ts';
import { TRAINING_RUNS } from '../train/prediction-tables.ts';
import { findModel } from '../train/registry.ts';
import { readThresholds } from '../validate/read-thresholds.ts';
import { programText } from './program.ts';
import type { GateCounts, ModelFacts, RunFacts } from './run-facts.ts';

/** What a run itself knows of what it did. */
export interface RunEnd {
  readonly span: { readonly from: string; readonly to: string };
  readonly exclude: readonly string[];
  readonly forced: string | null;
  readonly gates: GateCounts;
  /** Ids of models. */
  readonly trained: string | null;
  readonly predicted: string | null;
}

/**
 * Puts on record what a run stood on and made, once it has predicted: the digest of every partition that
 * is another than at the recorded run before, and the facts that `reproduce` needs.
 */
export async function recordRun(ctx: StageContext, end: RunEnd): Promise<void> {
  const { replica, runId, now } = ctx;
  const facts = await factsOf(ctx, end);
  await replica.transaction(async () => {
    const [number] = await replica.column<number>(
      // Partitions of forgotten runs stay: a number that comes twice would mix theirs into later runs.
      `SELECT coalesce(max(number), 0) + 1 FROM (
         SELECT number FROM hoopduck.run_record UNION ALL SELECT number FROM hoopduck.run_partition)`,
    );
    await replica.run(
      'INSERT INTO hoopduck.run_record VALUES ($number, $runId, CAST($at AS TIMESTAMP), $facts)',
      { number: number!, runId, at: timestampText(now()), facts: JSON.stringify(facts) },
    );
    // A record of trainings is partitioned by the day of the training, and results of gates say when: neither is the same again.
    await replica.run(
      `INSERT INTO hoopduck.run_partition
       SELECT $number, table_name, game_date, now.digest FROM (
         SELECT table_name, game_date, digest FROM hoopduck.partition
         WHERE digest IS NOT NULL AND layer <> 'quality' AND table_name <> $records) AS now
       FULL JOIN (
         SELECT table_name, game_date, arg_max_null(digest, number) AS digest
         FROM hoopduck.run_partition GROUP BY ALL) AS known USING (table_name, game_date)
       WHERE now.digest IS DISTINCT FROM known.digest`,
      { number: number!, records: TRAINING_RUNS },
    );
  });
}

/** Forgets what runs of before a date, `YYYY-MM-DD`, stood on: they cannot be reproduced any more. */
export async function forgetRuns({ replica }: StageContext, before: string): Promise<void> {
  await replica.run(
    'DELETE FROM hoopduck.run_record WHERE recorded_at < CAST($before AS TIMESTAMP)',
    { before },
  );
}

async function factsOf(ctx: StageContext, end: RunEnd): Promise<RunFacts> {
  const { replica, config } = ctx;
  const { span, trained, predicted, gates, exclude, forced } = end;
  const [engine] = await replica.rows<{ version: string; threads: number }>(
    "SELECT version() AS version, CAST(current_setting('threads') AS BIGINT) AS threads",
  );
  const builds = await replica.rows<{ name: string; digest: string; to: string }>(
    `SELECT table_name AS name, sql_digest AS digest, CAST(built_to AS VARCHAR) AS "to"
     FROM hoopduck.model_build ORDER BY table_name`,
  );
  const { pass, warn, fail, not_evaluated } = gates;
  return {
    ...span,
    horizon: builds.reduce((last, { to }) => (to > last ? to : last), span.to),
    hoopduck: programText(),
    duckdb: engine!.version,
    threads: engine!.threads,
    cores: availableParallelism(),
    settings: { train: config.train, thresholds: readThresholds(config.gates.thresholds) },
    exclude,
    forced,
    sql: Object.fromEntries(builds.map(({ name, digest }) => [name, digest])),
    gates: { pass, warn, fail, not_evaluated },
    trained: trained === null ? null : await modelFacts(ctx, trained),
    predicted: predicted === null ? null : await modelFacts(ctx, predicted),
  };
}

/** A model as its manifest describes it. */
export async function modelFacts(
  { replica, config }: Pick<StageContext, 'replica' | 'config'>,
  id: string,
): Promise<ModelFacts> {
  const { artefact } = await findModel(replica, id);
  const manifest = JSON.parse(readArtefactFile(config.workspace, artefact, 'manifest.json'));
  const { engine, files } = manifest as Omit<ModelFacts, 'id'>;
  return { id, engine, files };
}
