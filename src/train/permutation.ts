import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Dataset } from './dataset.ts';
import { interrupted } from './engines/request.ts';
import type { FeatureSet } from './feature-sets.ts';
import { type Matrix, takeRows } from './matrix.ts';
import { errorReport, round9 } from './metrics.ts';
import { forecast, type Model } from './model.ts';
import { randomFrom, shuffle } from './random.ts';

/** What a feature is worth to the finished model. */
export interface PermutationImportance {
  readonly feature: string;
  /** Rows of the sample among which the feature was shuffled; 0 when no tree splits on it. */
  readonly rows: number;
  /** How much larger the MAE of the whole sample became, in points; below 0 is noise. */
  readonly mae_increase: number;
  /** Standard error of that over the rows: an increase under twice as much may be chance. */
  readonly standard_error: number;
}

/** Every feature of the set, worth the most first, and the sample that they were measured on. */
export interface PermutationReport {
  readonly rows: number;
  readonly mae: number | null;
  readonly features: readonly PermutationImportance[];
}

/** Enough to tell a hundredth of a point, at a tenth of a second a feature for each hundred trees. */
const SAMPLE_ROWS = 4000;

/**
 * Permutation importance: how much worse the model predicts rows that it was not trained on when one
 * feature's values are shuffled among them (Breiman 2001). A feature with a need is shuffled only
 * among the rows where it is known, so that no row changes its member or claims a report that it has
 * not; any other among all rows, missing values and all. Up to `sampleRows` rows, evenly spaced over
 * the part; the same part gives the same figures. Where two features say much the same, each stands
 * in for the other and both look worth little.
 * @throws HoopduckError INTERRUPTED when the signal is aborted between two features
 */
export async function permutationImportance(
  model: Model,
  { features }: FeatureSet,
  part: Pick<Dataset, 'rows' | 'matrix' | 'points'>,
  options: {
    readonly sampleRows?: number;
    readonly seed?: number;
    readonly signal?: AbortSignal;
    readonly onFeature?: (done: number) => void;
  } = {},
): Promise<PermutationReport> {
  const rows = evenlySpaced(part.rows, options.sampleRows ?? SAMPLE_ROWS);
  const sample = takeRows(part.matrix, rows);
  const points = Float64Array.from(rows, (row) => part.points[row]!);
  const predicted = forecast(model, sample).points;
  const used = columnsOf(model);
  const found: PermutationImportance[] = [];
  for (const [column, { name, needs }] of features.entries()) {
    // Ctrl-C is heard between two features.
    await nextTurn();
    if (options.signal?.aborted === true) throw interrupted();
    const among = used.has(column) ? shuffledRows(sample, column, needs !== null) : [];
    const random = randomFrom((options.seed ?? 1) + column);
    const again =
      among.length === 0
        ? predicted
        : forecast(model, shuffleColumn(sample, column, among, random)).points;
    found.push({ feature: name, rows: among.length, ...increase(predicted, again, points) });
    options.onFeature?.(found.length);
  }
  return {
    rows: rows.length,
    mae: errorReport(predicted, points, points.keys()).mae,
    features: found.sort(
      (a, b) => b.mae_increase - a.mae_increase || (a.feature < b.feature ? -1 : 1),
    ),
  };
}

/** Up to `most` of the indices below `count`, evenly spaced. */
function evenlySpaced(count: number, most: number): number[] {
  const taken = Math.min(count, most);
  return Array.from({ length: taken }, (_, at) => Math.floor((at * count) / taken));
}

/** Columns that some tree splits on, of the first stage too. */
function columnsOf({ members, firstStage }: Model): Set<number> {
  const columns = new Set<number>();
  const firstStageTrees = (firstStage?.kinds ?? []).flatMap(({ seasons }) =>
    seasons.flatMap(({ minutes, shots }) => [minutes, shots]),
  );
  for (const { trees } of [...members.flatMap(({ ensembles }) => ensembles), ...firstStageTrees]) {
    for (const { left, feature } of trees) {
      left.forEach((child, node) => {
        if (child >= 0) columns.add(feature[node]!);
      });
    }
  }
  return columns;
}

function shuffledRows({ rows, columns, values }: Matrix, column: number, knownOnly: boolean) {
  const among: number[] = [];
  for (let row = 0; row < rows; row++) {
    if (!(knownOnly && Number.isNaN(values[row * columns + column]!))) among.push(row);
  }
  return among;
}

/** A copy in which the column's values of these rows are in another order. */
function shuffleColumn(
  { rows, columns, values }: Matrix,
  column: number,
  among: readonly number[],
  random: () => number,
): Matrix {
  const shuffled = values.slice();
  const from = shuffle([...among], random);
  among.forEach((row, at) => {
    shuffled[row * columns + column] = values[from[at]! * columns + column]!;
  });
  return { rows, columns, values: shuffled };
}

/** Mean by which absolute errors grew, and its standard error. */
function increase(before: Float64Array, after: Float64Array, points: Float64Array) {
  const n = points.length;
  const grown = points.map(
    (scored, row) => Math.abs(after[row]! - scored) - Math.abs(before[row]! - scored),
  );
  const mean = grown.reduce((sum, value) => sum + value, 0) / Math.max(1, n);
  const squares = grown.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    mae_increase: round9(mean),
    standard_error: round9(Math.sqrt(squares / Math.max(1, n * (n - 1)))),
  };
}
