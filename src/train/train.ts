import type { EngineName } from '../config/config.ts';
import { seasonLabel } from '../config/seasons.ts';
import type { StageContext } from '../context.ts';
import { EXIT } from '../errors.ts';
import { plural } from '../format.ts';
import { artefactIsIntact, MODELS_FOLDER, writeArtefact } from './artefact.ts';
import { cardOf } from './card/card.ts';
import { confidenceBands } from './confidence.ts';
import { type Dataset, loadDataset, sliceDataset } from './dataset.ts';
import { dayNumber } from './dates.ts';
import { chooseEngine } from './engines/choose.ts';
import type { Engine } from './engines/engine.ts';
import { interrupted } from './engines/request.ts';
import { evaluatePart } from './evaluate.ts';
import { engineChecks, featureImportance, fitModel, refitModel } from './fit.ts';
import { hyperparameters } from './hyperparameters.ts';
import type { TrainingInput } from './input-digest.ts';
import { inputOfTraining } from './input-of-training.ts';
import { correlationAlarms, suspectAlarms } from './leak-alarms.ts';
import { exactForecast, forecast, rounded, sliceForecast } from './model.ts';
import {
  descriptionFiles,
  manifestOf,
  membersOf,
  modelForms,
  predictionsDigest,
} from './model-files.ts';
import {
  DISTRIBUTIONS,
  distributionsFile,
  distributionsOf,
  seasonStarts,
} from './monitor/distributions.ts';
import { onnxRuntime } from './onnx/runtime.ts';
import { parityReport, worstDifference } from './parity.ts';
import { permutationImportance } from './permutation.ts';
import { type RedCheck, redChecks } from './red-checks.ts';
import { becomeCandidate, type ModelStatus, modelOfInput, registerModel } from './registry.ts';
import { evaluateTest } from './test-evaluation.ts';
import { recordDecisions } from './train-decisions.ts';
import {
  PARITY_LIMIT,
  refusedByAlarms,
  refusedByChecks,
  refusedByParity,
  type TrainOutcome,
  tooFewRows,
} from './train-outcome.ts';
import { planTraining, type TrainOptions, type TrainPlan } from './train-plan.ts';
import { type PartName, partRange, type TrainingReport, testFigures } from './training-report.ts';
import { recordTrainingRun } from './training-runs.ts';
import { allFeatures } from './two-stages/first-stage.ts';

export type { TrainOutcome } from './train-outcome.ts';
export type { TrainOptions } from './train-plan.ts';

/**
 * The train stage (SPEC 5, 6): settles rows and cuts, asks the gates, trains, chooses on validation,
 * reports on test beside the trivial predictors, and writes the artefact, the registry's row and the
 * row of `ml_training_runs`. Red checks and leak alarms refuse (exit 1) unless forced with a reason,
 * which the ledger and the manifest keep.
 */
export async function trainStage(
  ctx: StageContext,
  options: TrainOptions,
  openEngine: (name: EngineName) => Promise<Engine> = chooseEngine,
): Promise<TrainOutcome> {
  const plan = await planTraining(ctx, options);
  if (plan === null) return tooFewRows();
  const red = await redChecks(ctx.replica, {
    from: plan.selection.from,
    to: plan.selection.to,
    seasons: plan.seasons.map(seasonLabel),
    exclude: plan.selection.exclude,
  });
  if (red.length > 0 && options.force === undefined) return refusedByChecks(red);

  const engine = await openEngine(options.engine ?? ctx.config.train.engine);
  const input = await inputOfTraining(ctx, plan.selection, engine, {
    split: plan.split,
    ...(options.refit === true && { refit: true }),
  });
  if (options.onlyIfChanged === true) {
    const known = await modelOfInput(ctx.replica, input.digest);
    // What was forced once does not pass for unforced.
    const mayStand = known?.status !== 'forced' || options.force !== undefined;
    if (known !== undefined && mayStand && artefactIsIntact(ctx.config.workspace, known.artefact)) {
      ctx.report.info(`Training skipped: model ${known.modelId} was made from this very input.`);
      const { training } = known;
      await becomeCandidate(ctx.replica, ctx.runId, known, ctx.now());
      return {
        verdict: 'unchanged',
        exitCode: EXIT.done,
        training,
        refusal: null,
        red,
        alarms: [],
      };
    }
  }
  return train(ctx, options, { plan, red, engine, input });
}

