import type { Ensemble } from '../ensemble.ts';
import type { Feature, FeatureNeed } from '../feature-sets.ts';
import { type Matrix, takeRows } from '../matrix.ts';
import { walk } from '../walk.ts';

/** The first of two stages: what it says of a row's minutes and shots are features of the second (FEATURES.md 1, 7, 10). */
export interface FirstStage {
  /** Columns of the features' matrix; the derived ones stand behind them. */
  readonly columns: number;
  /** The columns that its formulas read beside the trees. */
  readonly inputs: FirstStageInputs<number>;
  readonly kinds: readonly FirstStageKind[];
}

/** By column or by name: the season's year, his true shooting and his minutes so far. */
export interface FirstStageInputs<Key> {
  readonly season: Key;
  readonly trueShooting: Key;
  readonly minutes: Key;
}

/** As with members: trees that learned with reports are worse where there are none. */
export interface FirstStageKind {
  readonly name: 'report' | 'plain';
  readonly needs: readonly FeatureNeed[];
  /** Columns that its trees read, ascending. */
  readonly reads: readonly number[];
  /** Ascending; a row is given to the last that is not after its season, and to none before the first. */
  readonly seasons: readonly SeasonTrees[];
}

/** Trees that were trained on the seasons before this one. */
export interface SeasonTrees {
  readonly season: number;
  /** Of minutes, without overtime. */
  readonly minutes: Ensemble;
  /** Of field-goal attempts and .44 of the free throws. */
  readonly shots: Ensemble;
}

/** Derived columns of a kind, in this order: points, minutes, change of minutes. */
export const DERIVED_COLUMNS = 3;

/** Columns of all that the members read: those of the features and the derived ones. */
export function widthOf({ columns, kinds }: FirstStage): number {
  return columns + DERIVED_COLUMNS * kinds.length;
}

/** The derived columns of the kind for rows that have what is needed. */
export function derivedColumns(
  stage: FirstStage | undefined,
  needs: readonly FeatureNeed[],
): readonly number[] {
  if (stage === undefined) return [];
  const wanted = needs.includes('report') ? 'report' : 'plain';
  const place = stage.kinds.findIndex(({ name }) => name === wanted);
  const first = stage.columns + DERIVED_COLUMNS * place;
  return place < 0 ? [] : [first, first + 1, first + 2];
}

/** The features of a model and behind them those of its first stage, as the members' columns go. */
export function allFeatures(
  features: readonly Feature[],
  stage: FirstStage | undefined,
): readonly Feature[] {
  const derived = stage?.kinds.flatMap(({ name }) => derivedFeatures(name)) ?? [];
  return [...features, ...derived];
}

function derivedFeatures(kind: FirstStageKind['name']): readonly Feature[] {
  const report = kind === 'report';
  const feature = (name: string, meaning: string, unit: string): Feature => ({
    ...{ name: report ? `${name}_by_report` : name, type: 'number', unit, needs: null },
    meaning: report ? `${meaning.slice(0, -1)}, by the injury reports too.` : meaning,
    window: 'a model of earlier seasons',
  });
  return [
    feature(
      'points_of_forecast_shots',
      'Forecast shots, FGA + 0.44*FTA, at twice his true shooting.',
      'points',
    ),
    feature('forecast_minutes', 'Forecast minutes, less overtime.', 'minutes'),
    feature(
      'forecast_minutes_change',
      'Forecast minutes less the mean of his last 3 games.',
      'minutes',
    ),
  ];
}

/**
 * For each row the place, in `seasons`, of the last that is not after the row's season; -1 where there
 * is none, or no season.
 */
export function seasonPlaces(
  seasons: readonly Pick<SeasonTrees, 'season'>[],
  { rows, columns, values }: Matrix,
  column: number,
): Int32Array {
  const places = new Int32Array(rows).fill(-1);
  for (let row = 0; row < rows; row++) {
    const season = values[row * columns + column]!;
    seasons.forEach((of, place) => {
      if (season >= of.season) places[row] = place;
    });
  }
  return places;
}

/**
 * The matrix with the derived columns behind its own: float32 of what is computed in double precision
 * from the trees' float32 sums, NaN before the first season. Without a first stage, the matrix itself.
 */
export function addFirstStage(stage: FirstStage | undefined, matrix: Matrix): Matrix {
  if (stage === undefined) return matrix;
  const { rows, columns, values } = matrix;
  const width = widthOf(stage);
  const wide = new Float32Array(rows * width).fill(NaN);
  for (let row = 0; row < rows; row++) {
    wide.set(values.subarray(row * columns, (row + 1) * columns), row * width);
  }
  stage.kinds.forEach(({ seasons }, kind) => {
    const places = seasonPlaces(seasons, matrix, stage.inputs.season);
    seasons.forEach((trees, place) => {
      const mine: number[] = [];
      places.forEach((of, row) => {
        if (of === place) mine.push(row);
      });
      if (mine.length === 0) return;
      const part = takeRows(matrix, mine);
      const minutes = walk(trees.minutes, part);
      const shots = walk(trees.shots, part);
      mine.forEach((row, at) => {
        const first = row * width + columns + kind * DERIVED_COLUMNS;
        const own = row * columns;
        // A Float32Array rounds what is stored; the order is that of the ONNX graph.
        wide[first] = 2 * shots[at]! * values[own + stage.inputs.trueShooting]!;
        wide[first + 1] = minutes[at]!;
        wide[first + 2] = minutes[at]! - values[own + stage.inputs.minutes]!;
      });
    });
  });
  return { rows, columns: width, values: wide };
}
