import type { Matrix } from './matrix.ts';
import type { Member, Model } from './model.ts';

const SMALLEST = 2 ** -149;
const LARGEST_DENORMAL = 2 ** -126 - SMALLEST;
const LARGEST = (2 - 2 ** -23) * 2 ** 127;

/** Every feature of a row gets the same of these. */
const EXTREMES = [
  NaN,
  0,
  -0,
  -1,
  1,
  SMALLEST,
  -SMALLEST,
  LARGEST_DENORMAL,
  -LARGEST_DENORMAL,
  LARGEST,
  -LARGEST,
  Infinity,
  -Infinity,
];

/** A like matrix has many rows; this many of them get one feature taken away, feature by feature. */
const ROWS_WITHOUT_A_FEATURE = 256;

/**
 * Rows on which scorers of the model part if they can: all values missing, zero, denormal, huge or
 * infinite; for every split of a member, each feature that it reads exactly on a split value and on
 * the float32 below and above it, all others missing, so that the member is the one that speaks; and
 * rows of `like` with one feature missing each.
 */
export function adversarialRows({ members, firstStage }: Model, like: Matrix): Matrix {
  const featureCount = like.columns;
  const rows: Float32Array[] = EXTREMES.map((value) => new Float32Array(featureCount).fill(value));
  const stages = (firstStage?.kinds ?? []).flatMap(({ seasons }) =>
    seasons.map(({ season, minutes, shots }) => ({
      ...{ season, presence: [], ensembles: [minutes, shots] },
    })),
  );
  for (const member of [...members, ...stages]) {
    const splits = splitValues(member, featureCount);
    const most = Math.max(0, ...splits.map((values) => values.length));
    for (let at = 0; at < most; at++) {
      for (const step of [-1, 0, 1]) {
        const row = Float32Array.from(splits, (values) =>
          values.length === 0 ? NaN : neighbour(values[at % values.length]!, step),
        );
        // A column that it demands has a value even where no split asks for it.
        for (const column of member.presence) if (Number.isNaN(row[column]!)) row[column] = 0;
        if (firstStage !== undefined) {
          const all = firstStage.kinds[0]!.seasons;
          row[firstStage.inputs.season] =
            'season' in member ? member.season : all[at % all.length]!.season;
        }
        rows.push(row);
      }
    }
  }
  for (let row = 0; row < Math.min(like.rows, ROWS_WITHOUT_A_FEATURE); row++) {
    const copy = like.values.slice(row * featureCount, (row + 1) * featureCount);
    copy[row % featureCount] = NaN;
    rows.push(copy);
  }
  const values = new Float32Array(rows.length * featureCount);
  rows.forEach((row, at) => {
    values.set(row, at * featureCount);
  });
  return { rows: rows.length, columns: featureCount, values };
}

/** The different split values of each feature in the trees, ascending; those of derived columns left out. */
function splitValues({ ensembles }: Pick<Member, 'ensembles'>, featureCount: number): number[][] {
  const seen = Array.from({ length: featureCount }, () => new Set<number>());
  for (const tree of ensembles.flatMap(({ trees }) => trees)) {
    for (let node = 0; node < tree.left.length; node++) {
      if (tree.left[node] !== -1) seen[tree.feature[node]!]?.add(tree.threshold[node]!);
    }
  }
  return seen.map((values) => [...values].sort((a, b) => a - b));
}

/** The float32 `step` places above the value (below for -1). */
function neighbour(value: number, step: number): number {
  if (step === 0) return value;
  if (value === 0) return step * SMALLEST;
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  // The bits of a float32 count upwards away from zero.
  view.setInt32(0, view.getInt32(0) + (value > 0 ? step : -step));
  return view.getFloat32(0);
}
