import type { Replica } from '../replica/replica.ts';
import { baselinesOf } from './baselines.ts';
import { type PairedDifference, pairedBootstrap } from './bootstrap.ts';
import type { Dataset } from './dataset.ts';
import { isoDate } from './dates.ts';
import { comparedRows } from './evaluate.ts';
import type { Predictor } from './predictor.ts';
import { type ScoredRows, scoreAgain } from './score-again.ts';

/** Two predictors on the same rows: the model, and the champion or last 10. */
export interface SameRows {
  /** null: the mean of the last 10 games. */
  readonly other: string | null;
  /** First and last date of the rows; null when there are none. */
  readonly from: string | null;
  readonly to: string | null;
  readonly paired: PairedDifference;
}

/** A model as it is compared: what it says, and from which date on it neither trained nor chose. */
export interface Contender {
  readonly modelId: string;
  readonly predictor: Predictor;
  readonly unseenFrom: string;
  readonly excluded: readonly string[];
}

/**
 * Compares a model with the champion, or without one with the mean of the last 10 games, on every
 * compared row (SPEC 6) that neither model trained or chose on: from the later start of the two test
 * parts to the newest game, so that a champion of last winter meets a candidate of today. Dates that
 * either left out stay out. A row filter of the configuration does not count here: the service has
 * no filter. Both are scored from the features as they are in the replica now.
 */
export async function onSameRows(
  replica: Replica,
  model: Contender,
  champion: Contender | undefined,
): Promise<SameRows> {
  const from = latest(model.unseenFrom, champion?.unseenFrom);
  const exclude = [...new Set([...model.excluded, ...(champion?.excluded ?? [])])].sort();
  const selection = { from, to: null, exclude, filter: null };
  const mine = await scoreAgain(replica, model.predictor, selection);
  const other =
    champion === undefined
      ? baselinesOf(mine.rows).last_10
      : aligned(mine.rows, await scoreAgain(replica, champion.predictor, selection));
  const rows = comparedRows(mine.rows).filter((row) => !Number.isNaN(other[row]!));
  const { days, points: actual } = mine.rows;
  const paired = pairedBootstrap({ days, actual, model: mine.points, other, rows });
  const date = (row: number | undefined) => (row === undefined ? null : isoDate(days[row]!));
  return {
    other: champion?.modelId ?? null,
    from: date(rows[0]),
    to: date(rows.at(-1)),
    paired,
  };
}

/** The other's points in the order of `rows`, NaN where it has no such row: two tables of features may differ. */
function aligned(rows: Dataset, other: ScoredRows): Float64Array {
  const key = (part: Dataset, row: number) => `${part.days[row]} ${part.lookups[row]}`;
  const points = new Map<string, number>();
  for (let row = 0; row < other.rows.rows; row++)
    points.set(key(other.rows, row), other.points[row]!);
  return Float64Array.from({ length: rows.rows }, (_, row) => points.get(key(rows, row)) ?? NaN);
}

function latest(a: string, b: string | undefined): string {
  return b === undefined || a > b ? a : b;
}
