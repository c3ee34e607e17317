import pLimit from 'p-limit';
import type { StageContext } from '../context.ts';
import type { Dataset } from './dataset.ts';
import { compareWithWalk, type EngineCheck, mergeChecks } from './engine-check.ts';
import type { Engine, Objective } from './engines/engine.ts';
import { type Ensemble, prefix, widen } from './ensemble.ts';
import type { Feature, FeatureSet } from './feature-sets.ts';
import { boosterParameters, objectivesOf } from './hyperparameters.ts';
import { type Matrix, takeColumns, takeRows } from './matrix.ts';
import { fitMedianCorrection, IDENTITY_CORRECTION, toPoints } from './median-correction.ts';
import { type MemberKind, memberKinds, rowsThatHave } from './members.ts';
import { round9 } from './metrics.ts';
import { type Member, type Model, rootsOf } from './model.ts';
import { type BestPrefix, bestPrefix } from './prefix-stopping.ts';
import { fitResidualTable } from './residual-table.ts';
import { addFirstStage, derivedColumns, type FirstStage } from './two-stages/first-stage.ts';
import { type FirstStageFit, fitFirstStage } from './two-stages/fit-first-stage.ts';

/** A fitted model and how it was found: one entry a member, in the members' order. */
export interface Fit {
  readonly model: Model;
  /** One a seed. */
  readonly objectives: readonly Objective[];
  /** What every prediction of sqrt(points) starts from. */
  readonly baseScore: number;
  readonly found: readonly MemberFit[];
  /** The engine's own predictions of the first stage against the walk; undefined without one. */
  readonly firstStageCheck?: EngineCheck;
}

/** How a member was found. */
export interface MemberFit {
  readonly name: string;
  /** Rows that have what the member needs. It learned from the others of the training part too. */
  readonly rows: { readonly train: number; readonly validation: number };
  /** One entry a seed. */
  readonly best: readonly BestPrefix[];
  readonly engine: EngineCheck;
}

/** With fewer rows than this on either side a demanding member learns or chooses nothing worth having. */
const MINIMUM_ROWS = { train: 1_000, validation: 250 };

/** Labels of the training: sqrt(points) in float32 (FEATURES.md, Target). */
export function labelsOf(points: Float64Array): Float32Array {
  return Float32Array.from(points, Math.sqrt);
}

/**
 * Trains the members on one part and chooses on the other. Each member learns from every row of the
 * training part; where a row lacks what the member needs, those columns are missing: that was better
 * than to learn from fewer rows (docs/decisions/0011). It is chosen on the validation rows that have
 * what it needs: for each seed the prefix with the lowest MAE in points, then the median correction,
 * then the residuals. The prefix is chosen before the correction, with the plain square: the
 * correction moves all prefixes alike, and fitting it for each would only cost time. `probe` has rows
 * on which the engine's own predictions are compared with the walk. A set with a first stage has it
 * fitted before the members, on the rows of both parts, season by season.
 */
