import { seasonLabel } from '../config/seasons.ts';
import type { StageContext } from '../context.ts';
import { EXIT, type ExitCode, HoopduckError } from '../errors.ts';
import type { Replica } from '../replica/replica.ts';
import { VERSION } from '../version.ts';
import { artefactIsIntact } from './artefact.ts';
import { goneFeature } from './gone-feature.ts';
import { type GradeOutcome, gradePredictions } from './grade.ts';
import type { MonitorAlarm } from './monitor/alarms.ts';
import { monitorModel } from './monitor/monitor.ts';
import { createPredictionTables, INTERVALS, PREDICTIONS } from './prediction-tables.ts';
import { loadPredictor, type Predictor } from './predictor.ts';
import type { RedCheck } from './red-checks.ts';
import { allModels, type ChosenModel, chooseModel } from './registry.ts';
import { loadScoringRows } from './scoring-rows.ts';
import { stagePlan, stagePredictions, stageScores } from './stage-predictions.ts';
import { unseenFrom } from './training-report.ts';
import { type GameWithout, whatWasKnown } from './what-was-known.ts';
import { type PartitionsWritten, writePartitions } from './write-partitions.ts';

/** Which dates to predict, both ends included (absent: unbounded), and by which model. */
export interface PredictOptions {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** A model's id, or an alias; absent: the champion, else the candidate, else the newest. */
  readonly model?: string | undefined;
}

/** What `predict` did. */
export interface PredictOutcome extends PartitionsWritten {
  readonly exitCode: ExitCode;
  readonly model_id: string;
  /** Why it was this model: its id was asked for, it is the champion, the candidate, or only the newest. */
  readonly model_chosen_as: ChosenModel['as'];
  readonly dates: number;
  readonly rows: number;
  /** Dates with games that the model was trained or validated on: not predicted. */
  readonly in_sample_dates: number;
  readonly games: number;
  readonly games_without_report: readonly GameWithout[];
  readonly games_without_lines: readonly GameWithout[];
  readonly red: readonly RedCheck[];
  readonly graded: GradeOutcome;
  /** What the monitor says of this model's graded predictions. */
  readonly alarms: readonly MonitorAlarm[];
}

/**
 * The predict stage: points for every player of the population, past and coming, on dates that the
 * model neither trained nor chose on (its test part and later; an in-sample figure is no
 * prediction), stamped with what was red and unknown, then graded where results are in (SPEC 5-7).
 */
export async function predictStage(
  ctx: StageContext,
  options: PredictOptions,
): Promise<PredictOutcome> {
  const { replica } = ctx;
  const { model, as, predictor } = await choosePredictor(ctx, options.model);
  await createPredictionTables(replica);
  const testFrom = unseenFrom(model.training);
  const inSample = await choosePopulation(replica, options, testFrom);
  if (inSample > 0) {
    ctx.report.info(
      `${inSample} dates before ${testFrom} are not predicted: model ${model.modelId} was trained or validated on them.`,
    );
  }
  const span = await spanOf(replica);
  const known = await whatWasKnown(replica, span);
  await stageDates(replica, model.modelId, predictor.features.table);
  const rows = await loadScoringRows(replica, predictor.features);
  await stageScores(replica, rows, predictor);
  await stagePredictions(ctx, model.modelId, predictor);
  await stagePlan(replica, known);
  await stageGone(replica, options);
  const aside = { plan: 'prediction_plan', gone: 'prediction_gone' };
  const written = await replica.transaction(async () => {
    await writePartitions(ctx, INTERVALS, { staged: 'interval_staged', ...aside });
    return writePartitions(ctx, PREDICTIONS, { staged: 'prediction_staged', ...aside });
  });
  if (known.red.length > 0) {
    ctx.report.warn(
      `Predictions are stamped with ${known.red.length} red checks that they stand on.`,
    );
  }
  for (const name of [
    'prediction_score',
    'prediction_staged',
    'interval_staged',
    'prediction_plan',
    'prediction_gone',
    'prediction_date',
    'prediction_population',
  ]) {
    await replica.run(`DROP TABLE ${name}`);
  }
  const graded = await gradePredictions(ctx, options);
  const { alarms } = await monitorModel(ctx, model);
  for (const { message, next } of alarms) ctx.report.warn(`${message} ${next}`);
  return {
    exitCode: EXIT.done,
    model_id: model.modelId,
    model_chosen_as: as,
    dates: span.dates,
    rows: span.rows,
    ...written,
    in_sample_dates: inSample,
    games: known.games,
    games_without_report: known.games_without_report,
    games_without_lines: known.games_without_lines,
    red: known.red,
    graded,
    alarms,
  };
}

/**
 * The asked model; without one the champion, else the candidate, else the newest. When a column that
 * it reads is not computed any more (those that a workspace adds can be taken away again), a model
 * that was not asked for is passed over, and said so: then the newest that can predict does.
 * @throws HoopduckError MODEL_FEATURES_GONE (exit 1) when there is none, and those of `chooseModel`
 */