async function train(
  ctx: StageContext,
  options: TrainOptions,
  given: { plan: TrainPlan; red: readonly RedCheck[]; engine: Engine; input: TrainingInput },
): Promise<TrainOutcome> {
  const { plan, red, engine, input } = given;
  const { featureSet } = plan.selection;
  // The proof comes last; that it can be made at all is asked before the minutes of training.
  await onnxRuntime();
  const rows = await loadDataset(ctx.replica, plan.selection);
  const parts = cutParts(rows, plan);
  const names = featureSet.features.map(({ name }) => name);
  const early = correlationAlarms(parts.train, names);
  if (early.length > 0 && options.force === undefined) return refusedByAlarms(red, early);

  ctx.report.info(
    `Training on ${plural(parts.train.rows, 'row')} with the engine ${engine.name} (${engine.version}).`,
  );
  const fit = await fitModel(ctx, engine, featureSet, { ...parts, probe: parts.test.matrix });
  // Every row is walked once; the parts lie behind one another.
  const walked = exactForecast(fit.model, rows.matrix);
  const [validationAt, testAt] = [parts.train.rows, parts.train.rows + parts.validation.rows];
  const saidOf = (from: number, to: number) => rounded(sliceForecast(walked, from, to));
  const said = saidOf(testAt, rows.rows);
  const evaluation = evaluateTest(fit.model, said, parts);
  const predicted = said.points;
  const reports = {
    train: evaluatePart(parts.train, saidOf(0, validationAt).points),
    validation: evaluatePart(parts.validation, saidOf(validationAt, testAt).points),
    test: evaluation.part,
  };
  const alarms = [...early, ...suspectAlarms(reports.test)];
  if (alarms.length > 0 && options.force === undefined) return refusedByAlarms(red, alarms);

  const refit = options.refit === true;
  const final = refit ? await refitModel(ctx, engine, featureSet, rows, fit) : fit;
  const forms = modelForms(final, featureSet, ctx.config.train);
  const parity = await parityReport(
    final.model,
    forms['model.onnx'],
    rows.matrix,
    engineChecks(final),
    refit ? undefined : walked,
  );
  const worst = worstDifference(parity);
  if (!(worst <= PARITY_LIMIT)) return refusedByParity(red, worst);
  stopIfAsked(ctx);

  const modelId = `points-${input.digest.slice(0, 12)}`;
  const importance = featureImportance(
    fit.model,
    allFeatures(featureSet.features, fit.model.firstStage),
  );
  const permutation = await permutationImportance(fit.model, featureSet, parts.validation, {
    signal: ctx.signal,
    onFeature: (done) => ctx.report.progress('train: importance', done, names.length),
  });
  const forced = red.length + alarms.length > 0 ? options.force : undefined;
  const training: TrainingReport = {
    model_id: modelId,
    engine: engine.name,
    features: featureSet.name,
    split: plan.split.label,
    parts: {
      train: partRange(parts.train),
      validation: partRange(parts.validation),
      test: partRange(parts.test),
    },
    test: testFigures(evaluation),
    artefact: `${MODELS_FOLDER}/${modelId}`,
    members: membersOf(fit),
    excluded: plan.selection.exclude,
    refit,
  };
  const confidence = confidenceBands(predicted, parts.test.points);
  const descriptions = descriptionFiles({
    ...{ fit: final, featureSet, reports, evaluation, importance, permutation, confidence, parity },
  });
  const manifest = manifestOf({
    ...{ modelId, plan, engine, input, fit: final, refit, red, alarms, forced },
    settings: ctx.config.train,
    forms,
    testPredictions: predictionsDigest(
      parts.test,
      refit ? forecast(final.model, parts.test.matrix).points : predicted,
    ),
  });
  // The artefact first: a row without its folder would promise what is not there.
  const card = cardOf(training, manifest, descriptions);
  const learned = distributionsOf(
    refit ? rows : sliceDataset(rows, 0, rows.rows - parts.test.rows),
    featureSet,
    await seasonStarts(ctx.replica),
  );
  const files = {
    ...forms.trees,
    'model.onnx': forms['model.onnx'],
    ...descriptions,
    [DISTRIBUTIONS]: distributionsFile(learned),
    ...card,
  };
  writeArtefact(ctx.config.workspace, modelId, files, manifest);
  const status = statusOf(training, forced);
  await ctx.replica.transaction(async () => {
    const { exclude } = plan.selection;
    await recordDecisions(ctx, 'train', { exclude, red, alarms, force: options.force });
    await registerModel(
      ctx.replica,
      ctx.runId,
      {
        ...{ modelId, training, status },
        engine: engine.name,
        featureSet: featureSet.name,
        inputDigest: input.digest,
        artefact: training.artefact,
      },
      ctx.now(),
    );
    await recordTrainingRun(ctx, training, {
      ...{ status, importance },
      maes: {
        train: reports.train.all.mae,
        validation: reports.validation.all.mae,
        test: reports.test.all.mae,
      },
      hyperparameters: {
        ...hyperparameters(ctx.config.train, fit.objectives),
        best_rounds: Object.fromEntries(training.members.map(({ name, rounds }) => [name, rounds])),
      },
    });
  });
  return { verdict: 'trained', exitCode: EXIT.done, training, refusal: null, red, alarms };
}

function cutParts(rows: Dataset, { split }: TrainPlan): Record<PartName, Dataset> {
  const firstFrom = (date: string): number => {
    const day = dayNumber(date);
    const at = rows.days.findIndex((found) => found >= day);
    return at < 0 ? rows.rows : at;
  };
  const validation = firstFrom(split.validateFrom);
  const test = firstFrom(split.testFrom);
  return {
    train: sliceDataset(rows, 0, validation),
    validation: sliceDataset(rows, validation, test),
    test: sliceDataset(rows, test, rows.rows),
  };
}

function statusOf(training: TrainingReport, forced: unknown): ModelStatus {
  if (forced !== undefined) return 'forced';
  return training.test.compared.n === 0 ? 'not_evaluated' : 'evaluated';
}

function stopIfAsked(ctx: StageContext): void {
  if (ctx.signal.aborted) throw interrupted();
}
