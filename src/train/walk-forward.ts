import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineName } from '../config/config.ts';
import { seasonLabel } from '../config/seasons.ts';
import type { StageContext } from '../context.ts';
import { EXIT, type ExitCode } from '../errors.ts';
import { VERSION } from '../version.ts';
import { jsonFile } from './artefact.ts';
import { type Dataset, loadDataset, sliceDataset } from './dataset.ts';
import { chooseEngine } from './engines/choose.ts';
import type { Engine } from './engines/engine.ts';
import { interrupted } from './engines/request.ts';
import { evaluatePart } from './evaluate.ts';
import { fitModel } from './fit.ts';
import { hyperparameters, objectivesOf } from './hyperparameters.ts';
import { inputOfTraining } from './input-of-training.ts';
import { correlationAlarms, type LeakAlarm, suspectAlarms } from './leak-alarms.ts';
import { type Forecast, forecast } from './model.ts';
import { membersOf } from './model-files.ts';
import { type RedCheck, redChecks } from './red-checks.ts';
import { recordDecisions } from './train-decisions.ts';
import {
  refusedByAlarms,
  refusedByChecks,
  type TrainOutcome,
  tooFewSeasons,
} from './train-outcome.ts';
import { chooseRows, type TrainOptions, type TrainPlan } from './train-plan.ts';
import { cutStep, type Step, stepsOf } from './walk-forward-plan.ts';
import {
  joinForecasts,
  type WalkedSeason,
  type WalkForwardReport,
  walkedFigures,
  walkedSeason,
} from './walk-forward-report.ts';

/** Folder of the reports, relative to the workspace. */
export const REPORTS_FOLDER = 'data/reports';

/** What `train --walk-forward` is asked for; what is absent comes from the configuration. */
export interface WalkForwardOptions
  extends Pick<TrainOptions, 'from' | 'to' | 'features' | 'engine' | 'exclude' | 'force'> {
  /** Season year of the first season to test; absent: the first with two seasons before it. */
  readonly fromSeason?: number | undefined;
}

/** How a walk ended. A refusal says why and leaves no report. */
export interface WalkForwardOutcome extends Pick<TrainOutcome, 'refusal' | 'red' | 'alarms'> {
  readonly exitCode: ExitCode;
  readonly report: WalkForwardReport | null;
  /** The stored report, relative to the workspace. */
  readonly file: string | null;
}

/**
 * Walks forward over the seasons (SPEC 6): each season in turn is tested by a model that was trained
 * on all seasons before the last one and chosen on the last one, as it could have been when the
 * season began. The models are thrown away: no artefact, no row of the registry or of
 * `ml_training_runs`, and the champion stays what it is. What is left is a report, under an id of its input, so that
 * the same rows and settings give the same file. Red checks and leak alarms refuse (exit 1) unless
 * forced with a reason, which the ledger keeps.
 * @throws HoopduckError INTERRUPTED (exit 130) after Ctrl-C; seasons done so far were told, nothing is stored
 */
export async function walkForwardStage(
  ctx: StageContext,
  options: WalkForwardOptions,
  openEngine: (name: EngineName) => Promise<Engine> = chooseEngine,
): Promise<WalkForwardOutcome> {
  const plan = await chooseRows(ctx, options);
  const steps = stepsOf(plan?.seasons ?? [], options.fromSeason);
  if (plan === null || steps.length === 0) return ended(tooFewSeasons());
  const red = await redChecks(ctx.replica, {
    from: plan.selection.from,
    to: plan.selection.to,
    seasons: plan.seasons.map(seasonLabel),
    exclude: plan.selection.exclude,
  });
  if (red.length > 0 && options.force === undefined) return ended(refusedByChecks(red));
  const engine = await openEngine(options.engine ?? ctx.config.train.engine);
  return walkForward(ctx, options, { plan, steps, red, engine });
}

interface Given {
  readonly plan: Omit<TrainPlan, 'split'>;
  readonly steps: readonly Step[];
  readonly red: readonly RedCheck[];
  readonly engine: Engine;
}