export async function choosePredictor(
  ctx: Pick<StageContext, 'replica' | 'config' | 'report'>,
  asked: string | undefined,
): Promise<ChosenModel & { readonly predictor: Predictor }> {
  const chosen = await chooseModel(ctx.replica, asked);
  const others = asked === undefined ? await allModels(ctx.replica) : [];
  const inTurn: ChosenModel[] = [
    chosen,
    ...others.map((model): ChosenModel => ({ model, as: 'newest' })),
  ];
  let fault: HoopduckError | undefined;
  for (const [place, { model, as }] of inTurn.entries()) {
    // One that nobody named and that cannot be read is no reason to look no further.
    if (place > 0 && !artefactIsIntact(ctx.config.workspace, model.artefact)) continue;
    const predictor = loadPredictor(ctx.config.workspace, model.artefact);
    const gone = await goneFeature(ctx.replica, predictor.features);
    if (gone === undefined) {
      if (fault !== undefined) {
        ctx.report.warn(
          `${fault.message} Model ${model.modelId} predicts in its place.`,
          fault.code,
        );
      }
      return { model, as, predictor };
    }
    fault ??= new HoopduckError(
      'MODEL_FEATURES_GONE',
      `The model "${model.modelId}" reads "${gone}" of "${predictor.features.table}", which is not computed any more.`,
      {
        next: 'Run "hoopduck train" for a model of the columns that there are, or put the column back into "train.add_features".',
        exitCode: EXIT.failed,
      },
    );
  }
  throw fault!;
}

const IN_RANGE = `game_date BETWEEN coalesce(CAST($from AS DATE), DATE '0001-01-01')
                      AND coalesce(CAST($to AS DATE), DATE '9999-12-31')`;

function rangeBindings({ from, to }: PredictOptions) {
  return { from: from ?? null, to: to ?? null };
}

/**
 * Makes the temporary table `prediction_population`: rows from the model's test part on, and rows of
 * earlier dates all of whose games are still to come (where some are over, the model may know how they
 * ended, and what an earlier model said of them stays). @returns the number of dates in the range that were left out as in-sample.
 */
async function choosePopulation(
  replica: Replica,
  options: PredictOptions,
  testFrom: string,
): Promise<number> {
  const bindings = { ...rangeBindings(options), testFrom };
  const chosen = `(game_date >= CAST($testFrom AS DATE)
    OR game_date NOT IN (SELECT game_date FROM hoopduck.population WHERE is_final))`;
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE prediction_population AS
     SELECT game_date, player_lookup, team_abbr, game_id, season_year
     FROM hoopduck.population WHERE ${IN_RANGE} AND ${chosen}`,
    bindings,
  );
  const left = await replica.row<{ n: number }>(
    `SELECT count(DISTINCT game_date) AS n FROM hoopduck.population
     WHERE ${IN_RANGE} AND NOT ${chosen}`,
    bindings,
  );
  return left?.n ?? 0;
}

async function spanOf(replica: Replica) {
  const span = await replica.row<{
    from: string | null;
    to: string | null;
    dates: number;
    rows: number;
  }>(
    `SELECT min(game_date) AS "from", max(game_date) AS "to", count(DISTINCT game_date) AS dates,
            count(*) AS rows
     FROM prediction_population`,
  );
  const seasons = await replica.column<number>(
    'SELECT DISTINCT season_year FROM prediction_population ORDER BY 1',
  );
  return {
    from: span?.from ?? '9999-12-31',
    to: span?.to ?? '0001-01-01',
    dates: span?.dates ?? 0,
    rows: span?.rows ?? 0,
    seasons: seasons.map(seasonLabel),
  };
}

/**
 * Makes the temporary table `prediction_date`: each date to predict with a token of all that its
 * predictions come from, by the ledger: the model, the code's version, and the digests of its features, population and
 * lines. A date whose partition was made from the same is not stale and is not scored again. Where
 * the ledger does not follow the tables there is no token, and the date is always stale.
 */
async function stageDates(replica: Replica, modelId: string, featureTable: string): Promise<void> {
  const digestOf = `SELECT game_date, digest FROM hoopduck.partition WHERE table_name =`;
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE prediction_date AS
     SELECT game_date, token, old_verdict,
            token IS NULL OR token IS DISTINCT FROM old_token
              OR token IS DISTINCT FROM interval_token AS stale
     FROM (
       SELECT p.game_date, old.source_token AS old_token, old.verdict AS old_verdict,
              i.source_token AS interval_token,
              md5($model || chr(31) || $code || chr(31) || f.digest || chr(31) || n.digest || chr(31)
                  || coalesce(l.digest, '')) AS token
       FROM (SELECT DISTINCT game_date FROM prediction_population) AS p
       LEFT JOIN (${digestOf} $features) AS f USING (game_date)
       LEFT JOIN (${digestOf} 'hoopduck.population') AS n USING (game_date)
       LEFT JOIN (${digestOf} 'hoopduck.stg_player_line') AS l USING (game_date)
       LEFT JOIN (SELECT game_date, source_token, verdict FROM hoopduck.partition
                  WHERE table_name = $table) AS old USING (game_date)
       LEFT JOIN (SELECT game_date, source_token FROM hoopduck.partition
                  WHERE table_name = $intervals) AS i USING (game_date))`,
    {
      model: modelId,
      code: VERSION,
      features: featureTable,
      table: PREDICTIONS,
      intervals: INTERVALS,
    },
  );
}

/** Makes the temporary table `prediction_gone`: dates of the range whose games are gone. */
async function stageGone(replica: Replica, options: PredictOptions): Promise<void> {
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE prediction_gone AS
     SELECT game_date FROM hoopduck.partition
     WHERE table_name = $table AND ${IN_RANGE}
       AND game_date NOT IN (SELECT game_date FROM hoopduck.population)`,
    { table: PREDICTIONS, ...rangeBindings(options) },
  );
}
