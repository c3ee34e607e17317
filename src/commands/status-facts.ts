import { statSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import { locationName } from '../config/location.ts';
import type { Replica } from '../replica/replica.ts';
import { type Monitor, monitorModel } from '../train/monitor/monitor.ts';
import { predictingModel } from '../train/monitor/predicting-model.ts';
import type { TrainingReport } from '../train/training-report.ts';
import { type ModelSummary, modelSummary } from './model-summary.ts';
import { pastPushes } from './runs/past-pushes.ts';
import { parsedObject } from './runs/run-facts.ts';
import { replicaCoverage, type SeasonStatus, type TableCoverage } from './status-coverage.ts';

/** What `status --json` prints. */
export interface StatusFacts {
  readonly workspace: string;
  readonly replica: { readonly path: string; readonly bytes: number };
  readonly seasons: readonly SeasonStatus[];
  readonly tables: readonly TableCoverage[];
  readonly gates: Readonly<Record<'pass' | 'warn' | 'fail' | 'not_evaluated', number>> | null;
  readonly red: readonly {
    check: string;
    table: string;
    scope: string;
    found: number | null;
    wanted: number | null;
    detail: string | null;
  }[];
  readonly last_sync: { at: string; run_id: string } | null;
  readonly runs: readonly {
    run_id: string;
    command: string;
    /** As they were given: a dry run and a rollback are told by them. */
    arguments: Readonly<Record<string, unknown>>;
    started_at: string;
    seconds: number | null;
    exit_code: number | null;
  }[];
  /** The model that predicts now; null: nothing was trained yet. */
  readonly model: (ModelSummary & { readonly training: TrainingReport }) | null;
  /** How its predictions fare (docs/monitor.md); null without a model. */
  readonly monitor: Monitor | null;
  /** Where push writes; null: nowhere yet. */
  readonly push_target: string | null;
  readonly pushes: readonly {
    push_id: string;
    run_id: string;
    target: string;
    started_at: string;
    status: string;
    /** The push that this one put back. */
    rollback_of: string | null;
    /** null: how many is not on record. */
    refused: number | null;
    has_refused: boolean;
    summary: unknown;
  }[];
  readonly forced: readonly { at: string; what: string; reason: string }[];
}

/** Reads everything that status shows from the ledger. */
export async function statusFacts(replica: Replica, config: Config): Promise<StatusFacts> {
  const runs = await replica.rows<
    Omit<StatusFacts['runs'][number], 'arguments'> & { arguments: string }
  >(
    `SELECT run_id, command, arguments, strftime(started_at, '%Y-%m-%dT%H:%M:%SZ') AS started_at,
       (epoch_ms(finished_at) - epoch_ms(started_at)) / 1000.0 AS seconds, exit_code
     FROM hoopduck.run ORDER BY hoopduck.run.started_at DESC, run_id DESC LIMIT 5`,
  );
  const sync = await replica.row<{ at: string; run_id: string }>(
    `SELECT strftime(r.started_at, '%Y-%m-%dT%H:%M:%SZ') AS at, run_id
     FROM hoopduck.run AS r
     WHERE (r.command = 'sync' AND r.exit_code = 0
         OR EXISTS (FROM hoopduck.stage AS s
           WHERE s.run_id = r.run_id AND s.name = 'sync' AND s.status IN ('done', 'nothing')))
     ORDER BY r.started_at DESC LIMIT 1`,
  );
  const verdicts = await replica.rows<{ verdict: string; n: number }>(
    'SELECT verdict, count(*) AS n FROM hoopduck.check_result GROUP BY verdict',
  );
  const verdict = (name: string) => verdicts.find((row) => row.verdict === name)?.n ?? 0;
  const red = await replica.rows<StatusFacts['red'][number]>(
    `SELECT check_name AS "check", table_name AS "table", scope_value AS scope, found, wanted, detail
     FROM hoopduck.check_result WHERE verdict = 'fail' ORDER BY table_name, check_name, scope_value`,
  );
  const predicting = await predictingModel(replica, config.workspace);
  const forced = await replica.rows<StatusFacts['forced'][number]>(
    `SELECT strftime(recorded_at, '%Y-%m-%dT%H:%M:%SZ') AS at, what, reason
     FROM hoopduck.forced ORDER BY recorded_at DESC LIMIT 10`,
  );
  return {
    workspace: config.workspace,
    replica: { path: replica.path, bytes: statSync(replica.path).size },
    ...(await replicaCoverage(replica)),
    gates:
      verdicts.length === 0
        ? null
        : {
            pass: verdict('pass'),
            warn: verdict('warn'),
            fail: verdict('fail'),
            not_evaluated: verdict('not_evaluated'),
          },
    red,
    last_sync: sync ?? null,
    runs: runs.map((run) => ({ ...run, arguments: parsedObject(run.arguments) })),
    model:
      predicting === null
        ? null
        : { ...modelSummary(predicting), training: predicting.model.training },
    monitor: predicting === null ? null : await monitorModel({ replica, config }, predicting.model),
    push_target: config.push === null ? null : locationName(config.push),
    pushes: await pastPushes(replica, { limit: 3 }),
    forced,
  };
}
