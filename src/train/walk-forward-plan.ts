import { seasonLabel } from '../config/seasons.ts';
import { EXIT, HoopduckError } from '../errors.ts';
import { type Dataset, sliceDataset } from './dataset.ts';
import type { PartName } from './training-report.ts';

/** One step of a walk forward: a season to test on, and the ones before it. */
export interface Step {
  /** Season year of the test part. */
  readonly test: number;
  /** The season before it. */
  readonly validation: number;
  /** All seasons before that one, ascending. */
  readonly train: readonly number[];
}

/**
 * The steps over seasons that have training rows, oldest first: a season is tested when at least two
 * come before it, one to choose on and one to train on.
 * @param from the first season year to test; absent: the first that can be
 * @throws HoopduckError NO_SUCH_SEASON (exit 2) when that season cannot be tested
 */
export function stepsOf(seasons: readonly number[], from: number | undefined): Step[] {
  const ordered = [...new Set(seasons)].sort((a, b) => a - b);
  const steps = ordered.slice(2).map((test, at) => ({
    test,
    validation: ordered[at + 1]!,
    train: ordered.slice(0, at + 1),
  }));
  if (from === undefined || steps.some(({ test }) => test === from)) {
    return steps.filter(({ test }) => from === undefined || test >= from);
  }
  const can = [...new Set([steps.at(0), steps.at(-1)].flatMap((step) => step ?? []))].map(label);
  const range = can.length === 0 ? '' : ` (${can.join(' to ')})`;
  throw new HoopduckError(
    'NO_SUCH_SEASON',
    `The option "--from-season" is ${seasonLabel(from)}; a season with training rows in at least two seasons before it was wanted${range}.`,
    { next: 'Leave "--from-season" out for all such seasons.', exitCode: EXIT.usage },
  );
}

/** The rows of a step's parts; `rows` are ordered by date and hold every season of the step. */
export function cutStep(rows: Dataset, step: Step): Record<PartName, Dataset> {
  const firstOf = (season: number): number => {
    const at = rows.seasons.findIndex((found) => found >= season);
    return at < 0 ? rows.rows : at;
  };
  const [validation, test, end] = [step.validation, step.test, step.test + 1].map(firstOf);
  return {
    train: sliceDataset(rows, 0, validation!),
    validation: sliceDataset(rows, validation!, test!),
    test: sliceDataset(rows, test!, end!),
  };
}

function label({ test }: Step): string {
  return seasonLabel(test);
}
