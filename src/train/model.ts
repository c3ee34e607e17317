import type { Ensemble } from './ensemble.ts';
import { type Matrix, takeRows } from './matrix.ts';
import { type MedianCorrection, toPoints } from './median-correction.ts';
import { chooseMembers, type MemberKind } from './members.ts';
import { round9 } from './metrics.ts';
import { LEVELS, quantilesInto, type ResidualTable } from './residual-table.ts';
import { addFirstStage, type FirstStage } from './two-stages/first-stage.ts';
import { walk } from './walk.ts';

/** A trained member: its trees, and all that turns them into points and an interval. */
export interface Member extends MemberKind {
  /** One a seed, over all columns of the set and the first stage (those that it does not read are in no split); their predictions are averaged. */
  readonly ensembles: readonly Ensemble[];
  readonly correction: MedianCorrection;
  readonly residuals: ResidualTable;
}

/** A whole model: the first member of which a row has what it needs forecasts the row. */
export interface Model {
  /** The most demanding first; the last needs nothing. */
  readonly members: readonly Member[];
  /** What it says stands as columns behind the features, and the members read them. */
  readonly firstStage?: FirstStage;
}

/** What a model says of each row of a matrix. */
export interface Forecast {
  readonly points: Float64Array;
  /** `rows * LEVELS.length`, row-major: points at each of `LEVELS`. */
  readonly quantiles: Float64Array;
  /** The place of the member of `model.members` that spoke. */
  readonly members: Uint8Array;
}

/** Forecasts every row, to 9 decimals. */
export function forecast(model: Model, matrix: Matrix): Forecast {
  return rounded(exactForecast(model, matrix));
}

/** A forecast to 9 decimals. */
export function rounded({ points, quantiles, members }: Forecast): Forecast {
  return { points: points.map(round9), quantiles: quantiles.map(round9), members };
}

/** What is said of the rows from `from` up to, but without, `to`. */
export function sliceForecast(said: Forecast, from: number, to: number): Forecast {
  return {
    points: said.points.slice(from, to),
    quantiles: said.quantiles.slice(from * LEVELS.length, to * LEVELS.length),
    members: said.members.slice(from, to),
  };
}

/**
 * Forecasts every row: the reference for every other scorer. Trees are walked in float32 as XGBoost
 * does; the mean of seeds and everything after is in double precision, and nothing is rounded.
 */
export function exactForecast(model: Model, matrix: Matrix): Forecast {
  const members = chooseMembers(model.members, matrix);
  const wide = addFirstStage(model.firstStage, matrix);
  const points = new Float64Array(matrix.rows);
  const quantiles = new Float64Array(matrix.rows * LEVELS.length);
  model.members.forEach((member, place) => {
    const rows = Array.from(matrixRows(members, place));
    if (rows.length === 0) return;
    const roots = rootsOf(member.ensembles, takeRows(wide, rows));
    rows.forEach((row, at) => {
      points[row] = toPoints(roots[at]!, member.correction);
      quantilesInto(member.residuals, roots[at]!, quantiles, row * LEVELS.length);
    });
  });
  return { points, quantiles, members };
}

/** Predicted sqrt(points) of every row: the mean of the ensembles' walks, in double precision. */
export function rootsOf(ensembles: readonly Ensemble[], matrix: Matrix): Float64Array {
  const sums = new Float64Array(matrix.rows);
  for (const ensemble of ensembles) {
    const walked = walk(ensemble, matrix);
    for (let row = 0; row < sums.length; row++) sums[row] = sums[row]! + walked[row]!;
  }
  return ensembles.length === 1 ? sums : sums.map((sum) => sum / ensembles.length);
}

function* matrixRows(members: Uint8Array, place: number): Generator<number> {
  for (let row = 0; row < members.length; row++) if (members[row] === place) yield row;
}
