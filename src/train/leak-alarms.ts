import type { Dataset } from './dataset.ts';
import type { PartReport } from './evaluate.ts';
import { round9 } from './metrics.ts';

/** A sign that a figure knew what it could not know (SPEC 6). */
export interface LeakAlarm {
  readonly alarm: 'correlation' | 'suspect_mae';
  /** The feature, or the model's error. */
  readonly subject: string;
  readonly found: number;
  readonly limit: number;
  readonly message: string;
}

/** No honest feature follows the night's points so closely (SPEC 6). */
export const CORRELATION_LIMIT = 0.85;

/** A model this much below last 10 is suspect: knowing tonight's minutes gives more (SPEC 6). */
export const SUSPECT_GAIN = 0.12;

/**
 * Features whose correlation with the points of the night passes the limit, either way, over the
 * rows that have them. A feature that is constant or always missing has no correlation.
 */
export function correlationAlarms(rows: Dataset, features: readonly string[]): LeakAlarm[] {
  const alarms: LeakAlarm[] = [];
  for (const [j, feature] of features.entries()) {
    const found = correlation(rows, j);
    if (Math.abs(found) <= CORRELATION_LIMIT || Number.isNaN(found)) continue;
    alarms.push({
      alarm: 'correlation',
      subject: feature,
      found: round9(found),
      limit: CORRELATION_LIMIT,
      message: `The feature "${feature}" has a correlation of ${found.toFixed(3)} with the points of the same night; at most ${CORRELATION_LIMIT} is honest.`,
    });
  }
  return alarms;
}

/** The model's error on the compared test rows, when it lies more than 12% below that of last 10. */
export function suspectAlarms(test: PartReport): LeakAlarm[] {
  const model = test.compared.model.mae;
  const last10 = test.compared.last_10.mae;
  if (model === null || last10 === null) return [];
  const limit = round9((1 - SUSPECT_GAIN) * last10);
  if (model >= limit) return [];
  return [
    {
      alarm: 'suspect_mae',
      subject: 'model',
      found: model,
      limit,
      message: `The model's test MAE of ${model.toFixed(3)} lies more than 12% below the ${last10.toFixed(3)} of last 10: some feature knows the night itself.`,
    },
  ];
}

/** Pearson's correlation in two passes: means first, so that large values lose no digits. */
function correlation(rows: Dataset, feature: number): number {
  const { columns, values } = rows.matrix;
  let n = 0;
  let sumX = 0;
  let sumY = 0;
  for (let i = 0; i < rows.rows; i++) {
    const x = values[i * columns + feature]!;
    if (Number.isNaN(x)) continue;
    n++;
    sumX += x;
    sumY += rows.points[i]!;
  }
  const meanX = sumX / n;
  const meanY = sumY / n;
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let i = 0; i < rows.rows; i++) {
    const x = values[i * columns + feature]!;
    if (Number.isNaN(x)) continue;
    const dx = x - meanX;
    const dy = rows.points[i]! - meanY;
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return xy / Math.sqrt(xx * yy);
}
