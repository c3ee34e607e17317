import { EXIT, HoopduckError } from '../errors.ts';

/**
 * The range that was asked for, with the ends of the schedule where none was named.
 * @throws HoopduckError RANGE_EMPTY (exit 2) when the one end that was named lies beyond the schedule.
 */
export function spanOf(
  asked: { readonly from?: string; readonly to?: string },
  schedule: { readonly from: string; readonly to: string },
): { from: string; to: string } {
  const from = asked.from ?? schedule.from;
  const to = asked.to ?? schedule.to;
  if (from <= to) return { from, to };
  const found =
    asked.to === undefined
      ? `"--from" is "${from}", after the last date of the schedule, ${to}`
      : `"--to" is "${to}", before the first date of the range, ${from}`;
  throw new HoopduckError('RANGE_EMPTY', `The range holds no date: ${found}.`, {
    next: `The schedule has ${schedule.from} to ${schedule.to}; name dates of it.`,
    exitCode: EXIT.usage,
  });
}
