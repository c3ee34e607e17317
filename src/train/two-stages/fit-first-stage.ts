import pLimit from 'p-limit';
import type { StageContext } from '../../context.ts';
import type { Dataset } from '../dataset.ts';
import { compareWithWalk, type EngineCheck, mergeChecks } from '../engine-check.ts';
import type { Engine } from '../engines/engine.ts';
import { type Ensemble, widen } from '../ensemble.ts';
import type { FeatureNeed, FeatureSet } from '../feature-sets.ts';
import { FIRST_STAGE, firstStageParameters } from '../hyperparameters.ts';
import { firstRows, type Matrix, takeColumns } from '../matrix.ts';
import { memberKinds } from '../members.ts';
import type { FirstStage, FirstStageKind, SeasonTrees } from './first-stage.ts';

/** A fitted first stage, and its engine's own predictions against the walk. */
export interface FirstStageFit {
  readonly stage: FirstStage;
  readonly check: EngineCheck;
}

/** A season's trees learn from no fewer rows than this; before, the features of the stage are missing. */
const MINIMUM_ROWS = 1_000;

/** Rows of the probe on which the engine is held against the walk. */
const PROBE_ROWS = 4_096;

/**
 * Trains minutes and shots for each season on the rows of the seasons before it, walk-forward: the
 * features of the second stage say of each row what could be said before its season. The last are
 * those for the season after all rows. The rows are those up to the test part, none of which is learned from.
 * @returns undefined for a set without a first stage, and where no season has rows enough before it
 */
export async function fitFirstStage(
  ctx: StageContext,
  engine: Engine,
  featureSet: FeatureSet,
  given: {
    /** Ordered by date. */
    readonly rows: readonly Pick<Dataset, 'matrix' | 'seasons' | 'firstStage'>[];
    readonly probe: Matrix;
    /** What each member needs that will read it. */
    readonly members: readonly { readonly needs: readonly FeatureNeed[] }[];
  },
): Promise<FirstStageFit | undefined> {
  const { firstStage: inputs, features } = featureSet;
  if (inputs === undefined) return undefined;
  const column = (name: string): number => features.findIndex((feature) => feature.name === name);
  const rows = joinKnown(given.rows, features.length);
  const seasons = seasonsToTrain(rows.seasons);
  if (seasons.length === 0) return undefined;

  const wanted = KINDS.filter(({ name }) =>
    given.members.some(({ needs }) => needs.includes('report') === (name === 'report')),
  );
  const limit = pLimit(engine.trainings);
  const total = wanted.length * seasons.length * 2;
  const checks: EngineCheck[] = [];
  let done = 0;
  const train = (
    reads: readonly number[],
    count: number,
    labels: Float32Array,
  ): Promise<Ensemble> =>
    limit(async () => {
      const own = labels.subarray(0, count);
      const predict = takeColumns(firstRows(given.probe, PROBE_ROWS), reads);
      const { ensemble, predictions } = await engine.train({
        matrix: takeColumns(firstRows(rows.matrix, count), reads),
        labels: own,
        parameters: firstStageParameters(ctx.config.train, own),
        rounds: FIRST_STAGE.rounds,
        signal: ctx.signal,
        predict: predict.rows === 0 ? undefined : predict,
      });
      checks.push(compareWithWalk(predictions ?? new Float32Array(0), ensemble, predict));
      ctx.report.progress('train: first stage', ++done, total);
      return widen(ensemble, reads, features.length);
    });
  const kinds = await Promise.all(
    wanted.map(async ({ name, needs }): Promise<FirstStageKind> => {
      const { columns: reads } = memberKinds(featureSet).find(
        (kind) => kind.needs.join() === needs.join(),
      )!;
      const trees = await Promise.all(
        seasons.map(async ({ season, count }): Promise<SeasonTrees> => {
          const [minutes, shots] = await Promise.all([
            train(reads, count, rows.minutes),
            train(reads, count, rows.shots),
          ]);
          return { season, minutes, shots };
        }),
      );
      return { name, needs, reads, seasons: trees };
    }),
  );
  return {
    stage: {
      columns: features.length,
      inputs: {
        season: column(inputs.season),
        trueShooting: column(inputs.trueShooting),
        minutes: column(inputs.minutes),
      },
      kinds,
    },
    check: mergeChecks(checks),
  };
}

const KINDS = [
  { name: 'report', needs: ['report'] },
  { name: 'plain', needs: [] },
] as const satisfies readonly Pick<FirstStageKind, 'name' | 'needs'>[];

/** Rows whose minutes and shots are known, one after another. */
function joinKnown(
  parts: readonly Pick<Dataset, 'matrix' | 'seasons' | 'firstStage'>[],
  columns: number,
) {
  const known = parts.map(({ firstStage, matrix }) => {
    const { minutes, shots } = firstStage!;
    const rows: number[] = [];
    for (let row = 0; row < matrix.rows; row++) {
      if (Number.isFinite(minutes[row]! + shots[row]!)) rows.push(row);
    }
    return rows;
  });
  const rows = known.reduce((sum, { length }) => sum + length, 0);
  const values = new Float32Array(rows * columns);
  const minutes = new Float32Array(rows);
  const shots = new Float32Array(rows);
  const seasons = new Int32Array(rows);
  let at = 0;
  parts.forEach((part, place) => {
    for (const row of known[place]!) {
      values.set(part.matrix.values.subarray(row * columns, (row + 1) * columns), at * columns);
      minutes[at] = part.firstStage!.minutes[row]!;
      shots[at] = part.firstStage!.shots[row]!;
      seasons[at++] = part.seasons[row]!;
    }
  });
  return { matrix: { rows, columns, values }, minutes, shots, seasons };
}

/** Each season that has rows enough before it, and the one after the last, with how many rows come before. */
function seasonsToTrain(seasons: Int32Array): { season: number; count: number }[] {
  const last = seasons.at(-1);
  if (last === undefined) return [];
  const wanted = [...new Set(seasons), last + 1].map((season) => {
    const first = seasons.findIndex((of) => of >= season);
    return { season, count: first < 0 ? seasons.length : first };
  });
  return wanted.filter(({ count }) => count >= MINIMUM_ROWS);
}