async function walkForward(
  ctx: StageContext,
  options: WalkForwardOptions,
  given: Given,
): Promise<WalkForwardOutcome> {
  const { plan, steps, red, engine } = given;
  const { selection } = plan;
  const input = await inputOfTraining(ctx, selection, engine, { steps });
  const rows = await loadDataset(ctx.replica, selection);
  const names = selection.featureSet.features.map(({ name }) => name);
  // All that any step trains on, before the first hour of training.
  const early = correlationAlarms(cutStep(rows, steps.at(-1)!).train, names);
  if (early.length > 0 && options.force === undefined) return ended(refusedByAlarms(red, early));

  const seasons: WalkedSeason[] = [];
  const said: Forecast[] = [];
  const alarms: LeakAlarm[] = [...early];
  for (const step of steps) {
    const done = await walkStep(ctx, given, rows, step);
    alarms.push(...done.season.alarms);
    if (done.season.alarms.length > 0 && options.force === undefined) {
      return ended(refusedByAlarms(red, alarms));
    }
    seasons.push(done.season);
    said.push(done.said);
    ctx.report.info(`${seasonText(done.season)} (${seasons.length} of ${steps.length} seasons)`);
  }
  const first = rows.seasons.indexOf(steps[0]!.test);
  const tested = sliceDataset(
    rows,
    first,
    first + said.reduce((n, { points }) => n + points.length, 0),
  );
  const report: WalkForwardReport = {
    walk_forward_id: `walk-forward-${input.digest.slice(0, 12)}`,
    hoopduck: VERSION,
    input_digest: input.digest,
    engine: { name: engine.name, version: engine.version },
    features: selection.featureSet.name,
    parameters: hyperparameters(ctx.config.train, objectivesOf(engine, ctx.config.train)),
    rows: {
      from: selection.from,
      to: selection.to,
      filter: selection.filter,
      excluded: selection.exclude,
    },
    seasons,
    overall: walkedFigures(tested, joinForecasts(said)),
  };
  await recordDecisions(ctx, 'walk forward', {
    exclude: selection.exclude,
    red,
    alarms,
    force: options.force,
  });
  return {
    exitCode: EXIT.done,
    report,
    file: storeReport(ctx.config.workspace, report),
    refusal: null,
    red,
    alarms,
  };
}

/** Trains, chooses and tests one season. */
async function walkStep(
  ctx: StageContext,
  { plan, engine }: Given,
  rows: Dataset,
  step: Step,
): Promise<{ season: WalkedSeason; said: Forecast }> {
  const parts = cutStep(rows, step);
  const { featureSet } = plan.selection;
  const fit = await fitModel(ctx, engine, featureSet, { ...parts, probe: parts.test.matrix });
  if (ctx.signal.aborted) throw interrupted();
  const said = forecast(fit.model, parts.test.matrix);
  const alarms = suspectAlarms(evaluatePart(parts.test, said.points));
  return { season: walkedSeason(step, parts, { said, members: membersOf(fit), alarms }), said };
}

/** `2018-19: MAE 4.512 on 25,931 rows, 5.3% closer than last 10`. */
function seasonText({ season, n, model_mae, paired }: WalkedSeason): string {
  if (model_mae === null) return `${season}: no rows to compare`;
  const gain = paired.last_10.gain_percent;
  const closer = gain === null ? '' : `, ${gain.toFixed(1)}% closer than last 10`;
  return `${season}: MAE ${model_mae.toFixed(3)} on ${n} rows${closer}`;
}

/** Writes the report aside and renames it into place. @returns its path relative to the workspace. */
function storeReport(workspace: string, report: WalkForwardReport): string {
  mkdirSync(join(workspace, REPORTS_FOLDER), { recursive: true });
  const file = `${REPORTS_FOLDER}/${report.walk_forward_id}.json`;
  const aside = join(workspace, `${file}.new`);
  writeFileSync(aside, jsonFile(report), { flush: true });
  renameSync(aside, join(workspace, file));
  return file;
}

function ended({ exitCode, refusal, red, alarms }: TrainOutcome): WalkForwardOutcome {
  return { exitCode, report: null, file: null, refusal, red, alarms };
}
