import { didYouMean } from '../../config/suggest.ts';
import { EXIT, HoopduckError } from '../../errors.ts';
import type { ListedRun } from './run-facts.ts';

/** Runs that are named when the one that was meant is not clear. */
const NAMED = 5;

/**
 * The run that a person means by its id, a beginning or an end of it that no other has, or `last`.
 * @param runs every run, the newest first
 * @throws HoopduckError RUN_UNKNOWN, RUN_AMBIGUOUS (exit 2) with the runs that there are
 */
export function findRun(runs: readonly ListedRun[], text: string): ListedRun {
  if (text === 'last' && runs.length > 0) return runs[0]!;
  const ways: ((id: string) => boolean)[] = [
    (id) => id === text,
    (id) => id.startsWith(text),
    (id) => id.endsWith(`-${text}`),
  ];
  for (const way of ways) {
    const found = runs.filter(({ run_id }) => way(run_id));
    if (found.length === 1) return found[0]!;
    if (found.length > 1) {
      throw refused(
        'RUN_AMBIGUOUS',
        `"${text}" is the beginning of ${found.length} runs: ${named(found)}.`,
      );
    }
  }
  if (runs.length === 0) {
    throw refused('RUN_UNKNOWN', `There is no run "${text}"; nothing was run here yet.`);
  }
  const ids = runs.map(({ run_id }) => run_id);
  const meant = didYouMean(text, ids);
  throw refused(
    'RUN_UNKNOWN',
    `There is no run "${text}".${meant === '' ? ` The newest are ${named(runs)}.` : meant}`,
  );
}

function named(runs: readonly ListedRun[]): string {
  const shown = runs.slice(0, NAMED).map(({ run_id, command }) => `"${run_id}" (${command})`);
  const more = runs.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function refused(code: 'RUN_UNKNOWN' | 'RUN_AMBIGUOUS', message: string): HoopduckError {
  return new HoopduckError(code, message, {
    next: '"hoopduck runs" lists them; a beginning that no other has, or "last", is enough.',
    exitCode: EXIT.usage,
  });
}
