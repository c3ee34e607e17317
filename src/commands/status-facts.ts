import { statSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import { seasonLabel } from '../config/seasons.ts';
import type { Replica } from '../replica/replica.ts';
import { type Alias, isAlias } from '../train/aliases.ts';
import { expectedMae, type Monitor, monitorModel } from '../train/monitor/monitor.ts';
import { predictingModel } from '../train/monitor/predicting-model.ts';
import type { ChosenModel } from '../train/registry.ts';
import type { TrainingReport } from '../train/training-report.ts';

/** Datasets as status lists them, in the order in which a run fills them. */
export const STATUS_DATASETS = [
  'nba_raw',
  'nba_analytics',
  'nba_precompute',
  'nba_predictions',
] as const;

/** Partitions of one dataset in one season. `expected` is null where nothing is expected (raw). */
export interface Coverage {
  readonly expected: number | null;
  readonly found: number;
  readonly short: number;
  readonly red: number;
}

export interface SeasonStatus {
  readonly season: string;
  /** Dates with a final game. */
  readonly game_dates: number;
  readonly datasets: Readonly<Record<string, Coverage>>;
}

/** What `status --json` prints. */
export interface StatusFacts {
  readonly workspace: string;
  readonly replica: { readonly path: string; readonly bytes: number };
  readonly seasons: readonly SeasonStatus[];
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
    started_at: string;
    seconds: number | null;
    exit_code: number | null;
  }[];
  /** The model that predicts now; null: nothing was trained yet. */
  readonly model: {
    model_id: string;
    /** null: it has no name, and is the newest that can predict. */
    alias: Alias | null;
    trained_at: string;
    engine: string;
    features: string;
    status: string;
    artefact: string;
    /** MAE on the compared test rows of its training, in points; null: not evaluated. */
    expected_mae: number | null;
    training: TrainingReport;
  } | null;
  /** How its predictions fare (docs/monitor.md); null without a model. */
  readonly monitor: Monitor | null;
  readonly pushes: readonly {
    push_id: string;
    target: string;
    started_at: string;
    status: string;
    summary: unknown;
  }[];
  readonly forced: readonly { at: string; what: string; reason: string }[];
}

/** Reads everything that status shows from the ledger. */
export async function statusFacts(replica: Replica, config: Config): Promise<StatusFacts> {
  const runs = await replica.rows<StatusFacts['runs'][number]>(
    `SELECT run_id, command, strftime(started_at, '%Y-%m-%dT%H:%M:%SZ') AS started_at,
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
  const pushes = await replica.rows<StatusFacts['pushes'][number] & { summary: string }>(
    `SELECT push_id, target, strftime(started_at, '%Y-%m-%dT%H:%M:%SZ') AS started_at, status, summary
     FROM hoopduck.push ORDER BY hoopduck.push.started_at DESC LIMIT 3`,
  );
  const forced = await replica.rows<StatusFacts['forced'][number]>(
    `SELECT strftime(recorded_at, '%Y-%m-%dT%H:%M:%SZ') AS at, what, reason
     FROM hoopduck.forced ORDER BY recorded_at DESC LIMIT 10`,
  );
  return {
    workspace: config.workspace,
    replica: { path: replica.path, bytes: statSync(replica.path).size },
    seasons: await seasons(replica),
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
    runs,
    model: predicting === null ? null : modelFacts(predicting),
    monitor: predicting === null ? null : await monitorModel({ replica, config }, predicting.model),
    pushes: pushes.map((push) => ({ ...push, summary: parsed(push.summary) })),
    forced,
  };
}

function modelFacts({ model, as }: ChosenModel): StatusFacts['model'] {
  return {
    model_id: model.modelId,
    alias: isAlias(as) ? as : null,
    trained_at: model.trainedAt,
    engine: model.engine,
    features: model.featureSet,
    status: model.status,
    artefact: model.artefact,
    expected_mae: expectedMae(model),
    training: model.training,
  };
}

/** Partitions by season and dataset. A date's season is its games', else by the calendar (October starts one). */
async function seasons(replica: Replica): Promise<SeasonStatus[]> {
  const games = (await replica.hasTable('hoopduck.stg_game'))
    ? 'SELECT game_date, min(season_year) AS season_year, bool_or(is_final) AS final FROM hoopduck.stg_game GROUP BY game_date'
    : "SELECT DATE '1970-01-01' AS game_date, 0 AS season_year, FALSE AS final WHERE FALSE";
  const rows = await replica.rows<
    { season_year: number; dataset: string; game_dates: number } & { [K in keyof Coverage]: number }
  >(
    `WITH game AS (${games}),
       red AS (SELECT table_name, game_date FROM hoopduck.red_partition),
       partition AS (
         SELECT coalesce(g.season_year, year(game_date) - IF(month(game_date) >= 10, 0, 1)) AS season_year,
           split_part(p.table_name, '.', 1) AS dataset,
           p.layer = 'model' AND p.verdict NOT IN ('bootstrap', 'unchecked')
             AND coalesce(p.expected_rows, 1) > 0 AS expected,
           p.rows > 0 AS found, p.verdict = 'short' AS short, red.game_date IS NOT NULL AS red
         FROM hoopduck.partition AS p
         LEFT JOIN game AS g USING (game_date)
         LEFT JOIN red USING (table_name, game_date)
         WHERE p.game_date > DATE '1970-01-01' AND dataset LIKE 'nba_%'
           -- Its date is that of the training, of no season.
           AND p.table_name <> 'nba_predictions.ml_training_runs')
     SELECT season_year, dataset,
       (SELECT count(*) FROM game AS g WHERE g.season_year = partition.season_year AND g.final) AS game_dates,
       count_if(expected) AS expected, count_if(found) AS found, count_if(short) AS short,
       count_if(red) AS red
     FROM partition GROUP BY season_year, dataset ORDER BY season_year, dataset`,
  );
  const years = [...new Set(rows.map((row) => row.season_year))];
  const bySeason = years.map((year) => ({
    year,
    list: rows.filter((row) => row.season_year === year),
  }));
  return bySeason.map(({ year, list }) => ({
    season: seasonLabel(year),
    game_dates: list[0]!.game_dates,
    datasets: Object.fromEntries(
      list.map(({ dataset, expected, found, short, red }) => [
        dataset,
        { expected: expected === 0 ? null : expected, found, short, red },
      ]),
    ),
  }));
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return text ?? null;
  }
}