export async function fitModel(
  ctx: StageContext,
  engine: Engine,
  featureSet: FeatureSet,
  parts: { readonly train: Dataset; readonly validation: Dataset; readonly probe: Matrix },
): Promise<Fit> {
  const { earlyStoppingRounds } = ctx.config.train;
  const objectives = objectivesOf(engine, ctx.config.train);
  const labels = labelsOf(parts.train.points);
  const baseScore = meanLabel(labels);
  const worth = kindsWorthTraining(featureSet, parts);
  const firstStage = await fitFirstStage(ctx, engine, featureSet, {
    rows: [parts.train, parts.validation],
    probe: parts.probe,
    members: worth.map(({ kind }) => kind),
  });
  const kinds = worth.map((of) => ({ ...of, kind: withDerived(of.kind, firstStage?.stage) }));
  const wide = (matrix: Matrix): Matrix => addFirstStage(firstStage?.stage, matrix);
  const matrix = wide(parts.train.matrix);
  const probe = wide(parts.probe);
  const validationMatrix = wide(parts.validation.matrix);
  const { rounds } = ctx.config.train;
  const grow = grower(ctx, engine, kinds.length * objectives.length * rounds);
  const trained = await Promise.all(
    kinds.map(async ({ kind, rows, validation }): Promise<[Member, MemberFit]> => {
      const grown = await Promise.all(
        objectives.map((objective, place) =>
          grow({ kind, matrix, labels, probe, rounds }, { objective, baseScore, place }),
        ),
      );
      const chosenOn = {
        matrix: takeRows(validationMatrix, validation),
        points: Float64Array.from(validation, (row) => parts.validation.points[row]!),
      };
      const best = grown.map(({ ensemble }) => bestOf(ensemble, chosenOn, earlyStoppingRounds));
      const ensembles = grown.map(({ ensemble }, seed) => prefix(ensemble, best[seed]!.rounds));
      const member = { ...kind, ensembles, ...translate(ensembles, chosenOn) };
      const checks = grown.map(({ check }) => check);
      return [member, { name: kind.name, rows, best, engine: mergeChecks(checks) }];
    }),
  );
  return fitOf(trained, firstStage, { objectives, baseScore });
}

/**
 * The fitted model trained again on all rows, with the rounds, the corrections and the residuals that
 * were chosen without them: what was found by honest parts, with the newest games in its trees.
 */
export async function refitModel(
  ctx: StageContext,
  engine: Engine,
  featureSet: FeatureSet,
  rows: Dataset,
  fit: Fit,
): Promise<Fit> {
  const { objectives, found } = fit;
  const labels = labelsOf(rows.points);
  const baseScore = meanLabel(labels);
  const firstStage = await fitFirstStage(ctx, engine, featureSet, {
    rows: [rows],
    probe: rows.matrix,
    members: fit.model.members,
  });
  const matrix = addFirstStage(firstStage?.stage, rows.matrix);
  const chosen = found.map(({ best }) => best.map(({ rounds }) => rounds));
  const grow = grower(
    ctx,
    engine,
    chosen.flat().reduce((sum, rounds) => sum + rounds, 0),
  );
  const trained = await Promise.all(
    fit.model.members.map(async (member, place): Promise<[Member, MemberFit]> => {
      const grown = await Promise.all(
        objectives.map((objective, seed) =>
          grow(
            { kind: member, matrix, labels, probe: matrix, rounds: chosen[place]![seed]! },
            { objective, baseScore, place: seed },
          ),
        ),
      );
      const engineCheck = mergeChecks(grown.map(({ check }) => check));
      return [
        { ...member, ensembles: grown.map(({ ensemble }) => ensemble) },
        { ...found[place]!, engine: engineCheck },
      ];
    }),
  );
  return fitOf(trained, firstStage, { objectives, baseScore });
}

function fitOf(
  trained: readonly (readonly [Member, MemberFit])[],
  firstStage: FirstStageFit | undefined,
  started: Pick<Fit, 'objectives' | 'baseScore'>,
): Fit {
  const members = trained.map(([member]) => member);
  const found = trained.map(([, how]) => how);
  if (firstStage === undefined) return { ...started, model: { members }, found };
  const { stage, check } = firstStage;
  return { ...started, model: { members, firstStage: stage }, found, firstStageCheck: check };
}

/** The kind, reading what the first stage says, too. */
function withDerived(kind: MemberKind, stage: FirstStage | undefined): MemberKind {
  return { ...kind, columns: [...kind.columns, ...derivedColumns(stage, kind.needs)] };
}

/** What the engine itself said against the walk, by member and for the first stage. */
export function engineChecks({ found, firstStageCheck }: Fit): Record<string, EngineCheck> {
  return {
    ...Object.fromEntries(found.map(({ name, engine }) => [name, engine])),
    ...(firstStageCheck !== undefined && { 'first stage': firstStageCheck }),
  };
}

