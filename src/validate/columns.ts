import { didYouMean } from '../config/suggest.ts';
import { EXIT, HoopduckError } from '../errors.ts';
import type { Gates } from './gates.ts';

/**
 * Whether the table is there; when it is, all the columns that a check names must be in it.
 * @throws HoopduckError THRESHOLDS_COLUMN (exit 2) that names the check and what was probably meant.
 */
export async function requireColumns(
  gates: Gates,
  table: string,
  columns: readonly string[],
  check: string,
): Promise<boolean> {
  const names = (await gates.columnsOf(table)).map((column) => column.name);
  if (names.length === 0) return false;
  const unknown = columns.find((column) => !names.includes(column));
  if (unknown === undefined) return true;
  throw new HoopduckError(
    'THRESHOLDS_COLUMN',
    `The check "${check}" names the column "${unknown}", which "${table}" does not have.${didYouMean(unknown, names)}`,
    { next: 'Correct the file of thresholds and try again.', exitCode: EXIT.usage },
  );
}
