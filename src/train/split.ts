import { EXIT, HoopduckError } from '../errors.ts';

/** Where the parts begin: training up to before `validateFrom`, validation before `testFrom`. */
export interface Split {
  readonly validateFrom: string;
  readonly testFrom: string;
  /** As it was asked: `70/15/15`, or the two dates with a slash between. */
  readonly label: string;
}

/** What was asked: shares of rows in percent, or dates. */
export type SplitRequest =
  | { readonly shares: readonly [number, number, number] }
  | { readonly validateFrom: string; readonly testFrom: string };

/**
 * Finds the cut dates. By shares: the first date at which the cumulative share of rows, that date's
 * included, reaches the training share, and the training and validation shares together; that date
 * belongs to the later part (SPEC 6). A date is never divided. `dates` are ascending and unique.
 * @returns null when a part would be empty.
 */
export function findSplit(
  dates: readonly { readonly date: string; readonly rows: number }[],
  request: SplitRequest,
): Split | null {
  const cut = 'shares' in request ? splitByShares(dates, request.shares) : splitByDates(request);
  if (cut === null) return null;
  const { validateFrom, testFrom } = cut;
  const has = (from: string, before: string): boolean =>
    dates.some(({ date, rows }) => rows > 0 && date >= from && date < before);
  const whole = has('', validateFrom) && has(validateFrom, testFrom) && has(testFrom, '~');
  return whole ? cut : null;
}

function splitByShares(
  dates: readonly { readonly date: string; readonly rows: number }[],
  shares: readonly [number, number, number],
): Split | null {
  const total = dates.reduce((sum, { rows }) => sum + rows, 0);
  const reach = (percent: number): string | undefined => {
    let sum = 0;
    for (const { date, rows } of dates) {
      sum += rows;
      if (sum * 100 >= percent * total) return date;
    }
    return undefined;
  };
  const validateFrom = reach(shares[0]);
  const testFrom = reach(shares[0] + shares[1]);
  if (validateFrom === undefined || testFrom === undefined) return null;
  return { validateFrom, testFrom, label: shares.join('/') };
}

function splitByDates({ validateFrom, testFrom }: { validateFrom: string; testFrom: string }) {
  if (validateFrom >= testFrom) {
    throw new HoopduckError(
      'SPLIT_ORDER',
      `The validation part would begin on "${validateFrom}" and the test part on "${testFrom}"; validation comes first.`,
      { next: 'Give a "--validate-from" before "--test-from".', exitCode: EXIT.usage },
    );
  }
  return { validateFrom, testFrom, label: `${validateFrom}/${testFrom}` };
}
