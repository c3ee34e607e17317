import type { Feature } from './feature-sets.ts';
import type { Matrix } from './matrix.ts';
import { type MedianCorrection, toPoints } from './median-correction.ts';
import { round9 } from './metrics.ts';
import { forecast, type Model } from './model.ts';
import { HIGH, LOW } from './residual-table.ts';
import { meanTreeShap } from './tree-shap.ts';
import { addFirstStage, allFeatures } from './two-stages/first-stage.ts';

/** What one feature did to a prediction. */
export interface FeatureContribution {
  readonly feature: string;
  readonly meaning: string;
  /** What the feature said; null: missing. */
  readonly value: number | null;
  /** Its share of the way from the base to the prediction, on the model's scale, sqrt(points). */
  readonly root: number;
  /** The same in points. */
  readonly points: number;
}

/** How one prediction came about, 9 decimals. */
export interface Explanation {
  /** The member of the model that spoke. */
  readonly member: string;
  readonly points: number;
  /** Ends of the 80% interval. */
  readonly low: number;
  readonly high: number;
  /** What the member says before it knows anything of the row: its mean over the training rows. */
  readonly base_points: number;
  readonly base_root: number;
  readonly root: number;
  /** Every feature that the member reads, the largest first; they lead from the base to the prediction. */
  readonly contributions: readonly FeatureContribution[];
}

/**
 * Explains what a model says of one row (the matrix has one). Contributions are exact on the scale of
 * sqrt(points), on which the trees add up. Points are not a sum of trees, so the way from the base to
 * the prediction in points is shared out in the proportions of the roots: the points too sum to the
 * prediction, and the order of features is the same.
 */
export function explainForecast(
  model: Model,
  features: readonly Feature[],
  row: Matrix,
): Explanation {
  const said = forecast(model, row);
  const member = model.members[said.members[0]!]!;
  const wide = addFirstStage(model.firstStage, row);
  const all = allFeatures(features, model.firstStage);
  const { expected, byColumn } = meanTreeShap(member.ensembles, wide.values);
  const root = byColumn.reduce((sum, part) => sum + part, expected);
  const points = said.points[0]!;
  const basePoints = toPoints(expected, member.correction);
  const pointsOfRoot = pointsPerRoot(
    { root: expected, points: basePoints },
    { root, points },
    member.correction,
  );
  const contributions = member.columns.map((column): FeatureContribution => {
    const { name, meaning } = all[column]!;
    const value = wide.values[column]!;
    return {
      feature: name,
      meaning,
      value: Number.isNaN(value) ? null : round9(value),
      root: round9(byColumn[column]!),
      points: round9(byColumn[column]! * pointsOfRoot),
    };
  });
  return {
    member: member.name,
    points,
    low: said.quantiles[LOW]!,
    high: said.quantiles[HIGH]!,
    base_points: round9(basePoints),
    base_root: round9(expected),
    root: round9(root),
    contributions: contributions.sort((a, b) => Math.abs(b.root) - Math.abs(a.root)),
  };
}

/** Below this distance the quotient of two differences says nothing, and the slope at the base stands for it. */
const NEAR = 1e-4;

/** How many points a step of 1 in sqrt(points) stands for between the base and the prediction. */
function pointsPerRoot(
  base: { readonly root: number; readonly points: number },
  prediction: { readonly root: number; readonly points: number },
  correction: MedianCorrection,
): number {
  const way = prediction.root - base.root;
  if (Math.abs(way) >= NEAR) return (prediction.points - base.points) / way;
  const above = toPoints(base.root + NEAR, correction);
  return (above - toPoints(base.root - NEAR, correction)) / (2 * NEAR);
}