/** The kinds of the set that have enough rows on either side; `plain` always is one. */
function kindsWorthTraining(
  featureSet: FeatureSet,
  parts: { readonly train: Dataset; readonly validation: Dataset },
) {
  return memberKinds(featureSet).flatMap((kind) => {
    const validation = rowsThatHave(kind, parts.validation.matrix);
    const rows = {
      train: rowsThatHave(kind, parts.train.matrix).length,
      validation: validation.length,
    };
    const isEnough = rows.train >= MINIMUM_ROWS.train && rows.validation >= MINIMUM_ROWS.validation;
    return kind.needs.length === 0 || isEnough ? [{ kind, rows, validation }] : [];
  });
}

interface ChosenOn {
  readonly matrix: Matrix;
  readonly points: Float64Array;
}

/** Grows one ensemble at a call, as many at once as suits the engine, and reports rounds of all. */
function grower(ctx: StageContext, engine: Engine, roundsOfAll: number) {
  const limit = pLimit(engine.trainings);
  let done = 0;
  return (
    given: {
      kind: MemberKind;
      matrix: Matrix;
      labels: Float32Array;
      probe: Matrix;
      rounds: number;
    },
    how: { objective: Objective; baseScore: number; place: number },
  ): Promise<{ ensemble: Ensemble; check: EngineCheck }> =>
    limit(async () => {
      const { kind, matrix, labels, probe, rounds } = given;
      const predict = takeColumns(takeRows(probe, rowsThatHave(kind, probe)), kind.columns);
      const { ensemble, predictions } = await engine.train({
        matrix: takeColumns(matrix, kind.columns),
        labels,
        parameters: boosterParameters(ctx.config.train, how),
        rounds,
        signal: ctx.signal,
        predict: predict.rows === 0 ? undefined : predict,
        onRound: () => ctx.report.progress('train: rounds', ++done, roundsOfAll),
      });
      return {
        ensemble: widen(ensemble, kind.columns, matrix.columns),
        check: compareWithWalk(predictions ?? new Float32Array(0), ensemble, predict),
      };
    });
}

function bestOf(ensemble: Ensemble, { matrix, points }: ChosenOn, patience: number): BestPrefix {
  return bestPrefix(ensemble, matrix, points, (q) => toPoints(q, IDENTITY_CORRECTION), patience);
}

/** What takes the trees' sum to points and to an interval. */
function translate(
  ensembles: readonly Ensemble[],
  { matrix, points }: ChosenOn,
): Pick<Member, 'correction' | 'residuals'> {
  const roots = rootsOf(ensembles, matrix);
  const squares = roots.map((root) => toPoints(root, IDENTITY_CORRECTION));
  return {
    correction: fitMedianCorrection(squares, points),
    residuals: fitResidualTable(roots, points),
  };
}

/** Each feature's share of the loss that all splits of all members took away, largest first, 9 decimals. */
export function featureImportance(
  { members }: Model,
  features: readonly Feature[],
): Record<string, number> {
  const gains = new Float64Array(features.length);
  for (const tree of members.flatMap(({ ensembles }) => ensembles.flatMap(({ trees }) => trees))) {
    for (let node = 0; node < tree.left.length; node++) {
      if (tree.left[node]! >= 0) gains[tree.feature[node]!]! += tree.gain[node]!;
    }
  }
  const total = gains.reduce((sum, gain) => sum + gain, 0);
  const shares = features.map(({ name }, j): [string, number] => [
    name,
    total === 0 ? 0 : round9(gains[j]! / total),
  ]);
  return Object.fromEntries(shares.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)));
}

/** Mean of the labels, summed in float64 and rounded to float32, which is what the booster keeps. */
function meanLabel(labels: Float32Array): number {
  let sum = 0;
  for (const label of labels) sum += label;
  return Math.fround(sum / labels.length);
}
