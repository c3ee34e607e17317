import type { Replica } from '../replica/replica.ts';
import { type Dataset, loadDataset } from './dataset.ts';
import { forecast } from './model.ts';
import type { Predictor } from './predictor.ts';
import type { RowSelection } from './training-rows.ts';

/** Played rows with what a model says of each, in points. */
export interface ScoredRows {
  readonly rows: Dataset;
  readonly points: Float64Array;
}

/** Loads played rows with a model's features as the replica holds them now, and forecasts them. */
export async function scoreAgain(
  replica: Replica,
  { model, features }: Predictor,
  selection: Omit<RowSelection, 'featureSet'>,
): Promise<ScoredRows> {
  const { set: name, table, features: columns } = features;
  const presence = { lines: null, report: null };
  const featureSet = { name, table, features: columns, presence };
  const rows = await loadDataset(replica, { ...selection, featureSet });
  return { rows, points: forecast(model, rows.matrix).points };
}
